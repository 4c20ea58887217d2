"""Stage: keep. A Reading -> its rows, in one transaction; and the rows out again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence

from rejoinder.actors.identity import block_of
from rejoinder.disputes.alike import Said, from_bytes, listed_on, lookups, mentioned, said_in
from rejoinder.record.file import now
from rejoinder.types import Actor, ActorKind, Dateline, Link, Office, Reading, Run, Span, Spans, Statement, Story, When


def digest(story: Story) -> str:
    """SHA-256 of a story's text and what is known about it (not its id): the same twice is one story."""
    known = [story.text, story.title, story.url, story.publisher, story.author, story.published]
    return hashlib.sha256(json.dumps(known, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def run_number(connection: sqlite3.Connection, run: Run) -> int:
    """The row of a run, made where it is new."""
    connection.execute("INSERT INTO run (package, model, weights, tables) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", run)
    return connection.execute("SELECT id FROM run WHERE package = ? AND model = ? AND weights = ? AND tables = ?", run).fetchone()[0]


def insert_story(connection: sqlite3.Connection, story: Story, mark: str, run: int) -> int:
    """Row of a story that is not there yet; mark: its digest."""
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
        "dateline_span": line and span_text(line.span),
        "run": run,
        "added": now(),
    }
    return _insert(connection, "story", row)


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
    first: int = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM statement").fetchone()[0]
    numbers = {s.id: first + k for k, s in enumerate(reading.statements)}
    said = said_in(reading)
    rows = [{"id": numbers[s.id], **_statement(story, k, s, said[k], reading.story, actors), "inside": None} for k, s in enumerate(reading.statements)]
    if rows:
        connection.executemany(_insertion("statement", rows[0]), [tuple(row.values()) for row in rows])
    connection.executemany("UPDATE statement SET inside = ? WHERE id = ?", [(numbers.get(s.inside), numbers[s.id]) for s in reading.statements if s.inside])
    about = mentioned(reading.statements, reading.actors)
    connection.executemany(
        "INSERT INTO about (statement, actor) VALUES (?, ?)",
        [(numbers[s.id], actors[a]) for s, who in zip(reading.statements, about, strict=True) for a in sorted(who) if a in actors],
    )
    for s, x in zip(reading.statements, said, strict=True):
        insert_lookups(connection, numbers[s.id], lookups(s.act, bool(s.negated or s.hypothetical), x.stems), listed_on(reading.story.published))
    for link in reading.links:
        insert_link(connection, numbers[link.start], numbers[link.end], link, reading.story)


def insert_actor(connection: sqlite3.Connection, story: int, actor: Actor, correction: int | None = None) -> int:
    """Row of an actor of a story with its mentions and offices."""
    row: dict[str, object] = {"key": actor.id, "name": actor.name, "kind": actor.kind, "country": actor.country, "named": actor.named}
    block = block_of(actor)
    held = json.dumps(sorted({(o.title, o.of) for o in actor.offices}, key=str), separators=(",", ":"), ensure_ascii=False)
    number = _insert(connection, "actor", {"story": story, **row, "block": block, "held": held, "correction": correction})
    if block is not None:
        connection.execute("INSERT OR IGNORE INTO unsettled VALUES (?)", (block,))
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


def insert_lookups(connection: sqlite3.Connection, statement: int, stems: Sequence[str], day: int) -> None:
    """Index entries of a statement; day: alike.listed_on of its story."""
    connection.executemany("INSERT INTO lookup (stem, day, statement) VALUES (?, ?, ?)", [(stem, day, statement) for stem in stems])
    touch(connection, "statement = ?", (statement,))


def touch(connection: sqlite3.Connection, which: str, values: Sequence[object]) -> None:
    """Notes where in their lists these lookups stand (a condition), for comparing."""
    connection.execute(f"INSERT OR IGNORE INTO touched SELECT stem, day FROM lookup WHERE {which}", values)


def insert_link(connection: sqlite3.Connection, answering: int, answered: int, link: Link, story: Story, correction: int | None = None) -> int:
    """Row of a link; the claims of both ends are to be gathered."""
    connection.executemany("INSERT OR IGNORE INTO changed VALUES (?)", [(answering,), (answered,)])
    row: dict[str, object] = {"relation": link.relation, "confidence": link.confidence, "evidence": spans_text(link.evidence)}
    words = story.words(link.evidence)
    return _insert(connection, "link", {"answering": answering, "answered": answered, **row, "evidence_words": words, "correction": correction})


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
        "said_span": s.when and span_text(s.when.span),
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
    """Inserts a row and tells its number."""
    return connection.execute(_insertion(table, row) + " RETURNING id", tuple(row.values())).fetchone()[0]


def _insertion(table: str, row: dict[str, object]) -> str:
    columns, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    return f"INSERT INTO {table} ({columns}) VALUES ({places})"


def span_text(span: Span) -> str:
    """A span as it is kept."""
    return json.dumps(list(span), separators=(",", ":"))


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
    return Reading(
        story=load_story(story),
        actors=tuple(actors.values()),
        statements=tuple(_loaded(row, keys, actors) for row in rows),
        links=tuple(
            Link(keys[x["answering"]], keys[x["answered"]], x["relation"], spans_of(x["evidence"]), x["confidence"])
            for x in links
            if x["answering"] in keys and x["answered"] in keys
        ),
        meanings=from_bytes([row["meaning"] for row in rows]),
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
