"""Stage: keep. Questions about somebody, about claims, and about the record as a whole."""

from __future__ import annotations

import sqlite3

from rejoinder.record.answers import Answers, Count, Dispute, Held, Profile, Replied, Stats
from rejoinder.record.find import identities_called, match_of, rows_of, sayings

LATEST = 20  # statements of a profile
MOST = 10  # rows of each of its counts
HARSH = "act IN ('accuse', 'criticise')"
LIVE = "NOT s.dropped AND story.newer IS NULL"


def profiles(connection: sqlite3.Connection, name: str, limit: int) -> Answers[Profile]:
    """Everybody who is called so, those who say most first."""
    ids = identities_called(connection, name)
    spoken = {id: connection.execute(f"SELECT count(*) FROM statement WHERE speaker IN ({_OF})", (id,)).fetchone()[0] for id in ids}
    ordered = sorted(ids, key=lambda id: -spoken[id])
    return Answers([_profile(connection, id) for id in ordered[:limit]], len(ids))


# Rows of the actors that are an identity, alone or in a joint source.
_OF = "SELECT id FROM actor WHERE identity = ?1 UNION SELECT whole FROM member JOIN actor ON actor.id = part WHERE identity = ?1"
_SAID = f"FROM statement AS s JOIN story ON story.id = s.story WHERE s.speaker IN ({_OF}) AND {LIVE}"


def _profile(connection: sqlite3.Connection, id: str) -> Profile:
    one = connection.execute("SELECT * FROM identity WHERE id = ?", (id,)).fetchone()
    latest = [row[0] for row in connection.execute(f"SELECT s.id {_SAID} ORDER BY day DESC, story.id DESC, place LIMIT {LATEST}", (id,))]
    names = rows_of(connection, "SELECT name, stories FROM identity_name WHERE identity = ? ORDER BY stories DESC, name", (id,))
    held = rows_of(connection, 'SELECT title, "of", stories, first, last FROM tenure WHERE identity = ? ORDER BY id', (id,))
    acts = rows_of(connection, f"SELECT act, count(*) AS n {_SAID} AND act IS NOT NULL GROUP BY act ORDER BY n DESC, act", (id,))
    replies = "FROM claim_member AS m JOIN statement AS s ON s.id = m.statement JOIN story ON story.id = s.story JOIN answer AS r ON r.claim = m.claim"
    return Profile(
        id=id,
        name=one["name"],
        kind=one["kind"],
        country=one["country"],
        stories=one["stories"],
        statements=connection.execute(f"SELECT count(*) {_SAID}", (id,)).fetchone()[0],
        names=tuple(Count(row[0], row[0], row[1]) for row in names),
        offices=tuple(Held(row["title"], row["of"], row["stories"], row["first"], row["last"]) for row in held),
        acts=tuple(Count(row[0], row[0], row[1]) for row in acts),
        spoke_to=_whom(connection, f"SELECT s.addressed AS one {_SAID}", id),
        accuses=_whom(connection, f"SELECT s.target AS one {_SAID} AND {HARSH}", id),
        accused_by=_whom(
            connection, f"SELECT s.speaker AS one FROM statement AS s JOIN story ON story.id = s.story WHERE s.target IN ({_OF}) AND {LIVE} AND {HARSH}", id
        ),
        answered_by=_whom(
            connection, f"SELECT (SELECT speaker FROM statement WHERE id = r.statement) AS one {replies} WHERE s.speaker IN ({_OF}) AND {LIVE}", id
        ),
        sayings=tuple(sayings(connection, latest)),
    )


def _whom(connection: sqlite3.Connection, actors: str, id: str) -> tuple[Count, ...]:
    """With whom, by name, most often first; actors: a query for their rows, as the column `one`."""
    rows = connection.execute(
        "SELECT coalesce(i.id, a.key) AS who, coalesce(i.name, a.name) AS called, count(*) AS n"
        f" FROM ({actors}) AS x JOIN actor AS a ON a.id = x.one LEFT JOIN identity AS i ON i.id = a.identity GROUP BY who ORDER BY n DESC, who LIMIT {MOST}",
        (id,),
    )
    return tuple(Count(*row) for row in rows)


def disputes(connection: sqlite3.Connection, words: str | None, repeats: bool, limit: int, offset: int) -> Answers[Dispute]:
    """Claims with their answers, the most answered first.

    Args:
        connection: to the record.
        words: claims where a statement or an answer has all of them.
        repeats: also claims that nobody answered.
        limit: how many at most.
        offset: how many to pass over.
    """
    conditions, values = ["1" if repeats else "answers > 0"], list[object]()
    if words and words.strip():
        inside = "SELECT rowid FROM statement_text WHERE statement_text MATCH ?"
        conditions.append(f"id IN (SELECT claim FROM claim_member WHERE statement IN ({inside}) UNION SELECT claim FROM answer WHERE statement IN ({inside}))")
        values += [match_of(words)] * 2
    which = f"FROM claim WHERE {' AND '.join(conditions)}"
    numbers = [row[0] for row in connection.execute(f"SELECT id {which} ORDER BY id LIMIT ? OFFSET ?", (*values, limit, offset))]
    total = connection.execute(f"SELECT count(*) {which}", values).fetchone()[0]
    return Answers([dispute(connection, number) for number in numbers], total)


def dispute(connection: sqlite3.Connection, claim: int) -> Dispute:
    """One claim with its thread."""
    members = [row[0] for row in connection.execute("SELECT statement FROM claim_member WHERE claim = ? ORDER BY place", (claim,))]
    answers = rows_of(connection, "SELECT * FROM answer WHERE claim = ? ORDER BY place", (claim,))
    said = sayings(connection, [row["statement"] for row in answers])
    return Dispute(
        claim=claim,
        stories=connection.execute("SELECT stories FROM claim WHERE id = ?", (claim,)).fetchone()[0],
        sayings=tuple(sayings(connection, members)),
        answers=tuple(Replied(row["relation"], row["confidence"], row["evidence_words"], bool(row["across"]), s) for row, s in zip(answers, said, strict=True)),
    )


def stats(connection: sqlite3.Connection) -> Stats:
    """How much there is."""

    def one(sql: str) -> int:
        return connection.execute(sql).fetchone()[0]

    def counts(sql: str) -> tuple[Count, ...]:
        return tuple(Count(*row) for row in connection.execute(sql))

    first, last = connection.execute("SELECT min(day), max(day) FROM story").fetchone()
    return Stats(
        stories=one("SELECT count(*) FROM story"),
        superseded=one("SELECT count(*) FROM story WHERE newer IS NOT NULL"),
        statements=one("SELECT count(*) FROM statement WHERE NOT dropped"),
        actors=one("SELECT count(*) FROM identity"),
        links=one("SELECT count(*) FROM link WHERE NOT dropped"),
        claims=one("SELECT count(*) FROM claim"),
        disputed=one("SELECT count(*) FROM claim WHERE answers > 0"),
        corrections=one("SELECT count(*) FROM correction WHERE undone IS NULL"),
        first=first,
        last=last,
        bytes=one("PRAGMA page_count") * one("PRAGMA page_size"),
        acts=counts("SELECT act, act, count(*) AS n FROM statement WHERE act IS NOT NULL AND NOT dropped GROUP BY act ORDER BY n DESC, act"),
        publishers=counts(f"SELECT publisher, publisher, count(*) AS n FROM story WHERE publisher IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT {MOST}"),
        speakers=counts(
            "SELECT i.id, i.name, count(*) AS n FROM statement AS s JOIN actor AS a ON a.id = s.speaker JOIN identity AS i ON i.id = a.identity"
            f" WHERE NOT s.dropped GROUP BY i.id ORDER BY n DESC, i.id LIMIT {MOST}"
        ),
    )
