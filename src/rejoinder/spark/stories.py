"""Stage: spark. Parquet, JSON Lines or a folder of text -> the stories in it, each once, as a table, and what is wrong with the others.

Text is taken apart by the readers of reading/, so that it comes out as on one machine. What is too long is never brought to Python.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Literal, get_args

from rejoinder.errors import InputError
from rejoinder.reading.columns import NAMES, Columns
from rejoinder.reading.decoding import decode
from rejoinder.reading.fields import story_of_fields
from rejoinder.reading.lines import story_of_line
from rejoinder.reading.parquet import plain_value
from rejoinder.reading.plain import plain_text
from rejoinder.reading.source import LARGEST, Report, Source, too_large
from rejoinder.record.keep import digest
from rejoinder.spark.edge import Place, Row, mapped
from rejoinder.types import Story

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Format = Literal["parquet", "jsonl", "text"]
LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
ENDINGS: dict[str, Format] = {".parquet": "parquet", ".txt": "text", **dict.fromkeys(LINES, "jsonl")}
SHOWN = 60  # of a line or text, by which it is found
TEXTS = 16  # rows with a whole text in a batch that goes back to Spark
FACTS = tuple(name for name in NAMES if name != "id")
PROBLEMS = "story string, sentence string"
PARSED = f"story_id string, digest string, {', '.join(f'{name} string' for name in FACTS)}, problem struct<{PROBLEMS}>"


def parsed(spark: SparkSession, source: str, format: Format | None = None, columns: Columns | None = None) -> DataFrame:
    """A row a story that was found (PARSED), and a row a complaint, which has only `problem`.

    Args:
        spark: the session.
        source: a file, folder or pattern, wherever Spark can read.
        format: what stands there; told by the names of the files if not given.
        columns: of Parquet tables.

    Raises:
        InputError: nothing is there, or its kind cannot be told.
    """
    if not Place(spark, source).matching():
        raise InputError(source, "nothing is here", "check the name")
    kind = format or _kind(spark, source)
    if kind == "text":
        return _texts(spark, source)
    return _lines(spark, source) if kind == "jsonl" else _table(spark, source, columns or Columns())


def each_once(found: DataFrame) -> DataFrame:
    """Stories without those that say the same, under ids of their own.

    Of several with one digest the first by id stays. Of several different ones with one id all but the first by digest get a part of it added.
    """
    once = found.where("story_id IS NOT NULL").selectExpr("*", "row_number() OVER (PARTITION BY digest ORDER BY story_id) AS k").where("k = 1").drop("k")
    named = once.selectExpr("*", "row_number() OVER (PARTITION BY story_id ORDER BY digest) AS k")
    return named.selectExpr("if(k = 1, story_id, concat(story_id, '-', left(digest, 8))) AS story_id", *FACTS)


def _kind(spark: SparkSession, source: str) -> Format:
    if kind := _told(source.rstrip("/")):
        return kind
    for name in chain.from_iterable(Place(spark, found).files() for found in Place(spark, source).matching()):
        if kind := _told(name):
            return kind
    raise InputError(source, "it cannot be told what this is", f"say --format, one of {', '.join(get_args(Format))}")


def _told(name: str) -> Format | None:
    return next((kind for ending, kind in ENDINGS.items() if name.lower().endswith(ending)), None)


def _texts(spark: SparkSession, source: str) -> DataFrame:
    """One file, one story."""
    files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").option("pathGlobFilter", "*.txt").load(source)
    # Apart, so that Spark does not even read what is too long.
    short = files.where(f"length <= {LARGEST}").select("path", "content", "length")
    long = files.where(f"length > {LARGEST}").selectExpr("path", "CAST(NULL AS binary) AS content", "length")
    return mapped(short.unionAll(long), partial(_parsed, partial(_text, Place(spark, source).folder)), PARSED, TEXTS)


def _text(root: str, row: Row, report: Report) -> Story:
    """A story's id is its path in the folder, without the ending."""
    path: str = row["path"]
    if row["content"] is None:
        raise too_large(path, row["length"])
    id = path.removeprefix(f"{root}/") if path.startswith(f"{root}/") else path.rpartition("/")[2]
    return next(plain_text(io.BufferedReader(io.BytesIO(row["content"])), Source(path, id.removesuffix(".txt"), report)))  # pyright: ignore[reportArgumentType]


def _lines(spark: SparkSession, source: str) -> DataFrame:
    """One line, one story. Bytes, because Spark would take them for UTF-8 without a look."""
    lines = spark.read.option("lineSep", "\n").option("recursiveFileLookup", "true").text(source).where("value RLIKE '\\\\S'")
    fits = f"octet_length(value) <= {LARGEST}"
    return mapped(lines.selectExpr("_metadata.file_path AS path", f"if({fits}, CAST(value AS binary), NULL) AS line"), partial(_parsed, _line), PARSED, TEXTS)


def _line(row: Row, report: Report) -> Story:
    if row["line"] is None:
        raise too_large(row["path"], None)
    # Nobody knows a line's number in a file that is read in parts; its beginning finds it too.
    where = f"{row['path']} ({row['line'][:SHOWN].decode('utf-8', 'replace')} ...)"
    return story_of_line(decode(row["line"], where), where, "", report)


def _table(spark: SparkSession, source: str, columns: Columns) -> DataFrame:
    """One row, one story."""
    table = spark.read.parquet(source)
    names = {field: f"`{table.columns[place]}`" for field, place in columns.places(table.columns, source).items()}
    kind = table.selectExpr(names["text"]).dtypes[0][1]
    if kind != "string":
        raise InputError(source, f"column {names['text']} holds {kind}, not text", "name the column of the text: text=COLUMN")
    size = f"octet_length({names['text']})"
    text = f"if({size} <= {LARGEST}, {names['text']}, NULL) AS text"
    others = [f"{name} AS {field}" for field, name in names.items() if field != "text"]
    return mapped(table.selectExpr("_metadata.file_path AS path", f"{size} AS size", text, *others), partial(_parsed, _row), PARSED, TEXTS)


def _row(row: Row, report: Report) -> Story:
    if (row["size"] or 0) > LARGEST:
        raise too_large(row["path"], row["size"])
    # Spark gives times in its own zone, whatever that is.
    values = {name: value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value for name, value in row.items()}
    fields = {name: plain_value(values.get(name)) for name in NAMES}
    where = f"{row['path']} ({fields['id'] or str(fields['text'])[:SHOWN]})"
    return story_of_fields(fields, where, "", report, "leave the row out")


def _parsed(make: Callable[[Row, Report], Story], rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        problems: list[InputError] = []
        try:
            story = make(row, problems.append)
        except InputError as error:
            problems.append(error)
        else:
            mark = digest(story)
            # Numbers, which one machine gives to stories without an id, would hang on how the files are cut.
            yield {"story_id": story.id or f"story-{mark[:16]}", "digest": mark, **{name: getattr(story, name) for name in FACTS}}
        yield from ({"problem": problem_row(problem)} for problem in problems)


def problem_row(problem: InputError) -> Row:
    """A row of PROBLEMS."""
    return {"story": problem.where, "sentence": str(problem)}
