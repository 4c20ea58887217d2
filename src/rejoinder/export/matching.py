"""Stage: export. Statements as token runs, and when two of them are the same.

The rules, and so the figures, are those of evaluation/attribution.py, which judges the packaged model (a test holds the two together). Tokens are words and
marks, so that a space or a hyphenated word more or less at an edge does not decide.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rejoinder.types import Span, Spans, Statement

ROLES = ("source", "cue", "content")
HALF = 0.5  # least overlap of contents (Jaccard)
TOKEN = re.compile(r"\w+(?:[-'’.&]\w+)*|[^\w\s]")
WORD = re.compile(r"\w")

Run = tuple[int, int]  # first and last token


@dataclass(frozen=True, slots=True)
class Item:
    """A statement in tokens: runs and sets by role, and all its runs without punctuation at their edges."""

    runs: Mapping[str, tuple[Run, ...]]
    sets: Mapping[str, frozenset[int]]
    trimmed: tuple[tuple[Run, ...], ...]


def items(text: str, statements: Iterable[Statement]) -> list[Item]:
    """Statements on `text` in tokens."""
    tokens = [Span(*match.span()) for match in TOKEN.finditer(text)]
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    return [_item(statement, text, tokens, starts, ends) for statement in statements]


def _item(statement: Statement, text: str, tokens: Sequence[Span], starts: list[int], ends: list[int]) -> Item:
    runs = {role: _runs(getattr(statement, role), starts, ends) for role in ROLES}
    sets = {role: frozenset(k for first, last in of_role for k in range(first, last + 1)) for role, of_role in runs.items()}
    return Item(runs, sets, tuple(tuple(sorted({_trim(run, tokens, text) for run in runs[role]})) for role in ROLES))


def _runs(spans: Spans, starts: list[int], ends: list[int]) -> tuple[Run, ...]:
    runs = {(bisect_right(ends, start), bisect_left(starts, end) - 1) for start, end in spans}
    return tuple(sorted((first, last) for first, last in runs if first <= last))


def _trim(run: Run, tokens: Sequence[Span], text: str) -> Run:
    first, last = run
    while first < last and not WORD.search(text, *tokens[first]):
        first += 1
    while last > first and not WORD.search(text, *tokens[last]):
        last -= 1
    return first, last


def matches(gold: Sequence[Item], found: Sequence[Item]) -> list[int | None]:
    """For each found item the gold item that it gets right (relaxed), each gold item once."""
    used: set[int] = set()
    out: list[int | None] = []
    for item in found:
        match = next((k for k, other in enumerate(gold) if k not in used and alike(item, other)), None)
        out.append(match)
        if match is not None:
            used.add(match)
    return out


def alike(one: Item, other: Item) -> bool:
    """Relaxed: cues share a token, sources share a token (or both have none), contents overlap by half."""
    if not one.sets["cue"] & other.sets["cue"]:
        return False
    a, b = one.sets["source"], other.sets["source"]
    if bool(a) != bool(b) or (a and not a & b):
        return False
    a, b = one.sets["content"], other.sets["content"]
    return len(a & b) >= HALF * len(a | b)


def by_cue(gold: Sequence[Statement], found: Sequence[Statement]) -> list[int | None]:
    """For each found statement the gold statement whose cue it shares, each gold statement once: what acts and links are compared on."""
    used: set[int] = set()
    out: list[int | None] = []
    for statement in found:
        match = next((k for k, other in enumerate(gold) if k not in used and _overlap(other.cue, statement.cue)), None)
        out.append(match)
        if match is not None:
            used.add(match)
    return out


def _overlap(one: Spans, other: Spans) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)
