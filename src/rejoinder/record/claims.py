"""Stage: keep. Statements of the record -> claims over all its stories, with their answers (the rules are those of disputes.alike and disputes.claims).

What has changed is written down as it changes: days in the list of a rare word (`touched`), and statements (`changed`). Settling compares these days again,
and what stands near them in the list, and gathers the claims of these statements and of those that are one claim with them; the rest stays as it is. Neither
the time nor the memory that this takes grows with the record.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from rejoinder.disputes.alike import LOOKED_AT, Pair, Ref, Said, pairs_in
from rejoinder.disputes.claims import Claim, Entry, Given, assemble, joined
from rejoinder.record.file import transaction
from rejoinder.record.keep import spans_of, spans_text
from rejoinder.types import Relation, Story

LISTS, STATEMENTS = 500, 500  # in one transaction; of the statements, all that bear on them are in memory at once
TOGETHER = 400  # statements of a list from which on a further day that was touched waits for its turn


def mark_changed(connection: sqlite3.Connection, statements: str, values: Sequence[object] = ()) -> None:
    """Notes statements (a query for their rows), and everything that stands in one claim with them."""
    connection.execute(f"INSERT OR IGNORE INTO changed {statements}", values)
    connection.execute(
        f"""
        WITH mine AS (SELECT claim FROM claim_member WHERE statement IN ({statements}) UNION SELECT claim FROM answer WHERE statement IN ({statements}))
        INSERT OR IGNORE INTO changed SELECT statement FROM claim_member WHERE claim IN mine UNION SELECT statement FROM answer WHERE claim IN mine
        """,
        [*values, *values],
    )


def are_stale(connection: sqlite3.Connection) -> bool:
    """Whether something has changed since the claims were gathered."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM touched) OR EXISTS (SELECT 1 FROM changed)").fetchone()[0])


def settle_claims(connection: sqlite3.Connection) -> None:
    """Compares what has changed, and gathers the claims that it concerns."""
    while stems := connection.execute("SELECT DISTINCT stem FROM touched ORDER BY stem LIMIT ?", (LISTS,)).fetchall():
        with transaction(connection):
            for (stem,) in stems:
                _compare(connection, stem)
    while seeds := [row[0] for row in connection.execute("SELECT statement FROM changed ORDER BY statement LIMIT ?", (STATEMENTS,))]:
        with transaction(connection):
            _gather(connection, seeds)


class _Item(NamedTuple):
    """A statement of a list: its row, and the day by which it stands there (alike.listed_on)."""

    number: int
    day: int
    said: Said


def _compare(connection: sqlite3.Connection, stem: str) -> None:
    """Compares a stretch of a list with itself and with what stands before it: from the first day that was touched as far as it makes a difference."""
    first: int = connection.execute("SELECT min(day) FROM touched WHERE stem = ?", (stem,)).fetchone()[0]
    later, last = _stretch(connection, stem, first)
    with closing(_list(connection, f"stem = ? AND lookup.day < ? {_ORDER.format('DESC')} LIMIT ?", (stem, first, LOOKED_AT))) as items:
        before = list(items)[::-1]
    there = {item.said.ref: item for item in (*before, *later)}
    deleted = connection.execute("DELETE FROM alike WHERE stem = ? AND day BETWEEN ? AND ? RETURNING day, first, second, likeness", (stem, first, last))
    old = {tuple(row) for row in deleted}
    found = pairs_in([item.said for item in (*before, *later)], len(before))
    new = {(there[b].day, there[a].number, there[b].number, likeness) for a, b, likeness in found}
    connection.executemany("INSERT INTO alike (stem, day, first, second, likeness) VALUES (?, ?, ?, ?, ?)", [(stem, *pair) for pair in sorted(new)])
    ends = sorted({number for _, first, second, _ in old ^ new for number in (first, second)})
    connection.executemany("INSERT OR IGNORE INTO changed VALUES (?)", [(number,) for number in ends])
    connection.execute("DELETE FROM touched WHERE stem = ? AND day <= ?", (stem, last))


def _stretch(connection: sqlite3.Connection, stem: str, first: int) -> tuple[list[_Item], int]:
    """The statements from a touched day on that are to be compared anew, whole days of them, and the last day: what stands behind too far to be compared
    with a touched day is left, and where they are many, the next touched day."""
    touched = [day for (day,) in connection.execute("SELECT day FROM touched WHERE stem = ? ORDER BY day DESC", (stem,))]
    later: list[_Item] = []
    last, behind = first, 0  # statements behind the last touched day
    with closing(_list(connection, f"stem = ? AND lookup.day >= ? {_ORDER.format('ASC')}", (stem, first))) as items:
        for day, group in groupby(items, key=attrgetter("day")):
            fresh = bool(touched) and touched[-1] <= day
            if len(later) >= TOGETHER if fresh else behind >= LOOKED_AT:
                return later, last
            while touched and touched[-1] <= day:
                touched.pop()
            here = list(group)
            later += here
            last, behind = day, 0 if fresh else behind + len(here)
    return later, max([last, *touched])


_ORDER = "ORDER BY lookup.day {0}, coalesce(published, '9999') {0}, story.key {0}, s.place {0}"


def _list(connection: sqlite3.Connection, which: str, values: Sequence[object]) -> Generator[_Item]:
    """Statements of a list, but for those that were dropped or replaced."""
    rows = connection.execute(
        "SELECT s.id, lookup.day, story.key, s.key, published, s.place, stems, meaning FROM lookup CROSS JOIN statement AS s ON s.id = statement"
        f" CROSS JOIN story ON story.id = s.story WHERE NOT dropped AND newer IS NULL AND {which}",
        values,
    )
    for number, day, story, key, published, place, stems, meaning in rows:
        yield _Item(number, day, Said(Ref(story, key), published, place, frozenset(stems.split()), np.frombuffer(meaning, np.int8)))


class _Known:
    """The statements that were looked at: their rows, and what is asked of them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.refs: dict[int, Ref] = {}
        self.entries: dict[Ref, Entry] = {}

    def load(self, numbers: Iterable[int]) -> None:
        """Reads what is not known yet; what was dropped or replaced by a newer version stays unknown."""
        new = [number for number in numbers if number not in self.refs]
        rows = self._connection.execute(
            f"SELECT s.id, story.key, s.key, published, s.place, act, cue, {_who('speaker')}, {_who('target')},"
            f" (SELECT group_concat({_who('actor')}, char(10)) FROM about JOIN actor ON actor.id = about.actor WHERE about.statement = s.id)"
            " FROM statement AS s JOIN story ON story.id = s.story"
            " LEFT JOIN actor AS speaker ON speaker.id = s.speaker LEFT JOIN actor AS target ON target.id = s.target"
            " WHERE s.id IN (SELECT value FROM json_each(?)) AND NOT s.dropped AND newer IS NULL",
            (json.dumps(new),),
        )
        for number, story, key, published, place, act, cue, speaker, target, about in rows:
            ref = Ref(story, key)
            self.refs[number] = ref
            self.entries[ref] = Entry(ref, published, place, act, speaker, target, frozenset((about or "").split("\n")) - {""}, spans_of(cue))

    def pairs(self, numbers: Iterable[int]) -> list[tuple[int, int, float]]:
        """Pairs that are alike of which one is among `numbers`; both ends are known then."""
        return self._edges("SELECT DISTINCT first, second, likeness FROM alike WHERE {} IN (SELECT value FROM json_each(?))", ("first", "second"), numbers)

    def links(self, numbers: Iterable[int]) -> list[tuple[int, int, Relation, float, str]]:
        """Links of which one end is among `numbers`; both ends are known then."""
        sql = "SELECT answering, answered, relation, confidence, evidence FROM link WHERE NOT dropped AND {} IN (SELECT value FROM json_each(?))"
        return self._edges(sql, ("answering", "answered"), numbers)

    def _edges(self, sql: str, ends: tuple[str, str], numbers: Iterable[int]) -> list[Any]:
        asked = json.dumps(sorted(numbers))
        rows = sorted({tuple(row) for end in ends for row in self._connection.execute(sql.format(end), (asked,))})
        self.load({number for row in rows for number in row[:2]})
        return [row for row in rows if row[0] in self.refs and row[1] in self.refs]


def _who(actor: str) -> str:
    """SQL for who an actor is over all stories; nobody anonymous is one with another."""
    return f"coalesce({actor}.identity, story.id || ' ' || {actor}.key)"


def _gather(connection: sqlite3.Connection, seeds: Sequence[int]) -> None:
    """Puts the claims together anew on which one of the seeds has a bearing."""
    known = _Known(connection)
    known.load(seeds)
    near = _neighbours(known, seeds)
    # To which claim a denial belongs hangs on all that it is like.
    denials = [number for number in near if number in known.refs and known.entries[known.refs[number]].act == "deny"]
    here = _closed(known, near | {end for pair in known.pairs(denials) for end in pair[:2]})
    pairs = known.pairs(here)
    denials = {end for pair in pairs for end in pair[:2] if known.entries[known.refs[end]].act == "deny"}
    names = known.refs
    found = assemble(
        known.entries,
        [Pair(names[a], names[b], likeness) for a, b, likeness in {*pairs, *known.pairs(denials)}],
        [Given(names[a], names[b], relation, sure, spans_of(evidence)) for a, b, relation, sure, evidence in known.links(here)],
        {names[number] for number in here},
    )
    connection.execute(
        "DELETE FROM claim WHERE id IN (SELECT claim FROM claim_member WHERE statement IN (SELECT value FROM json_each(?)))", (json.dumps([*seeds, *here]),)
    )
    _store(connection, found, {ref: number for number, ref in names.items()}, known.entries)
    connection.executemany("DELETE FROM changed WHERE statement = ?", [(number,) for number in seeds])


def _neighbours(known: _Known, numbers: Iterable[int]) -> set[int]:
    """The statements themselves and those that a pair or link ties to them."""
    edges = [*known.pairs(numbers), *known.links(numbers)]
    return {number for number in numbers if number in known.refs} | {end for edge in edges for end in edge[:2]}


def _closed(known: _Known, numbers: set[int]) -> set[int]:
    """With everything that is one claim with one of them."""
    closed, fresh = set[int](), numbers
    while fresh:
        closed |= fresh
        ties = [(a, b) for a, b, relation, *_ in known.links(fresh) if relation == "repeats"]
        ties += [(a, b) for a, b, likeness in known.pairs(fresh) if joined(known.entries[known.refs[a]], known.entries[known.refs[b]], likeness)]
        fresh = {end for tie in ties for end in tie} - closed
    return closed


def _store(connection: sqlite3.Connection, claims: Iterable[Claim], numbers: dict[Ref, int], entries: dict[Ref, Entry]) -> None:
    for claim in claims:
        first = entries[claim.members[0]]
        number = numbers[first.ref]
        stories = {ref.story for ref in (*claim.members, *(a.ref for a in claim.answers))}
        connection.execute(
            "INSERT INTO claim (id, answers, members, stories, published, story, place) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, len(claim.answers), len(claim.members), len(stories), *first.order),
        )
        connection.executemany(
            "INSERT INTO claim_member (claim, place, statement) VALUES (?, ?, ?)", [(number, place, numbers[ref]) for place, ref in enumerate(claim.members)]
        )
        for place, answer in enumerate(claim.answers):
            text = connection.execute("SELECT text FROM story WHERE key = ?", (answer.ref.story,)).fetchone()[0]
            connection.execute(
                "INSERT INTO answer (claim, place, statement, relation, confidence, evidence, evidence_words, across) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number, place, numbers[answer.ref], answer.relation, answer.confidence,
                    spans_text(answer.evidence), Story("", text).words(answer.evidence), answer.across,
                ),
            )  # fmt: skip
