"""Stage: tag. Text -> Tags: its words, and a labelled row for every cue that was found.

Windows of like length share a batch. Batches are made group by group, so that memory does not grow with the story.
"""

from __future__ import annotations

from collections.abc import Iterator
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

BATCH = 8  # windows a call; more brings nothing on two cores
GROUP = 32  # windows sorted by length together


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
        self.session = Session(folder, threads)
        self._pieces = Pieces(folder / "tokenizer.json")

    def tag(self, text: str) -> Tags:
        """Words and rows of `text`, rows in text order."""
        words = split(text)
        rows: list[Row] = []
        ids = self._pieces([text[a:b] for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True)])
        windows = cut(words, np.fromiter(map(len, ids), np.int32, len(ids)))
        for group in _chunks(windows, GROUP):
            ordered = sorted(group, key=lambda window: window.last - window.first)
            for batch in _chunks(ordered, BATCH):
                rows.extend(self._run(batch, words, ids))
        rows.sort(key=lambda row: row.anchor)
        return Tags(words, rows)

    def _run(self, batch: list[Window], words: Words, ids: list[list[int]]) -> Iterator[Row]:
        out = self.session.run(*encode(batch, words, ids, self._pieces))
        core_first = np.array([window.core_first - window.first for window in batch])
        core_last = np.array([window.core_last - window.first for window in batch])
        window_of, word_of = out.row_at[:, 0], out.row_at[:, 1]
        kept = np.flatnonzero((word_of >= core_first[window_of]) & (word_of < core_last[window_of]))
        if not len(kept):
            return
        decoded = viterbi(out.scores[kept], out.transitions)
        for k, row in enumerate(kept.tolist()):
            number, word = int(window_of[row]), int(word_of[row])
            outer, nested = float(out.anchors[number, word, 0]), float(out.anchors[number, word, 1])
            anchor = batch[number].first + word
            yield Row(anchor, outer, nested, anchor - REACH, decoded.paths[k], float(decoded.log_probability[k]), out.modes[row])


def encode(batch: list[Window], words: Words, ids: list[list[int]], pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The three arrays of Session.run for a batch of windows."""
    lengths = [np.fromiter(map(len, ids[w.first : w.last]), np.int64, w.last - w.first) for w in batch]
    most_pieces = max(int(length.sum()) for length in lengths) + 2
    most_words = max(map(len, lengths))
    all_ids = np.zeros((len(batch), most_pieces), np.int64)
    layout = np.zeros_like(all_ids)
    first = np.zeros((len(batch), most_words), np.int64)
    for k, (window, length) in enumerate(zip(batch, lengths, strict=True)):
        flat = [piece for word in ids[window.first : window.last] for piece in word]
        n = len(flat)
        all_ids[k, 0], all_ids[k, 1 : n + 1], all_ids[k, n + 1] = pieces.start, flat, pieces.end
        here = slice(window.first, window.last)
        code = (words.case[here].astype(np.int64) * len(BREAKS) + words.gap[here]) * len(QUOTES) + words.quote[here]
        layout[k, 1 : n + 1] = np.repeat(code, length)
        first[k, : len(length)] = np.concatenate([[1], 1 + np.cumsum(length)[:-1]])
    return all_ids, layout, first


def _chunks(items: list[Window], size: int) -> Iterator[list[Window]]:
    return (items[k : k + size] for k in range(0, len(items), size))
