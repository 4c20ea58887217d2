"""Stage: corpus. Stories -> readings, in input order, by as many processes as the machine has cores.

Few stories are read here, without waiting for processes to start. Memory is bounded: no more stories are on their way than AHEAD a process. A story at
which reading fails, or at which a process dies, is reported, and the others go on.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

from rejoinder.errors import InputError, RejoinderError
from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.types import Reading, Story

Report = Callable[[InputError], None]
Make = Callable[[], Reader]

FEW = 8  # stories that are read sooner than processes start
BLAS_THREADS = "OPENBLAS_NUM_THREADS"
AHEAD = 4  # stories on their way for each process

_reader: Reader | None = None  # of a worker process


def cores() -> int:
    """Cores that this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _log(problem: InputError) -> None:
    logging.getLogger("rejoinder").warning("%s", problem)


def read_many(
    stories: Iterable[Story | str],
    report: Report = _log,
    *,
    jobs: int | None = None,
    model: Path | None = None,
    readers: Callable[[Path | None, int | None], Reader] = Reader,
) -> Iterator[Reading]:
    """Readings of `stories`, in their order.

    Args:
        stories: taken as they are needed; a string is a story's text.
        report: is told of every story that could not be read; by default it goes to the log "rejoinder".
        jobs: processes; one for each core if not given.
        model: folder of another model than the packaged one.
        readers: makes the reader of each process, of model and threads (None: all cores); other processes must be able to import it.
    """
    told = (make_story(story, id=f"story-{k}") if isinstance(story, str) else story for k, story in enumerate(stories, 1))
    jobs = jobs or cores()
    few = list(islice(told, FEW)) if jobs > 1 else []
    if jobs == 1 or len(few) < FEW:
        yield from _here(chain(few, told), report, readers(model, None))
        return
    crew = _Crew(jobs, partial(readers, model, 1))
    try:
        yield from _there(chain(few, told), report, crew)
    finally:
        crew.dismiss()


def _here(stories: Iterable[Story], report: Report, reader: Reader) -> Iterator[Reading]:
    for story in stories:
        if reading := tried(story, lambda story=story: reader.read(story), report):
            yield reading


def _there(stories: Iterator[Story], report: Report, crew: _Crew) -> Iterator[Reading]:
    waiting: deque[tuple[Story, Future[Reading]]] = deque()
    while True:
        waiting.extend((story, crew.submit(story)) for story in islice(stories, AHEAD * crew.jobs - len(waiting)))
        if not waiting:
            return
        story, future = waiting[0]
        try:
            reading = tried(story, future.result, report)
        except BrokenProcessPool:
            suspects = [story for story, _ in waiting]
            waiting.clear()
            yield from _one_by_one(suspects, report, crew)
            continue
        waiting.popleft()
        if reading:
            yield reading


def _one_by_one(stories: Iterable[Story], report: Report, crew: _Crew) -> Iterator[Reading]:
    """One of these has killed its process, and the work on the others was lost with it: each is tried alone, so that it is known which."""
    crew.renew()
    for story in stories:
        try:
            reading = tried(story, crew.submit(story).result, report)
        except BrokenProcessPool:
            crew.renew()
            report(InputError(story.id, "reading this story killed its process", "the others go on; please report it"))
            continue
        if reading:
            yield reading


def tried(story: Story, read: Callable[[], Reading], report: Report) -> Reading | None:
    """What `read` gives; None, and a report, where something is wrong with this one story, whatever it is."""
    try:
        return read()
    except (RejoinderError, BrokenProcessPool):
        raise
    except Exception as error:
        report(InputError(story.id, f"this story cannot be read ({type(error).__name__}: {error})", "the others go on; please report it"))
        return None


class _Crew:
    """Processes that read, of which one may die."""

    def __init__(self, jobs: int, make: Make) -> None:
        self.jobs, self._make = jobs, make
        self._pool = self._new()

    def submit(self, story: Story) -> Future[Reading]:
        """The story's reading to come; where the processes are gone, one that says so when its turn comes."""
        try:
            with _no_interrupts(), _one_thread():
                return self._pool.submit(_read, story)
        except BrokenProcessPool as error:
            broken: Future[Reading] = Future()
            broken.set_exception(error)
            return broken

    def renew(self) -> None:
        """Other processes in the place of those that are gone."""
        # Now and then one outlives the end of its pool, which sends it a signal as it starts, and is waited for without end (seen once, Python 3.11).
        left: dict[int, BaseProcess] = getattr(self._pool, "_processes", None) or {}
        for process in list(left.values()):
            process.kill()
        self.dismiss()
        self._pool = self._new()

    def dismiss(self) -> None:
        """Waits for the processes to end, which they do when they are done with what they read just now; Python would wait for them when it ends, and
        sometimes print a traceback if they ended at that very moment."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _new(self) -> ProcessPoolExecutor:
        # Spawned, not forked: ONNX Runtime's threads do not survive a fork.
        return ProcessPoolExecutor(self.jobs, multiprocessing.get_context("spawn"), initializer=_start, initargs=(self._make,))


@contextmanager
def _no_interrupts() -> Generator[None]:
    """A process that starts within is deaf to Ctrl-C from the first: until `_start` is reached it would print a traceback. This one hears it a little later,
    whichever of its threads the signal comes to: a process that was begun and not told what to do would print one too."""
    heard: list[tuple[int, FrameType | None]] = []
    handler = signal.getsignal(signal.SIGINT)
    # Only the main thread may set a handler, and it alone would be interrupted.
    ours = callable(handler) and threading.current_thread() is threading.main_thread()
    if ours:
        signal.signal(signal.SIGINT, lambda number, frame: heard.append((number, frame)))
    masks = hasattr(signal, "pthread_sigmask")  # not on Windows
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set[int]()
    try:
        yield
    finally:
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if ours:
            signal.signal(signal.SIGINT, handler)
        for number, frame in heard[:1]:
            assert callable(handler)  # noqa: S101  # else nothing would have been heard
            handler(number, frame)


@contextmanager
def _one_thread() -> Generator[None]:
    """A process that starts within multiplies matrices in one thread: ours are small, and the threads of numpy's OpenBLAS would wait for them by spinning,
    on the core of another process (two processes on two cores: 1.64 times as fast as one, without them 1.82)."""
    if BLAS_THREADS in os.environ:
        yield
        return
    os.environ[BLAS_THREADS] = "1"
    try:
        yield
    finally:
        os.environ.pop(BLAS_THREADS, None)


def _start(make: Make) -> None:
    """Begins a worker process: the model is loaded once; Ctrl-C is for the parent, with which it ends, however that ends."""
    global _reader  # noqa: PLW0603
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
    _reader = make()


def _read(story: Story) -> Reading:
    assert _reader is not None  # noqa: S101  # _start made it
    return _reader.read(story)
