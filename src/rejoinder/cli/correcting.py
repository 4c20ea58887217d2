"""Commands that set right what the machine got wrong, list it and take it back."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from rejoinder.cli.common import DEFAULT, By, Csv, File, Json, Width, machine_output, opened, print_answers, somebody

Kinds = Literal["speaker", "to", "target", "act", "mode", "drop"]
Relations = Literal["denies", "disputes", "retracts", "contradicts", "repeats", "supports"]
Story = Annotated[str, typer.Argument(metavar="STORY", help="Key of a story.")]
Statement = Annotated[str, typer.Argument(metavar="STATEMENT", help="Id of a statement in it.")]


def correct(
    story: Story,
    statement: Statement,
    what: Annotated[Kinds, typer.Argument(help="What is wrong; drop: it is no statement at all.")],
    value: Annotated[
        str | None, typer.Argument(metavar="[VALUE]", help='What is right: a name or id ("person:Ana Reed" for somebody new), an act, a mode.')
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="It is nobody, or not known.")] = False,
    by: By = None,
    record: File = DEFAULT,
) -> None:
    """Set right who speaks, to whom, against whom, or what a statement does; or drop it."""
    with opened(record, writing=True) as kept:
        if (value is None) is not (nobody or what == "drop"):
            raise typer.BadParameter("give the right value, or --nobody where there is none.")
        typer.echo(f"correction {kept.correct(story, statement, what, value, by=somebody(by))}")


def link(
    story: Story,
    answering: Annotated[str, typer.Argument(metavar="ANSWERING", help="Id of the statement that answers.")],
    answered: Annotated[str, typer.Argument(metavar="ANSWERED", help="Id of the statement that is answered.")],
    relation: Annotated[Relations | None, typer.Argument(help="How.")] = None,
    none: Annotated[bool, typer.Option("--none", help="It does not answer it.")] = False,
    by: By = None,
    record: File = DEFAULT,
) -> None:
    """Set right which statement answers which."""
    with opened(record, writing=True) as kept:
        if (relation is None) is not none:
            raise typer.BadParameter("give how it answers, or --none where it does not.")
        typer.echo(f"correction {kept.correct_link(story, answering, answered, relation, by=somebody(by))}")


def merge(
    first: Annotated[str, typer.Argument(metavar="ONE", help="An id, or a name that only one has.")],
    second: Annotated[str, typer.Argument(metavar="OTHER", help="The same of the other.")],
    by: By = None,
    record: File = DEFAULT,
) -> None:
    """Say that two actors are one."""
    with opened(record, writing=True) as kept:
        typer.echo(f"correction {kept.merge(first, second, by=somebody(by))}")


def split(
    actor: Annotated[str, typer.Argument(metavar="ACTOR", help="An id, or a name that only one has.")],
    story: Annotated[str, typer.Argument(metavar="STORY", help="The story in which it is somebody else.")],
    by: By = None,
    record: File = DEFAULT,
) -> None:
    """Say that in one story an actor is somebody else."""
    with opened(record, writing=True) as kept:
        typer.echo(f"correction {kept.split(actor, story, by=somebody(by))}")


def undo(number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `rejoinder corrections` lists it.")], record: File = DEFAULT) -> None:
    """Take a correction back."""
    with opened(record, writing=True) as kept:
        kept.undo(number)
        typer.echo(f"correction {number} undone")


def corrections(
    record: File = DEFAULT,
    gold: Annotated[bool, typer.Option("--gold", help="As stand-off gold: offsets and the text's SHA-256, no text; one JSON object a story.")] = False,
    json: Json = False,
    csv: Csv = False,
    width: Width = None,
) -> None:
    """What people have set right: who, when, what."""
    with opened(record) as kept:
        from rejoinder.show.answers import corrections as show
        from rejoinder.show.answers import write_json

        if gold:
            write_json(kept.gold(), machine_output())
            return
        print_answers(kept.corrections(), show, json=json, csv=csv, width=width, nothing="Nothing was set right.")
