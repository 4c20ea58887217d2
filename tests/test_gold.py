"""Our gold for actors: its form, its checker and its scorer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evaluation import act_sheet
from evaluation.actors import GOLD, Pair, going_together, same, score
from evaluation.nesting import ANNOTATION
from evaluation.sheet import COUNTRY, ID, LISTS, AnswerError, compiled, listed, sheet
from rejoinder.tagging.labels import ACTS

TEXT = "Ana Reed said it rained. Officials denied that."
STORY = {"id": "x", "text": TEXT, "published": None}
ITEMS: list[dict[str, Any]] = [
    {"source": [[0, 8]], "cue": [[9, 13]], "content": [[14, 23]], "nested": False},
    {"source": [[25, 34]], "cue": [[35, 41]], "content": [[42, 46]], "nested": False},
]
ANSWERS = """
A\tperson:ana-reed\tperson\tyes\tUSA
A\tgroup:officials\tgroup\tno\t-
S\t0\tperson:ana-reed\t-\t-
S\t1\tgroup:officials\t-\tperson:ana-reed
"""


@pytest.mark.parametrize("file", [GOLD / "actors.jsonl", GOLD / "actors-second.jsonl", ANNOTATION / "actors-train.jsonl"], ids=lambda f: f.name)
def test_gold_holds_offsets_and_ids_and_no_text(file: Any):
    for line in file.read_text(encoding="utf8").splitlines():
        row = json.loads(line)
        assert set(row) == {"id", "sha256", "read_as", "actors", "statements"}
        known = {actor["id"] for actor in row["actors"]}
        for actor in row["actors"]:
            assert set(actor) == {"id", "kind", "named", "country"}
            assert ID.fullmatch(actor["id"])
            assert COUNTRY.fullmatch(actor["country"] or "-")
        for statement in row["statements"]:
            assert set(statement) == {"cue", "nested", "speaker", "to", "target"}
            assert {statement[part] for part in ("speaker", "to", "target")} - {None} <= known
            assert all(isinstance(n, int) for span in statement["cue"] for n in span)


def test_gold_is_as_large_as_we_say():
    assert len(listed(LISTS["dev"])) == len((GOLD / "actors.jsonl").read_text(encoding="utf8").splitlines()) == 48
    assert sorted(listed(LISTS["dev"]).values()).count("degraded") >= 20
    assert len((GOLD / "actors-second.jsonl").read_text(encoding="utf8").splitlines()) >= 6
    assert len((ANNOTATION / "actors-train.jsonl").read_text(encoding="utf8").splitlines()) == len(listed(LISTS["train"])) == 48


def test_a_sheet_and_its_answers():
    shown = sheet(STORY, "clean", ITEMS)
    assert "[1] source «Officials» cue «denied»" in shown
    row = compiled("x.tsv", ANSWERS, STORY, "clean", ITEMS)
    assert [s["speaker"] for s in row["statements"]] == ["person:ana-reed", "group:officials"]
    assert row["actors"][0] == {"id": "person:ana-reed", "kind": "person", "named": True, "country": "USA"}


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        (ANSWERS.replace("S\t1\tgroup", "S\t0\tgroup"), "given twice"),
        (ANSWERS.replace("A\tgroup:officials\tgroup", "A\tgroup:officials\tperson"), "not in form"),
        (ANSWERS.replace("A\tperson:ana-reed", "A\tperson:other"), "used but not declared"),
        (ANSWERS + "X\t1", "begins with A or S"),
        ("", "no answer for \\[0, 1\\]"),
    ],
)
def test_answers_that_do_not_hold_say_why(answers: str, problem: str):
    with pytest.raises(AnswerError, match=problem):
        compiled("x.tsv", answers, STORY, "clean", ITEMS)


@pytest.mark.parametrize(
    ("gold", "read", "right"),
    [
        ("person:ana-reed", "person:reed", True),
        ("person:ana-reed", "person:ben-reed", False),
        ("person:katherine-reed", "person:kate-reed", True),
        ("country:usa", "government:USA", True),
        ("person:ana-reed", "organization:reed", False),
        ("organization:gop", "organization:republican-party", True),
    ],
)
def test_who_counts_as_the_same(gold: str, read: str, right: bool):
    assert same(gold, read, {}, named=True) == right


def test_actors_without_names_are_right_where_they_go_together():
    def pair(gold: str, read: str | None) -> Pair:
        return Pair("x", "", {"speaker": gold, "to": None, "target": None}, {"speaker": read, "to": None, "target": None}, "")

    pairs = [pair("group:officials", "group:a"), pair("group:officials", "group:a"), pair("group:officials", "group:b"), pair("group:critics", None)]
    assert going_together(pairs) == {"x": {"group:officials": "group:a"}}
    tally = score(pairs, {"x": {"group:officials": False, "group:critics": False}})
    count = tally.counts["other speaker"]
    assert (count.hits, count.predicted, count.gold) == (2, 3, 4)
    assert len(tally.wrong) == 2


ACT_FILES = [GOLD / "acts.jsonl", GOLD / "acts-second.jsonl", ANNOTATION / "acts-train.jsonl", ANNOTATION / "acts-train-second.jsonl"]


@pytest.mark.parametrize("file", ACT_FILES, ids=lambda f: f.name)
def test_gold_of_acts_holds_offsets_and_labels_and_no_text(file: Any):
    for line in file.read_text(encoding="utf8").splitlines():
        row = json.loads(line)
        assert set(row) == {"id", "sha256", "complete", "statements"} | ({"links"} if row["complete"] else set(row) & {"links"})
        for s in row["statements"]:
            assert {"cue", "nested", "act", "negated", "hypothetical", "mode"} <= set(s) <= {"cue", "nested", "act", "negated", "hypothetical", "mode", "when"}
            assert s["act"] in act_sheet.ACTS
            if "when" in s:
                assert act_sheet.WHEN.fullmatch(f"{s['when']['date']}=x")
        for link in row.get("links", []):
            assert link["relation"] in act_sheet.RELATIONS
            assert link["from"] != link["to"]
            assert max(link["from"], link["to"]) < len(row["statements"])


@pytest.mark.parametrize("file", [GOLD / "times-first.jsonl", GOLD / "times-second.jsonl"], ids=lambda f: f.name)
def test_readings_of_times_are_of_stories_in_gold(file: Any):
    gold = {row["id"]: row for row in map(json.loads, ACT_FILES[0].read_text(encoding="utf8").splitlines())}
    readings = [json.loads(line) for line in file.read_text(encoding="utf8").splitlines()]
    assert {row["id"] for row in readings} == set(gold)
    for row in readings:
        assert row["sha256"] == gold[row["id"]]["sha256"]
        for time in row["times"]:
            assert set(time) == {"statement", "date", "span"}
            assert 0 <= time["statement"] < len(gold[row["id"]]["statements"])
            assert act_sheet.WHEN.fullmatch(f"{time['date']}=x")
            assert 0 <= time["span"][0] < time["span"][1]


LINK_FILES = [GOLD / "reader-a.jsonl", GOLD / "reader-b.jsonl", ANNOTATION / "links-train-second.jsonl"]


@pytest.mark.parametrize("file", LINK_FILES, ids=lambda f: f.name)
def test_readings_of_links_are_of_stories_in_gold(file: Any):
    gold = {row["id"]: row for row in map(json.loads, ACT_FILES[0 if file.parent == GOLD else 2].read_text(encoding="utf8").splitlines())}
    for row in map(json.loads, file.read_text(encoding="utf8").splitlines()):
        assert row["sha256"] == gold[row["id"]]["sha256"]
        for link in row["links"]:
            assert set(link) - {"evidence"} == {"from", "to", "relation"}
            assert link["relation"] in act_sheet.RELATIONS
            assert link["from"] != link["to"]
            assert max(link["from"], link["to"]) < len(gold[row["id"]]["statements"])
        for mine, theirs in zip(row.get("statements", []), gold[row["id"]]["statements"], strict=False):
            assert (mine["cue"], mine["nested"]) == (theirs["cue"], theirs["nested"])
            assert mine["act"] in act_sheet.ACTS


def test_readings_of_links_alone_have_an_agreement():
    one, two = ([{"id": "a", "links": [{"from": 1, "to": 0, "relation": r}, {"from": 2, "to": 0, "relation": "repeats"}]}] for r in ("denies", "disputes"))
    found = act_sheet.agreement(one, two)
    assert (found["link F1"], found["pair F1"], found["statements"]) == (50.0, 100.0, 0)


def test_gold_of_acts_is_as_large_as_we_say():
    rows = [json.loads(line) for file in ACT_FILES[::2] for line in file.read_text(encoding="utf8").splitlines()]
    acts = [s["act"] for row in rows for s in row["statements"]]
    assert len(acts) >= 14_000
    assert min(acts.count(act) for act in ACTS) >= 60
    assert sum(bool(row.get("links")) for row in rows) >= 400


JUDGED = "T\t0\tassert\t-\ti\t-\nT\t1\tdeny\t-\ti\t-\nL\t1\tdisputes\t0\tdenied that\n"


def test_answers_on_acts_and_links():
    row = act_sheet.compiled("x.tsv", JUDGED, STORY, dict(enumerate(ITEMS)))
    assert [s["act"] for s in row["statements"]] == ["assert", "deny"]
    assert row["links"] == [{"from": 1, "to": 0, "relation": "disputes", "evidence": [[35, 46]]}]


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        (JUDGED.replace("assert", "mumble"), "is not in form"),
        (JUDGED.replace("T\t1\tdeny\t-\ti\t-\n", ""), "no answer for [1]"),
        (JUDGED + "T\t1\tdeny\t-\ti\t-\n", "judged twice"),
        (JUDGED.replace("denied that", "shouted"), "do not stand near"),
        (JUDGED.replace("L\t1", "L\t7"), "no such relation or statement"),
        (JUDGED.replace("i\t-\nL", "i\tFriday\nL"), "DATE=WORDS"),
    ],
)
def test_wrong_answers_on_acts_are_named(answers: str, problem: str):
    with pytest.raises(AnswerError, match=problem.replace("[", r"\[").replace("]", r"\]")):
        act_sheet.compiled("x.tsv", answers, STORY, dict(enumerate(ITEMS)))


def test_agreement_of_a_reading_with_itself_and_with_another():
    row = act_sheet.compiled("x.tsv", JUDGED, STORY, dict(enumerate(ITEMS)))
    other = act_sheet.compiled("x.tsv", JUDGED.replace("deny", "criticise").replace("disputes", "denies"), STORY, dict(enumerate(ITEMS)))
    assert act_sheet.agreement([row], [row])["link F1"] == 100.0
    found = act_sheet.agreement([row], [other])
    assert (found["act"], found["link F1"], found["pair F1"]) == (50.0, 0.0, 100.0)
