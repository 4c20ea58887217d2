"""Stage: show. What /api reads and writes: a story, corrections, forgetting. Writing needs the form token in a header, so no foreign page can (asking.py)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response

from rejoinder.record import Record
from rejoinder.show.contract import to_dict
from rejoinder.web.api_examples import WRITING, described
from rejoinder.web.api_forms import AnyCorrection, Contract, KeptContract, Numbered, OfLink, OfOne, OfStatement, OfTwo, StorySent
from rejoinder.web.asking import LONGEST, Kept, MayCall, Number, story_sent

router = APIRouter()


@router.post("/read", response_model=Contract, **described("read", "Read a story", 413, 403, 503))
def read(kept: Kept, sent: StorySent) -> Any:
    """Finds who said what in a story, and keeps nothing of it."""
    return to_dict(kept.read(story_sent(asdict(sent))))


@router.post("/stories", response_model=KeptContract, dependencies=[MayCall], **described("keep", "Read a story and keep it", *WRITING, 503, status=201))
def keep(kept: Kept, sent: StorySent, response: Response) -> Any:
    """Reads a story and keeps it, once: the same story again changes nothing, another text under the same URL is its new version."""
    reading = kept.read(story_sent(asdict(sent)))
    with kept.writing() as record:
        record.keep(reading, kept.run)
        record.settle()
        key = record.key(reading.story) or reading.story.id
        response.headers["location"] = f"/api/stories/{quote(key)}"
        return {**to_dict(record.story(key)), "identities": record.identities(key)}


@router.delete("/stories/{key:path}", dependencies=[MayCall], **described("forget", "Forget a story", *WRITING, 404, status=204))
def forget(kept: Kept, key: Annotated[str, Path(max_length=LONGEST)]) -> None:
    """Removes a story and all that hangs on it, corrections too; the version before it, if there is one, counts again."""
    with kept.writing() as record:
        record.forget(key)


@router.post("/corrections", response_model=Numbered, dependencies=[MayCall], **described("correct", "Set something right", *WRITING, 404, status=201))
def correct(kept: Kept, correction: AnyCorrection) -> Any:
    """Sets a statement or a link right, or says that two are one or that one is two; it wins over the program, and can be taken back."""
    with kept.writing() as record:
        return Numbered(_corrected(record, correction))


def _corrected(record: Record, said: OfStatement | OfLink | OfTwo | OfOne) -> int:
    if isinstance(said, OfStatement):
        return record.correct(said.story, said.statement, said.kind, said.value, by=said.by)
    if isinstance(said, OfLink):
        return record.correct_link(said.story, said.answering, said.answered, said.relation, by=said.by)
    if isinstance(said, OfOne):
        return record.split(said.identity, said.story, by=said.by)
    return record.merge(said.first, said.second, by=said.by)


@router.delete("/corrections/{number}", dependencies=[MayCall], **described("undo", "Take a correction back", *WRITING, 404, status=204))
def undo(kept: Kept, number: Number) -> None:
    """Takes a correction back; it stays on record as undone."""
    with kept.writing() as record:
        record.undo(number)
