"""Stage: compose. Direct, indirect or mixed: whose wording a content is.

Where quotation marks stand they decide; where the text has none, the model's reading of person, tense and sentence form does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rejoinder.tagging.labels import MODES
from rejoinder.tagging.words import CASES, QUOTES, Words
from rejoinder.types import Mode

MOSTLY = 0.85  # share of a content's words inside quotation marks that makes it direct


def quoted_share(words: Words, spans: Sequence[tuple[int, int]]) -> float:
    """Share of the words in `spans` that stand inside quotation marks, marks and punctuation not counted; 0 for no words."""
    inside = total = 0
    for start, end in spans:
        first = int(np.searchsorted(words.end, start, side="right"))
        last = int(np.searchsorted(words.start, end))
        counted = words.case[first:last] != CASES.index("mark")
        total += int(counted.sum())
        inside += int((counted & (words.quote[first:last] == QUOTES.index("inside"))).sum())
    return inside / total if total else 0.0


def quoted_mode(words: Words, spans: Sequence[tuple[int, int]]) -> Mode:
    """Mode by quotation marks alone."""
    share = quoted_share(words, spans)
    if share >= MOSTLY:
        return "direct"
    return "mixed" if share > 0 else "indirect"


def has_marks(words: Words) -> bool:
    """Whether the text has any quotation marks."""
    return bool(np.any(words.quote == QUOTES.index("opens")))


def mode_of(words: Words, spans: Sequence[tuple[int, int]], read: NDArray[np.float32], marked: bool) -> Mode:
    """Mode of a content.

    Args:
        words: the story's words.
        spans: the content.
        read: the model's probabilities, in the order of labels.MODES; they count where the text has no quotation marks at all.
        marked: whether it has.
    """
    return quoted_mode(words, spans) if marked else MODES[int(read.argmax())]
