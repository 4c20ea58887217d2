"""Links within a story, claims across stories, and how they are shown."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from rejoinder.disputes import answers
from rejoinder.disputes.claims import Claim, Ref, claims
from rejoinder.disputes.facts import facts_of
from rejoinder.disputes.link import FARTHEST, Network, link, probabilities, weights
from rejoinder.disputes.named import ASKED, named_answers
from rejoinder.disputes.pairs import FEATURES, PART, pairs
from rejoinder.show import threads
from rejoinder.tagging.labels import ACTS
from rejoinder.tagging.words import split
from rejoinder.types import Act, Actor, Link, Reading, Span, Statement, Story, When

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


def test_the_table_has_a_weight_for_every_feature():
    assert weights().repeats.scores(np.zeros((3, len(FEATURES)))).shape == (3,)
    kinds = {kind.name for kind in answers.KINDS}
    assert {name: values.scores(np.zeros((3, len(answers.FEATURES)))).shape for name, values in weights().answers.items()} == dict.fromkeys(kinds, (3,))
    assert weights().least.keys() == kinds | {"repeats"}
    assert all(0 < least < 1 for least in weights().least.values())


def found_pairs(reading: Reading, part: int = PART) -> dict[tuple[int, int], dict[str, float]]:
    """Values by feature of every pair."""
    assert reading.meanings is not None
    facts = facts_of(split(reading.story.text), reading.statements, reading.actors, reading.meanings, sure_acts(reading.statements))
    return {
        pair: dict(zip(FEATURES, row, strict=True))
        for found in pairs(facts, part)
        for pair, row in zip(zip(found.answering.tolist(), found.answered.tolist(), strict=True), found.values.tolist(), strict=True)
    }


SUMMED_UP: list[tuple[str, str, str, Act, str | None, str | None]] = [
    ("Ana Reed", "demanded", "new lamps for the harbour", "demand", "person:ana-reed", None),
    ("A shopkeeper", "said", "it was a fine morning for fishing", "assert", "group:shopkeeper", None),
    ("Ana Reed", "said", "we want lamps for our harbour now", "demand", "person:ana-reed", None),
]


def test_features_of_a_quotation_and_what_it_restates():
    values = found_pairs(story("a", SUMMED_UP))[2, 0]
    for name in ("bias", "acts alike", "acts alike, same speaker", "acts alike, lead", "in the first line", "only says"):
        assert values[name] == pytest.approx(1), name
    for name in ("words shared", "rare words shared", "words shared, headline", "words shared, far"):
        assert values[name] > 0, name
    for name in ("same sentence", "turns between", "nested answering", "answered think", "goes on", "names a claim", "source names the speaker"):
        assert values[name] == 0, name


def test_a_quotation_far_from_its_summary_counts_less():
    rows = [SUMMED_UP[0], SUMMED_UP[1], SUMMED_UP[1], SUMMED_UP[2]]
    near, far = story("a", [SUMMED_UP[0], SUMMED_UP[2]]), story("a", rows)
    values = [
        found_pairs(replace(r, statements=tuple(replace(s, mode="direct") if s.id == last else s for s in r.statements)))
        for r, last in ((near, "s2"), (far, "s4"))
    ]
    assert values[0][1, 0]["quotes what is summed up"] == 1
    assert 0 < values[1][3, 0]["quotes what is summed up"] < 1


def test_candidates_compete_with_each_other_and_with_none():
    alone, rivals = probabilities(np.array([2.0]), np.array([0])), probabilities(np.array([2.0, 2.0, 0.0]), np.array([0, 2]))
    assert alone[0] == pytest.approx(np.exp(2) / (1 + np.exp(2)))
    assert rivals[0] == rivals[1] < alone[0]
    assert rivals[2] == pytest.approx(0.5)


UNNAMED: list[tuple[str, str, str, Act, str | None, str | None]] = [
    ("Ana Reed", "accused", "the mayor of hiding the mine's debts", "accuse", "person:ana-reed", "person:bo-lund"),
    ("The mayor", "said", "every book was open", "deny", "person:bo-lund", None),
    ("A shopkeeper", "said", "it was a fine morning for fishing", "assert", "group:shopkeeper", None),
]


def test_a_denial_that_names_no_claim_answers_the_attack_before_it():
    assert [(x.start, x.end, x.relation) for x in story("a", UNNAMED).links] == [("s2", "s1", "denies")]


def test_nobody_denies_what_they_said_themselves_nor_before_it_was_said():
    mine = ("The mayor", "said", "the mine was rich", "assert", "person:bo-lund", None)
    assert not answered(story("a", [mine, UNNAMED[1], UNNAMED[2]])) & {(1, 0), (1, 2)}
    assert not {pair for pair in answered(story("a", [UNNAMED[1], UNNAMED[0], UNNAMED[2]])) if pair[0] == 0}


def answer_values(reading: Reading, kind: str = "denials") -> dict[tuple[int, int], dict[str, float]]:
    """Values by feature of every pair of which the first may answer the second."""
    assert reading.meanings is not None
    facts = facts_of(split(reading.story.text), reading.statements, reading.actors, reading.meanings, sure_acts(reading.statements))
    found = answers.answer_pairs(facts, next(k for k in answers.KINDS if k.name == kind), {})
    assert found.values.shape == (len(found.answering), len(answers.FEATURES))
    ends = zip(found.answering.tolist(), found.answered.tolist(), strict=True)
    return {pair: dict(zip(answers.FEATURES, row, strict=True)) for pair, row in zip(ends, found.values.tolist(), strict=True)}


def answered(reading: Reading, kind: str = "denials") -> set[tuple[int, int]]:
    """Pairs of which the first may answer the second."""
    return set(answer_values(reading, kind))


@pytest.mark.parametrize(("cue", "pairs"), [("replied", set[tuple[int, int]]()), ("said", {(0, 1)})])
def test_no_answer_comes_before_what_is_said_in_reply_to_it(cue: str, pairs: set[tuple[int, int]]):
    reading = story(
        "a", [("Ana Reed", "shot back", "I read the books", "deny", "person:ana-reed", None), ("Bo Lund", cue, "read ours", "assert", "person:bo-lund", None)]
    )
    assert reading.meanings is not None
    facts = facts_of(split(reading.story.text), reading.statements, reading.actors, reading.meanings, sure_acts(reading.statements))
    found = answers.answer_pairs(replace(facts, sentence=np.zeros(2, np.int32)), answers.KINDS[0], {})
    assert {pair for pair in zip(found.answering.tolist(), found.answered.tolist(), strict=True) if pair[0] == 0} == pairs


def test_a_claim_that_is_only_named_is_what_somebody_says_and_not_a_statement_inside_it():
    reading = story(
        "a",
        [
            ("Ana Reed", "said", "the crews imagined nothing", "assert", "person:ana-reed", None),
            ("The crews", "imagined", "nothing", "think", "group:crews", None),
            ("Bo Lund", "rejected", "the charge", "deny", "person:bo-lund", None),
        ],
    )
    assert reading.meanings is not None
    made = (reading.statements[0], replace(reading.statements[1], inside="s1"), reading.statements[2])
    facts = facts_of(split(reading.story.text), made, reading.actors, reading.meanings, sure_acts(made))
    assert [(x.answering, x.answered) for x in named_answers(facts)] == [(2, 0)]


def test_what_a_denial_may_answer():
    assert {pair for pair in answered(story("a", UNNAMED)) if pair[0] == 1} == {(1, 0)}
    assert not answered(story("a", UNNAMED[2:]))


DESCRIBED: list[tuple[str, str, str, Act, str | None, str | None]] = [
    ("The radio", "portrayed", "the mayor as a friend of the mine", "criticise", "media:radio", None),
    ("Bo Lund", "told", "he was no friend of any pit", "assert", "person:bo-lund", None),
]


def test_who_is_described_may_answer_with_what_they_are():
    other = ("Bo Lund", "told", "the pits would close", "assert", "person:bo-lund", None)
    for rows, described, of_oneself in ((DESCRIBED, 1, 1), ([DESCRIBED[0], other], 1, 0), ([ROWS[2], DESCRIBED[1]], 0, 0)):
        values = answer_values(story("a", rows))[1, 0]
        assert (values["described"], values["of oneself, described"]) == (described, of_oneself)


def test_who_says_what_he_meant_takes_back_what_he_said():
    rows = [
        ("Bo Lund", "called", "the miners a gang of thieves", "criticise", "person:bo-lund", None),
        ROWS[2],
        ("The mayor", "rowed back", "he had been misunderstood", "retract", "person:bo-lund", None),
    ]
    assert [(x.start, x.end, x.relation) for x in story("a", rows).links] == [("s3", "s1", "retracts")]


def test_an_earlier_word_of_the_same_speaker_may_be_contradicted():
    rows = [
        ("Bo Lund", "said", "the mine is safe", "assert", "person:bo-lund", None),
        ("But the mayor", "had said", "the mine is no place for a dog", "criticise", "person:bo-lund", None),
    ]
    assert answered(story("a", rows), "contradictions") == {(0, 1)}


def nested(reading: Reading) -> tuple[Link, ...]:
    """The links of a story whose last statement stands inside the one before."""
    assert reading.meanings is not None
    made = (*reading.statements[:-1], replace(reading.statements[-1], inside=reading.statements[-2].id))
    return link(split(reading.story.text), made, reading.actors, reading.meanings, sure_acts(made))


def test_who_has_no_evidence_contradicts_an_earlier_word_of_it():
    rows: list[tuple[str, str, str, Act, str | None, str | None]] = [
        ("Bo Lund", "said", "there was abundant evidence that the miners had flooded the pit", "assert", "person:bo-lund", None),
        ("Ana Reed", "said", "Bo Lund had recently said he had no proof that the miners had flooded the pit", "deny", "person:ana-reed", None),
        ("Bo Lund", "had recently said", "he had no proof that the miners had flooded the pit", "assert", "person:bo-lund", None),
    ]
    links = {(x.start, x.end, x.relation) for x in nested(story("a", rows))}
    assert {("s3", "s1", "contradicts"), ("s2", "s1", "disputes")} <= links
    for old, new in (("no proof", "proof"), ("abundant", "not any")):  # both have it; neither has
        agreed = [(source, cue, content.replace(old, new), "assert", who, whom) for source, cue, content, _, who, whom in rows]
        assert not {x.relation for x in nested(story("a", agreed))} & {"contradicts", "disputes", "denies"}


@pytest.mark.parametrize(
    ("words", "there"), [("no proof", False), ("hasn't seen any evidence", False), ("didn t have evidence", False), ("ample evidence", True)]
)
def test_whether_there_is_evidence(words: str, there: bool):
    reading = story("a", [("Bo Lund", "said", f"he {words} of it", "assert", "person:bo-lund", None)])
    assert reading.meanings is not None
    flags = facts_of(split(reading.story.text), reading.statements, reading.actors, reading.meanings, sure_acts(reading.statements)).flags
    assert (bool(flags["evidence"][0]), bool(flags["no evidence"][0])) == (there, not there)


def test_a_statement_said_again_repeats_its_first():
    rows = [ROWS[0], ROWS[2], ("Ana Reed", "again accused", "the mayor of hiding the mine's debts", "accuse", "person:ana-reed", "person:bo-lund")]
    assert [(x.start, x.end, x.relation) for x in story("a", rows).links] == [("s3", "s1", "repeats")]


def test_who_agrees_with_somebody_supports_what_they_said_last():
    rows = [ROWS[0], ROWS[2], ("A clerk", "agreed with", "the mayor", "support", "group:clerk", None)]
    said = ("Bo Lund", "said", "the mine owes nothing", "assert", "person:bo-lund", None)
    assert ("s4", "s2", "supports") in [(x.start, x.end, x.relation) for x in story("a", [rows[0], said, *rows[1:]]).links]


def test_who_takes_something_back_when_asked_about_it_takes_back_what_he_said_last():
    rows = [
        ("Bo Lund", "said", "the mine owes nothing", "assert", "person:bo-lund", None),
        ("Bo Lund", "called", "its teachers spoiled dukes", "criticise", "person:bo-lund", None),
        ("Reporters", "asked about", "the comment", "ask", "group:reporters", None),
        ("The mayor", "rowed back", "he had been referring to another island", "retract", "person:bo-lund", None),
    ]
    links = [(x.start, x.end, x.relation, x.confidence) for x in story("a", rows).links]
    assert ("s4", "s2", "retracts", ASKED) in links
    rows[2] = ("Reporters", "asked about", "the weather", "ask", "group:reporters", None)
    assert all(x.confidence != ASKED for x in story("a", rows).links)


def dated(reading: Reading, when: str) -> tuple[Link, ...]:
    """The links of a story whose first statement has a date."""
    assert reading.meanings is not None
    first, *rest = reading.statements
    made = (replace(first, when=When(when, Span(0, 1))), *rest)
    return link(split(reading.story.text), made, reading.actors, reading.meanings, sure_acts(made))


AGREED: list[tuple[str, str, str, Act, str | None, str | None]] = [
    ("A clerk", "said", "the pits are deep and wet", "assert", "group:clerk", None),
    ("Bo Lund", "said", "the mine owes nothing", "assert", "person:bo-lund", None),
    ("A clerk", "agreed with", "the mayor", "support", "group:clerk", None),
]


@pytest.mark.parametrize("when", ["2017-12-15", "0", "-1", "0-12"])  # "two years ago" in a story that is dated 0001-01-01
def test_what_somebody_said_earlier_takes_no_support_away(when: str):
    assert [(x.start, x.end, x.relation) for x in dated(story("a", AGREED), when)] == [("s3", "s2", "supports")]


def test_what_a_walk_back_and_a_contradiction_may_answer():
    said = ("Ana Reed", "had said", "the mine was rich", "assert", "person:ana-reed", None)
    rows = [said, ROWS[2], ("Ana Reed", "withdrew", "the claim", "retract", "person:ana-reed", None)]
    assert answered(story("a", rows), "retractions") == {(2, 0), (2, 1)}
    assert answered(story("a", rows), "contradictions") == {(2, 0)}
    assert not answered(story("a", rows[1:]), "contradictions")


@pytest.mark.parametrize(
    ("cue", "content", "links"),
    [
        ("rejected", "the allegation", ["denies"]),
        ("challenged", "that narrative", ["denies"]),
        ("denied", "the allegation that the harbour had no lamps", []),
    ],
)
def test_a_bare_noun_stands_for_what_was_said_before(cue: str, content: str, links: list[str]):
    found = story("a", [ROWS[0], ("Bo Lund", cue, content, "deny", "person:bo-lund", None)]).links
    assert [x.relation for x in found] == links


def test_somebody_else_disputes():
    said = ("Ana Reed", "said", "the mine is safe", "assert", "person:ana-reed", None)
    rows = [said, ("A clerk", "challenged", "that narrative", "deny", "group:clerk", None)]
    assert [(x.start, x.end, x.relation) for x in story("a", rows).links] == [("s2", "s1", "disputes")]


def test_what_sounds_like_a_denial_answers_the_claim_inside_it():
    reading = story("a", [("A clerk", "called", "her claim that the mine is safe nonsense", "deny", "group:clerk", None)])
    outer = reading.statements[0]
    start = reading.story.text.index("claim")
    content = reading.story.text.index("that the mine")
    inner = Statement("s2", (), (Span(start, start + 5),), (Span(content, content + 21),), (), "indirect", 0.9, "s1", "person:ana-reed", act="assert")
    both = (outer, inner)
    made = link(split(reading.story.text), both, (*reading.actors, Actor("person:ana-reed", "Ana Reed", "person")), np.zeros((2, 128)), sure_acts(both))
    assert [(x.start, x.end, x.relation) for x in made] == [("s1", "s2", "disputes")]


def test_the_same_pairs_in_one_part_and_in_many(monkeypatch: pytest.MonkeyPatch):
    reading = story("a", [*ROWS, SAME[0], *DENIAL, *ROWS])
    whole = found_pairs(reading)
    assert {k: pytest.approx(v) for k, v in found_pairs(reading, part=1).items()} == whole
    monkeypatch.setattr("rejoinder.disputes.pairs.BLOCK", 2)
    assert {k: pytest.approx(v) for k, v in found_pairs(reading).items()} == whole
    assert {k: pytest.approx(v) for k, v in found_pairs(reading, part=3).items()} == whole


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


def test_a_network_scores_as_its_layers_say():
    network = Network(np.array([1.0]), np.array([2.0]), np.array([[1.0, -1.0]]), np.array([0.5, 0.0]), np.array([3.0, 1.0]), -1.0)
    # (5 - 1) / 2 = 2: units 2.5 and 0; (-9 - 1) / 2 = -5: 0 and 5; what lies farther than FARTHEST counts as FARTHEST.
    assert network.scores(np.array([[5.0], [-9.0], [1e6]])).tolist() == [6.5, 4.0, 3 * (FARTHEST + 0.5) - 1]


def test_features_of_an_answer_that_says_nothing_of_answering():
    rows: list[tuple[str, str, str, Act, str | None, str | None]] = [
        ("Ana Reed", "said", "130 crews lost a boat", "assert", "person:ana-reed", None),
        ("Bo Lund", "said", "we lost 87 crews and no boat", "assert", "person:bo-lund", None),
    ]
    values = answer_values(story("a", rows))[1, 0]
    for name in ("one negates", "negates", "numbers differ", "own words", "brief", "right behind another", "right behind another, negates", "next of another"):
        assert values[name] == 1, name
    for name in ("answered negates", "numbers shared", "wonders", "points back", "answerer unknown", "same speaker", "likely act"):
        assert values[name] == 0, name


@pytest.mark.parametrize("act", ["ask", "decline"])
def test_who_asks_or_declines_answers_nothing(act: Act):
    assert not answered(story("a", [UNNAMED[0], ("The mayor", "said", "every book was open", act, "person:bo-lund", None)]))


def test_no_statement_answers_what_it_reports_unless_it_denies():
    rows: list[tuple[str, str, str, Act, str | None, str | None]] = [
        ("Bo Lund", "said", "nothing in the books tells you that", "deny", "person:bo-lund", None),
        ("the books", "tells", "that", "assert", "group:books", None),
    ]
    reading = story("a", rows)
    assert reading.meanings is not None
    made = (reading.statements[0], replace(reading.statements[1], inside="s1"))
    facts = facts_of(split(reading.story.text), made, reading.actors, reading.meanings, sure_acts(made))
    assert not len(answers.answer_pairs(facts, answers.KINDS[0], {}).answering)
