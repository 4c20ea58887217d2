"""Scores statements inside statements against our own gold (training/annotation/nested-dev.jsonl), and two readers against each other.

    python -m evaluation.nesting

PolNeAR marks only outermost statements; ours marks those inside their contents. A predicted statement counts where its cue lies inside the content
of a gold outermost statement; measures are those of attribution.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evaluation.attribution import Count, Item, Scores, gold_tokens, item, matches
from evaluation.corpus import CORPORA, Case, carry, dev_stories, in_condition
from training.polnear import rows

ANNOTATION = Path(__file__).parents[1] / "training" / "annotation"
NESTED_MEASURES = ("nested cue", "nested attribution", "nested inside", "addressee")


def annotation(name: str, stories: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows of an annotation file by story; raises ValueError where a text is not the one that was annotated."""
    texts = {story["id"]: story["text"] for story in stories}
    out: dict[str, dict[str, Any]] = {}
    for row in rows(ANNOTATION / name):
        if hashlib.sha256(texts[row["id"]].encode()).hexdigest() != row["sha256"]:
            raise ValueError(f"{name}: the text of {row['id']} is not the one that was annotated")
        out[row["id"]] = row
    return out


def nested_scores(read: Iterable[Case]) -> dict[str, Count]:
    """Counts by NESTED_MEASURES over the annotated stories.

    nested cue: cues share a token. nested attribution: as in attribution.py. nested inside: of the right ones, how many have `inside` set (as hits of both
    precision and recall). addressee: of outermost statements that are right, whose addressee overlaps gold's.
    """
    counts = {measure: Count() for measure in NESTED_MEASURES}
    read = list(read)
    gold_rows = annotation("nested-dev.jsonl", [case.story for case in read])
    for case in read:
        if row := gold_rows.get(case.story["id"]):
            _score_story(case, row, counts)
    return counts


def _score_story(case: Case, row: dict[str, Any], counts: dict[str, Count]) -> None:
    variant, _ = in_condition(case.story, case.condition)
    gold = [item({role: carry(n[role], variant) for role in ("source", "cue", "content")}, case.tokens, case.text) for n in row["nested"]]
    gold = [g for g in gold if g.sets["cue"]]
    outer_content = {k for g in case.gold for k in g.sets["content"]}
    inner = [(p, s) for p, s in case.pairs if p.sets["cue"] <= outer_content and not any(p.sets["cue"] & g.sets["cue"] for g in case.gold)]
    predicted = [p for p, _ in inner]
    hits = sum(any(p.sets["cue"] & g.sets["cue"] for g in gold) for p in predicted)
    counts["nested cue"].add(hits, len(predicted), len(gold))
    pairs = matches(gold, predicted)
    right = [s for (_, s), match in zip(inner, pairs, strict=True) if match is not None]
    counts["nested attribution"].add(len(right), len(predicted), len(gold))
    counts["nested inside"].add(sum(s.inside is not None for s in right), len(right), len(right))
    _score_addressees(case, row, counts["addressee"], variant)


def _score_addressees(case: Case, row: dict[str, Any], count: Count, variant: Any) -> None:
    numbers = [k for k, i in enumerate(case.story["attributions"][0]["items"]) if i.get("cue")]
    for (_, statement), match in zip(case.outer, matches(case.gold, [p for p, _ in case.outer]), strict=True):
        if match is None:
            continue
        known = row["addressees"].get(str(numbers[match]))
        spans = carry([known], variant) if known else []
        overlap = any(a < d and c < b for a, b in spans for c, d in statement.addressee)
        count.add(int(overlap), int(bool(statement.addressee)), int(bool(spans)))


def agreement(stories: list[dict[str, Any]]) -> Scores:
    """The second reader's nested statements against the first's."""
    first, second = annotation("nested-dev.jsonl", stories), annotation("nested-dev-second.jsonl", stories)
    texts = {story["id"]: story for story in stories}
    scores = Scores()
    for name, row in second.items():
        story = texts[name]
        tokens = gold_tokens(story)
        a: list[Item] = [item(n, tokens, story["text"]) for n in first[name]["nested"]]
        b: list[Item] = [item(n, tokens, story["text"]) for n in row["nested"]]
        scores.add(a, b)
    return scores


def main() -> None:
    """Prints the agreement of the two readers."""
    scores = agreement(dev_stories(CORPORA))
    for measure, count in scores.counts.items():
        print(f"{measure:20s} P {count.precision:5.1f}  R {count.recall:5.1f}  F1 {count.f1:5.1f}  ({count.gold} and {count.predicted})")


if __name__ == "__main__":
    main()
