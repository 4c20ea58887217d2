"""The command line. Results go to standard output, everything else to standard error; the exit status is 1 if anything was left out."""

from __future__ import annotations

from typing import Annotated

import typer

from rejoinder.cli import asking, clustering, correcting, keeping, reading, serving, taking
from rejoinder.cli.common import group

app = group("Who said what, to whom, and who answered it: reads news and keeps the record.")

PANELS = {
    "Read": (reading.read, reading.actors, asking.disputes),
    "Keep a record": (keeping.add, keeping.import_, keeping.reread, keeping.forget),
    "Ask the record": (serving.serve, asking.search, asking.who, asking.stories, asking.stats),
    "Set right": (correcting.correct, correcting.link, correcting.merge, correcting.split, correcting.undo, correcting.corrections),
    "Take elsewhere": (taking.export, taking.score),
}
for panel, commands in PANELS.items():
    for command in commands:
        app.command(command.__name__.removesuffix("_"), rich_help_panel=panel)(command)
app.add_typer(clustering.spark, name="spark", rich_help_panel="Read")


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
