"""Sheets for readers who say who each statement belongs to, and their answers turned into stand-off gold (evaluation/gold/actors.jsonl).

    python -m evaluation.sheet make FOLDER                      a sheet a story of the list, in the condition in which it is to be read
    python -m evaluation.sheet compile FOLDER [-o OUT.jsonl]    the readers' answers (STORY.tsv), checked

With --split train the list is training/annotation/actors-train.list.

What counts as what: evaluation/GUIDE.md. An answer file holds tab-separated lines:

    A  ID  KIND  NAMED(yes|no)  COUNTRY(alpha-3 or -)
    S  NUMBER  SPEAKER(id or -)  TO(id or -)  TARGET(id or -)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, get_args

from evaluation.corpus import CORPORA, carry, dev_stories, in_condition
from evaluation.nesting import ANNOTATION, annotation
from rejoinder.types import ActorKind

LISTS = {"dev": Path(__file__).parent / "gold" / "actors.list", "train": ANNOTATION / "actors-train.list"}
NONE = "-"
ID = re.compile(rf"(?:{'|'.join(get_args(ActorKind))}):[a-z0-9][a-z0-9-]*")
COUNTRY = re.compile(r"[A-Z]{3}|-")


class AnswerError(ValueError):
    """An answer that does not hold; the message says where and why."""


def listed(file: Path = LISTS["dev"]) -> dict[str, str]:
    """Ids of a list's stories with the condition in which each is read."""
    lines = file.read_text(encoding="utf8").splitlines()
    return dict(line.split("\t")[:2] for line in lines if line and not line.startswith("#"))


def statements(story: dict[str, Any], nested: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The statements that the reader judges: PolNeAR's and our nested ones, in the order of their cues, with spans on clean text."""
    outer = [
        {**item, "addressee": [nested["addressees"][str(k)]] if nested and str(k) in nested["addressees"] else [], "nested": False}
        for k, item in enumerate(story["attributions"][0]["items"])
        if item.get("cue")
    ]
    inner = [{**item, "nested": True} for item in (nested["nested"] if nested else [])]
    return sorted(outer + inner, key=lambda item: (item["cue"][0], item["nested"]))


def sheet(story: dict[str, Any], condition: str, items: list[dict[str, Any]]) -> str:
    """The text with numbered lines, and below each line its statements."""
    variant, _ = in_condition(story, "degraded" if condition == "degraded" else "clean")
    text = variant.text

    def said(spans: list[list[int]]) -> str:
        return " … ".join(text[a:b].replace("\n", " ") for a, b in carry(spans, variant)) or NONE

    starts = [carry(item["cue"], variant) for item in items]
    out = [f"# {story['id']}", f"# read as {condition} text, published {story.get('published')}", ""]
    at = 0
    for number, line in enumerate(text.split("\n"), 1):
        end = at + len(line) + 1
        if line.strip():
            out.append(f"{number}: {line}")
        for k, (item, where) in enumerate(zip(items, starts, strict=True)):
            if where and at <= where[0][0] < end:
                content = said(item["content"])
                content = content if len(content) < 160 else content[:80] + " (...) " + content[-70:]
                out.append(
                    f"    [{k}]{' (nested)' if item['nested'] else ''} source «{said(item.get('source') or [])}» cue «{said(item['cue'])}» "
                    f"addressee «{said(item.get('addressee') or [])}» content «{content}»"
                )
        at = end
    return "\n".join(out) + "\n"


def compiled(name: str, answers: str, story: dict[str, Any], condition: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """One row of gold; raises AnswerError with everything that is wrong."""
    problems: list[str] = []
    actors: dict[str, dict[str, Any]] = {}
    said: dict[int, dict[str, Any]] = {}
    for number, line in enumerate(answers.splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or cells[0] in ("#", "T", "L"):  # T and L: see act_sheet.py
            continue
        try:
            if cells[0] == "A":
                _, id, kind, named, country = cells
                if not ID.fullmatch(id) or id.split(":")[0] != kind or named not in ("yes", "no") or not COUNTRY.fullmatch(country) or id in actors:
                    raise ValueError("id, kind, named or country is not in form, or the id comes twice")
                actors[id] = {"id": id, "kind": kind, "named": named == "yes", "country": None if country == NONE else country}
            elif cells[0] == "S":
                k, parts = int(cells[1]), [None if cell == NONE else cell for cell in cells[2:]]
                if k in said or not 0 <= k < len(items) or len(parts) != 3:
                    raise ValueError("no such statement, given twice, or not three actors")
                said[k] = dict(zip(("speaker", "to", "target"), parts, strict=True))
            else:
                raise ValueError("a line begins with A or S")
        except (ValueError, IndexError) as error:
            problems.append(f"{name}:{number}: {error}: {line!r}")
    used = {id for row in said.values() for id in row.values() if id}
    problems.extend(f"{name}: actor {id} is used but not declared" for id in sorted(used - set(actors)))
    missing = [k for k in range(len(items)) if k not in said]
    if missing:
        problems.append(f"{name}: no answer for {missing}")
    if problems:
        raise AnswerError("\n".join(problems))
    return {
        "id": story["id"],
        "sha256": hashlib.sha256(story["text"].encode()).hexdigest(),
        "read_as": condition,
        "actors": [actors[id] for id in actors if id in used],
        "statements": [{"cue": item["cue"], "nested": item["nested"], **said[k]} for k, item in enumerate(items)],
    }


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("task", choices=("make", "compile"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--out", type=Path)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--split", choices=tuple(LISTS), default="dev")
    args = parser.parse_args()
    stories = {story["id"]: story for story in dev_stories(args.corpora, args.split)}
    nested = annotation(f"nested-{args.split}.jsonl", stories.values())
    gold: list[dict[str, Any]] = []
    failed = False
    for id, condition in listed(LISTS[args.split]).items():
        items = statements(stories[id], nested.get(id))
        if args.task == "make":
            (args.folder / f"{id}.txt").write_text(sheet(stories[id], condition, items), encoding="utf8")
            continue
        file = args.folder / f"{id}.tsv"
        if not file.exists():
            print(f"{file}: no answers", file=sys.stderr)
            continue
        try:
            gold.append(compiled(id, file.read_text(encoding="utf8"), stories[id], condition, items))
        except AnswerError as error:
            failed = True
            print(error, file=sys.stderr)
    if args.out:
        args.out.write_text("".join(json.dumps(row) + "\n" for row in gold), encoding="utf8")
    print(f"{len(gold)} stories, {sum(len(row['statements']) for row in gold)} statements")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
