"""Scores speakers, addressees and targets against our own gold (evaluation/gold/actors.jsonl, GUIDE.md), and two readers against each other.

    python -m evaluation.actors [--half report] [--split dev] [--wrong]

Two figures a condition. **given**: gold's statements are resolved, so that every statement counts and nothing but the resolving is judged. **found**: what
the program reads by itself, on the statements of gold that it finds. An actor is right where it is the same: the same id, or a person with the same last
name and no other first name, or a body or country with the same name; actors without a name are right where the program's actor goes with gold's in most
of the statements that either of them has.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.attribution import Count
from evaluation.corpus import CONDITIONS, CORPORA, Condition, carry, dev_stories, in_condition
from evaluation.nesting import ANNOTATION, annotation
from evaluation.sheet import LISTS, statements
from rejoinder.actors.lexicon import short_names
from rejoinder.actors.resolve import resolve
from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.statements.mode import quoted_mode
from rejoinder.tagging.words import split
from rejoinder.types import Actor, Span, Statement
from training.invented import Invented, marked, stories
from training.polnear import rows

GOLD = Path(__file__).parent / "gold"
PARTS = ("speaker", "to", "target")
SMALL = frozenset("of the and for on in to a".split())  # words that tell no body from another
HALF = 0.5
PLURAL = 4  # letters of a body's word up to which an "s" at its end is kept; beyond it tells nothing: "presidents-office", "president-office"


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement's gold actors and the program's, with the gold actors' rows and the program's actors of the story."""

    story: str
    text: str
    gold: Mapping[str, str | None]
    read: Mapping[str, str | None]
    words: str


@dataclass(slots=True)
class Tally:
    """Counts by part, speakers apart by whether gold can name them; and what is wrong."""

    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    wrong: list[tuple[str, Pair]] = field(default_factory=list["tuple[str, Pair]"])


def gold_rows(split_name: str, half: str | None) -> Iterator[dict[str, Any]]:
    """Rows of gold, of one half (tune, report) where the list knows halves."""
    halves = {cells[0]: cells[2] for line in LISTS[split_name].read_text(encoding="utf8").splitlines() if len(cells := line.split("\t")) > 2}
    file = GOLD / "actors.jsonl" if split_name == "dev" else ANNOTATION / "actors-train.jsonl"
    for row in rows(file):
        if half is None or halves.get(row["id"], half) == half:
            yield row


def given(reader: Reader, story: Mapping[str, Any], nested: Any, condition: Condition) -> tuple[str, tuple[Actor, ...], tuple[Statement, ...]]:
    """Gold's statements resolved: text, actors, statements in gold's order."""
    variant, _ = in_condition(dict(story), condition)
    clean_words = split(story["text"])
    made: list[Statement] = []
    contents: list[list[tuple[int, int]]] = []
    for k, item in enumerate(statements(dict(story), nested)):
        spans = {role: tuple(Span(*s) for s in carry(item.get(role) or [], variant)) for role in ("source", "cue", "content", "addressee")}
        mode = quoted_mode(clean_words, [(a, b) for a, b in item.get("content") or []])
        cue = item["cue"][0]
        holders = [j for j, c in enumerate(contents) if any(a <= cue[0] and cue[1] <= b for a, b in c)]
        inside = f"s{min(holders, key=lambda j: sum(b - a for a, b in contents[j])) + 1}" if holders and item["nested"] else None
        contents.append([(a, b) for a, b in item.get("content") or []])
        made.append(Statement(f"s{k + 1}", spans["source"], spans["cue"], spans["content"], spans["addressee"], mode, 1.0, inside))
    # A holder's cue may come after what it holds.
    for k, item in enumerate(statements(dict(story), nested)):
        if item["nested"] and made[k].inside is None:
            cue = item["cue"][0]
            holders = [j for j, c in enumerate(contents) if j != k and any(a <= cue[0] and cue[1] <= b for a, b in c)]
            if holders:
                best = min(holders, key=lambda j: sum(b - a for a, b in contents[j]))
                if made[best].inside != made[k].id:
                    made[k] = Statement(**{**{n: getattr(made[k], n) for n in Statement.__slots__}, "inside": f"s{best + 1}"})
    actors, resolved = resolve(reader.tag(variant.text), made)
    return variant.text, actors, resolved


def same(gold: str, read: str, together: Mapping[str, str], named: bool) -> bool:
    """Whether the program's actor is gold's."""
    if gold == read or gold.lower() == read.lower():
        return True
    kind, name = gold.split(":", 1)
    other_kind, other = read.lower().split(":", 1)
    if not named:
        return together.get(gold) == read
    a, b = _parts(name), _parts(other)
    if kind == other_kind == "person":
        first, second = short_names().get(a[0], a[0]), short_names().get(b[0], b[0])
        shorter, longer = sorted((set(a), set(b)), key=len)
        return (a[-1] == b[-1] and (first == second or a[0][0] == b[0])) or shorter <= longer
    states = ("country", "government")
    if kind in states and other_kind in states:
        return name == other
    if "person" in (kind, other_kind):
        return False
    initials = ("".join(w[0] for w in words if w not in SMALL) for words in (a, b))
    short = ("".join(b), "".join(a))
    a, b = ([w.removesuffix("s") if len(w) > PLURAL else w for w in words if w not in SMALL] for words in (a, b))
    return 2 * len(set(a) & set(b)) >= len(set(a) | set(b)) or any(x == y for x, y in zip(initials, short, strict=True))


def _parts(name: str) -> list[str]:
    """Words of a slug, the usual abbreviations written out, "o-neill" as one."""
    for short, long in (("gop", "republican-party"), ("un", "united-nations"), ("u-n", "united-nations"), ("us", "united-states"), ("u-s", "united-states")):
        name = f"{long}{name[len(short) :]}" if name == short or name.startswith(f"{short}-") else name
    return re.sub(r"-s(?=-|$)", "s", re.sub(r"\b(o|d)-(?=[a-z]{3})", r"\1", name)).split("-")


def going_together(pairs: Iterable[Pair]) -> dict[str, dict[str, str]]:
    """For each story, gold actor -> the program's actor that it goes with most, where that is true the other way round too."""
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for pair in pairs:
        for part in PARTS:
            if (gold := pair.gold[part]) and (read := pair.read[part]):
                counts[pair.story][gold, read] += 1
    out: dict[str, dict[str, str]] = {}
    for story, counter in counts.items():
        forth: dict[str, str] = {}
        back: set[str] = set()
        for (gold, read), _ in counter.most_common():
            if gold not in forth and read not in back:
                forth[gold] = read
                back.add(read)
        out[story] = forth
    return out


def score(pairs: list[Pair], named: Mapping[str, Mapping[str, bool]]) -> Tally:
    """Counts by part; `named` by story and actor."""
    together = going_together(pairs)
    tally = Tally()
    for pair in pairs:
        for part in PARTS:
            gold, read = pair.gold[part], pair.read[part]
            nameable = bool(gold and named[pair.story].get(gold))
            right = bool(gold and read and same(gold, read, together.get(pair.story, {}), nameable))
            tally.counts[part].add(int(right), int(read is not None), int(gold is not None))
            if part == "speaker":
                tally.counts["nameable speaker" if nameable else "other speaker"].add(int(right), int(read is not None), int(gold is not None))
            if not right and (gold or read):
                tally.wrong.append((part, pair))
    return tally


def pairs_of(reader: Reader, story: Mapping[str, Any], row: Mapping[str, Any], nested: Any, condition: Condition, by_itself: bool) -> list[Pair]:
    """The statements of one story with gold's actors and the program's."""
    variant, _ = in_condition(dict(story), condition)
    if by_itself:
        reading = reader.read(make_story(variant.text))
        read = list(reading.statements)
    else:
        _, _, resolved = given(reader, story, nested, condition)
        read = list(resolved)
    out: list[Pair] = []
    used: set[str] = set()
    for k, gold in enumerate(row["statements"]):
        cue = carry(gold["cue"], variant)
        found = read[k] if not by_itself else next((s for s in read if s.id not in used and any(a < d and c < b for a, b in cue for c, d in s.cue)), None)
        if found is None or not cue:
            continue
        used.add(found.id)
        words = f"{_words(variant.text, found.source)} | {_words(variant.text, found.cue)} | {_words(variant.text, found.content)[:70]}"
        out.append(Pair(story["id"], variant.text, gold, {part: getattr(found, part) for part in PARTS}, words))
    return out


def _words(text: str, spans: Iterable[tuple[int, int]]) -> str:
    return " … ".join(" ".join(text[a:b].split()) for a, b in spans)


@dataclass(frozen=True, slots=True)
class Told:
    """Stories with gold actors: by id the stories, their nested statements, and the rows of gold."""

    stories: dict[str, dict[str, Any]]
    nested: dict[str, dict[str, Any]]
    gold: list[dict[str, Any]]


def polnear(corpora: Path, split_name: str, half: str | None) -> Told:
    """The stories of PolNeAR that we read for actors."""
    stories = {story["id"]: story for story in dev_stories(corpora, split_name)}
    return Told(stories, annotation(f"nested-{split_name}.jsonl", stories.values()), list(gold_rows(split_name, half)))


def invented(own: Iterable[Invented]) -> Told:
    """Those of our own stories whose speakers are marked."""
    told = Told({}, {}, [])
    for story in own:
        if not story.speakers:
            continue
        items = [{**{role: [list(s) for s in spans] for role, spans in m.spans.items()}, "number": n, "nested": m.nested} for n, m in story.statements.items()]
        outer = sorted((i for i in items if not i["nested"]), key=lambda i: i["cue"])
        told.stories[story.id] = {"id": story.id, "text": story.text, "attributions": [{"items": outer}]}
        addressees = {str(k): i["addressee"][0] for k, i in enumerate(outer) if i["addressee"]}
        told.nested[story.id] = {"nested": [i for i in items if i["nested"]], "addressees": addressees}
        speakers = {n: found[0] if found else None for n, found in story.speakers.items()}
        actors = [{"id": id, "named": named} for id, named in {found for found in story.speakers.values() if found}]
        order = statements(told.stories[story.id], told.nested[story.id])
        made = [{"cue": i["cue"], "speaker": speakers[i["number"]], "to": None, "target": None} for i in order]
        told.gold.append({"id": story.id, "actors": actors, "statements": made})
    return told


def tallies(reader: Reader, told: Told) -> dict[str, dict[str, Tally]]:
    """Counts by condition and by whose statements (given, found)."""
    stories, nested, gold = told.stories, told.nested, told.gold
    named = {row["id"]: {actor["id"]: actor["named"] for actor in row["actors"]} for row in gold}
    return {
        condition: {
            way: score([pair for row in gold for pair in pairs_of(reader, stories[row["id"]], row, nested.get(row["id"]), condition, way == "found")], named)
            for way in ("given", "found")
        }
        for condition in CONDITIONS
    }


def agreement() -> None:
    """Prints how often the two readers of the same stories name the same actor."""
    first, second = ({row["id"]: row for row in rows(GOLD / name)} for name in ("actors.jsonl", "actors-second.jsonl"))
    pairs = [Pair(id, "", a, b, "") for id in second for a, b in zip(first[id]["statements"], second[id]["statements"], strict=True)]
    named = {id: {actor["id"]: actor["named"] for actor in first[id]["actors"]} for id in second}
    tally = score(pairs, named)
    print("two readers: " + ", ".join(f"{part} {c.recall:.1f} of {c.gold} (F1 {c.f1:.1f})" for part, c in sorted(tally.counts.items())))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--half", choices=("tune", "report"))
    parser.add_argument("--split", choices=tuple(LISTS), default="dev")
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--invented", nargs="*", type=Path, help="our own stories instead: those to train on, or of these files")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong")
    args = parser.parse_args()
    own = args.invented is not None
    told = invented(marked(args.invented) if args.invented else stories()) if own else polnear(args.corpora, args.split, args.half)
    for condition, by_way in tallies(Reader(args.model), told).items():
        for way, tally in by_way.items():
            for part, c in sorted(tally.counts.items()):
                print(f"{condition}, {way}: {part} {c.recall:.1f} of {c.gold} (precision {c.precision:.1f}, F1 {c.f1:.1f})")
            for part, pair in tally.wrong if args.wrong else ():
                print(f"  {part}: {way[0]} gold {pair.gold[part]} read {pair.read[part]} :: {pair.words} [{pair.story[:24]}]")
    if args.split == "dev" and not own:
        agreement()


if __name__ == "__main__":
    main()
