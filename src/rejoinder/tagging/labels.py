"""Stage: tag. The label set of a row, shared by training and decoding.

A row belongs to one cue: every word around it is outside, or part of the cue, its source, its content or its addressee.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from rejoinder.types import Act, Mode

ROLES = ("source", "cue", "content", "addressee")
LABELS = ("O", *(f"{edge}-{role}" for role in ROLES for edge in "BI"))
MODES: tuple[Mode, ...] = ("direct", "indirect", "mixed")
ACTS: tuple[Act, ...] = get_args(Act)
FLAGS = ("negated", "hypothetical")
MEANING_WIDTH = 128  # of the vector that stands for what a content says
QUOTED = ("outside", "first", "inside", "last")  # where a word stands to quotation marks, seen or guessed
NAME_KINDS = ("person", "organization", "place", "other")  # other: nationalities, parties' members, events, works
NAMES = ("O", *(f"{edge}-{kind}" for kind in NAME_KINDS for edge in "BI"))
REFERENCE_WIDTH = 64  # of the vectors by which an anaphor finds its antecedent
# Words between anaphor and antecedent: lower bounds of the classes; the negative ones for antecedents that come later.
DISTANCES = (-(10**9), -16, -4, 0, 2, 4, 8, 16, 32, 64, 128, 256)
REACH = 72  # words on either side of the anchor that a row sees; 99 % of PolNeAR's statements end within 71


def begins(role: str) -> int:
    """Index of the label that starts a span of `role`; the next index continues it."""
    return 1 + 2 * ROLES.index(role)


def illegal() -> NDArray[np.bool_]:
    """Transitions (from, to) that no labelling has: a span must begin before it goes on. Shape (labels, labels)."""
    banned = np.zeros((len(LABELS), len(LABELS)), np.bool_)
    for role in ROLES:
        b = begins(role)
        banned[:, b + 1] = True
        banned[[b, b + 1], b + 1] = False
    return banned


def distance_class(words: int) -> int:
    """Index into DISTANCES for an antecedent that many words before its anaphor (negative: after it)."""
    return bisect_right(DISTANCES, words) - 1
