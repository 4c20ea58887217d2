"""Scores acts and links against our own gold; fit_links.py fits the weights of links.

    python -m evaluation.links [--half report] [--wrong]      acts, flags and links on dev, with baselines
    python -m evaluation.links --invented                     on our own stories that were kept from training

**given**: gold's statements with the program's acts, actors and meanings, so that only acts and links are judged. **found**: what the
program reads by itself, on the statements of gold that it finds; a link whose ends gold does not know counts as wrong, unless an end
is a nested statement in a story whose nested statements nobody marked.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.attribution import Count
from evaluation.corpus import CONDITIONS, CORPORA, Condition, carry, dev_stories, in_condition
from evaluation.disputes_gold import Story, gold_statements, gold_stories, invented_stories
from evaluation.nesting import annotation
from rejoinder.actors.resolve import resolve
from rejoinder.disputes import link as linking
from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.statements.act_words import evidence
from rejoinder.statements.acts import Acts, cue_acts, cue_at, doing, opinions, probabilities
from rejoinder.statements.when import dated
from rejoinder.tagging.labels import ACTS, FLAGS, MEANING_WIDTH
from rejoinder.tagging.marked import EDGES, Parts
from rejoinder.tagging.tagger import Tags
from rejoinder.tagging.words import Words
from rejoinder.types import Actor, Link, Statement


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A story in one condition: the program's view of gold's statements (or its own statements), and gold."""

    story: Story
    words: Words
    statements: list[Statement]
    actors: tuple[Actor, ...]
    meanings: NDArray[np.floating]
    acts: NDArray[np.floating]
    match: list[int | None]  # index of gold's statement for each of `statements`


def given(reader: Reader, story: Story, condition: Condition) -> Read:
    """Gold's statements, read as the program would read them had it found them."""
    read = undated(reader, story, condition)
    return replace(read, statements=list(dated(read.words, read.statements, date.fromisoformat(story.story["published"]))))


def undated(reader: Reader, story: Story, condition: Condition) -> Read:
    """The same without their times."""
    variant, _ = in_condition(story.story, condition)
    tags = reader.tag(variant.text)
    made = gold_statements(story, condition)
    meanings, acts = np.zeros((len(made), MEANING_WIDTH)), np.zeros((len(made), len(ACTS)))
    behind = [_row(tags, statement) for statement in made]
    heads = Acts(np.zeros((len(made), len(ACTS)), np.float32), np.zeros((len(made), len(FLAGS)), np.float32))
    for k, row in enumerate(behind):
        if row is not None:
            heads.acts[k], heads.flags[k] = row.acts, row.flags
    thought = opinions(heads, [parts_of(tags.words, statement) for statement in made], tags.reread)
    for k, (statement, row) in enumerate(zip(made, behind, strict=True)):
        word = row.anchor if row is not None else _last_word(tags.words, statement)
        said = [" ".join(variant.text[a:b] for a, b in spans) for spans in (statement.source, statement.cue, statement.content)]
        acts[k] = probabilities(cue_at(tags.words, word), thought.acts[k], evidence(*said))
        made[k] = replace(statement, **doing(acts[k], thought.flags[k], *said[:2])._asdict())
        if row is not None:
            meanings[k] = row.meaning
    actors, resolved = resolve(tags, made)
    return Read(story, tags.words, list(resolved), actors, meanings, acts, list(range(len(made))))


def parts_of(words: Words, statement: Statement) -> Parts:
    """The words of a statement's parts; a cue has one at least, the story's first where it has none."""
    parts = {role: [(int(words.end.searchsorted(a, "right")), int(words.start.searchsorted(b))) for a, b in getattr(statement, role)] for role in EDGES}
    parts = {role: [(a, b) for a, b in runs if a < b] for role, runs in parts.items()}
    return {**parts, "cue": parts["cue"] or [(0, 1)]}


def _last_word(words: Words, statement: Statement) -> int:
    """The last word of the cue, which heads most."""
    return max(int(np.searchsorted(words.start, statement.cue[-1].end)) - 1, 0) if statement.cue else 0


def _row(tags: Tags, statement: Statement) -> Any:
    """The row whose anchor stands in the statement's cue, the likeliest if several do."""
    inside = [r for r in tags.rows if any(a <= tags.words.start[r.anchor] < b for a, b in statement.cue)]
    return max(inside, key=lambda r: max(r.outer, r.nested), default=None)


def found(reader: Reader, story: Story, condition: Condition) -> tuple[Read, tuple[Link, ...]]:
    """What the program reads by itself, statements matched to gold's by their cues."""
    variant, _ = in_condition(story.story, condition)
    reading = reader.read(make_story(variant.text, published=story.story["published"]))
    gold = [carry(item["cue"], variant) for item in story.items]
    match: list[int | None] = []
    used: set[int] = set()
    for s in reading.statements:
        k = next((k for k, cue in enumerate(gold) if k not in used and any(a < d and c < b for a, b in cue for c, d in s.cue)), None)
        match.append(k)
        if k is not None:
            used.add(k)
    meanings = reading.meanings if reading.meanings is not None else np.zeros((len(reading.statements), MEANING_WIDTH))
    return Read(story, Words.__new__(Words), list(reading.statements), reading.actors, meanings, np.zeros((0, 0)), match), reading.links


def score_links(read: Read, links: Iterable[Link], nested_known: bool, counts: dict[str, Count], confusion: Counter[tuple[str, str]]) -> list[str]:
    """Adds to counts: "link" (pair and relation), "pair", and each relation; returns what is wrong, in words."""
    number = {s.id: k for k, s in enumerate(read.statements)}
    gold = {(link["from"], link["to"]): link["relation"] for link in read.story.gold["links"]}
    got: dict[tuple[int, int], str] = {}
    stray = 0
    for link in links:
        a, b = number[link.start], number[link.end]
        ends = read.match[a], read.match[b]
        if ends[0] is None or ends[1] is None:
            lost = [s for s, m in ((read.statements[a], ends[0]), (read.statements[b], ends[1])) if m is None]
            stray += nested_known or any(s.inside is None for s in lost)
        else:
            got[ends[0], ends[1]] = link.relation
    counts["pair"].add(len(gold.keys() & got.keys()), len(got) + stray, len(gold))
    counts["link"].add(sum(gold.get(pair) == relation for pair, relation in got.items()), len(got) + stray, len(gold))
    for relation in linking.RELATIONS:
        mine, theirs = {p for p, r in got.items() if r == relation}, {p for p, r in gold.items() if r == relation}
        counts[relation].add(len(mine & theirs), len(mine), len(theirs))
    for pair in gold.keys() | got.keys():
        confusion[gold.get(pair, "none"), got.get(pair, "none")] += 1
    return [
        f"{gold.get(p, 'none')} read {got.get(p, 'none')}\n     {_line(read, p[0])}\n     {_line(read, p[1])}"
        for p in gold.keys() | got.keys()
        if gold.get(p) != got.get(p)
    ]


def _line(read: Read, k: int) -> str:
    text, item, gold = read.story.story["text"], read.story.items[k], read.story.gold["statements"][k]
    return f"[{gold['act']}] " + " | ".join(
        " ".join(" … ".join(text[a:b] for a, b in item.get(role) or []).split())[:110] for role in ("source", "cue", "content")
    )


def baseline(read: Read) -> list[Link]:
    """For each denial the nearest statement before it that concerns the denier or that somebody else made: what needs no training."""
    out: list[Link] = []
    for k, s in enumerate(read.statements):
        if s.act == "deny":
            before = [t for t in read.statements[:k][::-1] if t.speaker != s.speaker]
            best = next((t for t in before if s.speaker and t.target == s.speaker), before[0] if before else None)
            if best:
                out.append(Link(s.id, best.id, "denies", s.cue, 1.0))
    return out


def act_counts(reads: Iterable[Read]) -> dict[str, Any]:
    """Accuracy of acts and flags, macro F1, the cue table's accuracy alone, and the confusion of acts."""
    right: Counter[str] = Counter()
    by_act: dict[str, Count] = defaultdict(Count)
    confusion: Counter[tuple[str, str]] = Counter()
    for read in reads:
        for s, k in zip(read.statements, read.match, strict=True):
            if k is None:
                continue
            gold = read.story.gold["statements"][k]
            right["n"] += 1
            right["act"] += s.act == gold["act"]
            right["none"] += s.act is None
            for flag in ("negated", "hypothetical"):
                right[flag] += getattr(s, flag) == gold[flag]
            words = [w for a, b in read.story.items[k]["cue"] for w in read.story.story["text"][a:b].lower().split()]
            right["cue table alone"] += next((cue_acts()[w] for w in reversed(words) if w in cue_acts()), "assert") == gold["act"]
            confusion[gold["act"], s.act or "none"] += 1
            for act in ACTS:
                by_act[act].add(int(s.act == gold["act"] == act), int(s.act == act), int(gold["act"] == act))
    n = max(right["n"], 1)
    return {
        "statements": right["n"],
        **{name: round(100 * right[name] / n, 1) for name in ("act", "none", "negated", "hypothetical", "cue table alone")},
        "macro F1": round(sum(c.f1 for c in by_act.values()) / len(ACTS), 1),
        "F1": {act: round(c.f1, 1) for act, c in by_act.items()},
        "confused": [f"{a} read {b}: {c}" for (a, b), c in confusion.most_common(40) if a != b][:14],
    }


def report(reader: Reader, corpora: Path, half: str | None, split_name: str = "dev", show: bool = False) -> dict[str, dict[str, tuple[float, int]]]:
    """Prints the scores of both conditions, and returns the main figures with their numbers of items."""
    stories = gold_stories(corpora, split_name, half)
    known = annotation(f"nested-{split_name}.jsonl", dev_stories(corpora, split_name)).keys()
    return judge(reader, stories, known, show)


def judge(reader: Reader, stories: Sequence[Story], known: Container[str], show: bool = False) -> dict[str, dict[str, tuple[float, int]]]:
    """Prints the scores of these stories in both conditions, and returns the main figures; known: ids of stories of which nested statements are marked."""
    out: dict[str, dict[str, tuple[float, int]]] = {}
    for condition in CONDITIONS:
        ways: dict[str, list[tuple[Read, Sequence[Link]]]] = {"given": [], "found": [], "baseline": []}
        for story in stories:
            read = given(reader, story, condition)
            ways["given"].append((read, linking.link(read.words, read.statements, read.actors, read.meanings, read.acts)))
            ways["found"].append(found(reader, story, condition))
            ways["baseline"].append((read, baseline(read)))
        for way, pairs_ in ways.items():
            counts: dict[str, Count] = defaultdict(Count)
            confusion: Counter[tuple[str, str]] = Counter()
            wrong = [w for read, links in pairs_ for w in score_links(read, links, read.story.story["id"] in known, counts, confusion)]
            if way != "baseline":
                acts = act_counts(read for read, _ in pairs_)
                print(f"{condition}, {way}: acts {acts}")
                out.setdefault(condition, {}).update(
                    {f"act, {way}": (acts["act"], acts["statements"]), f"act macro F1, {way}": (acts["macro F1"], acts["statements"])}
                )
            print(
                f"{condition}, {way}: links "
                + ", ".join(f"{name} P {c.precision:.1f} R {c.recall:.1f} F1 {c.f1:.1f} of {c.gold}" for name, c in counts.items())
            )
            print(f"    relations {[f'{a} read {b}: {c}' for (a, b), c in confusion.most_common() if a != b]}")
            if way != "baseline":
                out[condition].update({f"link, {way}": (round(counts["link"].f1, 1), counts["link"].gold)})
            if show and way == "given":
                print("\n".join(f"  {w}" for w in wrong))
    return out


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--half", choices=("tune", "report"))
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--invented", action="store_true", help="score our own stories that were kept from training")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong")
    args = parser.parse_args()
    reader = Reader(args.model)
    if args.invented:
        stories = invented_stories(kept=True)
        judge(reader, stories, [story.story["id"] for story in stories], args.wrong)
        return
    report(reader, args.corpora, args.half, args.split, args.wrong)


if __name__ == "__main__":
    main()
