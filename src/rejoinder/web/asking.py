"""Stage: show. What pages and /api take from a request alike: the store, the filters of a search, and the right to write."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Form, Header, HTTPException, Query, Request, Security
from fastapi.security import APIKeyHeader
from pydantic import Field

from rejoinder.errors import InputError
from rejoinder.reading.fields import story_of_fields
from rejoinder.reading.source import LARGEST
from rejoinder.types import Act, Mode, Story
from rejoinder.web.store import Store

LONGEST = 500  # characters of a question
MOST = 500  # answers at once
HIGHEST = 2**63 - 1  # number of a row that SQLite can hold
TOKEN = "X-Rejoinder-Token"
DAY = r"^$|^\d{4}(-\d{2}(-\d{2})?)?$"

Words = Annotated[str | None, Query(max_length=LONGEST, description='All of these words; "a phrase" in quotation marks; begin* for a beginning.')]
Name = Annotated[str | None, Query(max_length=LONGEST, description="A name, words of one, or an id.")]
Day = Annotated[str | None, Query(pattern=DAY, description="A day, month or year: 2024-03-01, 2024-03, 2024.")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
Number = Annotated[int, Field(ge=1, le=HIGHEST)]  # of a row
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="How many to pass over.")]
_token = APIKeyHeader(name=TOKEN, scheme_name="token", description="What GET /api/token gives; writing needs it.", auto_error=False)


def _store(request: Request) -> Store:
    return request.app.state.store


Kept = Annotated[Store, Depends(_store)]


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a search for statements, as they stand in an address; "" is as good as nothing."""

    words: Words = None
    speaker: Name = None
    to: Name = None
    about: Name = None
    act: Act | Literal[""] | None = None
    mode: Mode | Literal[""] | None = None
    since: Day = None
    until: Day = None
    publisher: Name = None
    named: Annotated[Literal["", "yes", "no"] | None, Query(description="Only sources with a name (yes), or without one (no).")] = None
    story: Name = None

    def filters(self) -> dict[str, object]:
        """Arguments of Record.search."""
        found = {name: getattr(self, name) or None for name in self.__dataclass_fields__}
        return {**found, "named": None if not self.named else self.named == "yes"}

    def query(self) -> dict[str, object]:
        """What was asked, for an address."""
        return {name: value for name in self.__dataclass_fields__ if (value := getattr(self, name))}


def story_sent(fields: Mapping[str, object]) -> Story:
    """A story as somebody sends it; one without an id is called by its first words, so that the same story sent twice has one.

    Raises:
        InputError: no text, too much of it, or a date that is none.
    """
    text = str(fields.get("text") or "")
    if len(text) > LARGEST:
        raise InputError("the story", f"more than {LARGEST / 1e6:.0f} MB", "send a part of it")

    def refuse(problem: InputError) -> None:
        raise problem

    id = "-".join(re.findall(r"\w+", str(fields.get("title") or text[:1000]).lower())[:8])
    return story_of_fields(fields, "the story", id or "story", refuse, "paste a text")


def _may_write(request: Request, token: Annotated[str, Form()] = "", header: Annotated[str, Header(alias=TOKEN)] = "") -> None:
    _check(request, header or token, "the form is too old, or not ours; load the page again")


def _may_call(request: Request, header: Annotated[str | None, Security(_token)]) -> None:
    _check(request, header or "", f"writing needs the header {TOKEN}, with what /api/token gives")


def _check(request: Request, token: str, otherwise: str) -> None:
    """Only our own pages, and programs on this machine, can know the form token."""
    known: str = request.app.state.form_token
    if not hmac.compare_digest(token.encode(), known.encode()):
        raise HTTPException(403, otherwise)


MayWrite = Depends(_may_write)
MayCall = Depends(_may_call)
