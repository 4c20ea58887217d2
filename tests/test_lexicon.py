"""The tables: complete where they promise to be, and readable."""

from __future__ import annotations

import csv
from importlib.resources import files

import pycountry
import pytest

from rejoinder.actors.lexicon import bodies, genders, groups, phrase, places, things, titles

TABLES = files("rejoinder.actors") / "tables"
MEMBERS = 193  # of the United Nations


def rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf8", newline="") as file:  # pyright: ignore[reportCallIssue]
        return list(csv.DictReader(file))


def test_every_member_of_the_un_has_a_name_a_demonym_and_a_capital():
    members = [row for row in rows("countries.csv") if row["un_member"] == "yes"]
    assert len(members) == MEMBERS
    assert [row["alpha3"] for row in members if not (row["name"] and row["demonyms"] and row["capitals"])] == []


def test_codes_are_iso_3166():
    known = {country.alpha_3 for country in [*pycountry.countries, *pycountry.historic_countries]} | {"XKX"}
    assert {row["alpha3"] for row in rows("countries.csv")} <= known
    assert {row["country"] for row in rows("regions.csv")} <= known
    for name in ("media.csv", "organizations.csv"):
        assert {row["country"] for row in rows(name) if row["country"]} <= known, name


def test_every_name_of_a_country_in_iso_3166_is_known():
    missing = [
        country.name for country in pycountry.countries if country.alpha_3 in {r["alpha3"] for r in rows("countries.csv")} and not set(",(") & set(country.name)
    ]
    assert [name for name in missing if phrase(name) not in places()] == []


@pytest.mark.parametrize(
    "name",
    [
        "countries.csv",
        "regions.csv",
        "media.csv",
        "organizations.csv",
        "offices.csv",
        "groups.csv",
        "things.csv",
        "common_bodies.csv",
        "works.csv",
        "callings.csv",
        "given_names.csv",
        "short_names.csv",
        "usual_titles.csv",
    ],
)
def test_tables_have_full_rows_without_doubles(name: str):
    found = rows(name)
    assert found and all(None not in row and None not in row.values() for row in found)
    first = next(iter(found[0]))
    second = list(found[0])[1] if name == "regions.csv" else None
    keys = [(row[first], row["country"] if second else "") for row in found]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("text", "sort", "country"),
    [
        ("Kremlin", "seat", "RUS"),
        ("British", "demonym", "GBR"),
        ("Burma", "country", "MMR"),
        ("Soviet Union", "country", "SUN"),
        ("Soviets", "demonym", "SUN"),
        ("Russians", "demonym", "RUS"),
        ("Yugoslav", "demonym", "YUG"),
        ("Czechoslovakia", "country", "CSK"),
        ("East German", "demonym", "DDR"),
        ("West German", "demonym", "DEU"),
        ("Paris", "capital", "FRA"),
        ("Chechen", "region demonym", "RUS"),
        ("U.S.", "country", "USA"),
    ],
)
def test_places(text: str, sort: str, country: str):
    place = places()[phrase(text)]
    assert (place.sort, place.country) == (sort, country)


def test_nouns_are_of_one_kind():
    assert not set(titles()) & set(things())
    assert {kind for kind in groups().values()} <= {"group", "organization", "government", "media"}
    assert {title.level for title in titles().values()} <= {"state", "party", "body", "honorific", "trade"}
    assert set(genders().values()) <= {"m", "f", "u"}
    assert {body.kind for body in bodies().values()} <= {"media", "organization", "government"}
