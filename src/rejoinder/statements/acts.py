"""Stage: compose. What a statement does (accuse, deny, promise ...), and whether its words say that it was not said or only might be.

The model's head reads cue and content together, the plain words are weighed beside it (act_words.py), and a cue word that names an act
("denied", "vowed") adds its weight. The cue words stand in tables/cues.csv: those that have one act in at least four of five statements
of our training gold, checked by hand, and their other forms. Where all this leaves no act likely enough there is none.
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

NAMED = 2.0  # how many times likelier a cue word makes its act: best on the tune half of dev's gold
WORDS = 0.75  # weight of the words beside the head: best on the tune half of dev's gold, with NAMED
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


def probabilities(cue: str, acts: NDArray[np.floating], words: NDArray[np.floating]) -> NDArray[np.float64]:
    """Of each act, shape (ACTS,).

    Args:
        cue: the word that heads the statement's cue.
        acts: the head's probabilities in the order of labels.ACTS; zeros where no row stands behind the statement.
        words: log-odds of each act by the statement's words (act_words.evidence).
    """
    p = (np.asarray(acts, np.float64) + SMALLEST) * np.exp(WORDS * (words - words.max()))
    named = cue_acts().get(cue.lower())
    if named:
        p[ACTS.index(named)] *= NAMED
    return p / p.sum()


def doing(p: NDArray[np.floating], flags: NDArray[np.floating] | None) -> Doing:
    """Act and flags of a statement, by the probabilities of its acts and those of labels.FLAGS."""
    best = int(p.argmax())
    negated, hypothetical = (None, None) if flags is None else (bool(flag > HALF) for flag in flags)
    return Doing(ACTS[best] if p[best] >= LEAST else None, negated, hypothetical)
