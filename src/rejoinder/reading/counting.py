"""Stage: read. How many stories there will be, where that can be told at a glance: for the time left."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rejoinder.reading.files import SUFFIXES

ONE = (".txt", ".html", ".htm", ".xhtml")
LINES = (".jsonl", ".ndjson", ".csv", ".tsv")
BLOCK = 1 << 20  # bytes


def expected(paths: Iterable[str]) -> int | None:
    """Number of stories in `paths`, about; None where a feed, an archive, an address or standard input may hold any number."""
    total = 0
    for path in paths:
        place = Path(path)
        files = [f for f in place.rglob("*") if f.suffix.lower() in SUFFIXES] if place.is_dir() else [place]
        for file in files:
            count = _count(file)
            if count is None:
                return None
            total += count
    return total


def _count(file: Path) -> int | None:
    suffix = file.suffix.lower()
    try:
        if suffix in LINES:
            with file.open("rb") as stream:
                return sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b""))
    except OSError:
        return None
    return 1 if suffix in ONE and file.is_file() else None
