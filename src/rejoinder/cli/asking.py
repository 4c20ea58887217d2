"""Commands that ask the record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rejoinder.cli.common import DEFAULT, PLACES, Csv, File, Jobs, Json, Limit, Model, Offset, Width, opened, print_answers
from rejoinder.cli.reading import disputes_of

if TYPE_CHECKING:
    from rejoinder.record import Record

Acts = Literal["assert", "accuse", "criticise", "deny", "concede", "retract", "demand", "promise", "warn", "support", "ask", "decline", "think"]
Modes = Literal["direct", "indirect", "mixed"]
Words = Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", help='All of these words; "a phrase" in quotation marks; begin* for a beginning.')]
Since = Annotated[str | None, typer.Option(help="Published on this day or later (2024-03-01; a month, a year).")]
Until = Annotated[str | None, typer.Option(help="Published on this day or before.")]
Publisher = Annotated[str | None, typer.Option(help="A part of its name.")]


def search(
    words: Words = None,
    speaker: Annotated[str | None, typer.Option(help="Who said it: a name or an id.")] = None,
    to: Annotated[str | None, typer.Option(help="To whom.")] = None,
    about: Annotated[str | None, typer.Option(help="Of whom the words speak, or whom they target.")] = None,
    act: Annotated[Acts | None, typer.Option(help="What it does.", show_default=False)] = None,
    mode: Annotated[Modes | None, typer.Option(help="Whose wording it is.")] = None,
    since: Since = None,
    until: Until = None,
    publisher: Publisher = None,
    named: Annotated[bool | None, typer.Option("--named/--anonymous", help="Only sources with a name, or without one.")] = None,
    story: Annotated[str | None, typer.Option(help="Only in this story.")] = None,
    record: File = DEFAULT,
    limit: Limit = 50,
    offset: Offset = 0,
    json: Json = False,
    csv: Csv = False,
    width: Width = None,
) -> None:
    """Statements with these words, by whom, to whom, about whom; the latest first."""
    with opened(record) as kept:
        from rejoinder.show.answers import sayings

        found = kept.search(
            _joined(words), speaker=speaker, to=to, about=about, act=act, mode=mode, since=since, until=until,
            publisher=publisher, named=named, story=story, limit=limit, offset=offset,
        )  # fmt: skip
        print_answers(found, sayings, json=json, csv=csv, width=width, nothing="Nobody is on record with that.")


def who(
    name: Annotated[list[str], typer.Argument(metavar="NAME...", help="A name, a part of one, or an id.")],
    record: File = DEFAULT,
    limit: Limit = 3,
    json: Json = False,
    csv: Csv = False,
    width: Width = None,
) -> None:
    """Somebody: names, offices, what they said, to whom, whom they accuse, who answers them."""
    with opened(record) as kept:
        from rejoinder.show.answers import profiles

        print_answers(kept.who(" ".join(name), limit=limit), profiles, json=json, csv=csv, width=width, nothing="Nobody on record is called so.")


def disputes(
    what: Annotated[
        list[str] | None, typer.Argument(metavar="[WORDS | PATH...]", help=f"Words of a claim or answer on record; or stories to read. {PLACES}")
    ] = None,
    record: File = DEFAULT,
    repeats: Annotated[bool, typer.Option("--repeats", help="Also claims that were only said again, by nobody answered.")] = False,
    limit: Limit = 50,
    offset: Offset = 0,
    json: Json = False,
    csv: Csv = False,
    decisions: Annotated[Path | None, typer.Option(help="Of stories to read: JSON Lines of merges and splits of actors that people decided.")] = None,
    width: Width = None,
    model: Model = None,
    jobs: Jobs = None,
) -> None:
    """What is disputed: each claim, and under it who denied, disputed, repeated or took it back.

    Where every argument is a file, a folder, an address or -, these stories are read; else the record is asked.
    """
    if what and all(place == "-" or "://" in place or Path(place).exists() for place in what):
        disputes_of(what, json=json, repeats=repeats, decisions=decisions, width=width, model=model, jobs=jobs)
        return
    with opened(record) as kept:
        from rejoinder.show.answers import disputes as show

        _freshen(kept)
        found = kept.disputes(_joined(what), repeats=repeats, limit=limit, offset=offset)
        print_answers(found, show, json=json, csv=csv, width=width, nothing="Nothing is disputed.")


def _freshen(kept: Record) -> None:
    """Gathers the claims where an addition was cut short before it could."""
    from rejoinder.errors import RecordError
    from rejoinder.record import Record

    if not kept.stale:
        return
    try:
        with Record(kept.file, writing=True) as writer:
            writer.settle()
    except RecordError as error:
        typer.echo(f"rejoinder: claims are not up to date ({error})", err=True)


def stories(
    words: Words = None,
    since: Since = None,
    until: Until = None,
    publisher: Publisher = None,
    record: File = DEFAULT,
    limit: Limit = 50,
    offset: Offset = 0,
    json: Json = False,
    csv: Csv = False,
    width: Width = None,
) -> None:
    """The stories on record, those with these words; the latest first."""
    with opened(record) as kept:
        from rejoinder.show.answers import stories as show

        found = kept.stories(_joined(words), since=since, until=until, publisher=publisher, limit=limit, offset=offset)
        print_answers(found, show, json=json, csv=csv, width=width, nothing="No such story.")


def stats(record: File = DEFAULT, json: Json = False, csv: Csv = False, width: Width = None) -> None:
    """How much is on record."""
    with opened(record) as kept:
        from rejoinder.show.answers import stats as show

        print_answers([kept.stats()], lambda found: show(found[0]), json=json, csv=csv, width=width, nothing="")


def _joined(words: list[str] | None) -> str | None:
    """The words as one question; what the shell took out of quotation marks as a phrase stays one."""
    return " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words) if words else None
