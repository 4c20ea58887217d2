"""Sentences that go on with a quotation in text without marks."""

from __future__ import annotations

from rejoinder.statements.assemble import assemble
from rejoinder.statements.confidence import Calibration
from tests.build import row, tags

DIRECT, INDIRECT = 0, 1
PLAIN = Calibration.from_settings({kind: {"weights": [0.0, 1.0, 0.0, 0.0, 0.0, 0.0], "threshold": 0.3} for kind in ("outer", "nested")})
TEXT = "it was late , said vas .\nwe knocked and nobody came .\nso we left .\nthe house stands empty .\n"
SAID = [("S", "vas"), ("Q", "said"), ("C", "it was late")]


def contents(text: str, *rows: tuple[list[tuple[str, str]], int], quoted: tuple[str, ...]) -> list[list[str]]:
    made = tags(text, *(row(text, roles, mode=mode) for roles, mode in rows), quoted=quoted)
    return [[text[a:b] for a, b in s.content] for s in assemble(made, PLAIN).statements]


def test_a_quotation_goes_on_while_the_marks_are_guessed():
    assert contents(TEXT, (SAID, DIRECT), quoted=("we knocked and nobody came .\nso we left .",)) == [
        ["it was late", "we knocked and nobody came .\nso we left ."]
    ]
    assert contents(TEXT, (SAID, DIRECT), quoted=("so we left .",)) == [["it was late"]]


def test_what_follows_at_once_is_one_span():
    text = "vas said it was late .\nwe knocked and nobody came .\nthe house stands empty .\n"
    roles = [("S", "vas"), ("Q", "said"), ("C", "it was late .")]
    assert contents(text, (roles, DIRECT), quoted=("we knocked and nobody came .",)) == [["it was late .\nwe knocked and nobody came ."]]


def test_reported_words_do_not_go_on():
    assert contents(TEXT, (SAID, INDIRECT), quoted=("we knocked and nobody came .",)) == [["it was late"]]


def test_another_speaker_ends_it():
    text = TEXT.replace("so we left .", "so we left , added orlo .")
    other = [("S", "orlo"), ("Q", "added"), ("C", "so we left")]
    everything = ("we knocked and nobody came .\nso we left , added orlo .\nthe house stands empty .",)
    assert contents(text, (SAID, DIRECT), (other, DIRECT), quoted=everything) == [
        ["it was late", "we knocked and nobody came ."],
        ["so we left", "the house stands empty ."],
    ]


def test_a_page_without_full_stops_is_no_sentence():
    text = "it was late , said vas .\n" + "we knocked and nobody came " * 30
    assert contents(text, (SAID, DIRECT), quoted=("we knocked and nobody came " * 30,)) == [["it was late"]]


def test_where_there_are_marks_these_tell():
    text = '"it was late ," said vas .\nwe knocked and nobody came .\n'
    bare = text.replace('"', "")
    assert contents(bare, ([("S", "vas"), ("Q", "said"), ("C", "it was late")], DIRECT), quoted=("we knocked and nobody came .",)) == [
        ["it was late", "we knocked and nobody came ."]
    ]
    assert contents(text, ([("S", "vas"), ("Q", "said"), ("C", "it was late")], DIRECT), quoted=("we knocked and nobody came .",)) == [["it was late"]]
