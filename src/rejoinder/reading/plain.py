"""Stage: read. A file of plain text -> its one Story, verbatim."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rejoinder.errors import InputError
from rejoinder.reading.decoding import decode
from rejoinder.reading.source import Source, read_whole
from rejoinder.reading.story import make_story
from rejoinder.types import Story


def plain_text(stream: io.BufferedReader, source: Source) -> Iterator[Story]:
    """The whole stream as one story; raises InputError where it is too long, empty or no text."""
    text = decode(read_whole(stream, source), source.where)
    if not text.strip("\ufeff \t\r\n\f\v\0"):
        raise InputError(source.where, "no text in it", "give a file with a story")
    yield make_story(text, id=source.id, url=source.url)
