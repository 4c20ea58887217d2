"""Whatever is asked, nothing breaks: /api from its own description, the pages by whatever stands in an address or a form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from rejoinder.web.asking import TOKEN
from tests.test_record import many, settled
from tests.test_web_api import light_app

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SOME = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)


# Tests are made from the description before there is a record to ask.
with TemporaryDirectory() as folder:
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", light_app(Path(folder) / "r.db", hosts=()))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """One record for all: what is written to it makes it only livelier."""
    file = tmp_path_factory.mktemp("fuzz") / "r.db"
    settled(many(), file).close()
    schema.app = light_app(file, hosts=())
    return schema.app


# /api


@schema.parametrize()
@SOME
def test_api(case: schemathesis.Case, app: FastAPI):
    answer = case.call(headers={TOKEN: app.state.form_token})
    case.validate_response(answer, checks=CHECKS)


# The pages

PAGES = ("/", "/stories", "/search", "/people", "/disputes", "/between", "/review", "/stories/{}", "/people/{}", "/disputes/{}", "/api", "/static/{}", "/{}")
NAMES = (
    "words",
    "speaker",
    "to",
    "about",
    "publisher",
    "story",
    "name",
    "a",
    "b",
    "act",
    "mode",
    "named",
    "kind",
    "since",
    "until",
    "limit",
    "offset",
    "part",
    "repeats",
    "harsh",
)
LIKELY = st.sampled_from(
    [
        "",
        "mine",
        '"',
        '"flooded mine',
        "a*",
        "*",
        "NEAR(a b)",
        "-",
        "a:b",
        "^",
        "%",
        "_",
        "person:ana-reed",
        "bo lund",
        "2024-03",
        "deny",
        "yes",
        "0",
        "-1",
        "1",
        str(2**64),
        "\0",
        "../..",
        "é\u202e",
    ]
)
HOSTILE = st.one_of(LIKELY, st.text(max_size=40), st.text("ab \"'*()", max_size=600))


@pytest.fixture(scope="module")
def pages(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost") as client:
        yield client


@given(st.sampled_from(PAGES), LIKELY, st.dictionaries(st.sampled_from(NAMES), HOSTILE, max_size=5))
@settings(SOME, max_examples=250)
def test_whatever_stands_in_an_address(pages: TestClient, path: str, part: str, asked: dict[str, str]):
    answer = pages.get(path.format(quote(part)), params=asked)
    assert answer.status_code in (200, 404, 422), (answer.url, answer.text)
    assert answer.headers["content-security-policy"]


@given(st.sampled_from(("/read", "/keep", "/stories/a/correct", "/stories/a/link", "/undo")), st.data())
@settings(SOME, max_examples=120)
def test_whatever_stands_in_a_form(pages: TestClient, app: FastAPI, path: str, data: st.DataObject):
    choices = {
        "statement": ["s1", "s9"],
        "answering": ["s1", "s3"],
        "answered": ["s2"],
        "kind": ["act", "speaker", "drop", "to"],
        "relation": ["denies", ""],
        "number": ["1", str(2**64)],
    }
    names = ("text", "title", "published", "statement", "kind", "value", "by", "back", "answering", "answered", "relation", "number")
    form: dict[str, Any] = {name: data.draw(st.one_of(HOSTILE, st.sampled_from(choices.get(name, ["x"]))), label=name) for name in names}
    answer = pages.post(path, data={**form, "token": app.state.form_token}, follow_redirects=False)
    assert answer.status_code in (200, 303, 404, 422), (form, answer.text)
