"""Scores the dates of statements against our own gold, and fits which time expression is a statement's.

    python -m evaluation.times [--split dev] [--wrong]        precision, recall, and how many are right where both give a date
    python -m evaluation.times --readers                      how far two readers of dev agree
    python -m evaluation.times --fit                          fits src/rejoinder/statements/tables/when.toml on train

Gold's statements are given, so that only the dating is judged; clean and degraded text.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from evaluation.attribution import Count
from evaluation.corpus import CONDITIONS, CORPORA, Condition
from evaluation.disputes_gold import Story, gold_stories
from evaluation.fit_links import Examples, fitted
from evaluation.links import undated
from rejoinder.pipeline import Reader
from rejoinder.statements import when
from rejoinder.tagging.words import Words
from rejoinder.types import Statement
from training.polnear import rows

READERS = [Path(__file__).parent / "gold" / f"times-{name}.jsonl" for name in ("first", "second")]
TABLE = Path(when.__file__).parent / "tables" / "when.toml"
LEAST = 0.55  # probability from which a time is a statement's: from there on four in five are right on stories of train left out of the fitting
FOLDS = 5  # parts of train, each judged by weights fitted on the others
RIDGE = 1.0
HEADER = """# Which time expression is a statement's: weights of when.FEATURES in a logistic model of the choice between them and none, and the probability from
# which one counts. Written by `python -m evaluation.times --fit` from our own gold on PolNeAR's train split.
"""


@dataclass(frozen=True, slots=True)
class Dated:
    """A story in one condition: its times (None: it has none), gold's statements with the speakers that the program gives them, and gold's date of each."""

    words: Words
    here: when.Setting | None
    made: list[Statement]
    dates: list[str | None]


def dated(reader: Reader, stories: Sequence[Story], condition: Condition) -> list[Dated]:
    """The stories in a condition."""
    out: list[Dated] = []
    for story in track(stories, condition):
        one = undated(reader, story, condition)
        here = when.setting(one.words, one.statements, date.fromisoformat(story.story["published"]))
        out.append(Dated(one.words, here, one.statements, [_date(row) for row in story.gold["statements"]]))
    return out


def read(one: Dated, known: when.Model) -> list[int | None]:
    """Index of the time that the model gives each statement."""
    return when.choices(one.here, one.made, known) if one.here else [None] * len(one.made)


def gold_times(one: Dated, here: when.Setting) -> list[int | None]:
    """Index of a time with gold's date of each statement: the nearest to its cue."""
    out: list[int | None] = []
    for statement, gold in zip(one.made, one.dates, strict=True):
        right = [j for j, time in enumerate(here.found) if time.date == gold]
        out.append(min(right, key=lambda j: abs(here.found[j].span.start - statement.cue[0].start), default=None))
    return out


def examples(items: Iterable[Dated], known: when.Model | None) -> Examples:
    """The times that may be each statement's, with whether gold has their date; what statements before have is as `known` says, or as gold does."""
    x: list[tuple[float, ...]] = []
    right: list[bool] = []
    starts: list[int] = []
    for one in items:
        if one.here is None:
            continue
        chosen = read(one, known) if known else gold_times(one, one.here)
        former = when.Former()
        for k, statement in enumerate(one.made):
            if found := when.candidates(one.here, k, statement, former):
                starts.append(len(x))
                x.extend(values for _, values in found)
                right.extend(one.here.found[j].date == one.dates[k] for j, _ in found)
            former.add(one.here, k, chosen[k])
    return Examples(np.array(x), np.array(right, float), np.zeros(len(x), np.intp), np.array(starts, np.intp))


def fit(items: Sequence[Dated]) -> when.Model:
    """The weights, rounded as they are written; what statements before have is first as in gold, then as the first weights choose, mistakes included."""

    def once(known: when.Model | None) -> when.Model:
        return when.Model(tuple(fitted(examples(items, known), RIDGE).round(3).tolist()), LEAST)

    return once(once(None))


def crosswise(items_of: Mapping[Condition, Sequence[Dated]]) -> None:
    """Prints the scores of each part of the stories by weights fitted on the other parts."""
    parts = [{condition: items[f::FOLDS] for condition, items in items_of.items()} for f in range(FOLDS)]
    known = [fit([one for g, part in enumerate(parts) if g != f for items in part.values() for one in items]) for f in range(FOLDS)]
    for condition in CONDITIONS:
        print(f"{condition}, left out: {summary(sum((score(part[condition], k) for part, k in zip(parts, known, strict=True)), Counter[str]()))}")


def score(items: Iterable[Dated], known: when.Model, show: bool = False) -> Counter[str]:
    """Statements by outcome: right, other date, none found, none in gold, neither."""
    counts: Counter[str] = Counter()
    for one in items:
        for statement, gold, j in zip(one.made, one.dates, read(one, known), strict=True):
            got = one.here.found[j].date if one.here and j is not None else None
            outcome = ("neither" if gold is None else "right") if got == gold else "other date" if got and gold else "none found" if gold else "none in gold"
            counts[outcome] += 1
            if show and outcome not in ("neither", "right"):
                at = statement.cue[0].start
                print(f"  {outcome}: gold {gold} read {got} | {one.words.text[max(0, at - 100) : at + 100]!r}")
    return counts


def readers(stories: Iterable[Story]) -> tuple[float, float]:
    """F1 of the dates of two readers who saw neither gold nor each other: between them, and of the second against gold, where a third decided."""
    first, second = ({row["id"]: {time["statement"]: time["date"] for time in row["times"]} for row in rows(file)} for file in READERS)
    told = [(first[s.gold["id"]].get(k), second[s.gold["id"]].get(k), _date(row)) for s in stories for k, row in enumerate(s.gold["statements"])]
    between, against = Count(), Count()
    for one, other, gold in told:
        between.add(one == other is not None, other is not None, one is not None)
        against.add(other == gold is not None, other is not None, gold is not None)
    return round(between.f1, 1), round(against.f1, 1)


def _date(row: Mapping[str, Any]) -> str | None:
    """When a statement of gold was made."""
    return (row.get("when") or {}).get("date")


def report(reader: Reader, corpora: Path, half: str | None) -> dict[str, dict[str, tuple[float, int]]]:
    """Prints the scores of dev in both conditions and returns the figures with their numbers of items."""
    stories = gold_stories(corpora, "dev", half)
    out: dict[str, dict[str, tuple[float, int]]] = {}
    for condition in CONDITIONS:
        found = summary(score(dated(reader, stories, condition), when.model()))
        print(f"{condition}: dates {found}")
        out[condition] = {f"date {name}": (found[name], found["gold"]) for name in ("precision", "recall")}
    return out


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    parser.add_argument("--half", choices=("tune", "report"))
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--model", type=Path, help="folder of another model, which gives the speakers")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--readers", action="store_true", help="how far two readers of dev agree")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong")
    args = parser.parse_args()
    if args.readers:
        between, second = readers(gold_stories(args.corpora, "dev", args.half))
        print(f"dates of two readers: F1 {between}; of the second against gold: F1 {second}")
        return
    stories = gold_stories(args.corpora, "train" if args.fit else args.split, args.half)
    reader = Reader(args.model)
    items_of: dict[Condition, list[Dated]] = {condition: dated(reader, stories, condition) for condition in CONDITIONS}
    if args.fit:
        crosswise(items_of)
        write(fit([one for items in items_of.values() for one in items]))
        when.model.cache_clear()
    for condition, items in items_of.items():
        print(f"{condition}: {summary(score(items, when.model(), args.wrong and condition == 'clean'))}")


def write(known: when.Model) -> None:
    """Writes when.toml."""
    lines = [f'"{name}" = {weight:.3f}' for name, weight in zip(when.FEATURES, known.weights, strict=True)]
    TABLE.write_text(HEADER + f"threshold = {known.threshold}\n\n[weights]\n" + "\n".join(lines) + "\n", encoding="utf8")


def summary(c: Counter[str]) -> dict[str, Any]:
    """Percentages of `score`'s counts."""
    found, gold = c["right"] + c["other date"] + c["none in gold"], c["right"] + c["other date"] + c["none found"]
    return {
        "gold": gold,
        "precision": round(100 * c["right"] / max(found, 1), 1),
        "recall": round(100 * c["right"] / max(gold, 1), 1),
        "right where both give a date": round(100 * c["right"] / max(c["right"] + c["other date"], 1), 1),
    }


if __name__ == "__main__":
    main()
