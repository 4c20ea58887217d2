"""Stage: read. An RSS or Atom feed -> a Story an entry: the whole text where the feed carries it, else the summary.

The links of a feed are never followed: what is read is what was given.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.sax import SAXException

from rejoinder.errors import InputError
from rejoinder.reading.fields import checked_date, iso_date
from rejoinder.reading.fragments import text_of_fragment
from rejoinder.reading.source import Source, optional, read_whole
from rejoinder.reading.story import make_story
from rejoinder.types import Story

END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
TAIL = 1000  # bytes in which the feed's end tag stands


def feed_entries(stream: io.BufferedReader, source: Source) -> Iterator[Story]:
    """A story an entry; one without text is reported and the others are read.

    Raises:
        InputError: no feed, a feed without entries, or the extra `html` is missing.
    """
    data = read_whole(stream, source, "feed")
    feed = _parsed(data, source)
    if not feed.get("version") and not feed.entries:
        raise InputError(source.where, "no RSS or Atom feed", "give a feed, a page as .html, or plain text as .txt")
    if not feed.entries:
        raise InputError(source.where, "a feed without entries", "fetch it again later")
    taken: set[str] = set()
    for number, entry in enumerate(feed.entries, 1):
        where, default = f"{source.where}:{number}", f"{source.id}-{number}"
        id = entry.get("id") or entry.get("link") or default
        id = default if id in taken else id
        taken.add(id)
        try:
            yield _story(entry, id, where, feed.feed.get("title"), source)
        except InputError as error:
            source.report(error)
    if isinstance(feed.get("bozo_exception"), SAXException) and not END.search(data[-TAIL:]):
        raise InputError(source.where, "a feed that is cut short", "what came before is read; fetch it anew")


def _parsed(data: bytes, source: Source) -> Any:
    feedparser = optional("feedparser", "html", source.where)
    headers: dict[str, str] = {}
    if source.url:
        headers["content-location"] = source.url
    if source.charset:
        headers["content-type"] = f"application/xml; charset={source.charset}"
    try:
        # A stream, never the bytes themselves: those it would first try as the name of a file.
        return feedparser.parse(io.BytesIO(data), response_headers=headers)
    except Exception as error:  # it lets through what its lenient parser meets in text that is no feed
        raise InputError(source.where, f"a feed that cannot be taken apart ({type(error).__name__})", "fetch it anew") from error


def _story(entry: Any, id: str, where: str, publisher: str | None, source: Source) -> Story:
    parts: list[Any] = [*entry.get("content", ()), entry.get("summary_detail", {})]
    text = next((text for text in map(_text, parts) if text), "")
    if not text:
        raise InputError(where, "an entry without text", "give the page that it links to, if you want it read")
    return make_story(
        text,
        id=id,
        title=text_of_fragment(entry.get("title", "")) or None,
        url=entry.get("link") or None,
        publisher=text_of_fragment(publisher or "") or None,
        author=entry.get("author") or None,
        published=_published(entry, where, source),
    )


def _text(part: Any) -> str:
    """What the content or summary says; plain text is kept as it is."""
    value: str = part.get("value") or ""
    return value.strip() if part.get("type") == "text/plain" else text_of_fragment(value)


def _published(entry: Any, where: str, source: Source) -> str | None:
    """The date as the feed writes it, with its own zone, rather than feedparser's in UTC: the day may be another."""
    field = "published" if "published" in entry else "updated"
    raw: str | None = entry.get(field) if field in entry else None
    parsed = entry.get(f"{field}_parsed") if raw else None
    if raw and not iso_date(raw) and parsed:
        return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+00:00".format(*parsed[:6])
    return checked_date(raw, where, source.report)
