"""Stage: show. The same answers as JSON under /api: questions. What is written is in api_writing.py, the page that describes all of it in api_page.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import StringIO
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import Response

from rejoinder.record.answers import Dispute, Matrix, Person, Profile, Saying, Stats, StoryLine
from rejoinder.record.corrections import Correction
from rejoinder.show.answers import write_csv, write_json
from rejoinder.show.contract import to_dict
from rejoinder.types import ActorKind
from rejoinder.web import api_page, api_writing
from rejoinder.web.api_examples import described
from rejoinder.web.api_forms import Found, KeptContract, Token, Two, found, two
from rejoinder.web.asking import LONGEST, Asked, Day, Kept, Limit, Name, Offset, Words
from rejoinder.web.safety import same_origin

ABOUT = """Everything that the page shows, and the same answers as the command line. Every refusal is `{"error": a sentence}`."""
PAGE = 50

router = APIRouter(prefix="/api")
router.add_api_route("", api_page.show, include_in_schema=False)

Format = Annotated[Literal["json", "csv"], Query(description="csv: a table to keep, a line an answer; of lists only how long they are.")]
Key = Annotated[str, Path(max_length=LONGEST, description="Key of the story; it may hold slashes.")]
Called = Annotated[str, Query(min_length=1, max_length=LONGEST, description="An id, or a name that only one has.")]


@router.get("/stories", response_model=Found[StoryLine], **described("stories", "Stories", table=True))
def stories(
    kept: Kept,
    words: Words = None,
    since: Day = None,
    until: Day = None,
    publisher: Name = None,
    limit: Limit = PAGE,
    offset: Offset = 0,
    format: Format = "json",
) -> Any:
    """Stories with these words in text or title, the latest first; older versions too, which name the newer one."""
    answers = kept.record.stories(words, since=since or None, until=until or None, publisher=publisher or None, limit=limit, offset=offset)
    return _as(format, "stories", answers) or found(answers, offset)


@router.get("/stories/{key:path}", response_model=KeptContract, **described("story", "One story", 404))
def story(kept: Kept, key: Key) -> Any:
    """A story with everything that is kept of it, as `rejoinder read --json` prints it, and who its actors are over all stories."""
    return {**to_dict(kept.record.story(key)), "identities": kept.record.identities(key)}


@router.get("/search", response_model=Found[Saying], **described("search", "Statements", table=True))
def search(kept: Kept, asked: Annotated[Asked, Depends()], limit: Limit = PAGE, offset: Offset = 0, format: Format = "json") -> Any:
    """Statements that fit all that is asked, the latest published first."""
    answers = kept.record.search(**asked.filters(), limit=limit, offset=offset)  # type: ignore[arg-type]
    return _as(format, "statements", answers) or found(answers, offset)


@router.get("/review", response_model=Found[Saying], **described("review", "The least certain", table=True))
def review(kept: Kept, limit: Limit = PAGE, offset: Offset = 0, format: Format = "json") -> Any:
    """The statements of which the program is least certain, and that nobody has set right."""
    answers = kept.record.least_certain(limit=limit, offset=offset)
    return _as(format, "review", answers) or found(answers, offset)


@router.get("/people", response_model=Found[Person], **described("people", "Who is on record", table=True))
def people(kept: Kept, name: Name = None, kind: ActorKind | None = None, limit: Limit = PAGE, offset: Offset = 0, format: Format = "json") -> Any:
    """People, bodies and countries, those who say most first."""
    answers = kept.record.people(name or None, kind, limit=limit, offset=offset)
    return _as(format, "people", answers) or found(answers, offset)


@router.get("/who/{name:path}", response_model=Found[Profile], **described("who", "Somebody"))
def who(
    kept: Kept, name: Annotated[str, Path(max_length=LONGEST, description="A name, words of one, or an id.")], limit: Annotated[int, Query(ge=1, le=50)] = 5
) -> Any:
    """Everybody who is called so: names, offices, what they said and to whom, whom they accuse, who accuses and who answers them."""
    return found(kept.record.who(name, limit=limit))


@router.get("/disputes", response_model=Found[Dispute], **described("disputes", "Disputes", table=True))
def disputes(
    kept: Kept,
    words: Words = None,
    repeats: Annotated[bool, Query(description="Also claims that nobody answered.")] = False,
    limit: Limit = 20,
    offset: Offset = 0,
    format: Format = "json",
) -> Any:
    """Claims with all who made them and all who answered them, over all stories, the most answered first."""
    answers = kept.record.disputes(words, repeats=repeats, limit=limit, offset=offset)
    return _as(format, "disputes", answers) or found(answers, offset)


@router.get("/between", response_model=Two, **described("between", "Between two", 404))
def between(kept: Kept, a: Called, b: Called, limit: Limit = 20) -> Any:
    """What two said of each other, by act and by day, and who answered whom."""
    return two(kept.record.between(a, b, limit=limit))


@router.get("/matrix", response_model=Matrix, **described("matrix", "Who speaks of whom"))
def matrix(
    kept: Kept,
    limit: Annotated[int, Query(ge=1, le=50, description="How many speakers at most.")] = 12,
    harsh: Annotated[bool, Query(description="Only accusations and criticisms.")] = False,
) -> Any:
    """The most talkative pairs: a row a speaker, a column for each of those spoken of."""
    return kept.record.matrix(limit=limit, harsh=harsh)


@router.get("/stats", response_model=Stats, **described("stats", "How much there is"))
def stats(kept: Kept) -> Any:
    """How much the record holds of what."""
    return kept.record.stats()


@router.get("/corrections", response_model=tuple[Correction, ...], **described("corrections", "What was set right", 404))
def corrections(kept: Kept, story: Name = None) -> Any:
    """All corrections, the oldest first, or those of one story; those that were taken back too."""
    return kept.record.corrections(story or None)


@router.get("/corrections/gold", response_class=Response, **described("gold", "Corrections as gold", kind="application/jsonl"))
def gold(kept: Kept) -> Response:
    """What was set right, as stand-off gold for scoring and training: a JSON object a story and line, offsets and the text's SHA-256, no text."""
    return Response(_written(write_json, kept.record.gold()), media_type="application/jsonl")


@router.get("/token", response_model=Token, **described("token", "What writing needs", 403))
def token(request: Request) -> Any:
    """The form token, for programs; see docs/api.md for what it is good against."""
    if not same_origin(request.headers):
        raise HTTPException(403, "only this page and programs may ask for it")
    return Token(request.app.state.form_token)


def _as(format: str, name: str, answers: Iterable[Any]) -> Response | None:
    """The answers as a file, where that is asked for."""
    if format == "json":
        return None
    headers = {"content-disposition": f'attachment; filename="rejoinder-{name}.csv"'}
    return Response(_written(write_csv, answers), media_type="text/csv", headers=headers)


def _written(write: Callable[[Iterable[Any], Any], None], answers: Iterable[Any]) -> str:
    out = StringIO()
    write(answers, out)
    return out.getvalue()


router.include_router(api_writing.router)  # last, so that the description begins with what is asked most
