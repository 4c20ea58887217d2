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
UNSIGNED = re.compile(rf"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{{2,40}}(?:,\s*(?!(?i:{MONTH})\b)[A-Z][\w.]*(?:\s[A-Z][\w.]*)?)?)(?i:{DAY})?\s*(?:--+|[–—―]|\s-)\s+")

MIDDLE = re.compile(rf"\(\s*(?P<agency>[\w.& -]{{2,40}}?)\s*\)\s*{DASH}\s*")
HEADLINE = 300  # characters from the top in which a dateline may stand behind a headline
MOST_WORDS = 5
INITIALS = re.compile(r"(?:[A-Z]\.)+")


@cache
def table(name: str) -> frozenset[str]:
    """A list of agencies.toml, lower case: names, ambiguous, not_places."""
    raw = tomllib.loads(files("rejoinder.reading").joinpath("agencies.toml").read_text(encoding="utf8"))
    return frozenset(raw[name])


def find_dateline(text: str) -> Dateline | None:
    """The dateline of `text`, in its own words, or None. Its span ends with the dash."""
    at = 0
    for line in text[:4000].splitlines(keepends=True)[: PARAGRAPHS * 2]:
        start = at + len(line) - len(line.lstrip("\ufeff \t"))
        at += len(line)
        found = _signed(text, start, at) or _unsigned(text, start, at)
        if found:
            return found
    return _after_headline(text)


def _signed(text: str, start: int, end: int) -> Dateline | None:
    match = SIGNED.match(text, start, min(end, start + LONGEST))
    agency = _agency(match) if match else None
    if not match or agency is None:
        return None
    place = (match["place"] or "").strip(" ,") or None
    if place and not _is_place(place):
        return None
    if agency.lower() in table("ambiguous") and not (place and place.isupper()):
        return None
    # Without a dash ("Washington (CNN)The president") a sentence must begin; "Smith (AP) said" is none.
    if place and not re.search(rf"(?:{DASH}|/\.)\s*$", match.group()) and not text[match.end() : match.end() + 1].isupper():
        return None
    return Dateline(place, agency, Span(start, start + len(match.group().rstrip())))


def _agency(match: re.Match[str]) -> str | None:
    """The agency's name as it stands; of two ("Reuters/AP") both must be known."""
    name = re.sub(r"\s+", " ", match["agency"]).strip()
    parts = [name] if name.lower() in table("names") else name.split("/")
    return name if all(part.lower() in table("names") for part in parts) else None


def _is_place(place: str) -> bool:
    """A few words, each with a capital, unless the text has no capitals."""
    words = place.split()
    return len(words) <= MOST_WORDS and (place.islower() or all(not word[0].islower() for word in words))


def _unsigned(text: str, start: int, end: int) -> Dateline | None:
    match = UNSIGNED.match(text, start, min(end, start + LONGEST))
    if not match:
        return None
    place, rest = match["place"].strip(), text[match.end() : end]
    if place.lower() in table("not_places") or INITIALS.fullmatch(place):
        return None
    # A headline in capitals is no dateline, nor is an aside ("NATO - which said") or a pair ("U.S. - China talks"): a sentence must follow.
    if not rest[:1].strip() or rest[0].islower() or not any(character.islower() for character in rest):
        return None
    return Dateline(place, None, Span(start, start + len(match.group().rstrip())))


def _after_headline(text: str) -> Dateline | None:
    """A dump runs the headline and the dateline together; where the place begins then nobody can tell."""
    head = text[:HEADLINE]
    match = MIDDLE.search(head)
    if not match or not (head.islower() or head.isupper()) or _agency(match) is None or match["agency"].strip().lower() in table("ambiguous"):
        return None
    return Dateline(None, match["agency"].strip(), Span(match.start(), match.start() + len(match.group().rstrip())))
