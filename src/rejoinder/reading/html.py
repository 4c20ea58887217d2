"""Stage: read. A web page -> its one Story: the article's text as trafilatura gives it, a line feed between paragraphs, and what the page says of itself.

What stands around an article (menus, cookie notices, captions, "Read more: ...") would be read as speech, so it is cut out before trafilatura looks for the
text; its own rules find most of it, but for short articles it falls back to the whole page. Nothing is fetched: the page is what was given.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from rejoinder.errors import InputError
from rejoinder.reading.decoding import decode, is_binary
from rejoinder.reading.source import HEAD, Source, optional, read_whole
from rejoinder.reading.story import make_story
from rejoinder.types import Story

DECLARED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
DOCUMENT = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
SENTENCE_END = tuple(".!?…\"'”’»)。！？」।؟۔")
LINE_OF_PROSE = 40  # characters; a line of a menu has fewer

# WAI-ARIA landmarks and windows that hold no article
ROLES = ("navigation", "dialog", "alertdialog", "complementary", "contentinfo", "search")
NOTICES = [f"{what}{mark}{form}" for what in ("cookie", "consent") for mark in ("-", "_", "") for form in ("notice", "banner", "bar", "popup", "modal")]
ADS = [" ad ", " ads ", " advert ", " advertisement ", " sponsored "]
POINTERS = ("Read more", "READ MORE", "Read also", "Also read", "ALSO READ", "See also", "Related:", "RELATED:", "More on this", "Watch:", "WATCH:", "Sign up")
CLASS = "contains(concat(' ', @class, ' '), %s)"  # whole words of it


def _any(test: str, words: Iterable[str]) -> str:
    """XPath: whether `test` holds with any of the words for its %s."""
    return " or ".join(test % f"'{word}'" for word in words)


FURNITURE = [
    "//nav | //aside | //footer | //figcaption | //button | //dialog",
    f"//*[{_any('@role=%s', ROLES)} or @aria-modal='true']",
    f"//*[self::div or self::section][{_any('contains(concat(@id, @class), %s)', NOTICES)}]",
    f"//*[self::div or self::section][{_any(CLASS, ADS)}]",
    f"//p[.//a][{_any('starts-with(normalize-space(.), %s)', POINTERS)}]",
    "//p[.//a and normalize-space(.) = normalize-space(.//a)]",  # a paragraph that is one link points elsewhere
]


def web_page(stream: io.BufferedReader, source: Source) -> Iterator[Story]:
    """The whole stream as one page; raises InputError where it is too long, no text, or has no article."""
    yield story_of_page(read_whole(stream, source, "page"), source)


def story_of_page(data: bytes, source: Source) -> Story:
    """The article of a page.

    Args:
        data: the page's bytes.
        source: `url` is the story's where the page names no canonical one; `charset` is what the server said.

    Raises:
        InputError: no text, no article, or the extra `html` is missing.
    """
    page, damage = _decoded(data, source)
    found = _extracted(page, source)
    if found is None or not _is_prose(found.text):
        raise InputError(source.where, "no article found in this page", "give the page of one story, or its text as .txt")
    if damage and "\ufffd" in found.text:
        raise damage
    return make_story(
        found.text,
        id=source.id,
        title=found.title or None,
        url=found.url or None,
        publisher=found.sitename or None,
        author=found.author or None,
        published=found.date or None,
    )


def _extracted(page: str, source: Source) -> Any:
    """trafilatura's document, or None."""
    trafilatura = optional("trafilatura", "html", source.where)
    if not DOCUMENT.search(page):
        page = f"<html><body>{page}</body></html>"  # it takes a bare fragment for no HTML
    try:
        return trafilatura.bare_extraction(
            page,
            url=source.url,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            prune_xpath=FURNITURE,
            # Dates from the page's own marks only: the extensive search would take a year out of the text.
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except Exception as error:  # it lets through whatever its parsers meet in a broken page
        raise InputError(source.where, f"a page that cannot be taken apart ({type(error).__name__})", "save its text as .txt") from error


def _is_prose(text: str | None) -> bool:
    """Whether any line is a sentence or long: what is left of a page without an article is the labels of its links."""
    lines = (line.strip() for line in (text or "").splitlines())
    return any((len(line) >= LINE_OF_PROSE or line.endswith(SENTENCE_END)) and any(map(str.isalpha, line)) for line in lines)


def _decoded(data: bytes, source: Source) -> tuple[str, InputError | None]:
    """The page, and what is wrong with its bytes: that matters only if it lies in the article."""
    if is_binary(data) or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return decode(data, source.where), None
    # UTF-8 first: bytes that fit it are hardly ever anything else, whatever the page declares.
    for name in ("utf-8", *_charsets(data, source)):
        try:
            return data.decode(name), None
        except (LookupError, ValueError):
            continue
    try:
        return decode(data, source.where), None
    except InputError as error:
        return data.decode("utf-8", "replace"), error


def _charsets(data: bytes, source: Source) -> Iterator[str]:
    """Declared encodings, the server's first, as browsers take them (WHATWG Encoding: Latin-1 means Windows-1252)."""
    declared = DECLARED.search(data[:HEAD])
    for name in (source.charset, declared and (declared[1] or declared[2]).decode("ascii")):
        if name and name.lower() not in ("utf-8", "utf8"):
            yield "cp1252" if name.lower() in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii") else name
