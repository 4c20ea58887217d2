"""Stage: read. Paths -> Stories, one after the other.

A `.txt` file (or one of any other name) is one story, a line of `.jsonl` is one story, a folder is all `.txt` and `.jsonl` files in it by name, `-` is standard
input (JSON Lines if its first character is `{`). What cannot be read is reported in one sentence, and reading goes on with the next story.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from rejoinder.errors import InputError
from rejoinder.reading.decoding import decode
from rejoinder.reading.story import make_story
from rejoinder.types import Story

Report = Callable[[InputError], None]

SUFFIXES = (".txt", ".jsonl", ".ndjson")
JSON_LINES = (".jsonl", ".ndjson")
LARGEST = 5_000_000  # bytes of one story; a long novel has one million
FIELDS = ("id", "text", "title", "url", "publisher", "author", "published")


def read_stories(paths: Iterable[str], report: Report) -> Iterator[Story]:
    """Stories of `paths` in order.

    Args:
        paths: files, folders or "-".
        report: is told of everything that is left out, and why.
    """
    for path in paths:
        if path == "-":
            yield from _from_stdin(report)
            continue
        for file in _files(Path(path), report):
            try:
                yield from _from_lines(file, report) if file.suffix in JSON_LINES else _from_text(file)
            except InputError as error:
                report(error)
            except OSError as error:
                report(InputError(str(file), f"cannot be read ({error.strerror})", "check that it exists and that you may read it"))


def _files(path: Path, report: Report) -> list[Path]:
    if not path.is_dir():
        return [path]
    try:
        found = sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())
    except OSError as error:
        report(InputError(str(path), f"folder cannot be listed ({error.strerror})", "check that you may read it"))
        return []
    if not found:
        report(InputError(str(path), "no .txt or .jsonl file in this folder", "give the files themselves if they have other names"))
    return found


def _from_text(file: Path) -> Iterator[Story]:
    size = file.stat().st_size
    if size > LARGEST:
        raise _too_large(str(file), size)
    yield _plain(file.read_bytes(), str(file), file.stem)


def _plain(data: bytes, where: str, id: str) -> Story:
    text = decode(data, where)
    if not text.strip("\ufeff \t\r\n\f\v\0"):
        raise InputError(where, "no text in it", "give a file with a story")
    return make_story(text, id=id)


def _from_lines(file: Path, report: Report) -> Iterator[Story]:
    with file.open("rb") as lines:
        yield from _parse_lines(lines, str(file), file.stem, report)


def _from_stdin(report: Report) -> Iterator[Story]:
    stream = sys.stdin.buffer
    where = "standard input"
    try:
        first = stream.readline(LARGEST + 1)
        if first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            yield from _parse_lines(_chain(first, stream), where, "stdin", report)
            return
        data = first + stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise _too_large(where, None)
        yield _plain(data, where, "stdin")
    except InputError as error:
        report(error)


def _chain(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _parse_lines(lines: Iterable[bytes], name: str, stem: str, report: Report) -> Iterator[Story]:
    seen = False
    for number, line in enumerate(lines, 1):
        if not line.removeprefix(b"\xef\xbb\xbf").strip():
            continue
        seen = True
        where = f"{name}:{number}"
        try:
            yield _from_json(line, where, f"{stem}-{number}", report)
        except InputError as error:
            report(error)
    if not seen:
        report(InputError(name, "no story in it", "give one JSON object a line"))


def _from_json(line: bytes, where: str, default_id: str, report: Report) -> Story:
    if len(line) > LARGEST:
        raise _too_large(where, len(line))
    try:
        row: Any = json.loads(decode(line, where).removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        found = f"not JSON ({error})" if isinstance(error, ValueError) else "nested too deeply"
        raise InputError(where, found, 'give {"id": ..., "text": ...} on a line of its own') from error
    if not isinstance(row, dict):
        raise InputError(where, f"a JSON {type(cast(object, row)).__name__}, not an object", 'give {"id": ..., "text": ...}')
    return _story_of(cast(dict[str, Any], row), where, default_id, report)


def _story_of(row: dict[str, Any], where: str, default_id: str, report: Report) -> Story:
    for field in FIELDS:
        value = row.get(field)
        if value is not None and not isinstance(value, str) and not (field == "id" and isinstance(value, int)):
            raise InputError(where, f'"{field}" is a {type(value).__name__}, not a string', "quote it, or leave it out")
    text = row.get("text")
    if text is None:
        raise InputError(where, 'no "text"', 'give {"id": ..., "text": ...}')
    if not text.strip():
        raise InputError(where, '"text" is empty', "leave the line out")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(where, f'half a surrogate pair at character {error.start} of "text"', "mend what wrote the file") from error
    published = row.get("published") or None
    if published is not None and not _is_date(published):
        report(InputError(where, f'"published" is {published!r}, not an ISO 8601 date', "the story is read without it; write it as YYYY-MM-DD"))
        published = None
    rest = {field: row.get(field) or None for field in ("title", "url", "publisher", "author")}
    return make_story(text, id=str(row["id"]) if row.get("id") not in (None, "") else default_id, published=published, **rest)


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _too_large(where: str, size: int | None) -> InputError:
    found = f"{size / 1e6:.1f} MB" if size else f"more than {LARGEST / 1e6:.0f} MB"
    return InputError(where, f"{found} is too long for one story", f"split it; a story may have {LARGEST / 1e6:.0f} MB")
