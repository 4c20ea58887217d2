"""Stage: read. Parquet -> a Story a row, batch by batch, so that a file larger than memory can be read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from rejoinder.errors import InputError
from rejoinder.reading.fields import story_of_fields
from rejoinder.reading.source import LARGEST, Source, optional, too_large
from rejoinder.types import Story

EXAMPLE = "leave the row out"
BATCH = 64  # rows held at once; each may have a text of LARGEST bytes


def parquet_rows(stream: io.BufferedReader, source: Source) -> Iterator[Story]:
    """A story a row; ids are numbered by row from 1, dates and timestamps become ISO 8601.

    Raises:
        InputError: no Parquet file, or a damaged one; no column of text; the extra `parquet` is missing.
    """
    arrow, parquet = optional("pyarrow", "parquet", source.where), optional("pyarrow.parquet", "parquet", source.where)
    number = 0
    try:
        table = parquet.ParquetFile(stream)
        schema = table.schema_arrow
        places = source.columns.places(schema.names, source.where)
        _check_text(arrow, schema.field(places["text"]), source.where)
        for number, row in enumerate(_rows(arrow, table, schema, places), 1):
            where = f"{source.where}:{number}"
            try:
                if len(str(row["text"]).encode("utf-8", "replace")) > LARGEST:
                    raise too_large(where, None)
                yield story_of_fields(row, where, f"{source.id}-{number}", source.report, EXAMPLE)
            except InputError as error:
                source.report(error)
    # Arrow's own errors, and what it makes of damaged pages (OSError), unknown time zones (KeyError) and texts that are not UTF-8 (ValueError).
    except (arrow.ArrowException, OSError, ValueError, KeyError) as error:
        found = f"no Parquet file, or damaged after row {number}" if number else "no Parquet file, or damaged"
        raise InputError(source.where, f"{found} ({short(error)})", "write it anew") from error
    if not number:
        source.report(InputError(source.where, "no row in it", "give a row a story"))


def _rows(arrow: Any, table: Any, schema: Any, places: dict[str, int]) -> Iterator[dict[str, object]]:
    """Field -> value of each row; only the columns that are needed are read."""
    names = {field: schema.names[place] for field, place in places.items()}
    for batch in table.iter_batches(batch_size=BATCH, columns=list(dict.fromkeys(names.values())), use_threads=False):
        columns = {field: _values(arrow, batch.column(name)) for field, name in names.items()}
        for index in range(batch.num_rows):
            yield {field: values[index] for field, values in columns.items()}


def _values(arrow: Any, column: Any) -> list[object]:
    if arrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(arrow.timestamp("us", column.type.tz), safe=False)  # Python's times have no nanoseconds
    return [plain_value(value) for value in column.to_pylist()]


def plain_value(value: object) -> object:
    """What a field of a story can hold: dates in ISO 8601, several authors with commas between, numbers as they are written."""
    if isinstance(value, date):  # and datetime, which is one
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(map(str, cast(list[object], value))) or None
    if value is None or value != value:  # noqa: PLR0124 - NaN is how data frames say that there is none
        return None
    return value if isinstance(value, str) else str(value)


def _check_text(arrow: Any, field: Any, where: str) -> None:
    type_ = field.type.value_type if arrow.types.is_dictionary(field.type) else field.type
    if not any(test(type_) for test in (arrow.types.is_string, arrow.types.is_large_string, arrow.types.is_string_view)):
        raise InputError(where, f"column {field.name!r} holds {type_}, not text", "name the column of the text: text=COLUMN")


def short(error: Exception) -> str:
    """The beginning of what Arrow complains of."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:100].rstrip(".")
