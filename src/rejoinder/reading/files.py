"""Stage: read. Paths -> Stories, one after the other.

What a file's name ends in says how it is read (`SUFFIXES`; any other name: one story of plain text), a folder is all files in it with these endings, by name;
an address is fetched, `-` is standard input, and both are told by what they begin with. What cannot be read is reported in one sentence, and reading goes on
with the next story.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from rejoinder.errors import InputError
from rejoinder.reading.columns import Columns
from rejoinder.reading.feeds import feed_entries
from rejoinder.reading.html import web_page
from rejoinder.reading.lines import json_lines
from rejoinder.reading.parquet import parquet_rows
from rejoinder.reading.plain import plain_text
from rejoinder.reading.source import HEAD, LARGEST, Reader, Report, Source, gunzipped, unreadable
from rejoinder.reading.tables import csv_rows, tsv_rows
from rejoinder.reading.urls import fetch, is_url
from rejoinder.reading.warc import archived_pages
from rejoinder.types import Story

__all__ = ["LARGEST", "SUFFIXES", "Report", "read_stories"]

SUFFIXES: dict[str, Reader] = {
    ".txt": plain_text,
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".html": web_page,
    ".htm": web_page,
    ".xhtml": web_page,
    ".xml": feed_entries,
    ".rss": feed_entries,
    ".atom": feed_entries,
    ".csv": csv_rows,
    ".tsv": tsv_rows,
    ".parquet": parquet_rows,
    ".warc": archived_pages,
}
PACKED = ".gz"
NEVER_PACKED = (".parquet",)  # packed inside, and read from its end
OTHERS = (".json", PACKED, ".zip", ".pdf", ".doc", ".docx", ".rtf", ".odt")
TYPES: dict[str, Reader] = {"text/html": web_page, "application/xhtml+xml": web_page, "text/csv": csv_rows, "text/tab-separated-values": tsv_rows}
PAGE = re.compile(rb"(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
FEED = re.compile(rb"<(?:\?xml|rss|feed|rdf:RDF)\b", re.IGNORECASE)


def read_stories(paths: Iterable[str], report: Report, columns: Columns | None = None) -> Iterator[Story]:
    """Stories of `paths` in order.

    Args:
        paths: files, folders, http or https addresses, or "-".
        report: is told of everything that is left out, and why.
        columns: which column of a table (CSV, TSV, Parquet) is what; by default they have the fields' names.
    """
    base = Source("", "", report, columns or Columns())
    for path in paths:
        try:
            if path == "-":
                yield from _from_stdin(base)
            elif is_url(path):
                yield from _from_url(path, base)
            elif Path(path).is_dir():
                yield from _from_folder(Path(path), base)
            else:
                yield from _from_file(Path(path), _split(Path(path))[0], base)
        except OSError as error:
            report(unreadable(path, error))


def _from_folder(folder: Path, base: Source) -> Iterator[Story]:
    """A story's id is its path in the folder, with the ending only where two files differ in nothing else, so that any two stay apart."""
    found = sorted(file for file in folder.rglob("*") if _reader(file) and file.is_file())
    if not found:
        nothing = "no .txt or .jsonl file in this folder, nor any other that can be read"
        base.report(InputError(str(folder), nothing, "give the files themselves if they have other names"))
    ids = [file.relative_to(folder).with_name(_split(file)[0]).as_posix() for file in found]
    times = Counter(ids)
    for file, id in zip(found, ids, strict=True):
        yield from _from_file(file, id if times[id] == 1 else file.relative_to(folder).as_posix(), base)


def _from_file(file: Path, id: str, base: Source) -> Iterator[Story]:
    """One file; what is wrong with it is reported."""
    suffix = _split(file)[1]
    source = replace(base, where=str(file), id=os.fsencode(id).decode("utf-8", "replace"))
    try:
        reader = _reader(file) or plain_text
        if not _reader(file) and suffix.endswith(OTHERS):
            raise InputError(str(file), f"{suffix} files are not read yet", "give plain text (.txt) or JSON Lines (.jsonl)")
        with file.open("rb") as stream:
            if suffix.endswith(PACKED):
                yield from reader(gunzipped(stream, str(file)), source)
            else:
                yield from reader(stream, replace(source, size=os.fstat(stream.fileno()).st_size))
    except InputError as error:
        base.report(error)
    except OSError as error:
        base.report(unreadable(str(file), error))


def _from_url(url: str, base: Source) -> Iterator[Story]:
    """What stands at an address; its id is the address, since that is what the user knows it by."""
    try:
        answer = fetch(url)
        source = replace(base, where=url, id=url, url=answer.url, charset=answer.charset)
        reader = _told(answer.data[:HEAD], answer.type)
        if reader is None:
            raise InputError(url, f"{answer.type}, not a story", "give the address of a page, a feed, plain text or JSON Lines")
        yield from reader(io.BufferedReader(io.BytesIO(answer.data)), source)  # pyright: ignore[reportArgumentType]
    except InputError as error:
        base.report(error)


def _from_stdin(base: Source) -> Iterator[Story]:
    stream = io.BufferedReader(sys.stdin.buffer)  # pyright: ignore[reportArgumentType]
    try:
        reader = _told(stream.peek(HEAD)[:HEAD]) or plain_text
        yield from reader(stream, replace(base, where="standard input", id="stdin"))
    except InputError as error:
        base.report(error)


def _told(head: bytes, type: str = "text/plain") -> Reader | None:
    """What reads data that begins with `head`, declared as a media type; None where nothing does. Servers often declare plain text, whatever they send."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if PAGE.match(head):
        return web_page
    if FEED.match(head):
        return feed_entries
    if type in TYPES:
        return TYPES[type]
    if head.startswith(b"{"):
        return json_lines
    return plain_text if type.startswith("text/") or type == "application/octet-stream" else None


def _reader(file: Path) -> Reader | None:
    """What reads a file of this name, if its ending says so."""
    suffix = _split(file)[1]
    inner = suffix.removesuffix(PACKED)
    return None if inner in NEVER_PACKED and inner != suffix else SUFFIXES.get(inner)


def _split(file: Path) -> tuple[str, str]:
    """Stem and ending in lower case: "a" and ".csv.gz" of "a.csv.GZ"."""
    if file.suffix.lower() != PACKED:
        return file.stem, file.suffix.lower()
    inner = Path(file.stem)
    return inner.stem, inner.suffix.lower() + PACKED
