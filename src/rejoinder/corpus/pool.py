"""Stage: corpus. Stories -> readings, in input order, by as many processes as the machine has cores.

Few stories are read here, without waiting for processes to start. Memory is bounded: no more stories are on their way than AHEAD a process. A story at
which reading fails, or at which a process dies, is reported, and the others go on.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from pathlib import Path

from rejoinder.errors import InputError, RejoinderError
from rejoinder.pipeline import Reader
from rejoinder.types import Reading, Story

Report = Callable[[InputError], None]

FEW = 8  # stories that are read sooner than processes start
AHEAD = 4  # stories on their way for each process

_reader: Reader | None = None  # of a worker process


def cores() -> int:
    """Cores that this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_many(
    stories: Iterable[Story], report: Report, *, jobs: int | None = None, model: Path | None = None, reader: Reader | None = None
) -> Iterator[Reading]:
    """Readings of `stories`, in their order.

    Args:
        stories: taken as they are needed.
        report: is told of every story that could not be read.
        jobs: processes; one for each core if not given.
        model: folder of another model than the packaged one.
        reader: a loaded one of the same model, where there is one, for what is read in this process.
    """
    stories = iter(stories)
    jobs = jobs or cores()
    few = list(islice(stories, FEW)) if jobs > 1 else []
    if jobs == 1 or len(few) < FEW:
        yield from _here(chain(few, stories), report, reader or Reader(model))
    else:
        yield from _there(chain(few, stories), report, jobs, model)


def _here(stories: Iterable[Story], report: Report, reader: Reader) -> Iterator[Reading]:
    for story in stories:
        try:
            reading = reader.read(story)
        except RejoinderError:
            raise
        except Exception as error:  # whatever is wrong with one story, the others go on
            report(_failed(story, error))
            continue
        yield reading


def _there(stories: Iterator[Story], report: Report, jobs: int, model: Path | None) -> Iterator[Reading]:
    pool = _pool(jobs, model)
    waiting: deque[tuple[Story, Future[Reading]]] = deque()
    try:
        while True:
            for story in islice(stories, AHEAD * jobs - len(waiting)):
                waiting.append((story, pool.submit(_read, story)))
            if not waiting:
                return
            story, future = waiting[0]
            try:
                reading = future.result()
            except BrokenProcessPool:
                # One of the stories on their way killed its process, and the others' work is lost. The first is tried alone: it is the one, or it is done.
                pool, reading = _alone(story, jobs, model)
                waiting = deque((s, pool.submit(_read, s)) for s, _ in list(waiting)[1:])
                if reading is None:
                    report(InputError(story.id, "reading this story killed its process", "the others go on; please report it"))
                    continue
            except RejoinderError:
                raise
            except Exception as error:
                waiting.popleft()
                report(_failed(story, error))
                continue
            else:
                waiting.popleft()
            yield reading
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _alone(story: Story, jobs: int, model: Path | None) -> tuple[ProcessPoolExecutor, Reading | None]:
    """A fresh pool, and the story's reading, None where it kills that one's process too."""
    pool = _pool(jobs, model)
    try:
        return pool, pool.submit(_read, story).result()
    except BrokenProcessPool:
        return _pool(jobs, model), None


def _pool(jobs: int, model: Path | None) -> ProcessPoolExecutor:
    # Spawned, not forked: ONNX Runtime's threads do not survive a fork.
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_start, initargs=(model,))


def _start(model: Path | None) -> None:
    """Begins a worker process: the model is loaded once; Ctrl-C is for the parent, with which it ends, however that ends."""
    global _reader  # noqa: PLW0603
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
    _reader = Reader(model, threads=1)


def _read(story: Story) -> Reading:
    assert _reader is not None  # noqa: S101  # _start made it
    return _reader.read(story)


def _failed(story: Story, error: Exception) -> InputError:
    return InputError(story.id, f"this story cannot be read ({type(error).__name__}: {error})", "the others go on; please report it")
