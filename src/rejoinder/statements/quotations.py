"""Stage: compose. Quotations that no cue stands with: whose they are.

A row reaches no farther than REACH words, and the encoder rarely follows a speaker over a paragraph's end. The layout does: where a quotation was left open
the next paragraph goes on with it, and one that stands by itself, after a full stop, is of the one who spoke in the sentence before. Of 75 paragraphs of
PolNeAR's training stories that are all quotation and hold no cue, gold gives 60 to the last statement before, 10 to a later one, and leaves 15 out.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from rejoinder.tagging.words import BREAKS, CASES, QUOTES, Words

LINE = BREAKS.index("line")
PLAIN = CASES.index("plain")
OUTSIDE, OPENS, CLOSES, INSIDE = (QUOTES.index(state) for state in ("outside", "opens", "closes", "inside"))
LONGEST = 400  # words of a quotation, and by which one is followed beyond its row; an unclosed mark must not swallow the story
LEAST = 7  # words, marks counted, of a quotation that is worth it: "“Yes, sir.”" is an answer of somebody else's
MARKS = "'’‘\"”“"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words [first, last); since: the first word of the paragraph in which its speaker can have been named; goes_on: that one left its quotation open."""

    first: int
    last: int
    since: int
    goes_on: bool


def uncued(words: Words) -> list[Quotation]:
    """The quotations that stand by themselves, as sentences of their own, in text order; none where there are no marks.

    A question at a paragraph's start, the turns of a dialogue (one closed paragraph of quotation after another) and what follows a headline tell nothing
    about who speaks: they are left out.
    """
    opens = np.flatnonzero(words.quote == OPENS).tolist()
    if not opens:
        return []
    starts = np.flatnonzero(words.gap >= LINE).tolist()
    bounds = list(zip(starts, [*starts[1:], len(words)], strict=True))
    whole = [bool(words.quote[a] == OPENS and (words.quote[a:b] != OUTSIDE).all()) for a, b in bounds]
    closes = [*np.flatnonzero(words.quote == CLOSES).tolist(), len(words)]
    found: list[Quotation] = []
    for first in opens:
        k = bisect_right(starts, first) - 1
        begin, end = bounds[k]
        last = min(end, closes[bisect_right(closes, first)] + 1)
        if not LEAST <= last - first <= LONGEST or not _stands_alone(words, first, last, end):
            continue
        if first > begin:
            found.append(Quotation(first, last, begin, False))
        elif k:
            goes_on = words.quote[first - 1] in (INSIDE, OPENS)
            dialogue = whole[k - 1] or (whole[k] and k + 1 < len(bounds) and whole[k + 1] and words.quote[last - 1] == CLOSES)
            headline = not ends_sentence(words, first, ".?!…:")
            if goes_on or not (dialogue or headline or ends_sentence(words, last, "?")):
                found.append(Quotation(first, last, bounds[k - 1][0], goes_on))
    return found


def _stands_alone(words: Words, first: int, last: int, end: int) -> bool:
    """Whether the quotation begins and ends a sentence; `end`: of its paragraph."""
    if words.gap[first] < LINE and not ends_sentence(words, first):
        return False
    if words.quote[last - 1] != CLOSES:
        # What is neither closed nor taken up again in the next paragraph is a stray mark.
        return last < len(words) and bool(words.quote[last] == OPENS)
    return ends_sentence(words, last) and (last == end or words.case[last] != PLAIN)


def ends_sentence(words: Words, last: int, marks: str = ".?!…") -> bool:
    """Whether one of `marks` stands before word `last`, quotation marks passed over."""
    k = last - 1
    while k > 0 and words.text[words.start[k]] in MARKS:
        k -= 1
    return words.text[words.start[k]] in marks
