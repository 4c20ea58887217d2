"""Stage: keep. What happens to a story: it is kept, read again, replaced by a newer version, forgotten.

Each function runs within a transaction of the caller.
"""

from __future__ import annotations

import sqlite3
from typing import Literal

from rejoinder.record import corrections, keep
from rejoinder.record.claims import mark_changed
from rejoinder.record.identities import unsettle
from rejoinder.types import Reading, Run

Kept = Literal["kept", "known", "new version"]
MINE = "SELECT id FROM statement WHERE story = ?"
LOOKUPS = f"statement IN ({MINE})"


def keep_story(connection: sqlite3.Connection, reading: Reading, run: Run) -> Kept:
    """Keeps a reading, unless the story is known; an older one under the same URL is marked as such, and counts no longer."""
    story, mark = reading.story, keep.digest(reading.story)
    if connection.execute("SELECT 1 FROM story WHERE digest = ?", (mark,)).fetchone():
        return "known"
    older = [row[0] for row in connection.execute("SELECT id FROM story WHERE url = ? AND newer IS NULL", (story.url,))] if story.url else []
    number = keep.insert_story(connection, story, mark, keep.run_number(connection, run))
    for old in older:
        connection.execute("UPDATE story SET newer = ? WHERE id = ?", (number, old))
        _count_anew(connection, old)
    keep.insert_findings(connection, number, reading)
    return "new version" if older else "kept"


def renew_story(connection: sqlite3.Connection, story: int, reading: Reading, run: Run) -> None:
    """Puts another reading in the place of the old one, corrections laid over."""
    _delete_findings(connection, story)
    line = reading.story.dateline
    connection.execute(
        "UPDATE story SET run = ?, condition = ?, dateline_place = ?, dateline_agency = ?, dateline_span = ? WHERE id = ?",
        (
            keep.run_number(connection, run),
            reading.story.condition,
            line and line.place,
            line and line.agency,
            line and keep.span_text(line.span),
            story,
        ),
    )
    keep.insert_findings(connection, story, reading)
    corrections.apply(connection, story)


def forget_story(connection: sqlite3.Connection, story: int) -> None:
    """Removes a story and all that hangs on it; the version before it counts again."""
    _delete_findings(connection, story)
    older = [row[0] for row in connection.execute("SELECT id FROM story WHERE newer = ?", (story,))]
    connection.execute("DELETE FROM story WHERE id = ?", (story,))
    for old in older:
        _count_anew(connection, old)


def _count_anew(connection: sqlite3.Connection, story: int) -> None:
    """The statements of a story are to be compared and gathered again: they count from now on, or no longer."""
    keep.touch(connection, LOOKUPS, (story,))
    mark_changed(connection, MINE, (story,))


def _delete_findings(connection: sqlite3.Connection, story: int) -> None:
    _count_anew(connection, story)
    unsettle(connection, "story = ?", (story,))
    connection.execute("DELETE FROM statement WHERE story = ?", (story,))
    connection.execute("DELETE FROM actor WHERE story = ?", (story,))
