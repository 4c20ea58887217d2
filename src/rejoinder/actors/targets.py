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
from rejoinder.actors.lexicon import groups, things, titles, word_before
from rejoinder.actors.names import Page
from rejoinder.actors.phrases import FIRST, WE, YOU, parse
from rejoinder.actors.reference import Context
from rejoinder.actors.spans import NameSpan
from rejoinder.types import Act

CONCERNING: tuple[Act, ...] = ("accuse", "criticise", "demand", "warn", "deny")
CONCERNED = ("person", "organization", "country", "government", "media", "group")
THIRD = frozenset("he him his she her they them their".split())
NAMED_WITHIN = 16  # words of the content in which the one concerned is named
ENDS = frozenset("to for as who whom which that when while because after why how whether what if where before until".split())
WHERE = frozenset("in at near to outside around".split())  # before a city that is only the place of something
ADJECTIVES = ("ese", "ian", "ean", "ish", "can", "aqi", "eli", "udi", "ani", "rench")  # ends of those that are no nouns in the plural
NO_NOUNS = ENDS | frozenset("and or is are was were has have had will would can could should must may might not does did do".split())
REACH = 8  # words of the content in which the one concerned begins
LEAST = 0.4


@cache
def cues() -> dict[str, frozenset[str]]:
    """Words of cues whose object (or speaker) is the target, from targets.toml."""
    raw = tomllib.loads(files("rejoinder.actors").joinpath("tables", "targets.toml").read_text(encoding="utf8"))
    return {kind: frozenset(raw[kind]) for kind in ("object", "speaker")}


def target_of(
    page: Page,
    descriptions: Descriptions,
    cue: Sequence[tuple[int, int]],
    content: Sequence[tuple[int, int]],
    speaker: int | None,
    to: int | None,
    context: Context,
    act: Act | None,
) -> int | None:
    """The entity that the statement concerns, or None."""
    verb = next((k for a, b in cue for k in range(a, b) if page.lower[k] in cues()["object"]), None)
    where = _object(page, verb, cue, content) if verb is not None and (act is None or act in CONCERNING) else None
    found = _at(page, descriptions, where, speaker, to, context) if where else None
    if found is None and act in CONCERNING:
        found = _first_named(page, descriptions, content, speaker, to, context)
    if found is None and any(page.lower[k] in cues()["speaker"] for a, b in cue for k in range(a, b)):
        return speaker
    return found


def _first_named(
    page: Page, descriptions: Descriptions, content: Sequence[tuple[int, int]], speaker: int | None, to: int | None, context: Context
) -> int | None:
    """The first one named or pointed at near the start of what is said, who is not the speaker."""
    first, last = content[0] if content else (0, 0)
    word = first
    while word < min(last, first + NAMED_WITHIN):
        name = page.name(word)
        lower = page.lower[word]
        if lower in YOU:
            return to
        if name is not None and _says_whose(page, name):
            word = name.last
        elif name is not None or lower in THIRD:
            phrase = parse(page, word, name.last if name is not None else word + 1)
            found, sure = descriptions.refer(phrase, replace(context, at=phrase.head, own=()), besides=speaker)
            if found is not None and found != speaker and sure >= LEAST and descriptions.entities.all[found].kind in CONCERNED:
                return found
            word = name.last if name is not None else word + 1
        else:
            word += 1
    return None


def _says_whose(page: Page, name: NameSpan) -> bool:
    """Whether the name of a people or a city only says which or where: "Mexican migrants", "the Paris talks", "in Washington", "the Austin march"."""
    if name.place is None or not name.place.sort.endswith(("demonym", "capital")):
        return False
    if name.place.sort == "region capital":  # hardly ever its region's government
        return True
    if name.place.sort.endswith("demonym") and page.lower[name.last - 1].endswith("s") and not page.lower[name.last - 1].endswith("ss"):
        return True  # "gay Americans", "as Americans": people, whoever governs them
    behind = page.lower[name.last : name.last + 1]
    kind = groups().get(behind)
    adjective = page.lower[name.first].endswith(ADJECTIVES) and kind is None and behind not in things() and _plain(page, name.last)
    people = kind == "group" or behind in titles() or adjective
    city = name.place.sort.endswith("capital")
    called = behind in things() or kind not in (None, "government")  # "the Washington cartel"
    return people or (city and (called or word_before(page.lower, name.first) in WHERE))


def _plain(page: Page, k: int) -> bool:
    """Whether word k is an ordinary noun or the like."""
    return k < len(page) and page.lower[k].isalpha() and page.lower[k] not in NO_NOUNS


def _at(page: Page, descriptions: Descriptions, where: tuple[int, int], speaker: int | None, to: int | None, context: Context) -> int | None:
    """The entity of the phrase in those words; where they hold a clause instead, the one spoken to."""
    phrase = parse(page, *where)
    if (phrase.sort == "pronoun" and phrase.pronoun in FIRST | WE | YOU) or phrase.sort not in ("name", "pronoun", "noun", "thing"):
        return None
    here = replace(context, at=phrase.head, own=())
    # "Denounced Smith's remarks", "their plan": whose they are.
    if phrase.owner and (phrase.sort == "thing" or (phrase.sort == "noun" and phrase.kind is None)):
        found, sure = descriptions.owner(phrase, here)
    elif phrase.sort == "thing" or (phrase.sort == "noun" and phrase.kind is None):
        found, sure = None, 0.0
    else:
        found, sure = descriptions.refer(phrase, here, besides=speaker)
    return found if found is not None and sure >= LEAST else to


def _object(page: Page, verb: int, cue: Sequence[tuple[int, int]], content: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Words in which the cue's object begins: behind the verb in the cue, else at the start of the content, if that comes after the verb."""
    inside = next((b for a, b in cue if a <= verb < b and any(page.name_at[k] >= 0 for k in range(verb + 1, b))), None)
    start, stop = (verb + 1, inside) if inside is not None else content[0] if content else (0, 0)
    if start < verb:
        return None
    stop = min(stop, start + REACH)
    while start < stop and page.lower[start] in ("on", "for", "at", "against", "into", "out", "with", "over", "of", "back", '"', "“", "that", "about"):
        start += 1
    # "Urged Republicans to vote", "blamed officials for it", "accused the firm of lying": the one concerned ends there. "Asked why ..." concerns nobody.
    stop = next((k for k in range(start, stop) if _ends(page, k)), stop)
    return (start, stop) if start < stop else None


def _ends(page: Page, k: int) -> bool:
    """Whether the phrase of the one concerned ends before word k; a text may stop behind its "of"."""
    return page.lower[k] in ENDS or (page.lower[k] == "of" and any(word.endswith("ing") for word in page.lower[k + 1 : k + 2]))
