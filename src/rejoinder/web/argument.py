"""Stage: show. The pages about claims and their answers, and about two who speak of each other."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from rejoinder.record.relations import LANES
from rejoinder.show.threads import VERBS
from rejoinder.types import Relation
from rejoinder.web.asking import HIGHEST, Kept, Name, Offset, Words
from rejoinder.web.plots import Key, bars, dots
from rejoinder.web.templating import page

router = APIRouter(include_in_schema=False)

CLAIMS, TURNS, EACH = 20, 60, 15  # shown at once
CHOICES = 20  # who may be meant by a name
DONE: dict[Relation | None, str] = {
    None: "said first",
    "repeats": "said again",
    "supports": "supported",
    "denies": "denied",
    "disputes": "disputed",
    "contradicts": "contradicted",
    "retracts": "taken back",
}

Few = Annotated[int, Query(ge=1, le=150)]  # each is long: more would be too large a page
Claim = Annotated[int, Path(le=HIGHEST)]
Repeats = Annotated[bool, Query(description="Also claims that were only repeated.")]


@router.get("/disputes")
def disputes(request: Request, kept: Kept, words: Words = None, repeats: Repeats = False, limit: Few = CLAIMS, offset: Offset = 0) -> Response:
    """Claims over all stories."""
    found = kept.record.claims(words, repeats=repeats, limit=limit, offset=offset)
    asked = {"words": words, "repeats": "true" if repeats else None}
    return page(request, "disputes.html", found=found, asked=asked, verbs=VERBS, limit=limit, offset=offset)


@router.get("/disputes/{claim:int}")
def dispute(request: Request, kept: Kept, claim: Claim, limit: Few = TURNS, offset: Offset = 0) -> Response:
    """One claim, who made it and who answered it, over stories and time."""
    thread = kept.record.thread(claim, limit=limit, offset=offset)
    plot = dots("time", "The claim over time", thread.days, [Key(DONE[lane], f"dot-{lane or 'first'}") for lane in LANES])
    sums = [(DONE[lane], sum(day.counts[k] for day in thread.days)) for k, lane in enumerate(LANES)]
    return page(request, "dispute.html", thread=thread, plot=plot, sums=sums, verbs=VERBS, limit=limit, offset=offset)


@router.get("/between")
def between(request: Request, kept: Kept, a: Name = None, b: Name = None, harsh: bool = False) -> Response:
    """Two who speak of each other; where a name may be several people, who they are; where nobody is named, who speaks of whom."""
    record = kept.record
    names = [(name or "").strip() for name in (a, b)]
    view = {"asked": {"a": names[0], "b": names[1]}, "harsh": harsh, "matrix": None, "two": None, "plot": None, "choices": ()}
    if not any(names):
        return page(request, "between.html", **{**view, "matrix": record.matrix(harsh=harsh)})
    choices = [record.people(name, limit=CHOICES) if name else () for name in names]
    ids = [found[0].id for found in choices if len(found) == 1]
    if len(ids) < 2 or ids[0] == ids[1]:
        return page(request, "between.html", **{**view, "choices": choices, "same": len(ids) == 2})
    two = record.between(ids[0], ids[1], limit=EACH)
    series = (f"{two.a.name} of {two.b.name}", f"{two.b.name} of {two.a.name}")
    plot = bars("time", "What each said of the other, over time", two.days, series, "statements")
    return page(request, "between.html", **{**view, "two": two, "plot": plot, "verbs": VERBS})
