"""Stage: read. JSON Lines -> Stories: `{"id", "text", "title"?, "url"?, "publisher"?, "author"?, "published"?}` on each line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, cast

from rejoinder.errors import InputError
from rejoinder.reading.decoding import decode, is_binary
from rejoinder.reading.fields import story_of_fields
from rejoinder.reading.source import HEAD, Report, Source, bounded_lines, too_large
from rejoinder.types import Story

EXAMPLE = 'give {"id": ..., "text": ...} on a line of its own'


def json_lines(stream: io.BufferedReader, source: Source) -> Iterator[Story]:
    """A story a line; a bad line is reported and the others are read.

    Raises:
        InputError: the whole is binary data or UTF-16.
    """
    head = stream.peek(HEAD)[:HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(source.where, "JSON Lines in UTF-16", "save it as UTF-8, as JSON Lines are")
    if is_binary(head):
        raise InputError(source.where, "binary data, not JSON Lines", "give UTF-8 text with one JSON object a line")
    seen = False
    for number, line in enumerate(bounded_lines(stream), 1):
        where = f"{source.where}:{number}"
        try:
            if line is None:
                raise too_large(where, None)
            if line.removeprefix(b"\xef\xbb\xbf").strip():
                seen = True
                yield story_of_line(decode(line, where), where, f"{source.id}-{number}", source.report)
        except InputError as error:
            seen = True
            source.report(error)
    if not seen:
        source.report(InputError(source.where, "no story in it", "give one JSON object a line"))


def story_of_line(line: str, where: str, default_id: str, report: Report) -> Story:
    """The story of one line.

    Args:
        line: one JSON object.
        where: file and line number, for messages.
        default_id: the story's id if the line names none.
        report: is told of a date that is none; the story is read without it.

    Raises:
        InputError: not JSON, not an object, no text, or a field of the wrong type.
    """
    try:
        row: Any = json.loads(line.removeprefix("\ufeff"))
    except ValueError as error:
        raise InputError(where, f"not JSON ({error})", EXAMPLE) from error
    except RecursionError as error:
        raise InputError(where, "JSON that is nested too deeply", EXAMPLE) from error
    if not isinstance(row, dict):
        raise InputError(where, f"a JSON {type(cast(object, row)).__name__}, not an object", EXAMPLE)
    return story_of_fields(cast(dict[str, object], row), where, default_id, report, EXAMPLE)
