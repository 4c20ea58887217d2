"""The command line. Results go to standard output, everything else to standard error; the exit status is 1 if anything was left out."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

if TYPE_CHECKING:
    from rejoinder.errors import InputError
    from rejoinder.types import Reading

app = typer.Typer(
    help="Who said what, to whom, and who answered it: reads news and keeps the record.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """How a reading is printed."""

    text = "text"
    table = "table"
    json = "json"


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"rejoinder {version('rejoinder')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Who said what, to whom, and who answered it: reads news and keeps the record."""


@app.command()
def read(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files (.txt: one story; .jsonl: one a line), folders, or - for standard input.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a story, one a line (same as --format json).")] = False,
    format: Annotated[Format, typer.Option("--format", "-f", help="text, table or json.")] = Format.text,
    width: Annotated[int | None, typer.Option(min=40, help="Columns of the page; the terminal's own if not given.")] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of another model than the packaged one.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads; all cores if not given.")] = None,
) -> None:
    """Print every statement of each story: who, what they did, the words said."""
    with _readings(paths, model, threads) as readings:
        _print(readings, Format.json if json else format, width)


@app.command()
def actors(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files (.txt: one story; .jsonl: one a line), folders, or - for standard input.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object an actor, one a line, with the evidence for every merge.")] = False,
    decisions: Annotated[Path | None, typer.Option(help="JSON Lines of merges and splits that people decided; they win over the program.")] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of another model than the packaged one.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads; all cores if not given.")] = None,
) -> None:
    """Print who the stories speak of: one actor a person, body or country over all of them, with names, offices and number of stories."""
    with _readings(paths, model, threads) as readings:
        from rejoinder.actors.identity import identify, read_decisions
        from rejoinder.show import people

        decided = read_decisions(decisions) if decisions else ()
        found = identify(_with_progress(readings), decided)
        if json:
            cast(io.TextIOWrapper, sys.stdout).reconfigure(encoding="utf-8", newline="\n")
            for identity in found:
                typer.echo(people.to_json(identity))
        else:
            cast(io.TextIOWrapper, sys.stdout).reconfigure(errors="replace")
            people.console().print(people.table(found))


@app.command()
def disputes(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files (.txt: one story; .jsonl: one a line), folders, or - for standard input.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a claim, one a line, with everything that answers it.")] = False,
    repeats: Annotated[bool, typer.Option("--repeats", help="Also claims that were only said again, by nobody answered.")] = False,
    decisions: Annotated[Path | None, typer.Option(help="JSON Lines of merges and splits of actors that people decided; they win over the program.")] = None,
    width: Annotated[int | None, typer.Option(min=40, help="Columns of the page; the terminal's own if not given.")] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of another model than the packaged one.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads; all cores if not given.")] = None,
) -> None:
    """Print what is disputed: each claim over all the stories, and under it who denied, disputed, repeated or took it back."""
    with _readings(paths, model, threads) as readings:
        from rejoinder.actors.identity import identify, read_decisions
        from rejoinder.disputes.claims import claims
        from rejoinder.show import terminal
        from rejoinder.show import threads as show

        decided = read_decisions(decisions) if decisions else ()
        stories = {reading.story.id: reading for reading in _with_progress(readings)}
        found = [claim for claim in claims(stories.values(), identify(stories.values(), decided)) if repeats or claim.answers]
        if json:
            cast(io.TextIOWrapper, sys.stdout).reconfigure(encoding="utf-8", newline="\n")
            for claim in found:
                typer.echo(show.to_json(claim, stories))
            return
        cast(io.TextIOWrapper, sys.stdout).reconfigure(errors="replace")
        console = terminal.console(width)
        if console.is_terminal or width:
            console.print(show.page(found, stories) if found else "Nothing is disputed.")
        elif found:
            typer.echo(show.plain(found, stories))


@contextmanager
def _readings(paths: list[str], model: Path | None, threads: int | None) -> Generator[Iterator[Reading]]:
    """The readings of `paths`; what cannot be read is reported on standard error and makes the exit status 1."""
    from rejoinder.errors import RejoinderError
    from rejoinder.pipeline import Reader
    from rejoinder.reading.files import read_stories

    problems: list[InputError] = []

    def report(problem: InputError) -> None:
        problems.append(problem)
        typer.echo(f"rejoinder: {problem}", err=True)

    try:
        reader = Reader(model, threads)
        yield (reader.read(story) for story in read_stories(paths, report))
    except RejoinderError as error:
        typer.echo(f"rejoinder: {error}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("rejoinder: stopped", err=True)
        raise typer.Exit(130) from None
    except BrokenPipeError:
        # The reader of our output went away (head, less): nothing is wrong, and Python must not complain on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if problems:
        raise typer.Exit(1)


def _print(readings: Iterator[Reading], format: Format, width: int | None) -> None:
    """Prints each reading as soon as it is there; JSON is UTF-8 everywhere, a page shows what the terminal can."""
    out = cast(io.TextIOWrapper, sys.stdout)
    if format is Format.json:
        out.reconfigure(encoding="utf-8", newline="\n")
    else:
        out.reconfigure(errors="replace")
    if format is Format.json:
        from rejoinder.show.contract import to_json

        for reading in _with_progress(readings):
            sys.stdout.write(to_json(reading) + "\n")
            sys.stdout.flush()
        return
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


if __name__ == "__main__":
    app()
