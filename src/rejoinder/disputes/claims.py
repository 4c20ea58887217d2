"""Stage: dispute. Readings of many stories -> claims: the same thing said in many places once, with everything that answers it.

Within a story the links tell what repeats and what answers. Across stories two statements are candidates where they share one of
their rarest words, in time (an index, so that the work grows with the number of statements and not with its square). They are one
claim where they are alike in meaning and in words and about the same actors, on the same side: nobody's denial is merged with the
claim that it denies. A denial in one story finds the claim in another by the same road. The result does not depend on the order in
which stories come.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rejoinder.actors.identity import Identity
from rejoinder.disputes.facts import stems_of
from rejoinder.tagging.words import WORD
from rejoinder.types import Reading, Relation, Spans, Statement

DAYS = 60  # between two stories that may tell of one claim
RARE = 4  # of a statement's rarest words by which it is looked up
LOOKED_AT = 40  # statements of a word's list that are compared, the nearest in time
COMMON = 0.05  # share of the statements from which a word is too common to look up
SAME = 0.75  # likeness from which two statements are one claim: 0.6 of meaning and 0.4 of words shared, see _likeness
ANSWERS = 0.7  # ... and from which a denial answers a claim of another story
FEWEST = 3  # words of a content, names left out, that can be compared
SHARED = 2  # of these that two claims must have in common
OPPOSED = ("deny", "retract")
NO_CLAIM = ("think", "ask", "decline")
GREATER = {"denies": 0, "disputes": 1, "retracts": 2, "contradicts": 3, "supports": 4, "repeats": 5}


class Ref(NamedTuple):
    """A statement of a story."""

    story: str
    statement: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement that answers a claim; evidence: its words that show it (spans in its own story). across: found in another story than the claim."""

    ref: Ref
    relation: Relation
    confidence: float
    evidence: Spans
    across: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: where it was made, the first time first, and what answers it, by relation and time."""

    members: tuple[Ref, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """What is kept of a statement."""

    ref: Ref
    statement: Statement
    published: str | None
    day: int | None
    place: int
    speaker: str | None
    actors: frozenset[str]
    stems: frozenset[str]
    meaning: NDArray[np.float16]


def claims(readings: Iterable[Reading], identities: Sequence[Identity] = ()) -> tuple[Claim, ...]:
    """Every claim that something answers or that was made more than once, the most answered first.

    Args:
        readings: of stories with ids of their own.
        identities: of the same stories (actors.identity.identify); without them actors of different stories are the same where their ids are.
    """
    who = {(member.story, member.actor): identity.id for identity in identities for member in identity.members}
    entries: list[_Entry] = []
    links: list[tuple[Ref, Ref, Relation, float, Spans]] = []
    for reading in readings:
        entries.extend(_entries(reading, who))
        links.extend((Ref(reading.story.id, x.start), Ref(reading.story.id, x.end), x.relation, x.confidence, x.evidence) for x in reading.links)
    entries.sort(key=lambda e: (e.published or "9999", e.ref.story, e.place))
    number = {e.ref: k for k, e in enumerate(entries)}
    group = list(range(len(entries)))
    for a, b, relation, _, _ in links:
        if relation == "repeats":
            _join(group, number[a], number[b])
    near = list(_candidates(entries))
    for a, b in near:
        if _one_claim(entries[a], entries[b]):
            _join(group, a, b)
    answers: dict[int, dict[int, Answer]] = defaultdict(dict)
    for a, b, relation, sure, evidence in links:
        if relation != "repeats":
            _keep(answers[_root(group, number[b])], number[a], Answer(a, relation, sure, evidence, False))
    for one, (other, found) in _across(entries, near, group).items():
        _keep(answers[_root(group, other)], one, found)
    members: dict[int, list[int]] = defaultdict(list)
    for k in range(len(entries)):
        members[_root(group, k)].append(k)
    out = [
        Claim(
            tuple(entries[k].ref for k in here),
            tuple(answers[root][k] for k in sorted(answers[root], key=lambda k: (GREATER[answers[root][k].relation], k))),
        )
        for root, here in members.items()
        if len(here) > 1 or answers.get(root)
    ]
    place = {claim.members[0]: k for k, claim in enumerate(out)}
    return tuple(sorted(out, key=lambda claim: (-len(claim.answers), -len(claim.members), place[claim.members[0]])))


def _entries(reading: Reading, who: dict[tuple[str, str], str]) -> Iterable[_Entry]:
    story = reading.story
    mentions = sorted((m.start, m.end, who.get((story.id, actor.id), actor.id)) for actor in reading.actors if actor.named for m in actor.mentions)
    starts = [m[0] for m in mentions]
    try:
        day = date.fromisoformat((story.published or "")[:10]).toordinal()
    except ValueError:
        day = None
    for k, s in enumerate(reading.statements):
        # Names tell whom a content is about, not what it says.
        places = [(a + m.start(), m.group().lower()) for a, b in s.content for m in WORD.finditer(story.text[a:b])]
        stems = stems_of(word for at, word in places if not _named(at, mentions, starts))
        inside = {mentions[j][2] for a, b in s.content for j in range(bisect_left(starts, a), bisect_left(starts, b))}
        speaker, target = (who.get((story.id, actor), actor) if actor else None for actor in (s.speaker, s.target))
        meaning = reading.meanings[k] if reading.meanings is not None else np.zeros(1, np.float16)
        actors = frozenset(inside | {actor for actor in (target,) if actor})
        yield _Entry(Ref(story.id, s.id), s, story.published, day, k, speaker, actors, stems, meaning)


def _named(at: int, mentions: list[tuple[int, int, str]], starts: list[int]) -> bool:
    """Whether a mention of somebody named covers the place."""
    k = bisect_right(starts, at) - 1
    return k >= 0 and at < mentions[k][1]


def _candidates(entries: Sequence[_Entry]) -> Iterable[tuple[int, int]]:
    """Pairs (earlier, later) of different stories that share a rare word, each once."""
    count = Counter(stem for e in entries for stem in e.stems)
    most = max(COMMON * len(entries), 20)
    lists: dict[str, list[int]] = defaultdict(list)
    for k, e in enumerate(entries):
        if len(e.stems) < FEWEST or e.statement.act in NO_CLAIM or e.statement.negated or e.statement.hypothetical:
            continue
        rare = sorted((stem for stem in e.stems if count[stem] <= most), key=lambda stem: (count[stem], stem))[:RARE]
        seen: set[int] = set()
        for stem in rare:
            for j in lists[stem][-LOOKED_AT:]:
                other = entries[j]
                if j not in seen and other.ref.story != e.ref.story and (e.day is None or other.day is None or e.day - other.day <= DAYS):
                    seen.add(j)
                    yield j, k
            lists[stem].append(k)


def _likeness(a: _Entry, b: _Entry) -> float:
    """0.6 of the cosine of the meanings and 0.4 of the share of words in common, counted against the shorter one."""
    shared = len(a.stems & b.stems) / max(min(len(a.stems), len(b.stems)), 1)
    return 0.6 * float(a.meaning.astype(np.float32) @ b.meaning.astype(np.float32)) + 0.4 * shared


def _about_the_same(a: _Entry, b: _Entry) -> bool:
    """Whether one speaks, or somebody named in one is named in the other."""
    return (a.speaker is not None and a.speaker == b.speaker) or bool(a.actors & b.actors)


def _one_claim(a: _Entry, b: _Entry) -> bool:
    opposed = (a.statement.act in OPPOSED) != (b.statement.act in OPPOSED)
    return not opposed and len(a.stems & b.stems) >= SHARED and _about_the_same(a, b) and _likeness(a, b) >= SAME


def _denial(a: _Entry, b: _Entry) -> Answer | None:
    """The answer that `a` gives to the claim `b` of another, earlier or equally dated story."""
    if a.statement.act != "deny" or b.statement.act in OPPOSED or (a.day is not None and b.day is not None and a.day < b.day):
        return None
    if a.speaker is not None and a.speaker == b.speaker:
        return None
    concerned = a.speaker is not None and (a.speaker == b.statement.target or a.speaker in b.actors)
    likeness = _likeness(a, b)
    if likeness < ANSWERS or len(a.stems & b.stems) < SHARED or not (concerned or a.actors & b.actors):
        return None
    return Answer(a.ref, "denies" if concerned else "disputes", round(min(likeness, 1.0), 3), a.statement.cue, True)


def _across(entries: Sequence[_Entry], near: Iterable[tuple[int, int]], group: list[int]) -> dict[int, tuple[int, Answer]]:
    """Of each denial, the claim of another story that it is most like, and the answer."""
    likest: dict[int, tuple[int, Answer]] = {}
    for a, b in near:
        for one, other in ((a, b), (b, a)):
            found = _denial(entries[one], entries[other])
            if found and _root(group, one) != _root(group, other) and (one not in likest or found.confidence > likest[one][1].confidence):
                likest[one] = (other, found)
    return likest


def _keep(answers: dict[int, Answer], k: int, answer: Answer) -> None:
    if k not in answers or answers[k].confidence < answer.confidence:
        answers[k] = answer


def _root(group: list[int], k: int) -> int:
    while group[k] != k:
        group[k] = group[group[k]]
        k = group[k]
    return k


def _join(group: list[int], a: int, b: int) -> None:
    a, b = sorted((_root(group, a), _root(group, b)))
    group[b] = a
