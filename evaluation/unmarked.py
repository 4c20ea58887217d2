"""How well dumps are read, judged by what is read in the clean text: our unmarked stories that are kept from training (training/unmarked).

    python -m evaluation.unmarked [--model FOLDER]

No gold stands on these stories; what the packaged model reads in the clean text stands in for it (readers found 89 % of it right, acts.jsonl beside them). So
these figures say what is lost with the marks, not how good the reading is. Acts are judged by readers.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from evaluation.attribution import Item, item, matches
from evaluation.corpus import carry, in_condition
from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.tagging.session import PACKAGED
from rejoinder.types import Statement
from training.unmarked import SURE, judged, stories
from training.variants import Variant

SCORED = ("source", "cue", "content")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path, default=PACKAGED)
    args = parser.parse_args()
    clean, reader = Reader(), Reader(args.model)
    known = judged()
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    given = right = acts = 0
    for id, text, kept in stories():
        if not kept:
            continue
        variant, tokens = in_condition({"text": text}, "degraded")
        gold = [s for s in clean.read(make_story(text, id=id)).statements if s.inside is None and s.confidence >= SURE]
        read = reader.read(make_story(variant.text, id=id)).statements
        outer = [s for s in read if s.inside is None]
        hits = matches([_carried(s, variant, tokens) for s in gold], [_item(s, variant, tokens) for s in outer])
        given += len(outer)
        wanted.update(s.mode for s in gold)
        found.update(gold[k].mode for k in hits if k is not None)
        for statement in read:
            said = next((row for k in range(statement.cue[0].start, statement.cue[-1].end) if (row := known.get((id, int(variant.origin[k]))))), None)
            if said and said["read"] == "right":
                acts += 1
                right += statement.act == said["act"]
    total, hit = wanted.total(), found.total()
    print(
        f"dump against clean text: {total} statements, precision {100 * hit / given:.1f}, recall {100 * hit / total:.1f}, F1 {200 * hit / (given + total):.1f}"
    )
    print("found by mode:", ", ".join(f"{mode} {100 * found[mode] / n:.1f} % of {n}" for mode, n in wanted.most_common()))
    print(f"acts in dumps: {100 * right / max(acts, 1):.1f} % of {acts}")


def _item(statement: Statement, variant: Variant, tokens: list[tuple[int, int]]) -> Item:
    return item({role: getattr(statement, role) for role in SCORED}, tokens, variant.text)


def _carried(statement: Statement, variant: Variant, tokens: list[tuple[int, int]]) -> Item:
    """The statement of the clean text, in the dump."""
    return item({role: carry(getattr(statement, role), variant) for role in SCORED}, tokens, variant.text)


if __name__ == "__main__":
    main()
