"""Stage: read. Paths -> Stories, one after the other.

A `.txt` file (or one of any other name) is one story, a line of `.jsonl` is one story, a folder is all `.txt` and `.jsonl` files in it by name, `-` is standard
input (JSON Lines if its first character is `{`). What cannot be read is reported in one sentence, and reading goes on with the next story.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from rejoinder.errors import InputError
from rejoinder.reading.decoding import decode, is_binary
from rejoinder.reading.lines import story_of_line
from rejoinder.reading.story import make_story
from rejoinder.types import Story

Report = Callable[[InputError], None]

JSON_LINES = (".jsonl", ".ndjson")
SUFFIXES = (".txt", *JSON_LINES)
OTHERS = (".html", ".htm", ".xml", ".csv", ".tsv", ".json", ".parquet", ".warc", ".gz", ".zip", ".pdf", ".doc", ".docx", ".rtf", ".odt")
LARGEST = 2_000_000  # bytes of one story (two long novels); what is found in more would not fit the promised 600 MB
HEAD = 4096  # bytes by which a file is told from a binary one


def read_stories(paths: Iterable[str], report: Report) -> Iterator[Story]:
    """Stories of `paths` in order.

    Args:
        paths: files, folders or "-".
        report: is told of everything that is left out, and why.
    """
    for path in paths:
        try:
            if path == "-":
                yield from _from_stdin(report)
            elif Path(path).is_dir():
                yield from _from_folder(Path(path), report)
            else:
                yield from _from_file(Path(path), Path(path).stem, report)
        except OSError as error:
            report(_unreadable(path, error))


def _from_folder(folder: Path, report: Report) -> Iterator[Story]:
    """A story's id is its path in the folder, so that two of one name in different folders stay apart."""
    found = sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    if not found:
        report(InputError(str(folder), "no .txt or .jsonl file in this folder", "give the files themselves if they have other names"))
    for file in found:
        yield from _from_file(file, file.relative_to(folder).with_suffix("").as_posix(), report)


def _from_file(file: Path, id: str, report: Report) -> Iterator[Story]:
    """One file; what is wrong with it is reported."""
    id = os.fsencode(id).decode("utf-8", "replace")
    try:
        if file.suffix.lower() in OTHERS:
            raise InputError(str(file), f"{file.suffix} files are not read yet", "give plain text (.txt) or JSON Lines (.jsonl)")
        if file.suffix.lower() in JSON_LINES:
            with file.open("rb") as stream:
                yield from _from_lines(stream, str(file), id, report)
            return
        size = file.stat().st_size
        if size > LARGEST:
            raise _too_large(str(file), size)
        yield _plain(file.read_bytes(), str(file), id)
    except InputError as error:
        report(error)
    except OSError as error:
        report(_unreadable(str(file), error))


def _from_stdin(report: Report) -> Iterator[Story]:
    stream = io.BufferedReader(sys.stdin.buffer)  # pyright: ignore[reportArgumentType]
    where = "standard input"
    try:
        if stream.peek(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            yield from _from_lines(stream, where, "stdin", report)
            return
        data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise _too_large(where, None)
        yield _plain(data, where, "stdin")
    except InputError as error:
        report(error)


def _plain(data: bytes, where: str, id: str) -> Story:
    text = decode(data, where)
    if not text.strip("\ufeff \t\r\n\f\v\0"):
        raise InputError(where, "no text in it", "give a file with a story")
    return make_story(text, id=id)


def _from_lines(stream: io.BufferedReader, name: str, id: str, report: Report) -> Iterator[Story]:
    head = stream.peek(HEAD)[:HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(name, "JSON Lines in UTF-16", "save it as UTF-8, as JSON Lines are")
    if is_binary(head):
        raise InputError(name, "binary data, not JSON Lines", "give UTF-8 text with one JSON object a line")
    seen = False
    for number, line in enumerate(_lines(stream), 1):
        where = f"{name}:{number}"
        try:
            if line is None:
                raise _too_large(where, None)
            if line.removeprefix(b"\xef\xbb\xbf").strip():
                seen = True
                yield story_of_line(decode(line, where), where, f"{id}-{number}", report)
        except InputError as error:
            seen = True
            report(error)
    if not seen:
        report(InputError(name, "no story in it", "give one JSON object a line"))


def _lines(stream: BinaryIO | io.BufferedReader) -> Iterator[bytes | None]:
    """Lines of at most LARGEST bytes; None for a longer one, which is passed over without being held in memory."""
    while line := stream.readline(LARGEST + 1):
        if len(line) <= LARGEST:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LARGEST)
        yield None


def _too_large(where: str, size: int | None) -> InputError:
    found = f"{size / 1e6:.1f} MB" if size else f"more than {LARGEST / 1e6:.0f} MB"
    return InputError(where, f"{found} is too long for one story", f"split it; a story may have {LARGEST / 1e6:.0f} MB")


def _unreadable(where: str, error: OSError) -> InputError:
    return InputError(where, f"cannot be read ({error.strerror})", "check that it exists and that you may read it")
