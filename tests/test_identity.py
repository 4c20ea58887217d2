"""Identity across stories: merges with evidence, splits where something speaks against it, decisions that win, in any order."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.actors.identity import Decision, Member, identify, read_decisions
from rejoinder.errors import InputError
from rejoinder.types import Actor, Office, Reading, Span, Story


def person(name: str, country: str | None = None, *titles: tuple[str, str | None], named: bool = True) -> Actor:
    offices = tuple(Office(title, of, Span(0, 1)) for title, of in titles)
    return Actor(f"person:{name.lower().replace(' ', '-')}", name, "person", country, offices, named=named)


def story(id: str, *actors: Actor, published: str | None = None) -> Reading:
    return Reading(Story(id, "text", published=published), actors)


def groups(*readings: Reading, decisions: tuple[Decision, ...] = ()) -> set[frozenset[tuple[str, str]]]:
    return {frozenset(tuple(m) for m in identity.members) for identity in identify(readings, decisions)}


A = ("a", "person:ada-quill")
B = ("b", "person:ada-quill")


def test_one_full_name_is_one_person_and_short_forms_count():
    assert groups(story("a", person("Ada Quill")), story("b", person("Ada Quill"))) == {frozenset({A, B})}
    bob, robert = ("a", "person:bob-quill"), ("b", "person:robert-quill")
    assert groups(story("a", person("Bob Quill")), story("b", person("Robert Quill"))) == {frozenset({bob}), frozenset({robert})}
    mayor = ("mayor", "NOR")
    assert groups(story("a", person("Bob Quill", None, mayor)), story("b", person("Robert Quill", None, mayor))) == {frozenset({bob, robert})}


def test_countries_that_disagree_keep_one_name_apart():
    assert len(groups(story("a", person("Ada Quill", "GBR")), story("b", person("Ada Quill", "FRA")))) == 2


def test_a_last_name_alone_never_merges():
    assert len(groups(story("a", person("Ada Quill")), story("b", person("Quill")))) == 2
    assert len(groups(story("a", person("Quill")), story("b", person("Quill")))) == 2


def test_a_last_name_merges_with_the_same_office_only():
    full = person("Ada Quill", "GBR", ("foreign minister", "GBR"))
    same = person("Quill", "GBR", ("foreign minister", "GBR"))
    other = person("Quill", "FRA", ("foreign minister", "FRA"))
    assert len(groups(story("a", full), story("b", same))) == 1
    assert len(groups(story("a", full), story("b", other))) == 2


@pytest.mark.parametrize("name", ["Judiciary Committee", "Chamber of Commerce", "City Council", "Board of Elections", "Sheriff's Office"])
def test_a_body_that_every_state_has_never_merges_by_name(name: str):
    body = Actor(f"organization:{name.lower().replace(' ', '-').replace(chr(39), '-')}", name, "organization")
    assert len(groups(story("a", body), story("b", body))) == 2


@pytest.mark.parametrize("name", ["Supreme Court", "Norden City Council", "Quiet Committee", "Security Council", "Daily Council"])
def test_a_body_whose_name_tells_which_merges(name: str):
    body = Actor(f"organization:{name.lower().replace(' ', '-')}", name, "organization")
    assert len(groups(story("a", body), story("b", body))) == 1


def test_callings_that_seldom_go_together_keep_one_name_apart():
    pastor, senator, reverend = (person("Ada Quill", None, (t, None)) for t in ("pastor", "sen .", "priest"))
    assert len(groups(story("a", pastor), story("b", senator))) == 2
    assert len(groups(story("a", pastor), story("b", reverend))) == 1
    both = person("Ada Quill", None, ("pastor", None), ("senator", None))
    assert len(groups(story("a", pastor), story("b", senator), story("c", both))) == 1
    # Who has none goes with the calling that most stories give, if there is one.
    plain = person("Ada Quill")
    assert len(groups(story("a", pastor), story("b", senator), story("c", plain))) == 3
    assert groups(story("a", pastor), story("b", senator), story("c", plain), story("d", senator)) == {
        frozenset({A}),
        frozenset((s, "person:ada-quill") for s in "bcd"),
    }


def test_middle_initials_keep_one_name_apart():
    def quill(name: str) -> Actor:
        return Actor("person:ada-quill", name, "person")

    assert len(groups(story("a", quill("Ada B. Quill")), story("b", quill("Ada C. Quill")))) == 2
    assert len(groups(story("a", quill("Ada B. Quill")), story("b", quill("Ada BC Quill")), story("c", quill("Ada Quill")))) == 1
    assert len(groups(story("a", quill("Ada Quill Jr.")), story("b", quill("Ada B. Quill")))) == 1


def test_a_last_name_with_a_gender_is_a_last_name():
    def quill(*titles: tuple[str, str | None]) -> Actor:
        return replace(person("Quill", "NOR", *titles), id="person:quill-m")

    assert len(groups(story("a", quill()), story("b", quill()))) == 2
    mayor = ("mayor", "NOR")
    assert len(groups(story("a", quill(mayor)), story("b", person("Bo Quill", "NOR", mayor)))) == 1


def test_every_merge_has_its_evidence():
    full, short = person("Ada Quill", "GBR", ("foreign minister", "GBR")), person("Quill", "GBR", ("foreign minister", "GBR"))
    (identity,) = identify([story("a", full, published="2020-01-01"), story("b", short, published="2021-01-01")])
    assert {e.rule for e in identity.evidence} == {"same name", "same last name and office"}
    assert [(o.title, o.of, o.stories, o.first, o.last) for o in identity.offices] == [("foreign minister", "GBR", 2, "2020-01-01", "2021-01-01")]


def test_the_anonymous_are_never_merged():
    assert len(groups(story("a", person("aide", named=False)), story("b", person("aide", named=False)))) == 2


def test_decisions_win_and_can_be_taken_back():
    readings = [story("a", person("Ada Quill")), story("b", person("Ada Quill")), story("c", person("A. J. Quill"))]
    split = Decision("split", Member(*A), Member(*B))
    merge = Decision("merge", Member(*A), Member("c", "person:a.-j.-quill"))
    assert len(groups(*readings)) == 2
    assert len(groups(*readings, decisions=(split,))) == 3
    assert len(groups(*readings, decisions=(merge,))) == 1
    assert len(groups(*readings, decisions=())) == 2


ACTORS = [
    person("Ada Quill", "GBR", ("foreign minister", "GBR")),
    person("Quill", "GBR", ("foreign minister", "GBR")),
    person("Ada Quill"),
    person("Ada Quill", "FRA"),
    person("Tom Quill"),
    person("Ada B. Quill", None, ("senator", None)),
    person("Ada C. Quill", None, ("pastor", None)),
    person("Ada Quill", None, ("pastor", None)),
    Actor("organization:ethics-commission", "Ethics Commission", "organization"),
    Actor("country:RUS", "Russia", "country", "RUS"),
    Actor("organization:quill-company", "Quill Company", "organization"),
]


@given(st.lists(st.sampled_from(ACTORS), min_size=1, max_size=7), st.randoms())
def test_the_order_of_stories_does_not_matter(actors: list[Actor], random: object):
    readings = [story(f"s{k}", actor) for k, actor in enumerate(actors)]
    shuffled = list(readings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert identify(readings) == identify(shuffled)


def test_ids_are_unique():
    readings = [story(str(k), person("Ada Quill", country)) for k, country in enumerate(("GBR", "FRA", "DEU"))]
    ids = [identity.id for identity in identify(readings)]
    assert len(set(ids)) == len(ids) == 3


def test_the_anonymous_take_no_number_from_the_named():
    """A record and a cluster leave them out, and must give the same ids."""
    judges = [story("a", replace(person("Ada Quill"), named=False)), *(story(k, person("Ada Quill", country)) for k, country in (("b", "FRA"), ("c", "GBR")))]
    named = [identity for identity in identify(judges) if identity.named]
    assert named == list(identify(judges[1:]))


@pytest.mark.parametrize(
    ("line", "what"), [("{", "no decision"), ('{"verdict": "join", "first": ["a", "b"], "second": ["a", "c"]}', "join"), ('{"verdict": "merge"}', "first")]
)
def test_what_is_no_decision_is_refused_in_a_sentence(tmp_path: Path, line: str, what: str):
    file = tmp_path / "decisions.jsonl"
    file.write_text(line, encoding="utf8")
    with pytest.raises(InputError, match=what):
        read_decisions(file)


def test_all_pairs_of_stories_agree_with_all_stories():
    """Merges of two stories do not depend on a third, where no country stands in between."""
    readings = [story(str(k), person("Ada Quill")) for k in range(4)]
    assert all(len(groups(*pair)) == 1 for pair in itertools.combinations(readings, 2)) and len(groups(*readings)) == 1
