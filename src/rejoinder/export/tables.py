"""Stage: export. Readings -> a folder of CSV or Parquet files, Arrow tables, or pandas data frames; the columns are those of columns.py.

CSV and Parquet are written as the readings come: memory holds one story, or one row group.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

from rejoinder.export.columns import TABLES, Column, Kind, Table
from rejoinder.export.rows import ROWS, Cell, Row
from rejoinder.export.whole import library, make_folder, whole_file, whole_path
from rejoinder.types import SCHEMA, Reading, Spans

# A row group ends with the story that reaches one of these: enough rows to compress well, few enough characters to hold in memory.
GROUP_ROWS = 20_000
GROUP_CHARACTERS = 8_000_000

Batch = dict[str, list[Row]]  # rows by table


def write_csv(readings: Iterable[Reading], folder: Path) -> None:
    """Writes a file a table: UTF-8, RFC 4180 (commas, CRLF, quotation marks doubled), a header line.

    Null is an empty field, a truth value `true` or `false`, a list (spans, ids) JSON. Data stand verbatim: a text that begins with "=" is not defused.

    Raises:
        InputError: the folder cannot be written to.
    """
    make_folder(folder)
    with ExitStack() as stack:
        writers = {table.name: csv.writer(stack.enter_context(whole_file(folder / f"{table.name}.csv")), lineterminator="\r\n") for table in TABLES}
        for table in TABLES:
            writers[table.name].writerow(column.name for column in table.columns)
        for reading in readings:
            for table in TABLES:
                writers[table.name].writerows([_csv_cell(row[column.name], column.kind) for column in table.columns] for row in ROWS[table.name](reading))


def write_parquet(readings: Iterable[Reading], folder: Path) -> None:
    """Writes a Parquet file a table; the file's metadata name the contract, each column's its meaning.

    Raises:
        InputError: the folder cannot be written to.
        RejoinderError: pyarrow is not installed.
    """
    arrow, parquet = library("pyarrow", "parquet"), library("pyarrow.parquet", "parquet")
    schemas = {table.name: _schema(arrow, table) for table in TABLES}
    make_folder(folder)
    with ExitStack() as stack:
        paths = {table.name: stack.enter_context(whole_path(folder / f"{table.name}.parquet")) for table in TABLES}
        writers = {name: stack.enter_context(parquet.ParquetWriter(paths[name], schema, compression="zstd")) for name, schema in schemas.items()}
        for batch in _batches(readings):
            for table in TABLES:
                if batch[table.name]:
                    writers[table.name].write_table(_arrow_table(arrow, table, schemas[table.name], batch[table.name]))


def to_arrow(readings: Iterable[Reading]) -> dict[str, Any]:
    """A `pyarrow.Table` by table name; raises RejoinderError where pyarrow is not installed."""
    arrow = library("pyarrow", "parquet")
    schemas = {table.name: _schema(arrow, table) for table in TABLES}
    parts: dict[str, list[Any]] = {name: [schema.empty_table()] for name, schema in schemas.items()}
    for batch in _batches(readings):
        for table in TABLES:
            parts[table.name].append(_arrow_table(arrow, table, schemas[table.name], batch[table.name]))
    return {name: arrow.concat_tables(tables) for name, tables in parts.items()}


def to_pandas(readings: Iterable[Reading]) -> dict[str, Any]:
    """A `pandas.DataFrame` by table name: nullable types (string, Int32, boolean), spans as lists of (start, end).

    Raises:
        RejoinderError: pandas or pyarrow is not installed.
    """
    pandas, arrow = library("pandas", "pandas"), library("pyarrow", "pandas")
    types = {arrow.string(): pandas.StringDtype(), arrow.int32(): pandas.Int32Dtype(), arrow.bool_(): pandas.BooleanDtype()}
    tables = to_arrow(readings)
    frames = {name: table.to_pandas(types_mapper=types.get) for name, table in tables.items()}
    for table in TABLES:
        for column in table.columns:
            if column.kind == "spans":
                cells = tables[table.name][column.name].to_pylist()
                frames[table.name][column.name] = pandas.Series([[(s["start"], s["end"]) for s in cell] for cell in cells], dtype=object)
            elif column.kind == "strings":
                frames[table.name][column.name] = pandas.Series(tables[table.name][column.name].to_pylist(), dtype=object)
    return frames


def _csv_cell(cell: Cell, kind: Kind) -> str | float | None:
    if cell is None:
        return None
    if kind in ("spans", "strings"):
        return json.dumps(cell, ensure_ascii=False, separators=(",", ":"))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cast(str | float, cell)


def _schema(arrow: Any, table: Table) -> Any:
    kinds = {
        "string": arrow.string(),
        "int": arrow.int32(),
        "float": arrow.float64(),
        "bool": arrow.bool_(),
        "spans": arrow.list_(arrow.struct([("start", arrow.int32()), ("end", arrow.int32())])),
        "strings": arrow.list_(arrow.string()),
    }
    fields = [arrow.field(column.name, kinds[column.kind], metadata={"description": column.meaning}) for column in table.columns]
    return arrow.schema(fields, metadata={"rejoinder.schema": SCHEMA, "rejoinder.table": table.name})


def _arrow_table(arrow: Any, table: Table, schema: Any, rows: list[Row]) -> Any:
    columns = [arrow.array([arrow_cell(row, column) for row in rows], type=schema.field(column.name).type) for column in table.columns]
    return arrow.Table.from_arrays(columns, schema=schema)


def arrow_cell(row: Row, column: Column) -> Any:
    """A row's cell of this column as Arrow takes it."""
    cell = row[column.name]
    return arrow_spans(cast(Spans, cell)) if column.kind == "spans" else cell


def arrow_spans(spans: Spans) -> list[dict[str, int]]:
    """A cell of spans as Arrow takes it."""
    return [span._asdict() for span in spans]


def _batches(readings: Iterable[Reading]) -> Iterator[Batch]:
    batch, rows, characters = _empty(), 0, 0
    for reading in readings:
        for name, make in ROWS.items():
            batch[name].extend(make(reading))
        rows += 1 + len(reading.statements) + sum(len(actor.mentions) for actor in reading.actors)
        characters += len(reading.story.text)
        if rows >= GROUP_ROWS or characters >= GROUP_CHARACTERS:
            yield batch
            batch, rows, characters = _empty(), 0, 0
    yield batch


def _empty() -> Batch:
    return {table.name: [] for table in TABLES}
