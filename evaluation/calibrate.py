"""Fits the confidence of statements on PolNeAR's dev split and shows whether it can be believed.

    python -m evaluation.calibrate FOLDER_OF_A_MODEL

Outermost statements are fitted on PolNeAR's gold, nested ones on ours; clean and degraded text together. What ships is fitted on all of dev; the
reliability tables are made crosswise: each half of the stories is judged by weights fitted on the other.
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

from evaluation.attribution import Item, item, matches
from evaluation.corpus import CONDITIONS, CORPORA, FOLD, carry, dev_stories, in_condition
from evaluation.nesting import annotation
from rejoinder.statements.assemble import drafts_of
from rejoinder.statements.confidence import FEATURES, Calibration, Scale, is_nested
from rejoinder.statements.draft import Draft
from rejoinder.tagging.tagger import Tagger, Tags

PLAIN = {"weights": [0.0, 1.0, 0.0, 0.0, 0.0, 0.0], "threshold": 0.0}  # confidence = anchor probability
START: dict[str, Any] = {"outer": PLAIN, "nested": PLAIN}
STEPS = 60
BINS = 10
ROLES = ("source", "cue", "content")


@dataclass(frozen=True, slots=True)
class Judged:
    """One text with its tags and gold; `nested` is None where nobody marked nested statements."""

    half: int
    tags: Tags
    text: str
    tokens: list[tuple[int, int]]
    gold: list[Item]
    nested: list[Item] | None


Table3 = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]


def texts(tagger: Tagger, stories: list[dict[str, Any]]) -> list[Judged]:
    """Every dev story in both conditions, tagged."""
    notes = annotation("nested-dev.jsonl", stories)
    out: list[Judged] = []
    for k, story in enumerate(stories):
        for condition in CONDITIONS:
            variant, tokens = in_condition(story, condition)

            def items(rows: list[dict[str, Any]], variant: Any = variant, tokens: Any = tokens) -> list[Item]:
                return [item({role: carry(row.get(role) or [], variant) for role in ROLES}, tokens, variant.text) for row in rows if row.get("cue")]

            known = notes.get(story["id"])
            nested = items(known["nested"]) if known else None
            out.append(Judged(k % FOLD, tagger.tag(variant.text), variant.text, tokens, items(story["attributions"][0]["items"]), nested))
    return out


def examples(judged: Sequence[Judged], nested: bool) -> Table3:
    """Features, right or not, half, of all outermost (or nested) statements, whatever their confidence."""
    rows: list[tuple[float, ...]] = []
    right: list[float] = []
    half: list[int] = []
    for one in judged:
        gold = one.nested if nested else one.gold
        if gold is None:
            continue
        drafts = [draft for draft in _select(one, Calibration.from_settings(START), nested) if draft.features]
        for draft, match in zip(drafts, matches(gold, [_item(d, one) for d in drafts]), strict=True):
            rows.append(draft.features)
            right.append(float(match is not None))
            half.append(one.half)
    return np.array(rows), np.array(right), np.array(half)


def _select(one: Judged, calibration: Calibration, nested: bool) -> list[Draft]:
    """Nested: taken for nested by the tagger and inside another. Outermost: inside none."""
    drafts = drafts_of(one.tags, calibration)
    return [d for d, holder in drafts if (is_nested(d.row) and holder is not None if nested else holder is None)]


def _item(draft: Draft, one: Judged) -> Item:
    words = one.tags.words
    spans = {role: [(int(words.start[a]), int(words.end[b - 1])) for a, b in runs] for role, runs in draft.runs.items()}
    return item(spans, one.tokens, one.text)


def fit(x: NDArray[np.float64], y: NDArray[np.float64], ridge: float = 1.0) -> NDArray[np.float64]:
    """Logistic regression by Newton's method with a small ridge; weights of FEATURES."""
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = _logistic(x @ weights)
        gradient = x.T @ (p - y) + ridge * weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(x.shape[1])
        weights = weights - np.linalg.solve(hessian, gradient)
    return weights


def _logistic(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(z, -30, 30)))


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
        p[half == k] = _logistic(x[half == k] @ fit(x[half != k], y[half != k]))
    return p


def calibrate(judged: Sequence[Judged]) -> dict[str, Any]:
    """The settings of both scales, thresholds at the best relaxed F1 over both conditions; nested ones last, since they need their holders."""
    settings: dict[str, Any] = {"outer": PLAIN, "nested": {**PLAIN, "threshold": 1.0}}
    for kind in ("outer", "nested"):
        x, y, _ = examples(judged, kind == "nested")
        weights = [round(weight, 4) for weight in fit(x, y).tolist()]
        tried = np.arange(0.2, 0.6, 0.02).round(2).tolist()
        scored = [(_f1(judged, {**settings, kind: {"weights": weights, "threshold": t}}, kind == "nested"), t) for t in tried]
        settings[kind] = {"weights": weights, "threshold": max(scored)[1]}
    return settings


def _f1(judged: Sequence[Judged], settings: dict[str, Any], nested: bool) -> float:
    calibration = Calibration.from_settings(settings)
    hits = total = 0
    for one in judged:
        gold = one.nested if nested else one.gold
        if gold is None:
            continue
        predicted = [_item(d, one) for d in _select(one, calibration, nested)]
        hits += sum(match is not None for match in matches(gold, predicted))
        total += len(predicted) + len(gold)
    return 2 * hits / total


def main() -> None:
    """Prints the settings and the reliability tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    args = parser.parse_args()
    judged = texts(Tagger(args.model), dev_stories(args.corpora))
    settings = calibrate(judged)
    for kind in ("outer", "nested"):
        print(kind, dict(zip(FEATURES, settings[kind]["weights"], strict=True)), "threshold", Scale(**settings[kind]).threshold)
        x, y, half = examples(judged, kind == "nested")
        table = Table("confidence", "statements", "mean", "right", title=f"{kind}, each half by the other's weights", title_justify="left")
        for low, high, count, mean, share in reliability(crosswise(x, y, half), y):
            table.add_row(f"{low:.1f} to {high:.1f}", str(count), f"{mean:.2f}", f"{share:.2f}")
        Console().print(table)


if __name__ == "__main__":
    main()
