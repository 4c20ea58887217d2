"""Stage: resolve. Whom an accusation, criticism, demand or denial concerns, where the cue's own grammar tells.

"accused X of", "criticised X", "called on X to": the words after the cue begin with the one concerned. "denied": the speaker, whose conduct is denied.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from rejoinder.actors.descriptions import Descriptions
from rejoinder.actors.entities import Entities
from rejoinder.actors.names import Page
from rejoinder.actors.phrases import FIRST, PRONOUNS, WE, YOU, parse
from rejoinder.actors.reference import Context

REACH = 8  # words of the content in which the one concerned begins
LEAST = 0.4


@cache
def cues() -> dict[str, frozenset[str]]:
    """Words of cues whose object (or speaker) is the target, from targets.toml."""
    raw = tomllib.loads(files("rejoinder.actors.tables").joinpath("targets.toml").read_text(encoding="utf8"))
    return {kind: frozenset(raw[kind]) for kind in ("object", "speaker")}


def target_of(
    page: Page,
    entities: Entities,
    descriptions: Descriptions,
    cue: Sequence[tuple[int, int]],
    content: Sequence[tuple[int, int]],
    speaker: int | None,
    to: int | None,
    context: Context,
) -> int | None:
    """The entity that the statement concerns, or None."""
    words = [page.lower[k] for a, b in cue for k in range(a, b)]
    if any(word in cues()["speaker"] for word in words):
        return speaker
    verb = next((k for a, b in cue for k in range(a, b) if page.lower[k] in cues()["object"]), None)
    if verb is None or not content:
        return None
    inside = [(a, b) for a, b in cue if verb + 1 < b and any(page.name_at[k] >= 0 for k in range(verb + 1, b))]
    first = inside[0] if inside else content[0]
    start = verb + 1 if inside else first[0]
    if start < verb:
        return None  # what is said comes first: its subject is not the cue's object
    stop = min(first[1], start + REACH)
    while start < stop and page.lower[start] in ("on", "for", "at", "the", '"', "“", "that", "about"):
        if page.lower[start] == "the":
            break
        start += 1
    if start >= stop:
        return None
    phrase = parse(page, start, stop)
    if phrase.sort == "pronoun" and phrase.pronoun in FIRST | WE | YOU:
        return None
    if phrase.sort == "noun" and phrase.noun in PRONOUNS:
        return None
    found, sure = (
        descriptions.refer(phrase, replace(context, at=phrase.head, own=()), besides=speaker) if phrase.sort in ("name", "pronoun", "noun") else (None, 0.0)
    )
    if found is None and to is not None:
        return to
    return found if sure >= LEAST else None
