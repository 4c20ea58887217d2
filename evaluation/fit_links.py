"""Fits the weights of links: src/rejoinder/disputes/tables/links.toml and answers.toml, on train and on our own stories.

    python -m evaluation.fit_links [--only denials ...]

All compete with the other candidates of their answering statement and with none; thresholds are chosen on stories left out.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.corpus import CONDITIONS, CORPORA
from evaluation.disputes_gold import gold_stories, invented_stories
from evaluation.links import Read, given
from rejoinder.disputes import answers
from rejoinder.disputes import link as linking
from rejoinder.disputes.facts import Facts, facts_of
from rejoinder.disputes.link import FARTHEST, Linear, Network
from rejoinder.disputes.named import named_answers
from rejoinder.disputes.pairs import FEATURES, Pairs, pairs
from rejoinder.pipeline import Reader
from rejoinder.tagging.labels import ACTS
from rejoinder.types import Relation

TABLES = Path(linking.__file__).parent / "tables"
HEADER = """# Which walk-back or contradiction answers which claim: weights of answers.FEATURES (link.probabilities), the probabilities from which a pair is a
# link, those of repetitions and denials among them, and weights of answers.RELATING: whether an answer denies or disputes. Written by
# `python -m evaluation.fit_links` from our own gold on PolNeAR's train split and our invented stories.
"""
NETWORKS = """# Which statement repeats which, and which denial answers which claim: networks over pairs.FEATURES and answers.FEATURES (link.Network). Of each
# feature its mean, its scale and its weights in the hidden units. Written by `python -m evaluation.fit_links` like links.toml.
"""
LEAST = np.arange(0.1, 0.9, 0.02).round(2).tolist()
DENIES = "denies"  # whether an answer denies or disputes
# Least precision of links on train stories left out: where the tagger has not learnt from a story it is lower. Rare ones are missed more easily.
PRECISE = {"repeats": 0.55, "denials": 0.68, "retractions": 0.5, "contradictions": 0.5}
NEARLY = 0.01  # of F1: no more than chance; of two thresholds the lower one shows more
FOLDS, FEW_FOLDS = 6, 3  # of stories; fewer for a network, which takes longer
RIDGE = 8.0
STEPS = 30
ENOUGH = 1e-3  # of the loss, under which fitting stops
# Of a network: hidden units of each of those that are put together, how many are, passes over the answering statements, so many of which make a step of Adam,
# its rate at the start (it falls to 0 in a straight line), share of units left out, decay of the weights.
UNITS, SEEDS, PASSES, BATCH, RATE, DROPPED, DECAY = 32, 2, 6, 64, 0.002, 0.3, 0.01
NETWORKED = ("repeats", "denials")  # what gold has thousands of
FIRST, SECOND, TINY = 0.9, 0.999, 1e-8  # Adam's (Kingma and Ba 2015)
Weight = Linear | Network


def borrowed(reads: Sequence[Read], lenders: Sequence[Read], seed: int = 1) -> list[Read]:
    """Train reads with the acts of dev statements of the same act in gold: the model has learnt from the train stories, and is surer of them than of others."""
    draw = np.random.default_rng(seed)
    lent: dict[str, list[NDArray[np.floating]]] = defaultdict(list)
    for read in lenders:
        for row, gold in zip(read.acts, read.story.gold["statements"], strict=True):
            lent[gold["act"]].append(row)
    out: list[Read] = []
    for read in reads:
        rows = [lent[g["act"]] or [own] for own, g in zip(read.acts, read.story.gold["statements"], strict=True)]
        out.append(replace(read, acts=np.array([choice[draw.integers(len(choice))] for choice in rows]).reshape(-1, len(ACTS))))
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Pairs of many stories: features, whether gold links them, number of the story, and where the pairs of each answering statement begin."""

    x: NDArray[np.float64]
    right: NDArray[np.float64]
    story: NDArray[np.intp]
    starts: NDArray[np.intp]

    def of(self, chosen: NDArray[np.bool_]) -> Examples:
        """Those of the pairs for which `chosen` (m,) is true; it takes or leaves whole stories."""
        place = np.cumsum(chosen) - 1
        return Examples(self.x[chosen], self.right[chosen], self.story[chosen], place[self.starts[chosen[self.starts]]])


def examples(reads: Sequence[Read], table: Callable[[Facts], Pairs], relations: Sequence[Relation]) -> Examples:
    """The pairs of `reads` that `table` makes, right where gold has one of the relations; stories are numbered by their ids."""
    number = {story: k for k, story in enumerate(dict.fromkeys(read.story.story["id"] for read in reads))}
    parts: list[tuple[Pairs, list[bool], int]] = []
    for read in reads:
        if not read.statements:
            continue
        linked = {(link["from"], link["to"]) for link in read.story.gold["links"] if link["relation"] in relations}
        here = table(facts_of(read.words, read.statements, read.actors, read.meanings, read.acts))
        right = [ends in linked for ends in zip(here.answering.tolist(), here.answered.tolist(), strict=True)]
        parts.append((here, right, number[read.story.story["id"]]))
    before = np.cumsum([0, *(len(right) for _, right, _ in parts)])
    return Examples(
        np.concatenate([here.values for here, _, _ in parts]),
        np.concatenate([right for _, right, _ in parts]).astype(float),
        np.concatenate([np.full(len(right), story) for _, right, story in parts]),
        np.concatenate([here.starts + first for (here, _, _), first in zip(parts, before[:-1], strict=True)]),
    )


def fitted(known: Examples, ridge: float = RIDGE) -> NDArray[np.float64]:
    """Weights by Newton's method with a ridge: the likelihood of gold's choice among the pairs of each answering statement and none."""
    x, starts = known.x, known.starts
    many = np.diff(np.append(starts, len(x)))
    share = known.right / np.repeat(np.maximum(np.add.reduceat(known.right, starts), 1), many)
    none = 1 - np.add.reduceat(share, starts)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        p = linking.probabilities(x @ w, starts)
        left = np.maximum(1 - np.add.reduceat(p, starts), 1e-12)
        return float(ridge / 2 * w @ w - share @ np.log(np.maximum(p, 1e-12)) - none @ np.log(left)), p

    weights = np.zeros(x.shape[1])
    now, p = loss(weights)
    for _ in range(STEPS):
        weighed = x * p[:, None]
        mean = np.add.reduceat(weighed, starts)
        step = np.linalg.solve(x.T @ weighed - mean.T @ mean + ridge * np.eye(x.shape[1]), x.T @ (p - share) + ridge * weights)
        size = 1.0
        while (found := loss(weights - size * step))[0] > now and size > ENOUGH:
            size /= 2
        gain, weights, (now, p) = now - found[0], weights - size * step, found
        if gain < ENOUGH:
            break
    return weights


def network(known: Examples) -> Network:
    """Several networks as one, each by Adam on all pairs at once: the likelihood of gold's choice, as of `fitted`."""
    mean, scale = known.x.mean(0), known.x.std(0) + ENOUGH
    z = np.clip((known.x - mean) / scale, -FARTHEST, FARTHEST).astype(np.float32)
    parts = [_trained(z, known, np.random.default_rng(seed)) for seed in range(SEEDS)]
    inner, bias, outer, last = (np.concatenate([np.atleast_1d(part[k]) for part in parts], -1).astype(np.float64) for k in range(4))
    return Network(mean, scale, inner, bias, outer / SEEDS, float(last.mean()))


def _trained(z: NDArray[np.float32], known: Examples, draw: np.random.Generator) -> list[NDArray[np.float32]]:
    """Layers after PASSES over the pairs of all answering statements, BATCH of these at a time."""
    ends = np.append(known.starts, len(z))
    share = (known.right / np.repeat(np.maximum(np.add.reduceat(known.right, known.starts), 1), np.diff(ends))).astype(np.float32)
    size = z.shape[1]
    weights = [draw.uniform(-1, 1, shape).astype(np.float32) / np.float32(np.sqrt(n)) for shape, n in (((size, UNITS), size), (UNITS, UNITS))]
    layers = [weights[0], np.zeros(UNITS, np.float32), weights[1], np.full(1, -2, np.float32)]
    first, second = [np.zeros_like(p) for p in layers], [np.zeros_like(p) for p in layers]
    batches = [batch for _ in range(PASSES) for batch in np.array_split(draw.permutation(len(known.starts)), len(known.starts) // BATCH + 1)]
    for t, batch in enumerate(batches, 1):
        many = ends[batch + 1] - ends[batch]
        starts = np.cumsum(many) - many
        here = np.repeat(ends[batch] - starts, many) + np.arange(many.sum())
        kept = (draw.random((len(here), UNITS), dtype=np.float32) > DROPPED).astype(np.float32) / np.float32(1 - DROPPED)
        slopes = _slopes(layers, z[here], share[here], starts, kept)
        for k, slope in enumerate(slopes):
            first[k] = FIRST * first[k] + (1 - FIRST) * slope
            second[k] = SECOND * second[k] + (1 - SECOND) * slope**2
            step = first[k] / (1 - FIRST**t) / (np.sqrt(second[k] / (1 - SECOND**t)) + TINY)
            decayed = DECAY * layers[k] if k in (0, 2) else 0  # no decay of biases
            layers[k] = (layers[k] - RATE * (1 - t / len(batches)) * (step + decayed)).astype(np.float32)
    return layers


def _slopes(
    layers: list[NDArray[np.float32]], z: NDArray[np.float32], share: NDArray[np.float32], starts: NDArray[np.intp], kept: NDArray[np.float32]
) -> list[NDArray[np.float32]]:
    """Of the mean loss over some answering statements, whose pairs begin at `starts`, for each layer; kept: which units are, and how much they weigh."""
    inner, bias, outer, last = layers
    units = z @ inner + bias
    shown = np.maximum(units, 0) * kept
    p = linking.probabilities((shown @ outer + last).astype(np.float64), starts).astype(np.float32)
    wrong = (p - share) / np.float32(len(starts))
    back = wrong[:, None] * outer * kept * (units > 0)
    return [slope.astype(np.float32) for slope in (z.T @ back, back.sum(0), shown.T @ wrong, np.atleast_1d(wrong.sum()))]


def threshold(known: Examples, least: float, fit: Callable[[Examples], Weight], folds: int) -> float:
    """The lowest threshold with nearly (NEARLY) the best F1 at a precision of `least` or more, on stories left out of the fitting."""
    fold = known.story % folds
    sure, right = np.zeros(0), np.zeros(0)
    for f in range(folds):
        left = known.of(fold == f)
        p = linking.probabilities(fit(known.of(fold != f)).scores(left.x), left.starts)
        best = linking.likeliest(p, left.starts)
        sure, right = np.append(sure, p[best]), np.append(right, left.right[best])
    total = max(known.right.sum(), 1)
    found: list[tuple[float, float]] = [(0.0, LEAST[-1])]
    for t in LEAST:
        kept = right[sure >= t]
        precision, f1 = kept.mean() if len(kept) else 0.0, 2 * kept.sum() / (len(kept) + total)
        print(f"  from {t}: precision {100 * precision:.0f}, recall {100 * kept.sum() / total:.0f}, F1 {100 * f1:.1f}", flush=True)
        if precision >= least:
            found.append((f1, t))
    best, _ = max(found)
    return min(t for f1, t in found if f1 >= best - NEARLY)


def write(weight: linking.Weights) -> None:
    """Writes links.toml and answers.toml."""
    lines = [HEADER, "[least]", *(f"{name} = {least}" for name, least in weight.least.items())]
    networks = [NETWORKS]
    for name, (features, values) in {
        "repeats": (FEATURES, weight.repeats),
        DENIES: (answers.RELATING, weight.denies),
        **{name: (answers.FEATURES, values) for name, values in weight.answers.items()},
    }.items():
        if isinstance(values, Linear):
            lines.extend(["", f"[{name}]", *(f'"{feature}" = {value:.3f}' for feature, value in zip(features, values.weights.tolist(), strict=True))])
            continue
        rows = np.column_stack([values.mean, values.scale, values.inner]).tolist()
        networks.extend([f"[{name}]", f"bias = {_numbers(values.bias.tolist())}", f"outer = {_numbers(values.outer.tolist())}", f"last = {values.last:.3f}"])
        networks.extend([f"[{name}.features]", *(f'"{feature}" = {_numbers(row)}' for feature, row in zip(features, rows, strict=True))])
    (TABLES / "links.toml").write_text("\n".join(lines) + "\n", encoding="utf8")
    (TABLES / "answers.toml").write_text("\n".join(networks) + "\n", encoding="utf8")


def _numbers(values: Sequence[float]) -> str:
    return f"[{', '.join(f'{value:.4f}' for value in values)}]"


def fit_links(train: Sequence[Read], tune: Sequence[Read], invented: Sequence[Read], only: Sequence[str] = ()) -> None:
    """Fits and writes the weights: on what the program says of the train statements, and on the same with acts as on unseen ones.

    Args:
        train: statements of the train stories.
        tune: of the stories that lend their acts.
        invented: of our own stories.
        only: names of what is fitted anew, of PRECISE, or DENIES; all if empty.
    """
    everything = [*train, *borrowed(train, tune), *invented, *borrowed(invented, tune)]
    tables: dict[str, tuple[Callable[[Facts], Pairs], Sequence[Relation]]] = {"repeats": (_repetitions, ("repeats",))}
    for kind in answers.KINDS:
        tables[kind.name] = (partial(_answer_pairs, kind), (kind.relation,) if kind.relation else ("denies", "disputes"))
    before = linking.weights() if only else None
    least: dict[str, float] = dict(before.least) if before else {}
    weights: dict[str, Weight] = {"repeats": before.repeats, **before.answers} if before else {}
    denies = _denies(everything) if before is None or DENIES in only else before.denies
    for name in [name for name in only if name != DENIES] or ([] if only else tables):
        print(name, flush=True)
        known = examples(everything, *tables[name])
        fit, folds = (network, FEW_FOLDS) if name in NETWORKED else (lambda found: Linear(fitted(found)), FOLDS)
        least[name] = threshold(known, PRECISE[name], fit, folds)
        weights[name] = fit(known)
    write(linking.Weights(weights.pop("repeats"), weights, denies, least))
    linking.weights.cache_clear()


def _denies(reads: Sequence[Read]) -> Linear:
    """Whether an answer denies, by logistic regression on gold's answers."""
    rows: list[NDArray[np.float64]] = []
    right: list[bool] = []
    for read in reads:
        linked = {(link["from"], link["to"]): link["relation"] == DENIES for link in read.story.gold["links"] if link["relation"] in (DENIES, "disputes")}
        facts = facts_of(read.words, read.statements, read.actors, read.meanings, read.acts)
        found = _answer_pairs(answers.KINDS[0], facts)
        ends = list(zip(found.answering.tolist(), found.answered.tolist(), strict=True))
        here = [k for k, pair in enumerate(ends) if pair in linked]
        place = {k: j for j, k in enumerate(facts.order)}
        a, b = (np.array([place[ends[k][end]] for k in here], np.intp) for end in (0, 1))
        rows.extend(answers.relating(facts, a, b, found.values[here]) if here else [])
        right.extend(linked[ends[k]] for k in here)
    x, y = np.array(rows), np.array(right, float)
    weights = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        weights -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(weights)), x.T @ (p - y) + RIDGE * weights)
    print(f"{DENIES}: {len(y)} answers, {100 * y.mean():.0f} % deny, {100 * np.mean((x @ weights > 0) == y):.0f} % told right where fitted", flush=True)
    return Linear(weights)


def _repetitions(facts: Facts) -> Pairs:
    return next(pairs(facts, part=len(facts)))


def _answer_pairs(kind: answers.Kind, facts: Facts) -> Pairs:
    return answers.answer_pairs(facts, kind, {x.answering: x for x in named_answers(facts)})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--only", nargs="+", choices=(*PRECISE, DENIES), default=(), help="what to fit anew, if not all")
    args = parser.parse_args()
    reader = Reader(args.model)
    sets = gold_stories(args.corpora, "train"), gold_stories(args.corpora, "dev", "tune"), invented_stories()
    fit_links(*([given(reader, story, condition) for condition in CONDITIONS for story in stories] for stories in sets), only=args.only)


if __name__ == "__main__":
    main()
