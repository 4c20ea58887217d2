"""Stage: compose. What a statement does (accuse, deny, promise ...), and whether its words say that it was not said or only might be.

The model's head reads cue and content together, the plain words are weighed beside it (act_words.py), and a cue word that names an act
("denied", "vowed") adds its weight. The cue words stand in tables/cues.csv: those that have one act in at least four of five statements
of our training gold, checked by hand, and their other forms. Phrases and words that our training stories lack or hardly have, but that have one
act in any story ("pointed the finger", "insinuated"), stand in tables/cue_phrases.csv and weigh more, since the head has not learnt them.
Where all this leaves no act likely enough there is none.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from rejoinder.tagging.labels import ACTS
from rejoinder.tagging.words import Words
from rejoinder.types import Act

NAMED = 2.0  # how many times likelier a cue word makes its act: best on the tune half of dev's gold
PHRASED = 6.0  # how many times likelier a phrase of cue_phrases.csv makes its act: set by hand, dev has too few of them
LONGEST = 4  # words of a phrase
WORDS = 0.75  # weight of the words beside the head: best on the tune half of dev's gold, with NAMED
SMALLEST = 1e-6  # probabilities are kept this far from 0
LEAST = 0.3  # probability under which a statement has no act
HALF = 0.5
NOBODY = frozenset("nobody none neither nothing no-one".split())


class Doing(NamedTuple):
    """A statement's act with its flags, None where they are not known."""

    act: Act | None
    negated: bool | None
    hypothetical: bool | None


@cache
def cue_acts() -> dict[str, Act]:
    """Words of cues in lower case that name an act."""
    return _table("cues.csv", "word")


@cache
def cue_phrases() -> dict[str, Act]:
    """Phrases in lower case, and single words that our training stories lack, that name an act."""
    return _table("cue_phrases.csv", "phrase")


def _table(name: str, column: str) -> dict[str, Act]:
    lines = files("rejoinder.statements").joinpath("tables", name).read_text(encoding="utf8").splitlines()
    return {row[column]: cast(Act, row["act"]) for row in csv.DictReader(lines)}


def cue_at(words: Words, head: int) -> str:
    """The word that heads a cue, with those that follow it: what `probabilities` looks up."""
    last = min(head + LONGEST, len(words))
    return " ".join(words.text[a:b] for a, b in zip(words.start[head:last].tolist(), words.end[head:last].tolist(), strict=True))


def probabilities(cue: str, acts: NDArray[np.floating], words: NDArray[np.floating]) -> NDArray[np.float64]:
    """Of each act, shape (ACTS,).

    Args:
        cue: the word that heads the statement's cue and those that follow it (cue_at).
        acts: the head's probabilities in the order of labels.ACTS; zeros where no row stands behind the statement.
        words: log-odds of each act by the statement's words (act_words.evidence).
    """
    p = (np.asarray(acts, np.float64) + SMALLEST) * np.exp(WORDS * (words - words.max()))
    following = cue.lower().split(" ")[:LONGEST]
    phrase = next((act for n in range(len(following), 0, -1) if (act := cue_phrases().get(" ".join(following[:n])))), None)
    if phrase:
        p[ACTS.index(phrase)] *= PHRASED
    elif named := cue_acts().get(following[0]):
        p[ACTS.index(named)] *= NAMED
    return p / p.sum()


def doing(p: NDArray[np.floating], flags: NDArray[np.floating] | None, source: str = "", cue: str = "") -> Doing:
    """Act and flags of a statement, by the probabilities of its acts and those of labels.FLAGS, and by its words where these say that nobody said it.

    Of 130 statements of our training gold whose source is nobody or whose cue has "never" 120 are negated, and all others but three decline.
    """
    best = int(p.argmax())
    act = ACTS[best] if p[best] >= LEAST else None
    if {"neither", "nor"} <= set(cue.lower().split(" ")):
        act = "decline"  # "neither confirmed nor denied"
    negated, hypothetical = (None, None) if flags is None else (bool(flag > HALF) for flag in flags)
    return Doing(act, negated if negated is None or act == "decline" else negated or unsaid(source, cue), hypothetical)


def unsaid(source: str, cue: str) -> bool:
    """Whether source or cue say that it was not said: "nobody asked", "no officer said", "had never promised"."""
    first, *others = [*source.lower().split(" ")[:2], ""]
    return first in NOBODY or (first == "no" and others[0].isalpha()) or "never" in cue.lower().split(" ")
