"""Stage: resolve. Who a pronoun or a description means: the entities that may be meant, each with a probability.

The tagger's vectors say how well two words refer to the same; what the story tells beside them (who spoke last, how far back, whose words these are) is
weighed with it by a log-linear model over the candidates, fitted on our own readings of PolNeAR's training stories (evaluation/fit_reference.py).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from rejoinder.actors.entities import Entity
from rejoinder.actors.names import Page
from rejoinder.tagging.labels import distance_class

FEATURES = (
    "vectors",
    "distance",
    "same sentence",
    "sentence before",
    "last speaker",
    "often",
    "source",
    "own content",
    "gender known",
    "quoted",
    "before in sentence start",
    "holder indirect",
    "holder direct",
    "last speaker near",
    "named",
)
LATEST = 6  # mentions of a candidate that are looked at
FAR = 600  # words beyond which a mention is out of mind, unless it is all there is


Found = tuple[int | None, float]  # an entity and how sure it is
NOBODY: Found = (None, 0.0)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known where a phrase stands.

    at: its head word. own: content of the statement that it is the source of, as word ranges. last_speaker: entity that spoke last before.
    spoken: head words of sources. quoted: whether a word stands inside a direct content. holder: entity that speaks the words in which this
    statement stands; direct: whether this phrase is in somebody's own words.
    """

    at: int
    own: tuple[tuple[int, int], ...]
    last_speaker: int | None
    spoken: frozenset[int]
    quoted: Callable[[int], bool]
    holder: int | None = None
    direct: bool = False


def alone(at: int) -> Context:
    """The context of a phrase that is looked at outside of any statement."""
    return Context(at, (), None, frozenset(), lambda _: False)


@cache
def weights() -> tuple[float, ...]:
    """Weights of FEATURES, from reference.toml; a feature that was not fitted yet weighs nothing."""
    raw = tomllib.loads(files("rejoinder.actors").joinpath("tables", "reference.toml").read_text(encoding="utf8"))
    return tuple(float(raw["weights"].get(name, 0.0)) for name in FEATURES)


def candidates(page: Page, entities: Sequence[Entity], allowed: Sequence[int], context: Context) -> list[tuple[int, tuple[float, ...]]]:
    """Entities of `allowed` that were mentioned before, with their FEATURES."""
    found: list[tuple[int, tuple[float, ...]]] = []
    for k in allowed:
        count = entities[k].before(context.at)
        if count:
            found.append((k, _features(page, k, entities[k], count, context)))
    near = [item for item in found if item[1][1] <= math.log2(1 + FAR)]
    return near or found


def _features(page: Page, index: int, entity: Entity, count: int, context: Context) -> tuple[float, ...]:
    before = entity.mentions[max(0, count - LATEST) : count]
    latest = before[-1]
    refs = page.references
    query = refs.anaphor[context.at].astype(np.float32)
    heads = [m.head for m in before]
    keys = refs.antecedent[heads].astype(np.float32) + refs.apart[[distance_class(context.at - head) for head in heads]]
    vectors = float((keys @ query).max() - refs.apart[-1] @ query)
    apart = int(page.sentence[context.at] - page.sentence[latest.head])
    return (
        vectors,
        math.log2(1 + context.at - latest.head),
        float(apart == 0),
        float(apart == 1),
        float(index == context.last_speaker),
        math.log2(1 + count),
        float(latest.head in context.spoken),
        float(any(a <= latest.head < b for a, b in context.own)),
        float(bool(entity.gender)),
        float(context.quoted(latest.head)),
        float(latest.first == 0 or page.sentence[latest.first - 1] != page.sentence[latest.first]),
        float(index == context.holder and not context.direct),
        float(index == context.holder and context.direct),
        float(index == context.last_speaker and apart <= 1),
        float(entity.named),
    )


def probabilities(found: Sequence[tuple[int, tuple[float, ...]]]) -> list[tuple[int, float]]:
    """Candidates with their probabilities, likeliest first."""
    if not found:
        return []
    scores = np.array([features for _, features in found]) @ np.array(weights())
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    return sorted(((k, float(p)) for (k, _), p in zip(found, shares, strict=True)), key=lambda pair: -pair[1])
