"""Fits the confidence of statements on PolNeAR's dev split and shows whether it can be believed.

    python -m evaluation.calibrate FOLDER_OF_A_MODEL

Weights are fitted on both halves of dev (clean and degraded text together) for shipping; the reliability table is made crosswise: each half
is judged by weights fitted on the other.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from evaluation.attribution import Item, gold_tokens, item, matches
from evaluation.corpus import CONDITIONS, FOLD, carry, dev_stories
from rejoinder.statements.assemble import Draft, assemble, drafts_of
from rejoinder.statements.confidence import FEATURES, features
from rejoinder.tagging.tagger import Tagger, Tags
from training.variants import TOKEN, clean, dump

START = (0.0, 1.0, 0.0, 0.0, 0.0, 0.0)  # confidence = anchor probability
STEPS = 60
BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """Statements of one text: features, whether right, and the half that it belongs to."""

    half: int
    tags: Tags
    text: str
    tokens: list[tuple[int, int]]
    gold: list[Item]


def texts(tagger: Tagger, stories: list[dict[str, Any]]) -> list[Judged]:
    """Every dev story in both conditions, tagged."""
    out: list[Judged] = []
    for k, story in enumerate(stories):
        for condition in CONDITIONS:
            variant = clean(story["text"]) if condition == "clean" else dump(story["text"])
            tokens = gold_tokens(story) if condition == "clean" else [m.span() for m in TOKEN.finditer(variant.text)]
            gold = [
                item({role: carry(i.get(role) or [], variant) for role in ("source", "cue", "content")}, tokens, variant.text)
                for i in story["attributions"][0]["items"]
                if i.get("cue")
            ]
            out.append(Judged(k % FOLD, tagger.tag(variant.text), variant.text, tokens, gold))
    return out


def examples(judged: Sequence[Judged]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Features, right or not, half; of all outermost statements, at no threshold but the anchor's."""
    rows: list[tuple[float, ...]] = []
    right: list[float] = []
    half: list[int] = []
    for one in judged:
        drafts = [d for d, holder in drafts_of(one.tags, START, 0.0) if holder is None]
        predicted = [_item(d, one) for d in drafts]
        for draft, match in zip(drafts, matches(one.gold, predicted), strict=True):
            rows.append(features_of(draft))
            right.append(float(match is not None))
            half.append(one.half)
    return np.array(rows), np.array(right), np.array(half)


def features_of(draft: Draft) -> tuple[float, ...]:
    """The draft's values in the order of FEATURES."""
    return features(draft.row, bool(draft.runs["source"]), sum(b - a for a, b in draft.runs["content"]))


def _item(draft: Draft, one: Judged) -> Item:
    words = one.tags.words
    spans = {role: [(int(words.start[a]), int(words.end[b - 1])) for a, b in runs] for role, runs in draft.runs.items()}
    return item(spans, one.tokens, one.text)


def fit(x: NDArray[np.float64], y: NDArray[np.float64], ridge: float = 1.0) -> NDArray[np.float64]:
    """Logistic regression by Newton's method with a small ridge."""
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (p - y) + ridge * weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(x.shape[1])
        weights = weights - np.linalg.solve(hessian, gradient)
    return weights


def reliability(p: NDArray[np.float64], y: NDArray[np.float64]) -> list[tuple[float, float, int, float, float]]:
    """(from, to, count, mean confidence, share right) of each tenth of the scale that has statements."""
    out: list[tuple[float, float, int, float, float]] = []
    for k in range(BINS):
        inside = (p >= k / BINS) & ((p < (k + 1) / BINS) | (k == BINS - 1))
        if inside.any():
            out.append((k / BINS, (k + 1) / BINS, int(inside.sum()), float(p[inside].mean()), float(y[inside].mean())))
    return out


def crosswise(x: NDArray[np.float64], y: NDArray[np.float64], half: NDArray[np.int64]) -> NDArray[np.float64]:
    """Confidence of each statement by weights fitted on the other half."""
    p = np.zeros(len(y))
    for k in range(FOLD):
        p[half == k] = 1 / (1 + np.exp(-(x[half == k] @ fit(x[half != k], y[half != k]))))
    return p


def best_threshold(judged: Sequence[Judged], weights: Sequence[float]) -> float:
    """The confidence below which leaving statements out raises relaxed F1, over both conditions."""
    best = (0.0, 0.0)
    for threshold in np.arange(0.1, 0.6, 0.02):
        hits = predicted = gold = 0
        for one in judged:
            statements = [s for s in assemble(one.tags, weights, float(threshold)) if s.inside is None]
            items = [item({"source": s.source, "cue": s.cue, "content": s.content}, one.tokens, one.text) for s in statements]
            hits += sum(m is not None for m in matches(one.gold, items))
            predicted += len(items)
            gold += len(one.gold)
        best = max(best, (2 * hits / (predicted + gold), float(threshold)))
    return round(best[1], 2)


def main() -> None:
    """Prints weights, threshold and the reliability table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("model", type=Path)
    args = parser.parse_args()
    judged = texts(Tagger(args.model), dev_stories())
    x, y, half = examples(judged)
    weights = fit(x, y)
    print(dict(zip(FEATURES, weights.round(3).tolist(), strict=True)))
    print("threshold", best_threshold(judged, weights.tolist()))
    table = Table("confidence", "statements", "mean", "right")
    for low, high, count, mean, share in reliability(crosswise(x, y, half), y):
        table.add_row(f"{low:.1f} to {high:.1f}", str(count), f"{mean:.2f}", f"{share:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
