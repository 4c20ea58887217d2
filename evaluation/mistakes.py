"""The worst errors on PolNeAR's dev split, gold and predicted side by side with the text.

    python -m evaluation.mistakes [--degraded] [--count 50] [--kind KIND]

Kinds: missed (a gold statement nobody found), invented (a sure statement that gold lacks), source, content (the cue is right, that part is not),
edges (right by the relaxed measure, not exactly). Worst first: the surest among invented ones and wrong parts, the plainest cues among missed ones.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from evaluation.attribution import HALF, Item, alike
from evaluation.corpus import CORPORA, Case, cases, dev_stories
from rejoinder.pipeline import Reader
from rejoinder.types import Statement

KINDS = ("missed", "invented", "source", "content", "edges")
AROUND = 120  # characters of text shown on either side
STYLE = {"source": "cyan", "cue": "yellow", "content": "green"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error: its kind, how bad (0 to 1), where, and the two readings."""

    kind: str
    weight: float
    case: Case
    gold: Item | None
    predicted: Item | None
    statement: Statement | None


def mistakes(case: Case) -> Iterator[Mistake]:
    """Every error in one story."""
    paired: set[int] = set()
    for predicted, statement in case.outer:
        k = next((k for k, g in enumerate(case.gold) if k not in paired and g.sets["cue"] & predicted.sets["cue"]), None)
        if k is None:
            yield Mistake("invented", statement.confidence, case, None, predicted, statement)
            continue
        paired.add(k)
        kind = _kind(case.gold[k], predicted)
        if kind:
            yield Mistake(kind, statement.confidence, case, case.gold[k], predicted, statement)
    for k, gold in enumerate(case.gold):
        if k not in paired:
            # A short cue with a source is the plain case that should not be missed.
            plain = (1 if gold.sets["source"] else 0.5) / max(1, len(gold.sets["cue"]))
            yield Mistake("missed", plain, case, gold, None, None)


def _kind(gold: Item, predicted: Item) -> str | None:
    if alike(gold, predicted):
        return None if gold.trimmed == predicted.trimmed else "edges"
    a, b = gold.sets["content"], predicted.sets["content"]
    return "content" if len(a & b) < HALF * len(a | b) else "source"


def _shown(case: Case, item: Item | None, around: tuple[int, int]) -> Text:
    """The stretch of text with the roles of one reading in colour."""
    start, end = around
    text = Text(case.text[start:end].replace("\n", " "))
    if item:
        for role, style in STYLE.items():
            for a, b in item.runs[role]:
                text.stylize(style, max(0, case.tokens[a][0] - start), max(0, case.tokens[b][1] - start))
    return text


def _around(case: Case, items: Sequence[Item]) -> tuple[int, int]:
    tokens = [k for item in items for role in STYLE for k in item.sets[role]]
    return max(0, case.tokens[min(tokens)][0] - AROUND), case.tokens[max(tokens)][1] + AROUND


def _parts(case: Case, item: Item) -> str:
    return "  |  ".join(" … ".join(case.text[case.tokens[a][0] : case.tokens[b][1]].replace("\n", " ") for a, b in item.runs[role]) or "-" for role in STYLE)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--degraded", action="store_true")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--kind", choices=KINDS)
    args = parser.parse_args()
    found = [m for case in cases(Reader(args.model), dev_stories(args.corpora), "degraded" if args.degraded else "clean") for m in mistakes(case)]
    console = Console(width=150)
    console.print(dict(Counter(m.kind for m in found)))
    kinds = (args.kind,) if args.kind else KINDS
    each = args.count // len(kinds)
    for kind in kinds:
        worst = sorted((m for m in found if m.kind == kind), key=lambda m: -m.weight)[:each]
        for m in worst:
            items = [i for i in (m.gold, m.predicted) if i]
            where = _around(m.case, items)
            console.rule(f"{kind} · {m.case.story['id']} · {m.weight:.2f}", align="left")
            for name, item in (("gold", m.gold), ("read", m.predicted)):
                console.print(Text(f"{name}  {_parts(m.case, item) if item else '(nothing)'}", "bold" if name == "gold" else ""))
            console.print(_shown(m.case, m.gold or m.predicted, where))


if __name__ == "__main__":
    main()
