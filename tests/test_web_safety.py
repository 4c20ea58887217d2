"""What keeps the page to itself: names, origins, tokens, limits, headers, and stories full of markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from rejoinder.types import Reading
from rejoinder.web.app import create_app
from rejoinder.web.asking import TOKEN
from rejoinder.web.safety import BODY, HEADERS, POLICY, SAFE
from tests.test_record import ACCUSED, DENIED, Row, many, settled, story
from tests.test_web_pages import form_token

READS_ONLY = {"POST /read", "POST /api/read"}  # they change nothing
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    file = tmp_path_factory.mktemp("safety") / "r.db"
    settled(many(), file).close()
    return create_app(file)


@pytest.fixture
def page(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        yield client


# Who may come in


def test_a_foreign_name_is_refused(page: TestClient):
    for host in ("evil.example", "localhost.evil.example", "", "127.0.0.1.nip.example:80", "localhost@evil.example", "[::1"):
        for path in ("/", "/api/stats", "/static/style.css"):
            assert page.get(path, headers={"host": host}).status_code == 400, (host, path)
    for host in ("localhost:8765", "127.0.0.1", "[::1]:8765"):
        assert page.get("/", headers={"host": host}).status_code == 200, host


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
def test_a_foreign_page_writes_nothing(page: TestClient, headers: dict[str, str]):
    done = page.post("/stories/a/correct", data={"token": form_token(page), "statement": "s1", "kind": "drop"}, headers=headers)
    assert done.status_code == 403
    assert 'id="s1"' in page.get("/stories/a").text
    assert page.post("/api/read", json={"text": "It rained."}, headers=headers).status_code == 403
    assert page.get("/api/token", headers=headers).status_code == 403


def test_our_own_page_writes(page: TestClient):
    data = {"token": form_token(page), "statement": "s1", "kind": "act", "value": "warn"}
    assert page.post("/stories/a/correct", data=data, headers={"origin": "http://localhost", "sec-fetch-site": "same-origin"}).status_code == 303


def test_every_route_that_writes_needs_the_form_token(app: FastAPI, page: TestClient):
    writing = {f"{method} {route.path}" for route in iter_route_contexts(app.routes) for method in (route.methods or ()) if method not in SAFE}
    assert writing > READS_ONLY
    for operation in sorted(writing - READS_ONLY):
        method, path = operation.split(" ")
        path = re.sub(r"\{[^}]*\}", "99", path)  # no such story, no such correction
        for wrong in ({}, {TOKEN: ""}, {TOKEN: "guessed"}):
            assert page.request(method, path, headers=wrong).status_code == 403, operation
        assert page.request(method, path, headers={TOKEN: form_token(page)}).status_code in (404, 422), operation  # the token was all that was missing


@pytest.fixture
def beyond(tmp_path: Path) -> Iterator[TestClient]:
    """A page on another address than this machine's."""
    settled(many()[:1], tmp_path / "r.db").close()
    with TestClient(create_app(tmp_path / "r.db", hosts=(), token="secret"), base_url="http://news.example", follow_redirects=False) as client:  # noqa: S106
        yield client


def test_beyond_this_machine_the_access_token_is_needed(beyond: TestClient):
    for path in ("/", "/api/stats", "/api/token", "/api/openapi.json", "/static/style.css", "/stories/a", "/nowhere"):
        for wrong in ({}, {"authorization": "Bearer secre"}, {"authorization": "Bearer "}, {"cookie": "rejoinder=wrong"}, {"cookie": "rejoinder="}):
            assert beyond.get(path, headers=wrong).status_code == 401, (path, wrong)
        assert beyond.get(f"{path}?token=wrong").status_code == 401
    assert beyond.post("/api/read?token=secret", json={"text": "It rained."}).status_code == 401  # an address may be linked to
    assert beyond.get("/api/stats", headers={"authorization": "Bearer secret"}).status_code == 200


def test_the_access_token_in_an_address_becomes_a_cookie(beyond: TestClient):
    came = beyond.get("/search?words=mine&token=secret")
    assert (came.status_code, came.headers["location"]) == (303, "/search?words=mine")
    assert {"httponly", "samesite=strict"} <= set(came.headers["set-cookie"].lower().split("; "))
    assert beyond.get("/search?words=mine").status_code == 200  # by the cookie
    assert beyond.get("http://news.example//evil.example/?token=secret").headers["location"] == "/evil.example/"


# What goes out


def test_headers_stand_on_every_answer(page: TestClient):
    paths = ("/", "/stories/a", "/stories/none", "/nowhere", "/search?limit=0", "/static/style.css", "/static/none", "/api", "/api/stats", "/api/stories/none")
    answers = [page.get(path) for path in paths]
    answers += [page.get("/", headers={"host": "evil.example"}), page.post("/undo"), page.delete("/"), page.post("/read", headers={"content-length": "many"})]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer.url
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (answer.headers.get("cache-control") == "no-store") == ("/static/" not in str(answer.url))
    assert POLICY.startswith("default-src 'none'; script-src 'self'; style-src 'self';")


def test_headers_stand_where_something_went_wrong(tmp_path: Path):
    app = create_app(tmp_path / "r.db")
    app.state.store = None
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as page:
        answer = page.get("/api/stats")
    assert (answer.status_code, list(answer.json())) == (500, ["error"])
    assert answer.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize(("path", "kind"), [("/read", "application/x-www-form-urlencoded"), ("/api/read", "application/json")])
def test_a_body_has_a_limit(page: TestClient, path: str, kind: str):
    for length in (str(BODY + 1), "many", "-1"):
        assert page.post(path, content=b"x", headers={"content-length": length, "content-type": kind}).status_code == 413

    def chunks() -> Iterator[bytes]:
        for _ in range(BODY // 100_000 + 2):
            yield b"x" * 100_000

    assert page.post(path, content=chunks(), headers={"content-type": kind}).status_code == 413


def test_after_writing_only_our_own_pages_follow(page: TestClient):
    data = {"token": form_token(page), "statement": "s2", "kind": "act", "value": "warn"}
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "evil.example", "/\t/evil.example", "/\n/evil.example"):
        leads = page.post("/stories/a/correct", data={**data, "back": back}).headers["location"]
        assert re.fullmatch(r"/(?![/\\\t\n\r]).*", leads), back
    assert page.post("/stories/a/correct", data={**data, "back": "/review?limit=5"}).headers["location"] == "/review?limit=5"


def test_nothing_outside_of_static_is_served(page: TestClient):
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/%2e%2e%2fapp.py", "/static//etc/passwd", "/static/"):
        assert page.get(path).status_code == 404, path


def test_a_record_that_may_only_be_read(app: FastAPI, page: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(app.state.store, "read_only", True)
    assert "This record may only be read" in page.get("/").text
    assert '<details class="correct">' not in page.get("/stories/a").text
    for answer in (page.post("/undo", data={"token": form_token(page), "number": "1"}), page.delete("/api/stories/a", headers={TOKEN: form_token(page)})):
        assert answer.status_code == 422
        assert "this record may only be read; change its permissions and start again." in answer.text


# Stories full of markup


class Active(HTMLParser):
    """Collects what would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [f"{tag} {name}" for name in given if name.startswith("on") or name in ("style", "srcdoc")]
        self.found += [f"{tag} {name}={given[name]}" for name in ("src", "action", "formaction") if not given.get(name, "/").startswith("/")]
        self.found += [given["href"]] if given.get("href", "").lower().startswith(("javascript:", "data:")) else []
        self.found += [tag] if tag in ("iframe", "object", "embed", "style", "base") or (tag == "script" and "src" not in given) else []


def hostile(id: str) -> Reading:
    rows: list[Row] = [(source, cue, f"{content} {MARKUP}", *rest) for source, cue, content, *rest in (ACCUSED, DENIED)]  # type: ignore[misc]
    reading = story(id, rows, title=MARKUP, publisher=MARKUP, author=MARKUP, url="javascript:alert(3)")
    return replace(reading, actors=tuple(replace(actor, name=f"{actor.name} {MARKUP}") for actor in reading.actors))


def test_markup_in_a_story_is_text(tmp_path: Path):
    settled([hostile("one"), hostile(f"two {MARKUP}")], tmp_path / "r.db").close()
    with TestClient(create_app(tmp_path / "r.db"), base_url="http://localhost") as page:
        a, b = (one["id"] for one in page.get("/api/people?limit=2").json()["answers"])
        claim = page.get("/api/disputes").json()["answers"][0]["claim"]
        asked = [("/people", {}), (f"/people/{a}", {}), ("/disputes", {}), (f"/disputes/{claim}", {}), ("/between", {}), ("/between", {"a": a, "b": b})]
        asked += [("/stories", {}), ("/stories/one", {}), ("/search", {"words": MARKUP}), ("/search", {"part": "true"}), ("/review", {}), ("/", {})]
        for path, query in asked:
            answer = page.get(path, params=query)
            active = Active()
            active.feed(answer.text)
            assert (answer.status_code, active.found) == (200, []), path
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text, path
