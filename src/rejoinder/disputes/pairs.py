"""Stage: dispute. A story's statements -> pairs of which one may answer the other, with a table of FEATURES.

An answer looks back: to any of the statements before it, or to one of its own sentence or content that comes later ("denied the
claim that ..."). What counts is who speaks, of whom, what the two do, how near they stand, how alike their contents are in meaning
and in words, and words by which answers show themselves (words.toml). Work grows with the number of statements: each looks back a
bounded way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rejoinder.disputes.facts import Facts, Flags, Indices, Numbers
from rejoinder.types import Act

BACK = 60  # statements before an answer that it may answer
AHEAD = 6  # statements behind it, of its own sentence or content
BLOCK = 64  # answering statements that are looked at together
HALF = 0.5  # probability from which a statement is an attack

ANSWERING: tuple[Act, ...] = ("deny", "retract", "concede", "support", "criticise", "accuse", "decline", "think", "assert")
ANSWERED: tuple[Act, ...] = ("accuse", "criticise", "deny", "support", "demand", "promise", "think", "assert")

Column = NDArray[Any]  # of truth values or numbers


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """answering, answered: indices among the story's statements, (m,). values: shape (m, FEATURES). Pairs of one answering statement stand together."""

    answering: Indices
    answered: Indices
    values: Numbers


def pairs(facts: Facts) -> Pairs:
    """Every pair in which the first may answer the second."""
    spread = Counter(s for stems in facts.stems for s in stems)
    parts = [_block(facts, start, min(start + BLOCK, len(facts)), spread) for start in range(0, len(facts), BLOCK)]
    parts = [part for part in parts if len(part[0])]
    if not parts:
        return Pairs(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros((0, len(FEATURES))))
    order = np.array(facts.order)
    first, second, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Pairs(order[first], order[second], values)


def _block(facts: Facts, start: int, stop: int, spread: Counter[str]) -> tuple[Indices, Indices, Numbers]:
    """Pairs whose answering statements are `start` to `stop`: both sides and their values."""
    left, right = max(0, start - BACK), min(len(facts), stop + AHEAD)
    chosen: list[tuple[int, int]] = []
    for i in range(start, stop):
        chosen.extend((i, j) for j in range(i - 1, max(0, i - BACK) - 1, -1))
        chosen.extend((i, j) for j in range(i + 1, min(len(facts), i + 1 + AHEAD)) if facts.sentence[j] == facts.sentence[i] or i in facts.holders[j])
    a, b = np.array(chosen, np.intp).reshape(-1, 2).T
    return a, b, _values(facts, a, b, _alike(facts, (start, stop), (left, right), spread), (start, left))


def _alike(facts: Facts, rows: tuple[int, int], columns: tuple[int, int], spread: Counter[str]) -> tuple[Numbers, Numbers, Numbers]:
    """Cosine of meanings, words shared, and rare words shared, between two ranges of statements; shape (rows, columns) each."""
    known = {s: k for k, s in enumerate(sorted({s for stems in facts.stems[columns[0] : columns[1]] for s in stems}))}
    table = np.zeros((columns[1] - columns[0], len(known)), np.float32)
    for k, stems in enumerate(facts.stems[columns[0] : columns[1]]):
        table[k, [known[s] for s in stems]] = 1
    rare = np.array([1 / spread[s] for s in known], np.float32)
    mine = table[rows[0] - columns[0] : rows[1] - columns[0]]
    meanings = facts.meaning[rows[0] : rows[1]] @ facts.meaning[columns[0] : columns[1]].T
    return meanings.astype(np.float64), (mine @ table.T).astype(np.float64), ((mine * rare) @ table.T).astype(np.float64)


def _values(facts: Facts, a: Indices, b: Indices, alike: tuple[Numbers, Numbers, Numbers], origin: tuple[int, int]) -> Numbers:
    columns: dict[str, Column] = {**_speakers(facts, a, b), **_places(facts, a, b), **_doings(facts, a, b)}
    meaning, shared, rare = (table[a - origin[0], b - origin[1]] for table in alike)
    size = np.array([len(s) for s in facts.stems], np.float64)
    same = columns["same speaker"]
    union = np.maximum(size[a] + size[b] - shared, 1)
    columns |= {
        "meaning": meaning,
        "meaning, high": np.maximum(meaning - 0.5, 0),
        "likest": _likest(a, meaning),
        "words shared": shared / union,
        "words of answering shared": shared / np.maximum(size[a], 1),
        "words of answered shared": shared / np.maximum(size[b], 1),
        "rare words shared": np.minimum(rare, 3),
        "same content": (shared > 0) & (shared == size[a]) & (shared == size[b]),
        "same speaker, meaning": same * meaning,
        "other speaker, meaning": ~same * meaning,
        **_nearest(facts, a, b),
    }
    columns |= _together(facts, a, b, columns)
    return np.stack([np.asarray(columns[name], np.float64) for name in FEATURES], 1) if len(a) else np.zeros((0, len(FEATURES)))


def _speakers(facts: Facts, a: Indices, b: Indices) -> dict[str, Column]:
    speaker, target, of = facts.speaker, facts.target, facts.spoken_of
    same = (speaker[a] >= 0) & (speaker[a] == speaker[b])
    return {
        "same speaker": same,
        "a speaker unknown": (speaker[a] < 0) | (speaker[b] < 0),
        "answered has no source": facts.flags["no source"][b],
        "concerns the answerer": (speaker[a] >= 0) & (target[b] == speaker[a]),
        "speaks of the answerer": (speaker[a] >= 0) & of[b, speaker[a]],
        "answers of the speaker": (speaker[b] >= 0) & of[a, speaker[b]],
        "same target": (target[a] >= 0) & (target[a] == target[b]),
        "camp of the concerned": (speaker[a] >= 0) & ~same & (target[b] >= 0) & of[a, target[b]],
    }


def _places(facts: Facts, a: Indices, b: Indices) -> dict[str, Column]:
    apart = np.abs(facts.sentence[a] - facts.sentence[b])
    before = b < a
    inner = [holders[0] if holders else -1 for holders in facts.holders]
    holder = np.array(inner, np.intp)
    pairs_ = list(zip(a.tolist(), b.tolist(), strict=True))
    return {
        "bias": np.ones(len(a)),
        "later": ~before,
        "statements between": np.log1p(np.where(before, a - b - 1, 0)),
        "sentences between": np.log1p(apart),
        "same sentence": apart == 0,
        "answered inside": np.array([i in facts.holders[j] for i, j in pairs_], np.bool_),
        "answering inside": np.array([j in facts.holders[i] for i, j in pairs_], np.bool_),
        "same holder": holder[a] == holder[b],
        "in the first line": facts.sentence[b] == facts.sentence[0] if len(facts) else before,
        "next statement": before & (a - b == 1),
    }


def _doings(facts: Facts, a: Indices, b: Indices) -> dict[str, Column]:
    flags, acts = facts.flags, facts.acts
    deny = acts["deny"][a]
    same = (facts.speaker[a] >= 0) & (facts.speaker[a] == facts.speaker[b])
    return {
        **{f"answering {act}": acts[act][a] for act in ANSWERING},
        **{f"answered {act}": acts[act][b] for act in ANSWERED},
        "same act": np.sum([p[a] * p[b] for p in acts.values()], axis=0),
        "surely denies": deny * flags["answers"][a],
        "deny of attack": deny * (acts["accuse"][b] + acts["criticise"][b]),
        "deny of deny": deny * acts["deny"][b],
        "nested answered": flags["nested"][b],
        "direct of indirect": flags["direct"][a] & ~flags["direct"][b],
        "answers": flags["answers"][a],
        "retracts": flags["retracts"][a],
        "retracts, same speaker": flags["retracts"][a] & same,
        "supports": flags["supports"][a],
        "however": flags["however"][a],
        "names a claim": flags["claims"][a],
        "names this claim": (facts.points_at[a] * facts.names[b]).sum(1) > 0,
        "short": flags["short"][a],
        "same speaker, deny": same * deny,
        "negated": flags["negated"][a] | flags["negated"][b],
        "spelled out": same & flags["direct"][a] & (b < a) & (a - b <= 2),
    }


def _together(facts: Facts, a: Indices, b: Indices, columns: Mapping[str, Column]) -> dict[str, Column]:
    """What two features say together that each alone does not."""
    flags, acts = facts.flags, facts.acts
    deny, attack = acts["deny"][a], acts["criticise"][a] + acts["accuse"][a]
    same: Flags = columns["same speaker"]
    near = (b < a) & (a - b <= 3)
    noun: Flags = (facts.names.sum(1) > 0)[b]
    inside: Flags = columns["answered inside"]
    on_me: Flags = columns["concerns the answerer"] | columns["speaks of the answerer"]
    meaning: Numbers = columns["meaning"]
    shared: Numbers = columns["words of answered shared"]
    return {
        "deny inside": deny * inside,
        "answers a noun inside": flags["answers"][a] & inside & noun,
        "noun inside": inside & noun,
        "deny on the answerer": deny * on_me,
        "deny, nearest attack": deny * columns["nearest attack"],
        "deny a claim, nearest": deny * (flags["claims"][a] & columns["nearest of another"]),
        "deny, words": deny * shared,
        "deny, meaning": deny * meaning,
        "attack on the speaker": attack * (columns["answers of the speaker"] & near & ~same),
        "answers the speaker": flags["answers"][a] & columns["answers of the speaker"] & near & ~same,
        "retract own": acts["retract"][a] * same,
        "retract own, near": acts["retract"][a] * (same & near),
        "concede own": acts["concede"][a] * same,
        "support, meaning": acts["support"][a] * meaning * ~same,
        "answers, meaning": flags["answers"][a] * meaning * ~same,
        "same speaker, words": same * shared,
        "near, meaning": near * same * meaning,
        "same act, meaning": columns["same act"] * meaning,
        "first line, words": columns["in the first line"] * shared,
    }


def _groups(a: Indices) -> Iterator[tuple[int, int]]:
    """Stretches of pairs of one answering statement."""
    edges = [0, *(np.flatnonzero(np.diff(a)) + 1).tolist(), len(a)]
    yield from ((first, last) for first, last in pairwise(edges) if last > first)


def _likest(a: Indices, meaning: Numbers) -> Flags:
    """Whether the answered is the likest in meaning of all that the answering may answer."""
    out = np.zeros(len(a), np.bool_)
    for first, last in _groups(a):
        out[first:last] = (meaning[first:last] == meaning[first:last].max()) & (meaning[first:last] > 0)
    return out


def _nearest(facts: Facts, a: Indices, b: Indices) -> dict[str, Column]:
    """Whether the answered is the nearest statement before the answering one of another speaker, of the same, that attacks, or that speaks of the answerer."""
    before = b < a
    me, other = facts.speaker[a], facts.speaker[b]
    same = (me >= 0) & (me == other)
    on_me = (me >= 0) & (me != other) & ((facts.target[b] == me) | facts.spoken_of[b, me])
    attack = facts.acts["accuse"][b] + facts.acts["criticise"][b] > HALF
    fits = {"nearest of another": ~same, "nearest of the same": same, "nearest attack": attack & ~same, "nearest on the answerer": on_me}
    out = {name: np.zeros(len(a), np.bool_) for name in fits}
    for first, last in _groups(a):
        for name, fit in fits.items():
            here = fit[first:last] & before[first:last]
            if here.any():
                out[name][first + int(here.argmax())] = True  # the nearest stands first
    out["answers, nearest"] = out["nearest of another"] & facts.flags["answers"][a]
    return out


FEATURES = (
    "bias", "later", "statements between", "sentences between", "same sentence", "answered inside", "answering inside", "same holder",
    "nested answered", "same speaker", "a speaker unknown", "answered has no source", "concerns the answerer", "speaks of the answerer",
    "answers of the speaker", "same target", "camp of the concerned",
    *(f"answering {act}" for act in ANSWERING), *(f"answered {act}" for act in ANSWERED),
    "same act", "surely denies", "deny of attack", "deny of deny", "meaning", "meaning, high", "likest", "words shared",
    "words of answering shared", "words of answered shared", "rare words shared", "same content", "direct of indirect",
    "in the first line", "answers", "answers, nearest", "retracts", "retracts, same speaker", "supports", "however", "names a claim",
    "names this claim", "short", "nearest of another", "nearest of the same", "nearest attack", "nearest on the answerer",
    "same speaker, meaning", "other speaker, meaning", "same speaker, deny", "negated", "next statement", "spelled out",
    "deny inside", "answers a noun inside", "noun inside", "deny on the answerer", "deny, nearest attack", "deny a claim, nearest",
    "deny, words", "deny, meaning", "attack on the speaker", "answers the speaker", "retract own", "retract own, near", "concede own",
    "support, meaning", "answers, meaning", "same speaker, words", "near, meaning", "same act, meaning", "first line, words",
)  # fmt: skip
