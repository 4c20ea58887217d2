"""The record in Python: keeping, forgetting, asking, setting right. Readings are made by hand, so that no model is needed."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rejoinder.actors.identity import Decision, Member, identify
from rejoinder.disputes.claims import claims
from rejoinder.errors import RecordError
from rejoinder.record import Record, identities
from rejoinder.tagging.labels import MEANING_WIDTH
from rejoinder.types import Act, Actor, Dateline, Link, Office, Reading, Run, Span, Statement, Story, When

RUN = Run("1.0", "3", "aa", "bb")
Row = tuple[str, str, str, Act, str, str | None]  # source, cue, content, act, speaker, target

REED, LUND = Actor("person:ana-reed", "Ana Reed", "person", "NOR"), Actor("person:bo-lund", "Bo Lund", "person", "NOR", (Office("mayor", "NOR", Span(0, 7)),))
ACCUSED: Row = ("Ana Reed", "accused", "Bo Lund of hiding the debts of the flooded mine", "accuse", "person:ana-reed", "person:bo-lund")
DENIED: Row = ("Bo Lund", "denied", "hiding the debts of the flooded mine", "deny", "person:bo-lund", None)
FISHING: Row = ("A shopkeeper", "said", "it was a fine morning for fishing", "assert", "group:shopkeeper", None)
SHOPKEEPER = Actor("group:shopkeeper", "A shopkeeper", "group", named=False)


def meaning_of(text: str) -> np.ndarray:
    """A vector that is the same for the same words."""
    vector = np.random.default_rng(sum(map(ord, text.rsplit(maxsplit=1)[-1]))).normal(size=MEANING_WIDTH)
    return vector / np.linalg.norm(vector)


def story(id: str = "a", rows: Sequence[Row] = (ACCUSED, DENIED, FISHING), published: str | None = "2024-03-01", links: bool = True, **facts: str) -> Reading:
    """A story of one sentence a row."""
    text = "\n".join(f"{source} {cue} {content}." for source, cue, content, *_ in rows)
    statements: list[Statement] = []
    mentions: dict[str, list[Span]] = {}
    at = 0
    for k, (source, cue, content, act, speaker, target) in enumerate(rows):
        spans: list[Span] = []
        for words in (source, cue, content):
            start = text.index(words, at)
            spans.append(Span(start, start + len(words)))
            at = spans[-1].end
        mentions.setdefault(speaker, []).append(spans[0])
        if "Bo Lund" in content:
            start = text.index("Bo Lund", spans[2].start)
            mentions.setdefault("person:bo-lund", []).append(Span(start, start + 7))
        named = speaker != "group:shopkeeper"
        statements.append(
            Statement(f"s{k + 1}", (spans[0],), (spans[1],), (spans[2],), (), "indirect", 0.9, None, speaker, None, target, named, act, False, False, None)
        )
    actors = tuple(replace(a, mentions=tuple(mentions[a.id]), confidence=(0.9,) * len(mentions[a.id])) for a in (REED, LUND, SHOPKEEPER) if a.id in mentions)
    found = (Link("s2", "s1", "denies", statements[1].cue, 0.9),) if links and len(rows) > 1 and rows[1][3] == "deny" else ()
    # What comes back is kept as bytes; numbers that bytes hold exactly make the round trip comparable.
    meanings = (np.rint(np.stack([meaning_of(row[2]) for row in rows]) * 127) / np.float32(127)).astype(np.float16)
    return Reading(Story(id, text, published=published, condition="clean", **facts), actors, tuple(statements), found, meanings)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with Record(tmp_path / "news.db", writing=True) as made:
        yield made


def rows_of(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, without the times and the numbers of rows that only say in which order things came."""
    connection = sqlite3.connect(file)
    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%fts5%' AND name NOT LIKE '%\\_text\\_%' ESCAPE '\\'"
        )
    ]
    out: dict[str, list[tuple[object, ...]]] = {}
    for name in names:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})") if row[1] not in ("added", "applied", "at")]
        quoted = ", ".join(f'"{column}"' for column in columns)
        out[name] = sorted(connection.execute(f"SELECT {quoted} FROM {name}"), key=repr)
    connection.close()
    return out


def healthy(file: Path) -> None:
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in ("statement_text", "story_text"):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
    connection.close()


# Keeping


def test_a_reading_comes_back_as_it_was(record: Record):
    one = story(title="Mine", url="https://example.org/a", publisher="The Post", author="Kim Ost")
    first = one.statements[0]
    changed = replace(first, addressee=(Span(0, 3),), to="person:bo-lund", when=When("2024-02", Span(4, 7)), mode="mixed", negated=None, named=None)
    nested = replace(one.statements[1], inside="s1")
    one = replace(one, statements=(changed, nested, *one.statements[2:]), story=replace(one.story, dateline=Dateline("OSLO", "AP", Span(0, 4))))
    joint = Actor("group:both", "both", "group", named=False, mentions=(Span(0, 2),), confidence=(0.5,), members=("person:ana-reed", "person:bo-lund"))
    one = replace(one, actors=(*one.actors, joint))
    assert record.keep(one, RUN) == "kept"
    back = record.story("a")
    assert back == one
    assert back.meanings is not None
    assert one.meanings is not None
    assert np.allclose(back.meanings, one.meanings, atol=1e-3)


def test_adding_again_changes_nothing(record: Record):
    record.keep(story(), RUN)
    record.settle()
    before = rows_of(record.file)
    assert record.knows(story().story)
    assert record.keep(story(id="another name"), RUN) == "known"
    record.settle()
    assert rows_of(record.file) == before
    healthy(record.file)


def test_the_same_url_with_another_text_is_a_new_version(record: Record):
    old, new = story(url="https://example.org/a"), story("b", [ACCUSED, FISHING], url="https://example.org/a")
    assert (record.keep(old, RUN), record.keep(new, RUN)) == ("kept", "new version")
    record.settle()
    assert {(s.story, s.newer) for s in record.stories()} == {("a", "b"), ("b", None)}
    assert {s.story for s in record.search("mine")} == {"b"}
    assert [r.story.id for r in record.readings()] == ["b"]
    assert [r.story.id for r in record.readings(older=True)] == ["a", "b"]
    assert record.disputes().total == 0  # the answer stood in the old version only
    record.forget("b")
    assert {s.story for s in record.search("mine")} == {"a"}
    assert record.disputes().total == 1


def test_two_stories_of_one_id_stay_apart(record: Record):
    record.keep(story(), RUN)
    assert record.keep(story(rows=[FISHING]), RUN) == "kept"
    first, second = sorted(s.story for s in record.stories())
    assert first == "a"
    assert second.startswith("a-")
    assert len(record.story(second).statements) == 1


def test_forgetting_leaves_nothing(record: Record):
    record.keep(story(), RUN)
    record.settle()
    empty_but_for_run = {name: rows for name, rows in rows_of(record.file).items() if name in ("run", "migration")}
    record.correct("a", "s1", "act", "criticise")
    record.forget("a")
    left = {name: rows for name, rows in rows_of(record.file).items() if rows and name not in ("state",)}
    assert left == empty_but_for_run
    healthy(record.file)
    assert record.search("mine").total == 0
    with pytest.raises(RecordError, match=r"no story 'a'; see"):
        record.forget("a")


def test_a_story_is_kept_whole_or_not_at_all(record: Record):
    broken = replace(story(), statements=(replace(story().statements[0], mode=None),))  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        record.keep(broken, RUN)
    assert record.stats().stories == 0
    assert record.keep(story(), RUN) == "kept"


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40), st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_text_comes_back_verbatim(text: str, title: str):
    with Record(":memory:", writing=True) as record:
        one = Reading(Story("x", text, title=title, condition="clean"), (), (Statement("s1", (), (), (Span(0, len(text)),), (), "direct", 0.5),))
        record.keep(one, RUN)
        assert record.story("x") == one
        record.search(text)  # no words of a person may break the question
        record.stories(text)
        record.disputes(text)


# Identities and claims


def many() -> list[Reading]:
    out = [
        story("a"),
        story("b", [ACCUSED], "2024-03-02"),
        story("c", [DENIED], "2024-03-05"),
        story("d", [FISHING, ACCUSED], None),
        story("e", [("Ana Reed", "said", "taxes on herring exports would double", "assert", "person:ana-reed", None)], "2024-03-03"),
        story("f", [("Ana Reed", "repeated", "taxes on herring exports would double", "assert", "person:ana-reed", None)], "2024-03-09"),
    ]
    minister = replace(out[1].actors[0], id="person:reed", name="Reed", offices=(Office("minister", "NOR", Span(0, 4)),), country="SWE")
    return [*out, replace(story("g", [ACCUSED], "2024-03-07"), actors=(minister, *out[1].actors[1:]))]


def settled(readings: Sequence[Reading], file: Path) -> Record:
    record = Record(file, writing=True)
    for reading in readings:
        record.keep(reading, RUN)
    record.settle()
    return record


def test_identities_are_those_of_reading_all_at_once(tmp_path: Path):
    found = identify(many())
    with settled(many(), tmp_path / "r.db") as record:
        expected = {i.id: (i.name, i.kind, i.country, len({m.story for m in i.members})) for i in found if i.named}
        kept = rows_of(record.file)["identity"]
        assert {row[0]: row[2:] for row in kept} == expected


def crowd(seed: int) -> list[Reading]:
    """Sixty stories with one of the Reeds each, of whom some are the same: by first names, countries, offices held, or only by a last name."""
    chance = random.Random(seed)
    out: list[Reading] = []
    for k in range(60):
        key, name = chance.choice(
            [("ana-reed", "Ana Reed"), ("anna-reed", "Anna Reed"), ("bob-reed", "Bob Reed"), ("robert-reed", "Robert Reed"), ("reed", "Reed")]
        )
        held = chance.sample([Office("minister", "NOR", Span(0, 4)), Office("mayor", "NOR", Span(0, 4)), Office("king", None, Span(0, 4))], chance.randrange(3))
        reading = story(f"s{k:02}", [ACCUSED], f"2024-03-{1 + k % 28:02}" if k % 9 else None, links=False, title=str(k))
        reed = replace(reading.actors[0], id=f"person:{key}", name=name, country=chance.choice(["NOR", "NOR", "SWE", None]), offices=tuple(held))
        said = replace(reading.statements[0], speaker=reed.id)
        out.append(replace(reading, actors=(reed, *reading.actors[1:]), statements=(said,)))
    return out


@pytest.mark.parametrize("seed", range(4))
def test_a_crowd_of_one_last_name_is_told_apart_as_if_all_were_there_at_once(seed: int, tmp_path: Path):
    readings = crowd(seed)
    shuffled = random.Random(seed).sample(readings, len(readings))
    pairs = [tuple(Member(r.story.id, r.actors[0].id) for r in random.Random(seed + k).sample(readings, 2)) for k in range(3)]
    with Record(tmp_path / "r.db", writing=True) as record:
        for k, reading in enumerate(shuffled):
            record.keep(reading, RUN)
            if k % 11 == 0:
                record.settle()
        record.settle()
        found = {i.id: i for i in identify(readings)}
        assert len([id for id in found if "reed" in id]) > 3

        def agree() -> None:
            with sqlite3.connect(record.file) as connection:
                kept = connection.execute("SELECT identity, story.key, actor.key, rule, evidence FROM actor JOIN story ON story.id = actor.story").fetchall()
                rows = connection.execute("SELECT id, name, country, stories FROM identity").fetchall()
                held = connection.execute('SELECT identity, title, "of", stories, first, last FROM tenure ORDER BY identity, place').fetchall()
            connection.close()
            assert set(kept) == {(i.id, *e.member, e.rule, e.words) for i in found.values() for e in i.evidence}
            assert set(rows) == {(i.id, i.name, i.country, len({m.story for m in i.members})) for i in found.values()}
            assert held == [(id, o.title, o.of, o.stories, o.first, o.last) for id, i in sorted(found.items()) for o in i.offices]

        agree()
        for first, second in pairs:  # what people decided about single ones
            ids = {member: i.id for i in found.values() for member in i.members}
            if ids[first] != ids[second]:
                record.merge(ids[first], ids[second], by="kim")
                merged = [Decision("merge", *pair) for pair in _decided(record)]
                found = {i.id: i for i in identify(readings, merged)}
                record.settle()
                agree()


def _decided(record: Record) -> list[tuple[Member, Member]]:
    """Which members the merges are about."""
    with sqlite3.connect(record.file) as connection:
        rows = connection.execute(
            "SELECT a.key, json_extract(place, '$.key'), b.key, json_extract(other_place, '$.key')"
            " FROM correction JOIN story AS a ON a.id = story JOIN story AS b ON b.id = other_story"
        ).fetchall()
    connection.close()
    return [(Member(a, b), Member(c, d)) for a, b, c, d in rows]


def test_claims_are_those_of_reading_all_at_once(tmp_path: Path):
    found = claims(many(), identify(many()))
    assert any(answer.across for claim in found for answer in claim.answers)
    assert any(len({ref.story for ref in claim.members}) > 1 for claim in found)
    with settled(many(), tmp_path / "r.db") as record:
        kept = record.disputes(repeats=True, limit=100)
    assert [tuple((s.story, s.statement) for s in d.sayings) for d in kept] == [claim.members for claim in found]
    assert [[(a.saying.story, a.relation, a.across, a.confidence) for a in d.answers] for d in kept] == [
        [(a.ref.story, a.relation, a.across, a.confidence) for a in claim.answers] for claim in found
    ]


def test_the_order_of_stories_and_of_settling_does_not_matter(tmp_path: Path):
    def seen(file: Path) -> object:
        with Record(file) as record:
            disputes = [replace(d, claim=0) for d in record.disputes(repeats=True, limit=100)]
            return disputes, [replace(p, sayings=()) for name in ("reed", "lund") for p in record.who(name)], rows_of(file)["identity"]

    settled(many(), tmp_path / "r.db").close()
    for seed in range(4):
        readings = many()
        random.Random(seed).shuffle(readings)
        with Record(tmp_path / f"{seed}.db", writing=True) as record:
            for reading in readings:
                record.keep(reading, RUN)
                if seed % 2:
                    record.settle()
            record.settle()
        assert seen(tmp_path / f"{seed}.db") == seen(tmp_path / "r.db")


def test_forgetting_is_as_if_it_had_never_been_there(tmp_path: Path):
    with settled(many(), tmp_path / "r.db") as record:
        record.forget("g")
        record.forget("a")
    settled([r for r in many() if r.story.id not in ("a", "g")], tmp_path / "s.db").close()
    left, right = rows_of(tmp_path / "r.db"), rows_of(tmp_path / "s.db")
    assert left["identity"] == right["identity"]
    assert len(left["claim"]) == len(right["claim"])
    healthy(tmp_path / "r.db")


# Answers


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Record]:
    with settled(many(), tmp_path / "r.db") as record:
        yield record


def found(record: Record, words: str | None = None, **filters: object) -> list[str]:
    return [f"{s.story} {s.statement}" for s in record.search(words, **filters)]


def test_search_by_words(full: Record):
    assert found(full, "herring") == ["f s1", "e s1"]  # the latest first
    assert found(full, "HERRING taxes") == ["f s1", "e s1"]
    assert found(full, "taxed") == ["f s1", "e s1"]  # by stem
    assert found(full, '"herring exports"') == ["f s1", "e s1"]
    assert found(full, '"exports herring"') == []
    assert found(full, "exp*") == ["f s1", "e s1"]
    assert found(full, "herring OR fishing") == []  # words, not operators
    assert found(full, '"') == []


def test_search_by_everything_else(full: Record):
    assert found(full, speaker="Bo Lund") == ["c s1", "a s2"]
    assert found(full, speaker="lund") == found(full, speaker="person:bo-lund") == found(full, speaker="LUND")
    assert found(full, speaker="und") == []  # whole words of a name
    assert found(full, speaker="shopkeeper") == ["a s3", "d s1"]  # the anonymous by their words
    assert found(full, about="Bo Lund", until="2024-03-01") == ["a s1"]
    assert found(full, act="deny") == ["c s1", "a s2"]
    assert found(full, act="deny", since="2024-03-02") == ["c s1"]
    assert found(full, act="deny", until="2024-02") == []
    assert found(full, since="2024-03-09", until="2024") == ["f s1"]
    assert found(full, named=False) == ["a s3", "d s1"]
    assert found(full, story="b") == ["b s1"]
    assert found(full, mode="direct") == []
    assert found(full, to="Bo Lund") == []
    with pytest.raises(RecordError, match="'yesterday' is no day"):
        full.search(since="yesterday")


def test_search_in_pages(full: Record):
    everything = found(full)
    pages = [full.search(limit=3, offset=k) for k in range(0, len(everything), 3)]
    assert [f"{s.story} {s.statement}" for page in pages for s in page] == everything
    assert {page.total for page in pages} == {len(everything)}
    assert full.search(limit=3, offset=50).total == len(everything)


def test_a_saying_tells_who_and_where(full: Record):
    (saying,) = full.search(story="a", act="deny")
    assert (saying.speaker, saying.speaker_name, saying.line, saying.cue) == ("person:bo-lund", "Bo Lund", 2, "denied")
    assert (saying.source, saying.content, saying.corrected) == ("Bo Lund", "hiding the debts of the flooded mine", False)


def test_who(full: Record):
    (lund,) = full.who("bo lund")
    assert [(o.title, o.of, o.stories, o.first) for o in lund.offices] == [("mayor", "NOR", 5, "2024-03-01")]
    assert {c.id: c.count for c in lund.acts} == {"deny": 2}
    assert (lund.accused_by[0].name, lund.accused_by[0].count) == ("Ana Reed", 3)
    (reed,) = full.who("person:ana-reed")
    assert [(c.id, c.count) for c in reed.accuses] == [("person:bo-lund", 3)]
    assert [c.id for c in reed.answered_by] == ["person:bo-lund"]
    assert full.who("nobody at all").total == 0
    assert full.who("%").total == 0


def test_disputes_in_pages(full: Record):
    page = full.disputes(repeats=True, limit=1)
    assert (len(page), page.more, page.total) == (1, True, full.disputes(repeats=True).total)


def test_disputes_by_words(full: Record):
    (one,) = full.disputes("flooded")
    assert {a.saying.story for a in one.answers} == {"a", "c"}
    assert [a.evidence for a in one.answers] == ["denied", "denied"]
    assert full.disputes("herring").total == 0
    assert full.disputes("herring", repeats=True).total == 1


def test_stories_and_stats(full: Record):
    assert [s.story for s in full.stories("herring")] == ["f", "e"]
    assert full.stories(limit=2).total == 7
    stats = full.stats()
    assert (stats.stories, stats.statements, stats.first, stats.last, stats.disputed) == (7, 10, "2024-03-01", "2024-03-09", 1)
    assert stats.bytes > 0


def test_answers_as_tables(full: Record):
    frame = full.search("herring").to_pandas()
    assert list(frame["story"]) == ["f", "e"]
    assert full.search("herring").to_arrow().column("speaker_name").to_pylist() == ["Ana Reed", "Ana Reed"]


# Corrections


def test_a_correction_wins_and_can_be_undone(full: Record):
    before = rows_of(full.file)
    number = full.correct("a", "s3", "speaker", "Ana Reed", by="kim")
    assert full.saying("a", "s3").speaker == "person:ana-reed"
    assert full.saying("a", "s3").named is True
    assert full.saying("a", "s3").corrected
    (made,) = full.corrections()
    assert (made.by, made.kind, made.story, made.was, made.value["name"], made.applied, made.undone) == (
        "kim", "speaker", "a", "group:shopkeeper", "Ana Reed", True, None,
    )  # fmt: skip
    full.undo(number)
    after = rows_of(full.file)
    assert {name: rows for name, rows in after.items() if name != "correction"} == {name: rows for name, rows in before.items() if name != "correction"}
    assert full.corrections()[0].undone
    with pytest.raises(RecordError, match="taken back already"):
        full.undo(number)


def test_corrections_of_one_statement_pile_up(full: Record):
    first = full.correct("a", "s1", "act", "criticise")
    second = full.correct("a", "s1", "act", "warn")
    full.correct("a", "s1", "target", None)
    assert (full.saying("a", "s1").act, full.saying("a", "s1").target) == ("warn", None)
    full.undo(first)
    assert full.saying("a", "s1").act == "warn"
    full.undo(second)
    assert (full.saying("a", "s1").act, full.saying("a", "s1").target) == ("accuse", None)


def test_somebody_new_speaks(full: Record):
    full.correct("a", "s3", "speaker", "person:Kai Moe")
    assert full.saying("a", "s3").speaker_name == "Kai Moe"
    assert [p.id for p in full.who("kai moe")] == ["person:kai-moe"]
    full.correct("d", "s1", "speaker", "Kai Moe")  # of another story, known by now
    assert full.who("kai moe")[0].statements == 2
    for wrong in ("Nobody Known", "alien:Zog"):
        with pytest.raises(RecordError, match="nobody is called"):
            full.correct("a", "s3", "speaker", wrong)


def test_a_dropped_statement_is_gone_everywhere(full: Record):
    number = full.correct("c", "s1", "drop")
    assert found(full, story="c") == []
    assert {a.saying.story for a in full.disputes("flooded")[0].answers} == {"a"}
    assert full.story("c").statements == ()
    full.undo(number)
    assert {a.saying.story for a in full.disputes("flooded")[0].answers} == {"a", "c"}


def test_links_are_set_right(full: Record):
    number = full.correct_link("a", "s2", "s1", None)
    assert full.story("a").links == ()
    full.correct_link("a", "s3", "s1", "supports")
    assert [(x.start, x.end, x.relation) for x in full.story("a").links] == [("s3", "s1", "supports")]
    full.undo(number)
    assert {(x.start, x.relation) for x in full.story("a").links} == {("s2", "denies"), ("s3", "supports")}
    with pytest.raises(RecordError, match="joins two statements"):
        full.correct_link("a", "s1", "s1", "denies")


def test_actors_are_merged_and_split(full: Record):
    assert [p.id for p in full.who("reed")] == ["person:ana-reed", "person:reed"]
    merged = full.merge("person:ana-reed", "person:reed", by="kim")
    (one,) = full.who("reed")
    assert (one.stories, one.statements) == (6, 5)
    apart = full.split(one.id, "e")
    assert sorted(p.stories for p in full.who("reed")) == [1, 5]
    record = full
    record.keep(story("h", [ACCUSED], "2024-04-01"), RUN)  # what was decided holds for what comes later
    record.settle()
    assert sorted(p.stories for p in full.who("reed")) == [1, 6]
    full.undo(apart)
    full.undo(merged)
    assert sorted((p.id, p.stories) for p in full.who("reed")) == [("person:ana-reed", 6), ("person:reed", 1)]
    with pytest.raises(RecordError, match="are called 'reed'"):
        full.merge("reed", "lund")


@pytest.mark.parametrize("large", [1, identities.MANY])
@pytest.mark.parametrize("more", ["reed", "lund", "reed, but lund is first"])
def test_a_merge_over_two_last_names_is_taken_back(more: str, large: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whichever of the two is settled first: each has its own identity and stories again."""
    monkeypatch.setattr(identities, "MANY", large)
    extra = story("x", [ACCUSED if more == "reed" else DENIED], "2024-03-20", title="Extra", links=False)
    alone = [story(f"y{k}", [DENIED], "2024-03-21", title=str(k), links=False) for k in range(9 if more == "lund" else 0)]
    if more == "reed, but lund is first":
        alone = [story(f"y{k}", [("Ana Reed", *FISHING[1:4], "person:ana-reed", None)], "2024-03-21", title=str(k), links=False) for k in range(9)]
        alone.append(story("0", [DENIED], "2024-03-21", title="First", links=False))

    def seen(record: Record) -> object:
        rows = rows_of(record.file)
        return rows["identity"], [row for row in rows["actor"] if "person:" in str(row)]

    with settled([*many(), extra, *alone], tmp_path / "r.db") as record:
        before = seen(record)
        merged = record.merge("person:ana-reed", "person:bo-lund", by="kim")
        assert seen(record) != before
        record.undo(merged)
        assert seen(record) == before


def test_what_is_wrong_with_a_correction_is_said(full: Record):
    for kind, value, message in (("act", "shout", "'shout' is no act"), ("mode", None, "None is no mode"), ("colour", "red", "'colour' cannot be set right")):
        with pytest.raises(RecordError, match=message):
            full.correct("a", "s1", kind, value)
    with pytest.raises(RecordError, match="no statement 's9'"):
        full.correct("a", "s9", "drop")
    with pytest.raises(RecordError, match="no relation"):
        full.correct_link("a", "s2", "s1", "shouts at")
    assert full.corrections() == []


def test_corrections_survive_a_better_reading(full: Record):
    full.correct("a", "s3", "speaker", "Ana Reed")
    full.correct("a", "s2", "act", "warn")
    full.correct_link("a", "s3", "s1", "supports")
    better = story()
    # Another model numbers the statements otherwise, cuts the cue otherwise and finds no shopkeeper and no accusation.
    third, second = better.statements[2], better.statements[1]
    cut = replace(second, id="s1", cue=(Span(second.cue[0].start, second.cue[0].end - 1),))
    better = replace(better, statements=(cut, replace(third, id="s2", speaker=None)), actors=better.actors[:2], links=(), meanings=None)
    full.renew(better, Run("2.0", "4", "cc", "bb"))
    full.settle()
    assert full.saying("a", "s2").speaker == "person:ana-reed"
    assert full.saying("a", "s1").act == "warn"
    assert [(c.kind, c.applied) for c in full.corrections()] == [("speaker", True), ("act", True), ("link", False)]
    assert full.outdated(Run("2.0", "4", "cc", "bb")) == ["b", "c", "d", "e", "f", "g"]
    healthy(full.file)


def test_corrections_become_gold(full: Record):
    full.correct("a", "s3", "act", "support", by="kim")
    full.correct("a", "s1", "drop", by="lee")
    full.correct_link("a", "s2", "s1", "disputes", by="kim")
    (gold,) = full.gold()
    text = full.story("a").story.text
    assert gold["by"] == ["kim", "lee"]
    assert text not in json.dumps(gold)
    by_cue = {text[g["cue"][0][0] : g["cue"][0][1]]: g for g in gold["statements"]}
    assert (by_cue["said"]["act"], by_cue["said"]["dropped"], by_cue["accused"]["dropped"]) == ("support", False, True)
    assert gold["links"] == [{"from": [[*full.story("a").statements[0].cue[0]]], "to": by_cue["accused"]["cue"], "relation": "disputes"}]


def test_stats_follow_what_is_written_here_and_elsewhere(full: Record):
    assert full.stats().stories == 7
    full.keep(story("h", [FISHING], "2024-05-01"), RUN)
    assert full.stats().stories == 8
    with Record(full.file, writing=True) as other:
        other.keep(story("i", [FISHING], "2024-05-02"), RUN)
    assert full.stats().stories == 9
    assert full.stats() is full.stats()
