"""Stage: dispute. Answers to claims that the text names: "rejected the claim that ...", "allegations, which Ruritania denies", "denied the allegations".

The noun says that there is a claim, the verb that it is answered; what is left to find is the statement that the noun stands for: inside
the answer's own content, beside it in the sentence, or, where the noun is all that is said, right before it. Who "agreed with" somebody
supports what that one said last; who takes something back when "asked about the comment" takes back what he said last before that.
"""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.disputes.facts import Facts, Flags, Numbers, claim_nouns
from rejoinder.types import Relation

INSIDE, BESIDE, BEFORE, WITH = 0.8, 0.7, 0.6, 0.6  # shares that are right: inside 15 of 19 on train; the others are too rare to count, set by hand
ASKED = 0.6  # of seven such walk-backs in our stories to train on five are right
BACK = 6  # statements before an answer in which the claim that it names is looked for
HALF = 0.5  # probability of an act
APART = 2  # sentences between them
ACCUSATIONS = frozenset(("accus", "alleg", "charg"))  # stems of nouns for claims that whoever they concern denies


class Named(NamedTuple):
    """The answering and the answered statement, as indices into the facts, and how sure that is."""

    answering: int
    answered: int
    relation: Relation
    sure: float


def named_answers(facts: Facts) -> list[Named]:
    """At most one for each statement that denies, disputes or agrees."""
    names: Flags = facts.names.sum(1) > 0
    out: list[Named] = []
    for k in range(len(facts)):
        found = _claim(facts, names, k)
        if found:
            answered, sure = found
            out.append(Named(k, answered, relation(facts, k, answered), sure))
        elif facts.flags["agrees"][k] and (agreed := _agreed(facts, k)) is not None:
            out.append(Named(k, agreed, "supports", WITH))
    return out


def _claim(facts: Facts, names: Flags, k: int) -> tuple[int, float] | None:
    denies, surely = bool(facts.flags["denies"][k]), bool(facts.acts["deny"][k] > HALF)
    if not (denies or surely):
        return None
    ahead = range(k + 1, min(len(facts), k + 1 + BACK))
    inside = next((j for j in ahead if facts.holders[j][:1] == [k] and names[j] and not facts.same_speaker(k, j)), None)
    if inside is not None:
        return inside, INSIDE
    if not denies:
        return None
    beside = (j for j in (k + 1, k - 1) if 0 <= j < len(facts) and facts.sentence[j] == facts.sentence[k] and names[j] and not facts.same_speaker(k, j))
    found = next(beside, None)
    if found is not None:
        return found, BESIDE
    if not (surely and facts.points(k)):
        return None
    back = [j for j in _before(facts, k) if facts.sentence[k] - facts.sentence[j] <= APART]
    back = [j for j in back if not facts.flags["nested"][j]] or back  # what somebody says, not what stands inside it
    attacks = [j for j in back if facts.acts["accuse"][j] + facts.acts["criticise"][j] > HALF]
    same_noun = [j for j in back if (facts.points_at[k] * facts.names[j]).any()]
    best = next(iter([*same_noun, *attacks, *back]), None)
    return None if best is None else (best, BEFORE)


def _agreed(facts: Facts, k: int) -> int | None:
    """The last statement of somebody whom the answer mentions."""
    return next((j for j in _before(facts, k) if facts.speaker[j] >= 0 and facts.spoken_of[k, facts.speaker[j]]), None)


def taken_back(facts: Facts) -> list[Named]:
    """Walk-backs of those who had just been asked about a claim."""
    out: list[Named] = []
    for k in range(1, len(facts)):
        if facts.acts["retract"][k] > HALF and not facts.flags["nested"][k] and facts.acts["ask"][k - 1] > HALF and facts.points_at[k - 1].any():
            own = (j for j in range(k - 2, max(-1, k - 2 - BACK), -1) if facts.same_speaker(k, j) and not facts.flags["nested"][j])
            if (last := next(own, None)) is not None:
                out.append(Named(k, last, "retracts", ASKED))
    return out


def _before(facts: Facts, k: int) -> list[int]:
    """Statements of others right before, the nearest first."""
    return [j for j in range(k - 1, max(-1, k - 1 - BACK), -1) if not facts.same_speaker(k, j)]


def relation(facts: Facts, k: int, j: int) -> Relation:
    """Whom the claim concerns denies it, who "denies" in so many words, a spokesperson (in 41 of 57 such pairs of gold that the other rules leave), and who
    answers an accusation or what the answer calls one; anybody else disputes.
    """
    accused = facts.acts["accuse"][j] > HALF or accusing(facts.points_at[k])
    denies = accused or facts.flags["denial"][k] or facts.flags["on behalf"][k] or facts.concerns(j, int(facts.speaker[k]))
    return "denies" if denies else "disputes"


def accusing(nouns: Numbers) -> bool:
    """Whether one of the claim nouns is for an accusation; shape (nouns,)."""
    return any(claim_nouns()[c] in ACCUSATIONS for c in nouns.nonzero()[0].tolist())
