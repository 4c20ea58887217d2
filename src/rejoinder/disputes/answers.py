"""Stage: dispute. Statements that answer -> pairs with the statements that they may answer, with a table of FEATURES.

After "the union said the boat was full" nothing in "it was half empty, its owner said" points back: what counts is what the two do, whom the claim
concerns, what they have in common and how near they stand. Denials, walk-backs and contradictions each have weights of their own.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rejoinder.disputes.facts import Facts, Indices
from rejoinder.disputes.named import Named, relation
from rejoinder.disputes.pairs import Pairs
from rejoinder.types import Act, Relation

EARLIER = 5  # statements around another among which an earlier one of its speaker is looked for
BACK, AHEAD = 15, 3  # statements before an answer, and behind it in its sentence, among which its claim is looked for
DESCRIBED = 3  # statements before another among which one that describes its speaker is looked for
OPENING = 2  # statements that open a story
ASKS = 0.5  # probability from which a statement asks, and is no claim: 7 of 1,900 denials and disputes of our gold answer a question
SIGHT = 6  # statements between two beyond which they are far apart


class Kind(NamedTuple):
    """A kind of answer.

    relation: None is denies or disputes, see named.relation. acts: those whose probabilities together make a statement one above `least`; without acts
    every statement of a known speaker is one, and answers what the same speaker said earlier. flag: of the facts, that makes a statement one too.
    own: whether it may answer its own speaker.
    """

    name: str
    relation: Relation | None
    acts: tuple[Act, ...] = ()
    least: float = 0.0
    flag: str = ""
    own: bool = False


KINDS = (
    Kind("denials", None, ("deny",), 0.4, flag="denies"),
    Kind("retractions", "retracts", ("retract",), 0.3, own=True),
    Kind("contradictions", "contradicts", own=True),
)
FEATURES = (
    "bias", "act", "concerns the answerer", "answerer concerned, accused", "attacks", "accuses", "asserts", "denies", "promises or demands",
    "retracts", "words shared", "share of its words", "says only that it answers", "sentences between", "statements between", "far",
    "mentions the speaker", "nested answered", "inside", "same noun", "names a claim", "opens the story", "behind", "same speaker",
    "speaker unknown", "meaning", "last of its speaker", "named", "named inside", "next of another", "past", "dated before", "contrast",
    "acts alike", "one concern", "described", "of oneself, described", "says what was meant",
)  # fmt: skip


def answer_pairs(facts: Facts, kind: Kind, named: dict[int, Named]) -> Pairs:
    """Every pair of which the first, an outermost statement of that kind, may answer the second; named: answers to claims that the text names."""
    first: list[int] = []
    second: list[int] = []
    starts: list[int] = []
    sure = np.sum([facts.acts[act] for act in kind.acts], 0) if kind.acts else np.ones(len(facts))
    for k in range(len(facts)):
        found = _claims(facts, k, kind, named.get(k)) if _answers(facts, k, kind, float(sure[k])) else []
        if found:
            starts.append(len(first))
            first.extend([k] * len(found))
            second.extend(found)
    values = np.array([_values(facts, k, j, float(sure[k]), named.get(k)) for k, j in zip(first, second, strict=True)], np.float64).reshape(-1, len(FEATURES))
    order = np.array(facts.order, np.intp)
    return Pairs(order[_indices(first)], order[_indices(second)], values, _indices(starts))


def _indices(numbers: list[int]) -> Indices:
    return np.array(numbers, np.intp)


def _answers(facts: Facts, k: int, kind: Kind, sure: float) -> bool:
    if facts.flags["nested"][k]:
        return False
    if not kind.acts:
        return bool(facts.speaker[k] >= 0)
    if sure > kind.least or (kind.flag and facts.flags[kind.flag][k]):
        return True
    # Whoever is called something and then says what they are answers.
    return kind.relation is None and bool(facts.flags["self"][k]) and any(_describes(facts, j, k) for j in range(max(0, k - DESCRIBED), k))


def _describes(facts: Facts, j: int, k: int) -> bool:
    """Whether statement j tells what the speaker of statement k is: "portrayed him as ..."."""
    return bool(facts.flags["describes"][j]) and facts.concerns(j, int(facts.speaker[k])) and not facts.same_speaker(j, k)


def _claims(facts: Facts, k: int, kind: Kind, named: Named | None) -> list[int]:
    """Statements around an answer; none that holds it, none that asks, none that says what was meant ("he had been referring to"): that is its own point."""
    if not kind.acts:  # what the same speaker said in earlier days, told behind it or before
        around = [*range(max(0, k - EARLIER), k), *range(k + 1, min(len(facts), k + 1 + EARLIER))]
        return [j for j in around if facts.same_speaker(k, j) and not facts.flags["nested"][j] and _earlier(facts, j, k)]
    behind = (j for j in range(k + 1, min(len(facts), k + 1 + AHEAD)) if facts.sentence[j] == facts.sentence[k] or facts.holders[j][:1] == [k])
    behind = (j for j in behind if not facts.flags["replies"][j])  # "..., to which she replied" comes after it
    near = [*range(max(0, k - BACK), k), *behind]
    if named and named.answered not in near:
        near.append(named.answered)
    near = [j for j in near if j not in facts.holders[k] and not facts.flags["meant"][j] and facts.acts["ask"][j] <= ASKS]
    if kind.own:
        return near
    near = [j for j in near if k not in facts.holders[j] or _answers_own(facts, k, j)]
    # "Denied the allegation that the harbour was dark" answers what was said of the harbour, if anything was.
    spelled_out = facts.points_at[k].any() and not facts.points(k)
    near = [j for j in near if not spelled_out or facts.holders[j][:1] == [k] or facts.stems[k] & facts.stems[j]]
    return [j for j in near if not facts.same_speaker(k, j)]


def _answers_own(facts: Facts, k: int, j: int) -> bool:
    """Whether statement k may answer what its own content reports: "denied that he had said ..." does, "said that nobody tells you that" does not."""
    return bool(facts.flags["denies"][k]) or relation(facts, k, j) == "denies"


def _earlier(facts: Facts, j: int, k: int) -> bool:
    """Whether the text says that statement j was made before statement k, or dates j and not k."""
    past, day = facts.flags["past"], facts.day
    return bool((past[j] and not past[k]) or day[j] < day[k] or (np.isnan(day[k]) and not np.isnan(day[j])))


def _values(facts: Facts, k: int, j: int, sure: float, named: Named | None) -> list[float]:
    acts, speaker, own = facts.acts, int(facts.speaker[k]), facts.same_speaker(k, j)
    shared = len(facts.stems[k] & facts.stems[j])
    concerned = facts.concerns(j, speaker)
    described = _describes(facts, j, k)
    rule = named is not None and named.answered == j
    between = range(min(k, j) + 1, max(k, j))
    values = {
        "bias": 1.0,
        "act": sure,
        "concerns the answerer": concerned,
        "answerer concerned, accused": concerned * acts["accuse"][j],
        "attacks": acts["accuse"][j] + acts["criticise"][j],
        "accuses": acts["accuse"][j],
        "asserts": acts["assert"][j],
        "denies": acts["deny"][j],
        "promises or demands": acts["promise"][j] + acts["demand"][j],
        "retracts": acts["retract"][j] + acts["concede"][j],
        "words shared": math.log1p(shared),
        "share of its words": shared / (1 + len(facts.stems[j])),
        "says only that it answers": facts.points(k),
        "sentences between": math.log1p(abs(int(facts.sentence[k] - facts.sentence[j]))),
        "statements between": math.log1p(abs(k - j)),
        "far": abs(k - j) > SIGHT,
        "mentions the speaker": facts.spoken_of[k, facts.speaker[j]],  # the last column, where he is unknown, is nobody
        "nested answered": facts.flags["nested"][j],
        "inside": facts.holders[j][:1] == [k],
        "same noun": (facts.points_at[k] * facts.names[j]).any(),
        "names a claim": facts.names[j].any(),
        "opens the story": j < OPENING,
        "behind": j > k,
        "same speaker": own,
        "speaker unknown": facts.speaker[j] < 0,
        "meaning": float(facts.meaning[k] @ facts.meaning[j]),
        "last of its speaker": facts.speaker[j] >= 0 and not any(facts.speaker[i] == facts.speaker[j] for i in between),
        "named": rule,
        "named inside": rule and facts.holders[j][:1] == [k],
        "next of another": j < k and not own and all(facts.same_speaker(k, i) for i in between),
        "past": facts.flags["past"][j],
        "dated before": facts.day[j] < facts.day[k],
        "contrast": facts.flags["contrast"][max(j, k)],
        "acts alike": sum(math.sqrt(p[k] * p[j]) for p in acts.values()),
        "one concern": facts.target[j] >= 0 and facts.target[j] == facts.target[k],
        "described": described,
        "of oneself, described": described and facts.flags["self"][k],
        "says what was meant": facts.flags["reads anew"][k],
    }
    return [float(values[name]) for name in FEATURES]
