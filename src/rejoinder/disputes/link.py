"""Stage: dispute. Statements, Actors -> Links: which statement of a story answers which, and how.

A statement repeats the likeliest of those before it that it may repeat, or none: a logistic model over the pairs of pairs.py in which these
compete, fitted on our own gold (evaluation/fit_links.py). Unsure means no link. Denials, walk-backs and contradictions find the claim that
they answer in the same way (answers.py), denials by a network of one hidden layer; where the text names the claim (named.py) that counts, and decides
for statements inside others. Whom somebody agrees with the text alone names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise, product
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from rejoinder.disputes import answers as answering
from rejoinder.disputes.answers import KINDS
from rejoinder.disputes.facts import Facts, facts_of
from rejoinder.disputes.named import named_answers, relation, taken_back
from rejoinder.disputes.pairs import FEATURES, Pairs, pairs, parts
from rejoinder.tagging.words import Words
from rejoinder.types import Actor, Link, Relation, Statement

FARTHEST = 6.0  # standard deviations from the mean to which a feature counts
RELATIONS: tuple[Relation, ...] = get_args(Relation)


class Chosen(NamedTuple):
    """A pair by its number, its two statements by their indices among the story's, and how likely it is."""

    pair: int
    answering: int
    answered: int
    sure: float


class Linear(NamedTuple):
    """weights: of each feature, shape (features,)."""

    weights: NDArray[np.float64]

    def scores(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of pairs with these values, shape (m, features); shape (m,)."""
        return values @ self.weights


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network of one hidden layer of rectified units over features that are brought to one scale.

    mean, scale: of each feature, shape (features,). inner: weights, shape (features, units), bias: of the units. outer: shape (units,), last: its bias.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    inner: NDArray[np.float64]
    bias: NDArray[np.float64]
    outer: NDArray[np.float64]
    last: float

    def scores(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of pairs with these values, shape (m, features); shape (m,)."""
        return np.maximum(np.clip((values - self.mean) / self.scale, -FARTHEST, FARTHEST) @ self.inner + self.bias, 0) @ self.outer + self.last


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Of the FEATURES of pairs.py; of those of answers.py for each kind of answer, and of its RELATING for whether one denies rather than disputes; least:
    probabilities from which a pair is a link.

    Repetitions and denials, of which gold has thousands, have a network; it finds half as many again as a linear model at the same precision. Walk-backs and
    contradictions are too few for one.
    """

    repeats: Linear | Network
    answers: Mapping[str, Linear | Network]
    denies: Linear
    least: Mapping[str, float]


@cache
def weights() -> Weights:
    """The packaged weights (tables/links.toml, tables/answers.toml)."""
    raw, networks = (tomllib.loads(files("rejoinder.disputes").joinpath("tables", f"{name}.toml").read_text(encoding="utf8")) for name in ("links", "answers"))

    def named(name: str, features: Sequence[str]) -> Linear | Network:
        return _network(networks[name], features) if name in networks else _linear(raw[name], features)

    answers = {kind.name: named(kind.name, answering.FEATURES) for kind in KINDS}
    return Weights(named("repeats", FEATURES), answers, _linear(raw["denies"], answering.RELATING), raw["least"])


def _linear(table: Mapping[str, float], features: Sequence[str]) -> Linear:
    return Linear(np.array([table[name] for name in features]))


def _network(table: Mapping[str, Any], features: Sequence[str]) -> Network:
    rows = [table["features"][name] for name in features]
    mean, scale, *inner = np.array(rows, np.float64).T
    return Network(mean, scale, np.stack(inner, 1), np.array(table["bias"]), np.array(table["outer"]), float(table["last"]))


def link(
    words: Words, statements: Sequence[Statement], actors: Sequence[Actor], meanings: NDArray[np.floating], acts: NDArray[np.floating]
) -> tuple[Link, ...]:
    """The links of a story, in the order of the answering statements; arguments as of `facts_of`."""
    return links_in(facts_of(words, statements, actors, meanings, acts), statements)


def links_in(facts: Facts, statements: Sequence[Statement]) -> tuple[Link, ...]:
    """The links of a story whose facts are known. Who answers a claim does not repeat it, nor what is next to it."""
    weight = weights()
    answers = _answers(facts, weight)
    repeated = [pair for part in pairs(facts) for pair in chosen(part, weight.repeats.scores(part.values), weight.least["repeats"])]
    answers |= _opposed(facts, repeated, answers)
    taken = {(b, a) for a, (b, _, _) in answers.items()}
    found = [(a, *answer) for a, answer in answers.items()]
    for _, a, b, sure in repeated:
        if a not in answers and (a, b) not in taken:
            found.append((a, b, "repeats", sure))
    return tuple(_link(statements[a], statements[b], what, sure) for a, b, what, sure in sorted(found))


def _answers(facts: Facts, weight: Weights) -> dict[int, tuple[int, Relation, float]]:
    """For each statement that answers: which it answers, how, and how sure that is; indices among the story's statements."""
    named = {x.answering: x for x in named_answers(facts)}
    place = {k: j for j, k in enumerate(facts.order)}
    out: dict[int, tuple[int, Relation, float]] = {}
    weighed: set[int] = set()
    for kind, part in product(KINDS, parts(len(facts))):
        found = answering.answer_pairs(facts, kind, named, part)
        if kind.relation is None:  # the others do not weigh what the text names
            weighed.update(found.answering[found.starts].tolist())
        best = chosen(found, weight.answers[kind.name].scores(found.values), weight.least[kind.name])
        how: Sequence[Relation] = _relations(facts, place, found, best, weight.denies) if kind.relation is None else [kind.relation for _ in best]
        for (_, a, b, sure), what in zip(best, how, strict=True):
            if a not in out or sure > out[a][2]:
                out[a] = (b, what, sure)
    for x in taken_back(facts):
        out[facts.order[x.answering]] = (facts.order[x.answered], x.relation, x.sure)
    _agree(facts, out)
    for x in named.values():
        k = facts.order[x.answering]
        if k not in out and (x.relation == "supports" or k not in weighed):
            out[k] = (facts.order[x.answered], x.relation, x.sure)
    return out


def _relations(facts: Facts, place: Mapping[int, int], found: Pairs, best: Sequence[Chosen], weight: Linear) -> list[Relation]:
    """Whether each of the chosen pairs denies or disputes."""
    a, b = np.array([place[x.answering] for x in best], np.intp), np.array([place[x.answered] for x in best], np.intp)
    scores = weight.scores(answering.relating(facts, a, b, found.values[[x.pair for x in best]])) if best else np.zeros(0)
    out: list[Relation] = ["denies" if score > 0 else "disputes" for score in scores.tolist()]
    return out


def _agree(facts: Facts, answers: dict[int, tuple[int, Relation, float]]) -> None:
    """Who takes something back twice in one sentence ("rowed back, saying ...") takes back one thing of before: what the surer of two neighbours does."""
    for k, (one, other) in enumerate(pairwise(facts.order)):
        a, b = answers.get(one), answers.get(other)
        if a and b and a[1] == b[1] == "retracts" and facts.same_speaker(k, k + 1) and facts.sentence[k] == facts.sentence[k + 1]:
            surer = max(a, b, key=lambda answer: answer[2])
            if surer[0] in facts.order[:k]:
                answers[one] = answers[other] = surer


def _opposed(facts: Facts, repeated: Sequence[Chosen], answers: Mapping[int, tuple[int, Relation, float]]) -> dict[int, tuple[int, Relation, float]]:
    """Of the pairs that are alike, those of which one says that there is evidence and the other that there is none; in the form of `_answers`.

    A speaker of both contradicts what was said before; somebody else who brings it up disputes that.
    """
    place = {k: j for j, k in enumerate(facts.order)}
    out: dict[int, tuple[int, Relation, float]] = {}
    for _, first, second, sure in repeated:
        a, b = place[first], place[second]
        there, not_there = facts.flags["evidence"], facts.flags["no evidence"]
        if first in answers or answers.get(second, (None,))[0] == first or not ((there[a] and not_there[b]) or (not_there[a] and there[b])):
            continue
        own = facts.same_speaker(a, b)
        out[first] = (second, "contradicts" if own else relation(facts, a, b), sure)
        others = (k for k in facts.holders[a] if facts.speaker[k] >= 0 and not facts.same_speaker(k, a) and k not in facts.holders[b])
        reminder = next((facts.order[k] for k in others), None) if own else None
        if reminder is not None:
            answered, _, known = out.get(reminder) or answers.get(reminder) or (second, None, 0.0)
            if known <= sure or answered == first:
                out[reminder] = (second, "disputes", sure)
    return out


def chosen(found: Pairs, scores: NDArray[np.float64], least: float) -> list[Chosen]:
    """For each first statement of `found` the likeliest second, if it is likely enough."""
    if not len(found.starts):
        return []
    sure = probabilities(scores, found.starts)
    return [Chosen(k, int(found.answering[k]), int(found.answered[k]), float(sure[k])) for k in likeliest(sure, found.starts) if sure[k] >= least]


def probabilities(scores: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Of each pair, that its first repeats its second: the pairs of one first compete with each other and with none, whose score is 0.

    Args:
        scores: shape (m,).
        starts: where the pairs of each first begin.
    """
    many = np.diff(np.append(starts, len(scores)))
    top = np.maximum(np.maximum.reduceat(scores, starts), 0)
    odds = np.exp(scores - np.repeat(top, many))
    return odds / np.repeat(np.add.reduceat(odds, starts) + np.exp(-top), many)


def likeliest(sure: NDArray[np.float64], starts: NDArray[np.intp]) -> list[int]:
    """The likeliest pair of each first; arguments as of `probabilities`."""
    return [a + int(sure[a:b].argmax()) for a, b in pairwise([*starts.tolist(), len(sure)])]


def _link(one: Statement, other: Statement, what: Relation, sure: float) -> Link:
    return Link(one.id, other.id, what, one.cue or one.content[:1], round(sure, 3))
