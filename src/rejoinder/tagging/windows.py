"""Stage: tag. Words -> windows that fit the encoder.

Every word is in the core of exactly one window. Cores end at paragraph ends where that wastes little, else at line or sentence ends; around
a core stands context from both sides, so that a statement at an edge is read with its neighbours.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rejoinder.tagging.words import Words

MAX_PIECES = 384  # word pieces a window, both special ones included (the encoder takes 512; time grows with the square)
CONTEXT_PIECES = 40  # borrowed on either side of a core
WORD_PIECES = 8  # a longer word is cut: nobody's label depends on its tail
SENTENCE_ENDS = frozenset(".?!")


@dataclass(frozen=True, slots=True)
class Window:
    """Words [first, last) of a text; the core is [core_first, core_last)."""

    first: int
    last: int
    core_first: int
    core_last: int


def cut(words: Words, lengths: NDArray[np.int32], budget: int = MAX_PIECES - 2, context: int = CONTEXT_PIECES) -> list[Window]:
    """Windows over `words`.

    Args:
        words: the text's words.
        lengths: pieces of each word, shape (n,), each at most WORD_PIECES.
        budget: pieces in a window.
        context: pieces to borrow on each side of a core.

    Returns:
        Windows in text order; their cores tile [0, n).
    """
    n = len(words)
    # total[k]: pieces before word k. A plain list: bisection in one is faster than in an array of this size.
    total: list[int] = [0, *np.cumsum(lengths).tolist()]
    if n == 0:
        return []
    if total[n] <= budget:
        return [Window(0, n, 0, n)]
    strength = _break_strength(words)
    windows: list[Window] = []
    core_first = 0
    while core_first < n:
        first = bisect_left(total, total[core_first] - context) if core_first else 0
        room = budget - (total[core_first] - total[first])
        core_last = n if total[n] - total[core_first] <= room else _best_end(strength, total, core_first, room - context)
        last = bisect_right(total, min(total[first] + budget, total[core_last] + context)) - 1
        windows.append(Window(first, max(last, core_last), core_first, core_last))
        core_first = core_last
    return windows


def _best_end(strength: NDArray[np.int8], total: list[int], first: int, room: int) -> int:
    """The best place to end a core that starts at `first` and holds at most `room` pieces."""
    end = max(bisect_right(total, total[first] + room) - 1, first + 1)
    # Look for a break in the last third only: a shorter core would waste the encoder's work.
    earliest = max(bisect_left(total, total[first] + room * 2 // 3), first + 1)
    for wanted in (3, 2, 1):
        places: list[int] = np.flatnonzero(strength[earliest : end + 1] >= wanted).tolist()
        if places:
            return earliest + places[-1]
    return end


def _break_strength(words: Words) -> NDArray[np.int8]:
    """How good a cut before each word is: 3 paragraph, 2 line, 1 sentence, 0 none; shape (n + 1,)."""
    strength = np.zeros(len(words) + 1, np.int8)
    strength[:-1] = np.where(words.gap == 3, 3, np.where(words.gap == 2, 2, 0))
    for k in np.flatnonzero(words.case == 5).tolist():
        if words.text[words.start[k]] in SENTENCE_ENDS:
            strength[k + 1] = max(strength[k + 1], 1)
    strength[-1] = 3
    return strength
