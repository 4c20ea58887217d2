"""Stage: keep. Questions about who is on record and how they stand to each other: people, two of them, all pairs, the thread of a claim.

Every query finds the rows of an identity's actors first and goes from there by index; only the list of all people and the matrix look at more.
A joint source counts for each of its members. Older versions of a story count nowhere.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import cast

from rejoinder.record.answers import (
    ActCount,
    Answers,
    Between,
    Count,
    Exchange,
    Matrix,
    OnDay,
    Person,
    Saying,
    Seen,
    Thread,
    Turn,
    Wording,
)
from rejoinder.record.find import CALLED, CLAIMS_IN_ORDER, LIVE, SAID_BY, actors_of, claims_with, counted, identities_called, rows_of, sayings
from rejoinder.record.profiles import HARSH
from rejoinder.types import Act, ActorKind, Relation

OFFICES = 3  # titles of a person in a line
WORDINGS = 40
REPLIES = 3  # answers shown of a claim in the list
POOL = 30  # the matrix is sought among those who stand in most stories
# What is counted of a thread on each day: who said it first, then by relation.
LANES: tuple[Relation | None, ...] = (None, "repeats", "supports", "denies", "disputes", "contradicts", "retracts")


_BY_OF = f"{SAID_BY} AND s.id IN (SELECT statement FROM about WHERE actor IN ({actors_of(2)}))"


def people(connection: sqlite3.Connection, name: str | None, kind: ActorKind | None, limit: int, offset: int) -> Answers[Person]:
    """Who is on record, those who say most first.

    Args:
        connection: to the record.
        name: only who is called so (or has this id).
        kind: only these.
        limit: how many at most.
        offset: how many to pass over.
    """
    conditions, values = ["1"], list[object]()
    said = "speaker IS NOT NULL"
    called = list[object]()
    if name is not None:
        ids = json.dumps(identities_called(connection, name))
        conditions.append("id IN (SELECT value FROM json_each(?))")
        values.append(ids)
        said, called = f"speaker IN ({CALLED})", [ids, ids]
    if kind is not None:
        conditions.append("kind = ?")
        values.append(kind)
    which = f"FROM identity WHERE {' AND '.join(conditions)}"
    rows = rows_of(
        connection,
        f"""
        WITH said AS MATERIALIZED (SELECT speaker, count(*) AS n FROM statement AS s WHERE {said} AND {LIVE} GROUP BY speaker),
        spoken AS MATERIALIZED (SELECT identity, sum(n) AS statements FROM (
          SELECT identity, n FROM said JOIN actor ON actor.id = speaker
          UNION ALL SELECT identity, n FROM (SELECT DISTINCT speaker, identity, n FROM said JOIN member ON whole = speaker JOIN actor ON actor.id = part)
        ) GROUP BY identity)
        SELECT id, name, kind, country, stories, coalesce(statements, 0) AS statements {which.replace(" WHERE", " LEFT JOIN spoken ON identity = id WHERE", 1)}
        ORDER BY coalesce(statements, 0) DESC, stories DESC, id LIMIT ? OFFSET ?
        """,
        (*called, *values, limit + 1, offset),
    )
    return Answers(_persons(connection, rows[:limit]), counted(connection, which, values, limit, offset, len(rows)))


def _persons(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[Person]:
    titles: dict[str, list[str]] = defaultdict(list)
    for identity, title in connection.execute(
        "SELECT identity, title FROM tenure WHERE identity IN (SELECT value FROM json_each(?)) ORDER BY identity, stories DESC, place",
        (json.dumps([row["id"] for row in rows]),),
    ):
        titles[identity].append(title)
    return [
        Person(row["id"], row["name"], row["kind"], row["country"], tuple(dict.fromkeys(titles[row["id"]]))[:OFFICES], row["statements"], row["stories"])
        for row in rows
    ]


def days(connection: sqlite3.Connection, id: str) -> tuple[OnDay, ...]:
    """How many statements somebody makes, and how many speak of them, by day."""
    by = f"SELECT day, count(*) FROM statement AS s JOIN story ON story.id = s.story WHERE {SAID_BY} GROUP BY day"
    of = (
        "SELECT day, count(DISTINCT s.id) FROM about JOIN statement AS s ON s.id = statement JOIN story ON story.id = s.story"
        f" WHERE actor IN ({actors_of(1)}) AND {LIVE} GROUP BY day"
    )
    return _on_days([dict(map(tuple, rows_of(connection, sql, (id,)))) for sql in (by, of)])


def _on_days(counts: Sequence[dict[str | None, int]]) -> tuple[OnDay, ...]:
    """A count for each of several things, by day; what has no date comes last."""
    found = sorted(set(chain.from_iterable(counts)), key=lambda day: (day is None, day or ""))
    return tuple(OnDay(day, tuple(one.get(day, 0) for one in counts)) for day in found)


def wordings(connection: sqlite3.Connection, id: str) -> tuple[Wording, ...]:
    """The words that stand for somebody in the texts, the most frequent first, as sources and addressees of statements."""
    rows = connection.execute(
        f"""
        WITH meant AS (
          SELECT source_words AS words, s.id FROM statement AS s WHERE {SAID_BY}
          UNION ALL SELECT addressee_words, s.id FROM statement AS s WHERE s.addressed IN ({actors_of(1)}) AND {LIVE}
        ), most AS (SELECT words, count(*) AS n, min(id) AS one FROM meant WHERE words <> '' GROUP BY words ORDER BY n DESC, words LIMIT {WORDINGS})
        SELECT words, n, story.key, s.key FROM most JOIN statement AS s ON s.id = one JOIN story ON story.id = s.story ORDER BY n DESC, words
        """,
        (id,),
    )
    return tuple(Wording(*row) for row in rows)


def seen(connection: sqlite3.Connection, id: str, limit: int, offset: int) -> Answers[Seen]:
    """The stories in which somebody was recognised and why, the latest first."""
    which = "FROM actor JOIN story ON story.id = actor.story WHERE identity = ?"
    sql = f"SELECT story.key, title, published, name, rule, evidence {which} ORDER BY day DESC, story.id DESC, actor.id LIMIT ? OFFSET ?"
    rows = rows_of(connection, sql, (id, limit + 1, offset))
    return Answers((Seen(*row) for row in rows[:limit]), counted(connection, which, (id,), limit, offset, len(rows)))


def claims(connection: sqlite3.Connection, words: str | None, repeats: bool, limit: int, offset: int) -> Answers[Thread]:
    """Claims, the most answered first, each with who made it first and, as turns, a few answers.

    Args:
        connection: to the record.
        words: claims where a statement or an answer has all of them.
        repeats: also claims that nobody answered.
        limit: how many at most.
        offset: how many to pass over.
    """
    which, values = claims_with(words, repeats)
    found = rows_of(connection, f"SELECT id, stories, members, answers {which} {CLAIMS_IN_ORDER}", (*values, limit + 1, offset))
    shown = f"SELECT * FROM answer WHERE claim = ? ORDER BY place LIMIT {REPLIES}"
    firsts = sayings(connection, [row["id"] for row in found[:limit]])
    threads = [
        Thread(*row, first=first, days=(), turns=_turns(connection, rows_of(connection, shown, (row["id"],))))
        for row, first in zip(found, firsts, strict=False)
    ]
    return Answers(threads, counted(connection, which, values, limit, offset, len(found)))


_TURNS = """
SELECT statement, CASE place WHEN 0 THEN NULL ELSE 'repeats' END AS relation, NULL AS confidence, '' AS evidence_words
FROM claim_member WHERE claim = ?1
UNION ALL SELECT statement, relation, confidence, evidence_words FROM answer WHERE claim = ?1
"""


def thread(connection: sqlite3.Connection, claim: int, limit: int, offset: int) -> Thread | None:
    """A claim with its thread by time, what has no date last; None where there is no such claim (any longer)."""
    row = connection.execute("SELECT id, stories, members, answers FROM claim WHERE id = ?", (claim,)).fetchone()
    if row is None:
        return None
    placed = f"FROM ({_TURNS}) AS t JOIN statement AS s ON s.id = t.statement JOIN story ON story.id = s.story"
    order = "ORDER BY published IS NULL, published, story.key, s.place"
    rows = rows_of(connection, f"SELECT t.* {placed} {order} LIMIT ?2 OFFSET ?3", (claim, limit, offset))
    lanes: dict[str | None, Counter[str | None]] = defaultdict(Counter)
    for relation, day, count in connection.execute(f"SELECT relation, day, count(*) {placed} GROUP BY relation, day", (claim,)):
        lanes[relation][day] += count
    first = sayings(connection, [claim])[0]
    return Thread(*row, first=first, days=_on_days([lanes[lane] for lane in LANES]), turns=_turns(connection, rows))


def _turns(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> tuple[Turn, ...]:
    said = sayings(connection, [row["statement"] for row in rows])
    return tuple(Turn(row["relation"], row["confidence"], row["evidence_words"], saying) for row, saying in zip(rows, said, strict=True))


def between(connection: sqlite3.Connection, a: str, b: str, limit: int) -> Between:
    """What two identities said of each other; limit: of the latest statements each way, and of the answers."""
    ways = [
        rows_of(
            connection,
            f"SELECT s.id, day, act FROM statement AS s JOIN story ON story.id = s.story WHERE {_BY_OF} ORDER BY day DESC, story.id DESC, s.place",
            pair,
        )
        for pair in ((a, b), (b, a))
    ]
    forth, back = (Counter[Act | None](row["act"] for row in rows) for rows in ways)
    acts = sorted(forth | back, key=lambda act: (-forth[act] - back[act], act or ""))
    to = f"SELECT count(*) FROM statement AS s WHERE {SAID_BY} AND s.addressed IN ({actors_of(2)})"
    one, other = (people(connection, id, None, 1, 0)[0] for id in (a, b))
    return Between(
        a=one,
        b=other,
        acts=tuple(ActCount(act, forth[act], back[act]) for act in acts),
        days=_on_days([Counter[str | None](row["day"] for row in rows) for rows in ways]),
        spoke_to=cast(tuple[int, int], tuple(connection.execute(to, pair).fetchone()[0] for pair in ((a, b), (b, a)))),
        forth=_latest(connection, ways[0], limit),
        back=_latest(connection, ways[1], limit),
        exchanges=_exchanges(connection, a, b, limit),
    )


def _latest(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row], limit: int) -> Answers[Saying]:
    return Answers(sayings(connection, [row["id"] for row in rows[:limit]]), (lambda: len(rows)) if len(rows) > limit else None)


def _exchanges(connection: sqlite3.Connection, a: str, b: str, limit: int) -> Answers[Exchange]:
    """Answers of either to claims of the other, the latest first; of a claim that was made often, the statement that stands nearest."""
    # SQLite takes the other columns of a group from the row with the minimum.
    sql = f"""
    SELECT r.relation, r.claim, r.statement, s.id, min(abs(s.story - x.story)) FROM statement AS x JOIN answer AS r ON r.statement = x.id
      JOIN claim_member AS m ON m.claim = r.claim JOIN statement AS s ON s.id = m.statement
    WHERE x.speaker IN ({actors_of(1)}) AND s.speaker IN ({actors_of(2)}) GROUP BY r.claim, r.place
    """
    rows = [*rows_of(connection, sql, (a, b)), *rows_of(connection, sql, (b, a))]
    ordered = rows_of(
        connection,
        "SELECT s.id FROM statement AS s JOIN story ON story.id = s.story WHERE s.id IN (SELECT value FROM json_each(?))"
        " ORDER BY day DESC, story.id DESC, s.place",
        (json.dumps([row["statement"] for row in rows]),),
    )
    rank = {row["id"]: k for k, row in enumerate(ordered)}
    rows.sort(key=lambda row: rank[row["statement"]])
    ends = [sayings(connection, [row[end] for row in rows[:limit]]) for end in ("statement", "id")]
    found = (Exchange(row["relation"], row["claim"], x, s) for row, x, s in zip(rows, *ends, strict=False))
    return Answers(found, (lambda: len(rows)) if len(rows) > limit else None)


def matrix(connection: sqlite3.Connection, limit: int, harsh: bool) -> Matrix:
    """The most talkative pairs among those who stand in most stories.

    Args:
        connection: to the record.
        limit: of rows, and of columns.
        harsh: count accusations and criticisms by whom they target, instead of all statements by whom they speak of.
    """
    other = f"mine AS b ON b.id = s.target AND act IN {HARSH}" if harsh else "about ON about.statement = s.id JOIN mine AS b ON b.id = about.actor"
    cells: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    for one, one_name, another, another_name, count in connection.execute(
        f"""
        WITH top AS MATERIALIZED (SELECT id, name FROM identity ORDER BY stories DESC, id LIMIT {POOL}),
        alone AS MATERIALIZED (SELECT actor.id, identity FROM actor WHERE identity IN (SELECT id FROM top)),
        mine AS MATERIALIZED (SELECT id, identity FROM alone UNION SELECT whole, identity FROM alone CROSS JOIN member ON part = id),
        pair AS (
          SELECT a.identity AS one, b.identity AS another, count(DISTINCT s.id) AS n FROM mine AS a CROSS JOIN statement AS s ON s.speaker = a.id JOIN {other}
          WHERE {LIVE} AND a.identity <> b.identity GROUP BY 1, 2
        )
        SELECT one, x.name, another, y.name, n FROM pair JOIN top AS x ON x.id = one JOIN top AS y ON y.id = another ORDER BY n DESC, one, another
        """
    ):
        cells[one, another] = count
        names |= {one: one_name, another: another_name}
    speakers, others = _first(cells, 0, limit), _first(cells, 1, limit)

    def total(id: str, place: int) -> Count:
        return Count(id, names[id], sum(count for pair, count in cells.items() if pair[place] == id))

    return Matrix(
        speakers=tuple(total(id, 0) for id in speakers),
        others=tuple(total(id, 1) for id in others),
        cells=tuple(tuple(cells.get((one, another), 0) for another in others) for one in speakers),
    )


def _first(pairs: Iterable[tuple[str, str]], place: int, limit: int) -> list[str]:
    """Those who come first in a list of pairs."""
    return list(dict.fromkeys(pair[place] for pair in pairs))[:limit]
