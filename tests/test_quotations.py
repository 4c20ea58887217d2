"""Quotations that no cue stands with."""

from __future__ import annotations

import pytest

import rejoinder
from rejoinder.statements.quotations import uncued
from rejoinder.tagging.words import split


def alone(text: str) -> list[str]:
    words = split(text)
    return [text[words.start[p.first] : words.end[p.last - 1]] for p in uncued(words)]


def test_a_quotation_left_open_goes_on():
    text = "“We came home,” she said. “It was late.\n\n“Nobody was there. Nobody.\n\n“So we left again.”\n\nThe house stands empty."
    assert alone(text) == ["“Nobody was there. Nobody.", "“So we left again.”"]
    assert [p.goes_on for p in uncued(split(text))] == [True, True]


def test_a_paragraph_of_quotation_alone():
    assert alone('Vas said he had been moved.\n\n"I was told on a Friday. I packed."\n\nThe ministry was silent.') == ['"I was told on a Friday. I packed."']


@pytest.mark.parametrize(
    "text",
    [
        "",
        "she said so .\n\nnobody was there .",
        "Lind said so.\n\n“Who told you that, then?”\n\nNobody answered.",  # the next speaker's
        "Lind said so.\n\n“You never asked him.”\n\n“I did ask him twice.”\n\nThey fell silent.",  # a dialogue
        "Lind said so.\n\n“Nobody was there,” Vas said.",
        "Lind said so.\n\n“Nobody was there at all.\n\nThe house stands empty.",  # a stray mark
        "Lind said so.\n\n“Yes.”\n\nThe house stands empty.",
        "Vas calls the vote a farce\n\n“We will never accept it, never.”\n\nSo read the letter.",  # under a headline
        "“I packed one bag.” — Dorka Vas, Sollin\n\n“He never answered my letters.”\n\nThe house stands empty.",  # under a signature
    ],
)
def test_whose_words_nobody_can_tell(text: str):
    assert alone(text) == []


def test_whom_the_reading_gives_them_to():
    text = (
        "The mayor of Sollin, Dorka Vas, told local radio on Tuesday that she had been moved without warning.\n\n"
        "“I was told on a Friday that I would be in Calder on the Monday. I packed one bag.\n\n“Nobody ever said why. Nobody ever wrote.”\n\n"
        "The ministry was asked whether it had written. “We write to everybody in the end.”"
    )
    reading = rejoinder.read(text)
    told = next(s for s in reading.statements if "told" in text[s.cue[0].start : s.cue[0].end] and s.inside is None)
    content = " ".join(text[span.start : span.end] for span in told.content)
    start, end = text.index("that she had"), text.index("\n\nThe ministry")
    assert content.split() == text[start:end].replace(".\n\n“I", " “I").split()  # all of it, in however many pieces; nothing that the ministry says
