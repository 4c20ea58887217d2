"""Stage: keep. Questions to the record: every query a named function, which returns the dataclasses of answers.py."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rejoinder.errors import RecordError
from rejoinder.record.answers import Answers, Saying, StoryLine
from rejoinder.record.keep import spans_of
from rejoinder.types import Act, Mode

SAYING = """
SELECT s.id, s.key AS statement, story.key AS story, story.title, url, publisher, published, story.text, s.cue AS cue_spans, s.content AS content_spans,
  a.identity AS speaker, coalesce(ai.name, a.name) AS speaker_name, source_words AS source, cue_words AS cue, content_words AS content,
  addressee_words AS addressee, b.identity AS "to", coalesce(bi.name, b.name) AS to_name,
  c.identity AS target, coalesce(ci.name, c.name) AS target_name,
  s.named, mode, act, negated, hypothetical, said_on, (SELECT key FROM statement WHERE id = s.inside) AS inside, s.confidence, machine IS NOT NULL AS corrected
FROM statement AS s JOIN story ON story.id = s.story
  LEFT JOIN actor AS a ON a.id = s.speaker LEFT JOIN identity AS ai ON ai.id = a.identity
  LEFT JOIN actor AS b ON b.id = s.addressed LEFT JOIN identity AS bi ON bi.id = b.identity
  LEFT JOIN actor AS c ON c.id = s.target LEFT JOIN identity AS ci ON ci.id = c.identity
"""
# Rows of the actors that are one of the identities, alone or as part of a joint source.
CALLED = """
SELECT id FROM actor WHERE identity IN (SELECT value FROM json_each(?))
UNION SELECT whole FROM member JOIN actor ON actor.id = part WHERE identity IN (SELECT value FROM json_each(?))
"""
# Statements that count: not dropped, and of no story that a newer version replaced.
LIVE = "NOT s.dropped AND s.story NOT IN (SELECT id FROM story WHERE newer IS NOT NULL)"
CLAIMS_IN_ORDER = "ORDER BY answers DESC, members DESC, published, story, place LIMIT ? OFFSET ?"
FLAGS = ("named", "negated", "hypothetical", "corrected")
PASSED_ON = ("story", "statement", "title", "url", "publisher", "published", "speaker", "speaker_name", "source", "cue", "content", "addressee")
PASSED_ON_TOO = ("to", "to_name", "target", "target_name", "mode", "act", "said_on", "inside", "confidence")
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Filters:
    """What statements to look for; None: any.

    words: all of them, in source, cue or content; "in quotation marks" in this order; with a * at the end as the beginning of a word.
    speaker, to, about: names or ids; about: of whom the content speaks or whom it targets. since, until: days, months or years of publication.
    """

    words: str | None = None
    speaker: str | None = None
    to: str | None = None
    about: str | None = None
    act: Act | None = None
    mode: Mode | None = None
    since: str | None = None
    until: str | None = None
    publisher: str | None = None
    named: bool | None = None
    story: str | None = None


def find_statements(connection: sqlite3.Connection, where: str, filters: Filters, limit: int, offset: int) -> Answers[Saying]:
    """Statements that fit, the latest published first; of stories that a newer version replaced none."""
    conditions, values = _conditions(connection, where, filters)
    tables = "FROM statement AS s JOIN story ON story.id = s.story"
    if filters.words and filters.words.strip():
        tables = "FROM statement_text JOIN statement AS s ON s.id = statement_text.rowid JOIN story ON story.id = s.story"
        conditions.append("statement_text MATCH ?")
        values.append(match_of(filters.words))
    which = f"{tables} WHERE {' AND '.join(conditions)}"
    sql = f"SELECT s.id {which} ORDER BY day DESC, story.id DESC, place LIMIT ? OFFSET ?"
    numbers = [row[0] for row in connection.execute(sql, (*values, limit + 1, offset))]
    return Answers(sayings(connection, numbers[:limit]), counted(connection, which, values, limit, offset, len(numbers)))


def counted(connection: sqlite3.Connection, which: str, values: Sequence[object], limit: int, offset: int, got: int) -> Callable[[], int] | None:
    """Of a page for which one more than `limit` was asked: how many there are in all; None where it is all of them."""
    if not offset and got <= limit:
        return None
    return lambda: connection.execute(f"SELECT count(*) {which}", values).fetchone()[0]


def _conditions(connection: sqlite3.Connection, where: str, filters: Filters) -> tuple[list[str], list[object]]:
    conditions, values = ["NOT s.dropped", "newer IS NULL"], list[object]()
    for name, column in (("speaker", "speaker"), ("to", "addressed")):
        if (asked := getattr(filters, name)) is not None:
            # Whom the record cannot resolve is found by the words that stand there.
            words = "source_words" if name == "speaker" else "addressee_words"
            conditions.append(
                f"s.id IN (SELECT id FROM statement WHERE {column} IN ({CALLED})"
                " UNION SELECT x.id FROM statement_text JOIN statement AS x ON x.id = statement_text.rowid"
                f" WHERE statement_text MATCH ? AND (x.{column} IS NULL OR NOT coalesce(x.named, 0)))"
            )
            values += [*_called(connection, asked), f"{words} : ({match_of(asked)})"]
    if filters.about is not None:
        conditions.append(f"s.id IN (SELECT statement FROM about WHERE actor IN ({CALLED}))")
        values += _called(connection, filters.about)
    for name, column in (("act", "act"), ("mode", "mode"), ("story", "story.key")):
        if (asked := getattr(filters, name)) is not None:
            conditions.append(f"{column} = ?")
            values.append(asked)
    if filters.publisher is not None:
        conditions.append("publisher LIKE ?")
        values.append(f"%{filters.publisher}%")
    if filters.named is not None:
        conditions.append("s.named" if filters.named else "s.named = 0")
    more, days = _between(where, filters.since, filters.until)
    return conditions + more, values + days


def _between(where: str, since: str | None, until: str | None) -> tuple[list[str], list[object]]:
    """Conditions on the day of publication; a month or year stands for all its days."""
    for asked in (since, until):
        if asked is not None and not DAY.fullmatch(asked):
            raise RecordError(where, f"{asked!r} is no day, month or year", "write it as 2024-03-01, 2024-03 or 2024")
    conditions = [*(["day >= ?"] if since else []), *(["substr(day, 1, length(?)) <= ?"] if until else [])]
    return conditions, [*([since] if since else []), *([until, until] if until else [])]


def match_of(words: str) -> str:
    """What a person types as a question to FTS5: every word or "phrase", as it stands; * at the end of a word is kept."""
    terms = re.findall(r'"([^"]+)"|(\S+)', words.replace("\0", " "))
    out: list[str] = []
    for phrase, word in terms:
        term = (phrase or word).replace('"', "").strip()
        if re.search(r"\w", term):
            out.append(f'"{term.rstrip("*")}"' + ("*" if term.endswith("*") else ""))
    return " ".join(out) or '""'


def identities_called(connection: sqlite3.Connection, name: str) -> list[str]:
    """Ids of the identities that are called so, those of most stories first.

    An id is one; a name of several words is whoever is called exactly so, if anybody is; else it is everybody in one of whose names these words stand in a row.
    """
    if connection.execute("SELECT 1 FROM identity WHERE id = ?", (name,)).fetchone():
        return [name]
    words = re.findall(r"\w+", name)
    if not words:
        return []
    pattern = re.compile(r"\b" + r"\W+".join(re.escape(word) for word in words) + r"\b", re.IGNORECASE)
    rows = connection.execute(
        "SELECT identity, n.name FROM identity_name AS n JOIN identity AS i ON i.id = identity WHERE n.name LIKE ? ORDER BY i.stories DESC, identity",
        ("%" + "%".join(words) + "%",),
    )
    found = [(id, called) for id, called in rows if pattern.search(called)]
    exact = [id for id, called in found if pattern.fullmatch(called)] if len(words) > 1 else []
    return list(dict.fromkeys(exact or [id for id, _ in found]))


def actors_of(parameter: int) -> str:
    """SQL for the rows of the actors that are an identity (a numbered parameter), alone or as part of a joint source."""
    mine = f"identity = ?{parameter}"
    return f"SELECT id FROM actor WHERE {mine} UNION SELECT whole FROM member JOIN actor ON actor.id = part WHERE {mine}"


# Statements by the identity that is the first parameter.
SAID_BY = f"s.speaker IN ({actors_of(1)}) AND {LIVE}"


def claims_with(words: str | None, repeats: bool) -> tuple[str, list[object]]:
    """SQL, from FROM on, for the claims where a statement or an answer has all of these words, and its values; repeats: also claims that nobody answered."""
    conditions, values = ["1" if repeats else "answers > 0"], list[object]()
    if words and words.strip():
        inside = "SELECT rowid FROM statement_text WHERE statement_text MATCH ?"
        conditions.append(f"id IN (SELECT claim FROM claim_member WHERE statement IN ({inside}) UNION SELECT claim FROM answer WHERE statement IN ({inside}))")
        values += [match_of(words)] * 2
    return f"FROM claim WHERE {' AND '.join(conditions)}", values


def _called(connection: sqlite3.Connection, name: str) -> list[str]:
    """Values for CALLED."""
    return [json.dumps(identities_called(connection, name))] * 2


def sayings(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Saying]:
    """Statements of these rows, in this order."""
    found: dict[int, Saying] = {}
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        for row in connection.execute(f"{SAYING} WHERE s.id IN ({', '.join('?' * len(some))})", some):
            found[row["id"]] = _saying(row)
    return [found[number] for number in numbers]


def _saying(row: sqlite3.Row) -> Saying:
    at = next(iter(spans_of(row["cue_spans"]) or spans_of(row["content_spans"])), None)
    text: str = row["text"]
    values = {name: row[name] for name in (*PASSED_ON, *PASSED_ON_TOO)}
    flags = {name: None if row[name] is None else bool(row[name]) for name in FLAGS}
    return Saying(**values, **flags, line=text.count("\n", 0, at.start) + 1 if at else 1)  # type: ignore[arg-type]


def find_stories(
    connection: sqlite3.Connection, where: str, words: str | None, since: str | None, until: str | None, publisher: str | None, limit: int, offset: int
) -> Answers[StoryLine]:
    """Stories with these words in text or title, the latest first; older versions too, marked as such."""
    conditions, values = _between(where, since, until)
    tables = "FROM story"
    if words and words.strip():
        tables = "FROM story_text JOIN story ON story.id = story_text.rowid"
        conditions.append("story_text MATCH ?")
        values.append(match_of(words))
    if publisher is not None:
        conditions.append("publisher LIKE ?")
        values.append(f"%{publisher}%")
    which = f"{tables} WHERE {' AND '.join(conditions)}" if conditions else tables
    lines = story_lines(connection, f"{which} ORDER BY day DESC, story.id DESC LIMIT ? OFFSET ?", (*values, limit + 1, offset))
    return Answers(lines[:limit], counted(connection, which, values, limit, offset, len(lines)))


def story_lines(connection: sqlite3.Connection, which: str, values: Sequence[object]) -> list[StoryLine]:
    """Lines of stories; which: a query from FROM on."""
    rows = connection.execute(
        "SELECT story.key AS story, story.title, publisher, author, published, url, condition, added, story.text,"
        " (SELECT count(*) FROM statement WHERE story = story.id AND NOT dropped) AS statements,"
        " (SELECT count(*) FROM link JOIN statement ON statement.id = answering WHERE story = story.id AND NOT link.dropped) AS links,"
        f" (SELECT n.key FROM story AS n WHERE n.id = story.newer) AS newer {which}",
        values,
    )
    names = ("story", "title", "publisher", "author", "published", "url", "condition", "statements", "links", "newer", "added")
    return [StoryLine(**{name: row[name] for name in names}, words=len(row["text"].split())) for row in rows]


def find_least_certain(connection: sqlite3.Connection, limit: int, offset: int) -> Answers[Saying]:
    """Statements by confidence, the lowest first, without those that a person has looked at."""
    which = "FROM statement AS s JOIN story ON story.id = s.story WHERE NOT s.dropped AND s.machine IS NULL AND newer IS NULL"
    numbers = [row[0] for row in connection.execute(f"SELECT s.id {which} ORDER BY s.confidence, s.id LIMIT ? OFFSET ?", (limit + 1, offset))]
    return Answers(sayings(connection, numbers[:limit]), counted(connection, which, (), limit, offset, len(numbers)))


def rows_of(connection: sqlite3.Connection, sql: str, values: Iterable[object] = ()) -> list[sqlite3.Row]:
    """All rows of a query."""
    return connection.execute(sql, tuple(values)).fetchall()
