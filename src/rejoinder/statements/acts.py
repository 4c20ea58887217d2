"""Stage: compose. What a statement does (accuse, deny, promise ...), and whether its words say that it was not said or only might be.

The model's head reads cue and content together, and the whole statement is read once more with its parts marked (tagging/marked.py); both opinions
count, since they err on different statements. The plain words are weighed beside them (act_words.py), and a cue word that names an act ("denied", "vowed")
adds its weight. The cue words stand in tables/cues.csv: those that have one act in at least four of five statements
of our training gold, checked by hand, and their other forms. Phrases and words that our training stories lack or hardly have, but that have one
act in any story ("pointed the finger", "insinuated"), stand in tables/cue_phrases.csv and weigh more, since the head has not learnt them.
Where all this leaves no act likely enough there is none.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from rejoinder.tagging.labels import ACTS
from rejoinder.tagging.marked import Parts
from rejoinder.tagging.tagger import Reread
from rejoinder.tagging.words import Words
from rejoinder.types import Act

NAMED = 2.0  # how many times likelier a cue word makes its act: best on the tune half of dev's gold
PHRASED = 6.0  # how many times likelier a phrase of cue_phrases.csv makes its act: set by hand, dev has too few of them
LONGEST = 4  # words of a phrase
SURE, UNLIKELY = 0.8, 0.1  # an act from the first and flags up to the second need no second reading: half of them, and nothing is lost (LOG.md)
MARKED = 0.7  # weight of the statement read with its parts marked, beside the head
WORDS = 0.15  # weight of the words beside both: best on the tune half of dev's gold and the kept invented stories, with MARKED
SMALLEST = 1e-6  # probabilities are kept this far from 0
LEAST = 0.3  # probability under which a statement has no act
HALF = 0.5
NOBODY = frozenset("nobody none neither nothing no-one".split())


class Acts(NamedTuple):
    """What statements do: probabilities, shapes (statements, ACTS) and (statements, FLAGS)."""

    acts: NDArray[np.float32]
    flags: NDArray[np.float32]


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
        acts: what the model thinks, probabilities in the order of labels.ACTS (`opinions`).
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


def opinions(heads: Acts, statements: Sequence[Parts], reread: Reread) -> Acts:
    """What the model thinks that statements do: what the head says where it is sure, else both readings as one; the flags are the second reading's then.

    Args:
        heads: what the head says of each; zeros where no row stands behind the statement.
        statements: the words of each one's parts.
        reread: asked about those of which the head is not sure.
    """
    acts, flags = heads.acts.copy(), heads.flags.copy()
    unsure = np.flatnonzero((acts.max(1, initial=0) < SURE) | (flags.max(1, initial=0) > UNLIKELY)).tolist()
    for k, second in zip(unsure, reread([statements[k] for k in unsure]), strict=True):
        first = acts[k] + SMALLEST if acts[k].any() else 1.0
        both = first ** (1 - MARKED) * (second.acts + SMALLEST) ** MARKED
        acts[k], flags[k] = both / both.sum(), second.flags
    return Acts(acts, flags)


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
