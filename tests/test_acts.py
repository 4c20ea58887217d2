"""Acts: the head's reading together with the table of cue words."""

from __future__ import annotations

import numpy as np
import pytest

from rejoinder.statements.act_words import evidence
from rejoinder.statements.acts import LONGEST, cue_acts, cue_at, cue_phrases, doing, probabilities
from rejoinder.tagging.labels import ACTS, FLAGS
from rejoinder.tagging.words import split


def of(**acts: float) -> np.ndarray:
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


EVEN = np.zeros(len(ACTS))


def act(word: str, head: np.ndarray, words: np.ndarray = EVEN) -> str | None:
    return doing(probabilities(word, head, words), NO).act


def test_a_cue_that_names_an_act_outweighs_a_doubtful_head():
    assert act("denied", of(**{"assert": 0.4, "deny": 0.2})) == "deny"
    assert act("said", of(**{"assert": 0.4, "deny": 0.2})) == "assert"


def test_a_phrase_names_an_act_where_its_first_word_does_not():
    doubtful = of(**{"assert": 0.4, "accuse": 0.15, "retract": 0.15})
    assert act("pointed the finger at", doubtful) == "accuse"
    assert act("pointed at the", doubtful) == "assert"
    assert act("Rowed back ,", doubtful) == "retract"
    assert cue_at(split("He rowed back, saying no."), 1) == "rowed back , saying"
    assert cue_at(split("He rowed"), 1) == "rowed"


def test_phrases_are_none_of_the_words():
    assert set(cue_phrases().values()) <= set(ACTS)
    assert all(phrase == " ".join(phrase.lower().split()) and len(phrase.split()) <= LONGEST for phrase in cue_phrases())
    assert not cue_phrases().keys() & cue_acts().keys()


def test_a_sure_head_outweighs_the_cue():
    assert act("denied", of(accuse=0.95)) == "accuse"


def test_nothing_likely_is_no_act():
    assert act("said", np.full(len(ACTS), 1 / len(ACTS))) is None


def test_words_weigh_beside_the_head():
    found = evidence("the minister", "said", "it was a disgrace and a shame")
    assert found.shape == (len(ACTS),)
    assert found[ACTS.index("criticise")] > found[ACTS.index("promise")]


def test_words_count_alike_in_every_condition():
    assert (evidence("The Minister", "DIDN’T SAY", "“We’ll see.”") == evidence("the minister", "didn t say", "we ll see .")).all()


def test_without_a_row_the_words_tell_and_the_flags_are_unknown():
    p = probabilities("vowed", np.zeros(len(ACTS)), evidence("he", "vowed", "to repeal the law"))
    assert p.sum() == pytest.approx(1)
    assert doing(p, None) == ("promise", None, None)


def test_flags():
    found = doing(of(**{"assert": 0.9}), np.array([0.8, 0.2]))
    assert (found.negated, found.hypothetical) == (True, False)
