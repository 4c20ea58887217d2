"""The accuracy gate: PolNeAR's dev split in both conditions against floors that only go up.

    python -m evaluation.gate [--corpora FOLDER] [--model FOLDER] [--raise] [--figures FILE]

Prints every figure, by mode and by publisher too, nesting, actors, acts, times and links on our own gold, statements of invented stories,
and the reliability of the confidence. Exit status 1 where a figure is below its floor in floors.json; --raise writes the figures that are
better as the new floors.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from evaluation import invented, links, times
from evaluation.actors import polnear, tallies
from evaluation.attribution import MEASURES, Count, Scores, matches
from evaluation.calibrate import reliability
from evaluation.corpus import CONDITIONS, CORPORA, Case, cases, dev_stories
from evaluation.nesting import NESTED_MEASURES, nested_scores
from rejoinder.pipeline import Reader

FLOORS = Path(__file__).with_name("floors.json")
# Kernels round a little differently from one processor to another: that moves the figures of many items by tenths of a point, and those of few (there
# are twenty addressees) by whole items. Under FEW items a figure is at its floor where one standard error of a share reaches.
SLACK = 0.5  # points
FEW = 500


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in percent, and of how many items of gold."""

    percent: float
    items: int


Figures = dict[str, dict[str, Figure]]  # by condition and name


def overall(read: Iterable[Case]) -> Scores:
    """All stories together."""
    scores = Scores()
    for case in read:
        scores.add(case.gold, [p for p, _ in case.outer])
    return scores


def by_publisher(read: Iterable[Case]) -> dict[str, Scores]:
    """Scores of each publisher's stories."""
    out: dict[str, Scores] = defaultdict(Scores)
    for case in read:
        out[case.story["publisher"]].add(case.gold, [p for p, _ in case.outer])
    return dict(out)


def by_mode(read: Iterable[Case]) -> tuple[dict[str, Count], Count]:
    """Attributions of each gold mode that were found (recall only: a wrong one has no gold mode), and how often the mode of a right one is right."""
    out: dict[str, Count] = defaultdict(Count)
    agree = Count()
    for case in read:
        outer = case.outer
        pairs = matches(case.gold, [p for p, _ in outer])
        for mode in case.gold_modes:
            out[mode].gold += 1
        for (_, statement), match in zip(outer, pairs, strict=True):
            if match is not None:
                out[case.gold_modes[match]].hits += 1
                agree.add(int(case.gold_modes[match] == statement.mode), 1, 1)
    return dict(out), agree


def believed(read: Iterable[Case]) -> list[tuple[float, float, int, float, float]]:
    """Reliability of the shipped confidence on outermost statements."""
    confidence: list[float] = []
    right: list[float] = []
    for case in read:
        outer = case.outer
        for (_, statement), match in zip(outer, matches(case.gold, [p for p, _ in outer]), strict=True):
            confidence.append(statement.confidence)
            right.append(float(match is not None))
    return reliability(np.array(confidence), np.array(right))


def below(figures: Figures, floors: dict[str, dict[str, float]]) -> list[str]:
    """A sentence for each figure under its floor by more than rounding can explain; a floor without a figure is one too."""
    out: list[str] = []
    for condition, row in floors.items():
        for name, floor in row.items():
            figure = figures.get(condition, {}).get(name, Figure(0.0, 0))
            if figure.percent < floor - slack(figure, floor):
                out.append(f"{condition}: {name} is {figure.percent:.1f} of {figure.items}, its floor is {floor:.1f}")
    return out


def slack(figure: Figure, floor: float) -> float:
    """Points by which a figure may lie under its floor."""
    if not 0 < figure.items < FEW:
        return SLACK
    return max(SLACK, math.sqrt(floor * (100 - floor) / figure.items))


def raised(figures: Figures, floors: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Floors that are nowhere lower than before."""
    out: dict[str, dict[str, float]] = {}
    for condition in {**floors, **figures}:
        old, new = floors.get(condition, {}), figures.get(condition, {})
        out[condition] = {name: max(new[name].percent if name in new else 0.0, old.get(name, 0.0)) for name in {**old, **new}}
    return out


def _show(title: str, rows: Iterable[tuple[str, Callable[[str], str]]], columns: Iterable[str]) -> None:
    columns = list(columns)
    table = Table("", *columns, title=title, title_justify="left")
    for name, cell in rows:
        table.add_row(name, *map(cell, columns))
    Console(width=140).print(table)


def _f1(scores: Scores) -> Callable[[str], str]:
    return lambda measure: f"{scores.counts[measure].f1:.1f}"


def report(condition: str, read: list[Case]) -> dict[str, Figure]:
    """Prints the tables of one condition and returns its figures."""
    scores = overall(read)

    def detail(measure: str) -> Callable[[str], str]:
        return lambda column: f"{getattr(scores.counts[measure], column):.1f}"

    _show(f"{condition}: PolNeAR dev, percent", [(m, detail(m)) for m in MEASURES], ("precision", "recall", "f1"))
    _show(f"{condition}: F1 by publisher", [(name, _f1(s)) for name, s in sorted(by_publisher(read).items())], MEASURES)
    modes, agree = by_mode(read)
    _show(
        f"{condition}: attributions by mode (mode right in {agree.precision:.1f} % of the right ones)",
        [(mode, lambda column, c=count: f"{c.recall:.1f}" if column == "found" else str(c.gold)) for mode, count in sorted(modes.items())],
        ("found", "gold"),
    )
    nested = nested_scores(read)
    _show(
        f"{condition}: nested statements on our own gold",
        [(m, lambda column, c=nested[m]: f"{getattr(c, column):.1f}") for m in NESTED_MEASURES],
        ("precision", "recall", "f1"),
    )
    found = {name: Figure(round(count.f1, 1), count.gold) for name, count in {**scores.counts, **nested}.items()}
    return {**found, "mode": Figure(round(agree.precision, 1), agree.gold)}


def speakers(reader: Reader, corpora: Path) -> Figures:
    """Prints how often the right speaker is found on the report half of our gold for actors, and returns the figures."""
    out: Figures = {}
    rows: list[tuple[str, str, Count]] = []
    for condition, by_way in tallies(reader, polnear(corpora, "dev", "report")).items():
        out[condition] = {}
        for way, tally in by_way.items():
            for part in ("nameable speaker", "other speaker"):
                count = tally.counts[part]
                rows.append((f"{condition}, statements {way}", part, count))
                out[condition][f"{part}, {way}"] = Figure(round(count.recall, 1), count.gold)
    _show(
        "speakers on our own gold, report half",
        [(f"{name}: {part}", lambda column, c=count: f"{getattr(c, column):.1f}") for name, part, count in rows],
        ("precision", "recall"),
    )
    return out


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--raise", dest="lift", action="store_true")
    parser.add_argument("--figures", type=Path, help="write the figures there as JSON, for training.package --scores")
    args = parser.parse_args()
    reader = Reader(args.model)
    stories = dev_stories(args.corpora)
    figures: Figures = {}
    everything: list[Case] = []
    for condition in CONDITIONS:
        read = list(cases(reader, stories, condition))
        figures[condition] = report(condition, read)
        everything.extend(read)
    for condition, found in speakers(reader, args.corpora).items():
        figures[condition].update(found)
    for condition, judged in links.report(reader, args.corpora, "report").items():
        figures[condition].update({name: Figure(*figure) for name, figure in judged.items()})
    for condition in CONDITIONS:
        told = {name: Figure(round(count.f1, 1), count.gold) for name, count in invented.figures(reader, condition).items()}
        print(f"{condition}: invented stories", {name: figure.percent for name, figure in told.items()})
        figures[condition].update(told)
    for condition, dated in times.report(reader, args.corpora, "report").items():
        figures[condition].update({name: Figure(*figure) for name, figure in dated.items()})
    rows = [(f"{low:.1f} to {high:.1f}", [str(n), f"{mean:.2f}", f"{share:.2f}"]) for low, high, n, mean, share in believed(everything)]
    table = Table("confidence", "statements", "mean", "right", title="Reliability, both conditions", title_justify="left")
    for name, cells in rows:
        table.add_row(name, *cells)
    Console(width=140).print(table)
    if args.figures:
        told = {condition: {name: figure.percent for name, figure in row.items()} for condition, row in figures.items()}
        args.figures.write_text(json.dumps(told, indent=2) + "\n", encoding="utf8")
    floors: dict[str, dict[str, float]] = json.loads(FLOORS.read_text(encoding="utf8")) if FLOORS.exists() else {}
    if args.lift:
        FLOORS.write_text(json.dumps(raised(figures, floors), indent=2) + "\n", encoding="utf8")
        return 0
    failures = below(figures, floors)
    print("\n".join(failures) if failures else "every figure is at its floor or above")
    return 1 if failures or not floors else 0


if __name__ == "__main__":
    sys.exit(main())
