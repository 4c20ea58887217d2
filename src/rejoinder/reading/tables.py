"""Stage: read. CSV and TSV, as spreadsheets and databases write them -> a Story a row, row by row.

A row that does not fit is left out rather than mended: where a quotation mark or a separator went astray nobody can tell which words belong to the text.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from rejoinder.errors import InputError
from rejoinder.reading.decoding import encoding_of, is_binary
from rejoinder.reading.fields import story_of_fields
from rejoinder.reading.source import HEAD, LARGEST, Source, bounded_lines, too_large
from rejoinder.types import Story

EXAMPLE = "leave the row out"
SEPARATORS = ",;\t"
NAMED = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # the first line that Excel writes and reads
QUOTED = re.compile(r'"[^"]*"')
CHUNK = 65_536  # bytes
LINE = 2 * LARGEST  # bytes; beside the text a row has other fields


def csv_rows(stream: io.BufferedReader, source: Source) -> Iterator[Story]:
    """A story a row of comma-, semicolon- or tab-separated values; ids are numbered by row, 1 after the header.

    Raises:
        InputError: no table, or no column for the text.
    """
    yield from _rows(stream, source, None)


def tsv_rows(stream: io.BufferedReader, source: Source) -> Iterator[Story]:
    """As `csv_rows`, tab-separated; quotation marks are of the text unless the file quotes its fields throughout."""
    yield from _rows(stream, source, "\t")


def _rows(stream: io.BufferedReader, source: Source, separator: str | None) -> Iterator[Story]:
    head = stream.peek(HEAD)
    if is_binary(head) and not head.startswith(_Lines.WIDE):
        raise InputError(source.where, "binary data, not a table", "give text with comma- or tab-separated values, or Parquet")
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST))
    lines = _Lines(stream, source.where)
    rows = _table(lines, separator, source)
    header = next(rows, None)
    if header is None:
        raise InputError(source.where, "an empty table", "give one with a header and a row a story")
    places = source.columns.places([name.strip() for name in header], source.where)
    number = 0
    for number, row in enumerate(rows, 1):
        where = f"{source.where}:{lines.number}"
        try:
            if len(row) != len(header):
                raise InputError(where, f"a row of {len(row)} fields under a header of {len(header)}", "quote fields that hold separators or line ends")
            fields = {field: row[place] for field, place in places.items()}
            yield story_of_fields(fields, where, f"{source.id}-{number}", source.report, EXAMPLE)
        except InputError as error:
            source.report(error)
    if not number:
        source.report(InputError(source.where, "no row under the header", "give a row a story"))


def _table(lines: _Lines, separator: str | None, source: Source) -> Iterator[list[str]]:
    """Rows that have any field; what is no row is reported."""
    first = next((line for line in lines if line.strip()), "")
    if named := NAMED.fullmatch(first):
        separator, first = named[1], next(lines, "")
    if separator is None:
        bare = QUOTED.sub("", first)
        separator = max(SEPARATORS, key=bare.count)
    quoting = csv.QUOTE_MINIMAL if separator != "\t" or lines.quotes(separator) else csv.QUOTE_NONE
    lines.put_back(first)
    rows = csv.reader(lines, delimiter=separator, quoting=quoting, strict=True)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            lines.fault = None
            source.report(InputError(f"{source.where}:{lines.number}", f"no row of a table ({error})", "see that every quotation mark opened is closed"))
            continue
        if lines.fault:
            source.report(lines.fault)
            lines.fault = None
        elif any(field.strip() for field in row):
            yield row


class _Lines:
    """Lines of a table as text, each decoded as it comes.

    number: of the last line, 1-based. fault: what is wrong with a line since it was last set to None; the line then stands in damaged, or empty.
    """

    WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

    def __init__(self, stream: io.BufferedReader, where: str) -> None:
        self._stream, self._where = stream, where
        self._encoding = "utf-8"
        self._ascii = True
        self._kept: list[str] = []
        self._is_wide = stream.peek(HEAD).startswith(self.WIDE)
        self._lines = self._wide() if self._is_wide else self._narrow()
        self.number = 0
        self.fault: InputError | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._kept:
            return self._kept.pop()
        self.number += 1
        return next(self._lines)

    def put_back(self, line: str) -> None:
        """Gives `line` once more."""
        self._kept.append(line)

    def quotes(self, separator: str) -> bool:
        """Whether the lines to come, as far as they are at hand, can be read as quoted fields."""
        if self._is_wide:
            return True  # only spreadsheets write it, and they quote
        head = self._stream.peek(HEAD).decode(self._encoding, "replace").splitlines(keepends=True)
        try:
            list(csv.reader(head[:-1], delimiter=separator, strict=True))
        except csv.Error:
            return False
        return True

    def _wide(self) -> Iterator[str]:
        """UTF-16, as spreadsheets call "Unicode text"."""
        decoder, rest = codecs.getincrementaldecoder("utf-16")(), ""
        try:
            while chunk := self._stream.read(CHUNK):
                *lines, rest = (rest + decoder.decode(chunk)).split("\n")
                yield from (line + "\n" for line in lines)
                if len(rest) > LINE:
                    yield rest  # too long for a field too, which the reader of rows will say
                    rest = ""
            yield rest + decoder.decode(b"", final=True)
        except UnicodeError as error:
            raise InputError(self._where, f"UTF-16 that is damaged after line {self.number}", "save it as UTF-8") from error

    def _narrow(self) -> Iterator[str]:
        for number, line in enumerate(bounded_lines(self._stream, LINE)):
            if line is None:
                self.fault = too_large(f"{self._where}:{self.number}", None)
                yield "\n"
            else:
                yield self._decoded(line if number else line.removeprefix(codecs.BOM_UTF8))

    def _decoded(self, line: bytes) -> str:
        """UTF-8 until a line is not, and no other line before it went beyond ASCII: then what fits it and the lines at hand."""
        try:
            text = line.decode(self._encoding)
            self._ascii = self._ascii and line.isascii()
        except UnicodeDecodeError as error:
            where = f"{self._where}:{self.number}"
            if not self._ascii:
                self.fault = InputError(where, f"a byte that is no {self._encoding} ({error.start} of its line)", "save the file as UTF-8")
                return line.decode(self._encoding, "replace")
            self._ascii = False
            try:
                self._encoding = encoding_of(line + self._stream.peek(HEAD).rpartition(b"\n")[0], where)
            except InputError as fault:
                self.fault = fault
            return line.decode(self._encoding, "replace")
        return text
