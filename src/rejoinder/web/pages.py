"""Stage: show. The pages: read a story, the stories, a story, statements, what was set right, what is least certain.

The pages about somebody are in people.py, those about claims and about two in argument.py.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from rejoinder.record.record import ANYBODY
from rejoinder.types import Reading, Story
from rejoinder.web import argument, people
from rejoinder.web.asking import Asked, Day, Kept, Limit, MayWrite, Name, Number, Offset, Words, story_sent
from rejoinder.web.marks import paragraphs
from rejoinder.web.safety import BODY
from rejoinder.web.templating import page

router = APIRouter(include_in_schema=False, form_limits={"max_part_size": BODY})  # a pasted story is one field
router.include_router(people.router)
router.include_router(argument.router)

PAGE = 50


@router.get("/")
def home(request: Request, kept: Kept) -> Response:
    """The box for a story, and what is on record."""
    return page(request, "home.html", stats=kept.record.stats(), latest=kept.record.stories(limit=8))


@router.post("/read")
def read(request: Request, kept: Kept, text: Annotated[str, Form()], title: Annotated[str, Form()] = "", published: Annotated[str, Form()] = "") -> Response:
    """A story that was pasted, read and not kept."""
    reading = kept.read(_story(text, title, published))
    view = {**_view(reading, {}), "trial": {"text": text, "title": title, "published": published}}
    return page(request, "story.html", **view, corrections=[])


@router.post("/keep", dependencies=[MayWrite])
def keep(kept: Kept, text: Annotated[str, Form()], title: Annotated[str, Form()] = "", published: Annotated[str, Form()] = "") -> Response:
    """Keeps a story that was read."""
    reading = kept.read(_story(text, title, published))
    with kept.writing() as record:
        record.keep(reading, kept.run)
        record.settle()
        key = record.key(reading.story)
    return RedirectResponse(_at(key or ""), 303)


def _story(text: str, title: str, published: str) -> Story:
    """The pasted text as a story; a browser sends line ends as CRLF."""
    return story_sent({"text": text.replace("\r\n", "\n"), "title": title.strip(), "published": published.strip()})


@router.get("/stories")
def stories(
    request: Request, kept: Kept, words: Words = None, since: Day = None, until: Day = None, publisher: Name = None, limit: Limit = PAGE, offset: Offset = 0
) -> Response:
    """The stories on record."""
    found = kept.record.stories(words, since=since or None, until=until or None, publisher=publisher or None, limit=limit, offset=offset)
    asked = {"words": words, "since": since, "until": until, "publisher": publisher}
    return page(request, "stories.html", found=found, asked=asked, limit=limit, offset=offset)


@router.get("/stories/{key:path}")
def story(request: Request, kept: Kept, key: str) -> Response:
    """One story with its statements in the margin."""
    record = kept.record
    view = {**_view(record.story(key), record.identities(key)), "line": record.story_line(key)}
    return page(request, "story.html", **view, corrections=[c for c in record.corrections(key) if not c.undone])


def _view(reading: Reading, identities: dict[str, str]) -> dict[str, Any]:
    return {"reading": reading, "paragraphs": paragraphs(reading, identities), "trial": None, "line": None}


@router.get("/search")
def search(request: Request, kept: Kept, asked: Annotated[Asked, Depends()], limit: Limit = PAGE, offset: Offset = 0, part: bool = False) -> Response:
    """Statements; part: only the list of them, for results as one types."""
    found = kept.record.search(**asked.filters(), limit=limit, offset=offset)  # type: ignore[arg-type]
    name = "found.html" if part else "search.html"
    return page(request, name, found=found, asked=asked.query(), limit=limit, offset=offset)


@router.get("/review")
def review(request: Request, kept: Kept, limit: Limit = 30, offset: Offset = 0) -> Response:
    """The statements of which the program is least certain, and what was set right."""
    return page(
        request,
        "review.html",
        found=kept.record.least_certain(limit=limit, offset=offset),
        limit=limit,
        offset=offset,
        corrections=kept.record.corrections()[::-1],
    )


@router.post("/stories/{key:path}/correct", dependencies=[MayWrite])
def correct(
    kept: Kept, key: str, statement: Annotated[str, Form()], kind: Annotated[str, Form()], by: Annotated[str, Form()] = "",
    value: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Sets a statement right; value "" is nobody, or not known."""
    with kept.writing() as record:
        record.correct(key, statement, kind, value.strip() or None, by=by.strip() or ANYBODY)
    return _back(back or _at(key, statement))


@router.post("/stories/{key:path}/link", dependencies=[MayWrite])
def link(
    kept: Kept, key: str, answering: Annotated[str, Form()], answered: Annotated[str, Form()], relation: Annotated[str, Form()] = "",
    by: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Says how a statement answers another; relation "": it does not."""
    with kept.writing() as record:
        record.correct_link(key, answering, answered, relation or None, by=by.strip() or ANYBODY)
    return _back(_at(key, answering))


@router.post("/undo", dependencies=[MayWrite])
def undo(kept: Kept, number: Annotated[Number, Form()], back: Annotated[str, Form()] = "/review") -> Response:
    """Takes a correction back."""
    with kept.writing() as record:
        record.undo(number)
    return _back(back)


def _at(key: str, statement: str = "") -> str:
    """The address of a story, or of a statement in it."""
    return f"/stories/{quote(key)}" + (f"#{quote(statement)}" if statement else "")


def _back(address: str) -> Response:
    """To a page of ours, and nowhere else."""
    return RedirectResponse(address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/", 303)
