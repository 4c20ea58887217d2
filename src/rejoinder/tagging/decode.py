"""Stage: tag. Row scores -> the best legal labelling of each row, and how sure it is.

A linear-chain CRF decoded by Viterbi; the probability of the best path comes from the forward algorithm (Lafferty, McCallum and Pereira 2001).
All rows of a batch are decoded together: every step is one numpy operation over them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rejoinder.tagging.labels import REACH, begins, illegal

BANNED = -1e4
# How much a row heeds what the anchors say of the cues around it, and the probability under which a word is no cue at all.
HEED = np.float32(0.35)
NO_CUE = np.float32(0.1)
SAME_CUE = 2  # words; heads of cues no further apart are often one cue ("is expected to say")


class Decoded(NamedTuple):
    """paths: label index of every word, shape (rows, words). log_probability: of each path, shape (rows,), at most 0."""

    paths: NDArray[np.int8]
    log_probability: NDArray[np.float32]


def heeding_anchors(scores: NDArray[np.float32], anchors: NDArray[np.float32], at: NDArray[np.int64]) -> NDArray[np.float32]:
    """Scores of rows in which what is said holds the cues of nested statements sooner than those of outermost ones.

    Rows are labelled apart from each other, so a content may swallow the next statement or stop short of one that is nested in it; without quotation
    marks it often does.

    Args:
        scores: emissions, shape (rows, 2 * REACH + 1, labels).
        anchors: probability that a word heads a cue of an outermost and of a nested statement, shape (words, 2).
        at: word of each row, shape (rows,).
    """
    beyond = np.zeros(REACH, np.float32)
    nested = np.log((anchors[:, 1] + NO_CUE) / (anchors[:, 0] + NO_CUE)) * HEED
    here = np.concatenate([beyond, nested, beyond])[at[:, None] + np.arange(2 * REACH + 1)]
    here[:, REACH - SAME_CUE : REACH + SAME_CUE + 1] = 0.0
    # Of two nested cues each is as likely the other's sibling as its holder: only an outermost one draws nested ones in.
    own = anchors[at]
    share = own[:, :1] / np.maximum(own.sum(1, keepdims=True), np.float32(1e-6))
    here = np.where(here > 0, here * share, here)
    out = scores.copy()
    content = begins("content")
    out[..., content : content + 2] += here[..., None]
    return out


def viterbi(scores: NDArray[np.float32], transitions: NDArray[np.float32]) -> Decoded:
    """Best legal path of each row.

    Args:
        scores: emissions, shape (rows, words, labels).
        transitions: shape (labels, labels), from the first index to the second.
    """
    rows, length, labels = scores.shape
    banned = illegal().astype(np.float32) * np.float32(BANNED)
    # (to, from): the inner axis is the one reduced over.
    moves = np.ascontiguousarray((transitions + banned).T)
    best: NDArray[np.float32] = banned[0] + scores[:, 0]
    mass: NDArray[np.float32] = best.copy()
    back = np.zeros((length, rows, labels), np.int8)
    for k in range(1, length):
        candidates = best[:, None, :] + moves
        back[k] = candidates.argmax(2)
        best = candidates.max(2) + scores[:, k]
        spread = np.asarray(mass[:, None, :] + moves, np.float32)
        mass = _logsumexp(spread) + scores[:, k]
    paths = np.zeros((rows, length), np.int8)
    paths[:, -1] = best.argmax(1)
    every = list(range(rows))
    for k in range(length - 1, 0, -1):
        paths[:, k - 1] = back[k, every, paths[:, k]]
    return Decoded(paths, best.max(1) - _logsumexp(mass))


def _logsumexp(x: NDArray[np.float32]) -> NDArray[np.float32]:
    top = x.max(-1)
    return top + np.log(np.exp(x - top[..., None]).sum(-1))
