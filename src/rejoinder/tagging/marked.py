"""Stage: tag. A statement in its surroundings with its parts between marks: what the model reads anew to tell what the statement does.

Pieces that BERT's vocabulary leaves unused mark the parts (as entities are marked for relations: Baldini Soares et al. 2019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Run = tuple[int, int]  # words [first, last)
Parts = Mapping[str, Sequence[Run]]  # words of a statement's source, cue and content

SIDE = 72  # pieces on either side of the cue that are read
AROUND = 14  # of these, pieces beside the statement's own words
LONGEST = 112  # pieces of the text
# Pieces before and after the words of a part; where several begin at a word the first of them opens first and closes last.
EDGES = {"source": (1, 2), "content": (5, 6), "cue": (3, 4)}


@dataclass(frozen=True, slots=True)
class Marked:
    """ids, layout (see Session.run): of P pieces, the special ones included. cue: index of the mark before the cue. content: indices of its pieces."""

    ids: list[int]
    layout: list[int]
    cue: int
    content: list[int]


def marked(parts: Parts, pieces: Sequence[Sequence[int]], layout: NDArray[np.int64], edges: tuple[int, int]) -> Marked:
    """One statement as it is read.

    Args:
        parts: its words, those of the cue not empty.
        pieces: ids of each of the text's words.
        layout: of each of the text's words (layout_of).
        edges: ids of the pieces that begin and end a text.
    """
    head = min(a for a, _ in parts["cue"])
    near = range(max(0, head - SIDE), min(len(pieces), head + SIDE))  # a word has a piece at least
    ends = np.cumsum([len(pieces[k]) for k in near]).tolist()
    start = dict(zip(near, [0, *ends], strict=False))  # pieces before each word
    end = dict(zip(near, ends, strict=True))
    inside = [k for k in near if abs(start[k] - start[head]) < SIDE]
    held = {role: {k for a, b in runs for k in inside if a <= k < b} for role, runs in ((role, parts[role]) for role in EDGES)}
    own = set[int]().union(*held.values())
    low, high = start[min(own)] - AROUND, end[max(own)] + AROUND
    read = [k for k in inside if low <= start[k] < high]
    read = [k for k in read if end[k] - start[read[0]] <= LONGEST]
    out = Marked([edges[0]], [0], 0, [])
    cue = 0
    for k in read:
        opening = [role for role in EDGES if k in held[role] and k - 1 not in held[role]]
        closing = [role for role in reversed(EDGES) if k in held[role] and k + 1 not in held[role]]
        if "cue" in opening and not cue:
            cue = len(out.ids) + opening.index("cue")
        out.ids.extend(EDGES[role][0] for role in opening)
        if k in held["content"]:
            out.content.extend(range(len(out.ids), len(out.ids) + len(pieces[k])))
        out.ids.extend([*pieces[k], *(EDGES[role][1] for role in closing)])
        out.layout.extend([*(0 for _ in opening), *(int(layout[k]) for _ in pieces[k]), *(0 for _ in closing)])
    return Marked([*out.ids, edges[1]], [*out.layout, 0], cue, out.content)
