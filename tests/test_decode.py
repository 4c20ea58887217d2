"""Viterbi and the forward algorithm against a search through every path."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rejoinder.tagging.decode import SAME_CUE, heeding_anchors, viterbi
from rejoinder.tagging.labels import LABELS, REACH, begins, illegal


@pytest.mark.parametrize("seed", range(5))
def test_best_path_and_its_probability(seed: int):
    rng = np.random.default_rng(seed)
    length, labels = 4, len(LABELS)
    scores = rng.normal(0, 2, (1, length, labels)).astype(np.float32)
    transitions = rng.normal(0, 1, (labels, labels)).astype(np.float32)
    banned = illegal()
    totals: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(labels), repeat=length):
        if banned[0, path[0]] or any(banned[a, b] for a, b in itertools.pairwise(path)):
            continue
        total = sum(float(scores[0, k, label]) for k, label in enumerate(path))
        totals[path] = total + sum(float(transitions[a, b]) for a, b in itertools.pairwise(path))
    best = max(totals, key=totals.__getitem__)
    everything = np.log(np.sum(np.exp(list(totals.values()))))
    decoded = viterbi(scores, transitions)
    assert tuple(decoded.paths[0].tolist()) == best
    assert decoded.log_probability[0] == pytest.approx(totals[best] - everything, abs=1e-3)


def test_no_path_goes_on_without_beginning():
    rng = np.random.default_rng(0)
    decoded = viterbi(rng.normal(0, 5, (50, 30, len(LABELS))).astype(np.float32), np.zeros((len(LABELS),) * 2, np.float32))
    banned = illegal()
    for path in decoded.paths:
        assert not banned[0, path[0]]
        assert not any(banned[a, b] for a, b in itertools.pairwise(path.tolist()))


def test_contents_draw_in_nested_cues_and_shun_outermost_ones():
    anchors = np.zeros((60, 2), np.float32)
    anchors[[10, 40], 0] = 0.9  # outermost
    anchors[[12, 20, 30], 1] = 0.9  # nested; the first so near that it may be the same cue
    at = np.array([10, 20])
    scores = np.random.default_rng(0).normal(0, 1, (2, 2 * REACH + 1, len(LABELS))).astype(np.float32)
    before = scores.copy()
    moved = heeding_anchors(scores, anchors, at) - before
    content = begins("content")
    assert np.array_equal(scores, before)
    assert not moved[..., [k for k in range(len(LABELS)) if k not in (content, content + 1)]].any()
    outer, nested = (dict(zip(range(word - REACH, word + REACH + 1), moved[k, :, content].tolist(), strict=True)) for k, word in enumerate(at.tolist()))
    assert outer[20] > 0.5 and outer[30] > 0.5 and outer[40] < -0.5
    assert nested[30] == 0 and nested[10] < -0.5 and nested[40] < -0.5
    assert not any(outer[10 + d] for d in range(-SAME_CUE, SAME_CUE + 1))
