"""Stage: read. Fields of a row (a line of JSON, a row of a table) -> Story: types checked, dates in ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from rejoinder.errors import InputError
from rejoinder.reading.source import Report
from rejoinder.reading.story import make_story
from rejoinder.types import Story

FIELDS = ("id", "text", "title", "url", "publisher", "author", "published")


def story_of_fields(row: Mapping[str, object], where: str, default_id: str, report: Report, example: str) -> Story:
    """The story of a row.

    Args:
        row: field -> value; other keys are passed over.
        where: file and line, for messages.
        default_id: the story's id if the row names none.
        report: is told of a date that is none; the story is read without it.
        example: advice where there is no text.

    Raises:
        InputError: no text, or a field of the wrong type.
    """
    fields = {name: _string(row.get(name), name, where) for name in FIELDS}
    if fields["text"] is None:
        raise InputError(where, 'no "text"', example)
    if not fields["text"].strip():
        raise InputError(where, '"text" is empty', "leave the line out")
    return make_story(
        fields["text"],
        id=fields["id"] or default_id,
        title=fields["title"],
        url=fields["url"],
        publisher=fields["publisher"],
        author=fields["author"],
        published=checked_date(fields["published"], where, report),
    )


def checked_date(published: str | None, where: str, report: Report) -> str | None:
    """The date in ISO 8601; what is no date is reported, and None."""
    date = published and iso_date(published)
    if published and not date:
        report(InputError(where, f'"published" is {published!r}, not an ISO 8601 date', "the story is read without it; write it as YYYY-MM-DD"))
    return date or None


def iso_date(value: str) -> str | None:
    """A date, or date and time, in ISO 8601, from that or from RFC 2822, as feeds have it ("Fri, 01 Mar 2024 09:30:00 +0100"); None if it is neither."""
    value = value.strip()
    try:
        datetime.fromisoformat(value)
    except ValueError:
        pass
    else:
        return value.replace(" ", "T", 1)
    try:
        return parsedate_to_datetime(value).isoformat()
    except (ValueError, OverflowError):
        return None


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
