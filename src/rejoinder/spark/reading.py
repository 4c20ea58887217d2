"""Stage: spark. Stories -> tables of what was found in them (export.columns), with a table of what comparing needs and one of problems.

The model is loaded once a Python worker, with one thread: Spark starts a worker a core. A story's rows of all tables travel as one row, so that it is read once
and comes whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rejoinder.corpus.pool import tried
from rejoinder.disputes.alike import lookups, mentioned, said_in
from rejoinder.errors import InputError
from rejoinder.export.columns import TABLES, Kind
from rejoinder.export.rows import ROWS
from rejoinder.export.tables import arrow_cell, arrow_spans
from rejoinder.pipeline import Reader
from rejoinder.reading.columns import Columns
from rejoinder.spark.edge import Place, Row, file_by_file, kept, mapped, plainly
from rejoinder.spark.stories import FACTS, PROBLEMS, TEXTS, Format, each_once, parsed, problem_row
from rejoinder.spark.tables import MANIFEST, manifest
from rejoinder.types import Reading, Story

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Readers = Callable[[Path | None, int], Reader]

STORIES = 2000  # a task: some minutes

SPANS = "array<struct<start int, end int>>"
KINDS: dict[Kind, str] = {"string": "string", "int": "int", "float": "double", "bool": "boolean", "spans": SPANS, "strings": "array<string>"}
# What comparing asks of a statement (disputes.claims.Entry, disputes.alike.Said), actors as the story has them; lookups: the stems by which it is found.
COMPARING = (
    f"story_id string, statement_id string, place int, published string, act string, speaker string, target string, about array<string>, cue {SPANS},"
    " stems array<string>, lookups array<string>, meaning binary"
)


class Counts(NamedTuple):
    """What was read."""

    stories: int
    statements: int
    problems: int


@plainly()
def read_stories_on(
    spark: SparkSession,
    source: str,
    target: str,
    *,
    format: Format | None = None,
    columns: Columns | None = None,
    model: Path | None = None,
    partitions: int | None = None,
    readers: Readers = Reader,
) -> Counts:
    """Reads every story of `source` and writes the tables; what `target` held before is replaced as a whole, when all is done.

    Args:
        spark: the session.
        source: Parquet, JSON Lines or a folder of text (.txt, a file a story), wherever Spark can read.
        target: folder, wherever Spark can write.
        format: what stands in the source; told by its files' names if not given.
        columns: of Parquet tables: which is the text, the title and so on.
        model: folder of another model than the packaged one, the same on every machine.
        partitions: tasks; one for STORIES stories, but one a core at least, if not given.
        readers: makes a worker's reader, of model and threads; the workers must be able to import it.

    Raises:
        InputError: there is nothing to read, or something else than our tables in `target`.
        RejoinderError: the model cannot be loaded.
    """
    run = readers(model, 1).run  # what is wrong with the model is said before anything is begun
    place = Place(spark, target)
    place.check()
    with place.whole() as folder:
        found = kept(parsed(spark, source, format, columns), f"{folder}/_parsed")
        rows = found.count()
        if not rows:
            raise InputError(source, "there is no story in it", "name Parquet or JSON Lines files, or a folder of .txt files")
        tasks = partitions or max(spark.sparkContext.defaultParallelism, ceil(rows / STORIES))
        ordered = each_once(found).repartitionByRange(tasks, "story_id").sortWithinPartitions("story_id")
        readings = kept(mapped(ordered, partial(_read, readers, model), _nested(), TEXTS), f"{folder}/_readings")
        with file_by_file(spark):  # so the files of a table stay apart in their stories
            for table in (*(table.name for table in TABLES), "comparing"):
                readings.selectExpr(f"inline({table})").write.parquet(f"{folder}/{table}")
        problems = found.where("problem IS NOT NULL").select("problem.*").unionAll(readings.selectExpr("inline(problems)"))
        problems.write.parquet(f"{folder}/problems")
        counts = Counts(*(spark.read.parquet(f"{folder}/{table}").count() for table in ("stories", "statements", "problems")))
        written = Place(spark, folder)
        written.remove("_parsed")
        written.remove("_readings")
        written.write(MANIFEST, manifest(run))
    return counts


def _nested() -> str:
    """A column a table, which holds a story's rows of it."""
    tables = {table.name: ", ".join(f"{column.name} {KINDS[column.kind]}" for column in table.columns) for table in TABLES}
    tables |= {"comparing": COMPARING, "problems": PROBLEMS}
    return ", ".join(f"{name} array<struct<{columns}>>" for name, columns in tables.items())


@cache
def _reader(readers: Readers, model: Path | None) -> Reader:
    """This worker's reader."""
    return readers(model, 1)


def _read(readers: Readers, model: Path | None, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        story = Story(row["story_id"], **{name: row[name] for name in FACTS})
        problems: list[InputError] = []
        reading = tried(story, partial(_reader(readers, model).read, story), problems.append)
        yield _rows_of(reading) if reading else {"problems": list(map(problem_row, problems))}


def _rows_of(reading: Reading) -> Row:
    """The rows of a story by table, as Arrow takes them."""
    tables = {table.name: [{c.name: arrow_cell(row, c) for c in table.columns} for row in ROWS[table.name](reading)] for table in TABLES}
    return {**tables, "comparing": list(_compared(reading))}


def _compared(reading: Reading) -> Iterator[Row]:
    about = mentioned(reading.statements, reading.actors)
    for s, said, names in zip(reading.statements, said_in(reading), about, strict=True):
        yield {
            "story_id": reading.story.id,
            "statement_id": s.id,
            "place": said.place,
            "published": said.published,
            "act": s.act,
            "speaker": s.speaker,
            "target": s.target,
            "about": sorted(names),
            "cue": arrow_spans(s.cue),
            "stems": sorted(said.stems),
            "lookups": lookups(s.act, bool(s.negated or s.hypothetical), said.stems),
            "meaning": said.meaning.tobytes(),
        }
