"""Stage: compose. Where sentences begin: at a line's start, and after a full stop that ends no abbreviation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rejoinder.tagging.words import Words

ENDS = frozenset(".?!")
CLOSERS = frozenset(('"', "”", "’", "'", "''", ")"))
ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof rev sen sens rep reps gov govs gen lt col sgt capt maj cmdr adm st jr sr hon pres".split()
    + "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)


def sentences(words: Words, lower: Sequence[str]) -> NDArray[np.int32]:
    """Number of each word's sentence, from 0 or 1 upwards, shape (n,).

    Args:
        words: the words of the story.
        lower: the same in lower case.
    """
    starts = np.zeros(len(lower), np.int32)
    ended = False
    for k, word in enumerate(lower):
        if words.gap[k] >= 2 or (ended and word not in CLOSERS):
            starts[k] = 1
            ended = False
        abbreviated = word == "." and k > 0 and (len(lower[k - 1]) == 1 or lower[k - 1] in ABBREVIATIONS)
        ended = ended or (word in ENDS and not abbreviated)
    return np.cumsum(starts, dtype=np.int32)
