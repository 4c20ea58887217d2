"""Stage: read. The dateline: where a story was filed, and by which agency.

"MOSCOW (Reuters) - ", "CONCORD, N.H. — ", "moscow ( reuters ) - ", "(AP) --", "LONDON, Dec 22 (Reuters) -". It stands at the start of one of the first
paragraphs (a headline may come before). Without an agency a place counts only in capitals, so that a dash in a sentence is no dateline.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from rejoinder.types import Dateline, Span

PARAGRAPHS = 6  # lines from the top that may open with a dateline
LONGEST = 120  # characters

DASH = r"(?:--+|[-–—―_]|:(?=\s))"
MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
DAY = rf"(?:,?\s*{MONTH}\.?\s+\d{{1,2}}(?:\s*,\s*\d{{4}})?|,?\s*\d{{1,2}}\s+{MONTH})"
SIGNED = re.compile(
    rf"(?P<place>[^\W\d_][\w.,'’/ -]{{0,60}}?)?{DAY}?\.?\s*[(\[/]\s*(?P<agency>[\w.& -]{{2,40}}?(?:/\w+)?)\s*[)\]/][.]?\s*{DASH}?\s*", re.IGNORECASE
)
# Capitals, with an optional state or country after the comma: "CONCORD, N.H. —", "KIEV, Ukraine —".
UNSIGNED = re.compile(rf"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{{2,40}}(?:,\s*[A-Z][\w.]*(?:\s[A-Z][\w.]*)?)?){DAY}?\s*(?:--+|[–—―]|\s-)\s+")

INITIALS = re.compile(r"(?:[A-Z]\.)+")


@cache
def agencies() -> frozenset[str]:
    """Names of agencies, lower case, from agencies.toml."""
    table = tomllib.loads(files("rejoinder.reading").joinpath("agencies.toml").read_text(encoding="utf8"))
    return frozenset(table["names"])


def find_dateline(text: str) -> Dateline | None:
    """The dateline of `text`, in its own words, or None. Its span ends with the dash."""
    at = 0
    for line in text[:4000].splitlines(keepends=True)[: PARAGRAPHS * 2]:
        start = at + len(line) - len(line.lstrip("\ufeff \t"))
        at += len(line)
        found = _signed(text, start, at) or _unsigned(text, start, at)
        if found:
            return found
    return None


def _signed(text: str, start: int, end: int) -> Dateline | None:
    match = SIGNED.match(text, start, min(end, start + LONGEST))
    if not match or re.sub(r"\s+", " ", match["agency"]).strip().lower() not in agencies():
        return None
    place = (match["place"] or "").strip(" ,") or None
    # "The report by Smith (AP) said": a place is a few words, and the dash must be there unless the line begins with the agency.
    if place and (len(place.split()) > 5 or not re.search(rf"(?:{DASH}|/\.)\s*$", match.group())):
        return None
    return Dateline(place, match["agency"].strip(), Span(start, start + len(match.group().rstrip())))


def _unsigned(text: str, start: int, end: int) -> Dateline | None:
    match = UNSIGNED.match(text, start, min(end, start + LONGEST))
    rest = text[match.end() : end] if match else ""
    # A headline in capitals is no dateline, nor is an aside ("NATO - which said") or a pair ("U.S. - China talks"): a sentence must follow.
    if not match or not rest[:1].strip() or rest[0].islower() or not any(c.islower() for c in rest) or INITIALS.fullmatch(match["place"].strip()):
        return None
    return Dateline(match["place"].strip(), None, Span(start, start + len(match.group().rstrip())))
