"""Lists of rare words in the record: whatever comes in whatever order, the same is compared as when all is there at once."""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from rejoinder.disputes.alike import NEVER, Said, lookups, pairs_in, said_in
from rejoinder.record import Record, claims
from rejoinder.record.schema import MIGRATIONS
from rejoinder.types import Reading
from tests.test_record import RUN, Row, rows_of, story

STORIES = 130
DAY = date(2024, 3, 1)
SAID: Row = ("Ana Reed", "said", "the herring fleet would sail past the flooded mine", "assert", "person:ana-reed", None)


def stream() -> list[Reading]:
    """Many stories of one sentence and now and then of another: some days have many, some none; some stories have no date."""
    chance = random.Random(7)
    out: list[Reading] = []
    for k in range(STORIES):
        published = None if k % 31 == 0 else (DAY + timedelta(days=chance.choice([0, 0, 0, 3, 4, 20, 21, 95, 96, 97]))).isoformat()
        rows = [SAID, ("Bo Lund", "said", "the herring fleet would never sail", "assert", "person:bo-lund", None)] if k % 3 else [SAID]
        out.append(story(f"story-{k:03}", rows, published, links=False, title=f"Story {k}"))
    return out


def pairs_at_once(readings: Sequence[Reading]) -> set[tuple[str, str]]:
    """Stories and statements that are alike, each list in one piece."""
    lists: dict[str, list[Said]] = defaultdict(list)
    for reading in readings:
        for statement, said in zip(reading.statements, said_in(reading), strict=True):
            for stem in lookups(statement.act, False, said.stems):
                lists[stem].append(said)
    found = (pair for items in lists.values() for pair in pairs_in(sorted(items, key=lambda item: item.order)))
    return {("/".join(pair.first), "/".join(pair.second)) for pair in found}


def pairs_kept(file: Path) -> set[tuple[str, str]]:
    """The same, of a record."""
    name = "(SELECT story.key || '/' || s.key FROM statement AS s JOIN story ON story.id = s.story WHERE s.id = {})"
    with closing(sqlite3.connect(file)) as connection:
        return set(connection.execute(f"SELECT DISTINCT {name.format('first')}, {name.format('second')} FROM alike"))


@pytest.mark.parametrize("together", [1, 60, 400])
def test_lists_are_compared_as_if_all_were_there_at_once(together: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(claims, "TOGETHER", together)
    readings = stream()
    expected = pairs_at_once(readings)
    assert len(expected) > 20 * STORIES
    assert any("story-031/s1" in pair for pair in expected)  # which has no date
    for seed in range(3):
        chance = random.Random(seed)
        shuffled = chance.sample(readings, STORIES)
        gone = story("gone", [SAID], DAY.isoformat(), links=False, title="Gone")
        with Record(tmp_path / f"{seed}.db", writing=True) as record:
            for k, reading in enumerate(shuffled):
                record.keep(reading, RUN)
                if k == STORIES // 3:
                    record.keep(gone, RUN)
                if seed and chance.random() < 0.1:
                    record.settle()
            record.forget("gone")
            record.settle()
        assert pairs_kept(tmp_path / f"{seed}.db") == expected


def test_a_new_story_costs_what_is_near_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Of a long list only the last day and what it is compared with is read again."""
    looked_at: list[int] = []
    compare = claims.pairs_in

    def counted(items: Sequence[Said], since: int):
        looked_at.append(len(items))
        return compare(items, since)

    with Record(tmp_path / "r.db", writing=True) as record:
        for k in range(200):
            record.keep(story(f"story-{k}", [SAID], (DAY + timedelta(days=k // 10)).isoformat(), links=False, title=f"Story {k}"), RUN)
        record.settle()
        monkeypatch.setattr(claims, "pairs_in", counted)
        record.keep(story("new", [SAID], (DAY + timedelta(days=20)).isoformat(), links=False, title="New"), RUN)
        record.settle()
        assert max(looked_at) == claims.LOOKED_AT + 1
        looked_at.clear()
        record.keep(story("late", [SAID], (DAY + timedelta(days=5)).isoformat(), links=False, title="Late"), RUN)
        record.settle()
        assert claims.LOOKED_AT < max(looked_at) <= claims.LOOKED_AT + 11 + claims.LOOKED_AT


def test_a_record_of_before_is_brought_up_to_date(tmp_path: Path):
    """The first version kept lists by sixty days together, and offices apart from their actors."""
    readings = stream()[:40]
    with Record(tmp_path / "new.db", writing=True) as record:
        for reading in readings:
            record.keep(reading, RUN)
        record.settle()
    with Record(tmp_path / "old.db", writing=True) as record:
        for reading in readings[:-1]:
            record.keep(reading, RUN)
        record.settle()
        record.keep(readings[-1], RUN)
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        for table in ("lookup", "alike", "touched"):
            connection.execute(f"CREATE TEMP TABLE before AS SELECT *, day AS bucket FROM {table}")
            connection.execute(f"DELETE FROM {table}")
            connection.execute(f"ALTER TABLE {table} RENAME COLUMN day TO bucket")
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "bucket"]
            values = ", ".join(columns)
            connection.execute(f"INSERT OR IGNORE INTO {table} ({values}, bucket) SELECT {values}, iif(day < {NEVER}, day / 60, day) FROM before")
            connection.execute("DROP TABLE before")
        for kind, name in (("TRIGGER", "sighted_delete"), ("TRIGGER", "sighted_update"), ("TABLE", "sighted")):
            connection.execute(f"DROP {kind} {name}")
        connection.execute("ALTER TABLE actor DROP COLUMN held")
        connection.executemany("DELETE FROM migration WHERE name = ?", [(later.name,) for later in MIGRATIONS[1:]])
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    with Record(tmp_path / "old.db", writing=True) as record:
        record.settle()
    assert pairs_kept(tmp_path / "old.db") == pairs_kept(tmp_path / "new.db") == pairs_at_once(readings)
    left, right = rows_of(tmp_path / "old.db"), rows_of(tmp_path / "new.db")
    assert any(row != "[]" for *_, row in left["actor"])
    for table in ("actor", "identity", "lookup", "alike", "touched", "claim", "claim_member", "answer"):
        assert left[table] == right[table]
