"""Stage: dispute. Denials whose words name no claim -> pairs with the statements that they may answer, with a table of FEATURES.

After "the union said the boat was full" nothing in "it was half empty, its owner said" points back: what counts is what the two do, whom the claim
concerns, what they have in common and how near they stand.
"""

from __future__ import annotations

import math

import numpy as np

from rejoinder.disputes.facts import Facts, Indices
from rejoinder.disputes.named import HALF
from rejoinder.disputes.pairs import Pairs

BACK, AHEAD = 10, 2  # statements before a denial, and behind it in its sentence, among which its claim is looked for
LEAST = 0.4  # probability of a denial
OPENING = 2  # statements that open a story
FEATURES = (
    "bias", "concerns the denier", "attacks", "accuses", "words shared", "says only that it answers", "sentences between", "statements between",
    "mentions the speaker", "nested answered", "same noun", "names a claim", "opens the story", "behind", "denies",
)  # fmt: skip


def answer_pairs(facts: Facts) -> Pairs:
    """Every pair of which the first, an outermost denial, may answer the second."""
    first: list[int] = []
    second: list[int] = []
    starts: list[int] = []
    for k in range(len(facts)):
        found = _claims(facts, k) if _denies(facts, k) else []
        if found:
            starts.append(len(first))
            first.extend([k] * len(found))
            second.extend(found)
    values = np.array([_values(facts, k, j) for k, j in zip(first, second, strict=True)], np.float64).reshape(-1, len(FEATURES))
    order = np.array(facts.order, np.intp)
    return Pairs(order[_indices(first)], order[_indices(second)], values, _indices(starts))


def _indices(numbers: list[int]) -> Indices:
    return np.array(numbers, np.intp)


def _denies(facts: Facts, k: int) -> bool:
    return not facts.flags["nested"][k] and bool(facts.flags["denies"][k] or facts.acts["deny"][k] > LEAST)


def _claims(facts: Facts, k: int) -> list[int]:
    """Statements of others before a denial, nouns for claims behind it in its sentence ("Oslo denies the charge of"); none that denies, none that holds it."""
    behind = (j for j in range(k + 1, min(len(facts), k + 1 + AHEAD)) if facts.sentence[j] == facts.sentence[k] and facts.names[j].any())
    near = (*range(max(0, k - BACK), k), *behind)
    found = [j for j in near if not facts.same_speaker(k, j) and j not in facts.holders[k] and facts.acts["deny"][j] < HALF]
    # "Denied the allegation that the harbour was dark" answers what was said of the harbour, if anything was.
    spelled_out = facts.points_at[k].any() and not facts.points(k)
    return [j for j in found if not spelled_out or facts.stems[k] & facts.stems[j]]


def _values(facts: Facts, k: int, j: int) -> list[float]:
    acts = facts.acts
    values = {
        "bias": 1.0,
        "concerns the denier": facts.concerns(j, int(facts.speaker[k])),
        "attacks": acts["accuse"][j] + acts["criticise"][j],
        "accuses": acts["accuse"][j],
        "words shared": math.log1p(len(facts.stems[k] & facts.stems[j])),
        "says only that it answers": facts.points(k),
        "sentences between": math.log1p(abs(int(facts.sentence[k] - facts.sentence[j]))),
        "statements between": math.log1p(abs(k - j)),
        "mentions the speaker": facts.spoken_of[k, facts.speaker[j]],  # the last column, where he is unknown, is nobody
        "nested answered": facts.flags["nested"][j],
        "same noun": (facts.points_at[k] * facts.names[j]).any(),
        "names a claim": facts.names[j].any(),
        "opens the story": j < OPENING,
        "behind": j > k,
        "denies": acts["deny"][k],
    }
    return [float(values[name]) for name in FEATURES]
