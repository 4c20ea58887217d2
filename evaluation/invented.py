"""Scores the packaged (or another) model on our own stories that were kept from training (training/invented.py): other beats and registers than PolNeAR.

    python -m evaluation.invented [--model FOLDER] [--all] [--wrong]

Measures are those of attribution.py, nested statements apart; `act` is the share of right acts among the statements that are right.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evaluation.attribution import Count, Scores, matches
from evaluation.corpus import CONDITIONS, Case, cases
from rejoinder.pipeline import Reader
from training.invented import gold_story, stories
from training.stories import GoldStory, Span

PARTS = ("outermost", "nested")


def rows(golds: list[GoldStory], nested: bool) -> list[dict[str, Any]]:
    """The stories as PolNeAR's rows, with their outermost or their nested statements, cues first and acts beside."""
    out: list[dict[str, Any]] = []
    for gold in golds:
        items = [{**{role: list(spans) for role, spans in g.spans.items()}, "act": g.act} for g in gold.statements if g.nested == nested]
        out.append({"id": gold.id, "publisher": "invented", "text": gold.text, "attributions": [{"items": items}]})
    return out


def score(read: list[Case], nested: bool, wrong: bool) -> tuple[Scores, Count]:
    """Attribution scores of one part and how many acts of the right statements are right."""
    scores, acts = Scores(), Count()
    for case in read:
        gold_acts = [item["act"] for item in case.story["attributions"][0]["items"]]
        mine = [(p, s) for p, s in case.pairs if (s.inside is not None) == nested]
        scores.add(case.gold, [p for p, _ in mine])
        found = matches(case.gold, [p for p, _ in mine])
        for (_, statement), match in zip(mine, found, strict=True):
            if match is not None:
                acts.add(int(gold_acts[match] == statement.act), 1, 1)
        if wrong:
            _show(case, mine, found)
    return scores, acts


def _show(case: Case, mine: list[Any], found: list[int | None]) -> None:
    def words(spans: Iterable[Span]) -> str:
        return " … ".join(" ".join(case.text[a:b].split()) for a, b in spans)

    print(f"== {case.story['id']} {case.condition}")
    for k, (item, gold) in enumerate(zip(case.story["attributions"][0]["items"], case.gold, strict=True)):
        if k not in found:
            shown = [words([(case.tokens[a][0], case.tokens[b][1]) for a, b in gold.runs[role]]) for role in ("source", "cue", "content")]
            print(f"  missed    {item['act']:9} {' | '.join(shown)}")
    for (_, s), match in zip(mine, found, strict=True):
        if match is None:
            print(f"  invented  {s.act or '':9} {words(s.source)} | {words(s.cue)} | {words(s.content)}  {s.confidence:.2f}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--all", action="store_true", help="the stories that were trained on too")
    parser.add_argument("--wrong", action="store_true", help="print what was missed and what was invented")
    args = parser.parse_args()
    golds = [gold_story(story) for kept in ((True, False) if args.all else (True,)) for story in stories(kept=kept)]
    reader = Reader(args.model)
    for condition in CONDITIONS:
        for part in PARTS:
            nested = part == "nested"
            scores, acts = score(list(cases(reader, rows(golds, nested), condition)), nested, args.wrong)
            figures = "  ".join(f"{measure} {count.f1:.1f}" for measure, count in scores.counts.items())
            count = scores.counts["attribution"]
            print(f"{condition:8} {part:9} ({count.gold}) P {count.precision:.1f} R {count.recall:.1f}  {figures}  act {acts.recall:.1f} of {acts.gold}")


if __name__ == "__main__":
    main()
