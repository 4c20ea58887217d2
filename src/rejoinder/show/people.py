"""Stage: show. Identities over many stories, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from rejoinder.actors.identity import Identity, Tenure
from rejoinder.show.terminal import console
from rejoinder.show.view import clean

__all__ = ["console", "table", "to_json"]

FEW = 3  # names and offices shown of each


def to_json(identity: Identity) -> str:
    """One line of JSON, with the evidence for every member."""
    return json.dumps(
        {
            "id": identity.id,
            "name": identity.name,
            "kind": identity.kind,
            "named": identity.named,
            "country": identity.country,
            "names": [{"name": name, "stories": count} for name, count in identity.names],
            "offices": [{"title": o.title, "of": o.of, "stories": o.stories, "first": o.first, "last": o.last} for o in identity.offices],
            "evidence": [{"story": e.member.story, "actor": e.member.actor, "rule": e.rule, "words": e.words} for e in identity.evidence],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def table(identities: Iterable[Identity]) -> Table:
    """Named actors, those of most stories first."""
    out = Table()
    for name in ("actor", "kind", "country", "offices", "also called"):
        out.add_column(name, overflow="fold")
    out.add_column("stories", justify="right")
    for identity in sorted((i for i in identities if i.named), key=lambda i: (-len({m.story for m in i.members}), i.id)):
        offices = "; ".join(_office(o) for o in identity.offices[:FEW])
        others = ", ".join(clean(name) for name, _ in identity.names[1 : FEW + 1])
        out.add_row(
            Text(clean(identity.name), "bold cyan"),
            identity.kind,
            identity.country or "",
            Text(offices),
            Text(others),
            str(len({m.story for m in identity.members})),
        )
    return out


def _office(office: Tenure) -> str:
    return clean(office.title + (f" ({office.of})" if office.of else ""))
