"""Stage: show. The pages about who is on record and about somebody: what they said, how they stand to others, by which words and rules they are known."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from rejoinder.record import Record
from rejoinder.record.record import ANYBODY
from rejoinder.types import ActorKind
from rejoinder.web.asking import Kept, Limit, MayWrite, Name, Offset
from rejoinder.web.plots import bars
from rejoinder.web.templating import page

router = APIRouter(include_in_schema=False)

PAGE = 50
SEEN = 25  # stories in which somebody was recognised, at once
LATEST = 10  # of the sayings


@router.get("/people")
def people(request: Request, kept: Kept, name: Name = None, kind: ActorKind | Literal[""] | None = None, limit: Limit = PAGE, offset: Offset = 0) -> Response:
    """Who is on record."""
    found = kept.record.people((name or "").strip() or None, kind or None, limit=limit, offset=offset)
    return page(request, "people.html", found=found, asked={"name": name, "kind": kind}, limit=limit, offset=offset)


@router.get("/people/{id:path}")
def person(request: Request, kept: Kept, id: str, offset: Offset = 0) -> Response:
    """Somebody; offset: of the stories in which they were recognised."""
    record = kept.record
    one = record.person(id)
    return page(
        request,
        "person.html",
        one=one,
        latest=one.sayings[:LATEST],
        plot=bars("time", f"Statements by {one.name} and about them", record.days(id), ("said by them", "said about them"), "statements"),
        wordings=record.wordings(id),
        seen=record.seen(id, limit=SEEN, offset=offset),
        limit=SEEN,
        offset=offset,
    )


@router.post("/people/merge", dependencies=[MayWrite])
def merge(kept: Kept, first: Annotated[str, Form()], second: Annotated[str, Form()], by: Annotated[str, Form()] = "") -> Response:
    """Says that two are one."""
    with kept.writing() as record:
        record.merge(first, second.strip(), by=by.strip() or ANYBODY)
        return _to(record, first, second.strip())


@router.post("/people/split", dependencies=[MayWrite])
def split(kept: Kept, identity: Annotated[str, Form()], story: Annotated[str, Form()], by: Annotated[str, Form()] = "") -> Response:
    """Says that in a story it is somebody else."""
    with kept.writing() as record:
        record.split(identity, story, by=by.strip() or ANYBODY)
        return _to(record, identity)


def _to(record: Record, *names: str) -> Response:
    """To the page of the first of these who is still on record; an id may go when two become one."""
    found = next((found[0].id for name in names if (found := record.people(name, limit=1))), None)
    return RedirectResponse(f"/people/{quote(found, safe='')}" if found else "/people", 303)
