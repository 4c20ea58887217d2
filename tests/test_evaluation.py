"""The scorer, the floors, calibration: the instruments that figures are read from."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.actors import same
from evaluation.attribution import Scores, item, matches
from evaluation.calibrate import crosswise, fit, reliability
from evaluation.corpus import carry
from evaluation.gate import Figure, below, raised
from training.variants import clean, dump

TEXT = "Ana said , it rained hard ."
TOKENS = [(0, 3), (4, 8), (9, 10), (11, 13), (14, 20), (21, 25), (26, 27)]


def made(source: tuple[int, int] | None, cue: tuple[int, int], content: tuple[int, int]) -> dict[str, list[tuple[int, int]]]:
    return {"source": [source] if source else [], "cue": [cue], "content": [content]}


GOLD = item(made((0, 3), (4, 8), (11, 25)), TOKENS, TEXT)


@pytest.mark.parametrize(
    ("predicted", "relaxed", "exact"),
    [
        (made((0, 3), (4, 8), (11, 25)), True, True),
        (made((0, 3), (4, 8), (9, 27)), True, True),  # punctuation at the edges is not counted
        (made((0, 3), (4, 8), (11, 20)), True, False),
        (made((0, 3), (4, 8), (11, 13)), False, False),  # a third of the content
        (made(None, (4, 8), (11, 25)), False, False),
        (made((0, 3), (21, 25), (11, 20)), False, False),
    ],
)
def test_relaxed_and_exact(predicted: dict[str, list[tuple[int, int]]], relaxed: bool, exact: bool):
    scores = Scores()
    scores.add([GOLD], [item(predicted, TOKENS, TEXT)])
    assert scores.counts["attribution"].hits == int(relaxed)
    assert scores.counts["attribution exact"].hits == int(exact)


def test_a_gold_statement_is_matched_once():
    assert matches([GOLD], [GOLD, GOLD]) == [0, None]


def test_f1_of_nothing_is_zero():
    assert Scores().f1()["attribution"] == 0.0


def test_gold_is_carried_into_the_dump():
    text = 'He said, "I don\'t."'
    variant = dump(text)
    assert variant.text == "he said , i don t ."
    ((start, end),) = carry([[9, 19]], variant)
    assert variant.text[start:end] == "i don t ."
    assert carry([[8, 9]], variant) == []
    assert carry([[9, 19]], clean(text)) == [(9, 19)]


def figures(**percents: float):
    return {"clean": {name: Figure(percent, 1000) for name, percent in percents.items()}}


@pytest.mark.parametrize(
    ("gold", "read", "right"),
    [
        ("person:jim-jones", "person:james-jones", True),
        ("person:chris-quill", "person:christopher-quill", True),
        ("person:ada-quill", "person:tom-quill", False),
        ("organization:harbour-board", "organization:harbours-board", True),
        ("organization:president-s-office", "organization:presidents-office", True),
    ],
)
def test_who_is_the_same(gold: str, read: str, right: bool):
    assert same(gold, read, {}, named=True) == right


def test_floors_only_go_up():
    floors = {"clean": {"a": 50.0, "b": 60.0}}
    assert raised(figures(a=55.0, b=10.0), floors) == {"clean": {"a": 55.0, "b": 60.0}}
    assert raised(figures(a=55.0), {**floors, "degraded": {"a": 1.0}}) == {"clean": {"a": 55.0, "b": 60.0}, "degraded": {"a": 1.0}}


def test_what_is_below_its_floor_is_told():
    floors = {"clean": {"a": 50.0, "b": 60.0}}
    assert below(figures(a=55.0, b=59.4), floors) == ["clean: b is 59.4 of 1000, its floor is 60.0"]
    assert below({}, floors) == ["clean: a is 0.0 of 0, its floor is 50.0", "clean: b is 0.0 of 0, its floor is 60.0"]
    assert below(figures(a=50.0, b=59.6), floors) == []
    assert below({"clean": {"a": Figure(39.0, 20)}}, {"clean": {"a": 50.0}}) == []  # the standard error of ten in twenty is 11.2 points
    assert below({"clean": {"a": Figure(38.0, 20)}}, {"clean": {"a": 50.0}}) == ["clean: a is 38.0 of 20, its floor is 50.0"]


def test_calibration_recovers_a_known_scale():
    rng = np.random.default_rng(0)
    x = np.stack([np.ones(4000), rng.normal(0, 2, 4000)], 1)
    y = (rng.random(4000) < 1 / (1 + np.exp(-(x @ [0.5, 1.5])))).astype(float)
    assert fit(x, y) == pytest.approx([0.5, 1.5], abs=0.15)
    p = crosswise(x, y, np.arange(4000) % 2)
    assert all(abs(mean - share) < 0.08 for _, _, _, mean, share in reliability(p, y))
