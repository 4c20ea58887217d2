"""Whose document says something, and offices, bodies and descriptions as newsrooms write them; tags made by hand."""

from __future__ import annotations

import pytest

from tests.test_actors import read

NAMES = {"Ada Quill": "person", "Bo Lind": "person", "Cargill Lakes": "organization"}


def speakers(text: str, *rows: tuple[str, str, str], names: dict[str, str] | None = None) -> list[str | None]:
    return read(text, {**NAMES, **(names or {})}, *rows)[0]


@pytest.mark.parametrize(
    ("text", "source", "cue"),
    [
        ("Ada Quill warned them. It follows a report by Ada Quill, which found leaks.", "which", "found"),
        ("Ada Quill spoke. The statement she issued named nobody.", "The statement she issued", "named"),
        ("Ada Quill sued the port. The complaint says it leaked.", "The complaint", "says"),
        ("Ada Quill filed suit on Monday. The lawsuit says it leaked.", "The lawsuit", "says"),
        ("In a letter to the port, Ada Quill warned of leaks. Rain fell. The letter says it leaked.", "The letter", "says"),
    ],
)
def test_documents_are_of_whoever_made_them(text: str, source: str, cue: str):
    first = next(word for word in ("warned", "spoke", "sued", "filed suit") if word in text)
    assert speakers(text, ("Ada Quill", first, ""), (source, cue, ""))[1] == "person:ada-quill"


def test_a_body_s_statement_is_the_body_s():
    assert speakers("A police statement said it rained.", ("A police statement", "said", "it rained")) == ["organization:police"]


def test_whose_employer_is_the_one_named_behind():
    text = "They met Ada Quill, whose employer, Cargill Lakes, praised her."
    assert speakers(text, ("whose employer, Cargill Lakes,", "praised", "her")) == ["organization:cargill-lakes"]


def test_an_apposition_behind_of_is_of_the_one_there():
    text = "The widow of a trader, Bo Lind, took it back. Bo Lind died in May."
    assert speakers(text, ("The widow of a trader, Bo Lind,", "took it back", ""))[0] != "person:bo-lind"


def test_nobody_is_told_by_the_one_who_was_told():
    text = "Ada Quill said she had asked twice and been told to wait."
    rows = (("Ada Quill", "said", "she had asked twice and been told to wait"), ("", "been told", "to wait"))
    assert speakers(text, *rows) == ["person:ada-quill", None]


def test_offices_go_by_their_initials():
    text = "Health Cabinet Secretary Dr Ada Quill came. Nurse Bo Lind left. The CS said no."
    assert speakers(text, ("The CS", "said", "no")) == ["person:ada-quill"]


def test_a_chief_minister_is_no_minister():
    text = "Steel Minister Bo Lind came. Chief Minister Ada Quill came. The chief minister said no."
    assert speakers(text, ("The chief minister", "said", "no")) == ["person:ada-quill"]


def test_ranks_of_police_have_an_of():
    text = "Superintendent of Police Ada Quill said no."
    names, actors, _ = read(text, NAMES, ("Superintendent of Police Ada Quill", "said", "no"))
    assert names == ["person:ada-quill"]
    assert [office.title for office in actors["person:ada-quill"].offices] == ["superintendent of police"]


def test_another_country_s_leader_is_somebody_else():
    text = "Prime Minister Ada Quill of Malta met Maltese envoys in Malta. Hungary's leader said no."
    assert speakers(text, ("Hungary's leader", "said", "no"))[0] != "person:ada-quill"


def test_brussels_is_the_commission_where_that_was_named():
    with_it = "The European Commission met. Brussels said no."
    assert speakers(with_it, ("Brussels", "said", "no"), names={"European Commission": "organization"}) == ["organization:european-commission"]
    assert speakers("Belgium met. Brussels said no.", ("Brussels", "said", "no")) == ["government:BEL"]


def test_initials_stand_for_what_the_story_spells_out():
    text = "The Rapid Support Forces met. The RSF said no."
    assert speakers(text, ("The RSF", "said", "no"), names={"RSF": "organization"}) == ["organization:rapid-support-forces"]
    assert speakers("The RSF said no.", ("The RSF", "said", "no"), names={"RSF": "organization"}) == ["organization:reporters-without-borders"]


def test_a_place_that_speaks_is_a_body():
    text = "Meridian Lakes Health said no. Meridian Lakes left."
    names = {"Meridian Lakes Health": "place", "Meridian Lakes": "place"}
    found, actors, _ = read(text, names, ("Meridian Lakes Health", "said", "no"))
    assert found == ["organization:meridian-lakes-health"]
    assert len(actors[found[0] or ""].mentions) == 2


def test_a_disaster_agency_is_no_company_that_was_named():
    text = "Cargill Lakes came. The disaster agency said no. The company said yes."
    assert speakers(text, ("The disaster agency", "said", "no")) == ["organization:disaster-agency"]


def test_descriptions_are_shown_as_the_text_has_them():
    rows = (("an Indian officer who asked not to be named", "said", "no"), ("his lawyers", "left", ""))
    _, actors, _ = read("Bo Lind met an Indian officer who asked not to be named; the officer said no. his lawyers left.", NAMES, *rows)
    assert {actor.name for actor in actors.values()} >= {"Indian officer", "Bo Lind's lawyers"}


def test_a_common_word_is_no_newspaper_in_a_dump():
    _, actors, _ = read("his national renewal party said no.", {"national": "organization"}, ("his national renewal party", "said", "no"))
    assert "media:the-national" not in actors
