"""Scores acts and links against our own gold, and fits the weights of links.

    python -m evaluation.links [--half report] [--wrong]      acts, flags and links on dev, with baselines
    python -m evaluation.links --fit CROSSED.npz              fits src/rejoinder/disputes/tables/links.toml on train

**given**: gold's statements with the program's acts, actors and meanings, so that only acts and links are judged. **found**: what the
program reads by itself, on the statements of gold that it finds; a link whose ends gold does not know counts as wrong, unless an end
is a nested statement in a story whose nested statements nobody marked.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.attribution import Count
from evaluation.calibrate import fit
from evaluation.corpus import CONDITIONS, CORPORA, Condition, carry, dev_stories, in_condition
from evaluation.disputes_gold import Story, gold_statements, gold_stories
from evaluation.nesting import annotation
from rejoinder.actors.resolve import resolve
from rejoinder.disputes import link as linking
from rejoinder.disputes.facts import facts_of
from rejoinder.disputes.pairs import FEATURES, Pairs, pairs
from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.statements.act_words import evidence
from rejoinder.statements.acts import cue_acts, doing, probabilities
from rejoinder.statements.when import whens
from rejoinder.tagging.labels import ACTS, FLAGS, MEANING_WIDTH
from rejoinder.tagging.tagger import Tags
from rejoinder.tagging.words import Words
from rejoinder.types import Actor, Link, Statement

TABLE = Path(linking.__file__).parent / "tables" / "links.toml"
HEADER = """# Which statement answers which: weights of pairs.FEATURES in logistic models, and the probabilities from which a pair is a link.
# Written by `python -m evaluation.links --fit` from our own gold on PolNeAR's train split.
"""
LEAST = np.arange(0.1, 0.9, 0.02).round(2).tolist()
# Least precision of links on train stories left out. A repetition taken for one harms little; an answer to the wrong claim does.
PRECISION = {"repeats": 0.5, "answers": 0.6}
FOLDS = 4


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


Crossed = dict[str, tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]]  # acts, words, meaning by "condition|story|cue|nested"


def load_crossed(file: Path) -> Crossed:
    """What heads and words say of the training statements when they were fitted without them (training.heads --crossed): as good, or bad, as on unseen ones."""
    raw = np.load(file)
    return {key: (a, w, m) for key, a, w, m in zip(raw["keys"].tolist(), raw["acts"], raw["words"], raw["meanings"], strict=True)}


def given(reader: Reader, story: Story, condition: Condition, crossed: Crossed | None = None) -> Read:
    """Gold's statements, read as the program would read them had it found them."""
    variant, _ = in_condition(story.story, condition)
    tags = reader.tag(variant.text)
    made = gold_statements(story, condition)
    meanings, acts = np.zeros((len(made), MEANING_WIDTH)), np.zeros((len(made), len(ACTS)))
    for k, statement in enumerate(made):
        row = _row(tags, statement)
        head, word = (row.acts, row.anchor) if row is not None else (np.zeros(len(ACTS)), _last_word(tags.words, statement))
        said = (" ".join(variant.text[a:b] for a, b in spans) for spans in (statement.source, statement.cue, statement.content))
        item = story.items[k]
        fresh = crossed.get(f"{condition}|{story.story['id']}|{item['cue'][0][0]}|{int(item['nested'])}") if crossed is not None else None
        head, words = (fresh[0], fresh[1]) if fresh else (head, evidence(*said))
        acts[k] = probabilities(variant.text[tags.words.start[word] : tags.words.end[word]], head, words)
        made[k] = replace(statement, **doing(acts[k], row.flags if row is not None else np.zeros(len(FLAGS)))._asdict())
        if fresh is not None:
            meanings[k] = fresh[2]
        elif row is not None:
            meanings[k] = row.meaning
    dated = [replace(s, when=w) for s, w in zip(made, whens(tags.words, made, date.fromisoformat(story.story["published"])), strict=True)]
    actors, resolved = resolve(tags, dated)
    return Read(story, tags.words, list(resolved), actors, meanings, acts, list(range(len(made))))


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


def training_pairs(reads: Sequence[Read]) -> tuple[NDArray[np.float64], list[str], NDArray[np.int64], list[Pairs]]:
    """Features, gold relations ("none") and story numbers of all pairs; and the pairs by story."""
    relations: list[str] = []
    numbers: list[int] = []
    by_story: list[Pairs] = []
    for number, read in enumerate(reads):
        gold = {(link["from"], link["to"]): link["relation"] for link in read.story.gold["links"]}
        here = pairs(facts_of(read.words, read.statements, read.actors, read.meanings, read.acts))
        by_story.append(here)
        relations.extend(gold.get(ends, "none") for ends in zip(here.answering.tolist(), here.answered.tolist(), strict=True))
        numbers.extend([number] * len(here.answering))
    return np.concatenate([here.values for here in by_story]), relations, np.array(numbers), by_story


def fitted(x: NDArray[np.float64], relations: list[str], ridge: float = 2.0) -> linking.Weights:
    """Weights without thresholds."""
    kinds = np.array(relations)
    answer = np.isin(kinds, linking.ANSWERS)
    how = np.stack([fit(x[answer], (kinds[answer] == r).astype(float), 3.0) for r in linking.ANSWERS])
    return linking.Weights(fit(x, (kinds == "repeats").astype(float), ridge), fit(x, answer.astype(float), ridge), how, {"repeats": 0.5, "answers": 0.5})


def thresholds(reads: Sequence[Read], x: NDArray[np.float64], relations: list[str], numbers: NDArray[np.int64], by_story: list[Pairs]) -> dict[str, float]:
    """For each kind of link the threshold of the best F1 with a precision of PRECISION, on stories left out of the fitting.

    Both conditions of a story are left out together.
    """
    half = len(reads) // 2
    fold = np.array([k % half % FOLDS for k in range(len(reads))])
    scored: dict[str, list[tuple[float, bool]]] = {"repeats": [], "answers": []}
    for f in range(FOLDS):
        train = fold[numbers] != f
        weight = replace(fitted(x[train], [r for r, t in zip(relations, train, strict=True) if t]), least={"repeats": LEAST[0], "answers": LEAST[0]})
        for k in np.flatnonzero(fold == f).tolist():
            gold = {(link["from"], link["to"]): link["relation"] for link in reads[k].story.gold["links"]}
            number = {s.id: j for j, s in enumerate(reads[k].statements)}
            for link in linking.links_of(by_story[k], reads[k].statements, weight):
                kind = "repeats" if link.relation == "repeats" else "answers"
                scored[kind].append((link.confidence, gold.get((number[link.start], number[link.end])) == link.relation))
    least: dict[str, float] = {}
    for kind, pairs_ in scored.items():
        total = sum((r == "repeats") == (kind == "repeats") and r != "none" for r in relations)
        best = (0.0, 0.9)
        for t in LEAST:
            kept = [right for sure, right in pairs_ if sure >= t]
            f1 = 2 * sum(kept) / max(len(kept) + total, 1)
            if kept and t in LEAST[::5]:
                print(f"  {kind} from {t}: precision {100 * sum(kept) / len(kept):.0f}, recall {100 * sum(kept) / total:.0f}")
            if kept and sum(kept) / len(kept) >= PRECISION[kind] and f1 > best[0]:
                best = (f1, t)
        print(f"{kind}: threshold {best[1]}, F1 {100 * best[0]:.1f} on train stories left out, {len(pairs_)} candidates")
        least[kind] = best[1]
    return least


def write(weight: linking.Weights) -> None:
    """Writes links.toml."""
    table = {"repeats": weight.repeats, "answers": weight.answers, **dict(zip(linking.ANSWERS, weight.how, strict=True))}
    lines = [HEADER, "[least]", *(f"{kind} = {value}" for kind, value in weight.least.items())]
    for name, row in table.items():
        lines.extend(("", f"[weights.{name}]", *(f'"{feature}" = {value:.3f}' for feature, value in zip(FEATURES, row.tolist(), strict=True))))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf8")


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
    known = annotation(f"nested-{split_name}.jsonl", dev_stories(corpora, split_name))
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
    parser.add_argument("--fit", type=Path, metavar="CROSSED", help="fit the weights on train, with what training.heads --crossed wrote")
    parser.add_argument("--wrong", action="store_true", help="list what is wrong")
    args = parser.parse_args()
    reader = Reader(args.model)
    if args.fit:
        stories = gold_stories(args.corpora, "train")
        crossed = load_crossed(args.fit)
        reads = [given(reader, story, condition, crossed) for condition in CONDITIONS for story in stories]
        x, relations, numbers, by_story = training_pairs(reads)
        write(replace(fitted(x, relations), least=thresholds(reads, x, relations, numbers, by_story)))
        linking.weights.cache_clear()
    report(reader, args.corpora, args.half, args.split, args.wrong)


if __name__ == "__main__":
    main()
