"""Stage: compose. What a statement does (accuse, deny, promise ...), and whether its words say that it was not said or only might be.

The model's head reads cue and content together, the plain words are weighed beside it (act_words.py), and a cue word that names an act ("denied", "vowed") adds its weight. The words stand in
tables/cues.csv: those that have one act in at least four of five statements of our training gold, checked by hand, and their other
forms. Where the two leave no act likely enough there is none.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from rejoinder.tagging.labels import ACTS
from rejoinder.types import Act

NAMED = 6.0  # how many times likelier a cue word makes its act: best on the tune half of dev's gold
WORDS = 1.3  # weight of the words beside the head: best on the tune half of dev's gold, with NAMED
SMALLEST = 1e-6  # probabilities are kept this far from 0
LEAST = 0.3  # probability under which a statement has no act
HALF = 0.5


class Doing(NamedTuple):
    """A statement's act with its flags, None where they are not known."""

    act: Act | None
    negated: bool | None
    hypothetical: bool | None


@cache
def cue_acts() -> dict[str, Act]:
    """Words of cues in lower case that name an act."""
    lines = files("rejoinder.statements").joinpath("tables", "cues.csv").read_text(encoding="utf8").splitlines()
    return {row["word"]: cast(Act, row["act"]) for row in csv.DictReader(lines)}


def doing(cue: str, acts: NDArray[np.floating], flags: NDArray[np.floating], words: NDArray[np.floating] | None = None) -> Doing:
    """Act and flags of a statement.

    Args:
        cue: the word that heads its cue.
        acts: the model's probabilities in the order of labels.ACTS; zeros where no row stands behind the statement.
        flags: its probabilities of labels.FLAGS.
        words: log-odds of each act by the statement's words (act_words.evidence).
    """
    if not acts.any():
        return Doing(None, None, None)
    p = np.asarray(acts, np.float64)
    if words is not None:
        p = (p + SMALLEST) * np.exp(WORDS * (words - words.max()))
    named = cue_acts().get(cue.lower())
    if named:
        p = p.copy()
        p[ACTS.index(named)] *= NAMED
    p /= p.sum()
    best = int(p.argmax())
    negated, hypothetical = (bool(flag > HALF) for flag in flags)
    return Doing(ACTS[best] if p[best] >= LEAST else None, negated, hypothetical)
