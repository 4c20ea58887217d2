"""Stage: dispute. A story's statements -> pairs of which the later may repeat the earlier, with a table of FEATURES.

What counts is who speaks, what the two do, how near they stand, how alike they are in meaning and in words, whether the earlier opens the
story, and whether a quotation follows on what sums it up. Work grows with the number of statements: each looks back a bounded way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rejoinder.disputes.alike import shares
from rejoinder.disputes.facts import Facts, Flags, Indices, Numbers
from rejoinder.types import Act

BACK = 60  # statements before another that it may repeat
PART = 256  # statements of a long story whose pairs are weighed together
BLOCK = 64  # answering statements whose words are compared together
LEAD = 4  # statements that open a story
FADE = 2.0  # statements between a summary and its quotation over which the second loses most of its weight
RAREST = 1e-4  # share of statements from which a stem counts in full
MOST = 3.0  # of the rare words in common
SMALL = 1e-6

ANSWERING: tuple[Act, ...] = ("criticise", "think", "assert")
ANSWERED: tuple[Act, ...] = ("think", "assert")

Column = NDArray[Any]  # of truth values or numbers


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """answering, answered: indices among the story's statements, (m,). values: shape (m, FEATURES). starts: where the pairs of each answering one begin."""

    answering: Indices
    answered: Indices
    values: Numbers
    starts: Indices


@dataclass(frozen=True, slots=True, eq=False)
class _Whole:
    """What is to be known of all pairs of a story, the nearest first, before they are weighed in parts.

    done: weight of what the two are said to do in common, for each part (m,). echo: for each statement, the most of it with one before. turns: how many
    statements of its speaker stand before each. centred: meanings beside the story's mean, of length 1. spread: how many statements have a stem.
    """

    done: list[Numbers]
    echo: Numbers
    turns: Indices
    centred: NDArray[np.float32]
    spread: Counter[str]


def pairs(facts: Facts, part: int = PART) -> Iterator[Pairs]:
    """Every pair of which the first may repeat the second, the nearest first; so many first statements at a time, so that tables stay small."""
    whole = _whole(facts, part)
    order = np.array(facts.order, np.intp)
    for firsts, done in zip(parts(len(facts), part), whole.done, strict=True):
        a, b, starts = _ends(firsts)
        values = _values(facts, whole, firsts, a, b, starts, done)
        yield Pairs(order[a], order[b], values, starts[np.diff(starts, append=len(a)) > 0])


def parts(n: int, part: int = PART) -> list[range]:
    """The statements of a story, so many at a time."""
    return [range(start, min(start + part, n)) for start in range(0, n, part)]


def _ends(firsts: range) -> tuple[Indices, Indices, Indices]:
    """First and second statements of pairs, (m,), and where those of each first begin, (n,)."""
    many = np.minimum(np.array(firsts, np.intp), BACK)
    starts = np.cumsum(many) - many
    a = np.repeat(np.array(firsts, np.intp), many)
    return a, a - 1 - (np.arange(len(a)) - np.repeat(starts, many)), starts


def _whole(facts: Facts, part: int) -> _Whole:
    heavy = np.array([sum(map(_weight, sorted(stems))) for stems in facts.doing])
    echo = np.zeros(len(facts))
    common: list[Numbers] = []
    for firsts in parts(len(facts), part):
        a, b, _ = _ends(firsts)
        common.append(_shared(facts.doing, firsts, a, b, _weight) / np.sqrt(np.maximum(heavy[a] * heavy[b], SMALL)))
        np.maximum.at(echo, a, common[-1])
    centred = facts.meaning - facts.meaning.mean(0) if len(facts) else facts.meaning
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), SMALL)
    return _Whole(common, echo, _turns(facts), centred, Counter(s for stems in facts.stems for s in stems))


def _values(facts: Facts, whole: _Whole, firsts: range, a: Indices, b: Indices, starts: Indices, done: Numbers) -> Numbers:
    """FEATURES of the pairs of some first statements; arguments as of `_ends`, and what the two are said to do in common."""
    if not len(a):
        return np.zeros((0, len(FEATURES)))
    same = (facts.speaker[a] >= 0) & (facts.speaker[a] == facts.speaker[b])
    columns = {**_places(facts, whole, firsts, a, b, same, starts), **_contents(facts, whole, firsts, a, b, same, done), **_doings(facts, a, b, same)}
    return np.stack([np.asarray(columns[name], np.float64) for name in FEATURES], 1)


def _places(facts: Facts, whole: _Whole, firsts: range, a: Indices, b: Indices, same: Flags, starts: Indices) -> dict[str, Column]:
    apart = np.abs(facts.sentence[a] - facts.sentence[b])
    between = np.log1p(a - b - 1)
    turns = np.maximum(whole.turns[a] - whole.turns[b] - 1, 0) * same
    inside = np.zeros(len(a), np.bool_)
    inside[[start + i - j - 1 for start, i in zip(starts, firsts, strict=True) for j in facts.holders[i] if 0 < i - j <= BACK]] = True
    return {
        "bias": np.ones(len(a)),
        "statements between": between,
        "statements between, same speaker": between * same,
        "sentences between": np.log1p(apart),
        "same sentence": apart == 0,
        "turns between": np.log1p(turns),
        "next sentence of the speaker": same & (turns == 0) & (facts.sentence[a] - facts.sentence[b] == 1),
        "in the first line": facts.sentence[b] == facts.sentence[0],
        "answering inside": inside,
        "nested answering": facts.flags["nested"][a],
        "nested answered": facts.flags["nested"][b],
    }


def _turns(facts: Facts) -> Indices:
    """How many statements of its speaker stand before each."""
    seen: Counter[int] = Counter()
    out = np.zeros(len(facts), np.intp)
    for k, who in enumerate(facts.speaker.tolist()):
        out[k] = seen[who]
        seen[who] += 1
    return out


def _contents(facts: Facts, whole: _Whole, firsts: range, a: Indices, b: Indices, same: Flags, done: Numbers) -> dict[str, Column]:
    size = np.log1p([len(s) for s in facts.stems])
    return {
        "words shared": np.log1p(_shared(facts.stems, firsts, a, b, _weight)),
        "rare words shared": np.minimum(_shared(facts.stems, firsts, a, b, lambda s: 1 / whole.spread[s]), MOST),
        "words shared, far": np.log1p(a - b - 1) * done,
        "words shared, headline": (b == 0) * done,
        "answered is said before": whole.echo[b],
        "words of answering": size[a],
        "words of answered": size[b],
        "meaning, other speaker": ~same * _cosine(facts.meaning, firsts, a, b),
        "meaning, beside the story's": _cosine(whole.centred, firsts, a, b),
    }


def _weight(stem: str) -> float:
    """From 0 to 1: how much a stem tells."""
    return float(np.log(max(shares().get(stem, 0.0), RAREST)) / np.log(RAREST))


def _blocks(firsts: range, a: Indices) -> Iterator[tuple[int, int, int, slice]]:
    """BLOCK first statements at a time, so that tables stay small: the first that they may repeat, they themselves, and where their pairs stand."""
    for start in range(firsts.start, firsts.stop, BLOCK):
        stop = min(start + BLOCK, firsts.stop)
        yield max(0, start - BACK), start, stop, slice(int(a.searchsorted(start)), int(a.searchsorted(stop)))


def _shared(sets: Sequence[frozenset[str]], firsts: range, a: Indices, b: Indices, weight: Callable[[str], float]) -> Numbers:
    """Weight of what two sets have in common."""
    out = np.zeros(len(a))
    for left, start, stop, here in _blocks(firsts, a):
        known = {s: k for k, s in enumerate(sorted(frozenset[str]().union(*sets[left:stop])))}
        table = np.zeros((stop - left, len(known)), np.float32)
        for k, strings in enumerate(sets[left:stop]):
            table[k, [known[s] for s in strings]] = 1
        common = (table[start - left :] * np.array([weight(s) for s in known], np.float32)) @ table.T
        out[here] = common[a[here] - start, b[here] - left]
    return out


def _cosine(vectors: NDArray[np.float32], firsts: range, a: Indices, b: Indices) -> Numbers:
    """Of vectors of length 1."""
    out = np.zeros(len(a))
    for left, start, stop, here in _blocks(firsts, a):
        out[here] = (vectors[start:stop] @ vectors[left:stop].T)[a[here] - start, b[here] - left]
    return out


def _doings(facts: Facts, a: Indices, b: Indices, same: Flags) -> dict[str, Column]:
    flags, acts = facts.flags, facts.acts
    direct = flags["direct"]
    roots = np.sqrt(np.stack(list(acts.values()), 1))
    alike = (roots[a] * roots[b]).sum(1)
    return {
        **{f"answering {act}": acts[act][a] for act in ANSWERING},
        **{f"answered {act}": acts[act][b] for act in ANSWERED},
        "acts alike": alike,
        "acts alike, same speaker": alike * same,
        "acts alike, lead": alike * (b < LEAD),
        "direct answering": direct[a],
        "direct answered": direct[b],
        "direct of indirect": direct[a] & ~direct[b],
        "quotes what is summed up": (same & direct[a] & ~direct[b]) * np.exp(-(a - b - 1) / FADE),
        "only says": flags["plain"][a],
        "goes on": flags["adds"][a],
        "names a claim": flags["claims"][a],
        "source names the speaker": (facts.speaker[b] >= 0) & ~same & facts.named_by[a, facts.speaker[b]],
    }


FEATURES = (
    "bias", "statements between", "statements between, same speaker", "sentences between", "same sentence", "turns between",
    "next sentence of the speaker", "in the first line", "answering inside", "nested answering", "nested answered",
    "words shared", "rare words shared", "words shared, far", "words shared, headline", "answered is said before", "words of answering",
    "words of answered", "meaning, other speaker", "meaning, beside the story's",
    *(f"answering {act}" for act in ANSWERING), *(f"answered {act}" for act in ANSWERED), "acts alike", "acts alike, same speaker",
    "acts alike, lead", "direct answering", "direct answered", "direct of indirect", "quotes what is summed up", "only says", "goes on",
    "names a claim", "source names the speaker",
)  # fmt: skip
