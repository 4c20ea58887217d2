"""Stage: dispute. Statements that answer -> pairs with the statements that they may answer, with a table of FEATURES.

After "the union said the boat was full" nothing in "it was half empty, its owner said" points back: what counts is what the two do, whom the claim
concerns, what they have in common and how near they stand. Denials, walk-backs and contradictions each have weights of their own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rejoinder.disputes.facts import Facts, Flags, Indices, Numbers
from rejoinder.disputes.named import Named, accusing, relation
from rejoinder.disputes.pairs import Pairs
from rejoinder.types import Act, Relation

EARLIER = 5  # statements around another among which an earlier one of its speaker is looked for
BACK, AHEAD = 15, 3  # statements before an answer, and behind it in its sentence, among which its claim is looked for
OPENING = 2  # statements that open a story
ASKS = 0.5  # probability from which a statement asks, and is no claim: 7 of 1,900 denials and disputes of our gold answer a question
LIKELY, SURE = 0.4, 0.5  # probabilities from which an act is likely, and sure
SIGHT = 6  # statements between two beyond which they are far apart


class Kind(NamedTuple):
    """A kind of answer.

    relation: None is denies or disputes, see named.relation. acts: those whose probabilities together make a statement one above `least`; without acts
    every statement of a known speaker is one, and answers what the same speaker said earlier. own: whether it may answer its own speaker.
    """

    name: str
    relation: Relation | None
    acts: tuple[Act, ...] = ()
    least: float = 0.0
    own: bool = False


KINDS = (
    Kind("denials", None, ("deny",)),
    Kind("retractions", "retracts", ("retract",), 0.3, own=True),
    Kind("contradictions", "contradicts", own=True),
)
ANSWERING: tuple[Act, ...] = ("assert", "criticise", "accuse", "think", "concede", "retract", "support")
FEATURES = (
    "bias", "act", "concerns the answerer", "answerer concerned, accused", "attacks", "accuses", "asserts", "denies", "promises or demands",
    "retracts", "words shared", "share of its words", "says only that it answers", "sentences between", "statements between", "far",
    "mentions the speaker", "nested answered", "inside", "same noun", "names a claim", "opens the story", "behind", "same speaker",
    "speaker unknown", "meaning", "last of its speaker", "named", "named inside", "next of another", "past", "dated before", "contrast",
    "acts alike", "one concern", "described", "of oneself, described", "says what was meant",
    "one negates", "one negates, words shared", "negates", "negates at once", "answered negates", "numbers differ", "numbers shared",
    "own words", "brief", "points back", "wonders", "act, words shared", "likely act", "right behind another", "right behind another, negates",
    "right behind another, contrast", "share of own words", "own words, concerned", "own words, accused", "answerer unknown",
    *(f"answering {act}" for act in ANSWERING),
)  # fmt: skip


# What tells whether an answer denies or disputes.
RELATING = (
    *FEATURES, "in so many words", "on behalf", "names an accusation", "cue denies", "surely accused", "denies by rule", "direct", "direct answered",
    "source names whom it concerns", "by a person", "by a body", "by somebody unnamed",
)  # fmt: skip


def relating(facts: Facts, a: Indices, b: Indices, values: Numbers) -> Numbers:
    """RELATING of pairs: statements a (in the order of the facts) that answer statements b, and their FEATURES."""
    flags, ends = facts.flags, list(zip(a.tolist(), b.tolist(), strict=True))
    told: dict[str, Any] = {
        "in so many words": flags["denial"][a],
        "on behalf": flags["on behalf"][a],
        "names an accusation": np.array([accusing(facts.points_at[k]) for k, _ in ends], np.bool_),
        "cue denies": flags["denies"][a],
        "surely accused": facts.acts["accuse"][b] > SURE,
        "denies by rule": np.array([relation(facts, k, j) == "denies" for k, j in ends], np.bool_),
        "direct": flags["direct"][a],
        "direct answered": flags["direct"][b],
        "source names whom it concerns": (facts.named_by[a] & facts.spoken_of[b])[:, :-1].any(1),
        **{name: flags[name][a] for name in ("by a person", "by a body", "by somebody unnamed")},
    }
    return np.column_stack([values, *(np.asarray(told[name], np.float64) for name in RELATING[len(FEATURES) :])])


def answer_pairs(facts: Facts, kind: Kind, named: dict[int, Named], among: range | None = None) -> Pairs:
    """Every pair of which the first, an outermost statement of that kind, may answer the second.

    Args:
        facts: of the story.
        kind: of answer.
        named: answers to claims that the text names.
        among: statements among which the first ones are; all if not given. A long story is taken in parts, so that tables stay small.
    """
    first: list[int] = []
    second: list[int] = []
    starts: list[int] = []
    sure = np.sum([facts.acts[act] for act in kind.acts], 0) if kind.acts else np.ones(len(facts))
    for k in range(len(facts)) if among is None else among:
        found = _claims(facts, k, kind, named.get(k)) if _answers(facts, k, kind, float(sure[k])) else []
        if found:
            starts.append(len(first))
            first.extend([k] * len(found))
            second.extend(found)
    answering, answered = (_indices([facts.order[k] for k in found]) for found in (first, second))
    return Pairs(answering, answered, _values(facts, _indices(first), _indices(second), sure, named), _indices(starts))


def _indices(numbers: list[int]) -> Indices:
    return np.array(numbers, np.intp)


def _answers(facts: Facts, k: int, kind: Kind, sure: float) -> bool:
    """Whether an outermost statement may be of that kind: what answers need not say so, and who asks or declines does not answer."""
    if facts.flags["nested"][k]:
        return False
    if not kind.acts:
        return bool(facts.speaker[k] >= 0)
    return sure >= kind.least and facts.acts["ask"][k] + facts.acts["decline"][k] <= ASKS


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


def _values(facts: Facts, a: Indices, b: Indices, sure: Numbers, named: dict[int, Named]) -> Numbers:
    """FEATURES of pairs: statements a that answer statements b; sure: how likely each statement of the story is an answer."""
    acts, flags, speaker = facts.acts, facts.flags, facts.speaker
    pairs = [(int(k), int(j)) for k, j in zip(a.tolist(), b.tolist(), strict=True)]
    who = speaker[a]
    own = (who >= 0) & (who == speaker[b])
    concerned = (who >= 0) & ((facts.target[b] == who) | facts.spoken_of[b, who])
    shared = np.array([len(facts.stems[k] & facts.stems[j]) for k, j in pairs], np.float64)
    inside = np.array([facts.holders[j][:1] == [k] for k, j in pairs], np.bool_)
    size, own_size = (np.array([1 + len(facts.stems[pair[end]]) for pair in pairs]) for end in (1, 0))
    alike = np.log1p(shared)
    numbers: Flags = np.array([bool(facts.numbers[k] and facts.numbers[j]) for k, j in pairs], np.bool_)
    same_number: Flags = np.array([bool(facts.numbers[k] & facts.numbers[j]) for k, j in pairs], np.bool_)
    described = flags["describes"][b] & concerned & ~own
    rule = np.array([k in named and named[k].answered == j for k, j in pairs], np.bool_)
    of_one = {k: (_last_other(facts, k), facts.points(k)) for k in set(a.tolist())}
    before, points = np.array([of_one[k] for k, _ in pairs], np.intp).reshape(-1, 2).T
    latest = np.array([_is_latest(facts, k, j) for k, j in pairs], np.bool_)
    one = flags["negates"][a] != flags["negates"][b]
    right = (b == a - 1) & ~own
    values: dict[str, Any] = {  # truth values or numbers, each of shape (m,)
        "bias": np.ones(len(a)),
        "act": sure[a],
        "concerns the answerer": concerned,
        "answerer concerned, accused": concerned * acts["accuse"][b],
        "attacks": acts["accuse"][b] + acts["criticise"][b],
        "accuses": acts["accuse"][b],
        "asserts": acts["assert"][b],
        "denies": acts["deny"][b],
        "promises or demands": acts["promise"][b] + acts["demand"][b],
        "retracts": acts["retract"][b] + acts["concede"][b],
        "words shared": alike,
        "share of its words": shared / size,
        "says only that it answers": points,
        "sentences between": np.log1p(np.abs(facts.sentence[a] - facts.sentence[b])),
        "statements between": np.log1p(np.abs(a - b)),
        "far": np.abs(a - b) > SIGHT,
        "mentions the speaker": facts.spoken_of[a, speaker[b]],  # the last column, where he is unknown, is nobody
        "nested answered": flags["nested"][b],
        "inside": inside,
        "same noun": (facts.points_at[a] * facts.names[b]).any(1),
        "names a claim": facts.names[b].any(1),
        "opens the story": b < OPENING,
        "behind": b > a,
        "same speaker": own,
        "speaker unknown": speaker[b] < 0,
        "meaning": (facts.meaning[a] * facts.meaning[b]).sum(1),
        "last of its speaker": latest,
        "named": rule,
        "named inside": rule & inside,
        "next of another": (b < a) & (before == b),
        "past": flags["past"][b],
        "dated before": facts.day[b] < facts.day[a],
        "contrast": flags["contrast"][np.maximum(a, b)],
        "acts alike": np.sum([np.sqrt(p[a] * p[b]) for p in acts.values()], 0),
        "one concern": (facts.target[b] >= 0) & (facts.target[b] == facts.target[a]),
        "described": described,
        "of oneself, described": described & flags["self"][a],
        "says what was meant": flags["reads anew"][a],
        "one negates": one,
        "one negates, words shared": one * alike,
        "negates": flags["negates"][a],
        "negates at once": flags["negates at once"][a],
        "answered negates": flags["negates"][b],
        "numbers differ": numbers & ~same_number & (shared > 0),
        "numbers shared": same_number,
        "own words": flags["own words"][a],
        "brief": flags["brief"][a],
        "points back": flags["points back"][a],
        "wonders": flags["wonders"][a],
        "act, words shared": sure[a] * alike,
        "likely act": sure[a] > LIKELY,
        "right behind another": right,
        "right behind another, negates": right & flags["negates"][a],
        "right behind another, contrast": right & flags["contrast"][a],
        "share of own words": shared / own_size,
        "own words, concerned": flags["own words"][a] & concerned,
        "own words, accused": flags["own words"][a] * acts["accuse"][b],
        "answerer unknown": who < 0,
        **{f"answering {act}": acts[act][a] for act in ANSWERING},
    }
    return np.stack([np.asarray(values[name], np.float64) for name in FEATURES], 1) if len(a) else np.zeros((0, len(FEATURES)))


def _last_other(facts: Facts, k: int) -> int:
    """The last statement before k that is not known to be of its speaker; -1 for none."""
    return next((j for j in range(k - 1, max(-1, k - 1 - BACK), -1) if not facts.same_speaker(k, j)), -1)


def _is_latest(facts: Facts, k: int, j: int) -> bool:
    """Whether nothing between statements k and j is of the speaker of j, who is known."""
    who = facts.speaker[j]
    return bool(who >= 0 and not (facts.speaker[min(k, j) + 1 : max(k, j)] == who).any())
