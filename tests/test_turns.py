"""The turns of transcripts."""

from __future__ import annotations

import pytest

from rejoinder.statements.turns import find_turns
from rejoinder.tagging.words import split

TALK = """Partial transcript:

HOLM: Will you pay?
LIND: We will not. "Never," I said.
HOLM: Why?
>> LIND: Because we can't."""


def turns(text: str) -> list[tuple[str, str]]:
    words = split(text)
    found = find_turns(words)
    assert all(text[words.start[t.cue[0]]] == ":" for t in found)
    return [(text[words.start[t.source[0]] : words.end[t.source[1] - 1]], text[words.start[t.content[0]] : words.end[t.content[1] - 1]]) for t in found]


def test_turns_of_a_transcript():
    assert turns(TALK) == [("HOLM", "Will you pay?"), ("LIND", 'We will not. "Never," I said.'), ("HOLM", "Why?"), ("LIND", "Because we can't.")]


def test_turns_of_a_dump():
    assert [name for name, _ in turns(TALK.lower().replace(":", " :"))] == ["holm", "lind", "holm", "lind"]


def test_the_first_turn_of_a_dump_may_follow_the_words_that_announce_it():
    dump = TALK.replace("transcript:\n\n", "transcript as follows: ").lower().replace(":", " :")
    assert turns(dump)[0] == ("holm", "will you pay?")


@pytest.mark.parametrize("noise", ["(CROSSTALK) ", "[laughter] ", "(applause.\n) "])
def test_what_is_heard_in_the_room_may_stand_before_a_turn(noise: str):
    said = TALK.replace("LIND: We", f"{noise}LIND: We")
    assert turns(said)[1] == ("LIND", 'We will not. "Never," I said.')
    dump = turns(said.lower().replace(":", " :"))
    assert [name for name, _ in dump] == ["holm", "lind", "holm", "lind"]
    assert dump[1][1] == 'we will not. "never," i said.'


def test_a_headline_is_no_turn_that_takes_in_the_story():
    dump = "lind : we will not pay .\nminister ada lind said so on sunday .\n" + TALK.lower().replace(":", " :")
    assert turns(dump)[:2] == [("lind", "we will not pay ."), ("holm", "will you pay?")]


def test_a_quotation_mark_may_stand_before_a_turn():
    assert len(turns(TALK.replace("HOLM:", '"HOLM:').replace("LIND:", "“LIND:"))) == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "He said: no.\nShe said: yes.\nHe said: no.\nShe said: yes.",
        "Clinton: 1,769.\nSanders: 1,501.\nClinton: 500.\nSanders: 40.",
        "Monday: rain. It was cold.\nTuesday: sun. It was warm.\nWednesday: rain.\nThursday: sun.",
        "Note: this is a story.\n\nThe mayor said: we will go on.",
    ],
)
def test_what_is_no_transcript(text: str):
    assert turns(text) == []


def test_a_name_on_every_line_of_a_long_text_is_quick():
    assert len(turns("HOLM: Will you pay?\nLIND: No.\n" * 5000)) == 10_000
