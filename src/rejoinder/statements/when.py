"""Stage: compose. When a statement was made: "on Friday", "in June", "last year" -> an ISO date or interval, against the day of publication.

A weekday is the last such day up to publication, a month the last such month, "last week" the week before (weeks from Monday); what
gives no date ("recently", "earlier") gives none. Without a day of publication only what is written out ("June 14, 2015", "in 2010") is
dated. The value is ISO 8601: a day, month, year, or two days with a slash between. Which expression of its sentence is a statement's a
logistic model decides, fitted on our own gold (evaluation/times.py).
"""

from __future__ import annotations

import math
import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rejoinder.statements.sentences import sentences
from rejoinder.tagging.words import Words
from rejoinder.types import Span, Statement, Story, When

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
NUMBERS = {w: k for k, w in enumerate("a one two three four five six seven eight nine ten eleven twelve".split()) if k} | {
    "a": 1,
    "an": 1,
    "fifteen": 15,
    "twenty": 20,
}
UNITS = {"decade": 10, "decades": 10}

_MONTH = (
    r"jan(?:uary|\s?\.)?|feb(?:ruary|\s?\.)?|mar(?:ch|\s?\.)|apr(?:il|\s?\.)?|may|june?|july?|aug(?:ust|\s?\.)?"
    r"|sept?(?:ember|\s?\.)?|oct(?:ober|\s?\.)?|nov(?:ember|\s?\.)?|dec(?:ember|\s?\.)?"
)
_DAY = "|".join(WEEKDAYS)
_LEAD = r"(?:(?:on|in|at|during|by|for|over|since|from|of|earlier|late|later|early|back|the)\s+)*"
_PART = r"(?:\s+(?:morning|afternoon|evening|night))?"
_NUMBER = r"\d{1,2}|" + "|".join(NUMBERS)
_YEAR = r"(?:19|20)\d\d"

# Longest first: what one matches is not looked at by the next.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?<![\w'’.-])(?:{pattern})(?![\w-])", re.IGNORECASE))
    for name, pattern in (
        ("full", rf"{_LEAD}(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<year>{_YEAR})"),
        ("full", rf"{_LEAD}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_MONTH})\s*,?\s+(?P<year>{_YEAR})"),
        ("iso", r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)"),
        ("day", rf"{_LEAD}(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\s*[%:,]?\d)"),
        ("day", rf"{_LEAD}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_MONTH})"),
        ("month year", rf"{_LEAD}(?P<month>{_MONTH})\s*,?\s+(?:of\s+)?(?P<year>{_YEAR})"),
        ("ago", rf"(?P<count>{_NUMBER})\s+(?P<unit>days?|weeks?|months?|years?|decades?)\s+(?:ago|earlier|before)"),
        ("weekend", rf"{_LEAD}(?:(?P<which>this|last|past|the)\s+)*weekend"),
        ("relative", rf"{_LEAD}(?P<which>last|this|past|previous)\s+(?P<unit>week|month|year)"),
        ("weekday", rf"{_LEAD}(?:(?P<which>last|this|past|next)\s+)?(?P<weekday>{_DAY}){_PART}"),
        ("yesterday", rf"{_LEAD}yesterday{_PART}|last\s+(?:night|evening)"),
        ("today", rf"{_LEAD}today|tonight|this\s+(?:morning|afternoon|evening)"),
        ("month", rf"(?:in|last|since|during|back\s+in)\s+(?:(?:early|late|mid|mid-|an?|the)\s*)*(?P<month>{_MONTH})(?!\s+\d)"),
        ("month", r"(?:an?|the|early|late)\s+(?P<month>jan(?:uary)?|feb(?:ruary)?|april|june|july|august|sept(?:ember)?|october|november|december)(?!\s+\d)"),
        ("year", rf"(?:in|since|during|back\s+in|early|late)\s+(?:(?:an?|the|his|her|their|its|early|late)\s+)*(?P<year>{_YEAR})(?!\s?[%,]\d|\w)"),
        ("year", rf"(?:an?|the|his|her|their|its|whose)\s+(?P<year>{_YEAR})(?!\s?[%,]\d|\w)"),
    )
)


@dataclass(frozen=True, slots=True)
class Time:
    """An expression with its value."""

    date: str
    span: Span


def day_of(story: Story) -> date | None:
    """The day of publication, as the input gives it; None where it gives none or nothing that begins with an ISO date."""
    try:
        return date.fromisoformat((story.published or "")[:10])
    except ValueError:
        return None


def times(text: str, published: date | None) -> list[Time]:
    """Every expression of `text` that can be dated, in text order."""
    found: list[Time] = []
    taken = bytearray(len(text))
    for name, pattern in PATTERNS:
        for match in pattern.finditer(text):
            a, b = match.span()
            if any(taken[a:b]):
                continue
            value = _value(name, {k: v.lower() for k, v in match.groupdict().items() if v}, published)
            taken[a:b] = b"\x01" * (b - a)
            if value:
                found.append(Time(value, Span(a, b)))
    return sorted(found, key=lambda time: time.span)


def _value(name: str, parts: dict[str, str], published: date | None) -> str | None:
    month = _month(parts["month"]) if "month" in parts else 0
    try:
        if name in ("full", "iso"):
            return date(int(parts["year"]), month, int(parts["day"])).isoformat()
        if name == "month year":
            return f"{parts['year']}-{month:02}"
        if name == "year":
            return parts["year"] if published is None or int(parts["year"]) <= published.year else None
        return _reckoned(name, parts, month, published) if published else None
    except ValueError:  # June 31
        return None


def _month(word: str) -> int:
    return int(word) if word.isdigit() else next(k + 1 for k, name in enumerate(MONTHS) if name.startswith(word.rstrip(" .")[:3]))


def _reckoned(name: str, parts: dict[str, str], month: int, day: date) -> str | None:
    which = parts.get("which")
    if name in ("day", "month"):
        return _last(name, parts, month, day)
    if name in ("weekday", "weekend"):
        named = WEEKDAYS.index(parts.get("weekday", "saturday"))
        back = (day.weekday() - named) % 7
        again = 7 if which == "last" and (back == 0 or (name == "weekend" and back == 1)) else 0
        found = day - timedelta(days=back + again)
        value = found.isoformat() if name == "weekday" else f"{found.isoformat()}/{(found + timedelta(days=1)).isoformat()}"
        return None if which == "next" else value
    if name in ("today", "yesterday"):
        return (day - timedelta(days=name == "yesterday")).isoformat()
    if name == "relative":
        return _unit(parts["unit"], 0 if which == "this" else 1, day)
    count = int(parts["count"]) if parts["count"].isdigit() else NUMBERS[parts["count"]]
    return _unit(parts["unit"].rstrip("s"), count, day)


def _last(name: str, parts: dict[str, str], month: int, day: date) -> str:
    """The last such day or month up to `day`."""
    if name == "month":
        return f"{day.year if month <= day.month else day.year - 1}-{month:02}"
    found = date(day.year, month, int(parts["day"]))
    return (found if found <= day else found.replace(year=day.year - 1)).isoformat()


def _unit(unit: str, back: int, day: date) -> str:
    """The day, week, month, year or decade so many before that of `day`."""
    if unit == "day":
        return (day - timedelta(days=back)).isoformat()
    if unit == "week":
        monday = day - timedelta(days=day.weekday() + 7 * back)
        return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
    if unit == "month":
        months = day.year * 12 + day.month - 1 - back
        return f"{months // 12}-{months % 12 + 1:02}"
    return str(day.year - back * (10 if unit == "decade" else 1))


FEATURES = (
    "bias", "before", "words before", "words after", "in the sentence before", "in the source", "beside the cue", "opens the sentence",
    "cues between", "commas between", "clauses between", "of the nearest cue", "of the first cue behind", "source between", "year", "month",
    "weekday", "since", "nested", "cue in -ing", "cue in the past", "only statement", "after, nearest", "of a noun", "source absent",
)  # fmt: skip
BEFORE, AFTER = 45, 25  # words in front of and behind a cue in which its time may stand
CLAUSES = frozenset("who which that where when while after before as if because whose whom how until though although".split())
OPEN_ENDED = ("since", "from", "by")
PAST = frozenset("said told wrote was were had has have did spoke gave made took came went began".split())


@cache
def weights() -> tuple[tuple[float, ...], float]:
    """Weights of FEATURES and the probability from which a time is a statement's (when.toml)."""
    raw = tomllib.loads(files("rejoinder.statements").joinpath("tables", "when.toml").read_text(encoding="utf8"))
    return tuple(raw["weights"][name] for name in FEATURES), float(raw["threshold"])


@dataclass(frozen=True, slots=True)
class Setting:
    """A story's times with what stands around them; word indices.

    starts: first word of each time. cues: (first, last) word of each statement's cue; ordered: their first words in order.
    """

    words: Words
    lower: tuple[str, ...]
    sentence: NDArray[np.int32]
    found: list[Time]
    starts: list[int]
    cues: list[tuple[int, int]]
    ordered: list[int]


def setting(words: Words, statements: Sequence[Statement], published: date | None) -> Setting:
    """Times and cues of a story."""
    found = times(words.text, published)
    lower = tuple(words.text[a:b].lower() for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True)) if found else ()
    cues = [_range(words, s.cue[0].start, s.cue[-1].end) if s.cue else (-1, -1) for s in statements] if found else []
    starts = [_range(words, *time.span)[0] for time in found]
    return Setting(words, lower, sentences(words, lower), found, starts, cues, sorted(a for a, _ in cues))


def candidates(here: Setting, k: int, statement: Statement) -> list[tuple[Time, tuple[float, ...]]]:
    """Times that may be the statement's, with the values of FEATURES: those of its sentence and the one before, outside of what is said."""
    cue, end = here.cues[k]
    if cue < 0:
        return []
    out: list[tuple[Time, tuple[float, ...]]] = []
    for j in range(bisect_left(here.starts, cue - BEFORE), bisect_right(here.starts, end + AFTER)):
        time, at = here.found[j], here.starts[j]
        apart = int(here.sentence[cue] - here.sentence[at])
        if apart in (0, 1) and not any(a <= time.span.start and time.span.end <= b for a, b in statement.content):
            out.append((time, _features(here, statement, time, at, (cue, end), apart)))
    return out


def _features(here: Setting, statement: Statement, time: Time, at: int, cue: tuple[int, int], apart: int) -> tuple[float, ...]:
    before = at < cue[0]
    low, high = (at, cue[0]) if before else (cue[1], at)
    gap = max(high - low, 0)
    between = here.lower[low:high]
    cues = bisect_left(here.ordered, high) - bisect_right(here.ordered, low - (not before))
    sentence = here.sentence
    same = [c for c in here.ordered[bisect_left(here.ordered, at - 60) : bisect_left(here.ordered, at + 60)] if sentence[c] == sentence[at]]
    nearest = bool(same) and min(same, key=lambda c: abs(c - at)) == cue[0]
    following = next((c for c in same if c > at), None) == cue[0]
    text = time.span
    source = statement.source
    verb = here.lower[cue[1] - 1]
    first = here.lower[cue[0]]
    words = here.words.text[text.start : text.end].lower()
    kind = len(time.date)
    values = {
        "bias": 1,
        "before": before,
        "words before": before * math.log1p(gap),
        "words after": (not before) * math.log1p(gap),
        "in the sentence before": apart,
        "in the source": any(a <= text.start and text.end <= b for a, b in source),
        "beside the cue": gap <= 1 and not apart,
        "opens the sentence": at == 0 or sentence[max(at - 3, 0)] != sentence[at],
        "cues between": min(cues, 3),
        "commas between": min(between.count(","), 3),
        "clauses between": min(sum(w in CLAUSES for w in between), 3),
        "of the nearest cue": nearest and not apart,
        "of the first cue behind": following,
        "source between": before and bool(source) and text.end <= source[0].start,
        "year": kind == len("2010"),
        "month": kind == len("2010-06"),
        "weekday": "day" in words and kind == len("2010-06-14"),
        "since": words.startswith(OPEN_ENDED),
        "nested": statement.inside is not None,
        "cue in -ing": verb.endswith("ing") or first.endswith("ing"),
        "cue in the past": verb.endswith("ed") or verb in PAST or first in PAST,
        "only statement": len(same) == 1,
        "after, nearest": nearest and not before,
        "of a noun": first in ("'s", "’s", "of") or verb.endswith("s"),
        "source absent": not source,
    }
    return tuple(float(values[name]) for name in FEATURES)


def whens(words: Words, statements: Sequence[Statement], published: date | None) -> list[When | None]:
    """When each statement was made, where its sentence or the one before says so outside of what is said."""
    here = setting(words, statements, published)
    return [_best(candidates(here, k, s)) if here.found else None for k, s in enumerate(statements)]


def _best(found: list[tuple[Time, tuple[float, ...]]]) -> When | None:
    weight, threshold = weights()
    scored = [(1 / (1 + math.exp(-sum(w * v for w, v in zip(weight, values, strict=True)))), time) for time, values in found]
    sure, time = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return When(time.date, time.span) if time is not None and sure >= threshold else None


def _range(words: Words, start: int, end: int) -> tuple[int, int]:
    kind = words.start.dtype.type
    return int(words.end.searchsorted(kind(start), side="right")), int(words.start.searchsorted(kind(end)))
