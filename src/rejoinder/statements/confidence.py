"""Stage: compose. How likely a statement is right, as a share that can be believed.

A logistic model over what the tagger says of its own work: one for outermost statements, fitted on PolNeAR's dev split, one for nested ones, fitted on our
own gold (evaluation/calibrate.py); both stand in the model's manifest. Right means: cue and source overlap gold's, content overlaps by a Jaccard
of at least one half.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from rejoinder.tagging.tagger import Row

FEATURES = ("bias", "anchor", "other anchor", "path", "no source", "long")
SMALLEST = 1e-4  # probabilities are kept this far from 0 and 1
# "Shot back" answers, though "shot" and "back" hardly ever do, and the training stories have few retorts: where the tagger half believes in one, it is one.
RETORTS = frozenset(f"{verb} back" for verb in "shot shoots shoot hit hits fired fires struck strikes snapped snaps barked barks clapped claps".split())
HALF, RETORT = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Scale:
    """Weights of FEATURES, and the confidence below which a statement is left out."""

    weights: tuple[float, ...]
    threshold: float

    def confidence(self, values: tuple[float, ...]) -> float:
        """Logistic of the weighted sum, in (0, 1)."""
        total = sum(value * weight for value, weight in zip(values, self.weights, strict=True))
        return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The scales of outermost and of nested statements."""

    outer: Scale
    nested: Scale

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> Calibration:
        """From a manifest's settings: {"outer": {"weights": [...], "threshold": ...}, "nested": {...}}."""
        return cls(*(Scale(tuple(settings[kind]["weights"]), settings[kind]["threshold"]) for kind in ("outer", "nested")))

    def scale(self, nested: bool) -> Scale:
        """The scale of nested or of outermost statements."""
        return self.nested if nested else self.outer


def is_nested(row: Row) -> bool:
    """Whether the tagger takes the cue for one inside another statement's content."""
    return row.nested > row.outer


def retorts(row: Row, cue: str) -> Row:
    """`row` with a surer cue, if it is one of RETORTS; cue: the words of the text from the anchor on."""
    retort = row.outer >= HALF and " ".join(cue.lower().split(" ")[:2]) in RETORTS
    return replace(row, outer=max(row.outer, RETORT)) if retort else row


def features(row: Row, nested: bool, has_source: bool, content_words: int) -> tuple[float, ...]:
    """Values in the order of FEATURES.

    anchor, other anchor: log-odds of the reading in which the row is judged, nested or outermost, and of the other. path: log-probability of its labels.
    long: log of the content's length in words.
    """
    own, other = (row.nested, row.outer) if nested else (row.outer, row.nested)
    return (1.0, odds(own), odds(other), row.log_probability, 0.0 if has_source else 1.0, math.log1p(content_words))


def odds(p: float, smallest: float = SMALLEST) -> float:
    """Log-odds of a probability, which is kept `smallest` from 0 and 1."""
    p = min(max(p, smallest), 1 - smallest)
    return math.log(p / (1 - p))
