"""Stage: dispute. A story's statements -> pairs of which one may answer the other, each with the values of FEATURES.

An answer looks back: to any of the statements before it, or to one of its own sentence or content that comes later ("denied the claim that ..."). What counts is
who speaks, of whom, what the two do, how near they stand, how alike their contents are in meaning and in words, and words by which answers show themselves (words.toml).
"""

from __future__ import annotations

import math
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rejoinder.statements.sentences import sentences
from rejoinder.tagging.words import Words
from rejoinder.types import Act, Actor, Spans, Statement

BACK = 60  # statements before an answer that it may answer
AHEAD = 6  # statements behind it, of its own sentence or content
PREFIX = 5  # letters by which two forms of a word are the same

ANSWERING: tuple[Act, ...] = ("deny", "retract", "concede", "support", "criticise", "accuse", "decline", "think", "assert")
ANSWERED: tuple[Act, ...] = ("accuse", "criticise", "deny", "support", "demand", "promise", "think", "assert")
FEATURES = (
    "bias", "later", "statements between", "sentences between", "same sentence", "answered inside", "answering inside", "same holder", "nested answered",
    "same speaker", "a speaker unknown", "answered has no source", "concerns the answerer", "speaks of the answerer", "answers of the speaker", "same target", "camp of the concerned",
    *(f"answering {act}" for act in ANSWERING), *(f"answered {act}" for act in ANSWERED), "same act", "surely denies", "deny of accuse", "deny of deny",
    "meaning", "meaning, high", "likest", "words shared", "words of answering shared", "words of answered shared", "rare words shared", "same content",
    "direct of indirect", "in the first line", "answers", "answers, nearest", "retracts", "retracts, same speaker", "supports", "however", "names a claim", "names this claim", "short",
    "nearest of another", "nearest of the same", "nearest attack", "nearest on the answerer", "same speaker, meaning", "other speaker, meaning", "same speaker, deny", "negated", "next statement", "spelled out",
)  # fmt: skip


@cache
def words_of(kind: str) -> frozenset[str]:
    """A list of words.toml; all but the common ones by their first letters."""
    raw: list[str] = tomllib.loads(files("rejoinder.disputes").joinpath("tables", "words.toml").read_text(encoding="utf8"))[kind]
    return frozenset(raw)


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What one statement brings to its pairs; words as indices into the story."""

    statement: Statement
    cue: int
    first: int  # of all its words
    sentence: int
    cue_words: frozenset[str]
    near_words: tuple[str, ...]  # of its cue, the words behind it and the start of its content
    stems: frozenset[str]  # of its content, common words left out
    spoken_of: frozenset[str]  # actors mentioned in its content
    meaning: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pair:
    """Indices of the answering and the answered statement, and the values of FEATURES."""

    answering: int
    answered: int
    values: tuple[float, ...]


def facts_of(words: Words, statements: Sequence[Statement], actors: Sequence[Actor], meanings: NDArray[np.floating]) -> list[Facts]:
    """Facts of every statement; meanings: shape (statements, MEANING_WIDTH), zeros where unknown."""
    lower = [words.text[a:b].lower().replace("’", "'") for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True)]
    sentence = sentences(words, lower)
    mentions = sorted((m.start, m.end, actor.id) for actor in actors for m in actor.mentions)
    starts = [m[0] for m in mentions]

    def runs(spans: Spans) -> list[tuple[int, int]]:
        kind = words.start.dtype.type
        return [(int(words.end.searchsorted(kind(a), side="right")), int(words.start.searchsorted(kind(b)))) for a, b in spans]

    def within(spans: Spans) -> frozenset[str]:
        return frozenset(mentions[k][2] for a, b in spans for k in range(bisect_left(starts, a), bisect_left(starts, b)) if mentions[k][1] <= b)

    out: list[Facts] = []
    for k, s in enumerate(statements):
        cue, content = runs(s.cue), runs(s.content)
        first = min((a for a, _ in [*cue, *content, *runs(s.source)]), default=0)
        at = cue[0][0] if cue else first
        said = [lower[j] for a, b in content for j in range(a, b)]
        cue_words = [lower[j] for a, b in cue for j in range(a, b)]
        stems = frozenset(w[:PREFIX] for w in said if w[:1].isalnum() and w not in words_of("common"))
        near = (*cue_words, *said[:12])
        where = int(sentence[min(at, len(sentence) - 1)]) if len(sentence) else 0
        out.append(Facts(s, at, first, where, frozenset(cue_words), near, stems, within(s.content), meanings[k].astype(np.float32)))
    return out


def pairs(facts: Sequence[Facts]) -> Iterator[Pair]:
    """Every pair in which the first may answer the second, in the order of the answering."""
    number = {f.statement.id: k for k, f in enumerate(facts)}
    order = sorted(range(len(facts)), key=lambda k: facts[k].cue)
    spread = Counter(stem for f in facts for stem in f.stems)
    top = facts[order[0]].sentence if order else 0
    for place, i in enumerate(order):
        back = order[max(0, place - BACK) : place][::-1]
        ahead = [j for j in order[place + 1 : place + 1 + AHEAD] if facts[j].sentence == facts[i].sentence or _holds(facts, number, i, j)]
        chosen = [*back, *ahead]
        if not chosen:
            continue
        likeness = np.array([float(facts[i].meaning @ facts[j].meaning) for j in chosen])
        nearest = _nearest(facts, i, back)
        for rank, j in enumerate(chosen):
            values = _values(facts, number, i, j, likeness, rank, rank < len(back), nearest, spread, top)
            yield Pair(i, j, values)


def _nearest(facts: Sequence[Facts], i: int, back: list[int]) -> dict[str, int | None]:
    """The nearest statement before i of another speaker, of the same, that attacks, and that speaks of i's speaker."""
    me = facts[i].statement

    def first(fits: list[bool]) -> int | None:
        return next((j for j, fit in zip(back, fits, strict=True) if fit), None)

    others = [facts[j].statement for j in back]
    return {
        "other": first([s.speaker != me.speaker or s.speaker is None for s in others]),
        "same": first([s.speaker == me.speaker and s.speaker is not None for s in others]),
        "attack": first([s.act in ("accuse", "criticise") and s.speaker != me.speaker for s in others]),
        "on me": first(
            [
                me.speaker is not None and s.speaker != me.speaker and (s.target == me.speaker or me.speaker in facts[j].spoken_of)
                for j, s in zip(back, others, strict=True)
            ]
        ),
    }


def _holds(facts: Sequence[Facts], number: dict[str, int], outer: int, inner: int) -> bool:
    """Whether `inner` stands inside `outer`, however deep."""
    step = facts[inner].statement.inside
    for _ in range(len(facts)):
        if step is None or step not in number:
            return False
        if number[step] == outer:
            return True
        step = facts[number[step]].statement.inside
    return False


def _values(
    facts: Sequence[Facts],
    number: dict[str, int],
    i: int,
    j: int,
    likeness: NDArray[np.float64],
    rank: int,
    before: bool,
    nearest: dict[str, int | None],
    spread: Counter[str],
    top: int,
) -> tuple[float, ...]:
    a, b = facts[i], facts[j]
    s, t = a.statement, b.statement
    same = s.speaker is not None and s.speaker == t.speaker
    alike = float(likeness[rank])
    shared = a.stems & b.stems
    rare = sum(1 / spread[stem] for stem in shared)
    deny, attack = s.act == "deny", t.act in ("accuse", "criticise")
    answers, retracts = bool(a.cue_words & words_of("answers")), bool(set(a.near_words) & words_of("retracts"))
    claims = set(a.near_words) & words_of("claims")
    this = {w[:PREFIX] for w in claims} & {w[:PREFIX] for w in b.cue_words}
    on_me = s.speaker is not None and s.speaker in b.spoken_of
    apart = abs(a.sentence - b.sentence)
    return tuple(
        map(
            float,
            (
                1, not before, math.log1p(rank if before else 0), math.log1p(apart), apart == 0, _holds(facts, number, i, j), _holds(facts, number, j, i), s.inside == t.inside, t.inside is not None,
                same, s.speaker is None or t.speaker is None, not t.source, s.speaker is not None and t.target == s.speaker, on_me, t.speaker is not None and t.speaker in a.spoken_of,
                s.target is not None and s.target == t.target, s.speaker is not None and not same and t.target is not None and t.target in a.spoken_of,
                *(s.act == act for act in ANSWERING), *(t.act == act for act in ANSWERED), s.act is not None and s.act == t.act, deny and answers, deny and attack, deny and t.act == "deny",
                alike, max(alike - 0.5, 0.0), alike >= likeness.max() and alike > 0, len(shared) / max(len(a.stems | b.stems), 1), len(shared) / max(len(a.stems), 1),
                len(shared) / max(len(b.stems), 1), min(rare, 3.0), bool(a.stems) and a.stems == b.stems, s.mode == "direct" and t.mode != "direct", b.sentence == top,
                answers, answers and nearest["other"] == j, retracts, retracts and same, bool(set(a.near_words) & words_of("supports")), bool(set(a.near_words[:8]) & words_of("however")), bool(claims),
                bool(this), len(a.stems) <= 3, nearest["other"] == j, nearest["same"] == j, nearest["attack"] == j, nearest["on me"] == j, same * alike, (not same) * alike, same and deny,
                bool(s.negated) or bool(t.negated), before and rank == 0, before and rank <= 1 and same and s.mode == "direct",
            ),
        )
    )  # fmt: skip
