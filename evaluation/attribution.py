"""Scores predicted statements against PolNeAR's, in tokens.

Figures (precision, recall, F1):
  source/cue/content exact  every contiguous stretch of a role, equal in first and last token (the measure of CofeNet, WSDM 2022)
  attribution               relaxed: cues share a token, sources share a token (or both have none), contents overlap by Jaccard >= 0.5
  attribution exact         cue, source and content (all stretches) equal, punctuation at the edges not counted
PolNeAR marks only outermost statements, so those with `inside` set are left out by the callers.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ROLES = ("source", "cue", "content")
MEASURES = (*(f"{role} exact" for role in ROLES), "attribution", "attribution exact")
HALF = 0.5

Run = tuple[int, int]  # first and last token
TokenSpans = Sequence[tuple[int, int]]


@dataclass(slots=True)
class Count:
    """Hits among predicted and gold items."""

    hits: int = 0
    predicted: int = 0
    gold: int = 0

    def add(self, hits: int, predicted: int, gold: int) -> None:
        """Adds one story's figures."""
        self.hits += hits
        self.predicted += predicted
        self.gold += gold

    @property
    def precision(self) -> float:
        """In percent."""
        return 100 * self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """In percent."""
        return 100 * self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """In percent."""
        both = self.predicted + self.gold
        return 200 * self.hits / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Item:
    """A statement as token runs by role."""

    runs: Mapping[str, tuple[Run, ...]]
    trimmed: tuple[tuple[Run, ...], ...]
    sets: Mapping[str, frozenset[int]]


@dataclass(slots=True)
class Scores:
    """A Count for each of MEASURES."""

    counts: dict[str, Count] = field(default_factory=lambda: {measure: Count() for measure in MEASURES})

    def add(self, gold: Sequence[Item], predicted: Sequence[Item]) -> None:
        """Adds one story."""
        for role in ROLES:
            a, b = {run for item in gold for run in item.runs[role]}, {run for item in predicted for run in item.runs[role]}
            self.counts[f"{role} exact"].add(len(a & b), len(b), len(a))
        exact_gold, exact_predicted = {item.trimmed for item in gold}, {item.trimmed for item in predicted}
        self.counts["attribution exact"].add(len(exact_gold & exact_predicted), len(exact_predicted), len(exact_gold))
        hits = sum(match is not None for match in matches(gold, predicted))
        self.counts["attribution"].add(hits, len(predicted), len(gold))

    def f1(self) -> dict[str, float]:
        """F1 by measure, percent with one decimal."""
        return {measure: round(count.f1, 1) for measure, count in self.counts.items()}


def matches(gold: Sequence[Item], predicted: Sequence[Item]) -> list[int | None]:
    """For each predicted item the gold item that it gets right (relaxed), each gold item once."""
    used: set[int] = set()
    out: list[int | None] = []
    for item in predicted:
        found = next((k for k, other in enumerate(gold) if k not in used and alike(item, other)), None)
        out.append(found)
        if found is not None:
            used.add(found)
    return out


def alike(a: Item, b: Item) -> bool:
    """The relaxed measure of one pair."""
    if not a.sets["cue"] & b.sets["cue"]:
        return False
    source_a, source_b = a.sets["source"], b.sets["source"]
    if bool(source_a) != bool(source_b) or (source_a and not source_a & source_b):
        return False
    content_a, content_b = a.sets["content"], b.sets["content"]
    return len(content_a & content_b) >= HALF * len(content_a | content_b)


def item(spans: Mapping[str, Iterable[Sequence[int]]], tokens: TokenSpans, text: str) -> Item:
    """Character spans by role -> Item."""
    starts, ends = [a for a, _ in tokens], [b for _, b in tokens]
    runs = {role: _runs(spans.get(role) or (), starts, ends) for role in ROLES}
    trimmed = tuple(tuple(sorted({_trim(run, tokens, text) for run in runs[role]})) for role in ("cue", "source", "content"))
    sets = {role: frozenset(k for a, b in runs[role] for k in range(a, b + 1)) for role in ROLES}
    return Item(runs, trimmed, sets)


def _runs(spans: Iterable[Sequence[int]], starts: list[int], ends: list[int]) -> tuple[Run, ...]:
    out: set[Run] = set()
    for a, b in spans:
        first, last = bisect_right(ends, a), bisect_left(starts, b) - 1
        if first <= last:
            out.add((first, last))
    return tuple(sorted(out))


def _trim(run: Run, tokens: TokenSpans, text: str) -> Run:
    a, b = run
    while a < b and not re.search(r"\w", text[slice(*tokens[a])]):
        a += 1
    while b > a and not re.search(r"\w", text[slice(*tokens[b])]):
        b -= 1
    return a, b


def gold_tokens(story: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The corpus's own tokens; words and marks where it has none."""
    if story.get("corenlp"):
        return [(token[0], token[1]) for sentence in story["corenlp"]["sentences"] for token in sentence["tokens"]]
    return [match.span() for match in re.finditer(r"\w+(?:[-'’.&]\w+)*|[^\w\s]", story["text"])]
