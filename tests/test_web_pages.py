"""The story view and the pages around it, over records made by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rejoinder.record import Record
from rejoinder.types import Reading, Span, Statement, Story
from rejoinder.web.app import create_app
from rejoinder.web.marks import paragraphs
from tests.test_record import many, settled, story


@pytest.fixture
def file(tmp_path: Path) -> Path:
    settled(many(), tmp_path / "r.db").close()
    return tmp_path / "r.db"


@pytest.fixture
def page(file: Path) -> Iterator[TestClient]:
    with TestClient(create_app(file), base_url="http://localhost") as client:
        yield client


def form_token(page: TestClient) -> str:
    found = re.search(r'<meta name="form-token" content="([^"]+)"', page.get("/").text)
    assert found
    return found[1]


# How a story is cut


def view(text: str, *statements: Statement):
    return paragraphs(Reading(Story("x", text, condition="clean"), (), statements), {})


def statement(id: str, source: tuple[int, int], cue: tuple[int, int], content: tuple[int, int], inside: str | None = None) -> Statement:
    return Statement(id, (Span(*source),), (Span(*cue),), (Span(*content),), (), "indirect", 0.9, inside)


def test_pieces_make_up_the_text_and_tell_whose_they_are():
    text = "Ana said Bo denied it all.\n\nNothing else."
    first, second = view(text, statement("s1", (0, 3), (4, 8), (9, 25)), statement("s2", (9, 11), (12, 18), (19, 25), "s1"))
    assert "".join(p.text for p in first.pieces) == "Ana said Bo denied it all."
    assert "".join(p.text for p in second.pieces) == "Nothing else."
    assert [(p.text, p.role, p.depth, p.statements) for p in first.pieces if p.statements] == [
        ("Ana", "source", 0, ("s1",)),
        ("said", "cue", 0, ("s1",)),
        ("Bo", "source", 1, ("s1", "s2")),
        (" ", "content", 1, ("s1",)),
        ("denied", "cue", 1, ("s1", "s2")),
        (" ", "content", 1, ("s1",)),
        ("it all", "content", 2, ("s1", "s2")),
    ]
    assert [(c.statement.id, c.depth) for c in first.cards] == [("s1", 0), ("s2", 1)]
    assert second.cards == []


def test_contents_run_over_paragraphs():
    text = "Ana said: it rained.\n\nAnd it poured."
    first, second = view(text, statement("s1", (0, 3), (4, 8), (10, len(text))))
    assert first.pieces[-1].role == second.pieces[0].role == "content"
    assert len(first.cards) == 1
    assert second.cards == []


def test_long_paragraphs_are_cut_between_sentences():
    text = "The mayor said that it rained. " * 60
    cut = view(text)
    assert len(cut) > 3
    assert "".join(p.text for part in cut for p in part.pieces) == text
    assert [part.goes_on for part in cut] == [False] + [True] * (len(cut) - 1)


def test_texts_without_words_or_sentences():
    assert view(" \n\n ") == []
    assert "".join(p.text for part in view("x" * 5000) for p in part.pieces) == "x" * 5000


# The pages


def test_every_page_answers(page: TestClient):
    for path in ("/", "/stories", "/stories/a", "/search", "/search?words=herring", "/review", "/stories?words=herring&since=2024"):
        answer = page.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith("text/html")
        assert len(answer.content) < 300_000


def test_a_story_carries_its_statements(page: TestClient):
    text = page.get("/stories/a").text
    assert 'id="s1"' in text
    assert 'data-s="s1"' in text
    assert 'class="thread denies" href="#s1" data-from="s2" data-to="s1"' in text
    assert 'href="/people/person%3Aana-reed"' in text


def test_search_keeps_what_was_asked(page: TestClient):
    text = page.get("/search?words=mine&act=deny&speaker=lund").text
    assert 'value="mine"' in text
    assert '<option selected value="deny">' in text
    assert "2 statements" in text
    part = page.get("/search?words=mine&act=deny&part=true").text
    assert "<html" not in part
    assert "2 statements" in part


def test_wrong_addresses_are_told_kindly(page: TestClient):
    for path, status in (("/stories/none", 404), ("/nowhere", 404), ("/search?since=yesterday", 422), ("/search?limit=0", 422), ("/search?act=shout", 422)):
        answer = page.get(path)
        assert answer.status_code == status, path
        assert "<h1>" in answer.text
        assert "Traceback" not in answer.text


def test_set_right_and_undo(page: TestClient, file: Path):
    token = form_token(page)
    done = page.post("/stories/a/correct", data={"token": token, "statement": "s1", "kind": "act", "value": "warn", "by": "kim"}, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/stories/a#s1")
    with Record(file) as record:
        assert record.saying("a", "s1").act == "warn"
    assert "kim" in page.get("/stories/a").text
    assert page.post("/undo", data={"token": token, "number": "1", "back": "/stories/a"}, follow_redirects=False).headers["location"] == "/stories/a"
    with Record(file) as record:
        assert record.saying("a", "s1").act == "accuse"
    assert page.post("/stories/a/link", data={"token": token, "answering": "s3", "answered": "s1", "relation": "supports"}).status_code == 200
    assert "supported by" in page.get("/stories/a").text
    assert page.post("/stories/a/correct", data={"token": token, "statement": "s3", "kind": "drop"}).status_code == 200
    assert 'id="s3"' not in page.get("/stories/a").text


def test_without_the_form_token_nothing_is_written(page: TestClient):
    for data in ({}, {"token": "guess"}):
        answer = page.post("/stories/a/correct", data={"statement": "s1", "kind": "drop", **data})
        assert answer.status_code == 403
    assert 'id="s1"' in page.get("/stories/a").text


def test_a_pasted_story_is_read_and_kept_with_one_click(tmp_path: Path):
    text = "Minister Ana Holm accused Bo Lind of hiding the debts.\r\n\r\nLind denied it.\r\n"
    with TestClient(create_app(tmp_path / "new.db"), base_url="http://localhost") as page:
        assert "Nothing is on record yet" in page.get("/").text
        tried = page.post("/read", data={"text": text, "title": "Debts", "published": "2024-03-04"})
        assert "Read just now, and not kept." in tried.text
        assert "accused" in tried.text
        assert "Nothing is on record yet" in page.get("/").text
        kept = page.post("/keep", data={"token": form_token(page), "text": text, "title": "Debts", "published": "2024-03-04"})
        assert kept.url.path == "/stories/debts"
        assert page.post("/read", data={"text": " \n "}).status_code == 422
        assert page.post("/read", data={"text": "x", "published": "soon"}).status_code == 422
    with Record(tmp_path / "new.db") as record:
        assert record.story("debts").story.text == text.replace("\r\n", "\n")


def test_what_is_hostile_is_shown_and_not_obeyed(tmp_path: Path):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    one = story("a", title=evil, publisher=evil, url="javascript:alert(3)")
    reading = replace(one, story=replace(one.story, author='"><b>'))
    with Record(tmp_path / "r.db", writing=True) as record:
        record.keep(reading, record_run())
        record.settle()
    with TestClient(create_app(tmp_path / "r.db"), base_url="http://localhost") as page:
        for path in ("/", "/stories", "/stories/a", "/search", "/review", f"/search?words={evil}", f"/stories/{evil}"):
            text = page.get(path).text
            assert "<script>" not in text
            assert "<img src=x" not in text
            assert 'href="javascript:' not in text


def record_run():
    from tests.test_record import RUN

    return RUN
