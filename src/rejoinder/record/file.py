"""Stage: keep. Opening the file: is it a record, of a version that we know; and what SQLite's errors mean to a person."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rejoinder.errors import RecordError
from rejoinder.record.schema import APPLICATION, MIGRATIONS

WAIT = 30.0  # seconds for another writer to finish


def connect(file: Path, *, writing: bool) -> sqlite3.Connection:
    """The record in `file`; it is made, and brought up to date, where somebody wants to write.

    Raises:
        RecordError: no such file, no record, a newer record, or one that may not be written.
    """
    if not writing and not file.exists():
        raise RecordError(str(file), "there is no such record", "make one with `rejoinder add`")
    if file.is_dir():
        raise RecordError(str(file), "a folder, not a record", "name a file, for example news.db")
    with plainly(file):
        connection = _opened(str(file)) if writing else _readable(file)
        try:
            _check(connection, file, writing)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            # Enough for the words and links of a large record to stay in memory, little enough for a laptop.
            connection.execute("PRAGMA cache_size = -32768")
            connection.execute("PRAGMA temp_store = MEMORY")
            if writing:
                _share(connection)
                # With a write-ahead log this loses nothing when the program dies, and the last few stories at most when the power does.
                connection.execute("PRAGMA synchronous = NORMAL")
                _migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _opened(name: str) -> sqlite3.Connection:
    return sqlite3.connect(name, uri=name.startswith("file:"), timeout=WAIT, isolation_level=None, check_same_thread=False)


def _readable(file: Path) -> sqlite3.Connection:
    """For reading only. In a folder where nothing may be written (a DVD, an archive) SQLite cannot share the file with a writer; then there is none."""
    address = file.absolute().as_uri()
    connection = _opened(f"{address}?mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        log = file.with_name(file.name + "-wal")
        if log.exists() and log.stat().st_size:  # readers leave an empty one
            raise
        connection = _opened(f"{address}?immutable=1")
    return connection


def _check(connection: sqlite3.Connection, file: Path, writing: bool) -> None:
    connection.execute("BEGIN")  # all three at one moment: another program may just be making the record
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    connection.execute("COMMIT")
    if application != APPLICATION and not (empty and writing and application == 0):
        raise RecordError(str(file), "a database that is no record of Rejoinder", "name another file")
    if version > len(MIGRATIONS):
        raise RecordError(str(file), f"a record of a newer Rejoinder (its version is {version}, this program knows {len(MIGRATIONS)})", "update Rejoinder")
    if version < len(MIGRATIONS) and not writing:
        raise RecordError(
            str(file), f"a record of an older Rejoinder (its version is {version}, now it is {len(MIGRATIONS)})", "bring it up to date with `rejoinder add`"
        )


def _share(connection: sqlite3.Connection) -> None:
    """Lets many read while one writes; SQLite itself does not wait here for another program that is just making the same record."""
    until = time.monotonic() + WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.01)


def _migrate(connection: sqlite3.Connection) -> None:
    """Applies what is missing, each step in a transaction of its own together with the note that it is done."""
    while True:
        with transaction(connection):
            done: int = connection.execute("PRAGMA user_version").fetchone()[0]  # under the lock: another program may have been quicker
            if done >= len(MIGRATIONS):
                return
            connection.execute("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied TEXT NOT NULL) STRICT")
            for statement in statements_of(MIGRATIONS[done].sql):
                connection.execute(statement)
            connection.execute("INSERT INTO migration VALUES (?, ?)", (MIGRATIONS[done].name, now()))
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {done + 1}")


def statements_of(sql: str) -> Iterator[str]:
    """The statements of a script (sqlite3's own executescript would commit before them)."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """All of it or nothing; other writers wait, readers go on reading what was there before."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # Also where the commit fails (a full disk): else the next transaction could not begin.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


DAMAGED = "a damaged database", "take a copy from before, or save what can be read with `sqlite3 FILE .recover`"
MEANINGS = (
    ("file is not a database", "no record, nor any other database", "name another file"),
    ("malformed", *DAMAGED),
    ("Could not decode to UTF-8", *DAMAGED),
    ("vtable constructor failed", *DAMAGED),  # of the full-text index
    ("database is locked", "another program is writing to it and does not finish", "try again when it is done"),
    ("database or disk is full", "the disk is full", "make room; everything that was reported as kept is kept"),
    ("attempt to write a readonly database", "it may not be written", "change its permissions, or those of its folder"),
    ("unable to open database file", "it cannot be opened or made there", "check that the folder exists and that you may write in it"),
    ("disk I/O error", "the disk does not answer as it should", "check the disk and that there is room on it"),
)


@contextmanager
def plainly(file: Path) -> Generator[None]:
    """Says what SQLite complains of in one sentence."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        for words, found, advice in MEANINGS:
            if words in str(error):
                raise RecordError(str(file), found, advice) from error
        raise


def now() -> str:
    """The time, ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
