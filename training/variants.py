"""Clean text -> the other shapes in which news arrives, with the origin of every character.

A model that saw only clean text is lost in a tokenised dump; one trained on variants of the same stories serves both. Labels stand on
clean offsets and are carried over by `origin`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MARKS = "“”\"‘’'`«»„"
ABBREVIATIONS = frozenset("mr mrs ms dr sen rep gov gen lt col st jr sr inc corp co no vs jan feb mar apr aug sept oct nov dec".split())
TOKEN = re.compile(r"\.{3}|…|(?:[A-Za-z]\.){2,}|\$?\d+(?:[.,:]\d+)*%?|[^\W_]+(?:[-/&][^\W_]+)*|[^\s]")
QUOTE_STYLES = (('"', '"'), ("“", "”"), ("``", "''"), ("''", "''"), ("«", "»"), ("„", "“"), ("‘", "’"))


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """A text and where its characters come from.

    origin: clean offset of each character, -1 for inserted ones; shape (len(text),), not decreasing where >= 0.
    """

    text: str
    origin: NDArray[np.int32]


class _Builder:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.origin: list[int] = []

    def add(self, string: str, start: int | None) -> None:
        """`string` stands for the clean text at `start`; None: it was inserted."""
        self.parts.append(string)
        self.origin.extend([-1] * len(string) if start is None else range(start, start + len(string)))

    def variant(self) -> Variant:
        return Variant("".join(self.parts), np.array(self.origin, np.int32))


def clean(text: str) -> Variant:
    """The text itself."""
    return Variant(text, np.arange(len(text), dtype=np.int32))


def dump(text: str, rng: random.Random | None = None) -> Variant:
    """Corpus dump: lower case, spaced tokens, a sentence a line, quotation marks gone, apostrophes a space.

    With `rng`, one time in five the lines run together, as in captions.
    """
    newline = " " if rng and rng.random() < 0.2 else "\n"
    tokens = [(m.group(), m.start()) for m in TOKEN.finditer(text)]
    out = _Builder()
    line_start = True
    k = 0
    while k < len(tokens):
        token, start = tokens[k]
        k += 1
        if token in MARKS:
            continue
        if not line_start:
            out.add(" ", None)
        abbreviated = token.lower() in ABBREVIATIONS and k < len(tokens) and tokens[k] == (".", start + len(token))
        if abbreviated:
            token += "."
            k += 1
        out.add(_lower(token), start)
        line_start = False
        if token in ".?!":
            following = next((t for t, _ in tokens[k:] if t not in MARKS and t != ")"), "")
            if following and (following[0].isupper() or following[0].isdigit() or following[0] in "-("):
                out.add(newline, None)
                line_start = True
    return out.variant()


def _lower(token: str) -> str:
    """Lower case that keeps the length (a few letters lower to two code points)."""
    low = token.lower()
    return low if len(low) == len(token) else token


def unquoted(text: str, rng: random.Random | None = None) -> Variant:
    """Clean text without its quotation marks (apostrophes stay), as transcripts and some scrapers leave it."""
    return _rewrite(text, r"[“”\"«»„]|``|''|(?<!\w)['‘]|['’](?!\w)", lambda _: "")


def unbroken(text: str, rng: random.Random | None = None) -> Variant:
    """Clean text in one line."""
    return _rewrite(text, r"\s+", lambda _: " ")


def restyled(text: str, rng: random.Random) -> Variant:
    """Clean text with its double quotation marks in another style."""
    opening, closing = rng.choice(QUOTE_STYLES)
    opens = False

    def swap(match: re.Match[str]) -> str:
        nonlocal opens
        mark = match.group()
        opens = mark in "“``" if mark in ("“", "”", "``") else not opens
        return opening if opens else closing

    return _rewrite(text, r"[“”\"]|``|''", swap)


def _rewrite(text: str, pattern: str, replace: Callable[[re.Match[str]], str]) -> Variant:
    out = _Builder()
    at = 0
    for match in re.finditer(pattern, text):
        out.add(text[at : match.start()], at)
        new = replace(match)
        for k, character in enumerate(new):
            # What replaces a mark stands where the mark stood, so that a label on it is kept.
            out.parts.append(character)
            out.origin.append(min(match.start() + k, match.end() - 1))
        at = match.end()
    out.add(text[at:], at)
    return out.variant()


def draw(text: str, rng: random.Random, degraded: float = 0.4) -> Variant:
    """A variant at random: `degraded` of them dumps, a few in the other shapes, the rest clean."""
    x = rng.random()
    if x < degraded:
        return dump(text, rng)
    for shape, upper in ((unquoted, 0.06), (unbroken, 0.10), (restyled, 0.18)):
        if x < degraded + upper:
            return shape(text, rng)
    return clean(text)
