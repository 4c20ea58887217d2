"""Stage: tag. Text -> Tags: its words, and a labelled row for every cue that was found.

Every window is a call of its own, one thread each: on a CPU a window's matrices then stay in the cache and nothing is padded, which is half as fast again as
batches, and what is found in a window does not depend on its neighbours (int8 activations are scaled a call).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rejoinder.tagging.decode import viterbi
from rejoinder.tagging.labels import REACH
from rejoinder.tagging.pieces import Pieces
from rejoinder.tagging.session import PACKAGED, Session
from rejoinder.tagging.windows import Window, cut
from rejoinder.tagging.words import BREAKS, QUOTES, Words, split


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One cue and the words around it.

    anchor: word index. outer, nested: probability that it heads a cue of an outermost or a nested statement.
    first: word index of labels[0]. labels: label index of each word (labels.py). log_probability: of that labelling.
    modes: probabilities in the order of labels.MODES.
    """

    anchor: int
    outer: float
    nested: float
    first: int
    labels: NDArray[np.int8]
    log_probability: float
    modes: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """What the model says of one text."""

    words: Words
    rows: list[Row]


class Tagger:
    """Loads a model once and tags any number of texts."""

    def __init__(self, folder: Path = PACKAGED, threads: int | None = None) -> None:
        self.session = Session(folder)
        self._threads = threads or os.cpu_count() or 1
        self._pieces = Pieces(folder / "tokenizer.json")

    def tag(self, text: str) -> Tags:
        """Words and rows of `text`, rows in text order."""
        words = split(text)
        rows: list[Row] = []
        ids = self._pieces([text[a:b] for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True)])
        windows = cut(words, np.fromiter(map(len, ids), np.int32, len(ids)))

        def run(window: Window) -> list[Row]:
            return list(self._run(window, words, ids))

        with ThreadPoolExecutor(self._threads) as pool:
            for found in pool.map(run, windows):
                rows.extend(found)
        rows.sort(key=lambda row: row.anchor)
        return Tags(words, rows)

    def _run(self, window: Window, words: Words, ids: list[list[int]]) -> Iterator[Row]:
        out = self.session.run(*encode(window, words, ids, self._pieces))
        word_of = out.row_at[:, 1] + window.first
        kept = np.flatnonzero((word_of >= window.core_first) & (word_of < window.core_last))
        if not len(kept):
            return
        decoded = viterbi(out.scores[kept], out.transitions)
        for k, row in enumerate(kept.tolist()):
            anchor = int(word_of[row])
            outer, nested = float(out.anchors[0, anchor - window.first, 0]), float(out.anchors[0, anchor - window.first, 1])
            yield Row(anchor, outer, nested, anchor - REACH, decoded.paths[k], float(decoded.log_probability[k]), out.modes[row])


def encode(window: Window, words: Words, ids: list[list[int]], pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The three arrays of Session.run for one window."""
    here = slice(window.first, window.last)
    lengths = np.fromiter(map(len, ids[here]), np.int64, window.last - window.first)
    flat = [piece for word in ids[here] for piece in word]
    all_ids = np.array([[pieces.start, *flat, pieces.end]], np.int64)
    layout = np.zeros_like(all_ids)
    code = (words.case[here].astype(np.int64) * len(BREAKS) + words.gap[here]) * len(QUOTES) + words.quote[here]
    layout[0, 1:-1] = np.repeat(code, lengths)
    first = np.concatenate([[1], 1 + np.cumsum(lengths)[:-1]])[None]
    return all_ids, layout, first
