"""Stage: resolve. Entities -> Actors with ids, and the statements that point at them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rejoinder.actors.entities import Entities, Entity
from rejoinder.actors.lexicon import country_names
from rejoinder.actors.names import plain
from rejoinder.types import Actor, Office, Span, Statement

Parties = tuple[int | None, int | None, int | None]  # speaker, addressee, target of a statement, as entities
LONGEST = 60  # letters of an id's name


def finished(entities: Entities, statements: Sequence[Statement], found: Sequence[Parties]) -> tuple[tuple[Actor, ...], tuple[Statement, ...]]:
    """Actors in the order of their first mentions, and the statements with speaker, to, target and named.

    Actors are all that have a name, and those without one that speak, are spoken to or concerned.
    """
    needed = [k for k, entity in enumerate(entities.all) if (entity.named or entity.spoke) and (entity.mentions or entity.spoke)]
    needed.sort(key=lambda k: min((m.first for m in entities.all[k].mentions), default=0))
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for k in needed:
        ids[k] = _id(entities.all[k], taken)
        taken.add(ids[k])
    # In "Ana Holm accused Bo Lind" the word before the name is no office of his.
    cues = frozenset(at for s in statements for a, b in s.cue for at in range(a, b))
    actors = tuple(_actor(entities, k, ids, cues) for k in needed)
    out: list[Statement] = []
    for statement, (speaker, to, target) in zip(statements, found, strict=True):
        out.append(
            replace(
                statement,
                speaker=ids.get(speaker) if speaker is not None else None,
                to=ids.get(to) if to is not None else None,
                target=ids.get(target) if target is not None else None,
                named=entities.all[speaker].named if speaker is not None else None if not statement.source else False,
            )
        )
    return actors, tuple(out)


def _code(country: str | None) -> str | None:
    """The alpha-3 code, None for a country that the tables lack."""
    return country if country in country_names() else None


def _id(entity: Entity, taken: set[str]) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", plain(entity.key).lower()).strip("-")[:LONGEST].strip("-") or "unnamed"
    if entity.kind in ("country", "government") and (code := _code(entity.country)) and slug == code.lower():
        slug = code  # countries go by their alpha-3 codes
    id = f"{entity.kind}:{slug}"
    number = 2
    while id in taken:
        id = f"{entity.kind}:{slug}-{number}"
        number += 1
    return id


def _actor(entities: Entities, index: int, ids: dict[int, str], cues: frozenset[int]) -> Actor:
    entity, words = entities.all[index], entities.page.words

    def span(first: int, last: int) -> Span:
        return Span(int(words.start[first]), int(words.end[last - 1]))

    mentions = sorted({span(m.first, m.last): m.sure for m in entity.mentions}.items())
    held = (Office(o.title, _code(o.of), span(o.first, o.last)) for o in sorted(entity.offices.values(), key=lambda o: o.first))
    offices = tuple(office for office in held if office.span.start not in cues)
    return Actor(
        id=ids[index],
        name=entity.name,
        kind=entity.kind,
        country=_code(entity.country),
        offices=offices,
        mentions=tuple(s for s, _ in mentions),
        confidence=tuple(round(sure, 3) for _, sure in mentions),
        named=entity.named,
        members=tuple(ids[m] for m in entity.members if m in ids),
    )
