"""Many stories by several processes: order, failures, and how far ahead is read. The readers are scripted, so that a story can do what no real one should."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rejoinder.corpus import pool
from rejoinder.corpus.pool import AHEAD, FEW, read_many
from rejoinder.errors import InputError
from rejoinder.pipeline import Reader
from rejoinder.types import Reading, Story


class Scripted(Reader):
    """Does what the story's text says; the process that did it is its publisher."""

    def __init__(self, model: Path | None = None, threads: int | None = None) -> None:
        assert threads in (1, None)

    def read(self, story: Story | str) -> Reading:
        assert isinstance(story, Story)
        match story.text.split():
            case ["sleep", seconds]:
                time.sleep(float(seconds))
            case ["raise", words]:
                raise ValueError(words)
            case ["environment", name]:
                raise ValueError(os.environ.get(name, "not set"))
            case ["die"]:
                os._exit(3)
            case _:
                pass
        return Reading(replace(story, publisher=str(os.getpid())))


def stories(texts: list[str]) -> list[Story]:
    return [Story(str(k), text) for k, text in enumerate(texts)]


def readings(texts: list[str], jobs: int) -> tuple[list[Reading], list[str]]:
    problems: list[InputError] = []
    found = list(read_many(stories(texts), problems.append, jobs=jobs, readers=Scripted))
    return found, [str(problem) for problem in problems]


def test_processes_multiply_in_one_thread_each(monkeypatch: pytest.MonkeyPatch):
    texts = [f"environment {pool.BLAS_THREADS}"] * (FEW + 1)
    monkeypatch.delenv(pool.BLAS_THREADS, raising=False)
    _, problems = readings(texts, 2)
    assert len(problems) == FEW + 1
    assert all("ValueError: 1)" in problem for problem in problems)
    assert pool.BLAS_THREADS not in os.environ
    monkeypatch.setenv(pool.BLAS_THREADS, "3")  # somebody's own choice is kept
    _, problems = readings(texts, 2)
    assert all("ValueError: 3)" in problem for problem in problems)


def test_order_is_kept_by_several_processes():
    texts = [f"sleep {0.03 * (k % 4)}" for k in range(24)]
    found, problems = readings(texts, 2)
    assert [reading.story.text for reading in found] == texts
    assert problems == []
    processes = {reading.story.publisher for reading in found}
    assert str(os.getpid()) not in processes
    assert len(processes) <= 2
    assert not multiprocessing.active_children()  # one that ends while Python does too can make it print a traceback


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_story_that_cannot_be_read_costs_only_itself(jobs: int):
    found, problems = readings(["", "raise one", *[""] * 8, "raise two"], jobs)
    assert [reading.story.id for reading in found] == ["0", *map(str, range(2, 10))]
    assert problems == [
        "1: this story cannot be read (ValueError: one); the others go on; please report it.",
        "10: this story cannot be read (ValueError: two); the others go on; please report it.",
    ]


def test_a_story_that_kills_its_process_costs_only_itself():
    # The first, two in a row in the midst of others, one after one that cannot be read, and the last.
    texts = [""] * 20
    texts[9] = "raise nine"
    killers = [0, 5, 6, 10, 19]
    for k in killers:
        texts[k] = "die"
    found, problems = readings(texts, 2)
    assert [int(reading.story.id) for reading in found] == [k for k in range(20) if not texts[k]]
    assert [problem.split(":")[0] for problem in problems] == ["0", "5", "6", "9", "10", "19"]
    assert sum("killed its process" in problem for problem in problems) == len(killers)


def test_a_process_that_dies_while_nobody_waits_for_it():
    """The processes are found dead when the next story is handed to them."""
    texts = ["", "die", *[""] * 30]
    problems: list[InputError] = []
    found: list[str] = []
    for reading in read_many(stories(texts), problems.append, jobs=2, readers=Scripted):
        if not found:
            time.sleep(1.5)
        found.append(reading.story.id)
    assert found == [str(k) for k in range(32) if k != 1]
    assert [problem.where for problem in problems] == ["1"]


@pytest.mark.parametrize(("jobs", "ahead"), [(1, 0), (2, 2 * AHEAD)])
def test_no_more_is_taken_than_is_needed_soon(jobs: int, ahead: int):
    taken = 0

    def endless() -> Iterator[Story]:
        nonlocal taken
        while True:
            taken += 1
            yield Story(str(taken), "")

    found = read_many(endless(), pytest.fail, jobs=jobs, readers=Scripted)
    for k in range(1, 40):
        assert next(found).story.id == str(k)
        assert taken <= k + max(ahead - 1, 0)
    found.close()  # type: ignore[attr-defined]  # a generator


def test_few_stories_start_no_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pool, "ProcessPoolExecutor", pytest.fail)
    found, _ = readings([""] * (FEW - 1), 2)
    assert {reading.story.publisher for reading in found} == {str(os.getpid())}


def test_nobody_is_left_behind_when_the_rest_is_not_wanted():
    found = read_many(stories(["sleep 0.05"] * 40), pytest.fail, jobs=2, readers=Scripted)
    next(found)
    found.close()  # type: ignore[attr-defined]  # a generator
    until = time.monotonic() + 10
    while multiprocessing.active_children() and time.monotonic() < until:
        time.sleep(0.05)
    assert not multiprocessing.active_children()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_no_interrupt_falls_between_starting_a_process_and_telling_it_what_to_do():
    """Whichever thread the signal comes to: the main one's mask alone leaves it to another, and Python interrupts the main one all the same."""
    done: list[str] = []
    go = threading.Event()

    def hears():
        go.wait()
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    other = threading.Thread(target=hears)  # begun before, so that it has no mask
    other.start()

    def start():
        with pool._no_interrupts():  # pyright: ignore[reportPrivateUsage]
            go.set()
            other.join()
            time.sleep(0.05)
            done.append("told")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert done == ["told"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
