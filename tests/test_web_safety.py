"""What keeps the page to itself: names, origins, tokens, limits, headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from rejoinder.web.app import create_app
from rejoinder.web.safety import BODY, POLICY
from tests.test_record import many, settled

READS_ONLY = {"/read", "/api/read"}  # they change nothing


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    file = tmp_path_factory.mktemp("safety") / "r.db"
    settled(many(), file).close()
    return create_app(file)


@pytest.fixture
def page(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        yield client


def form_token(page: TestClient) -> str:
    found = re.search(r'<meta name="form-token" content="([^"]+)"', page.get("/").text)
    assert found
    return found[1]


def test_a_foreign_name_is_refused(page: TestClient):
    for host in ("evil.example", "localhost.evil.example", "", "127.0.0.1.nip.io:80"):
        answer = page.get("/", headers={"host": host})
        assert (answer.status_code, "page" in answer.text) == (400, True), host
    for host in ("localhost:8765", "127.0.0.1", "[::1]:8765"):
        assert page.get("/", headers={"host": host}).status_code == 200, host


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
def test_a_foreign_page_writes_nothing(page: TestClient, headers: dict[str, str]):
    token = form_token(page)
    done = page.post("/stories/a/correct", data={"token": token, "statement": "s1", "kind": "drop"}, headers=headers)
    assert done.status_code == 403
    assert 'id="s1"' in page.get("/stories/a").text


def test_our_own_page_writes(page: TestClient):
    data = {"token": form_token(page), "statement": "s1", "kind": "act", "value": "warn"}
    headers = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    assert page.post("/stories/a/correct", data=data, headers=headers).status_code == 303


def routes(router: object) -> Iterator[APIRoute]:
    """All routes, those of included routers too."""
    for route in router.routes:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "original_router", None) or getattr(route, "router", None):
            yield from routes(inner)


def test_every_route_that_writes_needs_the_form_token(app: FastAPI, page: TestClient):
    tried: list[str] = []
    for path, operations in app.openapi()["paths"].items():
        tried += [f"{method} {path}" for method in operations if method not in ("get", "head", "options")]
    tried += [f"post {path}" for path in ("/keep", "/stories/a/correct", "/stories/a/link", "/undo", "/people/merge", "/people/split")]
    assert len(tried) > 8
    for operation in tried:
        method, path = operation.split(" ", 1)
        if path in READS_ONLY:
            continue
        answer = page.request(method, re.sub(r"\{number\}", "1", re.sub(r"\{key\}", "a", path)), json={} if path.startswith("/api") else None)
        # Either the token is missed, or what was sent is no such request at all: in no case anything is written.
        assert answer.status_code in (403, 422), operation
    assert len(page.get("/api/stories").json()["answers"]) == len(many())


def test_headers_stand_on_every_answer(page: TestClient):
    for path in ("/", "/stories/a", "/stories/none", "/nowhere", "/search?limit=0", "/static/style.css", "/static/none", "/api/stats", "/api/stories/none"):
        headers = page.get(path).headers
        assert headers["content-security-policy"] == POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in POLICY
    assert page.get("/", headers={"host": "evil.example"}).headers["content-security-policy"] == POLICY


def test_a_body_has_a_limit(page: TestClient):
    assert page.post("/read", content=b"x", headers={"content-length": str(BODY + 1)}).status_code == 413
    assert page.post("/read", headers={"content-length": "many"}).status_code == 413

    def chunks() -> Iterator[bytes]:
        for _ in range(BODY // 100_000 + 2):
            yield b"x" * 100_000

    assert page.post("/api/read", content=chunks(), headers={"content-type": "application/json"}).status_code == 413


def test_beyond_this_machine_the_token_is_needed(tmp_path: Path):
    settled(many(), tmp_path / "r.db").close()
    app = create_app(tmp_path / "r.db", hosts=(), token="secret")  # noqa: S106
    with TestClient(app, base_url="http://news.example", follow_redirects=False) as page:
        for path in ("/", "/api/stats", "/static/style.css", "/stories/a"):
            assert page.get(path).status_code == 401
            assert page.get(f"{path}?token=wrong").status_code == 401
        assert page.get("/api/stats", headers={"authorization": "Bearer secret"}).status_code == 200
        assert page.get("/api/stats", headers={"authorization": "Bearer secre"}).status_code == 401
        came = page.get("/search?words=mine&token=secret")
        assert (came.status_code, came.headers["location"]) == (303, "/search?words=mine")
        assert "HttpOnly" in came.headers["set-cookie"]
        assert "samesite=strict" in came.headers["set-cookie"].lower()
        assert page.get("/search?words=mine").status_code == 200  # by the cookie


def test_after_writing_only_our_own_pages_follow(page: TestClient):
    token = form_token(page)
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        data = {"token": token, "statement": "s2", "kind": "act", "value": "warn", "back": back}
        assert page.post("/stories/a/correct", data=data).headers["location"] == "/", back


def test_nothing_outside_of_static_is_served(page: TestClient):
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert page.get(path).status_code == 404, path


def test_a_record_that_may_only_be_read(app: FastAPI, page: TestClient, monkeypatch: pytest.MonkeyPatch):
    token = form_token(page)
    monkeypatch.setattr(app.state.store, "read_only", True)
    assert "This record may only be read" in page.get("/").text
    assert '<details class="correct">' not in page.get("/stories/a").text
    answer = page.post("/undo", data={"token": token, "number": "1"})
    assert answer.status_code == 422
    assert "this record may only be read; change its permissions" in answer.text
