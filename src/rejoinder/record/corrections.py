"""Stage: keep. What people set right: rows of their own, that win over the machine, survive another reading of the story and can be taken back.

A correction names what it is about by its place in the text (a cue, a mention), never by a row, so that it finds it again after the story was read by a better
model. `apply` lays all corrections of a story over what the machine says, which is kept beside it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from rejoinder.actors.identity import Decision, Member
from rejoinder.disputes.alike import listed_on, lookups
from rejoinder.errors import NotOnRecordError, RecordError
from rejoinder.record.claims import mark_changed
from rejoinder.record.file import now
from rejoinder.record.identities import unsettle
from rejoinder.record.keep import insert_actor, insert_link, insert_lookups, load_story, spans_of, touch
from rejoinder.types import Act, Actor, ActorKind, Link, Mode, Relation, Span, Spans

COLUMNS = {"speaker": "speaker", "to": "addressed", "target": "target", "act": "act", "mode": "mode", "drop": "dropped"}
ROLES = ("speaker", "to", "target")
KINDS = (*COLUMNS, "link", "merge", "split")
CHOICES: dict[str, tuple[str, ...]] = {"act": get_args(Act), "mode": get_args(Mode)}


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction.

    story, other_story: keys. place, other_place: where in the texts. value: what a person says; was: what had stood there. applied: whether what it is about
    is there in the present reading.
    """

    id: int
    at: str
    by: str
    kind: str
    story: str
    place: dict[str, Any]
    other_story: str | None
    other_place: dict[str, Any] | None
    value: Any
    was: Any
    applied: bool
    undone: str | None


def correct_statement(connection: sqlite3.Connection, where: str, statement: int, kind: str, value: str | None, by: str) -> int:
    """Sets speaker, to, target, act or mode of a statement, or drops it; returns the correction's number.

    Args:
        connection: within a transaction.
        where: the record, for messages.
        statement: its row.
        kind: one of COLUMNS.
        value: an actor (id of an identity, id or name of an actor of the story, or a name of somebody new with the kind in front: "person:Ana Reed"),
            an act, a mode; None for nobody or nothing; of "drop" it is ignored.
        by: who says so.
    """
    if (kind in CHOICES and value not in (*CHOICES[kind], None)) or (kind == "mode" and value is None):
        raise RecordError(where, f"{value!r} is no {kind}", f"choose one of {', '.join(CHOICES[kind])}")
    row = connection.execute("SELECT * FROM statement WHERE id = ?", (statement,)).fetchone()
    meant: Any = _actor_meant(connection, where, row["story"], value) if kind in ROLES and value is not None else value
    was = row[COLUMNS[kind]]
    if kind in ROLES and was is not None:
        was = connection.execute("SELECT key FROM actor WHERE id = ?", (was,)).fetchone()[0]
    return _add(connection, by, kind, row["story"], _place(row), None, None, True if kind == "drop" else meant, was)


def correct_link(connection: sqlite3.Connection, where: str, answering: int, answered: int, relation: str | None, by: str) -> int:
    """Says how one statement of a story answers another; relation None: it does not."""
    if relation not in (*get_args(Relation), None):
        raise RecordError(where, f"{relation!r} is no relation", f"choose one of {', '.join(get_args(Relation))}")
    a, b = (connection.execute("SELECT * FROM statement WHERE id = ?", (number,)).fetchone() for number in (answering, answered))
    if a["story"] != b["story"] or answering == answered:
        raise RecordError(where, "a link joins two statements of one story", "name two of the same story")
    was = [row[0] for row in connection.execute("SELECT relation FROM link WHERE answering = ? AND answered = ? AND NOT dropped", (answering, answered))]
    return _add(connection, by, "link", a["story"], {"answering": _place(a), "answered": _place(b)}, None, None, relation, was)


def correct_identity(connection: sqlite3.Connection, kind: str, first: int, second: int, by: str) -> int:
    """Merges the identities of two actors (rows), or splits the second from the first's."""
    a, b = (connection.execute("SELECT * FROM actor WHERE id = ?", (number,)).fetchone() for number in (first, second))
    return _add(connection, by, kind, a["story"], _actor_place(connection, a), b["story"], _actor_place(connection, b), kind, b["identity"])


def undo(connection: sqlite3.Connection, where: str, number: int) -> None:
    """Takes a correction back."""
    row = connection.execute("SELECT * FROM correction WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotOnRecordError(where, f"no correction {number}", "see `rejoinder corrections`")
    if row["undone"]:
        raise RecordError(where, f"correction {number} was taken back already", "see `rejoinder corrections`")
    connection.execute("UPDATE correction SET undone = ? WHERE id = ?", (now(), number))
    if row["kind"] in ("merge", "split"):
        _apply_identity(connection, row)
    _applied(connection, row["story"], row["other_story"])


def corrections(connection: sqlite3.Connection, story: int | None = None) -> list[Correction]:
    """All corrections, or those of one story, the oldest first."""
    rows = connection.execute(
        "SELECT c.*, a.key AS story_key, b.key AS other_key FROM correction AS c JOIN story AS a ON a.id = c.story LEFT JOIN story AS b ON b.id = c.other_story"
        " WHERE ?1 IS NULL OR ?1 IN (c.story, c.other_story) ORDER BY c.id",
        (story,),
    )
    return [
        Correction(
            id=row["id"],
            at=row["at"],
            by=row["by"],
            kind=row["kind"],
            story=row["story_key"],
            place=json.loads(row["place"]),
            other_story=row["other_key"],
            other_place=row["other_place"] and json.loads(row["other_place"]),
            value=json.loads(row["value"]),
            was=json.loads(row["was"]),
            applied=bool(row["applied"]),
            undone=row["undone"],
        )
        for row in rows
    ]


def decisions(connection: sqlite3.Connection) -> list[Decision]:
    """The merges and splits that hold, for actors.identity."""
    out: list[Decision] = []
    for c in corrections(connection):
        if c.kind in ("merge", "split") and not c.undone and c.applied and c.other_story and c.other_place:
            out.append(Decision("merge" if c.kind == "merge" else "split", Member(c.story, c.place["key"]), Member(c.other_story, c.other_place["key"])))
    return out


def apply(connection: sqlite3.Connection, story: int) -> None:
    """Lays the corrections of a story over what the machine says of it; doing it again changes nothing."""
    _as_the_machine_says(connection, story)
    changed: set[int] = set()
    for row in connection.execute("SELECT * FROM correction WHERE (story = ?1 OR other_story = ?1) AND undone IS NULL ORDER BY id", (story,)).fetchall():
        place, value = json.loads(row["place"]), json.loads(row["value"])
        if row["kind"] == "link":
            done = _apply_link(connection, row, story, place, value)
        elif row["kind"] in ("merge", "split"):
            done = _apply_identity(connection, row)
        else:
            number = _find(connection, story, place)
            done = number is not None
            if number is not None:
                _set_all(connection, row, story, number, value)
                changed.add(number)
        connection.execute("UPDATE correction SET applied = ? WHERE id = ?", (done, row["id"]))
    for number in sorted(changed):
        _look_up_anew(connection, number)


def as_it_is(connection: sqlite3.Connection, story: int, place: dict[str, Any]) -> dict[str, Any]:
    """What stands now of the statement at a place, actors by their ids in the story."""
    row = connection.execute(
        'SELECT dropped, mode, act, negated, hypothetical, a.key AS speaker, b.key AS "to", c.key AS target FROM statement AS s'
        " LEFT JOIN actor AS a ON a.id = speaker LEFT JOIN actor AS b ON b.id = addressed LEFT JOIN actor AS c ON c.id = target WHERE s.id = ?",
        (_find(connection, story, place),),
    ).fetchone()
    return {name: bool(row[name]) if name in ("dropped", "negated", "hypothetical") and row[name] is not None else row[name] for name in row.keys()}  # noqa: SIM118


def _add(
    connection: sqlite3.Connection, by: str, kind: str, story: int, place: object, other_story: int | None, other_place: object, value: object, was: object
) -> int:
    number: int = connection.execute(
        'INSERT INTO correction (at, "by", kind, story, place, other_story, other_place, value, was) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id',
        (now(), by, kind, story, json.dumps(place), other_story, other_place and json.dumps(other_place), json.dumps(value), json.dumps(was)),
    ).fetchone()[0]
    _applied(connection, story, other_story)
    return number


def _applied(connection: sqlite3.Connection, story: int, other: int | None) -> None:
    """Applies all corrections of the stories again; what hangs on them is to be settled."""
    for number in {story, other or story}:
        apply(connection, number)


def _place(statement: sqlite3.Row) -> dict[str, Any]:
    """Where a statement stands: its cue, or its content where it has none; nested: whether it lies in another."""
    return {"cue": json.loads(statement["cue"]), "content": json.loads(statement["content"]), "nested": statement["inside"] is not None}


def _find(connection: sqlite3.Connection, story: int, place: dict[str, Any]) -> int | None:
    """Row of the statement of a story whose cue covers most of the place's; of several the one that is as nested."""
    part = "cue" if place["cue"] else "content"
    wanted = [Span(*span) for span in place[part]]
    best: tuple[int, bool, int] | None = None
    number: int | None = None
    for row in connection.execute("SELECT id, inside, cue, content FROM statement WHERE story = ? ORDER BY place", (story,)):
        shared = _shared(spans_of(row[part]), wanted) if row["cue"] != "[]" or part == "content" else 0
        score = (shared, (row["inside"] is not None) == place["nested"], _shared(spans_of(row["content"]), [Span(*span) for span in place["content"]]))
        if shared and (best is None or score > best):
            best, number = score, row["id"]
    return number


def _shared(a: Spans, b: Sequence[Span]) -> int:
    """Characters that two lists of spans share."""
    return sum(max(0, min(x.end, y.end) - max(x.start, y.start)) for x in a for y in b)


def _actor_meant(connection: sqlite3.Connection, where: str, story: int, name: str) -> dict[str, Any]:
    """Who is meant: somebody of the story, somebody of the record, or somebody new."""
    found = connection.execute(
        "SELECT * FROM actor WHERE story = ?1 AND (key = ?2 OR identity = ?2 OR name = ?2 COLLATE NOCASE) ORDER BY named DESC, id LIMIT 1", (story, name)
    ).fetchone()
    if found:
        return _actor_place(connection, found)
    known = connection.execute(
        "SELECT * FROM identity WHERE id = ?1 OR name = ?1 COLLATE NOCASE OR id IN (SELECT identity FROM identity_name WHERE name = ?1 COLLATE NOCASE)"
        " ORDER BY stories DESC, id LIMIT 1",
        (name,),
    ).fetchone()
    if known:
        return {"key": known["id"].split("~")[0], "name": known["name"], "kind": known["kind"], "country": known["country"], "identity": known["id"]}
    kind, _, called = name.partition(":")
    if kind in get_args(ActorKind) and called.strip():
        return {"key": f"{kind}:{slug(called)}", "name": called.strip(), "kind": kind, "country": None}
    raise RecordError(where, f"nobody is called {name!r}", f'of somebody new give the kind too, one of {", ".join(get_args(ActorKind))}: "person:Ana Reed"')


def slug(name: str) -> str:
    """A name as ids have it."""
    return "-".join(re.findall(r"\w+", name.lower())) or "nobody"


def _actor_place(connection: sqlite3.Connection, actor: sqlite3.Row) -> dict[str, Any]:
    """Who an actor of a story is, so that it is found again: id, name, kind, first mention."""
    mention = connection.execute('SELECT start, "end" FROM mention WHERE actor = ? ORDER BY place LIMIT 1', (actor["id"],)).fetchone()
    facts = {name: actor[name] for name in ("key", "name", "kind", "country")}
    return {**facts, "named": bool(actor["named"]), "mention": mention and list(mention)}


def _actor_row(connection: sqlite3.Connection, correction: sqlite3.Row, story: int, value: dict[str, Any] | None) -> int | None:
    """The actor of the story that a correction means; brought into the story where it is not there."""
    if value is None:
        return None
    found = _find_actor(connection, story, value)
    if found is not None:
        return found
    kind: ActorKind = value["kind"]
    actor = Actor(value["key"], value["name"], kind, value.get("country"), named=value.get("named", True))
    return insert_actor(connection, story, actor, correction["id"])


def _find_actor(connection: sqlite3.Connection, story: int, value: dict[str, Any]) -> int | None:
    row = connection.execute("SELECT id FROM actor WHERE story = ? AND key = ?", (story, value["key"])).fetchone()
    if row is None and value.get("mention"):
        start, end = value["mention"]
        row = connection.execute(
            'SELECT actor.id FROM actor JOIN mention ON mention.actor = actor.id WHERE story = ? AND start < ? AND "end" > ? ORDER BY "end" - start LIMIT 1',
            (story, end, start),
        ).fetchone()
    return row and row[0]


def _set(connection: sqlite3.Connection, statement: int, column: str, value: object) -> None:
    """Sets a column of a statement and keeps what the machine had said."""
    row = connection.execute(f"SELECT machine, {column} FROM statement WHERE id = ?", (statement,)).fetchone()
    machine: dict[str, Any] = json.loads(row["machine"] or "{}")
    machine.setdefault(column, row[column])
    connection.execute(f"UPDATE statement SET {column} = ?, machine = ? WHERE id = ?", (value, json.dumps(machine), statement))


def _set_all(connection: sqlite3.Connection, correction: sqlite3.Row, story: int, statement: int, value: Any) -> None:
    """What a correction of a statement sets."""
    kind = correction["kind"]
    if kind not in ROLES:
        _set(connection, statement, COLUMNS[kind], value)
        return
    actor = _actor_row(connection, correction, story, value)
    _set(connection, statement, COLUMNS[kind], actor)
    if kind == "speaker":
        named = None if actor is None else connection.execute("SELECT named FROM actor WHERE id = ?", (actor,)).fetchone()[0]
        _set(connection, statement, "named", named)


def _as_the_machine_says(connection: sqlite3.Connection, story: int) -> None:
    for row in connection.execute("SELECT id, machine FROM statement WHERE story = ? AND machine IS NOT NULL", (story,)).fetchall():
        said: dict[str, Any] = json.loads(row["machine"])
        assignments = ", ".join(f"{column} = ?" for column in said)
        connection.execute(f"UPDATE statement SET machine = NULL, {assignments} WHERE id = ?", (*said.values(), row["id"]))
        _look_up_anew(connection, row["id"])
    unsettle(connection, "story = ? AND correction IS NOT NULL", (story,))
    connection.execute("DELETE FROM actor WHERE story = ? AND correction IS NOT NULL", (story,))
    mine = "answering IN (SELECT id FROM statement WHERE story = ?)"
    for end in ("answering", "answered"):
        mark_changed(connection, f"SELECT {end} FROM link WHERE (correction IS NOT NULL OR dropped) AND {mine}", (story,))
    connection.execute(f"DELETE FROM link WHERE correction IS NOT NULL AND {mine}", (story,))
    connection.execute(f"UPDATE link SET dropped = 0 WHERE dropped AND {mine}", (story,))


def _apply_link(connection: sqlite3.Connection, correction: sqlite3.Row, story: int, place: dict[str, Any], relation: Relation | None) -> bool:
    answering, answered = _find(connection, story, place["answering"]), _find(connection, story, place["answered"])
    if answering is None or answered is None or answering == answered:
        return False
    connection.execute("UPDATE link SET dropped = 1 WHERE answering = ? AND answered = ?", (answering, answered))
    mark_changed(connection, "SELECT value FROM json_each(?)", (json.dumps([answering, answered]),))
    if relation:
        row = connection.execute("SELECT story.*, cue, content FROM statement JOIN story ON story.id = story WHERE statement.id = ?", (answering,)).fetchone()
        evidence = spans_of(row["cue"]) or spans_of(row["content"])[:1]
        insert_link(connection, answering, answered, Link("", "", relation, evidence, 1.0), load_story(row), correction["id"])
    return True


def _apply_identity(connection: sqlite3.Connection, correction: sqlite3.Row) -> bool:
    """Brings the ids of the two actors up to date, which a better reading may have changed."""
    for story, column in ((correction["story"], "place"), (correction["other_story"], "other_place")):
        place: dict[str, Any] = json.loads(correction[column])
        number = _find_actor(connection, story, place)
        if number is None:
            return False
        unsettle(connection, "id = ?", (number,))
        key = connection.execute("SELECT key FROM actor WHERE id = ?", (number,)).fetchone()[0]
        connection.execute(f"UPDATE correction SET {column} = ? WHERE id = ?", (json.dumps({**place, "key": key}), correction["id"]))
    return True


def _look_up_anew(connection: sqlite3.Connection, statement: int) -> None:
    """What a statement is compared by, and in which claim it stands, depends on what was set."""
    mark_changed(connection, "SELECT ?", (statement,))
    touch(connection, "statement = ?", (statement,))
    connection.execute("DELETE FROM lookup WHERE statement = ?", (statement,))
    row = connection.execute(
        "SELECT act, negated, hypothetical, stems, dropped, published FROM statement JOIN story ON story.id = story WHERE statement.id = ?", (statement,)
    ).fetchone()
    if not row["dropped"]:
        stems = lookups(row["act"], bool(row["negated"] or row["hypothetical"]), frozenset(row["stems"].split()))
        insert_lookups(connection, statement, stems, listed_on(row["published"]))
