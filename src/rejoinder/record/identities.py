"""Stage: keep. Actors of the stories -> identities of the record, block by block, so that adding a story costs what it touches and memory does not grow.

The rules are those of actors.identity; actors of different blocks (block_of) are one only where a person merged them.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rejoinder.actors.identity import Decision, Identity, Member, identify
from rejoinder.record.claims import mark_changed
from rejoinder.record.file import transaction
from rejoinder.types import Actor, Office, Reading, Span, Story

TOGETHER = 200  # groups of blocks in one transaction
# Statements by an actor or about it, of which a link or a pair speaks.
SPOKEN = """
SELECT id FROM statement AS s WHERE (speaker = ? OR target = ? OR id IN (SELECT statement FROM about WHERE actor = ?))
AND (EXISTS (SELECT 1 FROM alike WHERE first = s.id OR second = s.id) OR EXISTS (SELECT 1 FROM link WHERE answering = s.id OR answered = s.id))
"""


def unsettle(connection: sqlite3.Connection, actors: str, values: Sequence[object]) -> None:
    """Notes the blocks of some actors (a condition) for settling."""
    connection.execute(f"INSERT OR IGNORE INTO unsettled SELECT DISTINCT block FROM actor WHERE block IS NOT NULL AND {actors}", values)


def settle_identities(connection: sqlite3.Connection, decisions: Sequence[Decision]) -> None:
    """Seeks the identities of the blocks that are not settled, and of those that merges tie to them.

    Args:
        connection: for writing.
        decisions: what people merged and split, by keys of stories and actors.
    """
    waiting = [row[0] for row in connection.execute("SELECT block FROM unsettled ORDER BY block")]
    groups = _joined(connection, waiting, decisions)
    for start in range(0, len(groups), TOGETHER):
        with transaction(connection):
            for blocks in groups[start : start + TOGETHER]:
                _settle(connection, blocks, decisions)
                connection.executemany("DELETE FROM unsettled WHERE block = ?", [(block,) for block in blocks])


def _joined(connection: sqlite3.Connection, waiting: Sequence[str], decisions: Iterable[Decision]) -> list[list[str]]:
    """The waiting blocks, each with those that merges tie to it."""
    tied: dict[str, set[str]] = defaultdict(set)
    for decision in decisions:
        blocks = {block for member in (decision.first, decision.second) if (block := _block(connection, member))}
        for block in blocks:
            tied[block] |= blocks
    out: list[list[str]] = []
    seen: set[str] = set()
    for block in waiting:
        if block in seen:
            continue
        group, fresh = {block}, [block]
        while fresh:
            more = tied.get(fresh.pop(), set()) - group
            group |= more
            fresh.extend(more)
        seen |= group
        out.append(sorted(group))
    return out


def _block(connection: sqlite3.Connection, member: Member) -> str | None:
    row = connection.execute(
        "SELECT block FROM actor JOIN story ON story.id = actor.story WHERE story.key = ? AND actor.key = ?", (member.story, member.actor)
    ).fetchone()
    return row and row[0]


def _settle(connection: sqlite3.Connection, blocks: Sequence[str], decisions: Sequence[Decision]) -> None:
    numbers: dict[Member, int] = {}
    before: dict[int, tuple[str | None, ...]] = {}  # identity, rule, evidence
    readings: list[Reading] = []
    for block in blocks:
        offices = _offices(connection, block)
        rows = connection.execute("SELECT actor.*, story.key AS story_key, published FROM actor JOIN story ON story.id = actor.story WHERE block = ?", (block,))
        for row in rows:
            number: int = row["id"]
            actor = Actor(row["key"], row["name"], row["kind"], row["country"], tuple(offices[number]), named=bool(row["named"]))
            numbers[Member(row["story_key"], actor.id)] = number
            before[number] = row["identity"], row["rule"], row["evidence"]
            readings.append(Reading(Story(row["story_key"], "", published=row["published"]), (actor,)))
    here = [d for d in decisions if d.first in numbers and d.second in numbers]
    found = identify(readings, here)
    for identity in found:
        _store(connection, identity, numbers)
    after = {numbers[e.member]: (identity.id, e.rule, e.words) for identity in found for e in identity.evidence}
    # Of a name that is in every story nearly all rows stand as they stood.
    fresh = [(*row, number) for number, row in after.items() if row != before[number]]
    connection.executemany("UPDATE actor SET identity = ?, rule = ?, evidence = ? WHERE id = ?", fresh)
    for id, *_, number in fresh:
        if before[number][0] not in (None, id):
            mark_changed(connection, SPOKEN, (number, number, number))
    kept = {identity.id for identity in found}
    gone = {id for id, *_ in before.values() if id} - kept
    # Names that no actor has any longer, of blocks that are empty now.
    gone |= {row[0] for block in blocks for row in connection.execute("SELECT id FROM identity WHERE block = ?", (block,))} - kept
    connection.executemany("DELETE FROM identity WHERE id = ?", [(id,) for id in sorted(gone)])


def _offices(connection: sqlite3.Connection, block: str) -> dict[int, list[Office]]:
    """By actor of a block; in one question, for a block may have an actor of every story."""
    out: dict[int, list[Office]] = defaultdict(list)
    rows = connection.execute(
        'SELECT actor, title, "of", start, "end" FROM office JOIN actor ON actor.id = actor WHERE block = ? ORDER BY actor, place', (block,)
    )
    for number, title, of, start, end in rows:
        out[number].append(Office(title, of, Span(start, end)))
    return out


def _store(connection: sqlite3.Connection, identity: Identity, numbers: dict[Member, int]) -> None:
    block = connection.execute("SELECT block FROM actor WHERE id = ?", (numbers[identity.members[0]],)).fetchone()[0]
    connection.execute(
        "INSERT INTO identity (id, block, name, kind, country, stories) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " block = excluded.block, name = excluded.name, kind = excluded.kind, country = excluded.country, stories = excluded.stories",
        (identity.id, block, identity.name, identity.kind, identity.country, len({member.story for member in identity.members})),
    )
    connection.execute("DELETE FROM identity_name WHERE identity = ?", (identity.id,))
    connection.execute("DELETE FROM tenure WHERE identity = ?", (identity.id,))
    connection.executemany("INSERT INTO identity_name (identity, name, stories) VALUES (?, ?, ?)", [(identity.id, *pair) for pair in identity.names])
    connection.executemany(
        'INSERT INTO tenure (identity, place, title, "of", stories, first, last) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [(identity.id, k, o.title, o.of, o.stories, o.first, o.last) for k, o in enumerate(identity.offices)],
    )
