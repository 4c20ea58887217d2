"""Sheets for readers who say what each statement does and what answers what, and their answers turned into stand-off gold.

    python -m evaluation.act_sheet make FOLDER [--split train]         a sheet a story of the split's list
    python -m evaluation.act_sheet cues FOLDER --split train           sheets of single statements, spread over cues by frequency
    python -m evaluation.act_sheet compile FOLDER -o OUT.jsonl         the readers' answers (NAME.tsv), checked
    python -m evaluation.act_sheet agree FIRST.jsonl SECOND.jsonl      how far two readings agree

What counts as what: evaluation/GUIDE.md. An answer file holds tab-separated lines (lines of evaluation/sheet.py may stand among them):

    T  NUMBER  ACT  FLAGS(n, h, nh or -)  MODE(d, i or m)  WHEN(date=words, or -)
    L  FROM  RELATION  TO  EVIDENCE(words of the answering statement)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, get_args

from evaluation.corpus import CORPORA, dev_stories
from evaluation.nesting import ANNOTATION, annotation
from evaluation.sheet import AnswerError, listed, sheet, statements
from rejoinder.types import Act, Relation
from training.polnear import rows

ACTS = get_args(Act)
RELATIONS = get_args(Relation)
MODES = {"d": "direct", "i": "indirect", "m": "mixed"}
FLAGS = {"-": (False, False), "n": (True, False), "h": (False, True), "nh": (True, True)}
DATE = r"\d{4}(?:-\d\d(?:-\d\d)?)?"
WHEN = re.compile(rf"({DATE}(?:/{DATE})?)=(.+)")
LISTS = {"dev": Path(__file__).parent / "gold" / "actors.list", "train": ANNOTATION / "acts-train.list"}
NONE = "-"
FIELDS = ("act", "negated", "hypothetical", "mode")  # of a judged statement
A_SHEET = 110  # single statements
A_CUE = 5  # statements of one cue among the single ones
NEAR = 300  # characters around a statement in which its evidence may stand, and behind it the words of its time

Items = list[dict[str, Any]]


def judged(cells: list[str], item: dict[str, Any], text: str) -> dict[str, Any]:
    """One T line; raises ValueError."""
    act, flags, mode, when = cells
    if act not in ACTS or flags not in FLAGS or mode not in MODES:
        raise ValueError(f"act, flags or mode is not in form: {cells}")
    negated, hypothetical = FLAGS[flags]
    row: dict[str, Any] = {"cue": item["cue"], "nested": item["nested"], "act": act, "negated": negated, "hypothetical": hypothetical, "mode": MODES[mode]}
    if when != NONE:
        match = WHEN.fullmatch(when)
        if not match:
            raise ValueError(f"a time is DATE=WORDS: {when!r}")
        row["when"] = {"date": match[1], "span": near(text, match[2], item, before=len(text))}  # an occasion may go on for long
    return row


def near(text: str, words: str, item: dict[str, Any], before: int = NEAR) -> list[int]:
    """Where `words` stand closest to the statement's cue; raises ValueError where they do not stand so near before it, or NEAR behind it."""
    at = item["cue"][0][0]
    spans = [span for role in ("source", "cue", "content") for span in item.get(role) or []]
    low, high = min(a for a, _ in spans) - before, max(b for _, b in spans) + NEAR
    pattern = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", words))
    found = [m for m in re.finditer(pattern, text, re.IGNORECASE) if low <= m.start() and m.end() <= high] if pattern else []
    if not found:
        raise ValueError(f"the words {words!r} do not stand near the statement")
    best = min(found, key=lambda m: abs(m.start() - at))
    return [best.start(), best.end()]


def linked(cells: list[str], items: Items, text: str) -> dict[str, Any]:
    """One L line; raises ValueError."""
    start, relation, end, evidence = int(cells[0]), cells[1], int(cells[2]), cells[3]
    if relation not in RELATIONS or start == end or not 0 <= end < len(items) or not 0 <= start < len(items):
        raise ValueError("no such relation or statement")
    return {"from": start, "to": end, "relation": relation, "evidence": [near(text, evidence, items[start])]}


def compiled(name: str, answers: str, story: dict[str, Any], items: dict[int, dict[str, Any]], complete: bool = True) -> dict[str, Any]:
    """One row of gold; raises AnswerError with everything that is wrong. `complete`: every statement must be judged."""
    problems: list[str] = []
    said: dict[int, dict[str, Any]] = {}
    links: list[dict[str, Any]] = []
    every = [items[k] for k in sorted(items)] if complete else []
    for number, line in enumerate(answers.splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        try:
            if cells[0] == "T":
                k = int(cells[1])
                if k in said or k not in items:
                    raise ValueError("no such statement, or judged twice")
                said[k] = judged(cells[2:], items[k], story["text"])
            elif cells[0] == "L":
                links.append(linked(cells[1:], every, story["text"]))
        except (ValueError, IndexError) as error:
            problems.append(f"{name}:{number}: {error}: {line!r}")
    missing = [k for k in items if k not in said]
    if missing:
        problems.append(f"{name}: no answer for {missing}")
    if problems:
        raise AnswerError("\n".join(problems))
    row = {"id": story["id"], "sha256": hashlib.sha256(story["text"].encode()).hexdigest(), "complete": complete, "statements": [said[k] for k in sorted(said)]}
    return {**row, "links": links} if complete else row


def cue_of(story: dict[str, Any], item: dict[str, Any]) -> str:
    """The cue's longest words in lower case: what statements are spread over."""
    words = re.findall(r"[a-z]+", " ".join(story["text"][a:b] for a, b in item["cue"]).lower())
    return " ".join(w for w in words if len(w) > 3) or " ".join(words)


def spread(stories: list[dict[str, Any]], nested: dict[str, Any], seed: int, skip: set[str]) -> list[tuple[str, int]]:
    """(story, number) of statements such that rare cues weigh as much as common ones: at most A_CUE of each."""
    rng = random.Random(seed)  # noqa: S311
    by_cue: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for story in stories:
        if story["id"] not in skip:
            for k, item in enumerate(statements(story, nested.get(story["id"]))):
                by_cue[cue_of(story, item)].append((story["id"], k))
    drawn: list[tuple[str, int]] = []
    for _, places in sorted(by_cue.items()):
        drawn.extend(rng.sample(places, min(A_CUE, len(places))))
    rng.shuffle(drawn)
    return drawn


def excerpt(story: dict[str, Any], item: dict[str, Any], number: int) -> str:
    """A statement with the lines around it."""
    text = story["text"]
    spans = [span for role in ("source", "cue", "content") for span in item.get(role) or []]
    low, high = max(0, min(a for a, _ in spans) - 140), max(b for _, b in spans) + 60
    around = " ".join(text[low : min(high, low + 700)].split())

    def said(role: str) -> str:
        words = " … ".join(" ".join(text[a:b].split()) for a, b in item.get(role) or [])
        return words if len(words) < 140 else words[:70] + " (...) " + words[-60:]

    return f"[{number}] …{around}…\n    source «{said('source') or NONE}» cue «{said('cue')}» content «{said('content')}»\n"


def agreement(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> dict[str, Any]:
    """Two readings of the same stories: percent of equal acts, flags and modes, and F1 of links (pair and relation; pair alone)."""
    known = {row["id"]: row for row in first}
    counts: Counter[str] = Counter()
    confusion: Counter[tuple[str, str]] = Counter()
    for row in second:
        other = known.get(row["id"])
        if other is None:
            continue
        by_cue = {(tuple(s["cue"][0]), s["nested"]): s for s in other.get("statements", ())}
        for b in row.get("statements", ()):  # a reading may be of links alone
            a = by_cue.get((tuple(b["cue"][0]), b["nested"]))
            if a is None:
                continue
            counts["statements"] += 1
            whole = "mode" in a and "mode" in b  # a reading may be of acts and links alone
            for field in FIELDS if whole else FIELDS[:3]:
                counts[f"{field} of"] += 1
                counts[field] += a[field] == b[field]
            if a["act"] != b["act"]:
                confusion[a["act"], b["act"]] += 1
        for kind, key in (("link", ("from", "to", "relation")), ("pair", ("from", "to"))):
            one, two = ({tuple(link[k] for k in key) for link in r.get("links", [])} for r in (other, row))
            counts[f"{kind} both"] += len(one & two)
            counts[f"{kind} sum"] += len(one) + len(two)
    out: dict[str, Any] = {"statements": counts["statements"], **{f: round(100 * counts[f] / n, 1) for f in FIELDS if (n := counts[f"{f} of"])}}
    for kind in ("link", "pair"):
        out[f"{kind} F1"] = round(200 * counts[f"{kind} both"] / max(counts[f"{kind} sum"], 1), 1)
    out["links"] = counts["link sum"]
    out["acts taken for each other"] = [f"{a} / {b}: {k}" for (a, b), k in confusion.most_common(12)]
    return out


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("task", choices=("make", "cues", "compile", "agree"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("second", type=Path, nargs="?")
    parser.add_argument("-o", "--out", type=Path)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--split", choices=tuple(LISTS), default="dev")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip", type=Path, help="gold whose stories are left out of the single statements")
    args = parser.parse_args()
    if args.task == "agree":
        print(json.dumps(agreement(rows(args.folder), rows(args.second)), indent=1))
        return 0
    every = dev_stories(args.corpora, args.split)
    stories = {story["id"]: story for story in every}
    nested = annotation(f"nested-{args.split}.jsonl", every)
    if args.task == "make":
        for id, condition in listed(LISTS[args.split]).items():
            (args.folder / f"{id}.txt").write_text(sheet(stories[id], condition, statements(stories[id], nested.get(id))), encoding="utf8")
        return 0
    if args.task == "cues":
        skip = {row["id"] for row in rows(args.skip)} if args.skip else set[str]()
        drawn = spread(every, nested, args.seed, skip | set(listed(LISTS[args.split])))
        for sheet_number, start in enumerate(range(0, len(drawn), A_SHEET)):
            places = drawn[start : start + A_SHEET]
            lines = [excerpt(stories[id], statements(stories[id], nested.get(id))[k], n) for n, (id, k) in enumerate(places)]
            (args.folder / f"cues-{args.seed}-{sheet_number:02}.txt").write_text("\n".join(lines), encoding="utf8")
            (args.folder / f"cues-{args.seed}-{sheet_number:02}.json").write_text(json.dumps(places), encoding="utf8")
        print(f"{len(drawn)} statements")
        return 0
    gold, failed = gather(args.folder, stories, nested)
    if args.out:
        args.out.write_text("".join(json.dumps(row) + "\n" for row in gold), encoding="utf8")
    acts = Counter(s["act"] for row in gold for s in row["statements"])
    links = Counter(link["relation"] for row in gold for link in row.get("links", []))
    print(f"{len(gold)} stories, {sum(acts.values())} statements {dict(acts.most_common())}, {sum(links.values())} links {dict(links.most_common())}")
    return int(failed)


def gather(folder: Path, stories: dict[str, Any], nested: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    """All answers of a folder that hold, and whether some do not (they are printed)."""
    gold: dict[str, dict[str, Any]] = {}
    failed = False
    for file in sorted(folder.glob("*.tsv")):
        places = file.with_suffix(".json")
        answers = file.read_text(encoding="utf8")
        try:
            if not places.exists():
                story = stories[file.stem]
                items = dict(enumerate(statements(story, nested.get(file.stem))))
                gold[file.stem] = compiled(file.name, answers, story, items)
                continue
            for id, row in single(file.name, answers, json.loads(places.read_text(encoding="utf8")), stories, nested).items():
                gold.setdefault(id, {**row, "statements": []})["statements"].extend(row["statements"])
        except (AnswerError, KeyError) as error:
            failed = True
            print(error, file=sys.stderr)
    return list(gold.values()), failed


def single(name: str, answers: str, places: list[tuple[str, int]], stories: dict[str, Any], nested: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Rows of gold by story from a sheet of single statements."""
    by_story: dict[str, list[str]] = defaultdict(list)
    for line in answers.splitlines():
        cells = line.split("\t")
        if cells[0] == "T" and cells[1].strip().isdigit() and int(cells[1]) < len(places):
            id, k = places[int(cells[1])]
            by_story[id].append("\t".join(["T", str(k), *cells[2:]]))
    wanted: dict[str, set[int]] = defaultdict(set)
    for id, k in places:
        wanted[id].add(k)
    return {
        id: compiled(
            f"{name} ({id})", "\n".join(by_story[id]), stories[id], {k: i for k, i in enumerate(statements(stories[id], nested.get(id))) if k in numbers}, False
        )
        for id, numbers in wanted.items()
    }


if __name__ == "__main__":
    sys.exit(main())
