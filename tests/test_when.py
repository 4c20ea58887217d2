"""Dates of statements: the value of an expression, and whose it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.reading.dateline import find_dateline
from rejoinder.statements.times import day_of, times
from rejoinder.statements.when import FEATURES, dated, model
from rejoinder.tagging.words import split
from rejoinder.types import Span, Statement

FRIDAY = date(2017, 12, 22)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("on Friday", "2017-12-22"),
        ("on Thursday night", "2017-12-21"),
        ("late Saturday", "2017-12-16"),
        ("last Friday", "2017-12-15"),
        ("yesterday", "2017-12-21"),
        ("last night", "2017-12-21"),
        ("today", "2017-12-22"),
        ("in June", "2017-06"),
        ("in late December", "2017-12"),
        ("in a September debate", "2017-09"),
        ("in June 2015", "2015-06"),
        ("on June 14", "2017-06-14"),
        ("on Dec. 30", "2016-12-30"),
        ("on dec . 30", "2016-12-30"),
        ("on 14 June 2015", "2015-06-14"),
        ("on March 19, 2011", "2011-03-19"),
        ("last year", "2016"),
        ("earlier this year", "2017"),
        ("last month", "2017-11"),
        ("this week", "2017-12-18/2017-12-24"),
        ("last week", "2017-12-11/2017-12-17"),
        ("over the weekend", "2017-12-16/2017-12-17"),
        ("five years ago", "2012"),
        ("three days ago", "2017-12-19"),
        ("two months ago", "2017-10"),
        ("a decade ago", "2007"),
        ("in 2010", "2010"),
        ("in a 2014 interview", "2014"),
        ("in a 1998 letter", "1998"),
        ("on 2017-12-03", "2017-12-03"),
        ("on the 3rd of November", "2017-11-03"),
        ("between October 3-6", "2017-10-03/2017-10-06"),
        ("in January of last year", "2016-01"),
        ("last October", "2017-10"),
        ("at a March meeting", "2017-03"),
        ("on tues .", "2017-12-19"),
        ("on sept . 5", "2017-09-05"),
        ("LATE ON THURSDAY", "2017-12-21"),
        ("on Tuesday, Nov. 7", "2017-11-07"),
        ("on Sunday 3 December 2017", "2017-12-03"),
        ("a fortnight ago", "2017-12-04/2017-12-10"),
    ],
)
def test_values(words: str, value: str):
    text = f"The minister spoke {words} of rain."
    found = times(text, FRIDAY)
    assert [time.date for time in found] == [value]
    assert text[slice(*found[0].span)] in words


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("that day", "2017-12-19"),
        ("later that day", "2017-12-19"),
        ("the same week", "2017-12-18/2017-12-24"),
        ("the day before", "2017-12-18"),
        ("a day earlier", "2017-12-18"),
        ("two weeks earlier", "2017-12-04/2017-12-10"),
        ("the next day", "2017-12-20"),
        ("a year before", "2016"),
    ],
)
def test_values_from_the_time_before(words: str, value: str):
    assert [time.date for time in times(f"The mine closed on Tuesday. The minister spoke {words}.", FRIDAY)] == ["2017-12-19", value]


@pytest.mark.parametrize(("words", "value"), [("on the 5th", "2017-12-05"), ("on the 29th", "2017-11-29")])
def test_a_day_of_no_month_is_the_last(words: str, value: str):
    assert [time.date for time in times(f"The minister spoke {words}, in the rain.", FRIDAY)] == [value]


@pytest.mark.parametrize("words", ["The next week rain fell.", "That day rain fell.", "It fell in 2016. That day was cold, and the next month too."])
def test_no_value_without_as_fine_a_time_before(words: str):
    assert [time.date for time in times(words, FRIDAY) if len(time.date) > 4] == []


NOTHING = [
    "recently",
    "last summer",
    "on Super Tuesday",
    "of Russia Today",
    "on September 30-2",
    "earlier",
    "next Friday",
    "may",
    "on June 31",
    "of 2,010 people",
    "in 2031",
    "a few days ago",
    "on the day",
]


@pytest.mark.parametrize("words", NOTHING)
def test_what_gives_no_date(words: str):
    assert times(f"the minister spoke {words} , he said", FRIDAY) == []


def test_without_a_day_only_what_is_written_out():
    assert [time.date for time in times("on Friday, in June, in 2010 and on March 19, 2011", None)] == ["2010", "2011-03-19"]


@pytest.mark.parametrize("published", [None, "", "soon", "2017"])
def test_no_day_of_publication(published: str | None):
    assert day_of(make_story("x", published=published)) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("GENEVA, Dec 12 (Reuters) - It rained on Tuesday, he said.", "2017-12-12"),
        ("talks fail geneva , dec 12 ( reuters ) - it rained on tuesday , he said .", "2017-12-12"),
        ("GENEVA, Feb 2 (Reuters) - It rained, he said.", "2017-12-22"),
        ("GENEVA (Reuters) - It rained on Dec 12, he said.", "2017-12-22"),
    ],
)
def test_a_dateline_s_day_is_that_of_the_story(text: str, day: str):
    assert day_of(replace(make_story(text, published="2017-12-22"), dateline=find_dateline(text))) == date.fromisoformat(day)


def test_no_day_before_the_first():
    assert times("he said so yesterday", date(1, 1, 1)) == []


def test_a_day_with_its_time():
    assert day_of(make_story("x", published="2017-12-22T08:30:00Z")) == FRIDAY


def statement(text: str, source: str, cue: str, content: str) -> Statement:
    def span(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    return Statement("s1", (span(source),), (span(cue),), (span(content),), (), "indirect", 0.9)


def test_the_time_of_a_statement_is_outside_of_what_is_said():
    text = "Orsk told the council on Friday that the mine would close in June."
    found = dated(split(text), [statement(text, "Orsk", "told", "the mine would close in June")], FRIDAY)[0].when
    assert found
    assert (found.date, text[slice(*found.span)]) == ("2017-12-22", "on Friday")


def degraded(text: str) -> str:
    return " ".join(text[a:b] for a, b in zip(split(text).start, split(text).end, strict=True) if text[a:b] != '"').lower()


def in_both(text: str, *rows: tuple[str, str, str]) -> list[list[str | None]]:
    """Dates of statements (source, cue, content), in the text and in its dump."""

    def dates(change: Callable[[str], str]) -> list[str | None]:
        here, after, made = change(text), 0, list[Statement]()
        for source, cue, content in rows:
            at = here.index(change(cue), after)
            after = at + 1
            start, end = here.rindex(change(source), 0, at), here.index(change(content)) if content else 0
            made.append(
                Statement(
                    id=f"s{len(made) + 1}",
                    source=(Span(start, start + len(source)),),
                    cue=(Span(at, at + len(cue)),),
                    content=(Span(end, end + len(change(content))),),
                    addressee=(),
                    mode="indirect",
                    confidence=0.9,
                    speaker=f"a-{source}",
                )
            )
        return [s.when.date if s.when else None for s in dated(split(here), made, FRIDAY)]

    return [dates(str), dates(degraded)]


def test_a_time_in_front_of_its_cue():
    text = "In an interview on Monday, Orsk said that the mine was safe."
    assert in_both(text, ("Orsk", "said", "the mine was safe")) == [["2017-12-18"]] * 2


def test_a_time_in_a_clause_about_somebody_is_not_that_of_the_statement():
    text = "Orsk, who was elected in 2011 after the flood, said the mine was safe."
    assert in_both(text, ("Orsk", "said", "the mine was safe")) == [[None]] * 2


def test_a_time_is_that_of_both_statements_of_its_sentence():
    text = "On Tuesday Orsk denied the charge and said the mine was safe."
    assert in_both(text, ("Orsk", "denied", "the charge"), ("Orsk", "said", "the mine was safe")) == [["2017-12-19"] * 2] * 2


def test_each_statement_has_its_own_time():
    text = "Orsk said on Tuesday that the mine was safe, but Marrow said on Thursday that it was not."
    assert in_both(text, ("Orsk", "said", "the mine was safe"), ("Marrow", "said", "it was not")) == [["2017-12-19", "2017-12-21"]] * 2


def test_a_time_until_which_something_lasts_is_not_that_of_the_statement():
    text = "Orsk has asked for patience until Monday."
    assert in_both(text, ("Orsk", "has asked for", "patience")) == [[None]] * 2


def test_no_time_in_the_sentence():
    text = "The mine closed in June. The town is poor and old and far away from the sea. Orsk said it was his fault."
    assert dated(split(text), [statement(text, "Orsk", "said", "it was his fault")], FRIDAY)[0].when is None


def test_an_occasion_goes_on():
    text = (
        "In a speech to miners on Monday, Orsk said that the mine was safe. Hundreds of people had come to the hall in the rain to listen. "
        "Orsk said that no one would lose work. The town lies far away from the sea, among hills. Orsk added that the owners would pay."
    )
    rows = [("Orsk", "said", "the mine was safe"), ("Orsk", "said", "no one would lose work"), ("Orsk", "added", "the owners would pay")]
    assert in_both(text, *rows) == [["2017-12-18"] * 3] * 2


def test_a_date_goes_on_with_its_speaker_from_text_to_reading():
    text = (
        "In a speech to dockers on Monday, Minister Ana Holm of Sorland said that the harbour was safe. Hundreds of people had come to the hall in the rain. "
        "The town lies far away from the capital. She said that no one would lose work."
    )
    found = Reader().read(make_story(text, published="2017-12-22")).statements
    assert [s.when.date if s.when else None for s in found] == ["2017-12-18", "2017-12-18"]


def test_dating_does_not_grow_with_the_square():
    """Without full stops a text is one sentence, however long."""

    def seconds(times: int) -> float:
        first, part = "on monday orsk said the mine was safe and ", "marrow came and went and looked and asked for more and "
        text = first + part * times
        made = [statement(text, "orsk", "said", "the mine was safe")]
        at = {role: part.index(words) for role, words in (("source", "marrow"), ("cue", "asked for"), ("content", "more"))}
        for begin in range(len(first), len(text), len(part)):
            source, cue, content = (Span(begin + at[role], begin + at[role] + size) for role, size in (("source", 6), ("cue", 9), ("content", 4)))
            made.append(replace(made[0], id=f"s{begin}", source=(source,), cue=(cue,), content=(content,)))
        words = split(text)
        began = time.perf_counter()
        assert dated(words, made, FRIDAY)[0].when
        return time.perf_counter() - began

    assert seconds(2000) < 8 * seconds(500) + 0.5


def test_somebody_elses_words_far_from_it_are_of_no_occasion():
    text = (
        "In a speech to miners on Monday, Orsk said that the mine was safe. Hundreds of people had come to the hall in the rain to listen.\n\n"
        "The town lies far away from the sea, among hills. Nothing grows there.\n\nMarrow thinks that the owners should pay."
    )
    assert in_both(text, ("Orsk", "said", "the mine was safe"), ("Marrow", "thinks", "the owners should pay")) == [["2017-12-18", None]] * 2


def test_the_table_has_a_weight_for_every_feature():
    assert len(model().weights) == len(FEATURES)
