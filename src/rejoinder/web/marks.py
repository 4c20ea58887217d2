"""Stage: show. A reading -> what the story view sets: paragraphs cut where spans begin and end, and one card a statement beside its paragraph.

Spans of different statements overlap and nest as they like, so the text is cut at every border; each piece tells which statements it belongs to,
and as what.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rejoinder.show.threads import VERBS
from rejoinder.show.view import clean, deed, in_order, resolved, said, who, words
from rejoinder.types import Reading, Relation, Span, Statement

ROLES = ("content", "addressee", "source", "cue")  # of one piece the last counts for its colour
LONG = 700  # characters of a paragraph from which it is cut at the ends of sentences, so that cards stand beside their words
PIECE = 450
SENTENCE = re.compile(r"(?<=[.?!])[”\"'’)]*\s+")
# A link seen from the statement that answers; from the one that is answered it is one of threads.VERBS.
ANSWERS: dict[Relation, str] = {
    "denies": "denies",
    "disputes": "disputes",
    "retracts": "takes back",
    "contradicts": "contradicts",
    "repeats": "says again",
    "supports": "supports",
}


Cover = tuple[int, int, str, Statement]  # a stretch of text, as which part it belongs to which statement


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: the role that gives its colour ("" for none), how deep it lies in contents, and the statements that it belongs to."""

    text: str
    role: str
    depth: int
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """A link as a card shows it: how, the other statement, and who speaks there."""

    relation: Relation
    verb: str
    other: str
    who: str


@dataclass(frozen=True, slots=True)
class Card:
    """A statement in the margin.

    actor: the resolved speaker's name ("" where the words say it), who: its id for the actor's page; source: the words. depth: of nesting.
    """

    statement: Statement
    depth: int
    actor: str
    who: str | None
    office: str
    source: str
    cue: str
    to: str
    addressee: str
    act: str
    content: str
    threads: tuple[Thread, ...] = ()


@dataclass(slots=True)
class Paragraph:
    """A paragraph, or a part of a long one (goes on: it is not the first part), with the cards of the statements whose cue it holds."""

    pieces: list[Piece]
    goes_on: bool
    cards: list[Card] = field(default_factory=list[Card])


def paragraphs(reading: Reading, identities: Mapping[str, str]) -> list[Paragraph]:
    """The story in paragraphs.

    Args:
        reading: of the story.
        identities: of the story's actors that are known over all stories, by their id in the story.
    """
    blocks = list(_blocks(reading.story.text))
    covers = _covering(reading, [block for block, _ in blocks])
    out = [Paragraph(_pieces(reading.story.text, block, here), goes_on) for (block, goes_on), here in zip(blocks, covers, strict=True)]
    starts = [block.start for block, _ in blocks]
    threads = _threads(reading)
    for depth, statement in in_order(reading):
        at = (statement.cue or statement.content or (Span(0, 0),))[0].start
        if out:
            out[max(0, bisect_right(starts, at) - 1)].cards.append(_card(reading, statement, depth, identities, threads[statement.id]))
    return out


def _blocks(text: str) -> Iterator[tuple[Span, bool]]:
    """Paragraphs, long ones in parts; what is blank is left out."""
    for match in re.finditer(r"[^\r\n]+", text):
        if not match.group().strip():
            continue
        start, end = match.span()
        if end - start <= LONG:
            yield Span(start, end), False
            continue
        first = start
        for stop in [m.end() for m in SENTENCE.finditer(text, start, end)] + [end]:
            if stop - start >= PIECE or stop == end:
                yield Span(start, stop), start > first
                start = stop
        if start < end:
            yield Span(start, end), True


def _covering(reading: Reading, blocks: Sequence[Span]) -> Iterator[list[Cover]]:
    """Of each block the spans that lie in it, in the order of the statements; in one pass, for a long story has many of both."""
    covers = [(k, *cover) for k, cover in enumerate((start, end, role, s) for s in reading.statements for role in ROLES for start, end in getattr(s, role))]
    coming = deque(sorted(covers, key=lambda cover: cover[1]))
    here: list[tuple[int, int, int, str, Statement]] = []
    for block in blocks:
        while coming and coming[0][1] < block.end:
            here.append(coming.popleft())
        here = [cover for cover in here if cover[2] > block.start]
        yield [(start, end, role, s) for _, start, end, role, s in sorted(here, key=lambda cover: cover[0])]


def _pieces(text: str, block: Span, spans: Sequence[Cover]) -> list[Piece]:
    covers = [(max(start, block.start), min(end, block.end), role, s) for start, end, role, s in spans]
    borders = sorted({block.start, block.end, *(at for start, end, *_ in covers for at in (start, end))})
    opening: dict[int, list[tuple[int, str, Statement]]] = defaultdict(list)
    for start, end, role, s in covers:
        opening[start].append((end, role, s))
    active: list[tuple[int, str, Statement]] = []
    out: list[Piece] = []
    for start, end in pairwise(borders):
        active = [item for item in active if item[0] > start] + opening[start]
        roles = [role for _, role, _ in active]
        role = max(roles, key=ROLES.index, default="")
        out.append(Piece(text[start:end], role, roles.count("content"), tuple(dict.fromkeys(s.id for *_, s in active))))
    return out


def _card(reading: Reading, s: Statement, depth: int, identities: Mapping[str, str], threads: Sequence[Thread]) -> Card:
    actor = next((actor for actor in reading.actors if actor.id == s.speaker), None)
    return Card(
        statement=s,
        depth=min(depth, 3),
        actor=resolved(reading, s.speaker, s.source),
        who=identities.get(s.speaker) if s.speaker else None,
        office=clean(actor.offices[0].title) if actor and actor.offices else "",
        source=words(reading.story, s.source),
        cue=words(reading.story, s.cue),
        to=resolved(reading, s.to, s.addressee),
        addressee=words(reading.story, s.addressee),
        act=deed(s.act, s.negated, s.hypothetical),
        content=said(reading.story, s),
        threads=tuple(threads),
    )


def _threads(reading: Reading) -> dict[str, list[Thread]]:
    """By statement, its links as both ends show them, in the order of the links."""
    by_id = {s.id: s for s in reading.statements}
    out: dict[str, list[Thread]] = defaultdict(list)
    for link in reading.links:
        if link.start in by_id and link.end in by_id:
            out[link.end].append(Thread(link.relation, VERBS[link.relation], link.start, who(reading, by_id[link.start])))
            out[link.start].append(Thread(link.relation, ANSWERS[link.relation], link.end, who(reading, by_id[link.end])))
    return out
