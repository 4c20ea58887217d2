"""Plots over time: what is drawn, that nothing hostile gets through, and that nothing overlaps, however many days there are or few."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from rejoinder.record.answers import OnDay
from rejoinder.web.plots import LETTER, MOST, WIDTH, Key, Plot, bars, dots

SVG = "{http://www.w3.org/2000/svg}"
LANES = (Key("said first", "dot-first"), Key("said again", "dot-repeats"), Key("denied", "dot-denies"))
RANGES = {
    "one day": ["2024-02-29"],
    "two days": ["2024-02-29", "2024-03-01"],
    "a month": ["2024-01-31", "2024-02-28"],
    "a year": ["2023-12-31", "2024-12-30"],
    "six years": ["2018-07-04", "2024-07-04"],
    "a life": ["1931-01-01", "2024-05-05"],
    "all there is": ["1000-01-01", "2999-12-31"],
    "every day for three years": [(date(2021, 1, 1) + timedelta(k)).isoformat() for k in range(1095)],
}


def drawn(plot: Plot) -> ElementTree.Element:
    return ElementTree.fromstring(str(plot.svg))  # noqa: S314


@pytest.mark.parametrize("days", RANGES.values(), ids=RANGES)
def test_bars_stand_side_by_side_and_dates_do_not_overlap(days: list[str]):
    plot = bars("p", "Statements", [OnDay(day, (3, 1)) for day in days], ("by", "about"), "statements")
    root = drawn(plot)
    places = sorted((float(r.get("x", "")), float(r.get("width", ""))) for r in root.iter(f"{SVG}rect"))
    assert 0 < len(places) <= 2 * (MOST + 1)
    assert all(x + width <= following + 0.3 for (x, width), (following, _) in pairwise(places))
    assert places[0][0] >= 40
    assert places[-1][0] + places[-1][1] <= WIDTH
    dates = [text for text in root.iter(f"{SVG}text") if text.get("class") == "at-middle"]
    spans = [(float(t.get("x", "")) - len(t.text or "") * LETTER / 2, float(t.get("x", "")) + len(t.text or "") * LETTER / 2) for t in dates]
    assert 1 <= len(dates) <= 8
    assert spans[0][0] >= -0.1
    assert spans[-1][1] <= WIDTH + 0.1
    assert all(end < start for (_, end), (start, _) in pairwise(spans))
    assert sum(counts[0] for _, counts in plot.rows) == 3 * len(days)


@pytest.mark.parametrize("days", RANGES.values(), ids=RANGES)
def test_dots_of_a_row_do_not_overlap(days: list[str]):
    plot = dots("p", "A claim", [OnDay(day, (k == 0, k, 0)) for k, day in enumerate(days)], LANES)
    assert [key.name for key in plot.keys] == ["said first", "said again"][: len(days)]  # what never is gets no row
    rows: dict[str, list[tuple[float, float]]] = {}
    for circle in drawn(plot).iter(f"{SVG}circle"):
        rows.setdefault(circle.get("cy", ""), []).append((float(circle.get("cx", "")), float(circle.get("r", ""))))
    for row in rows.values():
        assert all(x + r <= following - other + 0.5 for (x, r), (following, other) in pairwise(sorted(row)))


def test_one_day_is_one_narrow_bar():
    (bar,) = drawn(bars("p", "Statements", [OnDay("2024-02-29", (2,))], ("by",), "statements")).iter(f"{SVG}rect")
    assert float(bar.get("width", "")) < 70


def test_the_axis_is_labelled_and_the_table_has_the_numbers():
    plot = bars("p", "Statements", [OnDay("2024-01-01", (12, 0)), OnDay("2024-01-03", (1, 30))], ("by", "about"), "statements")
    words = [text.text for text in drawn(plot).iter(f"{SVG}text")]
    assert {"statements", "published, by day", "0", "10", "30"} <= set(words)
    assert plot.rows == (("2024-01-01", (12, 0)), ("2024-01-03", (1, 30)))
    assert plot.unit == "day"


def test_a_screen_reader_is_told_what_it_is():
    root = drawn(bars("p", "Statements", [OnDay("2024-01-01", (12, 2))], ("by", "about"), "statements"))
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "p-title p-said"
    assert named["p-title"] == "Statements"
    assert "by: 12, about: 2" in (named["p-said"] or "")


@pytest.mark.parametrize("day", [None, "", "yesterday", "0001-01-01", "9999-12-31", "2024-02-31"])
def test_what_has_no_usable_date_is_counted_and_not_drawn(day: str | None):
    plot = bars("p", "Statements", [OnDay(day, (2, 1))], ("by", "about"), "statements")
    assert (plot.svg, plot.rows, plot.undated) == (None, (), 3)
    mixed = dots("p", "A claim", [OnDay("2024-01-01", (1, 0, 0)), OnDay(day, (0, 4, 0))], LANES)
    assert mixed.undated == 4
    assert mixed.rows == (("2024-01-01", (1, 0)),)


def test_nothing_is_nothing():
    assert bars("p", "Statements", [], ("by",), "statements").svg is None
    assert dots("p", "A claim", [OnDay("2024-01-01", (0, 0, 0))], LANES).svg is None


HOSTILE = "<script>alert('x')</script> & \"Kurz\" </title></svg> \u202e\x00"


@pytest.mark.parametrize("draw", [bars, dots])
def test_hostile_names_are_text(draw: object):
    days = [OnDay("2024-01-01", (1, 2))]
    plot = bars("p", HOSTILE, days, (HOSTILE, "b"), HOSTILE) if draw is bars else dots("p", HOSTILE, days, (Key(HOSTILE, "dot-first"), Key("b", "dot-denies")))
    root = drawn(plot)  # well-formed all the same
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "title", "desc", "text", "line", "rect", "circle"}
    assert "&lt;script&gt;" in str(plot.svg)
    assert "\x00" not in str(plot.svg)
    assert "\u202e" not in str(plot.svg)


def test_no_style_and_no_script_stands_in_attributes():
    # The page's policy forbids them.
    for plot in (bars("p", "S", [OnDay("2024-01-01", (1, 2))], ("a", "b"), "n"), dots("p", "S", [OnDay("2024-01-01", (1, 2, 3))], LANES)):
        names = {name for element in drawn(plot).iter() for name in element.attrib}
        assert "style" not in names
        assert not [name for name in names if re.match(r"on|href|fill|stroke", name)]
