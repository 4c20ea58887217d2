"""Commands that write stories into the record, or remove them."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rejoinder.cli.common import DEFAULT, Columns, File, Jobs, Model, Paths, Problems, opened, plainly

if TYPE_CHECKING:
    from rejoinder.record import Record
    from rejoinder.record.stories import Kept
    from rejoinder.types import Reading, Run, Story

SETTLE = 0.25  # identities are settled when the stories have grown by this share since the last time ...
FEWEST = 200  # ... but not before so many

Step = Callable[[str, int], None]


def add(paths: Paths, record: File = DEFAULT, columns: Columns = None, jobs: Jobs = None, model: Model = None) -> None:
    """Read stories and keep everything that is found; what is on record already is passed over.

    A story is kept whole or not at all; an addition that was stopped goes on where it was with the same command.
    """
    with opened(record, writing=True) as kept, plainly() as problems:
        from rejoinder.pipeline import run_of
        from rejoinder.reading import Columns as Mapping
        from rejoinder.reading import read_stories
        from rejoinder.reading.counting import expected

        run = run_of(model)
        counts: Counter[str] = Counter()
        mapping = Mapping.parse(columns) if columns else None
        with _progress(expected(paths)) as step:
            stories = _unknown(read_stories(paths, problems, mapping), kept, counts, step)
            try:
                _keep(_read(stories, problems, jobs, model), kept, run, counts, step)
            finally:
                _summary(counts, problems, kept)


def import_(
    tables: Annotated[Path, typer.Argument(metavar="TABLES", help="Folder that `rejoinder spark read` wrote, on this machine.")],
    record: File = DEFAULT,
) -> None:
    """Keep the stories of tables that a cluster wrote, as `add` keeps what it reads; what is on record already is passed over."""
    with plainly() as problems:
        from rejoinder.spark.tables import number_of, readings_of, run_of

        run = run_of(tables)  # before the record is made
        with opened(record, writing=True) as kept, _progress(number_of(tables)) as step:
            counts: Counter[str] = Counter()
            try:
                _keep(readings_of(tables), kept, run, counts, step)
            finally:
                _summary(counts, problems, kept)


def _read(stories: Iterator[Story], problems: Problems, jobs: int | None, model: Path | None) -> Iterator[Reading]:
    """The readings of stories; where there is none, no model is loaded."""
    from rejoinder.corpus.pool import read_many

    first = next(stories, None)
    if first is not None:
        yield from read_many(chain([first], stories), problems, jobs=jobs, model=model)


def _unknown(stories: Iterator[Story], kept: Record, counts: Counter[str], step: Step) -> Iterator[Story]:
    """The stories that are not on record yet."""
    for story in stories:
        key = kept.key(story)
        if key is None:
            yield story
        else:
            counts["known"] += 1
            step(f"known\t{key}", 0)


def _keep(readings: Iterator[Reading], kept: Record, run: Run, counts: Counter[str], step: Step) -> None:
    wait = FEWEST
    for reading in readings:
        how: Kept = kept.keep(reading, run)
        counts[how] += 1
        counts["statements"] += len(reading.statements) if how != "known" else 0
        # Only now: what is reported as kept is kept.
        step(f"{how}\t{kept.key(reading.story)}\t{len(reading.statements)} statements", len(reading.statements))
        wait -= 1
        if not wait:
            kept.settle_identities()
            wait = max(FEWEST, int(SETTLE * (counts["kept"] + counts["new version"])))
    kept.settle()


def _summary(counts: Counter[str], problems: Problems, kept: Record) -> None:
    said = [f"{counts['kept'] + counts['new version']} stories kept with {counts['statements']} statements"]
    said += [f"{counts['new version']} of them new versions"] if counts["new version"] else []
    said += [f"{counts['known']} known already"] if counts["known"] else []
    said += [f"{len(problems.found)} complaints (above)"] if problems.found else []
    typer.echo(f"{kept.file}: {', '.join(said)}.", err=True)


def reread(
    keys: Annotated[list[str] | None, typer.Argument(metavar="[STORY]...", help="Keys of stories; all that something older has read if not given.")] = None,
    record: File = DEFAULT,
    jobs: Jobs = None,
    model: Model = None,
) -> None:
    """Read stories of the record again, with this program and model; what people set right stays."""
    with opened(record, writing=True) as kept, plainly() as problems:
        from rejoinder.pipeline import run_of

        run = run_of(model)
        keys = keys or kept.outdated(run)
        # The text's condition and dateline are looked at anew too.
        stories = (replace(kept.story(key).story, condition=None, dateline=None) for key in keys)
        with _progress(len(keys)) as step:
            for reading in _read(stories, problems, jobs, model):
                kept.renew(reading, run)
                step(f"read again\t{reading.story.id}\t{len(reading.statements)} statements", len(reading.statements))
        kept.settle()
        typer.echo(f"{kept.file}: {len(keys)} stories read again.", err=True)


def forget(stories: Annotated[list[str], typer.Argument(metavar="STORY...", help="Keys, as `rejoinder stories` prints them.")], record: File = DEFAULT) -> None:
    """Remove stories from the record, with everything that hangs on them, corrections too."""
    with opened(record, writing=True) as kept:
        for story in stories:
            kept.forget(story)
            typer.echo(f"forgotten\t{story}")


@contextmanager
def _progress(total: int | None) -> Generator[Step]:
    """How far we are: a bar with rate and time left where a person watches, else a line a story on standard output."""
    if not sys.stderr.isatty():

        def say(line: str, _: int) -> None:
            try:
                typer.echo(line)
                sys.stdout.flush()
            except BrokenPipeError:  # who listened went away (head, less); the stories are kept all the same
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (SpinnerColumn(), MofNCompleteColumn(), TextColumn("stories"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeElapsedColumn())
    left = (TextColumn("left"), TimeRemainingColumn()) if total else ()
    with Progress(*columns, *left, console=Console(stderr=True), transient=True, speed_estimate_period=60) as progress:
        task = progress.add_task("add", total=total, rate="")

        def show(_: str, statements: int) -> None:
            nonlocal found
            found += statements
            speed = progress.tasks[0].speed
            progress.update(task, advance=1, rate=f"{found} statements" + (f", {speed:.1f} stories a second" if speed else ""))

        found = 0
        yield show
