"""Stage: compose. Time expressions of a text -> ISO dates: "on Friday", "in June", "last year", "the day before", against the day of publication.

A weekday is the last such day up to publication, a month the last such month, "last week" the week before (weeks from Monday); "that day" and "a
month later" are reckoned from the expression before them; what gives no day, month or year ("recently", "last summer") gives none. Without a day of
publication only what is written out ("June 14, 2015", "in 2010") is dated. The value is ISO 8601: a day, month, year, or two days with a slash between.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from rejoinder.types import Span, Story

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
NUMBERS = {w: k for k, w in enumerate("a one two three four five six seven eight nine ten eleven twelve".split()) if k} | {
    "a": 1,
    "an": 1,
    "the": 1,
    "fifteen": 15,
    "twenty": 20,
}
Parts = dict[str, str]  # named groups of a pattern
LATE = timedelta(days=60)
FILED = 20  # characters before the agency in which a dump, whose place is not told from the headline, has the day
ISO_DAY = 10  # characters of a day in ISO 8601
NEAR = 400  # characters back in which "that day" finds the day that it means

_MONTH = (
    r"jan(?:uary|\s?\.)?|feb(?:ruary|\s?\.)?|mar(?:ch|\s?\.)|apr(?:il|\s?\.)?|may|june?|july?|aug(?:ust|\s?\.)?"
    r"|sept?(?:ember|\s?\.)?|oct(?:ober|\s?\.)?|nov(?:ember|\s?\.)?|dec(?:ember|\s?\.)?"
)
_SURE_MONTH = r"jan(?:uary)?|feb(?:ruary)?|april|june|july|august|sept(?:ember)?|october|november|december"  # no word of another meaning
_DAY = "|".join(WEEKDAYS)
_LEAD = r"(?:(?:on|in|at|during|by|for|over|since|from|of|earlier|late|later|early|back|the)\s+)*"
_ON = rf"{_LEAD}(?:(?:{_DAY})\s*,?\s+)?"  # "on Tuesday, Nov. 4" is one day
_PART = r"(?:\s+(?:morning|afternoon|evening|night))?"
_COUNT = r"(?P<count>\d{1,2}|" + "|".join(NUMBERS) + ")"
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"
_YEAR = r"(?:18|19|20)\d\d"
_TH = r"(?:st|nd|rd|th)?"

# Longest first: what one matches is not looked at by the next.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?<![\w'’.-])(?:{pattern})(?![\w-])", re.IGNORECASE))
    for name, pattern in (
        ("full", rf"{_ON}(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}}){_TH}\s*,?\s+(?P<year>{_YEAR})"),
        ("full", rf"{_ON}(?P<day>\d{{1,2}}){_TH}\s+(?:of\s+)?(?P<month>{_MONTH})\s*,?\s+(?P<year>{_YEAR})"),
        ("full", r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)"),
        ("days", rf"{_ON}(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})\s*(?:-|–|to)\s*(?P<end>\d{{1,2}})(?!\s*[%:,]?\d)"),
        ("day", rf"{_ON}(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}}){_TH}(?!\s*[%:,]?\d)"),
        ("day", rf"{_ON}(?P<day>\d{{1,2}}){_TH}\s+(?:of\s+)?(?P<month>{_MONTH})"),
        ("day", r"on\s+the\s+(?P<day>\d{1,2})(?:st|nd|rd|th)(?=\s*[,.;:?!])"),
        ("month year", rf"{_LEAD}(?P<month>{_MONTH})\s*,?\s+(?:of\s+)?(?P<year>{_YEAR})"),
        ("month of year", rf"{_LEAD}(?P<month>{_MONTH})\s+(?:of\s+)?(?P<which>last|this)\s+year"),
        ("ago", rf"(?<!more than )(?<!over ){_COUNT}\s+{_UNIT}\s+ago"),
        ("ago", r"(?P<count>an?)\s+(?P<unit>fortnight)\s+ago"),
        ("from there", rf"{_COUNT}\s+{_UNIT}\s+(?P<way>earlier|before|later)"),
        ("from there", rf"(?:on\s+)?the\s+(?P<way>next|following|previous)\s+{_UNIT}"),
        ("from there", rf"(?:(?:later|earlier|early|late|on|in)\s+)*(?P<way>that|the\s+same)\s+{_UNIT}"),
        ("weekend", rf"{_LEAD}(?:(?P<which>this|last|past|the)\s+)*weekend"),
        ("relative", rf"{_LEAD}(?P<which>last|this|past|previous)\s+(?P<unit>week|month|year)(?!\s+with\b|[\"”’]|'')"),
        ("weekday", rf"(?<!super )(?<!fox news ){_LEAD}(?:(?P<which>last|this|past|next)\s+)?(?P<weekday>{_DAY}){_PART}"),
        ("weekday", rf"(?:(?:on|late|early|last|since)\s+)+(?P<weekday>mon|tues?|wed|thurs?|fri|sat|sun)\s?\.{_PART}(?=\s|,)"),
        ("yesterday", rf"{_LEAD}yesterday{_PART}|last\s+(?:night|evening)"),
        ("today", rf"(?<!usa )(?<!russia )(?:{_LEAD}today)|tonight|this\s+(?:morning|afternoon|evening)"),
        ("month", rf"(?:in|last|since|during|back\s+in)\s+(?:(?:early|late|mid|mid-|an?|the)\s*)*(?P<month>{_MONTH})(?!\s+\d)"),
        ("month", rf"(?:an?|the|early|late|last|this\s+past)\s+(?P<month>{_SURE_MONTH})(?!\s+\d)"),
        ("month", r"an?\s+(?P<month>march|may)(?=\s+(?:meeting|interview|speech|debate|rally|hearing|statement|letter|report|poll|survey|article))"),
        ("month", rf"(?P<month>{_SURE_MONTH})(?=['’]?\s?s\s)"),
        ("year", rf"(?:in|since|during|back\s+in|early|late)\s+(?:(?:an?|the|his|her|their|its|early|late)\s+)*(?P<year>{_YEAR})(?!\s?[%,]\d|\w)"),
        ("year", rf"(?:an?|the|his|her|their|its|whose)\s+(?P<year>{_YEAR})(?!\s?[%,]\d|\w)"),
    )
)

# Every expression has one of these words; the rest of the text is not looked at.
CORE = re.compile(
    rf"(?<![^\W_])(?:{_MONTH}|{_DAY}|mon|tues?|wed|thurs?|fri|sat|sun|weekend|(?:day|week|month|year|decade)s?|fortnight|today|tonight|yesterday|night"
    rf"|morning|afternoon|evening|{_YEAR}|\d{{1,2}}(?:st|nd|rd|th))(?![^\W_])",
    re.IGNORECASE,
)
REACH = 60  # characters of an expression in front of and behind such a word


@dataclass(frozen=True, slots=True)
class Time:
    """An expression with its value."""

    date: str
    span: Span


def day_of(story: Story) -> date | None:
    """The day from which a story's times are reckoned: that of its dateline ("GENEVA, Oct 14 (Reuters) -"), where one stands there, else that of publication.

    None where the input gives no day of publication, or nothing that begins with an ISO date. A dateline's day counts as the last such day up to that of
    publication, if it is not LATE before it: what is published again says "on Tuesday" of its own week.
    """
    try:
        published = date.fromisoformat((story.published or "")[:10])
    except ValueError:
        return None
    if story.dateline is None:
        return published
    start, end = story.dateline.span
    start -= 0 if story.dateline.place else min(start, FILED)
    written = (date.fromisoformat(time.date) for time in times(story.text[start:end], published) if len(time.date) == ISO_DAY)
    return next((day for day in written if timedelta(0) <= published - day <= LATE), published)


def times(text: str, published: date | None) -> list[Time]:
    """Every expression of `text` that can be dated, in text order."""
    matches: list[tuple[re.Match[str], str]] = []
    taken = bytearray(len(text))
    for (start, end), (name, pattern) in product(_stretches(text), PATTERNS):
        for match in pattern.finditer(text, start, end):
            a, b = match.span()
            # What ends with a stretch may be the beginning of a longer word.
            if not any(taken[a:b]) and (b < end or b == len(text)):
                matches.append((match, name))
                taken[a:b] = b"\x01" * (b - a)
    found: list[Time] = []
    for match, name in sorted(matches, key=lambda pair: pair[0].start()):
        near = found[-1] if found and match.start() - found[-1].span.end <= NEAR else None
        value = _value(name, {k: v.lower() for k, v in match.groupdict().items() if v}, published, near.date if near else None)
        if value:
            found.append(Time(value, Span(*match.span())))
    return found


def _stretches(text: str) -> list[tuple[int, int]]:
    """Where expressions may stand."""
    out: list[tuple[int, int]] = []
    for match in CORE.finditer(text):
        start, end = max(match.start() - REACH, 0), min(match.end() + REACH, len(text))
        out.append((out.pop()[0] if out and start <= out[-1][1] else start, end))
    return out


def _value(name: str, parts: Parts, published: date | None, before: str | None) -> str | None:
    """Value of an expression; `before`: that of the one before it."""
    try:
        if name in WRITTEN:
            return WRITTEN[name](parts, published)
        if published is None:
            return None
        return _from_there(parts, published, before) if name == "from there" else RECKONED[name](parts, published)
    except (ValueError, OverflowError):  # June 31, and the day before the first of the calendar
        return None


def _year(parts: Parts, published: date | None) -> str | None:
    return parts["year"] if published is None or int(parts["year"]) <= published.year else None


def _month(parts: Parts) -> int:
    word = parts["month"].rstrip(" .")[:3]
    return int(word) if word.isdigit() else next(k + 1 for k, name in enumerate(MONTHS) if name.startswith(word))


def _last_month(parts: Parts, day: date) -> str:
    return f"{day.year if _month(parts) <= day.month else day.year - 1}-{_month(parts):02}"


def _last_day(parts: Parts, day: date) -> str:
    """The last such day up to `day`; without a month in that of `day` or the one before."""
    found = date(day.year, _month(parts) if "month" in parts else day.month, int(parts["day"]))
    if found > day:
        found = found.replace(year=day.year - 1) if "month" in parts else date.fromisoformat(f"{_unit('month', 1, day)}-{found.day:02}")
    return found.isoformat()


def _last_days(parts: Parts, day: date) -> str | None:
    first, end = date.fromisoformat(_last_day(parts, day)), int(parts["end"])
    return f"{first.isoformat()}/{first.replace(day=end).isoformat()}" if first.day < end else None


def _weekday(parts: Parts, day: date) -> str | None:
    back = (day.weekday() - next(k for k, name in enumerate(WEEKDAYS) if name.startswith(parts["weekday"]))) % 7
    again = 7 if parts.get("which") == "last" and back == 0 else 0
    return None if parts.get("which") == "next" else _unit("day", back + again, day)


def _weekend(parts: Parts, day: date) -> str:
    back = (day.weekday() - WEEKDAYS.index("saturday")) % 7
    again = 7 if parts.get("which") == "last" and back <= 1 else 0
    return f"{_unit('day', back + again, day)}/{_unit('day', back + again - 1, day)}"


def _from_there(parts: Parts, published: date, before: str | None) -> str | None:
    """Value of "that day", "a week later": from the expression before, where that is as fine and it leads to no day after publication."""
    unit, way = parts["unit"], parts["way"]
    needed = {"day": 10, "week": 10, "month": 7}.get(unit, 4)  # characters of a date of a day, month, year
    if before is None or len(before) < needed or (unit == "day" and "/" in before):
        return None
    count = 0 if way.startswith(("that", "the")) else _count(parts.get("count", "a"))
    found = _unit(unit, -count if way in ("later", "next", "following") else count, date.fromisoformat((before + "-01-01")[:10]))
    return found if found[:10] <= published.isoformat() else None


def _count(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


def _unit(unit: str, back: int, day: date) -> str:
    """The day, week, month, year or decade so many before that of `day`; of a fortnight the week that far back."""
    if unit == "day":
        return (day - timedelta(days=back)).isoformat()
    if unit == "fortnight":
        return _unit("week", 2 * back, day)
    if unit == "week":
        monday = day - timedelta(days=day.weekday() + 7 * back)
        return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
    if unit == "month":
        months = day.year * 12 + day.month - 1 - back
        return f"{months // 12}-{months % 12 + 1:02}"
    return str(day.year - back * (10 if unit == "decade" else 1))


# What each of PATTERNS says: without a day of publication, and reckoned from it.
WRITTEN: dict[str, Callable[[Parts, date | None], str | None]] = {
    "full": lambda parts, _: date(int(parts["year"]), _month(parts), int(parts["day"])).isoformat(),
    "month year": lambda parts, _: f"{parts['year']}-{_month(parts):02}",
    "year": _year,
}
RECKONED: dict[str, Callable[[Parts, date], str | None]] = {
    "day": _last_day,
    "days": _last_days,
    "month": _last_month,
    "month of year": lambda parts, day: f"{day.year - (parts['which'] == 'last')}-{_month(parts):02}",
    "weekday": _weekday,
    "weekend": _weekend,
    "yesterday": lambda _, day: _unit("day", 1, day),
    "today": lambda _, day: day.isoformat(),
    "relative": lambda parts, day: _unit(parts["unit"], 0 if parts["which"] == "this" else 1, day),
    "ago": lambda parts, day: _unit(parts["unit"], _count(parts["count"]), day),
}
