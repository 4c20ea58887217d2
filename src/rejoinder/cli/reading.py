"""Commands that read stories and print what was found, keeping nothing."""

from __future__ import annotations

import io
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from rejoinder.cli.common import Columns, Decisions, Jobs, Model, Paths, Width, machine_output, plainly

if TYPE_CHECKING:
    from rejoinder.types import Reading


class Format(StrEnum):
    """How a reading is printed."""

    text = "text"
    table = "table"
    json = "json"


def read(
    paths: Paths,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a story, one a line (same as --format json).")] = False,
    format: Annotated[Format, typer.Option("--format", "-f", help="text, table or json.")] = Format.text,
    width: Width = None,
    columns: Columns = None,
    model: Model = None,
    jobs: Jobs = None,
) -> None:
    """Print every statement of each story: who, what they did, the words said."""
    with _readings(paths, columns, model, jobs) as readings:
        _print(readings, Format.json if json else format, width)


def actors(
    paths: Paths,
    json: Annotated[bool, typer.Option("--json", help="One JSON object an actor, one a line, with the evidence for every merge.")] = False,
    decisions: Decisions = None,
    columns: Columns = None,
    model: Model = None,
    jobs: Jobs = None,
) -> None:
    """Print who the stories speak of: one actor a person, body or country over all of them, with names, offices and number of stories."""
    with _readings(paths, columns, model, jobs) as readings:
        from rejoinder.actors.identity import identify, read_decisions
        from rejoinder.show import people

        decided = read_decisions(decisions) if decisions else ()
        found = identify(_with_progress(readings), decided)
        if json:
            out = machine_output()
            for identity in found:
                out.write(people.to_json(identity) + "\n")
        else:
            cast(io.TextIOWrapper, sys.stdout).reconfigure(errors="replace")
            people.console().print(people.table(found))


def disputes_of(paths: list[str], *, json: bool, repeats: bool, decisions: Path | None, width: int | None, model: Path | None, jobs: int | None) -> None:
    """What is disputed in stories that are read now (the command `disputes`, asking.py)."""
    with _readings(paths, None, model, jobs) as readings:
        from rejoinder.actors.identity import identify, read_decisions
        from rejoinder.disputes.claims import claims
        from rejoinder.show import terminal
        from rejoinder.show import threads as show

        decided = read_decisions(decisions) if decisions else ()
        stories = {reading.story.id: reading for reading in _with_progress(readings)}
        found = [claim for claim in claims(stories.values(), identify(stories.values(), decided)) if repeats or claim.answers]
        if json:
            out = machine_output()
            for claim in found:
                out.write(show.to_json(claim, stories) + "\n")
            return
        cast(io.TextIOWrapper, sys.stdout).reconfigure(errors="replace")
        console = terminal.console(width)
        if console.is_terminal or width:
            console.print(show.page(found, stories) if found else "Nothing is disputed.")
        elif found:
            typer.echo(show.plain(found, stories))


@contextmanager
def _readings(paths: list[str], columns: str | None, model: Path | None, jobs: int | None) -> Generator[Iterator[Reading]]:
    """The readings of `paths`; what cannot be read is reported on standard error and makes the exit status 1."""
    with plainly() as problems:
        from rejoinder.corpus.pool import read_many
        from rejoinder.reading import Columns, read_stories

        mapping = Columns.parse(columns) if columns else None
        yield read_many(read_stories(paths, problems, mapping), problems, jobs=jobs, model=model)


def _print(readings: Iterator[Reading], format: Format, width: int | None) -> None:
    """Prints each reading as soon as it is there; JSON is UTF-8 everywhere, a page shows what the terminal can."""
    if format is Format.json:
        from rejoinder.show.contract import to_json

        out = machine_output()
        for reading in _with_progress(readings):
            out.write(to_json(reading) + "\n")
            out.flush()
        return
    cast(io.TextIOWrapper, sys.stdout).reconfigure(errors="replace")
    from rejoinder.show import terminal

    console = terminal.console(width)
    for reading in readings:
        if format is Format.table:
            console.print(terminal.table(reading))
        elif console.is_terminal or width:
            console.print(terminal.page(reading))
        else:
            sys.stdout.write(terminal.plain(reading) + "\n\n")
            sys.stdout.flush()


def _with_progress(readings: Iterator[Reading]) -> Iterator[Reading]:
    """Shows on standard error how far we are, where a person watches and the output goes elsewhere."""
    if sys.stdout.isatty() or not sys.stderr.isatty():
        yield from readings
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} stories, {task.fields[found]} statements"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("read", total=None, found=0)
        found = 0
        for reading in readings:
            found += len(reading.statements)
            progress.update(task, advance=1, found=found)
            yield reading
