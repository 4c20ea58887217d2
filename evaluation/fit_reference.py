"""Fits the weights by which pronouns and descriptions find whom they mean (actors/tables/reference.toml) on our readings of PolNeAR's training stories.

    python -m evaluation.fit_reference [--model FOLDER] [--write]

Every pronoun or description that is the source of a gold statement is an example: its candidates with their features, of which gold says the right one.
The model is log-linear over the candidates; the ridge keeps weights of rare features small. Prints the accuracy on stories left out (five folds) and on our
own invented stories beside that of the nearest candidate. The invented ones are not fitted on: there somebody described ("the clerk") is seldom meant again,
and weights that know this give what she says to whoever has a name.
"""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.actors import Told, given, invented, polnear, same
from evaluation.corpus import CONDITIONS, CORPORA
from rejoinder.actors import resolve as stage
from rejoinder.actors.finish import finished
from rejoinder.actors.reference import FEATURES
from rejoinder.pipeline import Reader
from training.invented import stories

RIDGE = 2.0
STEPS = 2000
FOLDS = 5
Example = tuple[int, NDArray[np.float64], int]  # story, features (candidates, FEATURES), the right one


def examples(reader: Reader, told: Told) -> list[Example]:
    """Anaphors of the gold whose right entity is among their candidates."""
    out: list[Example] = []
    for number, row in enumerate(told.gold):
        named = {actor["id"]: actor["named"] for actor in row["actors"]}
        for condition in CONDITIONS:
            traced: list[stage.Resolver] = []

            class Traced(stage.Resolver):
                def __init__(self, *args: object) -> None:
                    super().__init__(*args)  # pyright: ignore[reportArgumentType]
                    self.descriptions.trace = []
                    traced.append(self)  # noqa: B023 - used before the next story

            original, stage.Resolver = stage.Resolver, Traced  # pyright: ignore[reportPrivateUsage]
            try:
                _, _, resolved = given(reader, told.stories[row["id"]], told.nested.get(row["id"]), condition)
            finally:
                stage.Resolver = original
            resolver = traced[0]
            # Every entity gets an id, spoken or not.
            for entity in resolver.entities.all:
                entity.spoke = True
            results = [(k, None, None) for k in range(len(resolver.entities.all))]
            ids = [s.speaker for s in finished(resolver.entities, [resolved[0]] * len(results), results)[1]]
            by_head = {said.source[-1][1] - 1: k for k, said in enumerate(resolver.said) if said.source}
            for at, found in resolver.descriptions.trace or ():
                gold = row["statements"][by_head[at]]["speaker"] if at in by_head else None
                if not gold or len(found) < 2:
                    continue
                meant = [resolver.united.get(k, k) for k, _ in found]
                right = [j for j, k in enumerate(meant) if ids[k] and same(gold, str(ids[k]), {}, named[gold])]
                if right:
                    out.append((number, np.array([f for _, f in found]), right[0]))
    return out


def fit(data: list[Example]) -> NDArray[np.float64]:
    """Weights of FEATURES by gradient ascent on the penalised log-likelihood."""
    x = np.concatenate([candidates for _, candidates, _ in data])
    many = [len(candidates) for _, candidates, _ in data]
    starts = np.cumsum([0, *many[:-1]])
    right = starts + [k for _, _, k in data]
    scale = x.std(0) + 1e-6
    x = x / scale
    weights = np.zeros(len(FEATURES))
    for _ in range(STEPS):
        scores = x @ weights
        odds = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), many))
        p = odds / np.repeat(np.add.reduceat(odds, starts), many)
        weights += 0.5 * (x[right].sum(0) - p @ x - RIDGE * weights) / len(data)
    return weights / scale


def accuracy(data: list[Example], weights: NDArray[np.float64]) -> float:
    """Share of examples whose likeliest candidate is right."""
    return float(np.mean([int((x @ weights).argmax()) == right for _, x, right in data]))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    reader = Reader(args.model)
    data, own = (examples(reader, told) for told in (polnear(args.corpora, "train", None), invented(stories())))
    nearest = np.zeros(len(FEATURES))
    nearest[FEATURES.index("distance")] = -1
    held: list[bool] = []
    for fold in range(FOLDS):
        weights = fit([e for e in data if e[0] % FOLDS != fold])
        held.extend(int((x @ weights).argmax()) == right for story, x, right in data if story % FOLDS == fold)
    only = np.zeros(len(FEATURES))
    only[FEATURES.index("vectors")] = 1
    weights = fit(data)
    shares = {
        "left-out stories": float(np.mean(held)),
        "invented stories": accuracy(own, weights),
        "nearest candidate": accuracy(data, nearest),
        "vectors alone": accuracy(data, only),
    }
    print(f"{len(data)} anaphors; right: " + ", ".join(f"{name} {100 * share:.1f} %" for name, share in shares.items()))
    lines = [f'"{name}" = {weight:.3f}' for name, weight in zip(FEATURES, weights, strict=True)]
    print("\n".join(lines))
    if args.write:
        head = (
            f"# Weights of actors/reference.py; fitted by evaluation/fit_reference.py on {len(data)} anaphors of our readings of PolNeAR's\n"
            "# training stories, clean and degraded.\n[weights]\n"
        )
        Path(str(files("rejoinder.actors").joinpath("tables", "reference.toml"))).write_text(head + "\n".join(lines) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
