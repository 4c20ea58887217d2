"""Scores the dates of statements against our own gold, and fits which time expression is a statement's.

    python -m evaluation.times [--split dev] [--wrong]        precision, recall, and how many are right where both give a date
    python -m evaluation.times --fit                          fits src/rejoinder/statements/tables/when.toml on train

Gold's statements are given, so that only the dating is judged; clean and degraded text.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.calibrate import fit
from evaluation.corpus import CONDITIONS, CORPORA, Condition, in_condition
from evaluation.disputes_gold import Story, gold_statements, gold_stories
from rejoinder.statements import when
from rejoinder.tagging.words import split
from rejoinder.types import Statement

TABLE = Path(when.__file__).parent / "tables" / "when.toml"
LEAST = 0.4  # probability from which a time is a statement's: chosen on the tune half of dev, where precision and recall meet halfway
HEADER = """# Which time expression of its sentence is a statement's: weights of when.FEATURES in a logistic model, and the probability from which it counts.
# Written by `python -m evaluation.times --fit` from our own gold on PolNeAR's train split.
"""


def settings(story: Story, condition: Condition) -> tuple[when.Setting, list[Statement], list[str | None]]:
    """A story's times, gold's statements and gold's dates."""
    variant, _ = in_condition(story.story, condition)
    made = gold_statements(story, condition)
    here = when.setting(split(variant.text), made, date.fromisoformat(story.story["published"]))
    return here, made, [(row.get("when") or {}).get("date") for row in story.gold["statements"]]


def pairs(stories: list[Story]) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Features of every statement with every time near it, and whether gold has that date for it."""
    for story in stories:
        for condition in CONDITIONS:
            here, made, dates = settings(story, condition)
            if here.found:
                for k, (statement, gold) in enumerate(zip(made, dates, strict=True)):
                    for time, values in when.candidates(here, k, statement):
                        yield values, time.date == gold


def score(stories: list[Story], condition: Condition, show: bool = False) -> Counter[str]:
    """Statements by outcome: right, other date, none found, none in gold, neither."""
    counts: Counter[str] = Counter()
    for story in stories:
        here, made, dates = settings(story, condition)
        read = when.whens(here.words, made, date.fromisoformat(story.story["published"]))
        for statement, gold, found in zip(made, dates, read, strict=True):
            got = found.date if found else None
            outcome = ("neither" if gold is None else "right") if got == gold else "other date" if got and gold else "none found" if gold else "none in gold"
            counts[outcome] += 1
            if show and outcome not in ("neither", "right"):
                at = statement.cue[0].start
                print(f"  {outcome}: gold {gold} read {got} | {here.words.text[max(0, at - 100) : at + 100]!r}")
    return counts


def report(corpora: Path, half: str | None) -> dict[str, dict[str, tuple[float, int]]]:
    """Prints the scores of dev in both conditions and returns the figures with their numbers of items."""
    stories = gold_stories(corpora, "dev", half)
    out: dict[str, dict[str, tuple[float, int]]] = {}
    for condition in CONDITIONS:
        found = summary(score(stories, condition))
        print(f"{condition}: dates {found}")
        out[condition] = {f"date {name}": (found[name], found["gold"]) for name in ("precision", "recall")}
    return out


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    parser.add_argument("--half", choices=("tune", "report"))
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong")
    args = parser.parse_args()
    stories = gold_stories(args.corpora, "train" if args.fit else args.split, args.half)
    if args.fit:
        rows = list(pairs(stories))
        found = fit(np.array([values for values, _ in rows]), np.array([float(right) for _, right in rows]))
        lines = [f'"{name}" = {weight:.3f}' for name, weight in zip(when.FEATURES, found.tolist(), strict=True)]
        TABLE.write_text(HEADER + f"threshold = {LEAST}\n\n[weights]\n" + "\n".join(lines) + "\n", encoding="utf8")
    for condition in CONDITIONS:
        c = score(stories, condition, args.wrong and condition == "clean")
        print(f"{condition}: {summary(c)}")


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
