"""Stage: keep. Actors of the stories -> identities of the record, block by block, so that adding a story costs what it touches and memory does not grow.

The rules are those of actors.identity; actors of different blocks (block_of) are one only where a person merged them. A block may have an actor in every
story, so those that no rule tells apart are put together before anything is asked of them, what was seen of a large block is kept (table sighted; the
schema drops it when one of its actors goes or loses its identity), and only what has changed is written.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from rejoinder.actors.identity import Decision, Identity, Member, Sighting, identities_of, of_many
from rejoinder.record.claims import mark_changed
from rejoinder.record.file import transaction
from rejoinder.types import Actor, ActorKind, Office, Span

TOGETHER = 200  # groups of blocks in one transaction
MANY = 100  # actors of a block from which on what was seen of them is kept, so that new ones cost the same however many there are
# Statements by an actor or about it, of which a link or a pair speaks.
SPOKEN = """
SELECT id FROM statement AS s WHERE (speaker = ? OR target = ? OR id IN (SELECT statement FROM about WHERE actor = ?))
AND (EXISTS (SELECT 1 FROM alike WHERE first = s.id OR second = s.id) OR EXISTS (SELECT 1 FROM link WHERE answering = s.id OR answered = s.id))
"""

SIGHTED = """
SELECT actor.id, actor.key, actor.name, kind, country, held, identity, rule, evidence, story.key, published
FROM actor JOIN story ON story.id = actor.story WHERE block = ? AND actor.id > ?
"""


class _Same(NamedTuple):
    """What actors have in common that no rule tells apart.

    alone: the row of one that stands for itself: a person decided about it, or its name is many's, and two of these may be two.
    """

    block: str
    key: str
    name: str
    kind: ActorKind
    country: str | None
    held: str
    alone: int


# Of an actor: its identity, and why (rule, evidence).
_Assigned = tuple[str | None, str | None, str | None]


@dataclass(slots=True)
class _Seen:
    """Actors that no rule tells apart: how many, the first of their stories, published when first and last, the last of their rows.

    assigned, kept: what those that were seen before are taken for, and the row of the table sighted that says so. rows: the others, by the same.
    """

    count: int = 0
    story: str | None = None
    first: str | None = None
    last: str | None = None
    upto: int = 0
    assigned: _Assigned | None = None
    kept: int | None = None
    rows: dict[_Assigned, array[int]] = field(default_factory=dict[_Assigned, "array[int]"])

    def add(self, number: int, assigned: _Assigned, story: str, published: str | None) -> None:
        """Adds an actor, of a row behind those before."""
        self.count += 1
        self.upto = number
        self.story = story if self.story is None else min(self.story, story)
        if published is not None:
            self.first = published if self.first is None else min(self.first, published)
            self.last = published if self.last is None else max(self.last, published)
        self.rows.setdefault(assigned, array("q")).append(number)


class _Place(NamedTuple):
    """Where a member is on record: its row, and its block (None: it is anonymous)."""

    number: int
    block: str | None


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
    places = _places(connection, decisions)
    groups = _joined(waiting, decisions, places)
    for start in range(0, len(groups), TOGETHER):
        with transaction(connection):
            for blocks in groups[start : start + TOGETHER]:
                _settle(connection, blocks, decisions, places)
                connection.executemany("DELETE FROM unsettled WHERE block = ?", [(block,) for block in blocks])


def _places(connection: sqlite3.Connection, decisions: Iterable[Decision]) -> dict[Member, _Place]:
    """Of every member of a decision that is on record; looked up once for all blocks."""
    out: dict[Member, _Place] = {}
    for member in {member for decision in decisions for member in (decision.first, decision.second)}:
        row = connection.execute(
            "SELECT actor.id, block FROM actor JOIN story ON story.id = actor.story WHERE story.key = ? AND actor.key = ?", (member.story, member.actor)
        ).fetchone()
        if row:
            out[member] = _Place(*row)
    return out


def _joined(waiting: Sequence[str], decisions: Iterable[Decision], places: Mapping[Member, _Place]) -> list[list[str]]:
    """The waiting blocks, each with those that merges tie to it."""
    tied: dict[str, set[str]] = defaultdict(set)
    for decision in decisions:
        blocks = {block for member in (decision.first, decision.second) if member in places and (block := places[member].block)}
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


def _settle(connection: sqlite3.Connection, blocks: Sequence[str], decisions: Sequence[Decision], places: Mapping[Member, _Place]) -> None:
    inside = {member: place for member, place in places.items() if place.block in blocks}
    mine = json.dumps(list(blocks))
    sighted = [(same, seen) for block in blocks for same, seen in _sighted(connection, block, {p.number for p in inside.values() if p.block == block}).items()]
    members = {Member(seen.story or "", same.key): (same, seen) for same, seen in sighted}
    sightings = [
        Sighting(member, Actor(same.key, same.name, same.kind, same.country, _offices(same.held)), seen.first, seen.last, seen.count)
        for member, (same, seen) in members.items()
    ]
    found = identities_of(sightings, [d for d in decisions if d.first in inside and d.second in inside])
    for identity in found:
        _store(connection, identity, members[identity.members[0]][0].block)
    counts: Counter[str] = Counter()
    for same, seen in sighted:
        counts[same.block] += seen.count if seen.kept is None else MANY  # of what is kept once, all is kept
    for identity in found:
        for evidence in identity.evidence:
            same, seen = members[evidence.member]
            _assign(connection, same, seen, (identity.id, evidence.rule, evidence.words), counts[same.block] >= MANY)
    for identity in found:
        _count(connection, identity.id, [members[member] for member in identity.members], mine)
    # Names that no actor has any longer, also of blocks that are empty now.
    gone = {row[0] for row in connection.execute("SELECT id FROM identity WHERE block IN (SELECT value FROM json_each(?))", (mine,))}
    connection.executemany("DELETE FROM identity WHERE id = ?", [(id,) for id in sorted(gone - {identity.id for identity in found})])


def _sighted(connection: sqlite3.Connection, block: str, decided: Set[int]) -> dict[_Same, _Seen]:
    """Actors of a block, those together that no rule tells apart: what was seen before, and the others, which are read one by one (SQL would sort them all
    in memory). decided: rows of those about whom a person decided."""
    out: dict[_Same, _Seen] = defaultdict(_Seen)
    kept = "SELECT block, key, name, kind, country, held, alone, count, story, first, last, upto, identity, rule, evidence, id FROM sighted WHERE block = ?"
    for *same, count, story, first, last, upto, identity, rule, evidence, row in connection.execute(kept, (block,)):
        out[_Same(*same)] = _Seen(count, story, first, last, upto, (identity, rule, evidence), row)
    upto = max((seen.upto for seen in out.values()), default=0)
    if any(number <= upto for number in decided - {same.alone for same in out}):  # the decision is new
        connection.execute("DELETE FROM sighted WHERE block = ?", (block,))
        out.clear()
        upto = 0
    for number, key, name, kind, country, held, identity, rule, evidence, story, published in connection.execute(SIGHTED, (block, upto)):
        alone = number in decided or of_many(kind, key)
        out[_Same(block, key, name, kind, country, held, number if alone else 0)].add(number, (identity, rule, evidence), story, published)
    return out


def _offices(held: str) -> tuple[Office, ...]:
    return tuple(Office(title, of, Span(0, 0)) for title, of in json.loads(held))


def _assign(connection: sqlite3.Connection, same: _Same, seen: _Seen, assigned: _Assigned, keep: bool) -> None:
    """Gives actors their identity where they have another, and notes the statements that concern who was somebody else; keep: what was seen of them."""
    if seen.assigned not in (None, assigned):
        seen.rows.setdefault(seen.assigned, array("q")).extend(_before(connection, same, seen))
    for was, numbers in seen.rows.items():
        if was[0] not in (None, assigned[0]):
            for number in numbers:
                mark_changed(connection, SPOKEN, (number, number, number))
        if was != assigned:
            # One by one: SQLite keeps in memory what one statement changes.
            connection.executemany("UPDATE actor SET identity = ?, rule = ?, evidence = ? WHERE id = ?", ((*assigned, number) for number in numbers))
    if keep and (seen.rows or seen.assigned != assigned):
        connection.execute(
            "INSERT OR REPLACE INTO sighted (id, block, key, name, kind, country, held, alone, count, story, first, last, upto, identity, rule, evidence)"
            f" VALUES ({', '.join('?' * 16)})",
            (seen.kept, *same, seen.count, seen.story, seen.first, seen.last, seen.upto, *assigned),
        )


def _before(connection: sqlite3.Connection, same: _Same, seen: _Seen) -> Iterable[int]:
    """Rows of the actors that were seen before."""
    if same.alone:
        return (same.alone,)
    which = "block = ? AND key = ? AND name = ? AND kind = ? AND country IS ? AND held = ? AND identity IS ? AND rule IS ? AND evidence IS ?"
    others = "id NOT IN (SELECT alone FROM sighted WHERE block = ?)"
    rows = connection.execute(f"SELECT id FROM actor WHERE {which} AND {others}", (*same[:6], *(seen.assigned or ()), same.block))
    return (row[0] for row in rows)


def _count(connection: sqlite3.Connection, identity: str, parts: Sequence[tuple[_Same, _Seen]], blocks: str) -> None:
    """Notes in how many stories an identity is; a story has a key once, so that who has but one needs no look at the stories."""
    if len({same.key for same, _ in parts}) == 1:
        connection.execute("UPDATE identity SET stories = ? WHERE id = ?", (sum(seen.count for _, seen in parts), identity))
        return
    # Of these blocks only: where a merge was taken back, others may still point at the identity until it is their turn.
    count = "SELECT count(DISTINCT story) FROM actor WHERE identity = identity.id AND block IN (SELECT value FROM json_each(?))"
    connection.execute(f"UPDATE identity SET stories = ({count}) WHERE id = ?", (blocks, identity))


def _store(connection: sqlite3.Connection, identity: Identity, block: str) -> None:
    connection.execute(
        "INSERT INTO identity (id, block, name, kind, country, stories) VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (id) DO UPDATE SET"
        " block = excluded.block, name = excluded.name, kind = excluded.kind, country = excluded.country",
        (identity.id, block, identity.name, identity.kind, identity.country),
    )
    connection.execute("DELETE FROM identity_name WHERE identity = ?", (identity.id,))
    connection.execute("DELETE FROM tenure WHERE identity = ?", (identity.id,))
    connection.executemany("INSERT INTO identity_name (identity, name, stories) VALUES (?, ?, ?)", [(identity.id, *pair) for pair in identity.names])
    connection.executemany(
        'INSERT INTO tenure (identity, place, title, "of", stories, first, last) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [(identity.id, k, o.title, o.of, o.stories, o.first, o.last) for k, o in enumerate(identity.offices)],
    )
