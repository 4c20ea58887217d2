"""Stage: spark. A folder of tables that a cluster wrote -> the readings that they hold, story by story.

The inverse of export.rows. A table is a folder of Parquet files, each in the order of its stories' ids; they are merged, and a file is opened when its turn
comes, so that memory holds a few rows of a few files, however many there are. Needs pyarrow, but no Spark and no Java.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Any

from rejoinder.disputes.alike import from_bytes
from rejoinder.errors import InputError
from rejoinder.reading.parquet import short
from rejoinder.reading.source import optional
from rejoinder.types import Actor, Dateline, Link, Office, Reading, Run, Span, Spans, Statement, Story, When

Row = dict[str, Any]

MANIFEST = "rejoinder.json"  # written last: where it is, the tables are whole
SCHEMA = "rejoinder.tables/1"
TABLES = ("stories", "actors", "offices", "mentions", "statements", "links", "comparing")
ANEW = "copy them, or read the stories, anew"
BATCH = 64  # rows of an open file in memory; each may hold a whole text


def manifest(run: Run) -> str:
    """What MANIFEST says of tables that were read by `run`."""
    return json.dumps({"schema": SCHEMA, "run": run._asdict()}, indent=1) + "\n"


def run_of(folder: Path) -> Run:
    """By what the stories of these tables were read.

    Raises:
        InputError: there are no such tables, or of another version.
    """
    try:
        told: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if told["schema"] != SCHEMA:
            raise InputError(str(folder), f"tables of the kind {told['schema']!r}, not {SCHEMA!r}", "read the stories anew with this version")
        return Run(**told["run"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(str(folder), f"no tables of stories ({MANIFEST}: {error})", "name the folder that `rejoinder spark read` wrote") from error


def number_of(folder: Path) -> int:
    """How many stories there are in a folder of tables; InputError where that cannot be read."""
    with _plainly(folder):
        parquet = optional("pyarrow.parquet", "parquet", str(folder))
        return sum(parquet.read_metadata(file).num_rows for file in (folder / "stories").glob("*.parquet"))


def readings_of(folder: Path) -> Iterator[Reading]:
    """The readings of a folder of tables, by story id.

    Raises:
        InputError: the tables cannot be read, or what they hold does not fit together.
    """
    run_of(folder)
    with _plainly(folder):
        tables = {name: _Table(folder / name) for name in TABLES}
        while (story := tables["stories"].next) is not None:
            yield _reading({name: table.take(story) for name, table in tables.items()})
        if left := [name for name, table in tables.items() if table.next is not None]:
            raise InputError(str(folder), f"rows in {', '.join(left)} of a story that is not in its place in `stories`", ANEW)


@contextmanager
def _plainly(folder: Path) -> Generator[None]:
    """Says in a sentence what is wrong with the files; Arrow's own errors are ValueErrors, KeyErrors and OSErrors too."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(str(folder), f"damaged tables ({short(error)})", ANEW) from error


class _Table:
    """The rows of a table, a story's at a time."""

    def __init__(self, folder: Path) -> None:
        self._groups = groupby(_rows(folder), key=lambda row: row["story_id"])
        self._step()

    def _step(self) -> None:
        self.next, self._rows = next(self._groups, (None, iter(())))

    def take(self, story: str) -> list[Row]:
        """The rows of a story; none where the next are those of another."""
        if self.next != story:
            return []
        rows = list(self._rows)
        self._step()
        return rows


def _rows(folder: Path) -> Iterator[Row]:
    """Rows of all files of a table, by story id."""
    parquet = optional("pyarrow.parquet", "parquet", str(folder))
    begins = [(first, file) for file in sorted(folder.glob("*.parquet")) if (first := _first(parquet, file)) is not None]
    for _, row in merge(*(_rows_from(parquet, first, file) for first, file in begins), key=lambda item: item[0]):
        if row is not None:
            yield row


def _first(parquet: Any, file: Path) -> str | None:
    """The story with which a file begins; None where it is empty."""
    with parquet.ParquetFile(file) as opened:
        head = next(opened.iter_batches(batch_size=1, columns=["story_id"], use_threads=False), None)
        return head.column(0)[0].as_py() if head is not None and head.num_rows else None


def _rows_from(parquet: Any, first: str, file: Path) -> Iterator[tuple[str, Row | None]]:
    """The rows of a file by story; before them where it begins, so that merging opens it only when it gets there."""
    yield first, None
    with parquet.ParquetFile(file) as opened:
        for batch in opened.iter_batches(batch_size=BATCH, use_threads=False):
            yield from ((row["story_id"], row) for row in batch.to_pylist())


def _reading(rows: dict[str, list[Row]]) -> Reading:
    return Reading(
        story=_story(rows["stories"][0]),
        actors=_actors(rows),
        statements=tuple(map(_statement, rows["statements"])),
        links=tuple(Link(x["from_statement"], x["to_statement"], x["relation"], spans_of(x["evidence"]), x["confidence"]) for x in rows["links"]),
        meanings=from_bytes([row["meaning"] for row in rows["comparing"]]),
    )


def _story(row: Row) -> Story:
    names = ("text", "title", "url", "publisher", "author", "published", "condition")
    line = None
    if row["dateline_start"] is not None:
        line = Dateline(row["dateline_place"], row["dateline_agency"], Span(row["dateline_start"], row["dateline_end"]))
    return Story(row["story_id"], **{name: row[name] for name in names}, dateline=line)


def _actors(rows: dict[str, list[Row]]) -> tuple[Actor, ...]:
    offices, mentions = _by_actor(rows["offices"]), _by_actor(rows["mentions"])
    return tuple(
        Actor(
            id=row["actor_id"],
            name=row["name"],
            kind=row["kind"],
            country=row["country"],
            offices=tuple(Office(o["title"], o["office_of"], Span(o["start"], o["end"])) for o in offices[row["actor_id"]]),
            mentions=tuple(Span(m["start"], m["end"]) for m in mentions[row["actor_id"]]),
            confidence=tuple(m["confidence"] for m in mentions[row["actor_id"]] if m["confidence"] is not None),
            named=row["named"],
            members=tuple(row["members"]),
        )
        for row in rows["actors"]
    )


def _by_actor(rows: Iterable[Row]) -> dict[str, list[Row]]:
    out: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        out[row["actor_id"]].append(row)
    return out


def _statement(row: Row) -> Statement:
    same = ("mode", "confidence", "inside", "speaker", "target", "named", "act", "negated", "hypothetical")
    return Statement(
        id=row["statement_id"],
        **{part: spans_of(row[part]) for part in ("source", "cue", "content", "addressee")},
        **{name: row[name] for name in same},
        to=row["to_actor"],
        when=When(row["when_date"], Span(row["when_start"], row["when_end"])) if row["when_date"] is not None else None,
    )


def spans_of(cell: list[Row]) -> Spans:
    """Spans of a cell."""
    return tuple(Span(span["start"], span["end"]) for span in cell)
