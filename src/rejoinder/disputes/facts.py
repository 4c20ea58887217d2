"""Stage: dispute. What each statement of a story brings to the search for answers: who, of whom, what it does, which words (words.toml)."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rejoinder.statements.sentences import sentences
from rejoinder.tagging.labels import ACTS
from rejoinder.tagging.words import Words
from rejoinder.types import Actor, Spans, Statement

PREFIX = 5  # letters by which two forms of a word are the same
LEADING = 30  # words of a sentence before a cue
SELF = 2  # words that tell that somebody speaks of themselves
DENIED = 5  # words before a noun that may say that there is none of it
AT_ONCE, BRIEF = 6, 10  # words with which a content begins, and fewer than which are a brief one
NEAR = 12  # words of a content that stand beside its cue

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Indices = NDArray[np.intp]


@cache
def words_of(kind: str) -> frozenset[str]:
    """A list of words.toml."""
    raw: list[str] = tomllib.loads(files("rejoinder.disputes").joinpath("tables", "words.toml").read_text(encoding="utf8"))[kind]
    return frozenset(raw)


def stem(word: str) -> str:
    """What two forms of a word have in common."""
    return word[:PREFIX]


def stems_of(words: Iterable[str]) -> frozenset[str]:
    """Stems of the words that tell what something is about."""
    return frozenset(stem(w) for w in words if w[:1].isalnum() and w not in words_of("common"))


@cache
def claim_nouns() -> tuple[str, ...]:
    """Stems of the nouns that stand for a claim, in the order of Facts.names."""
    return tuple(sorted({stem(noun) for noun in words_of("claims")}))


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What the statements of a story bring to their pairs, in the order of their cues; n statements.

    order: index of each among the story's statements. sentence (n,). speaker, target: numbers of actors, -1 where unknown.
    spoken_of, named_by (n, actors + 1): whom the content and whom the source phrase mention (the last column is nobody). stems, numbers: of
    each content; doing: of its cue as well. holders: indices (in this order) of the statements that hold each, the innermost first. flags: by
    name, (n,). points_at, names: which claim nouns stand near the cue and in it, (n, nouns). meaning (n, width). acts: probability of each
    act, by name, (n,). day: when each was said where the text dates it, as a number of days, else nan, (n,).
    """

    order: list[int]
    sentence: NDArray[np.int32]
    speaker: Indices
    target: Indices
    spoken_of: Flags
    named_by: Flags
    stems: list[frozenset[str]]
    numbers: list[frozenset[str]]
    doing: list[frozenset[str]]
    holders: list[list[int]]
    flags: Mapping[str, Flags]
    points_at: Numbers
    names: Numbers
    meaning: NDArray[np.float32]
    acts: Mapping[str, Numbers]
    day: Numbers

    def __len__(self) -> int:
        return len(self.order)

    def same_speaker(self, k: int, j: int) -> bool:
        """Whether the two are known to be of one speaker."""
        return bool(self.speaker[k] >= 0 and self.speaker[k] == self.speaker[j])

    def points(self, k: int) -> bool:
        """Whether statement k says no more than that it answers a claim made elsewhere: "denied the allegations"."""
        return bool(self.flags["bare"][k] and self.points_at[k].any())

    def concerns(self, k: int, actor: int) -> bool:
        """Whether statement k is about the actor of that number."""
        return bool(actor >= 0 and (self.target[k] == actor or self.spoken_of[k, actor]))


def facts_of(words: Words, statements: Sequence[Statement], actors: Sequence[Actor], meanings: NDArray[np.floating], acts: NDArray[np.floating]) -> Facts:
    """Facts of a story's statements.

    Args:
        words: of the story.
        statements: with acts and actors.
        actors: of the story.
        meanings: shape (statements, width), zeros where unknown.
        acts: probabilities in the order of labels.ACTS, shape (statements, ACTS).
    """
    lower = [word.replace("’", "'") for word in words.lower()]
    sentence = sentences(words, lower)
    runs = [[_runs(words, spans) for spans in (s.cue, s.content)] for s in statements]
    at = [min((a for a, _ in cue or content), default=0) for cue, content in runs]
    order = sorted(range(len(statements)), key=lambda k: at[k])
    ordered = [statements[k] for k in order]
    number = {actor.id: k for k, actor in enumerate(actors)}
    place = {s.id: k for k, s in enumerate(ordered)}
    cue_words = [[lower[j] for a, b in runs[k][0] for j in range(a, b)] for k in order]
    said = [[lower[j] for a, b in runs[k][1] for j in range(a, b)] for k in order]
    near = [[*cue, *content[:NEAR]] for cue, content in zip(cue_words, said, strict=True)]
    stems = [stems_of(content) for content in said]
    last = max(len(sentence) - 1, 0)
    where = np.array([sentence[min(at[k], last)] if len(sentence) else 0 for k in order], np.int32)
    begins = np.searchsorted(sentence, where).tolist()
    before = [lower[max(begin, at[k] - LEADING) : at[k]] for begin, k in zip(begins, order, strict=True)]
    return Facts(
        order=order,
        sentence=where,
        speaker=np.array([number.get(s.speaker or "", -1) for s in ordered], np.intp),
        target=np.array([number.get(s.target or "", -1) for s in ordered], np.intp),
        spoken_of=_mentioned([s.content for s in ordered], actors),
        named_by=_mentioned([s.source for s in ordered], actors),
        stems=stems,
        numbers=[frozenset(w for w in content if any(c.isdigit() for c in w)) for content in said],
        doing=[stems_of(cue) | content for cue, content in zip(cue_words, stems, strict=True)],
        holders=[_holders(s, ordered, place) for s in ordered],
        flags={**_flags(ordered, cue_words, said, near, stems, before), **_speakers(ordered, actors)},
        day=np.array([_day(s) for s in ordered], np.float64),
        points_at=_nouns(near),
        names=_nouns(cue_words),
        meaning=np.asarray(meanings, np.float32)[order],
        acts={act: np.asarray(acts, np.float64)[order, k] for k, act in enumerate(ACTS)},
    )


def _day(statement: Statement) -> float:
    """First day of the time when it was said; nan where that is not known, or no day of the calendar."""
    if statement.when is None:
        return float("nan")
    try:
        parts = [int(part) for part in statement.when.date.split("/")[0].split("-")]
        return float(date(*[*parts, 1, 1][:3]).toordinal())
    except ValueError:  # "two years ago" in a story that is dated 0001-01-01
        return float("nan")


def _runs(words: Words, spans: Spans) -> list[tuple[int, int]]:
    kind = words.start.dtype.type
    return [(int(words.end.searchsorted(kind(a), side="right")), int(words.start.searchsorted(kind(b)))) for a, b in spans]


def _mentioned(phrases: Sequence[Spans], actors: Sequence[Actor]) -> Flags:
    mentions = sorted((m.start, m.end, k) for k, actor in enumerate(actors) for m in actor.mentions)
    starts = [m[0] for m in mentions]
    out = np.zeros((len(phrases), len(actors) + 1), np.bool_)
    for k, phrase in enumerate(phrases):
        for a, b in phrase:
            for j in range(bisect_left(starts, a), bisect_left(starts, b)):
                out[k, mentions[j][2]] |= mentions[j][1] <= b
    return out


def _holders(statement: Statement, statements: Sequence[Statement], place: Mapping[str, int]) -> list[int]:
    """The statements that hold this one, the innermost first."""
    out: list[int] = []
    step = statement.inside
    while step is not None and step in place and place[step] not in out:
        out.append(place[step])
        step = statements[out[-1]].inside
    return out


def _flags(
    statements: Sequence[Statement],
    cues: list[list[str]],
    said: list[list[str]],
    near: list[list[str]],
    stems: list[frozenset[str]],
    before: list[list[str]],
) -> dict[str, Flags]:
    def have(words: list[list[str]], kind: str) -> Flags:
        return np.array([not words_of(kind).isdisjoint(w) for w in words], np.bool_)

    def each(test: Iterable[bool]) -> Flags:
        return np.array(list(test), np.bool_)

    nouns = frozenset(claim_nouns())
    neutral = words_of("plain") | words_of("common")
    evidence = [_evidence([*cue, *content]) for cue, content in zip(cues, said, strict=True)]
    return {
        "denies": have(cues, "denies"),
        "denial": each(any(w.startswith(("deny", "denie", "denial")) for w in cue) for cue in cues),
        "agrees": have(cues, "agrees"),
        "adds": have(cues, "adds"),
        "replies": have(cues, "replies"),
        "plain": each(all(w in neutral for w in cue if w[:1].isalnum()) for cue in cues),
        "claims": have(near, "claims"),
        "bare": each(s <= nouns for s in stems),
        "past": have(cues, "past"),
        "meant": have(cues, "meant"),
        "contrast": have(before, "contrast"),
        "reads anew": have(near, "meant"),
        "describes": have(cues, "describes"),
        "self": each(map(_of_oneself, said)),
        "evidence": each(found is True for found in evidence),
        "no evidence": each(found is False for found in evidence),
        "negates": have(said, "negates"),
        "negates at once": have([words[:AT_ONCE] for words in said], "negates"),
        "points back": have([words[:AT_ONCE] for words in said], "pointers"),
        "own words": have(said, "own"),
        "brief": each(len(words) < BRIEF for words in said),
        "wonders": each("?" in words for words in said),
        "nested": each(s.inside is not None for s in statements),
        "direct": each(s.mode == "direct" for s in statements),
    }


def _speakers(statements: Sequence[Statement], actors: Sequence[Actor]) -> dict[str, Flags]:
    """Who speaks: a spokesperson, a person, a body, somebody without a name."""
    kinds: dict[str, Callable[[Actor], bool]] = {
        "on behalf": lambda actor: any("spokes" in office.title for office in actor.offices),
        "by a person": lambda actor: actor.kind == "person",
        "by a body": lambda actor: actor.kind in ("organization", "government", "country"),
        "by somebody unnamed": lambda actor: not actor.named,
    }
    known = {name: {actor.id for actor in actors if fits(actor)} for name, fits in kinds.items()}
    return {name: np.array([s.speaker in ids for s in statements], np.bool_) for name, ids in known.items()}


def _of_oneself(said: list[str]) -> bool:
    """Whether what is said begins as what one says of oneself: "that he was a patriot", "I'm no ..."."""
    first = [word for word in said[: SELF + 2] if word[:1].isalnum() or word[:1] == "'"]
    first = first[first[:1] == ["that"] :][:SELF]
    return len(first) == SELF and first[0] in words_of("selves") and first[1] in words_of("being")


def _evidence(words: list[str]) -> bool | None:
    """Whether it is said that there is evidence, by the first noun for it, or that there is none ("had no proof", "have not seen any evidence")."""
    at = next((k for k, word in enumerate(words) if word in words_of("evidence")), None)
    return None if at is None else words_of("none").isdisjoint(words[max(0, at - DENIED) : at])


def _nouns(words: list[list[str]]) -> Numbers:
    """Which claim nouns stand among the words of each statement, (n, nouns)."""
    nouns = {noun: k for k, noun in enumerate(claim_nouns())}
    out = np.zeros((len(words), len(nouns)))
    for k, here in enumerate(words):
        for word in here:
            if word in words_of("claims"):
                out[k, nouns[stem(word)]] = 1
    return out
