"""Fits the words that tell a statement's act (rejoinder/statements/act_words.py) on our own gold.

    python -m training.act_words --corpora ../shared/corpora

A log-linear model with a ridge over words and pairs that stand in at least FEWEST statements, each counted by its rarity
(1 + log of the inverse share of statements that have it), a statement's values brought to length 1. The least telling grams are left out.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from torch import nn

from evaluation.nesting import annotation
from evaluation.sheet import statements
from rejoinder.statements import act_words
from rejoinder.statements.act_words import SCALE, grams
from rejoinder.tagging.labels import ACTS
from training.polnear import rows

ANNOTATION = Path(__file__).parent / "annotation"
TABLE = Path(act_words.__file__).parent / "tables" / "act_words.tsv"
HEADER = f"""# Words and pairs of words that tell a statement's act: rarity and weights times {SCALE}, in the order {" ".join(ACTS)}.
# Marks: s source, c cue, o content, f first words of the content, l last. Fitted by `python -m training.act_words` on our own
# gold (PolNeAR, train). Apache-2.0.
"""
FEWEST = 3
EVEN = 0.4  # 0: every statement counts alike, 1: every act does
STEPS = 120
KEPT = 12000  # grams, those with the largest weights
LOOSE = 10.0  # inverse strength of the ridge


def examples(corpora: Path, split: str = "train", gold: Path = ANNOTATION / "acts-train.jsonl") -> tuple[list[list[str]], list[int]]:
    """Grams and act of every judged statement."""
    stories = {row["id"]: row for row in rows(corpora / "polnear" / f"{split}.jsonl.gz")}
    nested = annotation(f"nested-{split}.jsonl", stories.values())
    found: list[list[str]] = []
    acts: list[int] = []
    for row in rows(gold):
        text = stories[row["id"]]["text"]
        items = {(i["cue"][0][0], i["nested"]): i for i in statements(stories[row["id"]], nested.get(row["id"]))}
        for judged in row["statements"]:
            item = items[judged["cue"][0][0], judged["nested"]]
            found.append(grams(*(" ".join(text[a:b] for a, b in item.get(role) or []) for role in ("source", "cue", "content"))))
            acts.append(ACTS.index(judged["act"]))
    return found, acts


def balanced(acts: torch.Tensor) -> torch.Tensor:
    """Weights of the acts that lift the rare ones: half of all judged statements assert or think, and one in forty denies."""
    counts = torch.bincount(acts, minlength=len(ACTS)).float().clamp(min=1)
    return (counts.sum() / counts / len(ACTS)) ** EVEN


def fit(found: list[list[str]], acts: list[int]) -> dict[str, list[int]]:
    """Rarity and weights, both times SCALE, by gram; the gram "" is the bias."""
    counts = Counter(gram for here in found for gram in here)
    index = {gram: k for k, gram in enumerate(sorted(gram for gram, n in counts.items() if n >= FEWEST))}
    rarity = np.array([1 + math.log(len(found) / counts[gram]) for gram in index], np.float32)
    cells = [(row, index[gram]) for row, here in enumerate(found) for gram in here if gram in index]
    places = torch.tensor(cells).T
    values = torch.from_numpy(rarity)[places[1]]
    norms = torch.zeros(len(found)).index_add(0, places[0], values.square()).sqrt()
    x = torch.sparse_coo_tensor(places, values / norms[places[0]], (len(found), len(index))).coalesce()
    weight, bias = torch.zeros(len(index), len(ACTS), requires_grad=True), torch.zeros(len(ACTS), requires_grad=True)
    gold = torch.tensor(acts)
    even = balanced(gold)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=STEPS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(torch.sparse.mm(x, weight) + bias, gold, even) + weight.square().sum() / (2 * LOOSE * len(found))
        loss.backward()
        return loss

    optimizer.step(closure)
    weights = weight.detach().numpy()
    best = sorted(index, key=lambda gram: (-float(np.abs(weights[index[gram]]).max()) * rarity[index[gram]], gram))[:KEPT]
    rows_ = {gram: [round(rarity[index[gram]] * SCALE), *(weights[index[gram]] * SCALE).round().astype(int).tolist()] for gram in sorted(best)}
    return {"": [0, *(bias.detach() * SCALE).round().int().tolist()], **rows_}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, required=True)
    args = parser.parse_args()
    found, acts = examples(args.corpora)
    weights = fit(found, acts)
    TABLE.write_text(HEADER + "".join(f"{gram}\t{' '.join(map(str, row))}\n" for gram, row in weights.items()), encoding="utf8")
    print(json.dumps({"grams": len(weights), "bytes": TABLE.stat().st_size}))


if __name__ == "__main__":
    main()
