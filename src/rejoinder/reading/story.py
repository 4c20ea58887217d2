"""Stage: read. Text and what is known about it -> Story, with its condition and dateline recognised."""

from __future__ import annotations

from rejoinder.reading.condition import condition_of
from rejoinder.reading.dateline import find_dateline
from rejoinder.types import Story


def make_story(
    text: str,
    *,
    id: str = "text",
    title: str | None = None,
    url: str | None = None,
    publisher: str | None = None,
    author: str | None = None,
    published: str | None = None,
) -> Story:
    """A Story of `text`, which is kept as it is; `published` is an ISO 8601 date, or date and time."""
    return Story(
        id=id,
        text=text,
        title=title,
        url=url,
        publisher=publisher,
        author=author,
        published=published,
        dateline=find_dateline(text),
        condition=condition_of(text),
    )
