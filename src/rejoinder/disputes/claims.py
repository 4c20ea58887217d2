"""Stage: dispute. Readings of many stories -> claims: the same thing said in many places once, with everything that answers it.

Within a story the links tell what repeats and what answers. Across stories two statements are one claim where they are alike in meaning and
in words (alike.py) and about the same actors, on the same side: nobody's denial is merged with the claim that it denies. A denial in
one story finds the claim in another by the same road. The result does not depend on the order in which stories come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from rejoinder.actors.identity import Identity
from rejoinder.disputes.alike import UNDATED, Pair, Ref, Said, day_number, lookups, mentioned, pairs_in, said_in
from rejoinder.types import Act, Reading, Relation, Spans

__all__ = ["Answer", "Claim", "Entry", "Given", "Ref", "assemble", "claims", "joined"]

SAME = 0.75  # likeness from which two statements are one claim; from alike.LIKE a denial answers a claim of another story
OPPOSED = ("deny", "retract")
GREATER = {"denies": 0, "disputes": 1, "retracts": 2, "contradicts": 3, "supports": 4, "repeats": 5}


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


@dataclass(frozen=True, slots=True)
class Entry:
    """What is asked of a statement: who speaks, of whom (identities, or actors of the story), what it does, when it was published; place: in its story."""

    ref: Ref
    published: str | None
    place: int
    act: Act | None
    speaker: str | None
    target: str | None
    about: frozenset[str]
    cue: Spans

    @property
    def order(self) -> tuple[str, str, int]:
        """By this they are sorted: in time, the undated last."""
        return self.published or UNDATED, self.ref.story, self.place


class Given(NamedTuple):
    """A link within a story."""

    answering: Ref
    answered: Ref
    relation: Relation
    confidence: float
    evidence: Spans


def claims(readings: Iterable[Reading], identities: Sequence[Identity] = ()) -> tuple[Claim, ...]:
    """Every claim that something answers or that was made more than once, the most answered first.

    Args:
        readings: of stories with ids of their own.
        identities: of the same stories (actors.identity.identify); without them actors of different stories are the same where their ids are.
    """
    who = {(member.story, member.actor): identity.id for identity in identities for member in identity.members}
    entries: dict[Ref, Entry] = {}
    lists: dict[str, list[Said]] = defaultdict(list)
    links: list[Given] = []
    for reading in readings:
        story = reading.story.id

        def called(actor: str | None, story: str = story) -> str | None:
            return who.get((story, actor), actor) if actor else None

        for s, said, names in zip(reading.statements, said_in(reading), mentioned(reading.statements, reading.actors), strict=True):
            about = frozenset(who.get((story, actor), actor) for actor in names)
            entries[said.ref] = Entry(said.ref, said.published, said.place, s.act, called(s.speaker), called(s.target), about, s.cue)
            for stem in lookups(s.act, bool(s.negated or s.hypothetical), said.stems):
                lists[stem].append(said)
        links.extend(Given(Ref(story, x.start), Ref(story, x.end), x.relation, x.confidence, x.evidence) for x in reading.links)
    pairs = {pair for items in lists.values() for pair in pairs_in(sorted(items, key=lambda item: item.order))}
    return assemble(entries, pairs, links)


def assemble(entries: Mapping[Ref, Entry], pairs: Iterable[Pair], links: Sequence[Given], only: Set[Ref] | None = None) -> tuple[Claim, ...]:
    """Claims of the pairs that are alike and the links within the stories.

    Args:
        entries: at least of every statement that is in one of these.
        pairs: of different stories.
        links: within stories.
        only: claims of these statements alone, with which nobody else is one (`joined`).
    """
    group = _Groups(entries)
    near = sorted(set(pairs), key=lambda pair: (entries[pair.first].order, entries[pair.second].order))
    for x in links:
        if x.relation == "repeats":
            group.join(x.answering, x.answered)
    for pair in near:
        if joined(entries[pair.first], entries[pair.second], pair.likeness):
            group.join(pair.first, pair.second)
    answers: dict[Ref, dict[Ref, Answer]] = defaultdict(dict)
    for x in links:
        if x.relation != "repeats":
            _keep(answers[group.first(x.answered)], Answer(x.answering, x.relation, x.confidence, x.evidence, False))
    for other, found in _across(entries, near).values():
        if group.first(other) != group.first(found.ref):
            _keep(answers[group.first(other)], found)
    out = [
        _claim(here, tuple(sorted(answers[first].values(), key=lambda a: (GREATER[a.relation], entries[a.ref].order))))
        for first, here in group.members(set(answers)).items()
        if only is None or first in only
    ]
    return tuple(sorted(out, key=lambda claim: (-len(claim.answers), -len(claim.members), entries[claim.members[0]].order)))


def _claim(members: tuple[Ref, ...], answers: tuple[Answer, ...]) -> Claim:
    """A claim; who answers it in the claim's own words ("dismissed accusations that ...") does not say it again."""
    answering = {answer.ref for answer in answers}
    return Claim(tuple(ref for ref in members if ref not in answering) or members, answers)


class _Groups:
    """Statements that are one claim (disjoint sets); the first in time stands for its group."""

    def __init__(self, entries: Mapping[Ref, Entry]) -> None:
        self._entries = entries
        self._above: dict[Ref, Ref] = {}

    def first(self, ref: Ref) -> Ref:
        while (above := self._above.get(ref, ref)) != ref:
            self._above[ref] = self._above.get(above, above)
            ref = above
        return ref

    def join(self, a: Ref, b: Ref) -> None:
        a, b = sorted((self.first(a), self.first(b)), key=lambda ref: self._entries[ref].order)
        if a != b:
            self._above[b] = a

    def members(self, single: set[Ref]) -> dict[Ref, tuple[Ref, ...]]:
        """By first statement: groups of more than one, and the `single` ones."""
        out: dict[Ref, list[Ref]] = {ref: [ref] for ref in single}
        for ref in self._above:
            first = self.first(ref)
            out.setdefault(first, [first]).append(ref)
        return {first: tuple(sorted(here, key=lambda ref: self._entries[ref].order)) for first, here in out.items()}


def joined(a: Entry, b: Entry, likeness: float) -> bool:
    """Whether two statements that are alike are one claim."""
    opposed = (a.act in OPPOSED) != (b.act in OPPOSED)
    return likeness >= SAME and not opposed and ((a.speaker is not None and a.speaker == b.speaker) or bool(a.about & b.about))


def _denial(a: Entry, b: Entry, likeness: float) -> Answer | None:
    """The answer that `a` gives to the claim `b` of another, earlier or equally dated story."""
    if a.act != "deny" or b.act in OPPOSED or (a.speaker is not None and a.speaker == b.speaker):
        return None
    later, earlier = day_number(a.published), day_number(b.published)
    if later is not None and earlier is not None and later < earlier:
        return None
    concerned = a.speaker is not None and (a.speaker == b.target or a.speaker in b.about)
    if not concerned and not a.about & b.about:
        return None
    return Answer(a.ref, "denies" if concerned else "disputes", min(likeness, 1.0), a.cue, True)


def _across(entries: Mapping[Ref, Entry], near: Iterable[Pair]) -> dict[Ref, tuple[Ref, Answer]]:
    """Of each denial, the claim of another story that it is most like, and the answer."""
    likest: dict[Ref, tuple[Ref, Answer]] = {}
    for a, b, likeness in near:
        for one, other in ((a, b), (b, a)):
            found = _denial(entries[one], entries[other], likeness)
            if found and (one not in likest or found.confidence > likest[one][1].confidence):
                likest[one] = (other, found)
    return likest


def _keep(answers: dict[Ref, Answer], answer: Answer) -> None:
    if answer.ref not in answers or answers[answer.ref].confidence < answer.confidence:
        answers[answer.ref] = answer
