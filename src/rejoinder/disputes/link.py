"""Stage: dispute. Statements, Actors -> Links: which statement of a story answers which, and how.

Two logistic models over the pairs of pairs.py say whether one statement repeats another and whether it answers it; a third says how
it answers. An answer links to the likeliest statement that it may answer, where that is likely enough: unsure means no link. The
weights are fitted on our own gold (evaluation/links.py). Before both, the claims that a denial names are found by rule (named.py).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from rejoinder.disputes.facts import Facts, facts_of
from rejoinder.disputes.named import named_answers
from rejoinder.disputes.pairs import FEATURES, Pairs, pairs
from rejoinder.tagging.words import Words
from rejoinder.types import Actor, Link, Relation, Statement

RELATIONS: tuple[Relation, ...] = get_args(Relation)
ANSWERS = tuple(r for r in RELATIONS if r != "repeats")


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Of FEATURES, by relation (shape (relations, features)) and of any answer; and the probabilities from which a pair is a link."""

    repeats: NDArray[np.float64]
    answers: NDArray[np.float64]
    how: NDArray[np.float64]
    least: dict[str, float]


@cache
def weights() -> Weights:
    """The packaged weights (tables/links.toml)."""
    raw = tomllib.loads(files("rejoinder.disputes").joinpath("tables", "links.toml").read_text(encoding="utf8"))
    row = {name: np.array([values[f] for f in FEATURES]) for name, values in raw["weights"].items()}
    return Weights(row["repeats"], row["answers"], np.stack([row[r] for r in ANSWERS]), raw["least"])


def link(
    words: Words, statements: Sequence[Statement], actors: Sequence[Actor], meanings: NDArray[np.floating], acts: NDArray[np.floating]
) -> tuple[Link, ...]:
    """The links of a story, in the order of the answering statements; arguments as of `facts_of`."""
    return links_in(facts_of(words, statements, actors, meanings, acts), statements)


def links_in(facts: Facts, statements: Sequence[Statement]) -> tuple[Link, ...]:
    """The links of a story whose facts are known: where the text names the claim that is answered, that wins over what is only likely."""
    named: dict[str, Link] = {}
    for answer in named_answers(facts):
        answering, answered = (statements[facts.order[k]] for k in (answer.answering, answer.answered))
        named[answering.id] = Link(answering.id, answered.id, answer.relation, answering.cue, answer.sure)
    likely = [x for x in links_of(pairs(facts), statements, weights()) if x.start not in named]
    place = {s.id: k for k, s in enumerate(statements)}
    return tuple(sorted([*named.values(), *likely], key=lambda x: (place[x.start], place[x.end])))


def links_of(found: Pairs, statements: Sequence[Statement], weight: Weights) -> tuple[Link, ...]:
    """The links among `found`: for each answering statement the likeliest one that it repeats and the likeliest one that it answers."""
    repeats, answers = _logistic(found.values @ weight.repeats), _logistic(found.values @ weight.answers)
    out: list[Link] = []
    for _, group in groupby(range(len(found.answering)), key=lambda k: found.answering[k]):
        here = list(group)
        best, again = max(here, key=lambda k: answers[k]), max(here, key=lambda k: repeats[k])
        answered = answers[best] >= weight.least["answers"]
        if answered:
            out.append(_link(found, best, _relation(found, best, statements, weight), float(answers[best]), statements))
        if repeats[again] >= weight.least["repeats"] and not (answered and again == best):
            out.append(_link(found, again, "repeats", float(repeats[again]), statements))
    return tuple(out)


def _relation(found: Pairs, k: int, statements: Sequence[Statement], weight: Weights) -> Relation:
    """How a pair's first answers its second: only the speaker takes back or contradicts themselves, only somebody else denies, disputes or supports."""
    a, b = statements[int(found.answering[k])], statements[int(found.answered[k])]
    scores = weight.how @ found.values[k]
    own = a.speaker is not None and a.speaker == b.speaker
    others: tuple[Relation, ...] = ("denies", "disputes", "supports") if a.speaker and b.speaker else ("denies", "disputes", "supports", "retracts")
    fits: tuple[Relation, ...] = ("retracts", "contradicts") if own else others
    return max(fits, key=lambda r: scores[ANSWERS.index(r)])


def _link(found: Pairs, k: int, relation: Relation, sure: float, statements: Sequence[Statement]) -> Link:
    answering = statements[int(found.answering[k])]
    return Link(answering.id, statements[int(found.answered[k])].id, relation, answering.cue or answering.content[:1], round(sure, 3))


def _logistic(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(z, -30, 30)))
