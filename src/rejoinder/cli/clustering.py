"""Commands for many stories: `rejoinder spark read` and `rejoinder spark settle`, on a cluster or on all cores of this machine.

What `spark-submit` starts is this file too (docs/spark.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rejoinder.cli.common import Columns, Decisions, Model, group, plainly

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

spark = group("Read stories, and find who is who and what is one claim, with Apache Spark: on a cluster, or with all cores of this machine.")

Format = Literal["parquet", "jsonl", "text"]
Target = Annotated[str, typer.Argument(help="Folder of the tables, wherever Spark can write.")]
Conf = Annotated[
    list[str] | None, typer.Option(metavar="NAME=VALUE", help="A setting of Spark, as spark.master=yarn or spark.driver.memory=4g; may be repeated.")
]


@spark.command("read")
def read_on(
    source: Annotated[str, typer.Argument(help="Parquet or JSON Lines files, or a folder of text files, wherever Spark can read.")],
    target: Target,
    format: Annotated[Format | None, typer.Option("--format", "-f", help="What the source is; told by the names of its files if not given.")] = None,
    columns: Columns = None,
    model: Model = None,
    partitions: Annotated[int | None, typer.Option(min=1, help="Tasks; one for some thousand stories if not given.")] = None,
    conf: Conf = None,
) -> None:
    """Read every story and write tables of what was found; what TARGET held before is replaced when all is done."""
    with plainly():
        from rejoinder.reading import Columns as Mapping
        from rejoinder.spark.jobs import read_stories_on

        mapping = Mapping.parse(columns) if columns else None
        done = read_stories_on(_session(conf), source, target, format=format, columns=mapping, model=model, partitions=partitions)
        complaints = f", {done.problems} complaints (in its table `problems`)" if done.problems else ""
        typer.echo(f"{target}: {done.stories} stories with {done.statements} statements{complaints}.", err=True)
        if done.problems:
            raise typer.Exit(1)


@spark.command("settle")
def settle(target: Target, decisions: Decisions = None, conf: Conf = None) -> None:
    """Find who is who and what is one claim over all stories of the tables; what was found before is replaced when all is done."""
    with plainly():
        from rejoinder.actors.identity import read_decisions
        from rejoinder.spark.jobs import settle_on

        decided = read_decisions(decisions) if decisions else ()
        found = settle_on(_session(conf), target, decided)
        typer.echo(f"{target}: {found.identities} actors, {found.claims} claims.", err=True)


def _session(conf: list[str] | None) -> SparkSession:
    import logging

    from rejoinder.errors import InputError
    from rejoinder.spark.jobs import session

    settings = dict[str, str]()
    for setting in conf or ():
        name, equals, value = setting.partition("=")
        if not name.startswith("spark.") or not equals:
            raise InputError(f"--conf {setting}", "no setting of Spark", "write NAME=VALUE, as in spark.driver.memory=4g")
        settings[name] = value
    logging.getLogger().addHandler(logging.NullHandler())  # py4j tells the root logger of Ctrl-C, with tracebacks
    return session(settings)


if __name__ == "__main__":
    spark()
