"""Names put together, countries that the tables lack, last names and narrators, with tags made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rejoinder.actors.collectives import AGENCIES
from rejoinder.actors.lexicon import bodies
from rejoinder.actors.names import page_of
from rejoinder.actors.resolve import resolve
from tests.build import tags
from tests.test_actors import read, statements


def spans(text: str, names: dict[str, str]) -> list[str]:
    page = page_of(tags(text, names=names))
    return [page.text(name.first, name.last) for name in page.names]


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("He works at the University of Norden now.", {"University": "organization"}, ["University of Norden"]),
        ("A study by the Center for Quiet Ports came out.", {"Center for": "organization"}, ["Center for Quiet Ports"]),
        ("the Florida Department of State said no.", {"Department of State": "organization"}, ["Florida Department of State"]),
        ("He left the Ohio House of Representatives.", {}, ["Ohio House of Representatives"]),
        ("the Ohio Senate and House of Representatives met.", {}, ["Ohio"]),
        ("it was Ohio's Senate and House of Representatives.", {"Senate": "organization"}, ["Ohio", "Senate", "House of Representatives"]),
        ("money for an Ohio Senate candidate and an Ohio Senate race.", {"Senate": "organization"}, ["Ohio", "Senate", "Ohio", "Senate"]),
        ("the U.S. Court of Appeals for the 9th Circuit met.", {"U.S. Court of Appeals for": "organization"}, ["U.S. Court of Appeals for the 9th Circuit"]),
        ("the House minority leader sang.", {"House minority": "organization"}, []),
        ("it hangs over the City Council.", {"City Council": "organization"}, []),
        ("he told Fox 35 in Norden.", {"Fox": "organization"}, ["Fox 35"]),
        ("he left Fox News 20 years ago.", {"Fox News": "organization"}, ["Fox News"]),
        ("he sat in Air Force One.", {"Air Force": "organization"}, ["Air Force One"]),
        ("She was saved by Norway's Supreme Court.", {}, ["Norway's Supreme Court"]),
        ("She sits in the Canadian Senate.", {"Senate": "organization"}, ["Canadian Senate"]),
        ("the state Supreme Court met.", {"Supreme Court": "organization"}, []),
        ("It was heard in a United States District Court.", {"United States District Court": "organization"}, []),
        ("She broke the Quiet Ports Act.", {"Quiet Ports Act": "organization"}, []),
        ("She broke the Quiet Ports and Harbours Act.", {"Quiet Ports": "organization"}, []),
        ("She broke the Quiet Ports Act and the QPA held.", {"Quiet Ports Act": "organization", "QPA": "organization"}, []),
        ("She broke Quill-Holm, the Quill-Holm Act.", {"Quill-Holm": "organization", "Quill-Holm Act": "organization"}, []),
        ("He lost in Quill v. Holm.", {"Quill v. Holm": "organization"}, []),
        ("His hat read Make America Great Again.", {"Make America Great Again": "organization"}, []),
        ("He sings in ''Ohio Nine-0'' tonight.", {}, []),
        ("He said ''Ohio voters sing'' tonight.", {}, ["Ohio"]),
        ("Bloomberg sang. Ada R. Bloomberg left.", {"Ada R": "person", "Bloomberg": "organization"}, ["Bloomberg", "Ada R. Bloomberg"]),
        ("He sang on “Real Time” last week.", {"Real": "organization"}, ["Real"]),
        ("It stood in The Nation.", {"Nation": "organization"}, ["The Nation"]),
        ("They sang a solemn Mass. He left Norden, Mass., on Monday.", {}, ["Mass."]),
        ("It rained. Foreign policy was as hard.", {}, []),
        ("He sang on Quiz the Nation.", {"Nation": "organization"}, []),
        ("He read the Nation.", {"Nation": "organization"}, ["the Nation"]),
        ("It met Hall of Famer Ada Quill.", {"Hall of Famer": "organization", "Ada Quill": "person"}, ["Ada Quill"]),
        ("Ohio beat Iowa in the last football game.", {}, []),
        ("He played football at an Ohio school.", {}, ["Ohio"]),
        ("They played football in Ohio.", {}, ["Ohio"]),
        ("Quiet Falls, Ohio, has a football team. Iowa voted.", {"Quiet Falls": "place"}, ["Quiet Falls", "Ohio", "Iowa"]),
        ("He reads Foreign Policy.", {}, ["Foreign Policy"]),
        ("He spoke for the national committeeman.", {"national committeeman": "organization"}, []),
        ("It was heard in a U.S. District Court.", {"U.S. District Court": "organization"}, []),
        ("a report by the Iowa Electronic Markets", {"Electronic Markets": "organization"}, ["Iowa Electronic Markets"]),
        ("he met Steve Israel there.", {"Steve": "person"}, ["Steve Israel"]),
        ("the University said no.", {"University": "organization"}, []),
        ("the talks with Ban Ki-moon went on.", {"Ki-moon": "person"}, ["Ban Ki-moon"]),
        ("users of gunshop.com complained.", {}, ["gunshop.com"]),
        ("it was seen in Chapel Hill on Monday.", {}, []),
        ("according to The Hill on Monday.", {"Hill": "organization"}, ["The Hill"]),
        ("Ada Quill came. Then Quill sang in Quill Street.", {"Ada Quill": "person"}, ["Ada Quill", "Quill"]),
        ("john q . quill said no .", {"john q . quill": "person"}, ["john q . quill"]),
        ("quill told radio norden .", {"norden": "organization"}, ["radio norden"]),
        ("john q .\nquill said no .", {"john q .\nquill": "person"}, ["john q . quill"]),
        ("Chief Darlene Apsassin of Alberta said no.", {"Darlene Apsassin": "organization", "Alberta": "place"}, ["Darlene Apsassin", "Alberta"]),
    ],
)
def test_names(text: str, names: dict[str, str], found: list[str]):
    assert spans(text, names) == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ada Bloomberg came. Bloomberg said no.", "person:ada-bloomberg"),
        ("Ada Bloomberg came and told Bloomberg News. Bloomberg said no.", "media:bloomberg"),
    ],
)
def test_a_body_that_is_a_person_s_last_name_too(text: str, kind: str):
    names = {"Ada Bloomberg": "person", "Bloomberg": "organization"}
    speakers, *_ = read(text, names, ("Bloomberg", "said", "no"))
    assert speakers == [kind]


def test_middle_initials_tell_two_people_apart():
    text = "Ada B. Quill left. Ada C.D. Quill said no. Ada E. Quill said maybe. Ada Quill sang."
    names = {"Ada B. Quill": "person", "Ada C.D. Quill": "person", "Ada E. Quill": "person", "Ada Quill": "person"}
    speakers, *_ = read(text, names, ("Ada C.D. Quill", "said", "no"), ("Ada E. Quill", "said", "maybe"))
    assert len({*speakers}) == 2 and "person:ada-quill" not in speakers


def test_a_last_name_goes_to_whoever_was_introduced():
    text = "Ada Quill said yes. Quill said no. Tom Quill, her brother, said maybe."
    names = {"Ada Quill": "person", "Tom Quill": "person", "Quill": "person"}
    speakers, *_ = read(text, names, ("Ada Quill", "said", "yes"), ("Quill", "said", "no"), ("Tom Quill", "said", "maybe"))
    assert speakers == ["person:ada-quill", "person:ada-quill", "person:tom-quill"]


def test_a_last_name_does_not_go_to_whom_the_story_calls_by_the_first():
    text = "Ada Quill and Tom Quill came. Ada waved. Ada sang. Ada left. Quill said no."
    names = {"Ada Quill": "person", "Tom Quill": "person", "Ada": "person", "Quill": "person"}
    speakers, *_ = read(text, names, ("Quill", "said", "no"))
    assert speakers == ["person:tom-quill"]


@pytest.mark.parametrize("full", ["Ben Quill", "Al Quill"])
def test_a_short_first_name_is_no_particle(full: str):
    speakers, *_ = read(f"{full} came. Quill said no.", {full: "person", "Quill": "person"}, ("Quill", "said", "no"))
    assert speakers == [f"person:{full.lower().replace(' ', '-')}"]


def test_a_last_name_that_is_a_nationality_too():
    speakers, *_ = read("Ada Cuban came. Cuban said no.", {"Ada Cuban": "person", "Cuban": "person"}, ("Cuban", "said", "no"))
    assert speakers == ["person:ada-cuban"]


def test_an_apostrophe_parts_no_name():
    for text, name in (("Pat O’Quill said no.", "Pat O’Quill"), ("pat o quill said no .", "pat o quill")):
        speakers, *_ = read(text, {name: "person"}, (name, "said", "no"))
        assert speakers == ["person:pat-oquill"]


def test_a_country_that_the_tables_lack():
    text = (
        "Averna's foreign minister, Pia Mott, met her Tolmarkian counterpart. Tolmark's foreign minister, Pavel Orsk, said no. "
        "Averna said yes. Avernan ships left."
    )
    names = {"Pia Mott": "person", "Pavel Orsk": "person", "Averna": "person", "Tolmark": "person"}
    speakers, actors, _ = read(text, names, ("her Tolmarkian counterpart", "met", ""), ("Averna", "said", "yes"))
    assert speakers == ["person:pavel-orsk", "country:averna"]
    assert actors["country:averna"].name == "Averna" and actors["country:averna"].country is None


@pytest.mark.parametrize(
    "text",
    [
        "We fear the tides, I think it is bad.\n\nAna Reed.\n",
        "By Ana Reed\n\nI think it is bad.",
        "Ana Reed: And then it rained\n\nI think it is bad.",
        "I think it is bad.\n\nAna Reed is the mayor of Vell.",
        "Ana Reed talked about boats. Ana Reed is tired.\n\nQ: Why?\n\nA: I think it is bad.\n\nQ: And?\n\nA: No, it is all.\n\nQ: So?\n\nA: So be it.",
    ],
)
def test_narrators(text: str):
    speakers, *_ = read(text, {"Ana Reed": "person"}, ("I", "think", "it is bad"))
    assert speakers == ["person:ana-reed"]


def test_the_letters_of_an_interview():
    text = "By Jan Orlo\n\nAna Reed talked about boats.\n\nQ. Why boats?\n\nA. It is the sea.\n\nQ. And the rain?\n\nA. It is bad."
    speakers, *_ = read(text, {"Ana Reed": "person", "Jan Orlo": "person"}, ("Q", ".", "Why boats?"), ("A", ".", "It is the sea."))
    assert speakers == ["person:jan-orlo", "person:ana-reed"]
    speakers, *_ = read(text + "\n\nQ magazine said it rains.", {"Ana Reed": "person", "Jan Orlo": "person"}, ("Q magazine", "said", "it rains"))
    assert speakers != ["person:jan-orlo"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [("I think it is bad. It rained.\n\nAna Reed, Thornley", "person:ana-reed"), ("Ana Reed, harbour chief, quits\n\nI think it is bad.", None)],
)
def test_a_signature_stands_below(text: str, speaker: str | None):
    speakers, *_ = read(text, {"Ana Reed": "person"}, ("I", "think", "it is bad"))
    assert speakers == [speaker]


def test_nobody_narrates_without_a_name():
    speakers, *_ = read("Ana Reed came.\n\nI think it is bad. It rained.", {"Ana Reed": "person"}, ("I", "think", "it is bad"))
    assert speakers == [None]


@pytest.mark.parametrize(("around", "speaker"), [("Florida and Texas", "country:georgia"), ("Armenia and Russia", "country:GEO")])
def test_georgia_is_where_the_story_is(around: str, speaker: str):
    names = {"Georgia": "place", **dict.fromkeys(around.split(" and "), "place")}
    speakers, *_ = read(f"After {around} voted, Georgia said no.", names, ("Georgia", "said", "no"))
    assert speakers == [speaker]


def test_a_maker_is_a_company():
    text = "Brightwater, the country's largest maker of filters, denied it. The company said no."
    speakers, *_ = read(text, {"Brightwater": "person"}, ("Brightwater", "denied", "it"), ("The company", "said", "no"))
    assert speakers == ["organization:brightwater"] * 2


@pytest.mark.parametrize(
    ("text", "name", "speaker"),
    [
        ("He reads the newspaper Hanmaru Ilbo. Hanmaru Ilbo said no.", "Hanmaru Ilbo", "organization:hanmaru-ilbo"),
        ("He left the company Ada Quill founded. Ada Quill said no.", "Ada Quill", "person:ada-quill"),
        ("Orders at Fjordlink, which lays cables, fell. Fjordlink said no.", "Fjordlink", "organization:fjordlink"),
        ("It is in Norden. Mrs. Quill ran the Quill Foundation. Quill said no.", "Quill", "person:quill"),
        ("He drives on a Hanbit Tire. Hanbit said no.", "Hanbit", "organization:hanbit-tire"),
    ],
)
def test_what_stands_around_a_name_says_whether_it_is_a_body_s(text: str, name: str, speaker: str):
    names = {name: "person", "Quill Foundation": "organization", "Hanbit Tire": "organization"}
    speakers, *_ = read(text, names, (name, "said", "no"))
    assert speakers == [speaker]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("AQ: It rained.", "person:ada-quill"),
        ("A: It rained.", None),  # an answer
        ("FM: It rained.", "organization:fm"),  # a former mayor has no initials
    ],
)
def test_initials_label_people_with_names(text: str, speaker: str | None):
    label = text.split(":", maxsplit=1)[0]
    rows = (("A former mayor", "left", ""), (label, ":", "It rained"))
    speakers, *_ = read(f"Ada Quill came. A former mayor left.\n\n{text}", {"Ada Quill": "person"}, *rows)
    assert speakers[1] == speaker


@pytest.mark.parametrize(
    ("text", "source", "speaker"),
    [
        ("Bo Jørgensen came. then jørgensen said no.", "jørgensen", "person:bo-jorgensen"),
        ("Bo Sanders came. then sanders said no.", "sanders", "person:bo-sanders"),  # no group of people who sand
        ("Bo Walker came. then walker said no.", "walker", "person:bo-walker"),
        ("He read the blog Selvedge said no.", "Selvedge", "organization:selvedge"),
    ],
)
def test_names_that_the_tagger_overlooked(text: str, source: str, speaker: str):
    names = dict.fromkeys(("Bo Jørgensen", "Bo Sanders", "Bo Walker"), "person")
    speakers, *_ = read(text, names, (source, "said", "no"))
    assert speakers == [speaker]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("NEW YORK (AP) - It rained.", False),
        ("NEW YORK, Nov. 19 (UPI) - It rained. New York voters went home.", True),
        ("It rained on a New York street.", False),
        ("New York's mayor sang.", False),
        ("Offices in Norden and New York closed.", False),
        ("It met in Norden, New York.", True),
        ("Ohio and New York vote next.", True),
        ("He asked for states like New York or Ohio.", True),
        ("It was won by a senator from New York.", True),
        ("Ada Quill of New York won.", True),
        ("New York's April 19 primary is next.", True),
        ("It met in New York. A house in Norden, N.Y., was let.", True),
    ],
)
def test_new_york_is_a_city_too(text: str, state: bool):
    _, actors, _ = read(text, {"Norden": "place", "Ada Quill": "person"})
    assert ("country:new-york" in actors) is state


@pytest.mark.parametrize(("text", "offices"), [("Politico's Ada Quill sang.", ["reporter"]), ("Ada Quill read Politico.", [])])
def test_whose_a_medium_owns_is_its_reporter(text: str, offices: list[str]):
    _, actors, _ = read(text, {"Ada Quill": "person", "Politico": "organization"})
    assert [office.title for office in actors["person:ada-quill"].offices] == offices


@pytest.mark.parametrize(("text", "place"), [("He left Columbia University.", False), ("He left.", True)])
def test_a_capital_s_name_may_be_a_university_s(text: str, place: bool):
    speakers, *_ = read(f"{text} Columbia said no.", {"Columbia University": "organization", "Columbia": "organization"}, ("Columbia", "said", "no"))
    assert (speakers == ["country:south-carolina"]) is place


@pytest.mark.parametrize(
    ("text", "body"),
    [("He attended the DNC.", "organization:democratic-national-convention"), ("He led the DNC.", "organization:democratic-national-committee")],
)
def test_a_convention_is_attended(text: str, body: str):
    _, actors, _ = read(text, {"DNC": "organization"})
    assert list(actors) == [body]


@pytest.mark.parametrize(("text", "speaker"), [("on the Hill", "organization:congress"), ("in The Hill", "media:hill")])
def test_the_hill_is_a_paper_or_congress(text: str, speaker: str):
    _, actors, _ = read(f"He was {text} on Monday.", {"Hill": "organization"})
    assert list(actors) == [speaker]


def test_an_initial_with_a_stop_is_no_apostrophe():
    speakers, *_ = read("Bo D. Quill said no.", {"Bo D. Quill": "person"}, ("Bo D. Quill", "said", "no"))
    assert speakers == ["person:bo-quill"]


def test_capitals_have_plain_letters_too():
    speakers, *_ = read("Þóra Ðorðe said no.", {"Þóra Ðorðe": "person"}, ("Þóra Ðorðe", "said", "no"))
    assert speakers == ["person:thora-dorde"]


@pytest.mark.parametrize(
    ("text", "source", "speaker"),
    [
        ("Norway's fisheries ministry said no.", "Norway's fisheries ministry", "organization:norway-fisheries-ministry"),
        ("Norway's foreign minister, Ada Quill, came. Her ministry said no.", "Her ministry", "organization:norway-foreign-ministry"),
        ("Norway's deputy foreign minister, Ada Quill, came. Her ministry said no.", "Her ministry", "organization:norway-foreign-ministry"),
        ("Norway's prime minister, Ada Quill, came. Her ministry said no.", "Her ministry", "organization:quill-ministry"),
        ("The Texas health department said no.", "The Texas health department", "organization:texas-health-department"),
    ],
)
def test_whose_ministry_it_is(text: str, source: str, speaker: str):
    speakers, *_ = read(text, {"Norway": "place", "Texas": "place", "Ada Quill": "person"}, (source, "said", "no"))
    assert speakers == [speaker]


def test_he_in_somebody_s_own_words_is_somebody_else():
    text = 'Ivan Orsk saw Ada Quill and Tom Hale. Ivan Orsk said: "He fears the truth."'
    outer, inner = statements(text, ("Ivan Orsk", "said", '"He fears the truth."'), ("He", "fears", "the truth"), mode="direct")
    inner = type(inner)(**{**{name: getattr(inner, name) for name in inner.__slots__}, "inside": outer.id})
    names = {"Ivan Orsk": "person", "Ada Quill": "person", "Tom Hale": "person"}
    _, resolved = resolve(tags(text, names=names), [outer, inner])
    assert [s.speaker for s in resolved] == ["person:ivan-orsk", "person:tom-hale"]


@pytest.mark.parametrize(
    ("source", "speaker"),
    [
        ("81-year-old Ada Quill", "person:ada-quill"),
        ("a lot of voters", "group:voters"),
        ("those who came", "group:those-who-came"),
        ("Vigo County", "government:vigo-county"),
        ("the technophiles", "group:technophiles"),
        ("Ada Quill herself", "person:ada-quill"),
        ("documents made public by Ada Quill", "person:ada-quill"),
    ],
)
def test_sources(source: str, speaker: str):
    speakers, *_ = read(f"Ada Quill came. Today {source} said no.", {"Ada Quill": "person"}, (source, "said", "no"))
    assert speakers == [speaker]


def test_a_committee_goes_by_its_words():
    text = "The House Harbour Committee met. The harbour panel said no. The panel said yes."
    names = {"House Harbour Committee": "organization"}
    speakers, *_ = read(text, names, ("The harbour panel", "said", "no"), ("The panel", "said", "yes"))
    assert speakers == ["organization:house-harbour-committee"] * 2


def test_a_team_is_the_campaign():
    text = "The Quill campaign denied it. The Quill team said no."
    speakers, *_ = read(text, {"Quill": "person"}, ("The Quill campaign", "denied", "it"), ("The Quill team", "said", "no"))
    assert speakers[0] == speakers[1] == "organization:quill-campaign"


def test_a_document_speaks_for_its_issuer():
    text = "A report by the Harbour Institute said no. The report said yes."
    names = {"Harbour Institute": "organization"}
    speakers, *_ = read(text, names, ("A report by the Harbour Institute", "said", "no"), ("The report", "said", "yes"))
    assert speakers == ["organization:harbour-institute"] * 2


def test_a_role_that_nobody_holds_is_somebody_new():
    text = "Ada Quill said no. The auditor said yes."
    speakers, actors, _ = read(text, {"Ada Quill": "person"}, ("Ada Quill", "said", "no"), ("The auditor", "said", "yes"))
    assert speakers == ["person:ada-quill", "person:auditor"] and not actors["person:auditor"].named


def test_a_suffix_belongs_to_the_name():
    speakers, *_ = read(
        "Vice President Denis B. Orr Jr. responded that it rained.", {"Denis B. Orr": "person"}, ("Vice President Denis B. Orr Jr.", "responded", "it rained")
    )
    assert speakers == ["person:denis-orr"]


def test_a_person_s_last_name_that_the_tagger_takes_for_a_body():
    text = "Ada Quill and Tom Quill came. Ada Quill sang. The Quill team said no. The campaign went on."
    names = {"Ada Quill": "person", "Tom Quill": "person", "Quill": "organization"}
    speakers, *_ = read(text, names, ("The Quill team", "said", "no"))
    assert speakers == ["organization:quill-campaign"]


def test_a_study_is_its_author_s():
    text = "A study by Norden Law School professor Ada Quill found it rained. A Radio Norden poll of ship owners found it snowed."
    names = {"Norden Law School": "organization", "Ada Quill": "person", "Radio Norden": "organization"}
    speakers, *_ = read(
        text, names, ("A study by Norden Law School professor Ada Quill", "found", "it rained"), ("A Radio Norden poll of ship owners", "found", "it snowed")
    )
    assert speakers == ["person:ada-quill", "organization:radio-norden"]


def test_a_body_that_a_lead_describes_and_a_later_line_names():
    text = "A federal appeals court ruled no. The U.S. Court of Appeals for the Ninth Circuit said why. A federal appeals court ruled yes."
    rows = (("A federal appeals court", "ruled", "no"), ("The U.S. Court of Appeals for the Ninth Circuit", "said", "why"))
    speakers, *_ = read(text, {"U.S. Court of Appeals for": "organization"}, *rows, ("A federal appeals court", "ruled", "yes"))
    assert speakers[0] == speakers[1] == "organization:u-s-court-of-appeals-for-ninth-circuit"
    assert speakers[2] != speakers[1]


def test_the_bank_is_no_committee():
    text = "Northwell denied it. The Ports Committee asked why. The bank said no."
    names = {"Northwell": "organization", "Ports Committee": "organization"}
    speakers, *_ = read(text, names, ("Northwell", "denied", "it"), ("The Ports Committee", "asked", "why"), ("The bank", "said", "no"))
    assert speakers == ["organization:northwell", "organization:ports-committee", "organization:northwell"]


def test_police_are_those_that_the_story_names():
    text = "Police said no. The Norden Police said why."
    speakers, *_ = read(text, {"Norden Police": "organization"}, ("Police", "said", "no"), ("The Norden Police", "said", "why"))
    assert speakers[0] == speakers[1]


def test_a_company_is_no_union():
    text = "Brightwell closed. The company said yes. The union said no. The bank, Northwell, said maybe."
    names = {"Brightwell": "organization", "Northwell": "organization"}
    rows = (("The company", "said", "yes"), ("The union", "said", "no"), ("The bank, Northwell,", "said", "maybe"))
    speakers, *_ = read(text, names, *rows)
    assert speakers == ["organization:brightwell", "organization:union", "organization:northwell"]


def test_the_campaign_is_that_of_whom_the_story_speaks():
    text = "Ada Quill is likely to win. The campaign said no."
    speakers, *_ = read(text, {"Ada Quill": "person"}, ("The campaign", "said", "no"))
    assert speakers == ["organization:quill-campaign"]


def test_a_transcript_labels_people():
    speakers, *_ = read("QUILL: It rained.", {"QUILL": "person"}, ("QUILL", ":", "It rained"))
    assert speakers == ["person:quill"]


def test_a_stop_makes_no_abbreviation_of_a_plain_word():
    assert spans("She said that he was ill. They left Ill. on Monday.", {}) == ["Ill."]


def test_a_paper_s_last_word_is_the_paper():
    text = "The Tampa Bay Times runs the site. The Times said it was fair."
    speakers, actors, _ = read(text, {"Tampa Bay Times": "organization"}, ("The Times", "said", "it was fair"))
    assert speakers == ["media:tampa-bay-times"]
    assert list(actors) == ["media:tampa-bay-times"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A poll by Rising America, a labor group, came out. Then Rising America left.", ["Rising America", "Rising America"]),
        ("A poll by Rising America, a proud country, came out.", ["America"]),
        ("They came to Southern Texas, a quiet place of the group.", ["Texas"]),
        ("Voters in Texas, a campaign group, said no.", ["Texas"]),
    ],
)
def test_a_body_with_a_country_in_its_name(text: str, found: list[str]):
    assert spans(text, {}) == found


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Chad Quill came. It was Chad's boat. Chad said no.", "person:chad-quill"),
        ("Chad Quill came. It is hot in Chad. Chad said no.", "country:TCD"),
        ("Chad Quill came. The Chadian army left. Chad said no.", "country:TCD"),
        ("Chad left. Chad Quill came. Chad said no.", "country:TCD"),
        ("Chad Quill came. So did Chad officials. Chad said no.", "country:TCD"),
    ],
)
def test_a_given_name_that_is_a_country_s(text: str, speaker: str):
    speakers, *_ = read(text, {"Chad Quill": "person", "Chad": "place"}, ("Chad", "said", "no"))
    assert speakers == [speaker]


@pytest.mark.parametrize(
    ("source", "speaker"),
    [
        ("The Otter State", "organization:otter-state"),
        ("the state that it owns", "government:state-that-it-owns"),
        ("State", "organization:state-department"),
    ],
)
def test_a_state_is_not_the_country(source: str, speaker: str):
    speakers, *_ = read(f"It met in America. {source} said no.", {"Otter State": "organization"}, (source, "said", "no"))
    assert speakers == [speaker]


def test_a_name_that_goes_on_is_one_whatever_its_kinds():
    text = "Historian Dorka Vas came. Vas said no."
    made = tags(text, names={"Dorka": "person", "Vas": "organization"})
    first = int(np.searchsorted(made.words.start, text.index("Vas")))
    made.names[first] += 1  # goes on
    made.name_probability[first] = 0.6
    assert [text[made.words.start[n.first] : made.words.end[n.last - 1]] for n in page_of(made).names if n.kind == "person"] == ["Dorka Vas"]


def test_who_acts_himself_is_no_place():
    speakers, *_ = read("Odo Maine left. Maine himself said no.", {"Odo Maine": "person", "Maine": "place"}, ("Maine himself", "said", "no"))
    assert speakers == ["person:odo-maine"]


def test_a_state_that_is_shown_is_meant_everywhere_in_the_story():
    page = page_of(tags("Norway, France, Spain and Italy sang. He left Quiet Falls, Ga., and came to Georgia.", names={"Quiet Falls": "place"}))
    assert {name.place.region for name in page.names if name.place and name.place.name == "Georgia"} == {True}


@pytest.mark.parametrize("noun", ["The company", "The station", "The newspaper"])
def test_the_agency_of_a_dateline_is_no_company_and_no_paper(noun: str):
    speakers, *_ = read(f"OSLO (Reuters) - It rained. {noun} said no.", {"Reuters": "organization"}, (noun, "said", "no"))
    assert speakers != ["media:reuters"]
    speakers, *_ = read("The Norden Post sang. The newspaper said no.", {"Norden Post": "organization"}, ("The newspaper", "said", "no"))
    assert speakers == ["organization:norden-post"]


def test_agencies_go_by_the_names_that_the_table_gives_them():
    names = {body.name for body in bodies().values() if body.kind == "media"}
    assert {" ".join(w for w in name.lower().split() if w != "the") for name in names} >= AGENCIES


@pytest.mark.parametrize("last", ["broad", "plain"])
def test_the_last_word_of_a_text_does_not_stand_before_its_first(last: str):
    # "Broad Norwegian anger" is the people's; nothing stands before the first word of a text.
    text = f"Norwegian accusations that it was so were {last}"
    speakers, _, _ = read(text, {}, ("Norwegian", "accusations", "it was so"))
    assert speakers == ["government:NOR"]


@pytest.mark.parametrize("last", ["in", "now"])
def test_a_team_may_be_named_first(last: str):
    assert spans(f"Ohio beat Norden in a football game that they believed {last}", {}) == []
