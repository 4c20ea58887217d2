"""Stage: compose. Quotations that are signed: "“He never answered.” — Dorka Vas", as under readers' letters, reactions and posts.

A dash is no cue that an encoder can be sure of, and nothing near it tells which side of it was said; that a person's name follows and a paragraph of
quotation stands before it, or several such signatures in one text, do. Each signature is a statement in the person's own words; its cue is the dash.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rejoinder.statements.turns import Turn
from rejoinder.tagging.labels import NAME_KINDS, NAMES
from rejoinder.tagging.words import BREAKS, OPENERS, STRAIGHT, Words

DASHES = frozenset("- -- — – ―".split())
ENDS = frozenset(". ! ? … ... )".split())
BEGINS, GOES_ON = (NAMES.index(f"{edge}-{NAME_KINDS[0]}") for edge in "BI")
TITLE = 2  # words between the dash and the name ("— President Vas")
LEAST = 3  # signatures of one text that need no quotation marks
LONGEST = 150  # words of a signed quotation without marks
DESCRIBES = frozenset(", of who and".split())  # in a dump: an item of a list
MOST_AFTER = 12  # words that may follow the name on its line ("— Dorka Vas, a baker in Sollin")
MARKS = frozenset({*OPENERS, *OPENERS.values(), *STRAIGHT})
LINE = BREAKS.index("line")
# PolNeAR's gold marks 56 of 59 too, but 45 of them are of one story (train and dev, both conditions; `python -m evaluation.turns`).
CONFIDENCE = 0.8


@dataclass(frozen=True, slots=True)
class _Signature:
    """Words: where what was said begins, the dash, the name up to `last`, the first word that is no part of it any more; and whether marks show it."""

    start: int
    dash: int
    last: int
    end: int
    marked: bool


def find_signatures(words: Words, names: NDArray[np.int8]) -> list[Turn]:
    """The signed quotations of a text, in text order.

    Args:
        words: of the text.
        names: index into labels.NAMES of each word, shape (n,).
    """
    found: list[_Signature] = []
    dashes = (k for k in range(1, len(words) - 1) if _text(words, k) in DASHES)
    one_case = words.text.islower() or words.text.isupper()
    for dash in dashes:
        signature = (_in_one_case if one_case else _in_lines)(words, names, dash, found[-1].end if found else 0)
        if signature:
            found.append(signature)
    # Reporters sign their briefs, too: where a text has marks, one signature at least stands under some.
    enough = len(found) >= LEAST and (one_case or any(signature.marked for signature in found))
    return [Turn((s.dash + 1, s.last), (s.dash, s.dash + 1), (s.start, s.dash), CONFIDENCE) for s in found if s.start < s.dash and (enough or s.marked)]


def _text(words: Words, k: int) -> str:
    return words.text[words.start[k] : words.end[k]]


def _name(words: Words, names: NDArray[np.int8], dash: int) -> int | None:
    """End of the person's name that follows the dash."""
    ended = _text(words, dash - 1)
    if not (ended in ENDS or ended in MARKS or words.gap[dash] >= LINE):
        return None
    first = next((k for k in range(dash + 1, min(dash + 2 + TITLE, len(words))) if names[k] == BEGINS), None)
    if first is None or any(not _text(words, k)[0].isalnum() or words.gap[k] >= LINE for k in range(dash + 1, first + 1)):
        return None
    last = first + 1
    while last < len(words) and _names_on(words, names, last):
        last += 1
    return last


def _names_on(words: Words, names: NDArray[np.int8], k: int) -> bool:
    """Whether word `k` goes on with the person's name before it; dumps break lines after an initial's full stop."""
    here, before, initial = _text(words, k), _text(words, k - 1), len(_text(words, k - 2)) == 1 and _text(words, k - 2).isalpha()
    if here == ".":
        return len(before) == 1 and before.isalpha()
    if before == "." and initial:
        return here[0].isalpha()
    single = len(here) == 1 and here.isalpha() and k + 1 < len(words) and _text(words, k + 1) == "."
    return words.gap[k] < LINE and (single or bool(names[k] == GOES_ON))


def _in_lines(words: Words, names: NDArray[np.int8], dash: int, before: int) -> _Signature | None:
    """A signature at the end of a line, or on one of its own, under the line that it signs."""
    last = _name(words, names, dash)
    if last is None:
        return None
    end = next((k for k in range(last, min(last + MOST_AFTER, len(words)) + 1) if k == len(words) or words.gap[k] >= LINE), None)
    if end is None:
        return None
    after = _text(words, last) if last < end else "."
    title = all(_text(words, k)[0].isupper() for k in range(dash + 1, last) if _text(words, k)[0].isalpha())
    if not title or not (after in ".,(@" or after[0].isupper()):
        return None
    said = _line(words, dash - 1)
    marked = _text(words, said) in MARKS and _text(words, dash - 1) in MARKS
    # A paragraph that opens a quotation the one before left open.
    while marked and said > before and _text(words, said - 1) not in MARKS and _text(words, _line(words, said - 1)) in MARKS:
        said = _line(words, said - 1)
    return _Signature(max(said, before), dash, last if after in ".,(@" else end, end, marked)


def _line(words: Words, k: int, earliest: int = 0) -> int:
    """First word of the line of word `k`, or `earliest`."""
    while k > earliest and words.gap[k] < LINE:
        k -= 1
    return k


def _in_one_case(words: Words, names: NDArray[np.int8], dash: int, before: int) -> _Signature | None:
    """A signature in a dump: lines are broken anywhere, so what was said goes back to the last signature, or to its line if that is far."""
    last = _name(words, names, dash)
    if last is None or (last < len(words) and _text(words, last) in DESCRIBES):
        return None
    start = before if before > 0 and dash - before <= LONGEST else _line(words, dash - 1, max(before, dash - LONGEST))
    return _Signature(start, dash, last, last + (last < len(words) and _text(words, last) == "."), False)
