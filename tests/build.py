"""Tags made by hand, so that composing statements is tested without a model.

A row is written as the words of a sentence with their roles: "S:the minister Q:said C:it rained".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rejoinder.tagging.labels import ACTS, DISTANCES, FLAGS, MEANING_WIDTH, NAME_KINDS, REACH, REFERENCE_WIDTH, begins
from rejoinder.tagging.marked import Parts
from rejoinder.tagging.session import Second
from rejoinder.tagging.tagger import References, Row, Tags
from rejoinder.tagging.words import split

ROLE = {"S": "source", "Q": "cue", "C": "content", "A": "addressee"}


def row(text: str, roles: list[tuple[str, str]], *, nth: int = 0, outer: float = 0.9, nested: float = 0.05, mode: int = 1, act: str = "assert") -> Row:
    """A row of `text`: pairs of role letter and words, each found from left to right; the `nth` place of the cue's words is taken."""
    words = split(text)
    labels = np.zeros(2 * REACH + 1, np.int8)
    anchor = None
    places: list[tuple[str, int, int]] = []
    for letter, snippet in roles:
        at = -1
        for _ in range(nth + 1 if letter == "Q" else 1):
            at = text.index(snippet, at + 1)
        first = int(np.searchsorted(words.start, at))
        last = int(np.searchsorted(words.start, at + len(snippet)))
        places.append((ROLE[letter], first, last))
        if letter == "Q":
            anchor = first
    assert anchor is not None
    for role, first, last in places:
        for word in range(first, last):
            labels[word - anchor + REACH] = begins(role) + (word > first)
    modes = np.zeros(3, np.float32)
    modes[mode] = 1
    acts = np.full(len(ACTS), 0.01, np.float32)
    acts[ACTS.index(act)] = 0.88  # type: ignore[arg-type]
    meaning = np.zeros(MEANING_WIDTH, np.float32)
    meaning[0] = 1
    return Row(anchor, outer, nested, anchor - REACH, labels, -0.1, modes, acts, np.zeros(len(FLAGS), np.float32), meaning)


def tags(text: str, *rows: Row, names: dict[str, str] | None = None, quoted: Sequence[str] = ()) -> Tags:
    """Tags of `text` with `rows`; names: snippets that the tagger takes for names, and their kinds; quoted: snippets that it takes for words of a quotation.

    Every word refers to every other alike.
    """
    words = split(text)
    labels = np.zeros(len(words), np.int8)
    for snippet, kind in sorted((names or {}).items(), key=lambda item: -len(item[0])):
        for match in re.finditer(rf"\b{re.escape(snippet)}\b", text):
            first, last = int(np.searchsorted(words.start, match.start())), int(np.searchsorted(words.start, match.end()))
            if not labels[first:last].any():
                labels[first:last] = 2 + 2 * NAME_KINDS.index(kind)
                labels[first] -= 1
    inside = np.full(len(words), 0.02, np.float16)
    for snippet in quoted:
        at = text.index(snippet)
        inside[np.searchsorted(words.start, at) : np.searchsorted(words.start, at + len(snippet))] = 0.9
    flat = np.zeros((len(words), REFERENCE_WIDTH), np.float16)
    references = References(flat, flat, np.zeros((len(DISTANCES) + 1, REFERENCE_WIDTH), np.float32))
    return Tags(words, list(rows), labels, np.full(len(words), 0.9, np.float16), inside, references, undecided)


def undecided(statements: Sequence[Parts]) -> list[Second]:
    """A second reading to which every act is as likely as any other."""
    return [Second(np.full(len(ACTS), 1 / len(ACTS), np.float32), np.zeros(len(FLAGS), np.float32)) for _ in statements]
