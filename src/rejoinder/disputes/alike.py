"""Stage: dispute. Statements of many stories -> pairs that say nearly the same.

Two statements are compared where one of each one's rarest words is the same, in time: an index by word, so that the work grows with the number
of statements and not with its square. How rare a word is a table says (tables/stems.tsv), not the stories at hand: by which words a
statement is looked up then depends on nothing else, and a record can keep it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rejoinder.disputes.facts import stems_of
from rejoinder.tagging.labels import MEANING_WIDTH
from rejoinder.tagging.words import WORD
from rejoinder.types import Act, Actor, Reading, Span, Statement, Story

DAYS = 60  # between two stories that may tell of one claim
RARE = 4  # of a statement's rarest words by which it is looked up
LOOKED_AT = 40  # statements of a word's list that are compared with each, the nearest before it
COMMON = 0.05  # share of statements from which a word is too common to look up
FEWEST = 3  # words of a content, names left out, that can be compared
SHARED = 2  # of these that two must have in common
MEANT = 0.6  # weight of the meaning in the likeness; the rest is that of the words in common
LIKE = 0.7  # likeness from which a pair is kept
NO_CLAIM = ("think", "ask", "decline")
SCALE = 127  # of a meaning's numbers as bytes
UNDATED = "9999"
NEVER = 1 << 30  # day of the undated


class Ref(NamedTuple):
    """A statement of a story."""

    story: str
    statement: str


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What is compared of a statement; meaning: bytes, shape (width,), SCALE for 1. Sorts in time, the undated last."""

    ref: Ref
    published: str | None
    place: int
    stems: frozenset[str]
    meaning: NDArray[np.int8]

    @property
    def order(self) -> tuple[str, str, int]:
        """By this they are sorted."""
        return self.published or UNDATED, self.ref.story, self.place


class Pair(NamedTuple):
    """Two statements of different stories that say nearly the same, the earlier first."""

    first: Ref
    second: Ref
    likeness: float


@cache
def shares() -> dict[str, float]:
    """Share of statements in which each stem stands; what is not in it is rarer."""
    lines = files("rejoinder.disputes").joinpath("tables", "stems.tsv").read_text(encoding="utf8").splitlines()
    return {stem: float(share) for stem, share in (line.split("\t") for line in lines if not line.startswith("#"))}


def lookups(act: Act | None, unsaid: bool, stems: frozenset[str]) -> tuple[str, ...]:
    """The stems by which a statement is looked up, the rarest first; none where it makes no claim, or says too little.

    Args:
        act: what it does.
        unsaid: whether it is negated or hypothetical.
        stems: of its content.
    """
    if len(stems) < FEWEST or act in NO_CLAIM or unsaid:
        return ()
    share = shares()
    return tuple(sorted((s for s in stems if share.get(s, 0.0) <= COMMON), key=lambda s: (share.get(s, 0.0), s))[:RARE])


def day_number(published: str | None) -> int | None:
    """Number of the day of an ISO date."""
    try:
        return date.fromisoformat((published or "")[:10]).toordinal()
    except ValueError:
        return None


def listed_on(published: str | None) -> int:
    """The day by which a statement stands in its lists; the undated come after all others."""
    day = day_number(published)
    return NEVER if day is None else day


def pairs_in(items: Sequence[Said], since: int = 0) -> Iterator[Pair]:
    """Pairs of one list, which is in order: each from number `since` on is compared with the LOOKED_AT before it."""
    items = items[max(0, since - LOOKED_AT) :]
    since = min(since, LOOKED_AT)
    if len(items) < 2:
        return
    meaning = np.stack([item.meaning for item in items]).astype(np.float32) / SCALE
    days = [day_number(item.published) for item in items]
    for apart in range(1, min(LOOKED_AT, len(items) - 1) + 1):
        begin = max(since, apart)
        cosine = (meaning[begin:] * meaning[begin - apart : -apart]).sum(1)
        # With every word in common a pair still needs this much of the meaning.
        for k in np.flatnonzero(cosine * MEANT + (1 - MEANT) >= LIKE).tolist():
            later = begin + k
            a, b = items[later - apart], items[later]
            first, second = days[later - apart], days[later]
            if a.ref.story == b.ref.story or (first is not None and second is not None and second - first > DAYS):
                continue
            shared = len(a.stems & b.stems)
            likeness = round(MEANT * float(cosine[k]) + (1 - MEANT) * shared / min(len(a.stems), len(b.stems)), 3)
            if shared >= SHARED and likeness >= LIKE:
                yield Pair(a.ref, b.ref, likeness)


def said_in(reading: Reading) -> list[Said]:
    """What is compared of each statement of a story."""
    mentions = sorted(span for actor in reading.actors if actor.named for span in actor.mentions)
    starts = [span.start for span in mentions]
    story = reading.story
    return [
        Said(Ref(story.id, s.id), story.published, k, _stems(story, s, mentions, starts), as_bytes(None if reading.meanings is None else reading.meanings[k]))
        for k, s in enumerate(reading.statements)
    ]


def as_bytes(meaning: NDArray[np.floating] | None) -> NDArray[np.int8]:
    """A meaning of length 1 as bytes."""
    return np.zeros(MEANING_WIDTH, np.int8) if meaning is None else np.rint(meaning.astype(np.float32) * SCALE).astype(np.int8)


def from_bytes(cells: Sequence[bytes]) -> NDArray[np.float16] | None:
    """The meanings of a story's statements again, as near as bytes hold them, shape (statements, width); None where none is known."""
    if not any(map(any, cells)):
        return None
    return (np.stack([np.frombuffer(cell, np.int8) for cell in cells]) / np.float32(SCALE)).astype(np.float16)


def _stems(story: Story, statement: Statement, mentions: Sequence[Span], starts: Sequence[int]) -> frozenset[str]:
    """Stems of a content; names are left out, for they tell whom it is about and not what it says."""
    words = ((a + m.start(), m.group().lower()) for a, b in statement.content for m in WORD.finditer(story.text[a:b]))
    return stems_of(word for at, word in words if not _named(at, mentions, starts))


def _named(at: int, mentions: Sequence[Span], starts: Sequence[int]) -> bool:
    """Whether a mention of somebody named covers the place."""
    k = bisect_right(starts, at) - 1
    return k >= 0 and at < mentions[k].end


def mentioned(statements: Sequence[Statement], actors: Iterable[Actor]) -> list[frozenset[str]]:
    """Ids of the named actors that each statement is about: mentioned in its content, or its target."""
    mentions = sorted((m.start, actor.id) for actor in actors if actor.named for m in actor.mentions)
    starts = [at for at, _ in mentions]
    return [
        frozenset(
            {mentions[j][1] for a, b in s.content for j in range(bisect_left(starts, a), bisect_left(starts, b))} | {actor for actor in (s.target,) if actor}
        )
        for s in statements
    ]
