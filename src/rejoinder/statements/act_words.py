"""Stage: compose. What the words of a statement say of its act: single words and pairs of source, cue and content, each with a weight for every act.

The encoder was taught to find statements, not to weigh what they do; the plain words ("disgrace", "never", "must") tell as much again.
The weights are fitted on our own gold (training/act_words.py) and stand in tables/act_words.tsv.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WORD = re.compile(r"[a-z]+|\d|[?!]")
MOST = 60  # words of a content that are looked at
SCALE = 20  # weights are kept as whole numbers, so many times as large


def grams(source: str, cue: str, content: str) -> list[str]:
    """The words and pairs of a statement, each marked with where it stands: s source, c cue, o content, f its first words, l its last."""
    s, c, o = (WORD.findall(text.lower()) for text in (source, cue, content))
    o = o[:MOST]
    out = [*(f"s {w}" for w in s[-2:]), *(f"c {w}" for w in c), *(f"c {a} {b}" for a, b in pairwise(c))]
    out += [*(f"o {w}" for w in o), *(f"o {a} {b}" for a, b in pairwise(o))]
    out += [f"f {' '.join(o[:1])}", f"f {' '.join(o[:2])}", f"l {' '.join(o[-1:])}", f"long {min(len(o) // 8, 6)}"]
    return list(dict.fromkeys([*out, "question" if "?" in o else "statement", "i" if s[:1] == ["i"] else "not i"]))


@cache
def _table() -> tuple[dict[str, int], NDArray[np.float32], NDArray[np.float32]]:
    """Index of each gram, its rarity, and the weights, shape (grams, ACTS); the gram "" holds what every statement has."""
    lines = files("rejoinder.statements").joinpath("tables", "act_words.tsv").read_text(encoding="utf8").splitlines()
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    numbers = np.array([row[1].split() for row in cells], np.float32) / np.float32(SCALE)
    return {row[0]: k for k, row in enumerate(cells)}, numbers[:, 0], numbers[:, 1:]


def evidence(source: str, cue: str, content: str) -> NDArray[np.float32]:
    """Log-odds of each act by the words, up to a constant, shape (ACTS,)."""
    index, rarity, weights = _table()
    known = [index[gram] for gram in grams(source, cue, content) if gram in index]
    values = rarity[known] / max(float(np.linalg.norm(rarity[known])), 1e-6)
    return weights[index[""]] + values @ weights[known]
