"""Coreference of actors on GUM dev's news and interviews (CoNLL F1) and pronouns on GAP validation, each beside a simple baseline.

    python -m evaluation.coreference [--model FOLDER]

GUM: gold mentions are those of persons, organisations and places; a mention is its head word. CoNLL F1 is the mean of MUC, B³ and CEAFe (Pradhan et al.
2014); chains of one mention are left out, as OntoNotes does. Baseline: mentions of the same head word are one. GAP: of the two names of a passage, the one
that the program's pronoun is a mention of (Webster et al. 2018); baseline: the nearer one before the pronoun, else the first.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from scorch.scores import conll2012  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

from evaluation.attribution import Count
from evaluation.corpus import CORPORA
from rejoinder.pipeline import Reader
from rejoinder.types import Reading
from training.references import gum

GENRES = ("news", "interview")
Chain = set[int]
APART = 10**8  # offsets of one document stand this far from the next's


def chains_of(reading: Reading, heads: list[int]) -> list[Chain]:
    """Actors as sets of offsets: a mention is the first of gold's heads (sorted) inside it, else its own start."""

    def place(start: int, end: int) -> int:
        k = bisect_left(heads, start)
        return heads[k] if k < len(heads) and heads[k] < end else start

    return [{place(start, end) for start, end in actor.mentions} for actor in reading.actors]


def gum_scores(reader: Reader, corpora: Path) -> dict[str, float]:
    """CoNLL F1 of the program and of the baseline, on the program's mentions and on gold's."""
    gold: list[Chain] = []
    read: list[Chain] = []
    simple: list[Chain] = []
    perfect: list[Chain] = []
    for number, document in enumerate(gum(corpora / "gum" / "dev.conllu.gz", GENRES)):
        base = number * APART
        chains: dict[int, set[int]] = defaultdict(set)
        for mention in document.mentions:
            if mention.chain in document.actors:
                chains[mention.chain].add(mention.at)
        heads = sorted({m for c in chains.values() for m in c})
        found = chains_of(reader.read(document.text), heads)
        for into, chains_found in (
            (gold, chains.values()),
            (read, found),
            (simple, _same_word(document.text, {at for chain in found for at in chain})),
            (perfect, _same_word(document.text, heads)),
        ):
            into.extend({base + m for m in c} for c in chains_found if len(c) > 1)
    return {
        "read": _conll(gold, read),
        "same head word, the program's mentions": _conll(gold, simple),
        "same head word, gold's mentions": _conll(gold, perfect),
    }


def _conll(gold: list[Chain], found: list[Chain]) -> float:
    return round(100 * float(conll2012(gold, found)), 1)


def _same_word(text: str, places: Iterable[int]) -> list[Chain]:
    """The baseline: mentions whose first word is the same are one."""
    by_word: dict[str, Chain] = defaultdict(set)
    for at in places:
        by_word[text[at:].split(maxsplit=1)[0].strip(".,'’\"”").lower()].add(at)
    return list(by_word.values())


def gap_scores(reader: Reader, file: Path) -> dict[str, float]:
    """F1 over the 2 x n decisions whether a name is the pronoun's; by gender; the baseline; and the share of pronouns given to the right name of the two."""
    counts: dict[str, Count] = defaultdict(Count)
    with gzip.open(file, "rt", encoding="utf8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            at = int(row["Pronoun-offset"])
            gender = "feminine" if row["Pronoun"].lower() in ("she", "her", "hers") else "masculine"
            names = [(int(row[f"{n}-offset"]), int(row[f"{n}-offset"]) + len(row[n]), row[f"{n}-coref"] == "TRUE") for n in "AB"]
            actor = next((a for a in reader.read(row["Text"]).actors if any(s <= at < e for s, e in a.mentions)), None)
            said = [bool(actor and any(s < end and start < e for s, e in actor.mentions)) for start, end, _ in names]
            before = [k for k in (0, 1) if names[k][0] < at]
            near = max(before, key=lambda k: names[k][0]) if before else 0
            for k, (_, _, right) in enumerate(names):
                for group in ("F1", gender):
                    counts[group].add(int(said[k] and right), int(said[k]), int(right))
                counts["nearest name"].add(int(k == near and right), int(k == near), int(right))
            if any(right for _, _, right in names):
                counts["right where a name is meant"].add(int([r for _, _, r in names] == said), 1, 1)
    return {name: round(count.f1, 1) for name, count in counts.items()}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    args = parser.parse_args()
    reader = Reader(args.model)
    print("GUM dev, news and interviews, CoNLL F1:", gum_scores(reader, args.corpora))
    print("GAP validation:", gap_scores(reader, args.corpora / "gap" / "gap-validation.tsv.gz"))


if __name__ == "__main__":
    main()
