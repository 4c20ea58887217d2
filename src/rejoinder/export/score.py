"""Stage: export. Gold readings and what is found in the same stories -> figures.

  source/cue/content exact  every contiguous stretch of a role, equal in first and last token
  attribution               relaxed: cues share a token, sources share a token (or both have none), contents overlap by half (Jaccard)
  attribution exact         cue, source and content equal, punctuation at the edges not counted
  act                       of the found statements whose cue is gold's and has an act there: share with the same act
  link, relation            pairs of statements with their relation; a link with an end that gold does not have counts as wrong

The rules are those by which the packaged model's own figures are made (evaluation/attribution.py, evaluation/links.py). Where gold marks no statement inside
another, nested ones are not counted; acts and links are scored only where gold has some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from rejoinder.export.matching import ROLES, Item, by_cue, items, matches
from rejoinder.types import Link, Reading, Relation, Statement, Story

if TYPE_CHECKING:
    from rich.table import Table

MEASURES = (*(f"{role} exact" for role in ROLES), "attribution", "attribution exact")


@dataclass(slots=True)
class Count:
    """Hits among found and gold items; percentages are 0 where there is nothing to divide by."""

    hits: int = 0
    found: int = 0
    gold: int = 0

    def add(self, hits: int, found: int, gold: int) -> None:
        """Adds one story's figures."""
        self.hits, self.found, self.gold = self.hits + hits, self.found + found, self.gold + gold

    @property
    def precision(self) -> float:
        """In percent."""
        return 100 * self.hits / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """In percent."""
        return 100 * self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """In percent."""
        both = self.found + self.gold
        return 200 * self.hits / both if both else 0.0


def _counts() -> dict[str, Count]:
    return {measure: Count() for measure in (*MEASURES, "link", *get_args(Relation))}


@dataclass(slots=True)
class Score:
    """Figures over all stories.

    nested: whether statements inside others were counted. counts: by measure, "link" and each relation. acts: of so many found statements that have an act in
    gold, acts_right have the same.
    """

    stories: int = 0
    nested: bool = False
    counts: dict[str, Count] = field(default_factory=_counts)
    acts: int = 0
    acts_right: int = 0

    @property
    def act(self) -> float:
        """Accuracy of acts in percent."""
        return 100 * self.acts_right / self.acts if self.acts else 0.0


def score(gold: Iterable[Reading], found: Callable[[Story], Reading]) -> Score:
    """Scores `found` (a Reader's `read`, say) on the stories of `gold`.

    Args:
        gold: readings that are held to be right, of read_brat or read_contract.
        found: reads a story; is called once for each.
    """
    # Whether gold marks nested statements is known only at its end: count both ways.
    outer, every = Score(), Score(nested=True)
    for reading in gold:
        other = found(reading.story)
        _add_statements(outer, reading, [s for s in reading.statements if s.inside is None], [s for s in other.statements if s.inside is None])
        _add_statements(every, reading, reading.statements, other.statements)
        pairs = by_cue(reading.statements, other.statements)
        for one in (outer, every):
            one.stories += 1
            _add_acts(one, reading.statements, other.statements, pairs)
            _add_links(one, reading, other, pairs)
    return every if _has_nested(outer, every) else outer


def _has_nested(outer: Score, every: Score) -> bool:
    return every.counts["attribution"].gold > outer.counts["attribution"].gold


def _add_statements(to: Score, reading: Reading, gold: Sequence[Statement], found: Sequence[Statement]) -> None:
    a, b = items(reading.story.text, gold), items(reading.story.text, found)
    for role in ROLES:
        to.counts[f"{role} exact"].add(*_shared({run for item in a for run in item.runs[role]}, {run for item in b for run in item.runs[role]}))
    to.counts["attribution exact"].add(*_shared(_trimmed(a), _trimmed(b)))
    to.counts["attribution"].add(sum(match is not None for match in matches(a, b)), len(b), len(a))


def _trimmed(of: Iterable[Item]) -> set[object]:
    return {item.trimmed for item in of}


def _shared(gold: set[Any], found: set[Any]) -> tuple[int, int, int]:
    return len(gold & found), len(found), len(gold)


def _add_acts(to: Score, gold: Sequence[Statement], found: Sequence[Statement], pairs: Sequence[int | None]) -> None:
    for statement, k in zip(found, pairs, strict=True):
        if k is not None and gold[k].act is not None:
            to.acts += 1
            to.acts_right += statement.act == gold[k].act


def _add_links(to: Score, reading: Reading, other: Reading, pairs: Sequence[int | None]) -> None:
    ids = {statement.id: reading.statements[k].id for statement, k in zip(other.statements, pairs, strict=True) if k is not None}
    outermost = {statement.id for statement in other.statements if statement.inside is None}
    gold = {(link.start, link.end, link.relation) for link in reading.links}
    got = {(ids[link.start], ids[link.end], link.relation) for link in other.links if link.start in ids and link.end in ids}
    stray = [link for link in other.links if _is_wrong(link, ids.keys(), outermost, to.nested)]
    to.counts["link"].add(len(gold & got), len(got) + len(stray), len(gold))
    for relation in get_args(Relation):
        a, b = ({pair for pair in pairs_ if pair[2] == relation} for pairs_ in (gold, got))
        to.counts[relation].add(len(a & b), len(b) + sum(link.relation == relation for link in stray), len(a))


def _is_wrong(link: Link, known: Iterable[str], outermost: set[str], nested: bool) -> bool:
    """An end that gold lacks makes a link wrong, unless that end is a nested statement and gold marks none."""
    lost = {link.start, link.end}.difference(known)
    return bool(lost) and (nested or bool(lost & outermost))


def to_dict(score: Score) -> dict[str, Any]:
    """The figures for JSON: percentages with one decimal beside their counts; act and links only where gold has some."""
    out: dict[str, Any] = {"stories": score.stories, "nested": score.nested, **{name: _figures(score.counts[name]) for name in MEASURES}}
    if score.acts:
        out["act"] = {"accuracy": round(score.act, 1), "right": score.acts_right, "of": score.acts}
    if score.counts["link"].gold:
        out |= {name: _figures(count) for name, count in score.counts.items() if name not in MEASURES and count.gold}
    return out


def _figures(count: Count) -> dict[str, float]:
    percents = {"precision": count.precision, "recall": count.recall, "f1": count.f1}
    return {**{name: round(value, 1) for name, value in percents.items()}, "hits": count.hits, "found": count.found, "gold": count.gold}


def table(score: Score) -> Table:
    """The figures for a person."""
    from rich.table import Table

    kind = "nested ones too" if score.nested else "outermost ones"
    out = Table(title=f"{score.stories} {'story' if score.stories == 1 else 'stories'}, statements: {kind}")
    out.add_column("measure")
    for name in ("P", "R", "F1", "right", "found", "gold"):
        out.add_column(name, justify="right")
    for name, row in to_dict(score).items():
        if name == "act":
            out.add_row("act (accuracy)", "", "", f"{row['accuracy']:.1f}", str(row["right"]), "", str(row["of"]))
        elif isinstance(row, dict):
            count = score.counts[name]
            out.add_row(name, f"{count.precision:.1f}", f"{count.recall:.1f}", f"{count.f1:.1f}", str(count.hits), str(count.found), str(count.gold))
    return out
