"""What the corpora become: a text with whatever gold stands on it, in code points of the clean text."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]


def with_that(text: str, span: Span) -> Span:
    """The content with the "that" in front of it, which PolNeAR's contents have and our annotation leaves out."""
    start, end = span
    before = text[max(0, start - 6) : start]
    if before.lower().rstrip("“\"' ").endswith("that") and len(before.rstrip("“\"' ")) > 4:
        start -= len(before) - before.lower().rfind("that")
    return start, end


@dataclass(frozen=True, slots=True, eq=False)
class Gold:
    """A gold statement on clean text; `anchor` is an offset inside the cue's head word.

    act, flags (in the order of labels.FLAGS), meaning (MEANING_WIDTH, length 1): None where nobody said.
    """

    anchor: int
    spans: dict[str, list[Span]]
    nested: bool
    mode: str | None
    act: str | None = None
    flags: tuple[bool, ...] | None = None
    meaning: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name and its kind (labels.NAME_KINDS)."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention by an offset inside its head word.

    chain: mentions of one chain are of one entity. asks: its antecedent is taught. first: where none stands before it, that is known to be so.
    """

    at: int
    chain: int
    asks: bool
    first: bool


@dataclass(frozen=True, slots=True)
class GoldStory:
    """A text, its statements, and whether they (`known`) and the nested ones among them (`nested_known`) are all marked.

    names: None where nobody marked them. some_names: these are not all; of other words nobody knows. both_sides: antecedents may come after their
    anaphors. actors: chains of persons, organisations and places. fold: the teacher that has not seen the story (training/distil.py). doubtful: where
    words begin of which nobody knows whether they head a cue. degraded: share of dumps among its variants, where it has one of its own.
    """

    text: str
    statements: list[Gold]
    nested_known: bool
    known: bool = True
    names: list[Name] | None = None
    some_names: bool = False
    mentions: list[Mention] = field(default_factory=list[Mention])
    both_sides: bool = False
    actors: frozenset[int] = frozenset()
    id: str = ""
    fold: int = 0
    doubtful: frozenset[int] = frozenset()
    degraded: float | None = None
