"""Stage: show. Counts by day -> plots over time: bars and dots as SVG, each with the table that stands behind it.

The SVG is drawn with svg.py, in classes only (the page's policy forbids styles in attributes; colours are those of the sheet). svg.py escapes nothing, so every
text goes through `_escaped`. A plot is drawn narrow, for a phone, and grows with the page; what would overlap is left out of the axis, never of the table.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import svg
from markupsafe import Markup, escape

from rejoinder.record.answers import OnDay
from rejoinder.show.view import clean

WIDTH, TOP, LANE, BARS = 480, 24, 27, 130  # in units of the drawing, which is about as many pixels wide on a phone
AXIS = 40  # below: the days, and what they are
BARS_LEFT, DOTS_LEFT, RIGHT = 40, 122, 8
MOST, LEAST = 60, 7  # bars across; so few days at least, that one day is not one wide bar
LETTER = 7.9  # width of a digit in the largest type that the sheet sets
DOT = 11.0  # radius of the largest
YEARS = (1000, 2999)  # other dates are mistakes


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of time that repeats: so many days (weeks begin on Mondays), or so many months."""

    name: str
    days: int = 0
    months: int = 0

    def floor(self, day: date) -> date:
        """The beginning of the stretch that holds a day."""
        if self.days:
            return date.fromordinal((day.toordinal() - 1) // self.days * self.days + 1)
        month = (day.year * 12 + day.month - 1) // self.months * self.months
        return date(month // 12, month % 12 + 1, 1)

    def after(self, start: date) -> date:
        """The beginning of the next one."""
        return self.floor(start + timedelta(self.days or self.months * 31))

    @property
    def length(self) -> float:
        """Days, about."""
        return self.days or self.months * 30.44

    def label(self, start: date) -> str:
        """A day, a month or a year."""
        return start.isoformat()[: 10 if self.days else 7 if self.months % 12 else 4]


DECADE, CENTURY = 120, 1200  # months
BINS = (Step("day", 1), Step("week", 7), Step("month", 0, 1), Step("year", 0, 12), Step("decade", 0, DECADE), Step("century", 0, CENTURY))
TICKS = (
    *(Step("", days) for days in (1, 2, 7, 14)),
    *(Step("", 0, months) for months in (1, 2, 3, 6, 12, 24, 60, DECADE, 2 * DECADE, 5 * DECADE, CENTURY, 2 * CENTURY, 5 * CENTURY)),
)


class Key(NamedTuple):
    """A series of bars or a row of dots: its name, and its class in the sheet."""

    name: str
    css: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot as a page sets it; rows: the table behind it, of the stretches in which anything is. undated: how many could not be placed; svg None: all."""

    title: str
    unit: str
    keys: tuple[Key, ...]
    svg: Markup | None
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    undated: int


class _Time(NamedTuple):
    """The axis: where stretches begin (and the last one ends), of which step, and what is counted in each."""

    step: Step
    edges: list[date]
    counts: list[list[int]]
    left: int

    def x(self, day: date) -> float:
        """Where a day stands."""
        first, last = self.edges[0].toordinal(), self.edges[-1].toordinal()
        return round(self.left + (day.toordinal() - first) / (last - first) * (WIDTH - RIGHT - self.left), 1)


def bars(id: str, title: str, days: Sequence[OnDay], names: Sequence[str], what: str) -> Plot:
    """Bars over time, side by side for each series.

    Args:
        id: of the drawing, unique on its page.
        title: what it shows.
        days: counts, one for each series.
        names: of the series; two at most.
        what: is counted.
    """
    keys = tuple(Key(name, css) for name, css in zip(names, ("bar", "bar-2"), strict=False))
    time = _time(days, BARS_LEFT)
    if time is None:
        return _plot(title, keys, None, None, days)
    base = TOP + BARS
    step = _nice(max(map(max, time.counts)))
    top = -(-max(map(max, time.counts)) // step) * step
    parts: list[svg.Element] = [_text(what, 2, 13)]
    for value in range(0, top + 1, step):
        y = round(base - value / top * BARS, 1)
        parts += [_line("grid" if value else "axis", BARS_LEFT, y, WIDTH - RIGHT, y), _text(str(value), BARS_LEFT - 5, y + 4, "end")]
    for k, counts in enumerate(time.counts):
        start, end = time.x(time.edges[k]), time.x(time.edges[k + 1])
        wide = (end - start) * 0.86 / len(keys)
        for j, count in enumerate(counts):
            if count:
                high = round(count / top * BARS, 1)
                x = round(start + (end - start) * 0.07 + j * wide, 1)
                parts.append(
                    svg.Rect(x=x, y=round(base - high, 1), width=round(wide, 1), height=high, class_=[keys[j].css], elements=[_hint(time, k, keys[j], count)])
                )
    return _plot(title, keys, time, _drawing(id, title, time, keys, base, parts), days)


def dots(id: str, title: str, days: Sequence[OnDay], lanes: Sequence[Key]) -> Plot:
    """A row of dots over time for each of several things, larger where there are more; things that never are get no row.

    Args:
        id: of the drawing, unique on its page.
        title: what it shows.
        days: counts, one for each lane.
        lanes: their names and classes.
    """
    used = [k for k in range(len(lanes)) if any(day.counts[k] for day in days)]
    days = [OnDay(day.day, tuple(day.counts[k] for k in used)) for day in days]
    keys = tuple(lanes[k] for k in used)
    time = _time(days, DOTS_LEFT)
    if time is None:
        return _plot(title, keys, None, None, days)
    most = max(map(max, time.counts))
    parts: list[svg.Element] = []
    for j, lane in enumerate(keys):
        y = 8 + LANE * j + LANE // 2
        parts += [_line("grid", DOTS_LEFT, y, WIDTH - RIGHT, y), _text(lane.name, DOTS_LEFT - 8, y + 4, "end")]
        for k, counts in enumerate(time.counts):
            if counts[j]:
                start, end = time.x(time.edges[k]), time.x(time.edges[k + 1])
                radius = round(max(2.0, min(DOT, (end - start) / 2 - 0.4) * (counts[j] / most) ** 0.5), 1)
                hint = _hint(time, k, lane, counts[j])
                parts.append(svg.Circle(cx=round((start + end) / 2, 1), cy=y, r=radius, class_=["dot", lane.css], elements=[hint]))
    base = 8 + LANE * len(keys)
    return _plot(title, keys, time, _drawing(id, title, time, keys, base, [_line("axis", DOTS_LEFT, base, WIDTH - RIGHT, base), *parts]), days)


def _plot(title: str, keys: tuple[Key, ...], time: _Time | None, drawn: Markup | None, days: Iterable[OnDay]) -> Plot:
    rows = [(time.step.label(start), tuple(counts)) for start, counts in zip(time.edges, time.counts, strict=False) if any(counts)] if time else []
    undated = sum(sum(day.counts) for day in days if _date(day.day) is None)
    return Plot(title, time.step.name if time else "day", keys, drawn, tuple(rows), undated)


def _date(day: str | None) -> date | None:
    try:
        found = date.fromisoformat(day or "")
    except ValueError:
        return None
    return found if YEARS[0] <= found.year <= YEARS[1] else None


def _time(days: Sequence[OnDay], left: int) -> _Time | None:
    """The days in stretches of the shortest step of which they take no more than MOST; None: no day is known."""
    known = [(day, one.counts) for one in days if any(one.counts) and (day := _date(one.day))]
    if not known:
        return None
    first, last = min(day for day, _ in known), max(day for day, _ in known)
    step = next((step for step in BINS if (last - first).days / step.length < MOST), BINS[-1])
    edges = [step.floor(first)]
    while edges[-1] <= last or len(edges) <= LEAST:
        edges.append(step.after(edges[-1]))
        if edges[-1] > last and len(edges) <= LEAST:
            edges.insert(0, step.floor(edges[0] - timedelta(1)))
    counts = [[0] * len(known[0][1]) for _ in edges[1:]]
    for day, some in known:
        place = counts[bisect_right(edges, day) - 1]
        for k, count in enumerate(some):
            place[k] += count
    return _Time(step, edges, counts, left)


def _nice(most: int) -> int:
    """A round step with which an axis up to `most` has four lines or fewer."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if most / step <= 4:
                return step
        size *= 10


def _drawing(id: str, title: str, time: _Time, keys: Sequence[Key], base: float, parts: Sequence[svg.Element]) -> Markup:
    """A whole drawing with its axis of time, and what a screen reader says of it."""
    sums = ", ".join(f"{key.name}: {sum(counts[k] for counts in time.counts)}" for k, key in enumerate(keys))
    said = f"From {time.edges[0]} to {time.edges[-1] - timedelta(1)} by {time.step.name}; {sums}. The numbers stand in the table below."
    return _marked_up(
        svg.SVG(
            viewBox=svg.ViewBoxSpec(0, 0, WIDTH, base + AXIS),
            class_=["plot", "over-time"],
            extra={"role": "img", "aria-labelledby": f"{id}-title {id}-said"},
            elements=[
                svg.Title(id=f"{id}-title", text=_escaped(title)),
                svg.Desc(id=f"{id}-said", text=_escaped(said)),
                *_axis(time, base),
                _text(f"published, by {time.step.name}", WIDTH - RIGHT, base + 34, "end"),
                *parts,
            ],
        )
    )


def _axis(time: _Time, base: float) -> Iterator[svg.Element]:
    """Marks and dates below the line at `base`, as many as have room."""
    first, last = time.edges[0], time.edges[-1]

    def fits(step: Step) -> bool:
        room = (WIDTH - RIGHT - time.left) / (LETTER * (len(step.label(first)) + 1.5))
        return step.length >= time.step.length * 0.9 and (last - first).days / step.length <= room

    step = next(filter(fits, TICKS), TICKS[-1])
    at, free = step.floor(first), 0.0
    at = at if at >= first else step.after(at)
    while at <= last:
        label, x = step.label(at), time.x(at)
        wide = len(label) * LETTER
        start = min(max(x - wide / 2, 0), WIDTH - wide)
        yield _line("axis", x, base, x, base + 4)
        if start >= free:
            yield _text(label, round(start + wide / 2, 1), base + 17, "middle")
            free = start + wide + LETTER
        at = step.after(at)


def _hint(time: _Time, k: int, key: Key, count: int) -> svg.Title:
    return svg.Title(text=_escaped(f"{time.step.label(time.edges[k])}, {key.name}: {count}"))


def _line(css: str, x1: float, y1: float, x2: float, y2: float) -> svg.Line:
    return svg.Line(class_=[css], x1=x1, y1=y1, x2=x2, y2=y2)


def _text(words: str, x: float, y: float, anchor: str = "start") -> svg.Text:
    return svg.Text(class_=[f"at-{anchor}"], x=x, y=y, text=_escaped(words))


def _escaped(words: str) -> str:
    return str(escape(clean(words)))


def _marked_up(drawing: svg.SVG) -> Markup:
    # The one place where a page gets markup that Jinja does not escape: svg.py's elements, numbers, names of our own classes, and text from `_escaped`.
    return Markup(drawing.as_str())  # noqa: S704
