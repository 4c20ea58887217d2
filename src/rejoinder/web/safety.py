"""Stage: show. What keeps the page to itself: text from stories is hostile, and so may be any other page in the same browser.

- The Host header must be one of ours (a foreign name that leads here is DNS rebinding).
- Writing needs a token that only our own pages know, and an Origin that is ours where the browser tells one.
- On another address than this machine's, everything needs the access token that `rejoinder serve` prints.
- Nothing is loaded from elsewhere and no script stands in a page (Content-Security-Policy); templates escape everything.
- A body has a limit.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rejoinder.reading.source import LARGEST

BODY = 2 * LARGEST  # bytes: a form may write each as three, but text is mostly plain
TOO_LARGE = f"more than {BODY / 1e6:.0f} MB"
COOKIE = "rejoinder"
SAFE = ("GET", "HEAD", "OPTIONS")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # "no-referrer" would make browsers send the Origin of our own forms as "null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class TooLargeError(HTTPException):
    """A body over the limit; of a kind that whoever reads the body lets pass."""

    def __init__(self) -> None:
        super().__init__(413, f"Refused: {TOO_LARGE}.")


class Safety:
    """ASGI middleware.

    Args:
        app: what is kept safe.
        hosts: names under which the page may be asked for; () for any.
        token: access token that everything needs; None on a loopback address.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str], token: str | None = None) -> None:
        self.app, self.hosts, self.token = app, frozenset(hosts), token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses what must not come in, and sets what must go out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    out[name] = value
                if not scope["path"].startswith("/static/"):
                    out["cache-control"] = "no-store"
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await guarded(message)

        try:
            await self.app(scope, _limited(receive), watched)
        except Exception:
            # Said here, where the headers are set; whoever runs the application logs it.
            if not started:
                await _said(scope, 500, "Something went wrong here; the program's own output says what.")(scope, receive, guarded)
            raise

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if self.hosts and _parts(f"//{headers.get('host', '')}").hostname not in self.hosts:
            return _refused(scope, 400, "this page does not go by that name")
        length = headers.get("content-length") or "0"
        if not length.isdecimal() or int(length) > BODY:
            return _refused(scope, 413, TOO_LARGE)
        if scope["method"] not in SAFE and not same_origin(headers):
            return _refused(scope, 403, "only this page's own forms may write")
        if self.token is not None:
            return self._closed(scope, headers)
        return None

    def _closed(self, scope: Scope, headers: Headers) -> Response | None:
        """Whoever does not know the access token stays out; in an address it becomes a cookie."""
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        if scope["method"] in SAFE and self._is_token((asked.get("token") or [""])[0]):
            rest = urlencode([(name, value) for name, values in asked.items() if name != "token" for value in values])
            # "//name" would lead to another machine.
            answer = RedirectResponse("/" + scope["path"].lstrip("/\\") + (f"?{rest}" if rest else ""), 303)
            answer.set_cookie(COOKIE, self.token or "", httponly=True, samesite="strict")
            return answer
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if self._is_token(bearer) or self._is_token(cookie):
            return None
        return _refused(scope, 401, "open the address that `rejoinder serve` printed, with its token")

    def _is_token(self, given: str) -> bool:
        return bool(self.token) and hmac.compare_digest(given.encode(), (self.token or "").encode())


def same_origin(headers: Headers) -> bool:
    """Whether a browser says that the request comes from our own page, or it comes from no browser."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or _parts(origin).netloc == headers.get("host")


def _parts(address: str) -> SplitResult:
    """Parts of an address, empty where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _limited(receive: Receive) -> Receive:
    got = 0

    async def counted() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > BODY:
            raise TooLargeError
        return message

    return counted


def _refused(scope: Scope, status: int, sentence: str) -> Response:
    return _said(scope, status, f"Refused: {sentence}.")


def _said(scope: Scope, status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status) if scope["path"].startswith("/api") else PlainTextResponse(text + "\n", status)
