"""Stage: dispute. Statements, Actors -> Links: which statement of a story answers which, and how.

A statement repeats the likeliest of those before it that it may repeat, or none: a logistic model over the pairs of pairs.py in which these
compete, fitted on our own gold (evaluation/links.py). Unsure means no link. Answers are found by rule, where the text names the claim
(named.py).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from rejoinder.disputes.facts import Facts, facts_of
from rejoinder.disputes.named import named_answers
from rejoinder.disputes.pairs import FEATURES, Pairs, pairs
from rejoinder.tagging.words import Words
from rejoinder.types import Actor, Link, Relation, Statement

RELATIONS: tuple[Relation, ...] = get_args(Relation)


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Of FEATURES, shape (features,); and the probability from which a pair is a link."""

    repeats: NDArray[np.float64]
    least: float


@cache
def weights() -> Weights:
    """The packaged weights (tables/links.toml)."""
    raw = tomllib.loads(files("rejoinder.disputes").joinpath("tables", "links.toml").read_text(encoding="utf8"))
    return Weights(np.array([raw["repeats"][f] for f in FEATURES]), raw["least"])


def link(
    words: Words, statements: Sequence[Statement], actors: Sequence[Actor], meanings: NDArray[np.floating], acts: NDArray[np.floating]
) -> tuple[Link, ...]:
    """The links of a story, in the order of the answering statements; arguments as of `facts_of`."""
    return links_in(facts_of(words, statements, actors, meanings, acts), statements)


def links_in(facts: Facts, statements: Sequence[Statement]) -> tuple[Link, ...]:
    """The links of a story whose facts are known. Who answers a claim does not repeat it, nor what is next to it."""
    named: dict[str, Link] = {}
    for answer in named_answers(facts):
        answering, answered = (statements[facts.order[k]] for k in (answer.answering, answer.answered))
        named[answering.id] = Link(answering.id, answered.id, answer.relation, answering.cue, answer.sure)
    taken = {(x.end, x.start) for x in named.values()}
    again = [x for x in repeats(pairs(facts), statements, weights()) if x.start not in named and (x.start, x.end) not in taken]
    place = {s.id: k for k, s in enumerate(statements)}
    return tuple(sorted([*named.values(), *again], key=lambda x: (place[x.start], place[x.end])))


def repeats(found: Pairs, statements: Sequence[Statement], weight: Weights) -> tuple[Link, ...]:
    """For each statement the likeliest one that it repeats, if it is likely enough."""
    if not len(found.starts):
        return ()
    sure = probabilities(found.values @ weight.repeats, found.starts)
    return tuple(_link(found, k, float(sure[k]), statements) for k in likeliest(sure, found.starts) if sure[k] >= weight.least)


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


def _link(found: Pairs, k: int, sure: float, statements: Sequence[Statement]) -> Link:
    answering = statements[int(found.answering[k])]
    return Link(answering.id, statements[int(found.answered[k])].id, "repeats", answering.cue or answering.content[:1], round(sure, 3))
