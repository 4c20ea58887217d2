"""Statements from rows made by hand."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from rejoinder.statements.assemble import assemble
from rejoinder.statements.confidence import Calibration, Scale
from rejoinder.tagging.labels import REACH, begins
from rejoinder.types import Span, Statement
from tests.build import row, tags

PLAIN = Calibration(*[Scale((0.0, 1.0, 0.0, 0.0, 0.0, 0.0), 0.3)] * 2)  # confidence is the anchor's probability


def words(text: str, spans: tuple[Span, ...]) -> list[str]:
    return [text[a:b] for a, b in spans]


def composed(text: str, *rows: object) -> list[Statement]:
    return assemble(tags(text, *rows), PLAIN).statements  # type: ignore[arg-type]


def test_spans_are_code_points_of_the_verbatim_text():
    text = "\ufeff🎉 Ana told\treporters\r\nit rained."
    (statement,) = composed(text, row(text, [("S", "Ana"), ("Q", "told"), ("A", "reporters"), ("C", "it rained")]))
    assert words(text, statement.source) == ["Ana"]
    assert words(text, statement.addressee) == ["reporters"]
    assert words(text, statement.content) == ["it rained"]
    assert (statement.id, statement.inside, statement.speaker, statement.act, statement.when) == ("s1", None, None, "assert", None)


def test_a_dateline_is_nobodys_name():
    text = "Bo saw rain\nOSLO - Minister Ana Holm said it rained."
    made = tags(text, row(text, [("S", "Bo"), ("Q", "saw"), ("C", "rain")]), row(text, [("S", "OSLO - Minister Ana Holm"), ("Q", "said"), ("C", "it rained")]))
    found = assemble(made, PLAIN, dateline=Span(12, 18)).statements
    assert [words(text, s.source) for s in found] == [["Bo"], ["Minister Ana Holm"]]
    assert [words(text, s.source)[0] for s in assemble(made, PLAIN).statements] == ["Bo", "OSLO - Minister Ana Holm"]


def test_interrupted_content_is_several_spans():
    text = "It rained , he said , and it was cold ."
    (statement,) = composed(text, row(text, [("C", "It rained"), ("S", "he"), ("Q", "said"), ("C", "and it was cold")]))
    assert words(text, statement.content) == ["It rained", "and it was cold"]


def test_nested_statements_name_the_smallest_holder():
    text = "Ana said Bo had claimed Cy denied theft"
    statements = composed(
        text,
        row(text, [("S", "Ana"), ("Q", "said"), ("C", "Bo had claimed Cy denied theft")]),
        row(text, [("S", "Bo"), ("Q", "had claimed"), ("C", "Cy denied theft")], outer=0.05, nested=0.9),
        row(text, [("S", "Cy"), ("Q", "denied"), ("C", "theft")], outer=0.05, nested=0.9),
    )
    assert [(s.id, s.inside) for s in statements] == [("s1", None), ("s2", "s1"), ("s3", "s2")]


def test_two_rows_on_one_cue_are_one_statement_and_the_surer_stays():
    text = "Ana said it rained"
    statements = composed(
        text,
        row(text, [("S", "Ana"), ("Q", "said"), ("C", "it")], outer=0.5),
        row(text, [("S", "Ana"), ("Q", "said"), ("C", "it rained")], outer=0.8),
    )
    assert [words(text, s.content) for s in statements] == [["it rained"]]


def test_contents_that_hold_each_others_cues_do_not_nest_in_a_circle():
    text = "Ana said Bo thought it rained"
    statements = composed(
        text,
        row(text, [("Q", "said"), ("C", "Bo thought it rained")]),
        row(text, [("Q", "thought"), ("C", "Ana said")]),
    )
    assert [(s.id, s.inside) for s in statements] == [("s1", None), ("s2", "s1")]


def test_a_row_in_which_nothing_is_said_is_no_statement():
    text = "Ana said nothing"
    assert composed(text, row(text, [("S", "Ana"), ("Q", "said")])) == []


def test_unsure_statements_are_left_out():
    text = "Ana said it rained"
    assert composed(text, row(text, [("Q", "said"), ("C", "it rained")], outer=0.2)) == []


def test_a_retort_needs_less_belief_than_its_words_have_alone():
    text = "you are late , Ana shot back , then the guard shot back at them"
    strict = Calibration(*[Scale((0.0, 1.0, 0.0, 0.0, 0.0, 0.0), 0.8)] * 2)
    retort = row(text, [("C", "you are late"), ("S", "Ana"), ("Q", "shot back")], outer=0.6)
    other = row(text, [("S", "the guard"), ("Q", "shot back"), ("C", "at them")], nth=1, outer=0.4)
    plain = row(text, [("S", "Ana"), ("Q", "late"), ("C", "you")], outer=0.6)
    assert [words(text, s.cue) for s in assemble(tags(text, retort, other, plain), strict).statements] == [["shot back"]]


def test_nested_statements_that_nothing_holds_are_left_out():
    text = "Ana said Bo had claimed Cy denied theft"
    claimed = row(text, [("S", "Bo"), ("Q", "had claimed"), ("C", "Cy denied theft")], outer=0.05, nested=0.9)
    denied = row(text, [("S", "Cy"), ("Q", "denied"), ("C", "theft")], outer=0.05, nested=0.9)
    assert composed(text, claimed, denied) == []
    (either,) = composed(text, replace(claimed, outer=0.5))
    assert (either.inside, either.confidence) == (None, 0.5)


def test_of_two_sources_the_one_next_to_the_cue_counts():
    text = "He came . Ana said it rained"
    (statement,) = composed(text, row(text, [("S", "He"), ("S", "Ana"), ("Q", "said"), ("C", "it rained")]))
    assert words(text, statement.source) == ["Ana"]


def test_a_span_does_not_cut_a_letter_from_its_mark():
    text = "Rene\u0301 said cafe\u0301 was good"
    (statement,) = composed(text, row(text, [("S", "Rene"), ("Q", "said"), ("C", "was good")]))
    assert words(text, statement.source) == ["Rene\u0301"]


def test_mode_by_marks_and_by_reading():
    marked = 'Ana said "it rained" and Bo said the rain was "a gift" and Cy said no more'
    rows = [
        row(marked, [("Q", "said"), ("C", '"it rained"')], nth=0, mode=1),
        row(marked, [("Q", "said"), ("C", 'the rain was "a gift"')], nth=1, mode=0),
        row(marked, [("Q", "said"), ("C", "no more")], nth=2, mode=0),
    ]
    assert [s.mode for s in composed(marked, *rows)] == ["direct", "mixed", "indirect"]
    bare = "it rained ana said"
    assert [s.mode for s in composed(bare, row(bare, [("Q", "said"), ("C", "it rained")], mode=0))] == ["direct"]


def test_a_stretch_that_two_cues_claim_is_the_nearer_ones():
    text = '"It is not," Lund said. "We fear it," Sorel said. "So we do."'
    first, second = composed(
        text,
        row(text, [("C", '"It is not,"'), ("S", "Lund"), ("Q", "said"), ("C", '"So we do."')]),
        row(text, [("C", '"We fear it,"'), ("S", "Sorel"), ("Q", "said"), ("C", '"So we do."')], nth=1),
    )
    assert words(text, first.content) == ['"It is not,"']
    assert words(text, second.content) == ['"We fear it,"', '"So we do."']


def test_a_quotation_longer_than_a_row_is_read_to_its_end():
    long = " ".join(f"word{k}" for k in range(60))
    text = f'Ana said: "{long}\n\n"{long}\n\n"And so on." He left.'
    short = row(text, [("S", "Ana"), ("Q", "said")])
    labels = short.labels.copy()
    labels[REACH + 2 :] = begins("content") + 1  # after "said" and ":"
    labels[REACH + 2] = begins("content")
    (statement,) = composed(text, replace(short, labels=labels))
    assert words(text, statement.content) == [text[text.index('"word0') : text.index(" He left")]]


def test_three_contents_that_hold_each_others_cues_do_not_nest_in_a_circle():
    text = "ana said bo thought cy denied it"
    statements = composed(
        text,
        row(text, [("Q", "said"), ("C", "bo thought")]),
        row(text, [("Q", "thought"), ("C", "cy denied")]),
        row(text, [("Q", "denied"), ("C", "ana said")]),
    )
    inside = {s.id: s.inside for s in statements}
    assert None in inside.values()
    for first in inside.values():
        step, steps = first, 0
        while step:
            step, steps = inside[step], steps + 1
            assert steps < 4


@pytest.mark.parametrize(("second", "mine"), [("Bo Holm", False), ("He", True)])
def test_a_row_that_reaches_past_a_named_speaker_loses_the_quotation(second: str, mine: bool):
    text = f'"It rained," said Ana Reed.\n\n{second} says it was dry.\n\n"Nobody saw a drop, I tell you, and I was there."'
    first = row(text, [("C", '"It rained,"'), ("Q", "said"), ("S", "Ana Reed"), ("C", '"Nobody saw a drop, I tell you, and I was there."')])
    one, two = composed(text, first, row(text, [("S", second), ("Q", "says"), ("C", "it was dry.")]))
    assert (len(one.content), len(two.content)) == ((2, 1) if mine else (1, 2))


def test_composing_does_not_grow_with_the_square():
    def seconds(times: int) -> float:
        text = 'Ana said "it rained," and added "it was cold." "It has been a wet year." ' * times
        rows = [row(text[:200], [("S", "Ana"), ("Q", "said"), ("C", '"it rained,"')])] * times
        moved = [replace(r, anchor=r.anchor + 24 * k, first=r.first + 24 * k) for k, r in enumerate(rows)]
        made = tags(text, *moved)
        began = time.perf_counter()
        statements = assemble(made, PLAIN).statements
        assert len(statements) == times
        assert all(len(s.content) == 2 for s in statements)  # the quotation that no cue stands with
        return time.perf_counter() - began

    assert seconds(4000) < 8 * seconds(1000) + 0.5


def test_one_statement_with_many_quotations_does_not_grow_with_the_square():
    def seconds(times: int) -> float:
        text = "Ana said it rained. " + '"It has been a wet year here." ' * times
        made = tags(text, row(text, [("S", "Ana"), ("Q", "said"), ("C", "it rained.")]))
        began = time.perf_counter()
        (statement,) = assemble(made, PLAIN).statements
        assert 1 < len(statement.content) < times
        return time.perf_counter() - began

    assert seconds(8000) < 8 * seconds(2000) + 0.5


def test_turns_of_a_transcript_stand_side_by_side_and_hold_what_is_said_in_them():
    text = 'It reads:\n"HOLM: Will you pay?\n"LIND: I think not.\n"HOLM: Why?\n"LIND: We can not.'
    statements = composed(
        text,
        row(text, [("S", "It"), ("Q", "reads"), ("C", text[text.index('"HOLM') :])]),
        row(text, [("S", "I"), ("Q", "think"), ("C", "not")], outer=0.1, nested=0.8),
    )
    assert [(s.id, s.inside) for s in statements] == [("s1", None), ("s2", None), ("s3", None), ("s4", "s3"), ("s5", None), ("s6", None)]
    assert [s.mode for s in statements if text[s.cue[0].start] == ":"] == ["direct"] * 4
