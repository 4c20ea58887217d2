"""Stage: keep. A Reading -> its rows, in one transaction; and the rows out again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np

from rejoinder.disputes.alike import Said, lookups, mentioned, said_in
from rejoinder.record.file import now
from rejoinder.types import Actor, ActorKind, Dateline, Link, Office, Reading, Run, Span, Spans, Statement, Story, When

Kept = Literal["kept", "known", "new version"]


def digest(story: Story) -> str:
    """SHA-256 of a story's text and what is known about it (not its id): the same twice is one story."""
    known = [story.text, story.title, story.url, story.publisher, story.author, story.published]
    return hashlib.sha256(json.dumps(known, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def run_number(connection: sqlite3.Connection, run: Run) -> int:
    """The row of a run, made where it is new."""
    connection.execute("INSERT INTO run (package, model, weights, tables) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", run)
    return connection.execute("SELECT id FROM run WHERE package = ? AND model = ? AND weights = ? AND tables = ?", run).fetchone()[0]


def insert_story(connection: sqlite3.Connection, story: Story, run: int) -> tuple[int, Kept]:
    """Row of a story, new or known; an older one under the same URL is marked as such."""
    mark = digest(story)
    if known := connection.execute("SELECT id FROM story WHERE digest = ?", (mark,)).fetchone():
        return known[0], "known"
    older = [row[0] for row in connection.execute("SELECT id FROM story WHERE url = ? AND newer IS NULL", (story.url,))] if story.url else []
    line = story.dateline
    row: dict[str, object] = {
        "key": _free_key(connection, story.id, mark),
        "digest": mark,
        "url": story.url,
        "title": story.title,
        "publisher": story.publisher,
        "author": story.author,
        "published": story.published,
        "day": story.published and story.published[:10],
        "text": story.text,
        "condition": story.condition,
        "dateline_place": line and line.place,
        "dateline_agency": line and line.agency,
        "dateline_span": line and json.dumps(line.span),
        "run": run,
        "added": now(),
    }
    number = _insert(connection, "story", row)
    connection.executemany("UPDATE story SET newer = ? WHERE id = ?", [(number, old) for old in older])
    touch_older(connection, number)
    return number, "new version" if older else "kept"


def _free_key(connection: sqlite3.Connection, id: str, mark: str) -> str:
    """The story's id; where another story has it, a part of the digest is added."""
    taken = connection.execute("SELECT 1 FROM story WHERE key = ?", (id,)).fetchone()
    return f"{id}-{mark[:8]}" if taken else id


def insert_findings(connection: sqlite3.Connection, story: int, reading: Reading) -> None:
    """Rows of everything that was found in a story."""
    actors = {actor.id: insert_actor(connection, story, actor) for actor in reading.actors}
    connection.executemany(
        "INSERT INTO member (whole, place, part) VALUES (?, ?, ?)",
        [(actors[a.id], k, actors[part]) for a in reading.actors for k, part in enumerate(a.members) if part in actors],
    )
    statements: dict[str, int] = {}
    for k, (statement, said) in enumerate(zip(reading.statements, said_in(reading), strict=True)):
        statements[statement.id] = _insert(connection, "statement", _statement(story, k, statement, said, reading.story, actors))
        connection.executemany(
            "INSERT INTO about (statement, actor) VALUES (?, ?)",
            [(statements[statement.id], number) for number in sorted(actors[a] for a in mentioned(statement, reading.actors) if a in actors)],
        )
        insert_lookups(connection, statements[statement.id], lookups(statement.act, bool(statement.negated or statement.hypothetical), said.stems))
    connection.executemany(
        "UPDATE statement SET inside = ? WHERE id = ?", [(statements.get(s.inside), statements[s.id]) for s in reading.statements if s.inside]
    )
    for link in reading.links:
        insert_link(connection, statements[link.start], statements[link.end], link, reading.story)


def insert_actor(connection: sqlite3.Connection, story: int, actor: Actor, correction: int | None = None) -> int:
    """Row of an actor of a story with its mentions and offices."""
    row: dict[str, object] = {"key": actor.id, "name": actor.name, "kind": actor.kind, "country": actor.country, "named": actor.named}
    number = _insert(connection, "actor", {"story": story, **row, "block": block_of(actor), "correction": correction})
    sure = actor.confidence or (None,) * len(actor.mentions)
    connection.executemany(
        'INSERT INTO mention (actor, place, start, "end", confidence) VALUES (?, ?, ?, ?, ?)',
        [(number, k, *span, s) for k, (span, s) in enumerate(zip(actor.mentions, sure, strict=True))],
    )
    connection.executemany(
        'INSERT INTO office (actor, place, title, "of", start, "end") VALUES (?, ?, ?, ?, ?, ?)',
        [(number, k, o.title, o.of, *o.span) for k, o in enumerate(actor.offices)],
    )
    return number


def block_of(actor: Actor) -> str | None:
    """Actors of different blocks are never one by rule (actors.identity): of people the last name, of others kind and name; None for the anonymous."""
    if not actor.named:
        return None
    slug = actor.id.split(":", 1)[1]
    if actor.kind != "person":
        return f"{actor.kind}:{slug}"
    return f"person:{slug.split('-')[-1]}"


def insert_lookups(connection: sqlite3.Connection, statement: int, stems: Sequence[str]) -> None:
    """Index entries of a statement; their lists are to be compared again."""
    connection.executemany("INSERT INTO lookup (stem, statement) VALUES (?, ?)", [(stem, statement) for stem in stems])
    connection.executemany("INSERT INTO touched (stem) VALUES (?) ON CONFLICT DO NOTHING", [(stem,) for stem in stems])


def insert_link(connection: sqlite3.Connection, answering: int, answered: int, link: Link, story: Story, correction: int | None = None) -> int:
    """Row of a link."""
    row: dict[str, object] = {"relation": link.relation, "confidence": link.confidence, "evidence": spans_text(link.evidence)}
    words = story.words(link.evidence)
    return _insert(connection, "link", {"answering": answering, "answered": answered, **row, "evidence_words": words, "correction": correction})


def delete_findings(connection: sqlite3.Connection, story: int) -> None:
    """Forgets what was found in a story, before it is read again or forgotten itself; claims and identities have to be gathered anew."""
    connection.execute(
        "INSERT INTO touched (stem) SELECT DISTINCT stem FROM lookup JOIN statement ON statement.id = statement WHERE story = ? ON CONFLICT DO NOTHING",
        (story,),
    )
    # What is left of an identity is resolved again.
    connection.execute(
        "UPDATE actor SET identity = NULL WHERE block IN (SELECT block FROM actor WHERE story = ? AND block IS NOT NULL)",
        (story,),
    )
    connection.execute("DELETE FROM link WHERE answering IN (SELECT id FROM statement WHERE story = ?)", (story,))
    connection.execute("DELETE FROM statement WHERE story = ?", (story,))
    connection.execute("DELETE FROM actor WHERE story = ?", (story,))


def touch_older(connection: sqlite3.Connection, story: int) -> None:
    """The statements of the version before this one are to be compared again: it counts, or counts no longer."""
    connection.execute(
        "INSERT INTO touched (stem) SELECT DISTINCT stem FROM lookup JOIN statement AS s ON s.id = statement JOIN story ON story.id = s.story"
        " WHERE newer = ? ON CONFLICT DO NOTHING",
        (story,),
    )


def _statement(story: int, place: int, s: Statement, said: Said, text: Story, actors: dict[str, int]) -> dict[str, object]:
    return {
        "story": story,
        "key": s.id,
        "place": place,
        "speaker": actors.get(s.speaker or ""),
        "addressed": actors.get(s.to or ""),
        "target": actors.get(s.target or ""),
        "named": s.named,
        "mode": s.mode,
        "act": s.act,
        "negated": s.negated,
        "hypothetical": s.hypothetical,
        "said_on": s.when and s.when.date,
        "said_span": s.when and json.dumps(s.when.span),
        "confidence": s.confidence,
        "source": spans_text(s.source),
        "cue": spans_text(s.cue),
        "content": spans_text(s.content),
        "addressee": spans_text(s.addressee),
        "source_words": text.words(s.source),
        "cue_words": text.words(s.cue),
        "content_words": text.words(s.content),
        "addressee_words": text.words(s.addressee),
        "stems": " ".join(sorted(said.stems)),
        "meaning": said.meaning.tobytes(),
    }


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, object]) -> int:
    """Inserts a row; names of tables and columns are this module's own."""
    columns, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    return connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING id", list(row.values())).fetchone()[0]


def spans_text(spans: Iterable[Span]) -> str:
    """Spans as they are kept."""
    return json.dumps([list(span) for span in spans], separators=(",", ":"))


def spans_of(text: str) -> Spans:
    """Spans that were kept."""
    return tuple(Span(start, end) for start, end in json.loads(text))


def load_story(row: sqlite3.Row) -> Story:
    """A story of its row; its id is the record's key."""
    line = Dateline(row["dateline_place"], row["dateline_agency"], Span(*json.loads(row["dateline_span"]))) if row["dateline_span"] else None
    names = ("text", "title", "url", "publisher", "author", "published")
    return Story(id=row["key"], **{name: row[name] for name in names}, dateline=line, condition=row["condition"])


def load_reading(connection: sqlite3.Connection, story: sqlite3.Row) -> Reading:
    """The reading of a story's row as it stands, corrections included; the statements that were dropped are left out."""
    number: int = story["id"]
    actors = load_actors(connection, number)
    rows = connection.execute("SELECT * FROM statement WHERE story = ? AND NOT dropped ORDER BY place", (number,)).fetchall()
    keys: dict[int | None, str] = {row["id"]: row["key"] for row in rows}
    links = connection.execute(
        "SELECT link.* FROM link JOIN statement ON statement.id = answering WHERE story = ? AND NOT link.dropped ORDER BY link.id", (number,)
    )
    meanings = [np.frombuffer(row["meaning"], np.int8) for row in rows]
    return Reading(
        story=load_story(story),
        actors=tuple(actors.values()),
        statements=tuple(_loaded(row, keys, actors) for row in rows),
        links=tuple(
            Link(keys[x["answering"]], keys[x["answered"]], x["relation"], spans_of(x["evidence"]), x["confidence"])
            for x in links
            if x["answering"] in keys and x["answered"] in keys
        ),
        meanings=(np.stack(meanings) / np.float32(127)).astype(np.float16) if meanings and len(meanings[0]) > 1 else None,
    )


def load_actors(connection: sqlite3.Connection, story: int) -> dict[int, Actor]:
    """Actors of a story by row, as the story has them (not identities)."""
    out: dict[int, Actor] = {}
    rows = connection.execute("SELECT * FROM actor WHERE story = ? ORDER BY id", (story,)).fetchall()
    keys = {row["id"]: row["key"] for row in rows}
    for row in rows:
        number: int = row["id"]
        mentions = connection.execute("SELECT * FROM mention WHERE actor = ? ORDER BY place", (number,)).fetchall()
        offices = connection.execute("SELECT * FROM office WHERE actor = ? ORDER BY place", (number,))
        members = connection.execute("SELECT part FROM member WHERE whole = ? ORDER BY place", (number,))
        kind: ActorKind = row["kind"]
        out[number] = Actor(
            id=row["key"],
            name=row["name"],
            kind=kind,
            country=row["country"],
            offices=tuple(Office(o["title"], o["of"], Span(o["start"], o["end"])) for o in offices),
            mentions=tuple(Span(m["start"], m["end"]) for m in mentions),
            confidence=tuple(m["confidence"] for m in mentions if m["confidence"] is not None),
            named=bool(row["named"]),
            members=tuple(keys[m["part"]] for m in members),
        )
    return out


def _loaded(row: sqlite3.Row, keys: dict[int | None, str], actors: dict[int, Actor]) -> Statement:
    def actor(number: int | None) -> str | None:
        return None if number is None else actors[number].id

    def flag(name: str) -> bool | None:
        return None if row[name] is None else bool(row[name])

    return Statement(
        id=row["key"],
        source=spans_of(row["source"]),
        cue=spans_of(row["cue"]),
        content=spans_of(row["content"]),
        addressee=spans_of(row["addressee"]),
        mode=row["mode"],
        confidence=row["confidence"],
        inside=keys.get(row["inside"]),
        speaker=actor(row["speaker"]),
        to=actor(row["addressed"]),
        target=actor(row["target"]),
        named=flag("named"),
        act=row["act"],
        negated=flag("negated"),
        hypothetical=flag("hypothetical"),
        when=When(row["said_on"], Span(*json.loads(row["said_span"]))) if row["said_on"] else None,
    )
