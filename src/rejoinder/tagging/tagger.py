"""Stage: tag. Text -> Tags: its words, and a labelled row for every cue that was found.

Every window is a call of its own, one thread each: on a CPU a window's matrices then stay in the cache and nothing is padded, which is half as fast again as
batches, and what is found in a window does not depend on its neighbours (int8 activations are scaled a call).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rejoinder.tagging.decode import heeding_anchors, viterbi
from rejoinder.tagging.labels import DISTANCES, REACH, REFERENCE_WIDTH
from rejoinder.tagging.marked import Parts, marked
from rejoinder.tagging.pieces import Pieces
from rejoinder.tagging.session import PACKAGED, Output, Second, Session
from rejoinder.tagging.windows import Window, cut
from rejoinder.tagging.words import Words, layout_of, split


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One cue and the words around it.

    anchor: word index. outer, nested: probability that it heads a cue of an outermost or a nested statement.
    first: word index of labels[0]. labels: label index of each word (labels.py). log_probability: of that labelling.
    modes, acts: probabilities in the order of labels.MODES and labels.ACTS; flags: of each of labels.FLAGS. meaning: shape (MEANING_WIDTH,), length 1.
    """

    anchor: int
    outer: float
    nested: float
    first: int
    labels: NDArray[np.int8]
    log_probability: float
    modes: NDArray[np.float32]
    acts: NDArray[np.float32]
    flags: NDArray[np.float32]
    meaning: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """How words refer to one another, as vectors of REFERENCE_WIDTH (float16, to keep a long story small); see session.Output.

    anaphor, antecedent: of each word, shape (n, REFERENCE_WIDTH). apart: of each distance, shape (DISTANCES + 1, REFERENCE_WIDTH).
    """

    anaphor: NDArray[np.float16]
    antecedent: NDArray[np.float16]
    apart: NDArray[np.float32]


# Reads statements of a text a second time, each given by the words of its source, cue and content.
Reread = Callable[[Sequence[Parts]], list[Second]]


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """What the model says of one text.

    names: index into labels.NAMES of each word. name_probability: of that label. quoted: probability that the word stands inside quotation marks, seen or
    lost. All of shape (n,). reread: asks the model again.
    """

    words: Words
    rows: list[Row]
    names: NDArray[np.int8]
    name_probability: NDArray[np.float16]
    quoted: NDArray[np.float16]
    references: References
    reread: Reread


class Tagger:
    """Loads a model once and tags any number of texts."""

    def __init__(self, folder: Path = PACKAGED, threads: int | None = None) -> None:
        self.session = Session(folder)
        self._threads = threads or os.cpu_count() or 1
        self._pieces = Pieces(folder / "tokenizer.json")

    def tag(self, text: str) -> Tags:
        """Words and rows of `text`, rows in text order."""
        words = split(text)
        n = len(words)
        layout = layout_of(words)
        rows: list[Row] = []
        names, probability, quoted = np.zeros(n, np.int8), np.zeros(n, np.float16), np.zeros(n, np.float16)
        vectors = [np.zeros((n, REFERENCE_WIDTH), np.float16) for _ in range(2)]
        references = References(vectors[0], vectors[1], np.zeros((len(DISTANCES) + 1, REFERENCE_WIDTH), np.float32))
        ids = self._pieces.of(words)
        windows = cut(words, np.fromiter(map(len, ids), np.int32, len(ids)))

        def run(window: Window) -> list[Row]:
            out = self.session.run(*encode(window, layout, ids, self._pieces))
            core, here = slice(window.core_first, window.core_last), slice(window.core_first - window.first, window.core_last - window.first)
            names[core] = out.names[0, here].argmax(-1)
            probability[core] = out.names[0, here].max(-1)
            quoted[core] = out.quoted[0, here]
            references.anaphor[core] = out.anaphor[0, here]
            references.antecedent[core] = out.antecedent[0, here]
            references.apart[:] = out.apart
            return list(_rows(window, out))

        with ThreadPoolExecutor(self._threads) as pool:
            for found in pool.map(run, windows):
                rows.extend(found)
        rows.sort(key=lambda row: row.anchor)

        def again(parts: Parts) -> Second:
            return self.session.read_marked(marked(parts, ids, layout, (self._pieces.start, self._pieces.end)))

        def reread(statements: Sequence[Parts]) -> list[Second]:
            with ThreadPoolExecutor(self._threads) as pool:
                return list(pool.map(again, statements))

        return Tags(words, rows, names, probability, quoted, references, reread)


def _rows(window: Window, out: Output) -> Iterator[Row]:
    """The window's rows, decoded."""
    if not len(out.row_at):
        return
    decoded = viterbi(heeding_anchors(out.scores, out.anchors[0], out.row_at[:, 1]), out.transitions)
    meanings = out.meanings / np.maximum(np.linalg.norm(out.meanings, axis=1, keepdims=True), 1e-6)
    for k, word in enumerate(out.row_at[:, 1].tolist()):
        outer, nested = float(out.anchors[0, word, 0]), float(out.anchors[0, word, 1])
        anchor = word + window.first
        yield Row(
            anchor, outer, nested, anchor - REACH, decoded.paths[k], float(decoded.log_probability[k]), out.modes[k], out.acts[k], out.flags[k], meanings[k]
        )


def encode(window: Window, layout: NDArray[np.int64], ids: list[list[int]], pieces: Pieces) -> tuple[NDArray[np.int64], ...]:
    """The four arrays of Session.run for one window; layout: of each word (layout_of)."""
    here = slice(window.first, window.last)
    lengths = np.fromiter(map(len, ids[here]), np.int64, window.last - window.first)
    flat = [piece for word in ids[here] for piece in word]
    all_ids = np.array([[pieces.start, *flat, pieces.end]], np.int64)
    codes = np.zeros_like(all_ids)
    codes[0, 1:-1] = np.repeat(layout[here], lengths)
    first = np.concatenate([[1], 1 + np.cumsum(lengths)[:-1]])[None]
    core = np.array([[window.core_first - window.first, window.core_last - window.first]], np.int64)
    return all_ids, codes, first, core
