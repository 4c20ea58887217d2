"""Stage: resolve. The text as lower-case words with its sentences and names: what all of this stage looks at.

Names are found in spans.py and put together in joins.py; realms.py adds countries that the tables lack.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rejoinder.actors.joins import joined
from rejoinder.actors.lexicon import genders
from rejoinder.actors.realms import at_home, with_realms
from rejoinder.actors.spans import SUFFIXES, NameSpan, found, has_capitals
from rejoinder.statements.sentences import sentences
from rejoinder.tagging.tagger import References, Tags
from rejoinder.tagging.words import BREAKS, Words

LINE = BREAKS.index("line")
INITIALS = 2  # letters that two middle names are cut to: "Ada BC Quill"
# Letters that Unicode does not take apart into a plain one and a mark.
PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "Ae",
        "œ": "oe", "Œ": "Oe", "ı": "i",
    }
)  # fmt: skip


def plain(text: str) -> str:
    """The text in ASCII letters, without those that are none of the Latin ones."""
    return unicodedata.normalize("NFKD", text.translate(PLAIN_LETTERS)).encode("ascii", "ignore").decode()


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A story as this stage sees it.

    lower: the words in lower case. sentence, line: number of each word's sentence and line, from 0. names: in text order, none inside another. name_at:
    index of the name that covers a word, or -1.
    """

    words: Words
    lower: tuple[str, ...]
    sentence: NDArray[np.int32]
    line: NDArray[np.intp]
    names: tuple[NameSpan, ...]
    name_at: NDArray[np.int32]
    references: References

    def __len__(self) -> int:
        return len(self.lower)

    def name(self, word: int) -> NameSpan | None:
        """The name that covers a word."""
        index = int(self.name_at[word])
        return self.names[index] if index >= 0 else None

    def sentence_start(self, word: int, back: int = 0) -> int:
        """First word of the sentence that stands `back` sentences before that of `word`, or of the text."""
        return int(np.searchsorted(self.sentence, np.int32(int(self.sentence[word]) - back)))

    def text(self, first: int, last: int) -> str:
        """The words [first, last) as they stand, white space as single spaces."""
        words = self.words
        return " ".join(words.text[words.start[first] : words.end[last - 1]].split())

    def word_range(self, start: int, end: int) -> tuple[int, int]:
        """Words that overlap the code points [start, end)."""
        words = self.words
        # Of the arrays' own type: else each call would cast them whole.
        return int(words.end.searchsorted(words.end.dtype.type(start), side="right")), int(words.start.searchsorted(words.start.dtype.type(end)))


def page_of(tags: Tags) -> Page:
    """Names and sentences of a tagged text."""
    words = tags.words
    lower = tuple(sys.intern(word.replace("’", "'")) for word in words.lower())
    cased = has_capitals(words)
    names = at_home(with_realms(joined(found(tags, lower, cased), words, lower, cased), words, lower))
    name_at = np.full(len(lower), -1, np.int32)
    for k, name in enumerate(names):
        name_at[name.first : name.last] = k
    line = np.cumsum(words.gap >= LINE) - 1  # the first word's gap is a paragraph's
    return Page(words, lower, sentences(words, lower), line, tuple(names), name_at, tags.references)


def middle_initial(name: str) -> set[str]:
    """The first middle initial of a person's name, if it has one: of "Ada B. Quill Jr.", "Ada B.C. Quill" and "Ada BC Quill"."""
    words = name.split()
    if len(words) < 3 or words[2].lower() in SUFFIXES:
        return set()
    second = words[1]
    initial = second.endswith(".") or len(second) == 1 or (second.isupper() and len(second) <= INITIALS)
    return {second[0].lower()} if initial and second[0].isalpha() else set()


def gender_of(words: Sequence[str]) -> str:
    """Gender (m, f or "") that a person's given name tells; a name alone may be a last name, and hardly any of those is a woman's given name."""
    gender = genders().get(words[0], "") if words else ""
    return gender if gender == "f" or (gender == "m" and len(words) > 1) else ""
