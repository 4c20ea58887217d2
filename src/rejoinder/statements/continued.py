"""Stage: compose. Text without quotation marks: the sentences that go on with what was said in somebody's own words.

In "it was late , said vas . nobody came . we left ." only the sense tells whose the rest is, and rows seldom follow a speaker beyond the cue's sentence. The
model's guess at the lost marks (Tags.quoted) does: sentence by sentence, until one is the reporter's or another's.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rejoinder.statements.confidence import is_nested, odds
from rejoinder.statements.draft import Draft, hull, with_content
from rejoinder.statements.mode import has_marks
from rejoinder.statements.sentences import sentences
from rejoinder.tagging.labels import MODES
from rejoinder.tagging.tagger import Tags

INDIRECT, DIRECT = MODES.index("indirect"), MODES.index("direct")
MOST, LONGEST = 8, 100  # sentences, and words of one: a page without full stops is no sentence
SMALL = 0.01  # probabilities are kept this far from 0 and 1
OWN = frozenset("i we you me us my our your mine ours yours m ve".split())  # words of who speaks, and of whom they speak to
FEATURES = ("bias", "quoted", "first word quoted", "first or second person", "direct", "words", "goes on after the cue")
# A logistic model, fitted on the dumps of unmarked stories as a model read them that had not seen them (evaluation/continued.py).
WEIGHTS = np.array([0.95, 0.53, 0.09, 0.47, 1.47, -0.41, -1.03])
LEAST = 1.0  # log-odds from which a sentence goes on: best on dev's degraded text, where 0.6 is as good but less precise


def with_continued(drafts: list[Draft], tags: Tags) -> list[Draft]:
    """The drafts with the sentences that go on with them; where the text has marks these tell (quotations.py), and nothing is added."""
    if has_marks(tags.words) or not drafts:
        return drafts
    out = list(drafts)
    lines = Sentences(drafts, tags)
    # Of two in one sentence the later one goes on.
    for k in reversed(range(len(out))):
        for first, last in lines.after(drafts[k]):
            if float(lines.values(drafts[k], first, last) @ WEIGHTS) < LEAST:
                break
            content = out[k].runs["content"]
            joined = [*content[:-1], (content[-1][0], last)] if content[-1][1] == first else [*content, (first, last)]
            out[k] = with_content(out[k], joined)
            lines.owned[first:last] = True
    return out


class Sentences:
    """The sentences of a text without marks, and which of its words are whose."""

    def __init__(self, drafts: list[Draft], tags: Tags) -> None:
        words = tags.words
        self.lower = words.lower()
        self.starts: list[int] = np.flatnonzero(np.diff(sentences(words, self.lower), prepend=-1)).tolist()
        self.quoted = tags.quoted.astype(np.float64)
        self.cued, self.owned = np.zeros(len(words), np.bool_), np.zeros(len(words), np.bool_)
        for draft in drafts:
            for taken, role in ((self.cued, "cue"), (self.owned, "content")):
                for a, b in draft.runs[role] if not is_nested(draft.row) else ():
                    taken[a:b] = True

    def after(self, draft: Draft) -> Iterator[tuple[int, int]]:
        """The sentences behind a draft whose speaker may go on, as words [first, last): up to the first with a cue, that is mostly somebody's, or too long."""
        if not draft.features or is_nested(draft.row) or int(draft.row.modes.argmax()) == INDIRECT:
            return
        k = bisect_left(self.starts, hull(draft)[1])
        ends = [*self.starts[k + 1 : k + 1 + MOST], len(self.lower)]
        for first, last in zip(self.starts[k : k + MOST], ends, strict=False):
            if last - first > LONGEST or self.cued[first:last].any() or 2 * self.owned[first:last].sum() > last - first:
                return
            yield first, last

    def values(self, draft: Draft, first: int, last: int) -> NDArray[np.float64]:
        """FEATURES of a sentence behind a draft, shape (FEATURES,)."""
        values = {
            "bias": 1.0,
            "quoted": odds(float(self.quoted[first:last].mean()), SMALL),
            "first word quoted": odds(float(self.quoted[first]), SMALL),
            "first or second person": not OWN.isdisjoint(self.lower[first:last]),
            "direct": int(draft.row.modes.argmax()) == DIRECT,
            "words": math.log1p(last - first),
            "goes on after the cue": draft.runs["content"][-1][1] > draft.runs["cue"][0][0],
        }
        return np.array([float(values[name]) for name in FEATURES])
