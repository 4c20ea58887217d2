"""Scores the packaged (or another) model on stories of our own that it was not trained on: other beats and registers than PolNeAR.

    python -m evaluation.invented [--model FOLDER] [--wrong]

Two sets: every tenth of the stories in training/invented, by the same hand as those that were trained on, and those of evaluation/gold/invented, by
another. Measures are those of attribution.py, nested statements apart; `act` is the share of right acts among the statements that are right.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evaluation.attribution import Count, Item, Scores, matches
from evaluation.corpus import CONDITIONS, Case, Condition, cases
from rejoinder.pipeline import Reader
from rejoinder.types import Statement
from training.invented import gold_story, held_out, stories
from training.stories import GoldStory, Span

PARTS = ("outermost", "nested")


def rows(golds: list[GoldStory]) -> list[dict[str, Any]]:
    """The stories as PolNeAR's rows, with what each statement does and whether it is nested."""
    out: list[dict[str, Any]] = []
    for gold in golds:
        items = [{**{role: list(spans) for role, spans in g.spans.items()}, "act": g.act, "nested": g.nested} for g in gold.statements]
        out.append({"id": gold.id, "publisher": "invented", "text": gold.text, "attributions": [{"items": items}]})
    return out


def score(read: list[Case], nested: bool, wrong: bool = False) -> tuple[Scores, Count]:
    """Attribution scores of the outermost or the nested statements, and how many acts of the right ones are right."""
    scores, acts = Scores(), Count()
    for case in read:
        items = case.story["attributions"][0]["items"]
        theirs = [(i, gold) for i, gold in zip(items, case.gold, strict=True) if i["nested"] == nested]
        mine = [(p, s) for p, s in case.pairs if (s.inside is not None) == nested]
        gold, predicted = [g for _, g in theirs], [p for p, _ in mine]
        scores.add(gold, predicted)
        found = matches(gold, predicted)
        for (_, statement), match in zip(mine, found, strict=True):
            if match is not None:
                acts.add(int(theirs[match][0]["act"] == statement.act), 1, 1)
        if wrong:
            _show(case, theirs, mine, found)
    return scores, acts


def _show(case: Case, theirs: list[tuple[dict[str, Any], Item]], mine: list[tuple[Item, Statement]], found: list[int | None]) -> None:
    def words(spans: Iterable[Span]) -> str:
        return " … ".join(" ".join(case.text[a:b].split()) for a, b in spans)

    print(f"== {case.story['id']} {case.condition}")
    for k, (item, gold) in enumerate(theirs):
        if k not in found:
            shown = [words([(case.tokens[a][0], case.tokens[b][1]) for a, b in gold.runs[role]]) for role in ("source", "cue", "content")]
            print(f"  missed    {item['act']:9} {' | '.join(shown)}")
    for (_, s), match in zip(mine, found, strict=True):
        if match is None:
            print(f"  invented  {s.act or '':9} {words(s.source)} | {words(s.cue)} | {words(s.content)}  {s.confidence:.2f}")


def sets() -> dict[str, list[GoldStory]]:
    """The two sets by name."""
    return {"same hand": [gold_story(story) for story in stories(kept=True)], "other hand": [gold_story(story) for story in held_out()]}


def figures(reader: Reader, condition: Condition) -> dict[str, Count]:
    """Counts of outermost statements over both sets."""
    golds = [gold for found in sets().values() for gold in found]
    scores, acts = score(list(cases(reader, rows(golds), condition)), nested=False)
    return {"invented attribution": scores.counts["attribution"], "invented attribution exact": scores.counts["attribution exact"], "invented act": acts}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print what was missed and what was invented")
    args = parser.parse_args()
    reader = Reader(args.model)
    for name, golds in sets().items():
        for condition in CONDITIONS:
            read = list(cases(reader, rows(golds), condition))
            for part in PARTS:
                scores, acts = score(read, part == "nested", args.wrong)
                found = "  ".join(f"{measure} {count.f1:.1f}" for measure, count in scores.counts.items())
                count = scores.counts["attribution"]
                parts = f"({count.gold}) P {count.precision:.1f} R {count.recall:.1f}  {found}  act {acts.recall:.1f} of {acts.gold}"
                print(f"{name:10} {condition:8} {part:9} {parts}")


if __name__ == "__main__":
    main()
