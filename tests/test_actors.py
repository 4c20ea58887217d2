"""Resolving with tags made by hand: phrases, names, descriptions, pronouns, ids."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rejoinder.actors.names import page_of
from rejoinder.actors.phrases import NounPhrase, parse
from rejoinder.actors.resolve import Resolver, resolve
from rejoinder.types import Actor, Mode, Span, Statement
from tests.build import tags


def statements(text: str, *rows: tuple[str, str, str] | tuple[str, str, str, str], mode: Mode = "indirect") -> list[Statement]:
    """Statements from (source, cue, content[, addressee]) snippets, found from left to right by their cues; "" is a missing part."""
    out: list[Statement] = []
    after = 0
    for k, row in enumerate(rows):
        source, cue, content, addressee = (*row, "")[:4]
        at = text.index(cue, after)
        after = at + 1

        def span(snippet: str, at: int = at) -> tuple[Span, ...]:
            places = [i for i in range(len(text)) if text.startswith(snippet, i)] if snippet else []
            best = min(places, key=lambda i: abs(i - at), default=None)
            return () if best is None else (Span(best, best + len(snippet)),)

        out.append(Statement(f"s{k + 1}", span(source), (Span(at, at + len(cue)),), span(content), span(addressee), mode, 0.9))
    return out


def read(
    text: str, names: dict[str, str], *rows: tuple[str, str, str] | tuple[str, str, str, str]
) -> tuple[list[str | None], dict[str, Actor], list[Statement]]:
    actors, resolved = resolve(tags(text, names=names), statements(text, *rows))
    return [s.speaker for s in resolved], {a.id: a for a in actors}, list(resolved)


def phrase(text: str, names: dict[str, str] | None = None) -> NounPhrase:
    page = page_of(tags(text, names=names))
    return parse(page, 0, len(page))


@pytest.mark.parametrize(
    ("text", "names", "sort", "noun", "kind"),
    [
        ("the minister", {}, "noun", "minister", "person"),
        ("two men from chechnya", {}, "noun", "men", "group"),
        ("the harbour report", {}, "thing", "report", None),
        ("she", {}, "pronoun", "", None),
        ("a spokesman for Dana Pell", {"Dana Pell": "person"}, "noun", "spokesman", "person"),
        ("officials familiar with the matter", {}, "noun", "officials", "group"),
        ("the tellers", {}, "noun", "tellers", "group"),
        ("the under secretary", {}, "noun", "under secretary", "person"),
        ("the company's server", {}, "noun", "server", None),
        ("an inspector named Tomar", {"Tomar": "person"}, "name", "inspector", None),
        ("a group calling itself Bisons Forever", {"Bisons Forever": "organization"}, "name", "", None),
        ("Quill, 41", {"Quill": "person"}, "name", "", None),
        ("quill a leading critic of the port", {"quill": "person"}, "name", "", None),
    ],
)
def test_phrases(text: str, names: dict[str, str], sort: str, noun: str, kind: str | None):
    found = phrase(text, names)
    assert (found.sort, found.noun, found.kind) == (sort, noun, kind)


def test_a_name_with_its_office_and_country():
    found = phrase("the British foreign minister Ada Quill", {"Ada Quill": "person"})
    assert found.sort == "name" and found.noun == "foreign minister" and found.place and found.place.country == "GBR"


def test_a_phrase_ends_where_it_ends():
    page = page_of(tags("an aide under secretary Quill", names={"Quill": "person"}))
    assert parse(page, 0, 3).head == 1


def test_a_name_behind_what_somebody_is_called_has_the_office():
    text = "An inspector named Tomar said no."
    _, actors, _ = read(text, {"Tomar": "person"}, ("An inspector named Tomar", "said", "no"))
    tomar = actors["person:tomar"]
    assert [o.title for o in tomar.offices] == ["inspector"]
    assert Span(0, text.index(" said")) in tomar.mentions


def test_an_apposition_names_whom_a_description_means():
    found = phrase("his opponent, Ada Quill", {"Ada Quill": "person"})
    assert found.sort == "name" and found.name and found.head == 5 - 1


def test_short_names_go_to_the_full_one_even_before_it():
    text = "Quill said it rained. Later Ada Quill said it snowed."
    speakers, actors, _ = read(text, {"Quill": "person", "Ada Quill": "person"}, ("Quill", "said", "it rained"), ("Ada Quill", "said", "it snowed"))
    assert speakers == ["person:ada-quill"] * 2
    assert len(actors["person:ada-quill"].mentions) == 2


def test_two_people_of_one_name_stay_apart():
    text = "Ada Quill said yes. Tom Quill said no. Mrs. Quill said maybe."
    speakers, *_ = read(
        text,
        {"Ada Quill": "person", "Tom Quill": "person", "Quill": "person"},
        ("Ada Quill", "said", "yes"),
        ("Tom Quill", "said", "no"),
        ("Quill", "said", "maybe"),
    )
    assert speakers == ["person:ada-quill", "person:tom-quill", "person:ada-quill"]


def test_the_counterpart_is_whoever_holds_the_office_further_down():
    text = "british foreign minister ada quill told her russian counterpart it rained . russian foreign minister ivan orsk said it snowed ."
    names = {"ada quill": "person", "ivan orsk": "person"}
    _, actors, said = read(
        text, names, ("british foreign minister ada quill", "told", "it rained", "her russian counterpart"), ("ivan orsk", "said", "it snowed")
    )
    assert said[0].to == "person:ivan-orsk"
    assert actors["person:ivan-orsk"].country == "RUS"
    assert ("foreign minister", "GBR") in {(o.title, o.of) for o in actors["person:ada-quill"].offices}


def test_a_region_s_authorities_are_not_the_country():
    speakers, actors, said = read("chechen authorities deny the allegations .", {}, ("chechen authorities", "deny", "the allegations"))
    assert speakers == ["government:chechnya"] and actors["government:chechnya"].country == "RUS"
    assert said[0].target == "government:chechnya"


def test_capitals_and_palaces_speak_for_their_governments():
    speakers, *_ = read(
        "Moscow said no. The Kremlin said so too.", {"Moscow": "place", "Kremlin": "organization"}, ("Moscow", "said", "no"), ("The Kremlin", "said", "so too")
    )
    assert speakers == ["government:RUS", "government:RUS"]


def test_anonymous_sources_are_actors_without_names():
    speakers, actors, said = read(
        "two men from chechnya told reuters they ran .", {"reuters": "organization"}, ("two men from chechnya", "told", "they ran", "reuters")
    )
    assert speakers[0] and actors[speakers[0]].named is False and actors[speakers[0]].kind == "group"
    assert said[0].named is False
    assert said[0].to == "media:reuters"


def test_pronouns_go_to_the_last_speaker_of_that_gender():
    text = "Ada Brown said it rained. Tom Green said it snowed. She said she was cold."
    names = {"Ada Brown": "person", "Tom Green": "person"}
    speakers, *_ = read(text, names, ("Ada Brown", "said", "it rained"), ("Tom Green", "said", "it snowed"), ("She", "said", "she was cold"))
    assert speakers[2] == "person:ada-brown"


def test_a_cue_without_a_subject_goes_on_with_the_one_before():
    text = "Ada Brown said it rained and added that it snowed."
    speakers, *_ = read(text, {"Ada Brown": "person"}, ("Ada Brown", "said", "it rained"), ("", "added", "that it snowed"))
    assert speakers == ["person:ada-brown"] * 2


def test_nobody_is_guessed():
    speakers, actors, said = read("There were allegations that it rained.", {}, ("", "allegations", "that it rained"))
    assert speakers == [None] and said[0].named is None and not actors


def test_joint_sources_are_groups_with_members():
    speakers, actors, _ = read("Ada Brown and Tom Green said no.", {"Ada Brown": "person", "Tom Green": "person"}, ("Ada Brown and Tom Green", "said", "no"))
    group = actors[str(speakers[0])]
    assert group.kind == "group" and group.members == ("person:ada-brown", "person:tom-green")


def test_the_accused_is_the_target():
    _, _, said = read("Ada Brown accused Tom Green of lying.", {"Ada Brown": "person", "Tom Green": "person"}, ("Ada Brown", "accused", "Tom Green of lying"))
    assert said[0].target == "person:tom-green"


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ("many Mexican migrants lied", None),
        ("Mexican claims were a lie", "government:MEX"),
        ("a Mexican menu was a lie", None),
        ("Mexican was a lie", "government:MEX"),
        ("the Paris commitments were a lie", None),
        ("Paris lied", "government:FRA"),
        ("the Paris reports lied", None),
        ("whoever met in Paris lied", None),
        ("the Austin march was a lie", None),
        ("the Paris cartel lied", None),
        ("the Paris government lied", "government:FRA"),
        ("all young Mexicans lied", None),
        ("it was a lie as Mexicans know", None),
    ],
)
def test_who_is_only_called_after_a_country_is_not_its_government(said: str, target: str | None):
    text = f"Ada Brown said {said}."
    names = {"Ada Brown": "person", "Paris": "place", "Austin": "place", "Mexican": "other"}
    rows = [replace(s, act="criticise") for s in statements(text, ("Ada Brown", "said", said))]
    assert resolve(tags(text, names=names), rows)[1][0].target == target


@pytest.mark.parametrize(("source", "kind"), [("widespread Mexican", "group"), ("Mexican", "government")])
def test_what_a_people_thinks_is_not_its_government_s(source: str, kind: str):
    speakers, *_ = read(f"They heard of {source} criticism of the port.", {"Mexican": "other"}, ("Mexican", "criticism of", "the port"))
    assert [s.split(":")[0] for s in speakers if s] == [kind]


def test_a_text_may_stop_behind_an_of():
    _, _, said = read("Ada Brown criticised Tom Green of", {"Ada Brown": "person", "Tom Green": "person"}, ("Ada Brown", "criticised", "Tom Green of"))
    assert said[0].target == "person:tom-green"


def test_a_spokesman_is_a_person_of_his_own():
    speakers, actors, _ = read(
        "A spokesman for Ada Brown declined to comment.", {"Ada Brown": "person"}, ("A spokesman for Ada Brown", "declined", "to comment")
    )
    assert speakers[0] != "person:ada-brown" and actors[str(speakers[0])].kind == "person" and not actors[str(speakers[0])].named


def test_every_mention_has_a_confidence():
    _, actors, _ = read("Ada Brown said no.", {"Ada Brown": "person"}, ("Ada Brown", "said", "no"))
    for actor in actors.values():
        assert len(actor.confidence) == len(actor.mentions) and all(0 < c <= 1 for c in actor.confidence)


def test_whom_the_story_calls_she_is_not_meant_by_a_later_he():
    text = "Tarn Oak left his hat. He ran. Zorin Ash took her coat. She ran. Oak saw Ash. Ash waved. He said it snowed."
    names = {"Tarn Oak": "person", "Zorin Ash": "person", "Oak": "person", "Ash": "person"}
    speakers, *_ = read(text, names, ("He", "said", "it snowed"))
    assert speakers == ["person:tarn-oak"]


def test_a_title_means_who_holds_it_under_another_name():
    text = "Sen. Ada Brown met Gov. Tom Green. The governor said yes. The senator said no. The former secretary said maybe."
    text += " Former Secretary of State Mia Stone and Treasury Secretary Ben Lake left."
    names = dict.fromkeys(("Ada Brown", "Tom Green", "Mia Stone", "Ben Lake"), "person")
    speakers, *_ = read(text, names, ("The governor", "said", "yes"), ("The senator", "said", "no"), ("The former secretary", "said", "maybe"))
    assert speakers == ["person:tom-green", "person:ada-brown", "person:mia-stone"]


def test_nobody_calls_himself_the_governor():
    text = 'Gov. Tom Green and Gov. Ada Brown met. "The governor knows it rained," Green said.'
    names = dict.fromkeys(("Tom Green", "Ada Brown", "Green"), "person")
    made = statements(text, ("The governor", "knows", "it rained"), ("Green", "said", '"The governor knows it rained,"'))
    made = [replace(made[0], inside="s2"), replace(made[1], mode="direct")]
    _, resolved = resolve(tags(text, names=names), made)
    assert [s.speaker for s in resolved] == ["person:ada-brown", "person:tom-green"]


def test_who_goes_with_the_subject_that_is_called_something():
    text = "Ada Brown is the state attorney who charged Tom Green. Mia Stone, an aide to Norway who backed it, left. Who cares?"
    names = {**dict.fromkeys(("Ada Brown", "Tom Green", "Mia Stone"), "person"), "Norway": "place"}
    speakers, *_ = read(text, names, ("who", "charged", "Tom Green"), ("who", "backed", "it"), ("Who", "cares", ""))
    assert speakers == ["person:ada-brown", "person:mia-stone", None]


@pytest.mark.parametrize("source", ["Lee Stone of Ohio and Ada Brown", "Lee Stone (D-Ohio) and Ada Brown", "Lee Stone, Ada Brown"])
def test_joint_sources_with_something_in_between(source: str):
    names = {**dict.fromkeys(("Lee Stone", "Ada Brown"), "person"), "Ohio": "place"}
    _, actors, said = read(f"{source} said no.", names, (source, "said", "no"))
    assert actors[str(said[0].speaker)].members == ("person:lee-stone", "person:ada-brown")


def test_an_epithet_means_who_was_spoken_of():
    text = "Ada Brown said it rained. The 51-year-old said it snowed. The Norwegian said it was cold."
    rows = (("Ada Brown", "said", "it rained"), ("The 51-year-old", "said", "it snowed"), ("The Norwegian", "said", "it was cold"))
    speakers, *_ = read(text, {"Ada Brown": "person"}, *rows)
    assert speakers == ["person:ada-brown"] * 3


@pytest.mark.parametrize(
    ("lead", "name", "same"),
    [
        ("A smuggler", "Ada Quill, 44,", True),  # no role: it was told before
        ("A former mayor", "Ada Quill, who ran the town for nine years,", True),
        ("A former mayor", "Editor Ada Quill", False),
        ("A court official", "Ada Quill", False),
        ("The woman who climbed the harbour crane", "Ada Quill, who was brought down from the crane in the harbour at dusk,", True),
    ],
)
def test_whom_the_lead_describes_is_named_below(lead: str, name: str, same: bool):
    text = f"{lead} admitted it on Monday.\n\n{name} said she was sorry.\n\nShe said it rained."
    speakers, actors, _ = read(text, {"Ada Quill": "person"}, (lead, "admitted", "it"), (name, "said", "she was sorry"), ("She", "said", "it rained"))
    assert (speakers[0] == "person:ada-quill") == same
    assert speakers[1] == "person:ada-quill"
    assert any(not actor.named for actor in actors.values()) != same


def test_who_an_entity_turned_out_to_be_is_kept():
    text = "A smuggler admitted it on Monday.\n\nAda Quill, 44, said she was sorry."
    made = statements(text, ("A smuggler", "admitted", "it"), ("Ada Quill, 44,", "said", "she was sorry"))
    resolver = Resolver(page_of(tags(text, names={"Ada Quill": "person"})), made)
    resolver.run()
    assert {resolver.entities.all[one].key: resolver.entities.all[k].key for one, k in resolver.united.items()} == {"smuggler": "ada quill"}


def test_a_line_tells_apart_whom_it_describes():
    text = "Hacker says vault was open, guard says it was shut\n\nThe hacker said the vault was open and the guard said it was shut on Monday."
    rows = (
        ("Hacker", "says", "vault was open"),
        ("guard", "says", "it was shut"),
        ("The hacker", "said", "the vault was open"),
        ("the guard", "said", "it was shut on Monday"),
    )
    speakers, *_ = read(text, {}, *rows)
    assert speakers == ["person:hacker", "person:guard"] * 2


def test_one_name_is_one_of_those_whom_a_line_describes():
    text = "A smuggler admitted it, and a teacher said it was cold.\n\nAda Quill, 44, said she was sorry."
    rows = (("A smuggler", "admitted", "it"), ("a teacher", "said", "it was cold"), ("Ada Quill, 44,", "said", "she was sorry"))
    speakers, *_ = read(text, {"Ada Quill": "person"}, *rows)
    assert speakers == ["person:ada-quill", "person:teacher", "person:ada-quill"]


def test_police_need_no_name():
    text = "Police find body in harbour\n\nThe coastguard said it found a body in the harbour."
    speakers, *_ = read(text, {}, ("Police", "find", "body in harbour"), ("The coastguard", "said", "it found a body in the harbour"))
    assert speakers[0] == "organization:police" and speakers[1] != speakers[0]


def test_whom_a_lead_describes_stays_a_member_and_keeps_the_country():
    text = "A Danish smuggler and Bo Lind admitted it on Monday. A Danish smuggler said no.\n\nAda Quill, 44, said she was sorry."
    rows = (("A Danish smuggler and Bo Lind", "admitted", "it"), ("A Danish smuggler", "said", "no"), ("Ada Quill, 44,", "said", "she was sorry"))
    speakers, actors, _ = read(text, {"Danish": "other", "Bo Lind": "person", "Ada Quill": "person"}, *rows)
    assert speakers[1:] == ["person:ada-quill"] * 2
    assert actors[str(speakers[0])].members == ("person:ada-quill", "person:bo-lind")
    assert actors["person:ada-quill"].country == "DNK"


@pytest.mark.parametrize(
    ("said", "again"),
    [("wrote in a letter that it rained.", "person:ada-quill"), ("said no in Oslo. The letter was lost.", None)],
)
def test_a_letter_is_whose_statement_stands_in_it(said: str, again: str | None):
    speakers, *_ = read(
        f"Ada Quill {said} The letter said no.", {"Ada Quill": "person"}, ("Ada Quill", said.split(" ", maxsplit=1)[0], ""), ("The letter", "said no.", "")
    )
    assert speakers[1] == again


def test_a_statement_without_a_cue_issues_nothing():
    made = replace(statements("Quill in report", ("Quill", "report", ""))[0], cue=())
    assert resolve(tags("Quill in report", names={"Quill": "person"}), [made])[1][0].speaker == "person:quill"


def test_the_headline_s_person_is_the_lead_s():
    text = "Hacker admits emptying vault\n\nA Danish hacker on Monday admitted emptying a museum's vault.\n\nBo Lind, 31, told the court he was bored."
    rows = (("Hacker", "admits", "emptying vault"), ("A Danish hacker", "admitted", "emptying a museum's vault"), ("Bo Lind, 31,", "told", "he was bored"))
    speakers, _, _ = read(text, {"Bo Lind": "person", "Danish": "other"}, *rows)
    assert speakers == ["person:bo-lind"] * 3


def test_an_administration_is_of_the_united_states_or_of_whoever_runs_it():
    text = "Norway, France and France met. The Quill administration said no."
    speakers, *_ = read(text, {"Quill": "person"}, ("The Quill administration", "said", "no"))
    assert speakers == ["government:quill-administration"]


def test_a_country_is_not_its_government():
    speakers, *_ = read("Norway met Norway. Our country said no.", {}, ("Our country", "said", "no"))
    assert speakers == ["country:NOR"]
