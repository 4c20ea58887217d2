"""Words and their layout features."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.tagging.words import split


def shown(text: str) -> list[str]:
    words = split(text)
    return [text[a:b] for a, b in zip(words.start, words.end, strict=True)]


def test_compounds_abbreviations_and_numbers_stay_whole():
    assert shown("U.S. anti-graft chief's $1,000.50 plan") == ["U.S.", "anti-graft", "chief", "'s", "$", "1,000.50", "plan"]


def test_marks_stand_alone_but_runs_stay_together():
    assert shown("``Go...'' he said -- twice") == ["``", "Go", "...", "''", "he", "said", "--", "twice"]


@given(st.text())
def test_words_cover_everything_but_whitespace(text: str):
    words = split(text)
    covered = np.zeros(len(text), bool)
    last = 0
    for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True):
        assert last <= a < b <= len(text)
        covered[a:b] = True
        last = b
    assert all(covered[k] or character.isspace() for k, character in enumerate(text))


def test_crlf_is_one_break_and_a_blank_line_a_paragraph():
    assert split("one\r\ntwo\r\n\r\nthree four").gap.tolist() == [3, 2, 3, 1]


def test_case_tells_nothing_in_a_text_of_one_case():
    assert split("THE MINISTER SAID NO").case.tolist() == [0, 0, 0, 0]
    assert split("The minister McKay said NATO won 3").case.tolist() == [1, 0, 3, 0, 2, 0, 4]


def states(text: str) -> str:
    return "".join("-io c"[q] if q < 3 else "c" for q in split(text).quote.tolist()).replace(" ", "")


def test_quotation_states():
    assert states('He said "yes" twice') == "--oic-"
    assert states("«Ja», sagte er") == "oic---"
    assert states("„Nein“ rief sie") == "oic--"
    assert states("``Go'' he said") == "oic--"


def test_an_open_quotation_ends_with_its_paragraph():
    assert states('"One two\n\nthree four') == "oii--"


def test_a_straight_mark_that_opens_twice_was_never_closed():
    text = 'He said "no and she said "yes" too'
    assert states(text) == "--oiiiioic-"


def test_a_single_straight_mark_opens_only_what_another_one_closes():
    assert states("'Go,' he said, 'and stay.'") == "oiic--" + "-oiiic"
    assert states("the '90s, the workers' party and rock'n'roll") == "-" * len(states("the '90s, the workers' party and rock'n'roll"))
    assert states("She called it 'a lie") == "------"


def test_an_apostrophe_does_not_close_a_quotation_that_goes_on():
    for opening, closing in (("'", "'"), ("‘", "’")):
        assert states(f"{opening}The workers{closing} party is dead,{closing} he said") == "oiiiiiiic--"
        assert states(f"{opening}no bosses{closing} and {opening}no masters{closing}") == "oiic-oiic"


def test_the_next_paragraph_takes_up_a_single_quotation():
    assert states("'We go.\n\n'We stay,' he said") == "oiii" + "oiiic--"
