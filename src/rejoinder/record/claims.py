"""Stage: keep. Statements of the record -> claims over all its stories, with their answers (the rules are those of disputes.alike and disputes.claims).

Only lists of words that have changed are compared again; the claims are then put together anew from the pairs and links that are there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import numpy as np

from rejoinder.disputes.alike import Pair, Ref, Said, pairs_in
from rejoinder.disputes.claims import Claim, Entry, Given, assemble
from rejoinder.record.file import transaction
from rejoinder.record.keep import spans_of, spans_text
from rejoinder.types import Story

TOGETHER = 500  # lists in one transaction


def mark_stale(connection: sqlite3.Connection) -> None:
    """Notes that claims have to be gathered anew."""
    connection.execute("INSERT INTO state VALUES ('claims', 'stale') ON CONFLICT (name) DO UPDATE SET value = excluded.value")


def are_stale(connection: sqlite3.Connection) -> bool:
    """Whether something has changed since the claims were gathered."""
    row = connection.execute("SELECT value FROM state WHERE name = 'claims'").fetchone()
    return row is not None and row[0] == "stale"


def settle_claims(connection: sqlite3.Connection) -> None:
    """Compares what has changed and gathers the claims, if they are stale."""
    while stems := [row[0] for row in connection.execute("SELECT stem FROM touched ORDER BY stem LIMIT ?", (TOGETHER,))]:
        with transaction(connection):
            for stem in stems:
                _compare(connection, stem)
    if not are_stale(connection):
        return
    with transaction(connection):
        numbers, entries = _entries(connection)
        names = {number: ref for ref, number in numbers.items()}
        pairs = (
            Pair(names[first], names[second], likeness)
            for first, second, likeness in connection.execute("SELECT DISTINCT first, second, likeness FROM alike")
            if first in names and second in names
        )
        found = assemble(entries, pairs, list(_links(connection, names)))
        _store(connection, found, numbers)
        connection.execute("UPDATE state SET value = 'fresh' WHERE name = 'claims'")


def _compare(connection: sqlite3.Connection, stem: str) -> None:
    rows = connection.execute(
        "SELECT statement.id, story.key, statement.key, published, statement.place, stems, meaning"
        " FROM lookup JOIN statement ON statement.id = statement JOIN story ON story.id = story"
        " WHERE stem = ? AND NOT dropped AND newer IS NULL",
        (stem,),
    ).fetchall()
    numbers = {Ref(row[1], row[2]): row[0] for row in rows}
    items = [Said(Ref(story, key), published, place, frozenset(stems.split()), np.frombuffer(m, np.int8)) for _, story, key, published, place, stems, m in rows]
    connection.execute("DELETE FROM alike WHERE stem = ?", (stem,))
    connection.executemany(
        "INSERT INTO alike (stem, first, second, likeness) VALUES (?, ?, ?, ?)",
        [(stem, numbers[a], numbers[b], likeness) for a, b, likeness in pairs_in(sorted(items, key=lambda item: item.order))],
    )
    connection.execute("DELETE FROM touched WHERE stem = ?", (stem,))


def _entries(connection: sqlite3.Connection) -> tuple[dict[Ref, int], dict[Ref, Entry]]:
    """The statements of which a pair or link speaks: their rows, and what is asked of them."""
    numbers: dict[Ref, int] = {}
    entries: dict[Ref, Entry] = {}
    rows = connection.execute(
        f"SELECT s.id, story.key, s.key, published, s.place, act, cue, {_who('speaker')}, {_who('target')},"
        f" (SELECT group_concat({_who('actor')}, char(10)) FROM about JOIN actor ON actor.id = about.actor WHERE about.statement = s.id)"
        " FROM statement AS s JOIN story ON story.id = s.story"
        " LEFT JOIN actor AS speaker ON speaker.id = s.speaker LEFT JOIN actor AS target ON target.id = s.target"
        " WHERE NOT s.dropped AND newer IS NULL AND s.id IN"
        " (SELECT first FROM alike UNION SELECT second FROM alike UNION SELECT answering FROM link UNION SELECT answered FROM link)"
    )
    for number, story, key, published, place, act, cue, speaker, target, about in rows:
        ref = Ref(story, key)
        numbers[ref] = number
        entries[ref] = Entry(ref, published, place, act, speaker, target, frozenset((about or "").split("\n")) - {""}, spans_of(cue))
    return numbers, entries


def _who(actor: str) -> str:
    """SQL for who an actor is over all stories; nobody anonymous is one with another."""
    return f"coalesce({actor}.identity, story.id || ' ' || {actor}.key)"


def _links(connection: sqlite3.Connection, names: dict[int, Ref]) -> Iterator[Given]:
    rows = connection.execute("SELECT answering, answered, relation, confidence, evidence FROM link WHERE NOT dropped ORDER BY id")
    for answering, answered, relation, confidence, evidence in rows:
        if answering in names and answered in names:
            yield Given(names[answering], names[answered], relation, confidence, spans_of(evidence))


def _store(connection: sqlite3.Connection, claims: Iterable[Claim], numbers: dict[Ref, int]) -> None:
    connection.execute("DELETE FROM claim")
    for k, claim in enumerate(claims, 1):
        connection.execute(
            "INSERT INTO claim (id, answers, stories) VALUES (?, ?, ?)",
            (k, len(claim.answers), len({ref.story for ref in (*claim.members, *(a.ref for a in claim.answers))})),
        )
        connection.executemany(
            "INSERT INTO claim_member (claim, place, statement) VALUES (?, ?, ?)", [(k, place, numbers[ref]) for place, ref in enumerate(claim.members)]
        )
        for place, answer in enumerate(claim.answers):
            number = numbers[answer.ref]
            text = connection.execute("SELECT text FROM story JOIN statement ON story.id = story WHERE statement.id = ?", (number,)).fetchone()[0]
            words = Story("", text).words(answer.evidence)
            connection.execute(
                "INSERT INTO answer (claim, place, statement, relation, confidence, evidence, evidence_words, across) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (k, place, number, answer.relation, answer.confidence, spans_text(answer.evidence), words, answer.across),
            )
