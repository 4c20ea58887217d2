"""Stage: show. What the page holds on to: the record, opened once a thread for reading, and the model, loaded when it is first needed."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rejoinder.errors import RecordError, RejoinderError
from rejoinder.pipeline import Reader
from rejoinder.record import Record
from rejoinder.types import Reading, Run, Story

WAITING = 8  # readings that may wait their turn


class BusyError(RejoinderError):
    """Too many stories are being read."""


class Store:
    """The record behind a page.

    Args:
        file: of the record; made where there is none and the place may be written to.
        model: folder of another model than the packaged one.

    Raises:
        RecordError: there is no record, and none can be made.
    """

    def __init__(self, file: Path, model: Path | None = None) -> None:
        self.file = file
        self.read_only = False
        try:
            Record(file, writing=True).close()
        except RecordError:
            Record(file).close()  # says what is wrong where it cannot even be read
            self.read_only = True
        self._model = model
        self._local = threading.local()
        self._write, self._load = threading.Lock(), threading.Lock()
        self._turn, self._queue = threading.Semaphore(1), threading.Semaphore(WAITING)
        self._reader: Reader | None = None

    @property
    def record(self) -> Record:
        """The record for reading, this thread's own."""
        found: Record | None = getattr(self._local, "record", None)
        if found is None:
            found = self._local.record = Record(self.file)
        return found

    @contextmanager
    def writing(self) -> Generator[Record]:
        """The record for writing; one at a time."""
        if self.read_only:
            raise RecordError(str(self.file), "this record may only be read", "change its permissions and start again")
        with self._write, Record(self.file, writing=True) as record:
            yield record

    def read(self, story: Story) -> Reading:
        """Reads a story; others wait.

        Raises:
            BusyError: too many wait already.
        """
        if not self._queue.acquire(blocking=False):
            raise BusyError("too many stories are being read; try again in a moment.")
        try:
            with self._turn:
                return self.reader.read(story)
        finally:
            self._queue.release()

    @property
    def reader(self) -> Reader:
        """The model, loaded once."""
        with self._load:
            if self._reader is None:
                self._reader = Reader(self._model)
            return self._reader

    @property
    def run(self) -> Run:
        """By what stories are read."""
        return self.reader.run
