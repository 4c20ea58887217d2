"""Stage: compose. How likely a statement is right, as a share that can be believed.

A logistic model over what the tagger says of its own work, fitted on PolNeAR's dev split by `python -m evaluation.calibrate` and kept in the
model's manifest. Right means: cue and source overlap gold's, content overlaps by a Jaccard of at least one half.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rejoinder.tagging.tagger import Row

FEATURES = ("bias", "anchor", "path", "no source", "long", "unsure where")


def features(row: Row, has_source: bool, content_words: int) -> tuple[float, ...]:
    """Values in the order of FEATURES.

    anchor: log-odds of the better of the two anchor readings. path: log-probability of the row's labels. long: log of the content's length in words.
    unsure where: log-odds again, where the reading is a nested one.
    """
    best = min(max(row.outer, row.nested, 1e-4), 1 - 1e-4)
    odds = math.log(best / (1 - best))
    return (1.0, odds, row.log_probability, 0.0 if has_source else 1.0, math.log1p(content_words), odds if row.nested > row.outer else 0.0)


def confidence(values: Sequence[float], weights: Sequence[float]) -> float:
    """Logistic of the weighted sum, in (0, 1)."""
    total = sum(value * weight for value, weight in zip(values, weights, strict=True))
    return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))
