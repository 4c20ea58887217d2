"""Stage: resolve. The tables of names and nouns (tables/*.csv, SOURCES.md) as look-ups of lower-case words.

A phrase is a tuple of lower-case words as `tagging.words` cuts them, so that clean text and dumps find the same rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from rejoinder.tagging.words import split
from rejoinder.types import ActorKind

Phrase = tuple[str, ...]
PlaceSort = Literal["country", "demonym", "capital", "seat", "region", "region demonym", "region capital"]
LONGEST = 6  # words of a phrase that is looked for
OWNS = frozenset(("'s", "'", "s"))  # what follows an owner; dumps drop the apostrophe
# Short names that are common words too: without capitals they are no names.
COMMON = frozenset(
    "us it who is as an am in or aid house fox post times sun mirror hill nation labour people the hour mail star state senate congress court today time life "
    "wired slate salon vice quartz independent guardian observer apple amazon target gap shell turkey chad jordan georgia mali oman march may "
    "age alphabet ama amnesty ani anonymous atlantic australian au beehive blaze car caterpillar coke commons dawn dell diet economist efe eta fed fiat "
    "forbes ford fortune georgetown goldman herald hindu ice insider intel intercept ira isi island lancet lega lords memorial mit mod national nature nos "
    "onion oracle pace pan pis pla playboy pole poles pri punch rada rai recode sana sec sinclair spa spectator standard stern tata telegraph tempo townhall "
    "va vanguard variety verge vogue vox".split()
)


@dataclass(frozen=True, slots=True)
class Place:
    """A name of a country or region: what sort of name, the country (alpha-3), the place's usual name, and whether it is only a part of the country."""

    sort: PlaceSort
    country: str
    name: str
    region: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A medium or an organisation that is known by name."""

    name: str
    kind: ActorKind
    country: str | None


@dataclass(frozen=True, slots=True)
class Title:
    """An office, role or form of address.

    level: state, party, body, honorific or trade. gender: "" for any. flags: spokes, relation, head, abbreviation.
    """

    title: str
    level: str
    gender: str
    flags: frozenset[str]


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(files("rejoinder.actors").joinpath("tables", name).read_text(encoding="utf8").splitlines())


def phrase(text: str) -> Phrase:
    """`text` as lower-case words."""
    if text.isascii() and text.replace(" ", "").isalpha():
        return tuple(text.lower().split())  # most rows; reading the tables must not keep the first story waiting
    words = split(text)
    return tuple(text[a:b].lower().replace("’", "'") for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True))


def word_before(lower: tuple[str, ...], k: int) -> str:
    """The word before word k of a text; an empty one before the first, where an index of -1 would give the last."""
    return lower[k - 1] if k > 0 else ""


def _cells(row: Mapping[str, str], *columns: str) -> Iterator[str]:
    for column in columns:
        yield from (cell.strip() for cell in row[column].split("|") if cell.strip())


@cache
def places() -> dict[Phrase, Place]:
    """Names of countries, regions, peoples, capitals and seats; where two share one, the country's own name wins, then the order of the tables."""
    found: dict[Phrase, Place] = {}
    for row in _rows("countries.csv"):
        code, name = row["alpha3"], row["name"]
        for sort, columns in (
            ("country", ("name", "other_names", "former_names")),
            ("demonym", ("demonyms",)),
            ("capital", ("capitals",)),
            ("seat", ("seats",)),
        ):
            for cell in _cells(row, *columns):
                known = found.get(phrase(cell))
                if known is None or (sort == "country" and known.sort != "country"):
                    found[phrase(cell)] = Place(sort, code, name)  # pyright: ignore[reportArgumentType]
    for row in _rows("regions.csv"):
        for sort, columns in (("region", ("name", "other_names")), ("region demonym", ("demonyms",)), ("region capital", ("capital",))):
            for cell in _cells(row, *columns):
                found.setdefault(phrase(cell), Place(sort, row["country"], row["name"], region=True))  # pyright: ignore[reportArgumentType]
    return found


@cache
def country_names() -> dict[str, str]:
    """Usual name of each country by its alpha-3 code."""
    return {row["alpha3"]: row["name"] for row in _rows("countries.csv")}


@cache
def bodies() -> dict[Phrase, Body]:
    """Media and organisations by each of their names."""
    found: dict[Phrase, Body] = {}
    for file in ("media.csv", "organizations.csv"):
        for row in _rows(file):
            kind: ActorKind = "media" if file == "media.csv" else "government" if row["kind"] == "government" else "organization"
            body = Body(row["name"], kind, row["country"] or None)
            for cell in (row["name"], *_cells(row, "other_names")):
                words = phrase(cell)
                found.setdefault(words, body)
                if words[0] == "the":
                    found.setdefault(words[1:], body)
    return found


@cache
def titles() -> dict[Phrase, Title]:
    """Offices, roles and forms of address in the singular."""
    return {phrase(row["title"]): Title(row["title"], row["level"], row["gender"], frozenset(_cells(row, "flags"))) for row in _rows("offices.csv")}


@cache
def groups() -> dict[Phrase, ActorKind]:
    """Plural and collective nouns and what kind of actor they stand for."""
    found: dict[Phrase, ActorKind] = {phrase(row["noun"]): row["kind"] for row in _rows("groups.csv")}  # pyright: ignore[reportAssignmentType]
    for words, title in titles().items():
        if title.level != "honorific":
            found.setdefault((*words[:-1], _plural(words[-1])), "group")
    return found


def names_actor(word: str) -> bool:
    """Whether a word is a noun for people or bodies."""
    return (word,) in groups() or (word,) in titles()


@cache
def things() -> frozenset[Phrase]:
    """Nouns of what may say something but is no actor, singular and plural."""
    nouns = [phrase(row["noun"]) for row in _rows("things.csv")]
    return frozenset([*nouns, *((*words[:-1], _plural(words[-1])) for words in nouns)])


@cache
def generic() -> frozenset[str]:
    """Words that say what a body is and not which: a name of nothing else names no body."""
    nouns = {words[-1] for words, kind in groups().items() if kind in ("organization", "government", "media") and len(words) == 1}
    return frozenset([*nouns, *(row["word"] for row in _rows("generic.csv"))])


@cache
def common_bodies() -> Mapping[str, str]:
    """Words of which names are made that every state, city or chamber has: what it is ("kind"), what it is for or on what level ("field")."""
    return {row["word"]: row["part"] for row in _rows("common_bodies.csv")}


@cache
def works() -> frozenset[Phrase]:
    """Names of what is no body: laws, books, slogans, programmes on the air."""
    return frozenset(phrase(row["name"]) for row in _rows("works.csv"))


@cache
def callings() -> dict[str, str]:
    """Usual titles of callings of which one person seldom has two, and the calling."""
    return {row["title"]: row["calling"] for row in _rows("callings.csv")}


@cache
def genders() -> dict[str, str]:
    """Gender (m, f, u) of given names."""
    return {row["name"]: row["gender"] for row in _rows("given_names.csv")}


@cache
def short_names() -> dict[str, str]:
    """Short forms of given names and the names that they stand for."""
    return {row["short"]: row["full"] for row in _rows("short_names.csv")}


def usual_title(title: str) -> str:
    """A title under its usual name: "governor" for "gov.", "chair" for "chairwoman"; its last words where the tables know these alone."""
    words = title.replace(" .", "").replace(". ", " ").removesuffix(".").split(" ")
    for k in range(len(words)):
        if usual := _usual_titles().get(" ".join(words[k:])):
            return " ".join([*words[:k], usual])
    return " ".join(words).replace("-", " ")


@cache
def _usual_titles() -> dict[str, str]:
    return {row["title"]: row["usual"] for row in _rows("usual_titles.csv")}


def _plural(noun: str) -> str:
    if noun.endswith("man"):
        return noun[:-3] + "men"
    if noun.endswith("y") and noun[-2:-1] not in ("a", "e", "o", "u"):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
