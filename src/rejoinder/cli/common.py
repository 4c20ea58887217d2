"""What the commands share: their options, what goes wrong, and how answers are printed."""

from __future__ import annotations

import getpass
import io
import os
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rejoinder.errors import InputError
    from rejoinder.record import Record

PLACES = "Files (text, HTML, JSON Lines, CSV, Parquet, feeds, WARC), folders, addresses (https://...), or - for standard input."

Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help=PLACES)]
Columns = Annotated[str | None, typer.Option(help="Columns of tables, for example text=body,published=date; by default they have the fields' names.")]
Model = Annotated[Path | None, typer.Option(help="Folder of another model than the packaged one.")]
Threads = Annotated[int | None, typer.Option(min=1, help="CPU threads; all cores if not given.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="Processes; one for each core if not given.")]
Decisions = Annotated[Path | None, typer.Option(help="JSON Lines of merges and splits of actors that people decided; they win over the program.")]
Width = Annotated[int | None, typer.Option(min=40, help="Columns of the page; the terminal's own if not given.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object an answer, one a line.")]
Csv = Annotated[bool, typer.Option("--csv", help="A header and a line an answer.")]
File = Annotated[Path, typer.Option("--record", "-r", envvar="REJOINDER_RECORD", help="The record.")]
Limit = Annotated[int, typer.Option(min=1, help="How many at most.")]
Offset = Annotated[int, typer.Option(min=0, help="How many to pass over.")]
By = Annotated[str | None, typer.Option(help="Who says so; your user name if not given.")]
DEFAULT = Path("news.db")


class Problems:
    """What was left out: said on standard error when it happens, and counted."""

    def __init__(self) -> None:
        self.found: list[InputError] = []

    def __call__(self, problem: InputError) -> None:
        """Says what was left out."""
        self.found.append(problem)
        typer.echo(f"rejoinder: {problem}", err=True)


def group(help: str) -> typer.Typer:
    """A group of commands, as all are: help with -h too, and without a command; no tracebacks drawn."""
    return typer.Typer(
        help=help, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]}
    )


@contextmanager
def plainly() -> Generator[Problems]:
    """Turns what goes wrong into a sentence on standard error and the exit status."""
    from rejoinder.errors import RejoinderError

    problems = Problems()
    try:
        yield problems
    except RejoinderError as error:
        typer.echo(f"rejoinder: {error}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("rejoinder: stopped", err=True)
        raise typer.Exit(130) from None
    except BrokenPipeError:
        # The reader of our output went away (head, less): nothing is wrong, and Python must not complain on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if problems.found:
        raise typer.Exit(1)


@contextmanager
def opened(file: Path, *, writing: bool = False) -> Generator[Record]:
    """The record, with what goes wrong said plainly."""
    with plainly():
        from rejoinder.record import Record

        with Record(file, writing=writing) as record:
            yield record


def machine_output() -> io.TextIOWrapper:
    """Standard output for machines: UTF-8 and line feeds everywhere."""
    out = cast(io.TextIOWrapper, sys.stdout)
    out.reconfigure(encoding="utf-8", newline="\n")
    return out


def print_answers(answers: Iterable[Any], page: Callable[[Any], RenderableType], *, json: bool, csv: bool, width: int | None, nothing: str) -> None:
    """Prints what the record answers, for people or for machines; nothing: said to people where there is none."""
    from rejoinder.record.answers import Answers
    from rejoinder.show import answers as show
    from rejoinder.show import terminal

    if json or csv:
        (show.write_json if json else show.write_csv)(answers, machine_output())
        return
    cast(io.TextIOWrapper, sys.stdout).reconfigure(errors="replace")
    found = list(answers)
    terminal.console(width).print(page(found) if found else nothing)
    if isinstance(answers, Answers) and answers.more:
        typer.echo(f"{len(found)} of {answers.total}; ask for more with --limit or --offset.", err=True)


def somebody(by: str | None) -> str:
    """Who sets something right."""
    if by:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        from rejoinder.record.record import ANYBODY

        return ANYBODY
