"""Addresses to stories, from a small site on this computer."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rejoinder.reading import urls as urls_module
from rejoinder.reading.files import LARGEST
from tests.test_inputs import BODY, PAGE, RSS, load


class Site(BaseHTTPRequestHandler):
    """A small site of the loopback address; it counts what is asked of it."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012 - one site at a time
    answers: dict[str, tuple[str, bytes]] = {  # noqa: RUF012 - never changed
        "/story": ("text/html; charset=utf-8", PAGE.replace('<link rel="canonical" href="https://courier.example/2024/castell">', "").encode()),
        "/latin": ("text/html; charset=windows-1251", "<html><body><p>Министр заявил, что не уйдёт.</p></body></html>".encode("cp1251")),
        "/feed": ("application/rss+xml", RSS.encode()),
        "/feed.txt": ("text/plain", RSS.encode()),
        "/packed": ("application/gzip", gzip.compress(RSS.encode())),
        "/bomb": ("text/plain", gzip.compress(b"a" * (LARGEST + 1))),
        "/plain": ("text/plain", b"Ana said no."),
        "/lines": ("application/json", b'{"id": "x", "text": "Ana said no."}\n{"text": "Bo left."}\n'),
        "/table": ("text/csv", b"text\nAna said no.\n"),
        "/caf%C3%A9": ("text/plain", b"Ana said yes."),
        "/image": ("image/png", b"\x89PNG\r\n\x1a\n"),
        "/long": ("text/plain", b"a " * LARGEST),
        "/empty": ("text/plain", b""),
    }

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["User-Agent"]))
        if self.path == "/slow":
            time.sleep(1)
            return
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/plain")
            self.end_headers()
            return
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "file:///etc/hosts")
            self.end_headers()
            return
        if self.path not in self.answers and self.path != "/broken":
            self.send_error(404, "Not Found")
            return
        kind, data = self.answers.get(self.path, ("text/plain", b"Ana said"))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data) + (self.path == "/broken") * 100))
        self.end_headers()
        with suppress(OSError):  # the reader may have had enough
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "*")
    Site.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_page_at_an_address(site: str):
    (story,), problems = load(f"{site}/story#top")
    assert (problems, story.id, story.url) == ([], f"{site}/story#top", f"{site}/story")
    assert story.text.splitlines()[-3:] == list(BODY)
    ((path, agent),) = Site.asked
    assert (path, agent.startswith("Rejoinder/")) == ("/story", True)


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("/latin", ["Министр заявил, что не уйдёт."]),
        ("/feed", ["Castell denied it.\n“We sold nothing,” she said.", "Reck said yes."]),
        ("/feed.txt", ["Castell denied it.\n“We sold nothing,” she said.", "Reck said yes."]),
        ("/packed", ["Castell denied it.\n“We sold nothing,” she said.", "Reck said yes."]),
        ("/plain", ["Ana said no."]),
        ("/moved", ["Ana said no."]),
        ("/lines", ["Ana said no.", "Bo left."]),
        ("/table", ["Ana said no."]),
        ("/café", ["Ana said yes."]),
    ],
)
def test_what_stands_at_an_address_is_told_by_type_and_content(site: str, path: str, texts: list[str]):
    assert [story.text for story in load(site + path)[0]] == texts


def test_links_of_a_feed_are_never_followed(site: str):
    load(f"{site}/feed")
    assert [path for path, _ in Site.asked] == ["/feed"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/none", "the server answers 404 Not Found"),
        ("/slow", "no answer in time"),
        ("/image", "image/png, not a story"),
        ("/long", "too long for one download"),
        ("/bomb", "too long for one download"),
        ("/broken", "the connection broke off"),
        ("/empty", "no text in it"),
        ("/away", "answers 302"),
    ],
)
def test_an_address_that_gives_nothing_is_one_sentence(site: str, monkeypatch: pytest.MonkeyPatch, path: str, found: str):
    slow_fetch = urls_module.fetch
    monkeypatch.setattr("rejoinder.reading.files.fetch", lambda url: slow_fetch(url, timeout=0.3))
    stories, problems = load(site + path, f"{site}/plain")
    assert [story.text for story in stories] == ["Ana said no."]
    assert (len(problems), problems[0].startswith(site + path), found in problems[0]) == (1, True, True), problems


def test_an_address_that_is_none_is_one_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("no_proxy", "*")

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    stories, problems = load("http://averna.invalid/x", "http://[::1", "https://averna.invalid:port/")
    assert (stories, len(problems)) == ([], 3)
    assert "cannot be reached (Name or service not known)" in problems[0]
    assert all("cannot be fetched" in problem for problem in problems[1:])
