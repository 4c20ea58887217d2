"""Stage: read. A web archive (WARC) -> a Story for each page in it that has an article.

Most of what is archived is no article, so pages without one are counted and reported in one sentence a file. gzip is unpacked before warcio sees it: warcio
itself takes a cut file for a whole one, and prints.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from email.message import Message
from itertools import count
from typing import Any

from rejoinder.errors import InputError
from rejoinder.reading.html import story_of_page
from rejoinder.reading.source import LARGEST, Source, optional
from rejoinder.types import Story

PAGES = ("text/html", "application/xhtml+xml")
CUT = "an archive that is cut short or broken"


def archived_pages(stream: io.BufferedReader, source: Source) -> Iterator[Story]:
    """Stories of the responses that are pages; ids are numbered by record.

    Raises:
        InputError: the extra `html` is missing.
    """
    optional("trafilatura", "html", source.where)
    seen = without = 0
    for number, url, charset, data in _pages(stream, source):
        seen += 1
        page = replace(source, where=f"{source.where}:{number}", id=f"{source.id}-{number}", url=url, charset=charset, size=None)
        try:
            if len(data) > LARGEST:
                raise InputError(page.where, "too long", "")
            yield replace(story_of_page(data, page), url=url)
        except InputError:
            without += 1
    if not seen:
        source.report(InputError(source.where, "no web page in this archive", "give one with responses in HTML"))
    elif without:
        source.report(InputError(source.where, f"{without} of {seen} pages have no article that can be read", "nothing is to be done if they are not stories"))


def _pages(stream: io.BufferedReader, source: Source) -> Iterator[tuple[int, str, str | None, bytes]]:
    """Number of the record, address, declared charset and content of each page; a broken archive ends here and is reported."""
    # The raw stream: a buffered one that meets a fault forgets what it has read before it.
    archive = optional("warcio.archiveiterator", "html", source.where).ArchiveIterator(stream.raw)
    for number in count(1):
        try:
            with redirect_stderr(io.StringIO()):  # warcio writes its warnings there
                record = next(archive, None)
                if record is None:
                    return
                page = _page(record)
                archive.read_to_end(record)
            if record.length is None or getattr(record.raw_stream, "limit", 0):  # bytes that the record promised
                raise InputError(source.where, CUT, "what came before is read; fetch it anew")
        except InputError as error:
            source.report(error)
            return
        except Exception as error:  # warcio lets through whatever its parsing meets
            source.report(InputError(source.where, f"{CUT} ({type(error).__name__} in record {number})", "what came before is read; fetch it anew"))
            return
        if page:
            yield number, *page


def _page(record: Any) -> tuple[str, str | None, bytes] | None:
    """Address, charset and content of a record that is a page, None for any other."""
    if record.rec_type != "response" or record.http_headers is None or record.http_headers.get_statuscode() != "200":
        return None
    header = Message()
    header["Content-Type"] = record.http_headers.get_header("Content-Type") or ""
    url: str | None = record.rec_headers.get_header("WARC-Target-URI")
    if header.get_content_type() not in PAGES or not url:
        return None
    return url, header.get_content_charset(), record.content_stream().read(LARGEST + 1)
