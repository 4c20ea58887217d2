"""Scoring gold: the same figures as the instruments that judge the packaged model."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from evaluation import attribution, links
from evaluation.disputes_gold import Story as GoldStory
from rejoinder.export import FORMATS, read_brat
from rejoinder.export.matching import by_cue
from rejoinder.export.score import MEASURES, Score, score, table, to_dict
from rejoinder.types import Link, Reading, Span, Spans, Statement, Story
from tests.test_export import READING, at, statement

WORDS = "“We won't pay,” said Ana Holm, whom Bo's well-to-do friends (12.5 % of them) call 'the mayor'. Émile denied it!"


@st.composite
def statements(draw: st.DrawFn) -> list[Statement]:
    edges = st.integers(0, len(WORDS))

    def spans() -> Spans:
        cuts = sorted(draw(st.sets(edges, max_size=4)))
        return tuple(Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False))

    return [statement(f"s{k}", spans(), spans() or (Span(16, 20),), spans()) for k in range(draw(st.integers(0, 4)))]


def theirs(gold: list[Statement], found: list[Statement]) -> dict[str, attribution.Count]:
    tokens = attribution.gold_tokens({"text": WORDS})
    a, b = ([attribution.item({role: getattr(s, role) for role in attribution.ROLES}, tokens, WORDS) for s in of] for of in (gold, found))
    scores = attribution.Scores()
    scores.add(a, b)
    return scores.counts


def ours(gold: list[Statement] | Reading, found: list[Statement] | Reading) -> Score:
    a, b = (of if isinstance(of, Reading) else Reading(Story("a", WORDS), (), tuple(of)) for of in (gold, found))
    return score([a], lambda story: replace(b, story=story))


@given(statements(), statements(), st.data())
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
def test_the_figures_are_those_of_the_evaluation(gold: list[Statement], found: list[Statement], data: st.DataObject):
    # Some of gold, as it is or a little off, among what is found: otherwise hardly anything would ever be right.
    for one in gold:
        if data.draw(st.booleans()):
            found = [*found, replace(one, content=one.content[:1])]
    made = ours(gold, found)
    for measure, count in theirs(gold, found).items():
        mine = made.counts[measure]
        assert (mine.hits, mine.found, mine.gold) == (count.hits, count.predicted, count.gold), measure
        assert (mine.precision, mine.recall, mine.f1) == (count.precision, count.recall, count.f1)


def test_relaxed_and_exact():
    gold = [statement("s1", at("Ana Holm", text=WORDS), at("said", text=WORDS), at("“We won't pay,”", text=WORDS))]
    near = [replace(gold[0], source=at("Ana", text=WORDS), content=at("We won't pay", text=WORDS))]
    figures = to_dict(ours(gold, near))
    assert [figures[measure]["f1"] for measure in MEASURES] == [0.0, 100.0, 0.0, 100.0, 0.0]
    bare = [replace(gold[0], content=at("We won't pay", text=WORDS))]
    assert to_dict(ours(gold, bare))["attribution exact"]["f1"] == 100.0
    assert to_dict(ours(gold, []))["attribution"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "hits": 0, "found": 0, "gold": 1}


def test_nested_statements_count_where_gold_marks_any():
    outer, inner = READING.statements[0], READING.statements[4]
    both = replace(READING, statements=(outer, inner), links=())
    flat = replace(both, statements=(outer,))
    assert ours(both, both).nested
    assert ours(both, both).counts["attribution"].gold == 2
    made = ours(flat, both)
    assert (made.nested, made.counts["attribution"].found) == (False, 1)


LINKED = tuple(
    statement(f"s{k}", (), at(word, text=WORDS), at("pay", text=WORDS), act=act)
    for k, (word, act) in enumerate([("said", "promise"), ("call", "assert"), ("denied", "deny"), ("friends", "accuse")])
)
GOLD_LINKS = (Link("s2", "s0", "denies", (), 1), Link("s3", "s1", "repeats", (), 1))


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize(
    "found",
    [
        (("s2", "s0", "denies"), ("s3", "s1", "repeats")),
        (("s2", "s0", "disputes"), ("s3", "s2", "denies")),
        (("s2", "x0", "denies"), ("x1", "s1", "repeats"), ("s3", "s1", "repeats")),
        (),
    ],
)
def test_links_and_acts_are_judged_as_the_evaluation_does(found: tuple[tuple[str, str, Any], ...], nested: bool):
    extra = (statement("x0", (), at("won't", text=WORDS), at("pay", text=WORDS)), statement("x1", (), at("whom", text=WORDS), (), inside="s0"))
    mine = (replace(LINKED[0], act="assert"), *LINKED[1:3], replace(LINKED[3], act=None), *extra)
    got = tuple(Link(start, end, relation, (), 0.9) for start, end, relation in found)
    gold_statements = (*LINKED[:3], replace(LINKED[3], inside="s0" if nested else None))
    made = ours(Reading(Story("a", WORDS), (), gold_statements, GOLD_LINKS), Reading(Story("a", WORDS), (), mine, got))

    row = {
        "statements": [{"act": s.act, "negated": None, "hypothetical": None} for s in LINKED],
        "links": [{"from": 2, "to": 0, "relation": "denies"}, {"from": 3, "to": 1, "relation": "repeats"}],
    }
    gold = GoldStory({"text": WORDS}, [{"cue": s.cue} for s in LINKED], row)
    read = links.Read(gold, None, list(mine), (), np.zeros(0), np.zeros(0), by_cue(LINKED, mine))  # type: ignore[arg-type]
    counts: dict[str, attribution.Count] = defaultdict(attribution.Count)
    links.score_links(read, got, nested, counts, Counter())
    count = made.counts["link"]
    assert (count.hits, count.found, count.gold) == (counts["link"].hits, counts["link"].predicted, counts["link"].gold)
    assert round(made.act, 1) == links.act_counts([read])["act"] == 50.0


def test_acts_and_links_are_shown_only_where_gold_has_some():
    bare = replace(READING, statements=tuple(replace(s, act=None) for s in READING.statements), links=())
    assert not {"act", "link", "denies"} & to_dict(ours(bare, READING)).keys()
    full = to_dict(ours(READING, READING))
    assert full["act"] == {"accuracy": 100.0, "right": 3, "of": 3}
    assert [full[name]["f1"] for name in ("link", "denies", "supports")] == [100.0] * 3
    assert "retracts" not in full


def test_gold_of_brat_is_scored(tmp_path: Any):
    FORMATS["brat"].write([READING, replace(READING, story=replace(READING.story, id="b"))], tmp_path / "gold")
    asked: list[str] = []

    def found(story: Story) -> Reading:
        asked.append(story.id)
        return replace(READING, story=story, statements=READING.statements[:4])

    made = score(read_brat(tmp_path / "gold"), found)
    assert sorted(asked) == ["Day 1/bridge: ü~2", "b"]
    figures = to_dict(made)
    assert (figures["stories"], figures["nested"]) == (2, True)
    assert (figures["attribution exact"]["precision"], figures["attribution exact"]["recall"]) == (100.0, 80.0)
    assert figures["link"]["f1"] == 100.0


def test_the_table_shows_the_figures():
    out = io.StringIO()
    Console(file=out, width=100).print(table(ours(READING, READING)))
    text = out.getvalue()
    assert "1 story, statements: nested ones too" in text
    assert [line.split("│")[1].strip() for line in text.splitlines() if "│" in line] == [*MEASURES, "act (accuracy)", "link", "denies", "supports"]


def test_no_story_scores_nothing():
    assert to_dict(score([], Reading))["attribution"]["f1"] == 0.0
