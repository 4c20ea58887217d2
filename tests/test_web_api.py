"""The answers as JSON: every operation over a small record, its description with its examples, and the page that shows it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rejoinder.record import Record
from rejoinder.show.contract import to_dict
from rejoinder.tagging.labels import MEANING_WIDTH
from rejoinder.types import Actor, Reading, Span, Statement, Story
from rejoinder.web.api_examples import FILE, HERE, Example, examples
from rejoinder.web.app import create_app
from tests.test_record import ACCUSED, RUN, many, settled, story

SAID = re.compile(r"(\S+ \S+) (said) (.+)\.")
NOON = "2024-03-10T12:00:00+00:00"


class LightReader:
    """Reads without a model: "Somebody Somewhere said words." is a statement."""

    run = RUN

    def read(self, story: Story) -> Reading:
        said = SAID.search(story.text)
        if said is None:
            return Reading(replace(story, condition="clean"))
        source, cue, content = (Span(*said.span(k)) for k in (1, 2, 3))
        id = f"person:{said[1].lower().replace(' ', '-')}"
        statement = Statement("s1", (source,), (cue,), (content,), (), "indirect", 0.8, None, id, None, None, True, "assert", False, False)
        actor = Actor(id, said[1], "person", mentions=(source,), confidence=(0.9,))
        return Reading(replace(story, condition="clean"), (actor,), (statement,), (), np.zeros((1, MEANING_WIDTH), np.float16))


def light_app(file: Path, **options: Any) -> FastAPI:
    """An application that reads without a model."""
    app = create_app(file, **options)
    app.state.store._reader = LightReader()
    return app


@pytest.fixture
def file(tmp_path: Path) -> Path:
    readings = many()
    settled([*readings, replace(readings[0], story=replace(readings[0].story, id="coast/post?a#b", publisher="Coast"))], tmp_path / "r.db").close()
    return tmp_path / "r.db"


@pytest.fixture
def api(file: Path) -> Iterator[TestClient]:
    with TestClient(light_app(file), base_url="http://localhost") as client:
        yield client


def key_of(client: TestClient) -> dict[str, str]:
    """What writing needs."""
    return {"X-Rejoinder-Token": client.get("/api/token").json()["token"]}


# Questions


def test_a_story_is_the_contract_with_identities(api: TestClient, file: Path):
    with Record(file) as record:
        for key in ("a", "coast/post?a#b"):
            found = api.get(f"/api/stories/{key.replace('?', '%3F').replace('#', '%23')}").json()
            assert found.pop("identities") == record.identities(key)
            assert found == json.loads(json.dumps(to_dict(record.story(key))))


def test_pages_add_up_to_the_whole(api: TestClient):
    whole = api.get("/api/search?limit=500").json()
    assert whole["total"] == len(whole["answers"]) > 10
    assert not whole["more"]
    parts = [api.get(f"/api/search?limit=4&offset={at}").json() for at in range(0, whole["total"] + 4, 4)]
    assert [said for part in parts for said in part["answers"]] == whole["answers"]
    assert {part["total"] for part in parts} == {whole["total"]}
    assert [part["more"] for part in parts] == [4 * (k + 1) < whole["total"] for k in range(len(parts))]


def test_search_takes_every_filter(api: TestClient, file: Path):
    asked = {"words": "mine", "speaker": "reed", "about": "lund", "act": "accuse", "mode": "indirect", "since": "2024", "until": "2024-03-05", "named": "yes"}
    found = api.get("/api/search", params=asked).json()
    with Record(file) as record:
        expected = record.search(**{**asked, "named": True})  # type: ignore[arg-type]
        assert [said["story"] for said in found["answers"]] == [said.story for said in expected]
    assert found["answers"]
    empty = dict.fromkeys(("words", "speaker", "to", "about", "act", "mode", "since", "until", "publisher", "named", "story"), "")
    assert api.get("/api/search", params=empty).json()["total"] == api.get("/api/search").json()["total"]


def test_tables_to_keep(api: TestClient):
    for path in ("search", "stories", "review", "people", "disputes"):
        answer = api.get(f"/api/{path}?format=csv&limit=3")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert re.fullmatch(r'attachment; filename="rejoinder-\w+\.csv"', answer.headers["content-disposition"])
        assert 1 < answer.text.count("\n") <= 4, path


def test_the_questions_of_the_command_line(api: TestClient, file: Path):
    with Record(file) as record:
        assert [one["id"] for one in api.get("/api/who/reed").json()["answers"]] == [one.id for one in record.who("reed")]
        assert [one["claim"] for one in api.get("/api/disputes").json()["answers"]] == [one.claim for one in record.disputes()]
        assert api.get("/api/stats").json()["statements"] == record.stats().statements
    assert api.get("/api/who/nobody at all").json() == {"answers": [], "total": 0, "more": False}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("stories/none", 404),
        ("between?a=nobody&b=reed", 404),
        ("between?a=nobody", 422),
        ("corrections?story=none", 404),
        ("search?since=yesterday", 422),
        ("search?act=shout", 422),
        ("search?limit=0", 422),
        ("nothing", 404),
        ("search?words=" + "x" * 600, 422),
    ],
)
def test_a_refusal_is_one_sentence(api: TestClient, path: str, status: int):
    answer = api.get(f"/api/{path}")
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]


# Reading and writing


def test_a_story_is_read_and_not_kept(api: TestClient):
    before = api.get("/api/stats").json()["stories"]
    found = api.post("/api/read", json={"text": "Ana Reed said it rained.\r\n", "id": "x"}).json()
    assert found["schema"] == "rejoinder.story/1"
    assert (found["story"]["id"], found["story"]["text"]) == ("x", "Ana Reed said it rained.\r\n")
    assert [s["speaker"] for s in found["statements"]] == ["person:ana-reed"]
    assert api.get("/api/stats").json()["stories"] == before


def test_the_real_reader_reads(file: Path):
    with TestClient(create_app(file), base_url="http://localhost") as api:
        found = api.post("/api/read", json={"text": "Ana Reed said on Monday that the mine had been flooded."}).json()
    assert found["statements"]
    assert found["story"]["id"] == "ana-reed-said-on-monday-that-the-mine"


def test_a_story_is_kept_once(api: TestClient):
    sent = {"text": "Ana Reed said it rained.", "id": "north/rain 1"}
    for _ in range(2):
        kept = api.post("/api/stories", json=sent, headers=key_of(api))
        assert kept.status_code == 201
        assert kept.json()["story"]["id"] == "north/rain 1"
        assert api.get(kept.headers["location"]).json() == kept.json()
    assert api.get("/api/search?story=north/rain 1").json()["total"] == 1


@pytest.mark.parametrize("sent", [{"text": " "}, {"text": ""}, {}, {"text": "It rained.", "published": "soon"}, {"text": 7}, {"text": "x" * 2_000_001}, []])
def test_what_is_no_story_is_refused(api: TestClient, sent: object):
    answer = api.post("/api/read", json=sent)
    assert answer.status_code == 422
    assert list(answer.json()) == ["error"]


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b'{"text": "\\ud800"}', b'"a"', b"null", b"[" * 100_000], ids=["cut", "bytes", "surrogate", "string", "null", "deep"]
)
def test_what_is_no_json_is_refused(api: TestClient, body: bytes):
    answer = api.post("/api/read", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert list(answer.json()) == ["error"]


def test_everything_can_be_set_right_and_undone(api: TestClient):
    key = key_of(api)
    corrections: list[dict[str, object]] = [
        {"kind": "act", "story": "a", "statement": "s1", "value": "criticise", "by": "kim"},
        {"kind": "speaker", "story": "a", "statement": "s3", "value": "person:Cato Vik"},
        {"kind": "target", "story": "a", "statement": "s1", "value": None},
        {"kind": "drop", "story": "b", "statement": "s1"},
        {"kind": "link", "story": "a", "answering": "s3", "answered": "s1", "relation": "supports"},
        {"kind": "link", "story": "a", "answering": "s2", "answered": "s1"},
        {"kind": "merge", "first": "person:ana-reed", "second": "person:bo-lund"},
        {"kind": "split", "identity": "person:ana-reed", "story": "c"},
    ]
    before = api.get("/api/search?limit=500").json()
    numbers: list[int] = []
    for correction in corrections:
        made = api.post("/api/corrections", json=correction, headers=key)
        assert made.status_code == 201, made.text
        numbers.append(made.json()["number"])
    listed = api.get("/api/corrections").json()
    assert [c["id"] for c in listed] == numbers
    assert listed[0]["by"] == "kim"
    gold = [json.loads(line) for line in api.get("/api/corrections/gold").text.splitlines()]
    assert {one["id"] for one in gold} == {"a", "b"}
    for number in reversed(numbers):
        assert api.delete(f"/api/corrections/{number}", headers=key).status_code == 204
    assert api.get("/api/search?limit=500").json() == before
    assert api.delete("/api/corrections/1", headers=key).status_code == 422
    assert api.delete("/api/corrections/99", headers=key).status_code == 404


def test_a_story_is_forgotten(api: TestClient):
    path = "/api/stories/coast/post%3Fa%23b"
    assert api.delete(path, headers=key_of(api)).status_code == 204
    assert api.get(path).status_code == 404
    assert api.delete(path, headers=key_of(api)).status_code == 404


def test_too_many_stories_at_once(api: TestClient):
    queue = api.app.state.store._queue  # type: ignore[attr-defined]
    while queue.acquire(blocking=False):
        pass
    answer = api.post("/api/read", json={"text": "It rained."})
    assert answer.status_code == 503
    assert list(answer.json()) == ["error"]


# The description


def small_record(file: Path) -> None:
    """The record of the examples."""
    readings = [
        story("mine", title="Debts of the mine", publisher="Northern Mail", url="https://northern-mail.example/mine"),
        story("debts", [ACCUSED], "2024-03-02", publisher="Coast Post"),
    ]
    settled(readings, file).close()


def steady(answer: Any) -> Any:
    """An answer without what is another at each time: hours, the size of the file, the token."""
    fixed = {"added": NOON, "at": NOON, "bytes": 253952, "token": "Jh3kTq0Yw1sDgP5n"}
    if isinstance(answer, dict):
        return {name: fixed.get(name) or steady(value) for name, value in answer.items()}
    return [steady(value) for value in answer] if isinstance(answer, list) else answer


def send(api: TestClient, example: Example) -> Any:
    sent = api.request(example.method, example.path, json=example.body, headers=key_of(api))
    assert sent.is_success, (example.path, sent.text)
    kind = sent.headers.get("content-type", "")
    return None if sent.status_code == 204 else steady(sent.json()) if kind == "application/json" else sent.text


def test_every_operation_has_a_real_example(tmp_path: Path, update_golden: bool):
    small_record(tmp_path / "r.db")
    with TestClient(light_app(tmp_path / "r.db"), base_url="http://localhost") as api:
        answers = {name: send(api, example) for name, example in examples().items()}
        described = api.get("/api/openapi.json").json()
    if update_golden:
        rows = {n: {"method": e.method, "path": e.path, "body": e.body, "answer": answers[n]} for n, e in examples().items()}
        FILE.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
        examples.cache_clear()
    assert answers == {name: example.answer for name, example in examples().items()}
    assert {one["operationId"] for methods in described["paths"].values() for one in methods.values()} == set(examples())


def test_the_description_is_whole(api: TestClient):
    described = api.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for methods in described["paths"].values():
        for method, one in methods.items():
            assert one["summary"]
            assert one["description"]
            assert {"400", "401", "422"} <= set(one["responses"])
            assert all("Refusal" in json.dumps(said) for code, said in one["responses"].items() if code > "3")
            assert ("security" in one) == (method != "get" and one["operationId"] != "read")


def test_the_lines_for_a_shell_ask_what_the_examples_ask():
    for example in examples().values():
        words = shlex.split(example.curl())
        address = urlsplit(next(word for word in words if word.startswith(HERE)))
        assert unquote(address.path + (f"?{address.query}" if address.query else "")) == example.path
        assert ("-d" in words) == (example.body is not None)
        assert ("X-Rejoinder-Token: $TOKEN" in words) == (example.method != "GET" and example.path != "/api/read")


def test_the_page_shows_every_operation(api: TestClient):
    page = api.get("/api").text
    assert "<script" not in page
    for name, example in examples().items():
        assert f'<section id="{name}">' in page
        assert example.path.split("?")[0].rsplit("/", 1)[0].replace(" ", "%20") in page
    assert "at most 500 characters" in page
    assert len(page) < 300_000
