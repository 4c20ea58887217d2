"""Stage: compose. A statement in words instead of characters."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rejoinder.tagging.marked import Run
from rejoinder.tagging.tagger import Row


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement whose runs are not spans yet; the cue is one run, and there is always one."""

    row: Row
    runs: dict[str, list[Run]]
    features: tuple[float, ...]  # see confidence.FEATURES; () for a turn of a transcript or a signed quotation
    confidence: float


def with_content(draft: Draft, content: list[Run]) -> Draft:
    """The draft with another content."""
    return replace(draft, runs={**draft.runs, "content": content})


def hull(draft: Draft) -> Run:
    """The stretch in which all its words lie."""
    return min(a for runs in draft.runs.values() for a, _ in runs), max(b for runs in draft.runs.values() for _, b in runs)


def reach_of(draft: Draft) -> int:
    """How many words its own lie from its cue at most."""
    cue, (low, high) = draft.runs["cue"][0][0], hull(draft)
    return max(cue - low, high - cue)


def holds(draft: Draft, other: Draft) -> bool:
    """Whether the content of `draft` holds the cue of `other`."""
    first, last = other.runs["cue"][0]
    return any(a <= first and last <= b for a, b in draft.runs["content"])
