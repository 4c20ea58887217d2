"""Stage: tag. Text -> words with the layout that an uncased encoder cannot see.

The encoder lower-cases and drops whitespace, so case, line breaks and quotation state are given to it as small features a word.
A word here is what one label stands on: hyphenated compounds, abbreviations with full stops and numbers stay whole, clitics ("'s") and
every punctuation mark stand alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CASES = ("plain", "title", "upper", "mixed", "digits", "mark")
BREAKS = ("glued", "space", "line", "paragraph")
QUOTES = ("outside", "inside", "opens", "closes")

# The length limit keeps one endless string from filling a window: it becomes several words.
WORD = re.compile(
    r"``|''|\.{2,}|-{2,}"
    r"|(?:[^\W\d_]\.){2,}"
    r"|\d{1,30}(?:[.,:]\d{1,30})*"
    r"|['’](?:s|t|d|m|re|ve|ll)\b"
    r"|[^\W_]{1,40}(?:[-&/][^\W_]{1,40}){0,4}"
    r"|[^\s]",
    re.IGNORECASE,
)
OPENERS = {"“": "”", "«": "»", "„": "“", "``": "''", "‘": "’", "‹": "›", "「": "」"}
STRAIGHT = {'"', "''", "＂"}
APOSTROPHES = "'’"  # they close quotations too
FARTHEST = 400  # words in which such a one is looked for


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of one text, as parallel arrays of length n.

    start, end: code-point offsets (end exclusive). case, gap, quote: indices into CASES, BREAKS, QUOTES.
    """

    text: str
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    case: NDArray[np.int8]
    gap: NDArray[np.int8]
    quote: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.start)

    def lower(self) -> list[str]:
        """The words in lower case; made anew at each call."""
        return [self.text[a:b].lower() for a, b in zip(self.start.tolist(), self.end.tolist(), strict=True)]


def layout_of(words: Words) -> NDArray[np.int64]:
    """Each word's layout in one number: (case * gaps + gap) * quotes + quote."""
    return (words.case.astype(np.int64) * len(BREAKS) + words.gap) * len(QUOTES) + words.quote


def split(text: str) -> Words:
    """Words of `text` in order, with their layout features."""
    bounds = [match.span() for match in WORD.finditer(text)]
    start = np.fromiter((a for a, _ in bounds), np.int32, len(bounds))
    end = np.fromiter((b for _, b in bounds), np.int32, len(bounds))
    strings = [text[a:b] for a, b in bounds]
    gaps = _gaps(text, bounds)
    return Words(
        text=text,
        start=start,
        end=end,
        case=np.array(_cases(strings), np.int8),
        gap=np.array(gaps, np.int8),
        quote=np.array(_quotes(strings, gaps), np.int8),
    )


def _cases(strings: list[str]) -> list[int]:
    """Case of each word; a text all in one case tells nothing by it, so its words are all plain."""
    cases = [_case(word) for word in strings]
    seen = set(cases)
    one_case = 0 not in seen or not seen & {1, 2, 3}
    return [0 if one_case and case in (1, 2, 3) else case for case in cases]


def _case(word: str) -> int:
    if word.islower():
        return 0
    if word[0].isdigit():
        return 4
    if not any(character.isalpha() for character in word):
        return 5
    if word.isupper():
        return 2 if len(word) > 1 else 1
    return 1 if word[0].isupper() and word[1:].islower() else 3


def _gaps(text: str, bounds: list[tuple[int, int]]) -> list[int]:
    gaps: list[int] = []
    before = 0
    for a, b in bounds:
        if a == before:
            gaps.append(0)
        elif a - before == 1 and text[before] == " ":
            gaps.append(1)
        else:
            # CRLF is one break, so only line feeds count (or lone carriage returns, of old Macs).
            space = text[before:a].replace("\r\n", "\n").replace("\r", "\n")
            gaps.append(min(space.count("\n"), 2) + 1)
        before = b
    if gaps:
        gaps[0] = 3
    return gaps


def _quotes(strings: list[str], gaps: list[int]) -> list[int]:
    """Quotation state of each word. A paragraph ends what was left open, so one unbalanced mark cannot swallow a story."""
    states: list[int] = []
    closer = ""  # the mark that would end the open quotation; "" outside one
    until = -1  # where that is, if the mark is an apostrophe as well
    for k, word in enumerate(strings):
        if gaps[k] == 3:
            closer = ""
        if closer and until >= 0:
            states.append(3 if k == until else 1)
            closer = "" if k == until else closer
        elif closer and (word == closer or (closer == '"' and word in STRAIGHT)):
            # A straight mark after a space and before a glued word opens anew: the one before it was never closed.
            reopens = closer == '"' and gaps[k] != 0 and k + 1 < len(strings) and gaps[k + 1] == 0
            states.append(2 if reopens else 3)
            closer = closer if reopens else ""
        elif not closer and (opened := OPENERS.get(word) or ('"' if word in STRAIGHT else "")):
            closer = opened
            until = _closes(strings, gaps, k, closer) if closer in APOSTROPHES else -1
            states.append(2)
        elif not closer and word == "'" and _may_open(strings, gaps, k) and (until := _closes(strings, gaps, k, word)) >= 0:
            closer = word
            states.append(2)
        else:
            states.append(1 if closer else 0)
    return states


def _may_open(strings: list[str], gaps: list[int], k: int) -> bool:
    """A straight apostrophe before a word that can begin a quotation: "the '90s" cannot."""
    return bool(gaps[k]) and k + 1 < len(strings) and not gaps[k + 1] and strings[k + 1][0].isalpha()


def _closes(strings: list[str], gaps: list[int], first: int, mark: str) -> int:
    """Where `mark` closes the quotation that begins at `first`, or the paragraph's end where the next one takes it up; -1 if nowhere near."""
    found = -1
    for k in range(first + 2, min(len(strings), first + FARTHEST)):
        if gaps[k] == 3:
            return k if found < 0 and strings[k] == strings[first] else found
        if strings[k] in (strings[first], mark) and gaps[k]:
            return found  # another one opens
        if strings[k] != mark:
            continue
        following = strings[k + 1] if k + 1 < len(strings) else ""
        if following and not gaps[k + 1] and following[0].isalnum():
            continue  # "rock'n'roll"
        found = k
        if not (strings[k - 1][-1] in "sS" and following.islower() and gaps[k + 1]):
            return k  # and no "workers' party", unless nothing else closes it
    return found
