"""Stage: keep. Questions about somebody, about claims, and about the record as a whole."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping

from rejoinder.actors.identity import Tenure
from rejoinder.record.answers import Answers, Count, Dispute, Profile, Replied, Stats
from rejoinder.record.find import CLAIMS_IN_ORDER, LIVE, SAID_BY, actors_of, claims_with, counted, identities_called, rows_of, sayings

LATEST = 20  # statements of a profile
MOST = 10  # rows of each of its counts
HARSH = ("accuse", "criticise")


def profiles(connection: sqlite3.Connection, name: str, limit: int) -> Answers[Profile]:
    """Everybody who is called so, those who say most first."""
    ids = identities_called(connection, name)
    spoken = {id: connection.execute(f"SELECT count(*) {_SAID}", (id,)).fetchone()[0] for id in ids}
    ordered = sorted(ids, key=lambda id: -spoken[id])
    return Answers([_profile(connection, id) for id in ordered[:limit]], (lambda: len(ids)) if len(ids) > limit else None)


_SAID = f"FROM statement AS s WHERE {SAID_BY}"
_ANSWERED = f"""
SELECT x.speaker, count(*) FROM statement AS s JOIN claim_member AS m ON m.statement = s.id JOIN answer AS r ON r.claim = m.claim
JOIN statement AS x ON x.id = r.statement WHERE {SAID_BY} GROUP BY x.speaker
"""


def _profile(connection: sqlite3.Connection, id: str) -> Profile:
    one = connection.execute("SELECT * FROM identity WHERE id = ?", (id,)).fetchone()
    latest = f"SELECT s.id FROM statement AS s JOIN story ON story.id = s.story WHERE {SAID_BY} ORDER BY day DESC, story.id DESC, place LIMIT {LATEST}"
    names = rows_of(connection, "SELECT name, stories FROM identity_name WHERE identity = ? ORDER BY stories DESC, name", (id,))
    held = rows_of(connection, 'SELECT title, "of", stories, first, last FROM tenure WHERE identity = ? ORDER BY place', (id,))
    said = rows_of(connection, f"SELECT act, target, addressed, count(*) {_SAID} GROUP BY act, target, addressed", (id,))
    acts, accused, addressed = Counter[str](), Counter[int | None](), Counter[int | None]()
    for act, target, to, count in said:
        if act is not None:
            acts[act] += count
        if act in HARSH and target is not None:
            accused[target] += count
        if to is not None:
            addressed[to] += count
    accusers = rows_of(
        connection, f"SELECT speaker, count(*) FROM statement AS s WHERE s.target IN ({actors_of(1)}) AND act IN {HARSH} AND {LIVE} GROUP BY speaker", (id,)
    )
    return Profile(
        id=id,
        name=one["name"],
        kind=one["kind"],
        country=one["country"],
        stories=one["stories"],
        statements=sum(row[-1] for row in said),
        names=tuple(Count(row[0], row[0], row[1]) for row in names),
        offices=tuple(Tenure(row["title"], row["of"], row["stories"], row["first"], row["last"]) for row in held),
        acts=tuple(Count(act, act, count) for act, count in sorted(acts.items(), key=lambda item: (-item[1], item[0]))),
        spoke_to=_whom(connection, addressed),
        accuses=_whom(connection, accused),
        accused_by=_whom(connection, dict(map(tuple, accusers))),
        answered_by=_whom(connection, dict(map(tuple, rows_of(connection, _ANSWERED, (id,))))),
        sayings=tuple(sayings(connection, [row[0] for row in connection.execute(latest, (id,))])),
    )


def _whom(connection: sqlite3.Connection, actors: Mapping[int | None, int]) -> tuple[Count, ...]:
    """With whom, by name, most often first; actors: rows of actors and how often."""
    names = connection.execute(
        "SELECT a.id, coalesce(i.id, ''), coalesce(i.name, a.name) FROM actor AS a LEFT JOIN identity AS i ON i.id = a.identity"
        " WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY a.id",
        (json.dumps([number for number in actors if number is not None]),),
    )
    counts: Counter[tuple[str, str]] = Counter()
    called: dict[tuple[str, str], str] = {}
    for number, id, name in names:
        one = (id, "" if id else name)  # the anonymous are one where they are called the same
        counts[one] += actors[number]
        called.setdefault(one, name)
    return tuple(Count(one[0], called[one], count) for one, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST])


def disputes(connection: sqlite3.Connection, words: str | None, repeats: bool, limit: int, offset: int) -> Answers[Dispute]:
    """Claims with their answers, the most answered first.

    Args:
        connection: to the record.
        words: claims where a statement or an answer has all of them.
        repeats: also claims that nobody answered.
        limit: how many at most.
        offset: how many to pass over.
    """
    which, values = claims_with(words, repeats)
    numbers = [row[0] for row in connection.execute(f"SELECT id {which} {CLAIMS_IN_ORDER}", (*values, limit + 1, offset))]
    return Answers([dispute(connection, number) for number in numbers[:limit]], counted(connection, which, values, limit, offset, len(numbers)))


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
    acts = rows_of(connection, "SELECT act, count(*) AS n FROM statement WHERE NOT dropped GROUP BY act ORDER BY n DESC, act")
    return Stats(
        stories=one("SELECT count(*) FROM story"),
        superseded=one("SELECT count(*) FROM story WHERE newer IS NOT NULL"),
        statements=sum(row[1] for row in acts),
        actors=one("SELECT count(*) FROM identity"),
        links=one("SELECT count(*) FROM link WHERE NOT dropped"),
        claims=one("SELECT count(*) FROM claim"),
        disputed=one("SELECT count(*) FROM claim WHERE answers > 0"),
        corrections=one("SELECT count(*) FROM correction WHERE undone IS NULL"),
        first=first,
        last=last,
        bytes=one("PRAGMA page_count") * one("PRAGMA page_size"),
        acts=tuple(Count(act, act, count) for act, count in acts if act is not None),
        publishers=counts(f"SELECT publisher, publisher, count(*) AS n FROM story WHERE publisher IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT {MOST}"),
        speakers=counts(
            "SELECT i.id, i.name, sum(n) AS said FROM"
            " (SELECT speaker, count(*) AS n FROM statement WHERE NOT dropped AND speaker IS NOT NULL GROUP BY speaker) AS s"
            f" JOIN actor AS a ON a.id = s.speaker JOIN identity AS i ON i.id = a.identity GROUP BY i.id ORDER BY said DESC, i.id LIMIT {MOST}"
        ),
    )
