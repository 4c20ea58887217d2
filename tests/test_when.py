"""Dates of statements: the value of an expression, and whose it is."""

from __future__ import annotations

from datetime import date

import pytest

from rejoinder.reading import make_story
from rejoinder.statements.times import day_of, times
from rejoinder.statements.when import FEATURES, model, whens
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
    ],
)
def test_values(words: str, value: str):
    text = f"The minister spoke {words} of rain."
    found = times(text, FRIDAY)
    assert [time.date for time in found] == [value]
    assert text[slice(*found[0].span)].split(maxsplit=1)[0] == words.split(maxsplit=1)[0]


NOTHING = ["recently", "earlier", "next Friday", "may", "on June 31", "of 2,010 people", "in 2031", "a few days ago", "on the day"]


@pytest.mark.parametrize("words", NOTHING)
def test_what_gives_no_date(words: str):
    assert times(f"the minister spoke {words} , he said", FRIDAY) == []


def test_without_a_day_only_what_is_written_out():
    assert [time.date for time in times("on Friday, in June, in 2010 and on March 19, 2011", None)] == ["2010", "2011-03-19"]


@pytest.mark.parametrize("published", [None, "", "soon", "2017"])
def test_no_day_of_publication(published: str | None):
    assert day_of(make_story("x", published=published)) is None


def test_a_day_with_its_time():
    assert day_of(make_story("x", published="2017-12-22T08:30:00Z")) == FRIDAY


def statement(text: str, source: str, cue: str, content: str) -> Statement:
    def span(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    return Statement("s1", (span(source),), (span(cue),), (span(content),), (), "indirect", 0.9)


def test_the_time_of_a_statement_is_outside_of_what_is_said():
    text = "Orsk told the council on Friday that the mine would close in June."
    found = whens(split(text), [statement(text, "Orsk", "told", "the mine would close in June")], FRIDAY)[0]
    assert found
    assert (found.date, text[slice(*found.span)]) == ("2017-12-22", "on Friday")


def test_no_time_in_the_sentence():
    text = "The mine closed in June. The town is poor and old and far away from the sea. Orsk said it was his fault."
    assert whens(split(text), [statement(text, "Orsk", "said", "it was his fault")], FRIDAY) == [None]


def test_the_table_has_a_weight_for_every_feature():
    assert len(model().weights) == len(FEATURES)
