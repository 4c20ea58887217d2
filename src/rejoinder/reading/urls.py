"""Stage: read. An address that the user gave -> its bytes, and what the server says of them. Nothing else is ever fetched.

urllib and not trafilatura's downloader: that one refuses addresses of one's own network and goes on without a valid certificate.
"""

from __future__ import annotations

import time
import urllib.request as requests
import zlib
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from importlib.metadata import version
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit

from rejoinder.errors import InputError
from rejoinder.reading.source import LARGEST, too_large

TIMEOUT = 30.0  # seconds without a word from the server
PATIENCE = 120.0  # seconds for the whole answer, however it trickles
CHUNK = 65_536  # bytes
GZIP = b"\x1f\x8b"
# http and https alone: the usual opener would follow a redirection to ftp.
HANDLERS = (
    requests.ProxyHandler,
    requests.HTTPHandler,
    requests.HTTPSHandler,
    requests.HTTPRedirectHandler,
    requests.HTTPErrorProcessor,
    requests.HTTPDefaultErrorHandler,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent: at most LARGEST bytes, unpacked; type and charset as it declares them, in lower case."""

    data: bytes
    type: str
    charset: str | None
    url: str  # after redirections


def is_url(path: str) -> bool:
    """Whether `path` is an address on the web."""
    return path.lower().startswith(("http://", "https://"))


def fetch(url: str, timeout: float = TIMEOUT) -> Answer:
    """What stands at `url`.

    Args:
        url: an http or https address.
        timeout: seconds without a word from the server after which it is given up.

    Raises:
        InputError: no such host, no answer in time, an HTTP error, or more than LARGEST bytes.
    """
    try:
        request = requests.Request(_ascii(url), headers={"User-Agent": f"Rejoinder/{version('rejoinder')}", "Accept": "*/*"})  # noqa: S310 - http or https
        with _opener().open(request, timeout=timeout) as answer:
            data = _unpacked(_read(answer, url), url)
            return Answer(data, answer.headers.get_content_type(), answer.headers.get_content_charset(), answer.url)
    except HTTPError as error:
        error.close()
        raise InputError(url, f"the server answers {error.code} {error.reason}".rstrip(), "check the address, or save the page and give the file") from error
    except TimeoutError as error:
        raise _silent(url) from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _silent(url) from error
        reason = getattr(error.reason, "strerror", None) or error.reason
        raise InputError(url, f"cannot be reached ({reason})", "check the address and the connection") from error
    except (OSError, HTTPException, ValueError) as error:
        raise InputError(url, f"cannot be fetched ({error or type(error).__name__})", "check the address, or save the page and give the file") from error


def _opener() -> requests.OpenerDirector:
    opener = requests.OpenerDirector()
    for handler in HANDLERS:
        opener.add_handler(handler())
    return opener


def _read(answer: HTTPResponse, url: str) -> bytes:
    """The body, given up when it is too long or takes too long."""
    data, began = bytearray(), time.monotonic()
    while chunk := answer.read1(CHUNK):
        data += chunk
        if len(data) > LARGEST:
            raise too_large(url, None, "download")
        if time.monotonic() - began > PATIENCE:
            raise _silent(url)
    if answer.length:  # bytes that the server promised and did not send
        raise InputError(url, "the connection broke off", "try again")
    return bytes(data)


def _unpacked(data: bytes, url: str) -> bytes:
    """gzip unpacked, whether the server says that it is or not."""
    if not data.startswith(GZIP):
        return data
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(data, LARGEST + 1)
    except zlib.error as error:
        raise InputError(url, f"damaged gzip data ({error})", "try again") from error
    if len(content) > LARGEST:
        raise too_large(url, None, "download")
    if not unpacker.eof:
        raise InputError(url, "gzip data that is cut short", "try again")
    return content


def _ascii(url: str) -> str:
    """The address as it goes over the wire; people paste them as their browser shows them."""
    url = url.strip().partition("#")[0]
    host = urlsplit(url).hostname or ""
    if not host.isascii():
        url = url.replace(host, host.encode("idna").decode("ascii"), 1)
    return quote(url, safe="%/:=&?~+!$,;'@()*[]|-._")


def _silent(url: str) -> InputError:
    return InputError(url, "no answer in time", "try again later")
