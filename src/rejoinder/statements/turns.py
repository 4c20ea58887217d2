"""Stage: compose. The turns of a transcript: "WALLACE: Why would he do that?".

A colon after a name at the start of a line is no cue that an encoder can be sure of, but the pattern of a whole text is plain: several lines that
begin so, with names that come back. Each such line is a statement in the speaker's own words; its cue is the colon.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from rejoinder.tagging.words import Words

# ">>" is how captions mark a change of speaker; a dump may have "partial transcript as follows :" in front of the first one, and "( crosstalk ." on one line,
# ") wallace :" on the next.
TURN = re.compile(
    r"^[ \t]*(?:[(\[][^()\[\]\n:]{0,30}[)\]][ \t]*|[)\]][ \t]*)?(?:>{2,}[ \t]*|[^\n:]*\b(?:follows|transcript|excerpts?|exchange)[ \t]?:[ \t]+)?"
    r"[\"“]?(?P<name>[^\W\d_][\w.'’-]*(?:[ \t][\w.'’,()-]+){0,5}?)[ \t]?(?P<colon>:)[ \t]+(?=\S)",
    re.MULTILINE | re.IGNORECASE,
)
LEAST = 4  # turns that make a transcript
BACK = 2  # times that at least one name must come up
# "He said:" at the start of many lines is no transcript.
REPORTING = frozenset("said says say added adds asked asks wrote writes replied tweeted continued concluded explained noted told answered".split())
LONGEST = 1500  # words of a turn
# Share of turns that PolNeAR's gold marks too: 37 of 80 in train and dev (`python -m evaluation.turns`). 40 are of one interview, in which it marks
# only what is reported inside the turns; of the others 37 of 40.
CONFIDENCE = 0.46


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn, or a signed quotation, as words [first, last) of its source, cue and content; confidence: that it is a statement."""

    source: tuple[int, int]
    cue: tuple[int, int]
    content: tuple[int, int]
    confidence: float = CONFIDENCE


def find_turns(words: Words) -> list[Turn]:
    """The turns of a transcript, in text order; none for any other text."""
    text = words.text
    # "Clinton: 1,769." is a table.
    found = [match for match in TURN.finditer(text) if _is_name(match["name"], text) and not text[match.end()].isdigit()]
    names = Counter(match["name"].lower() for match in found)
    one_case = text.islower() or text.isupper()
    if one_case:
        # Without capitals any short line may end in a colon: only a name that comes back is one.
        found = [match for match in found if names[match["name"].lower()] >= BACK]
    if len(found) < LEAST or max(names.values()) < BACK or len(names) < BACK:
        return []
    turns: list[Turn] = []
    for k, match in enumerate(found):
        line_end = text.find("\n", match.end())
        end = line_end if line_end >= 0 else len(text)
        if one_case and k + 1 < len(found):
            next_turn = found[k + 1].start()  # dumps and captions break lines anywhere
            if not _is_headline(match, text[end:next_turn], text):
                end = next_turn
        source = _words(words, *match.span("name"))
        cue = _words(words, *match.span("colon"))
        content = _words(words, match.end(), end)
        if source[0] < source[1] == cue[0] < cue[1] <= content[0] < content[1]:
            turns.append(Turn(source, cue, (content[0], min(content[1], content[0] + LONGEST))))
    return turns


def _is_name(name: str, text: str) -> bool:
    """Each word with a capital (where the text has capitals), and none that reports."""
    parts = name.split()
    if any(part.lower().strip(",") in REPORTING for part in parts):
        return False
    return text.islower() or all(not part[0].islower() for part in parts if part[0].isalpha())


def _is_headline(match: re.Match[str], after: str, text: str) -> bool:
    """Whether a turn is the headline "Lind: We will not pay": the story's first line, after which the speaker is spoken of by that name."""
    return not text[: match.start()].strip() and re.search(rf"\b{re.escape(match['name'])}\b", after, re.IGNORECASE) is not None


def _words(words: Words, start: int, end: int) -> tuple[int, int]:
    return int(np.searchsorted(words.start, start)), int(np.searchsorted(words.start, end))
