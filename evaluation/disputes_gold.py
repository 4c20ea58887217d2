"""Our own gold for acts, times and links, with the statements that it stands on (evaluation/act_sheet.py makes it)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.corpus import CORPORA, Condition, carry, dev_stories, in_condition
from evaluation.nesting import ANNOTATION, annotation
from evaluation.sheet import LISTS, statements
from rejoinder.statements.mode import quoted_mode
from rejoinder.tagging.words import split
from rejoinder.types import Span, Statement
from training import invented
from training.polnear import rows

FILES = {"dev": Path(__file__).parent / "gold" / "acts.jsonl", "train": ANNOTATION / "acts-train.jsonl"}


@dataclass(frozen=True, slots=True)
class Story:
    """A corpus story, the statements that were judged (evaluation/sheet.py) and the row of gold."""

    story: dict[str, Any]
    items: list[dict[str, Any]]
    gold: dict[str, Any]


def gold_stories(corpora: Path = CORPORA, split_name: str = "dev", half: str | None = None) -> list[Story]:
    """Stories with every act, time and link; of one half (tune, report) of dev where it is given."""
    halves = {cells[0]: cells[2] for line in LISTS["dev"].read_text(encoding="utf8").splitlines() if len(cells := line.split("\t")) > 2}
    whole = (row for row in rows(FILES[split_name]) if "links" in row)
    gold = {row["id"]: row for row in whole if half is None or halves.get(row["id"]) == half}
    every = dev_stories(corpora, split_name)
    nested = annotation(f"nested-{split_name}.jsonl", every)
    return [Story(story, statements(story, nested.get(story["id"])), gold[story["id"]]) for story in every if story["id"] in gold]


def invented_stories(kept: bool = False) -> list[Story]:
    """Our own stories with marked statements, as stories of gold: those that were trained on, or all that were not."""
    out: list[Story] = []
    for told in [*invented.stories(kept=True), *invented.held_out()] if kept else invented.stories():
        numbers = sorted(told.statements, key=lambda n: told.statements[n].anchor)
        marked = [told.statements[n] for n in numbers]
        place = {n: k for k, n in enumerate(numbers)}
        items = [{**{role: [list(span) for span in spans] for role, spans in m.spans.items()}, "nested": m.nested} for m in marked]
        links = [{"from": place[a], "to": place[b], "relation": relation} for a, b, relation in told.links]
        judged = [{"act": m.act, "negated": m.flags[0], "hypothetical": m.flags[1]} for m in marked]
        out.append(Story({"id": told.id, "text": told.text, "published": told.published}, items, {"statements": judged, "links": links}))
    return out


def gold_statements(story: Story, condition: Condition) -> list[Statement]:
    """Gold's statements on the text in a condition, in gold's order, each inside the smallest one whose content holds its cue."""
    variant, _ = in_condition(story.story, condition)
    words = split(story.story["text"])
    contents = [[(a, b) for a, b in item.get("content") or []] for item in story.items]
    made: list[Statement] = []
    for k, item in enumerate(story.items):
        spans = {role: tuple(Span(*s) for s in carry(item.get(role) or [], variant)) for role in ("source", "cue", "content", "addressee")}
        first, last = item["cue"][0]
        holders = [j for j, content in enumerate(contents) if j != k and any(a <= first and last <= b for a, b in content)] if item["nested"] else []
        inside = min(holders, key=lambda j: sum(b - a for a, b in contents[j]), default=None)
        made.append(
            Statement(
                id=f"s{k + 1}",
                mode=quoted_mode(words, contents[k]),
                confidence=1.0,
                inside=None if inside is None else f"s{inside + 1}",
                source=spans["source"],
                cue=spans["cue"],
                content=spans["content"],
                addressee=spans["addressee"],
            )
        )
    return made
