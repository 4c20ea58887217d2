"""Stage: dispute. Answers to claims that the text names: "rejected the claim that ...", "allegations, which Ruritania denies", "denied the allegations".

The noun says that there is a claim, the verb that it is answered; what is left to find is the statement that the noun stands for: inside
the answer's own content, beside it in the sentence, or, where the noun is all that is said, right before it.
"""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.disputes.facts import Facts, Flags
from rejoinder.types import Relation

INSIDE, BESIDE, BEFORE = 0.9, 0.7, 0.5  # shares that are right: inside 12 of 13 on train; the others are too rare to count, set by hand
BACK = 6  # statements before a denial in which the claim that it names is looked for
HALF = 0.5  # probability of an attack
APART = 2  # sentences between them


class Named(NamedTuple):
    """The answering and the answered statement, as indices into the facts, and how sure that is."""

    answering: int
    answered: int
    relation: Relation
    sure: float


def named_answers(facts: Facts) -> list[Named]:
    """At most one for each statement whose cue denies or disputes."""
    out: list[Named] = []
    for k in range(len(facts)):
        found = _claim(facts, k) if facts.flags["denies"][k] else None
        if found:
            answered, sure = found
            out.append(Named(k, answered, _relation(facts, k, answered), sure))
    return out


def _claim(facts: Facts, k: int) -> tuple[int, float] | None:
    names: Flags = facts.names.sum(1) > 0

    def same_noun(j: int) -> bool:
        return bool((facts.points_at[k] * facts.names[j]).any())

    ahead = range(k + 1, min(len(facts), k + 1 + BACK))
    inside = next((j for j in ahead if facts.holders[j][:1] == [k] and names[j] and same_noun(j)), None)
    if inside is not None:
        return inside, INSIDE
    beside = (j for j in (k + 1, k - 1) if 0 <= j < len(facts) and facts.sentence[j] == facts.sentence[k] and names[j] and not _own(facts, k, j))
    found = next(beside, None)
    if found is not None:
        return found, BESIDE
    if not (facts.flags["short"][k] and facts.points_at[k].any()):
        return None
    back = [j for j in range(k - 1, max(-1, k - 1 - BACK), -1) if facts.sentence[k] - facts.sentence[j] <= APART and not _own(facts, k, j)]
    attacks = [j for j in back if facts.acts["accuse"][j] + facts.acts["criticise"][j] > HALF]
    best = next(iter([*filter(same_noun, back), *attacks, *back]), None)
    return None if best is None else (best, BEFORE)


def _own(facts: Facts, k: int, j: int) -> bool:
    return bool(facts.speaker[k] >= 0 and facts.speaker[k] == facts.speaker[j])


def _relation(facts: Facts, k: int, j: int) -> Relation:
    """Whom the claim concerns denies it, and who "denies" in so many words; anybody else disputes."""
    me = int(facts.speaker[k])
    concerned = me >= 0 and bool(facts.target[j] == me or facts.spoken_of[j, me])
    return "denies" if concerned or facts.flags["denial"][k] else "disputes"
