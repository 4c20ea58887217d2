"""Acts: the head's reading together with the table of cue words."""

from __future__ import annotations

import numpy as np

from rejoinder.statements.acts import cue_acts, doing
from rejoinder.tagging.labels import ACTS, FLAGS


def probabilities(**acts: float) -> np.ndarray:
    rest = (1 - sum(acts.values())) / (len(ACTS) - len(acts))
    return np.array([acts.get(act, rest) for act in ACTS])


NO = np.zeros(len(FLAGS))


def test_the_table_names_acts_and_lower_case_words():
    assert len(cue_acts()) > 500
    assert set(cue_acts().values()) == set(ACTS)
    assert all(word == word.lower() for word in cue_acts())


def test_plain_cues():
    plain = {"denied": "deny", "vowed": "promise", "accused": "accuse", "urging": "demand", "believes": "think", "refuses": "decline"}
    assert {word: cue_acts()[word] for word in plain} == plain


def test_a_cue_that_names_an_act_outweighs_a_doubtful_head():
    assert doing("denied", probabilities(**{"assert": 0.4, "deny": 0.2}), NO).act == "deny"
    assert doing("said", probabilities(**{"assert": 0.4, "deny": 0.2}), NO).act == "assert"


def test_a_sure_head_outweighs_the_cue():
    assert doing("denied", probabilities(accuse=0.95), NO).act == "accuse"


def test_nothing_likely_is_no_act():
    assert doing("said", np.full(len(ACTS), 1 / len(ACTS)), NO).act is None


def test_no_row_no_act():
    assert doing("said", np.zeros(len(ACTS)), NO) == (None, None, None)


def test_flags():
    found = doing("say", probabilities(**{"assert": 0.9}), np.array([0.8, 0.2]))
    assert (found.negated, found.hypothetical) == (True, False)
