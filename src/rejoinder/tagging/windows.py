"""Stage: tag. Words -> windows that fit the encoder.

Every word is in the core of exactly one window. Cores end at paragraph ends where that wastes little, else at line or sentence ends; around
a core stands context from both sides, so that a statement at an edge is read with its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rejoinder.tagging.words import Words

MAX_PIECES = 384  # word pieces a window, both special ones included (the encoder takes 512; time grows with the square)
CONTEXT_PIECES = 40  # borrowed on either side of a core
WORD_PIECES = 8  # a longer word is cut: nobody's label depends on its tail
SENTENCE_ENDS = frozenset(".?!")


class PieceSource(Protocol):
    """What turns words into piece ids (see pieces.py)."""

    def __call__(self, words: list[str]) -> list[list[int]]: ...


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
    total = np.concatenate([[0], np.cumsum(lengths)])
    if n == 0:
        return []
    if total[n] <= budget:
        return [Window(0, n, 0, n)]
    strength = _break_strength(words)
    windows: list[Window] = []
    core_first = 0
    while core_first < n:
        left = int(np.searchsorted(total, total[core_first] - context)) if core_first else 0
        used = int(total[core_first] - total[left])
        room = budget - used
        if total[n] - total[core_first] <= room:
            core_last = n
        else:
            core_last = _best_end(strength, total, core_first, room - context)
        last = int(np.searchsorted(total, total[left] + budget, side="right")) - 1
        last = min(max(last, core_last), int(np.searchsorted(total, total[core_last] + context, side="right")) - 1, n)
        last = max(last, core_last)
        windows.append(Window(left, last, core_first, core_last))
        core_first = core_last
    return windows


def _best_end(strength: NDArray[np.int8], total: NDArray[np.int64], first: int, room: int) -> int:
    """The best place to end a core that starts at `first` and holds at most `room` pieces."""
    end = int(np.searchsorted(total, total[first] + room, side="right")) - 1
    end = max(end, first + 1)
    # Look for a break in the last third only: a shorter core would waste the encoder's work.
    earliest = max(int(np.searchsorted(total, total[first] + room * 2 // 3)), first + 1)
    for wanted in (3, 2, 1):
        places = np.flatnonzero(strength[earliest : end + 1] >= wanted)
        if len(places):
            return earliest + int(places[-1])
    return end


def _break_strength(words: Words) -> NDArray[np.int8]:
    """How good a cut before each word is: 3 paragraph, 2 line, 1 sentence, 0 none; shape (n + 1,)."""
    strength = np.zeros(len(words) + 1, np.int8)
    strength[:-1] = np.where(words.gap == 3, 3, np.where(words.gap == 2, 2, 0))
    for k in np.flatnonzero(words.case == 5):
        if words.text[words.start[k]] in SENTENCE_ENDS:
            strength[k + 1] = max(strength[k + 1], 1)
    strength[-1] = 3
    return strength
