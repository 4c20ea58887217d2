"""Stage: read. A line of JSON Lines -> Story: `{"id", "text", "title"?, "url"?, "publisher"?, "author"?, "published"?}`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from rejoinder.errors import InputError
from rejoinder.reading.story import make_story
from rejoinder.types import Story

FIELDS = ("id", "text", "title", "url", "publisher", "author", "published")
EXAMPLE = 'give {"id": ..., "text": ...} on a line of its own'


def story_of_line(line: str, where: str, default_id: str, report: Callable[[InputError], None]) -> Story:
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
    fields = {name: _string(cast(dict[str, Any], row).get(name), name, where) for name in FIELDS}
    if fields["text"] is None:
        raise InputError(where, 'no "text"', EXAMPLE)
    if not fields["text"].strip():
        raise InputError(where, '"text" is empty', "leave the line out")
    published = fields["published"]
    if published is not None and not _is_date(published):
        report(InputError(where, f'"published" is {published!r}, not an ISO 8601 date', "the story is read without it; write it as YYYY-MM-DD"))
        published = None
    return make_story(
        fields["text"],
        id=fields["id"] or default_id,
        title=fields["title"],
        url=fields["url"],
        publisher=fields["publisher"],
        author=fields["author"],
        published=published,
    )


def _string(value: object, name: str, where: str) -> str | None:
    """A field's value; "" counts as missing except for the text, and a number is a fine id."""
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None or (value == "" and name != "text"):
        return None
    if not isinstance(value, str):
        raise InputError(where, f'"{name}" is of type {type(value).__name__}, not a string', "quote it, or leave it out")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise InputError(where, f'half a surrogate pair in "{name}"', "mend what wrote the file")
    return value


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
