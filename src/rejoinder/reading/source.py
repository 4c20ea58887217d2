"""Stage: read. What every reader of a kind of file is given, and what all of them hold to.

A reader is a function (stream of bytes, Source) -> Stories. It reports what it leaves out, and raises InputError where nothing more can be read. Sizes and the
sentences for what everybody may meet stand here, so that they are the same for all kinds.
"""

from __future__ import annotations

import gzip
import io
import logging
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

from rejoinder.errors import InputError
from rejoinder.reading.columns import Columns
from rejoinder.types import Story

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Report = Callable[[InputError], None]

LARGEST = 2_000_000  # bytes of one story (two long novels); what is found in more would not fit the promised 600 MB
HEAD = 4096  # bytes by which a file is told from a binary one
TALKATIVE = ("trafilatura", "htmldate", "courlan", "justext", "readability", "charset_normalizer", "warcio", "feedparser")


@dataclass(frozen=True, slots=True)
class Source:
    """Where stories come from, and what is known of it.

    where: name for messages. id: of the story, or what those of its stories begin with that have none. report: is told of everything that is left out.
    columns: which column of a table is what. url, charset: what the server or the archive says. size: bytes, if known beforehand.
    """

    where: str
    id: str
    report: Report
    columns: Columns = field(default_factory=Columns)
    url: str | None = None
    charset: str | None = None
    size: int | None = None


Reader = Callable[[io.BufferedReader, Source], Iterator[Story]]


def read_whole(stream: BinaryIO | io.BufferedReader, source: Source, what: str = "story") -> bytes:
    """All of `stream`; raises InputError, without holding it in memory, where that is more than LARGEST bytes."""
    if source.size and source.size > LARGEST:
        raise too_large(source.where, source.size, what)
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise too_large(source.where, None, what)
    return data


def bounded_lines(stream: BinaryIO | io.BufferedReader, longest: int = LARGEST) -> Iterator[bytes | None]:
    """Lines of at most `longest` bytes; None for a longer one, which is passed over without being held in memory."""
    while line := stream.readline(longest + 1):
        if len(line) <= longest:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(longest)
        yield None


def too_large(where: str, size: int | None, what: str = "story") -> InputError:
    """What is said of more than LARGEST bytes; size: bytes, if known."""
    found = f"{size / 1e6:.1f} MB" if size else f"more than {LARGEST / 1e6:.0f} MB"
    return InputError(where, f"{found} is too long for one {what}", f"split it; a {what} may have {LARGEST / 1e6:.0f} MB")


def unreadable(where: str, error: OSError) -> InputError:
    """What is said of a file that the system does not give."""
    return InputError(where, f"cannot be read ({error.strerror})", "check that it exists and that you may read it")


def optional(module: str, extra: str, where: str) -> Any:
    """A module of an optional library, imported late and kept from printing; InputError names the extra where it is missing."""
    try:
        found = import_module(module)
    except ImportError as error:
        raise InputError(where, f"needs {module.partition('.')[0]}, which cannot be loaded ({error})", f"pip install 'rejoinder[{extra}]'") from error
    _hush()
    return found


@cache
def _hush() -> None:
    """Without a handler Python prints what these libraries log; whoever sets up logging still gets it."""
    for name in TALKATIVE:
        logging.getLogger(name).addHandler(logging.NullHandler())


def gunzipped(stream: BinaryIO, where: str) -> io.BufferedReader:
    """The content of gzip data, unpacked as it is read."""
    return io.BufferedReader(_Gunzip(stream, where), HEAD * 16)


class _Gunzip(io.RawIOBase):
    """gzip whose faults are InputErrors; libraries that swallow EOFError then cannot take a cut file for a whole one."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._file = gzip.GzipFile(fileobj=stream)
        self._where = where

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        try:
            data = self._file.read1(len(view))
        except EOFError as error:
            raise InputError(self._where, "gzip data that is cut short", "what came before is read; fetch or pack the file anew") from error
        except (zlib.error, gzip.BadGzipFile) as error:
            raise InputError(self._where, f"no gzip data, or damaged ({error})", "what came before is read; fetch or pack the file anew") from error
        view[: len(data)] = data
        return len(data)
