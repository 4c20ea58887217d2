"""Windows over words."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.tagging.windows import cut
from rejoinder.tagging.words import split

TEXTS = st.lists(st.sampled_from(["word", "word.", "a\n", "b.\n\n", "x"]), min_size=1, max_size=400).map(" ".join)


@given(TEXTS, st.integers(20, 80), st.integers(0, 8), st.integers(1, 4))
def test_cores_tile_the_text_and_windows_fit(text: str, budget: int, context: int, pieces: int):
    words = split(text)
    lengths = np.full(len(words), pieces, np.int32)
    windows = cut(words, lengths, budget, context)
    assert [w.core_first for w in windows] == [0, *[w.core_last for w in windows[:-1]]]
    assert windows[-1].core_last == len(words)
    for w in windows:
        assert w.first <= w.core_first < w.core_last <= w.last
        assert int(lengths[w.first : w.last].sum()) <= budget


def test_a_short_text_is_one_window_and_no_text_none():
    words = split("one two three")
    assert len(cut(words, np.ones(3, np.int32))) == 1
    assert cut(split(" \n "), np.zeros(0, np.int32)) == []


def test_cores_end_at_paragraphs_where_they_can():
    text = "\n\n".join("word " * 20 for _ in range(10))
    words = split(text)
    for window in cut(words, np.ones(len(words), np.int32), 70, 5):
        assert window.core_last % 20 == 0
