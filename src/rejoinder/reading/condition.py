"""Stage: read. Is a text clean, or degraded as in corpus dumps, captions and transcripts?

Degraded: all in one case, tokenised (spaces before punctuation), or its apostrophes or quotation marks are gone. Each sign alone is enough; all are
shares, so that one odd line does not decide.
"""

from __future__ import annotations

import re

from rejoinder.types import Condition

SAMPLE = 20_000  # characters; a text does not change its condition half-way
FEW_LETTERS = 20  # with fewer nothing can be told

SPACED_MARK = re.compile(r"\w [,.;:?!](?=\s|$)")
MARK = re.compile(r"\w ?[,.;:?!](?=\s|$)")
# "don t", "doesn t", "i m", "they re", "johnson s visit": an apostrophe that became a space.
LOST_APOSTROPHE = re.compile(
    r"\b(?:(?:don|didn|doesn|isn|wasn|weren|won|can|couldn|wouldn|shouldn|aren|haven|hasn|hadn) t"
    r"|[a-z]{2,} s [a-z]{2,}|i (?:m|ve|ll)|(?:he|she|it|that) s|they (?:re|ve)|we (?:re|ve))\b",
    re.IGNORECASE,
)
KEPT_APOSTROPHE = re.compile(r"\b\w+['’](?:t|m|ve|ll|s|re|d)\b", re.IGNORECASE)
QUOTATION = re.compile(r"[\"“”«»„]|``|''|(?<!\w)['‘]\w")
# Words of the speaker's own, then a reporting tag: "we will go on, he said." wants quotation marks.
UNMARKED_SPEECH = re.compile(
    r"\b(?:I|[Ww]e|my|our)\b[^.?!\n]{0,200}, (?:(?:he|she|they|[A-Z]\w+) (?:said|says|added)|(?:said|says|added) (?:he|she|they|[A-Z]\w+))\b"
)

ONE_CASE = 0.97  # share of one case among the letters
TOKENISED = 0.5  # share of marks with a space before them


def condition_of(text: str) -> Condition:
    """The condition of `text`."""
    sample = text[:SAMPLE]
    upper = sum(character.isupper() for character in sample)
    lower = sum(character.islower() for character in sample)
    # Scripts without case (Arabic, Hebrew, Chinese) say nothing by having none.
    if upper + lower >= FEW_LETTERS and max(upper, lower) >= ONE_CASE * (upper + lower) and _has_sentences(sample, upper, lower):
        return "degraded"
    marks = len(MARK.findall(sample))
    if marks >= 3 and len(SPACED_MARK.findall(sample)) >= TOKENISED * marks:
        return "degraded"
    lost = len(LOST_APOSTROPHE.findall(sample))
    if lost >= 2 and lost > len(KEPT_APOSTROPHE.findall(sample)):
        return "degraded"
    if len(UNMARKED_SPEECH.findall(sample)) >= 2 and not QUOTATION.search(sample):
        return "degraded"
    return "clean"


def _has_sentences(sample: str, upper: int, lower: int) -> bool:
    """A lower-case text is only odd if some of its letters should have been capitals: those that begin sentences and lines."""
    if upper > lower:
        return True
    starts = re.findall(r"(?:^|[.?!]\s+|\n\s*)[\"“'‘(]*([^\W\d_])", sample)
    return sum(letter.isupper() for letter in starts) <= 0.2 * len(starts)
