"""Stage: export. Readings -> files that other tools read, and back.

Everything takes any iterable of readings and holds no more than a story (Parquet: a row group) in memory. docs/exports.md describes the formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rejoinder.export.annotation import write_annotations
from rejoinder.export.brat import write_brat
from rejoinder.export.brat_reading import read_brat
from rejoinder.export.jsonl import read_contract, write_jsonl
from rejoinder.export.schema_org import write_schema_org
from rejoinder.export.tables import to_arrow, to_pandas, write_csv, write_parquet
from rejoinder.export.whole import whole_file
from rejoinder.types import Reading

__all__ = ["FORMATS", "Format", "read_brat", "read_contract", "to_arrow", "to_pandas", "whole_file"]


@dataclass(frozen=True, slots=True)
class Format:
    """An export format: it has either a `stream`, which writes to an open text file, or a `folder`, which writes files into a folder."""

    name: str
    about: str
    stream: Callable[[Iterable[Reading], TextIO], None] | None = None
    folder: Callable[[Iterable[Reading], Path], None] | None = None

    def write(self, readings: Iterable[Reading], path: Path) -> None:
        """Writes the file or folder `path`, which appears only when it is whole.

        Raises:
            InputError: it cannot be written there.
            RejoinderError: a library that the format needs is not installed.
        """
        if self.folder is not None:
            self.folder(readings, path)
        elif self.stream is not None:
            with whole_file(path) as out:
                self.stream(readings, out)


FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format("jsonl", "JSON Lines of the contract, one line a story", stream=write_jsonl),
        Format("csv", "a CSV file a table: stories, actors, offices, mentions, statements, links", folder=write_csv),
        Format("parquet", "the same tables as Parquet files", folder=write_parquet),
        Format("brat", "stand-off for the brat annotation tool: a .txt and an .ann a story", folder=write_brat),
        Format("annotation", "W3C Web Annotation (JSON-LD), an AnnotationCollection a line", stream=write_annotations),
        Format("schema-org", "schema.org Quotations and Claims (JSON-LD), an @graph a line", stream=write_schema_org),
    )
}
