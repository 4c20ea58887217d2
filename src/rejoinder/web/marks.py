"""Stage: show. A reading -> what the story view sets: paragraphs cut where spans begin and end, and one card a statement beside its paragraph.

Spans of different statements overlap and nest as they like, so the text is cut at every border; each piece tells which statements it belongs to,
and as what.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rejoinder.show.threads import VERBS
from rejoinder.show.view import clean, in_order, resolved, said, words
from rejoinder.types import Actor, Reading, Relation, Span, Statement

ROLES = ("content", "addressee", "source", "cue")  # of one piece the last counts for its colour
LONG = 700  # characters of a paragraph from which it is cut at the ends of sentences, so that cards stand beside their words
PIECE = 450
SENTENCE = re.compile(r"(?<=[.?!])[”\"'’)]*\s+")
# Relations seen from the statement that is answered; from the other side they are the verbs as they are.
ANSWERED: dict[Relation, str] = dict(VERBS)
ANSWERS: dict[Relation, str] = {
    "denies": "denies",
    "disputes": "disputes",
    "retracts": "takes back",
    "contradicts": "contradicts",
    "repeats": "says again",
    "supports": "supports",
}


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
    out = [Paragraph(_pieces(reading, block), goes_on) for block, goes_on in blocks]
    for depth, statement in in_order(reading):
        at = (statement.cue or statement.content or (Span(0, 0),))[0].start
        home = max((k for k, (block, _) in enumerate(blocks) if block.start <= at), default=0)
        if out:
            out[home].cards.append(_card(reading, statement, depth, identities))
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


def _pieces(reading: Reading, block: Span) -> list[Piece]:
    covers: list[tuple[int, int, str, Statement]] = []
    for s in reading.statements:
        for role in ROLES:
            for a, b in getattr(s, role):
                start, end = max(a, block.start), min(b, block.end)
                if start < end:
                    covers.append((start, end, role, s))
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
        text = reading.story.text[start:end]
        out.append(Piece(text, role, roles.count("content"), tuple(dict.fromkeys(s.id for *_, s in active))))
    return out


def _card(reading: Reading, s: Statement, depth: int, identities: Mapping[str, str]) -> Card:
    actor = _actor(reading, s.speaker)
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
        act="not " * bool(s.negated) + "perhaps " * bool(s.hypothetical) + (s.act or ""),
        content=said(reading.story, s),
        threads=tuple(_threads(reading, s)),
    )


def _threads(reading: Reading, s: Statement) -> Iterator[Thread]:
    by_id = {other.id: other for other in reading.statements}
    for link in reading.links:
        if link.end == s.id and link.start in by_id:
            yield Thread(link.relation, ANSWERED[link.relation], link.start, _name(reading, by_id[link.start]))
        elif link.start == s.id and link.end in by_id:
            yield Thread(link.relation, ANSWERS[link.relation], link.end, _name(reading, by_id[link.end]))


def _name(reading: Reading, s: Statement) -> str:
    return resolved(reading, s.speaker, s.source) or words(reading.story, s.source) or "nobody named"


def _actor(reading: Reading, id: str | None) -> Actor | None:
    return next((actor for actor in reading.actors if actor.id == id), None) if id else None


def choices(reading: Reading) -> Sequence[tuple[str, str]]:
    """Ids and names of the story's actors, for choosing a speaker."""
    return [(actor.id, clean(actor.name)) for actor in reading.actors]
