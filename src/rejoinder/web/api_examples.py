"""Stage: show. What the OpenAPI description says of each operation beside its form: how it may be refused, a request to try and its answer.

The examples stand in api_examples.json. They are real: a test sends each request, in this order, to a small record and compares the answer.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rejoinder.web.api_forms import Refusal
from rejoinder.web.asking import TOKEN

FILE = Path(__file__).with_name("api_examples.json")
HERE = "http://127.0.0.1:8765"  # where `rejoinder serve` listens
REFUSALS = {
    400: "Asked for under a foreign name, or a body that cannot be decoded.",
    401: "On another address than this machine's: without the access token.",
    403: "From a foreign page, or without the form token.",
    404: "The record does not have it.",
    413: "Too large a body.",
    422: "What was asked cannot be answered: a value that is none, or a record that may only be read.",
    503: "Too many stories are being read.",
}
ALWAYS = (400, 401, 422)
WRITING = (403, 413)


@dataclass(frozen=True, slots=True)
class Example:
    """A request and its answer; body: None where it has none; answer: an object, a text, or None."""

    method: str
    path: str
    body: Any
    answer: Any

    def curl(self) -> str:
        """The request for a shell."""
        parts = ["curl"]
        if self.method != "GET":
            parts += ["-X", self.method]
        if self.body is not None:
            parts += ["-H", "Content-Type: application/json", "-d", json.dumps(self.body, ensure_ascii=False)]
        line = shlex.join([*parts, HERE + quote(self.path, safe="/?&=%+*")])
        needs = self.method == "DELETE" or (self.method == "POST" and self.path != "/api/read")
        return line + (f' -H "{TOKEN}: $TOKEN"' if needs else "")


@cache
def examples() -> dict[str, Example]:
    """By name of the operation."""
    return {name: Example(**one) for name, one in json.loads(FILE.read_text("utf-8")).items()}


def described(name: str, summary: str, *refusals: int, status: int = 200, kind: str = "application/json", table: bool = False) -> dict[str, Any]:
    """Arguments of a route.

    Args:
        name: of its example.
        summary: what it does, in a few words.
        refusals: with which codes it may be refused, beside those that are always so.
        status: of the answer.
        kind: of the answer.
        table: it may also be had as CSV.
    """
    example = examples().get(name)
    answer: dict[str, Any] = {"description": "Done." if status == 204 else "The answer."}
    if status != 204:
        text = {"schema": {"type": "string"}}
        content: dict[str, Any] = {kind: text if kind != "application/json" else {}, **({"text/csv": text} if table else {})}
        content[kind] = {**content[kind], **({"example": example.answer} if example else {})}
        answer["content"] = content
    refused = {code: {"model": Refusal, "description": REFUSALS[code]} for code in (*ALWAYS, *refusals)}
    extra: dict[str, Any] = {"x-codeSamples": [{"lang": "Shell", "source": example.curl()}]} if example else {}
    if example is not None and example.body is not None:
        extra["requestBody"] = {"content": {"application/json": {"example": example.body}}}
    return {"operation_id": name, "summary": summary, "status_code": status, "responses": {status: answer, **refused}, "openapi_extra": extra}
