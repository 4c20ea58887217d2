"""Counts in how many contents of PolNeAR's training stories each stem stands (rejoinder/disputes/tables/stems.tsv).

python -m training.stem_counts --corpora ../shared/corpora
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from evaluation.sheet import statements
from rejoinder.disputes import facts
from rejoinder.tagging.words import WORD
from training.polnear import rows

TABLE = Path(facts.__file__).parent / "tables" / "stems.tsv"
FEWEST = 4


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, required=True)
    args = parser.parse_args()
    counts: Counter[str] = Counter()
    total = 0
    for story in rows(args.corpora / "polnear" / "train.jsonl.gz"):
        for item in statements(story, None):
            words = [m.group().lower() for a, b in item.get("content") or [] for m in WORD.finditer(story["text"][a:b])]
            counts.update(facts.stems_of(words))
            total += 1
    lines = [f"{stem}\t{count / total:.6f}" for stem, count in sorted(counts.items()) if count >= FEWEST]
    TABLE.write_text(
        "# Share of statements in whose content a stem (facts.stem) stands, by `python -m training.stem_counts` over PolNeAR's training stories.\n"
        f"# Stems of fewer than {FEWEST} of the {total} statements are left out: they are rare. Apache-2.0.\n" + "\n".join(lines) + "\n",
        encoding="utf8",
    )


if __name__ == "__main__":
    main()
