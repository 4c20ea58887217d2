"""Links within a story, claims across stories, and how they are shown."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from rejoinder.disputes.claims import Claim, Ref, claims
from rejoinder.disputes.facts import facts_of
from rejoinder.disputes.link import ANSWERS, link, weights
from rejoinder.disputes.pairs import FEATURES, pairs
from rejoinder.show import threads
from rejoinder.tagging.labels import ACTS
from rejoinder.tagging.words import split
from rejoinder.types import Act, Actor, Link, Reading, Span, Statement, Story

ROWS: list[tuple[str, str, str, Act, str | None, str | None]] = [
    ("Ana Reed", "accused", "the mayor of hiding the mine's debts", "accuse", "person:ana-reed", "person:bo-lund"),
    ("The mayor", "flatly denied", "the allegations", "deny", "person:bo-lund", None),
    ("A shopkeeper", "said", "it was a fine morning for fishing", "assert", "group:shopkeeper", None),
]
MAYOR = "Bo Lund"


def sure_acts(statements: Sequence[Statement]) -> np.ndarray:
    """Probabilities that leave no doubt of each act."""
    return np.array([[float(s.act == act) for act in ACTS] for s in statements])


def story(id: str = "a", rows: Any = ROWS, published: str | None = "2017-12-22") -> Reading:
    """A story of one sentence a row, and its statements."""
    text = "Bo Lund is the mayor.\n" + "\n".join(f"{source} {cue} {content}." for source, cue, content, *_ in rows)
    statements: list[Statement] = []
    mentions: dict[str, list[Span]] = {"person:bo-lund": [Span(0, 7)]}
    at = text.index("\n") + 1
    for k, (source, cue, content, act, speaker, target) in enumerate(rows):
        spans: list[Span] = []
        for words in (source, cue, content):
            start = text.index(words, at)
            spans.append(Span(start, start + len(words)))
            at = spans[-1].end
        if "the mayor" in content:
            start = text.index("the mayor", spans[2].start)
            mentions["person:bo-lund"].append(Span(start, start + 9))
        if speaker:
            mentions.setdefault(speaker, []).append(spans[0])
        statements.append(
            Statement(f"s{k + 1}", (spans[0],), (spans[1],), (spans[2],), (), "indirect", 0.9, None, speaker, None, target, True, act, False, False)
        )
    actors = tuple(Actor(id, id.split(":")[1].replace("-", " ").title(), "person", mentions=tuple(sorted(m))) for id, m in mentions.items())
    meanings = np.zeros((len(rows), 128), np.float16)
    for k, row in enumerate(rows):
        for word in row[2].lower().split():
            meanings[k, sum(map(ord, word)) % 128] += 1
        meanings[k] /= np.linalg.norm(meanings[k])
    made = Reading(Story(id, text, published=published, condition="clean"), actors, tuple(statements), (), meanings)
    return Reading(made.story, actors, made.statements, link(split(text), statements, actors, meanings, sure_acts(statements)), meanings)


def test_the_table_has_a_weight_for_every_feature_and_relation():
    assert weights().repeats.shape == (len(FEATURES),)
    assert weights().how.shape == (len(ANSWERS), len(FEATURES))
    assert set(weights().least) == {"repeats", "answers"}


def found_pairs(reading: Reading) -> dict[tuple[int, int], dict[str, float]]:
    """Values by feature of every pair."""
    assert reading.meanings is not None
    found = pairs(facts_of(split(reading.story.text), reading.statements, reading.actors, reading.meanings, sure_acts(reading.statements)))
    ends = zip(found.answering.tolist(), found.answered.tolist(), strict=True)
    return {pair: dict(zip(FEATURES, row, strict=True)) for pair, row in zip(ends, found.values.tolist(), strict=True)}


def test_features_of_a_denial_and_what_it_denies():
    values = found_pairs(story())[1, 0]
    yes = ("bias", "concerns the answerer", "speaks of the answerer", "answering deny", "answered accuse", "surely denies", "deny of attack")
    for name in (*yes, "answers", "names a claim", "next statement", "nearest attack", "nearest on the answerer", "answers, nearest"):
        assert values[name] == 1, name
    for name in ("later", "same speaker", "same sentence", "retracts", "same act", "answered deny", "nearest of the same"):
        assert values[name] == 0, name


def test_the_same_pairs_in_one_block_and_in_many(monkeypatch: pytest.MonkeyPatch):
    reading = story("a", [*ROWS, SAME[0], *DENIAL, *ROWS])
    whole = found_pairs(reading)
    monkeypatch.setattr("rejoinder.disputes.pairs.BLOCK", 2)
    assert {k: pytest.approx(v) for k, v in found_pairs(reading).items()} == whole


def test_the_accused_denies():
    assert [(x.start, x.end, x.relation) for x in story().links] == [("s2", "s1", "denies")]


def test_evidence_is_the_cue():
    reading = story()
    assert reading.story.words(reading.links[0].evidence) == "flatly denied"


def test_no_statements_no_links():
    assert link(split(""), [], [], np.zeros((0, 128)), np.zeros((0, len(ACTS)))) == ()


def test_a_pair_looks_back_or_into_its_own_sentence_only():
    assert set(found_pairs(story())) == {(1, 0), (2, 1), (2, 0)}


SAME = [("Ana Reed", "again accused", "the mayor of hiding the mine's debts", "accuse", "person:ana-reed", "person:bo-lund"), ROWS[2]]
DENIAL = [("Bo Lund", "denied", "hiding the mine's debts and the mayor said so", "deny", "person:bo-lund", None)]


def test_a_claim_of_two_stories_is_one_with_what_answers_it():
    found = claims([story("a"), story("b", SAME, "2017-12-23")])
    assert found[0].members == (("a", "s1"), ("b", "s1"))
    assert [(a.ref, a.relation, a.across) for a in found[0].answers] == [(("a", "s2"), "denies", False)]


def test_a_denial_finds_the_claim_of_another_story():
    found = claims([story("b", DENIAL, "2017-12-24"), story("a", [ROWS[0]])])
    assert [(c.members, [(a.ref, a.relation, a.across) for a in c.answers]) for c in found] == [((("a", "s1"),), [(("b", "s1"), "denies", True)])]


def test_a_denial_does_not_answer_what_is_said_later():
    assert claims([story("b", DENIAL, "2017-12-01"), story("a", [ROWS[0]])]) == ()


def test_stories_far_apart_in_time_are_not_compared():
    assert all(len(c.members) == 1 for c in claims([story("a"), story("b", SAME, "2019-12-23")]))


def test_claims_do_not_depend_on_the_order_of_stories():
    stories = [story("a"), story("b", SAME, "2017-12-23"), story("c", DENIAL, "2017-12-24"), story("d", SAME, None)]
    expected = claims(stories)
    for seed in range(5):
        random.Random(seed).shuffle(stories)
        assert claims(stories) == expected


def test_growth_is_not_quadratic(monkeypatch: pytest.MonkeyPatch):
    """Twice the stories are compared about twice as often: a list of one word is looked at in a window."""
    from rejoinder.disputes import alike

    def compared(n: int) -> int:
        count = 0

        def pairs_in(items: Sequence[alike.Said]):
            nonlocal count
            count += sum(min(k, alike.LOOKED_AT) for k in range(len(items)))
            return iter(())

        monkeypatch.setattr("rejoinder.disputes.claims.pairs_in", pairs_in)
        claims(story(f"s{k}", [("Ana Reed", "said", f"word{k % 7} thing{k % 5} matter of the mayor", "assert", "person:ana-reed", None)]) for k in range(n))
        return count

    assert 0 < compared(2000) <= 2.3 * compared(1000)


def shown(found: tuple[Claim, ...], stories: dict[str, Reading]) -> str:
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(threads.page(found, stories))
    return console.export_text()


def test_threads_name_who_denied_what_and_where():
    reading = story()
    text = shown(claims([reading]), {"a": reading})
    assert "Ana Reed  accused  the mayor of hiding the mine's debts  line\u00a02" in text
    assert "denied by" in text
    assert "flatly denied  the allegations  line\u00a03" in text


def test_threads_for_pipes_and_machines():
    reading = story()
    found = claims([reading])
    assert [line.split("\t")[0] for line in threads.plain(found, {"a": reading}).splitlines()] == ["claim", "denies"]
    made = json.loads(threads.to_json(found[0], {"a": reading}))
    assert made["answers"][0]["evidence"] == "flatly denied"
    assert made["statements"][0]["speaker"] == "person:ana-reed"


def test_hostile_text_is_shown_not_obeyed():
    rows = [("Ana Reed", "accused", "the mayor of [bold]\x1b[31m hiding debts", "accuse", "person:ana-reed", "person:bo-lund"), ROWS[1]]
    reading = story("a", rows)
    assert "\x1b[31m" not in threads.plain((Claim((Ref("a", "s1"),), ()),), {"a": reading})


def test_links_stand_in_the_contract():
    from rejoinder.show.contract import to_dict

    made = to_dict(story())["links"][0]
    assert set(made) == {"from", "to", "relation", "evidence", "confidence"}
    assert made["relation"] in ("denies", "disputes")
    assert isinstance(Link("s2", "s1", "denies", (), 0.5), Link)
