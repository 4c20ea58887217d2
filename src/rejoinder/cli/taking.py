"""Commands that take the record elsewhere, and that score readings against people's own gold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from rejoinder.cli.common import DEFAULT, File, Json, Model, Threads, machine_output, opened, plainly

Formats = Literal["jsonl", "csv", "parquet", "brat", "annotation", "schema-org"]


def export(
    format: Annotated[Formats, typer.Option("--format", "-f", help="docs/exports.md describes them.")],
    to: Annotated[Path | None, typer.Option(help="File or folder; standard output if not given, where the format is one file.")] = None,
    older: Annotated[bool, typer.Option("--older", help="Also versions of stories that a newer one replaced.")] = False,
    record: File = DEFAULT,
) -> None:
    """Write the record for other tools."""
    with opened(record) as kept:
        from rejoinder.errors import InputError
        from rejoinder.export import FORMATS

        chosen = FORMATS[format]
        readings = kept.readings(older=older)
        if to is not None:
            chosen.write(readings, to)
            typer.echo(f"{to}: written", err=True)
        elif chosen.stream is not None:
            chosen.stream(readings, machine_output())
        else:
            raise InputError(format, "this format is a folder of files", "name it with --to")


def score(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="brat stand-off (a folder or a file), or JSON Lines of the contract.")],
    json: Json = False,
    model: Model = None,
    threads: Threads = None,
) -> None:
    """Read the texts of people's own gold and score what is found against it."""
    with plainly():
        from rejoinder.export import read_brat, read_contract
        from rejoinder.export.score import score as scored
        from rejoinder.export.score import table, to_dict
        from rejoinder.pipeline import Reader
        from rejoinder.show import terminal

        readings = read_contract(gold) if gold.suffix in (".jsonl", ".json", ".ndjson") else read_brat(gold)
        found = scored(readings, Reader(model, threads).read)
        if json:
            import json as writer

            machine_output().write(writer.dumps(to_dict(found)) + "\n")
        else:
            terminal.console().print(table(found))
