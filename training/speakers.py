"""Whose statement each is in our own stories -> names and mentions, for the heads that find names and what a pronoun or a description stands for.

A speaker's name is known by the id that a reader gave ("person:ana-reed" is "Ana Reed", "Reed's" and "Ms Reed"). Words that no id tells of teach nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rejoinder.actors.lexicon import COMMON, places
from rejoinder.actors.names import plain
from rejoinder.tagging.words import CASES, Words
from training.stories import Gold, Mention, Name

KINDS = {"person": "person", "organization": "organization", "media": "organization"}
SHORTEST = 3  # letters of a name that stands alone
INDEFINITE = frozenset("a an one two three four five several some many few another".split())
# What ends the part of a phrase in which its head stands last: "a senior official | involved in the talks".
BEHIND = frozenset(", ( – — - of in at from for on with to by near among inside under who which that whose where when".split())
BETWEEN = frozenset("of the for and & de la".split())  # in names of bodies
LETTERS = re.compile(r"[a-z0-9]+")
CAPITALS = frozenset(CASES.index(case) for case in ("title", "upper", "mixed"))


@dataclass(frozen=True, slots=True)
class _Run:
    """A speaker's name as words [first, last)."""

    first: int
    last: int
    id: str


def told(words: Words, statements: Sequence[tuple[Gold, tuple[str, bool] | None]]) -> tuple[list[Name], list[Mention]]:
    """Names and mentions of a story.

    Args:
        words: of its clean text.
        statements: each with its speaker: the actor's id, and whether the story names it.
    """
    known = dict.fromkeys(who for _, who in statements if who)
    ids = {id: k for k, (id, _) in enumerate(known)}
    lower = words.lower()
    runs = _names(words, lower, [id for id, named in known if named and id.split(":")[0] in KINDS])
    names = [Name(int(words.start[run.first]), int(words.end[run.last - 1]), KINDS[run.id.split(":")[0]]) for run in runs]
    chains = {run.last - 1: ids[run.id] for run in runs}
    asking: set[int] = set()
    for gold, who in statements:
        for start, end in gold.spans["source"] if who else ():
            inside = [k for k in range(len(words)) if start <= words.start[k] < end]
            if not inside or any(k in chains for k in inside):
                continue  # a phrase that names somebody is known by the name
            assert who
            head = _head(lower, inside)
            chains[head] = ids[who[0]]
            if lower[inside[0]] not in INDEFINITE:
                asking.add(head)
    seen: set[int] = set()
    mentions: list[Mention] = []
    for head, chain in sorted(chains.items()):
        mentions.append(Mention(int(words.start[head]), chain, asks=head in asking and chain in seen, first=False))
        seen.add(chain)
    return names, mentions


def _head(lower: Sequence[str], inside: Sequence[int]) -> int:
    """The head of a phrase without a name: its last word before what only qualifies it."""
    for k, j in enumerate(inside):
        if k and lower[j] in BEHIND:
            return inside[k - 1]
    return inside[-1] if lower[inside[-1]] not in ("'s", "'", ".", ",") or len(inside) == 1 else inside[-2]


def _names(words: Words, lower: Sequence[str], ids: Sequence[str]) -> list[_Run]:
    """Stretches of the text that name one of the speakers."""
    parts = {id: LETTERS.findall(id.split(":", 1)[1]) for id in ids}
    owners = Counter(part for found in parts.values() for part in set(found))
    small = {word for k, word in enumerate(lower) if words.case[k] not in CAPITALS}
    found: list[_Run] = []
    k = 0
    while k < len(lower):
        reach = {id: _reach(words, lower, k, known) for id, known in parts.items()}
        best = max(reach.values(), default=k)
        takers = [id for id, end in reach.items() if end == best > k]
        if len(takers) == 1 and (best - k > 1 or _tells(lower[k], parts[takers[0]], takers[0], owners, small)):
            found.append(_Run(k, best, takers[0]))
        k = max(best, k + 1)
    # "Food" is no name of a food agency, "Halden" is one of Halden AI: its name stands in full elsewhere.
    full = {run.id for run in found if run.id.startswith("person:") or run.last - run.first >= len(parts[run.id])}
    return [run for run in found if run.id in full or run.last - run.first > 1]


def _reach(words: Words, lower: Sequence[str], first: int, known: Sequence[str]) -> int:
    """The end of the longest stretch of capitalised words from `first` on that are of a name."""
    last = end = first
    while end < len(lower):
        capital = words.case[end] in CAPITALS
        parts = _parts(lower[end])
        if not parts or not set(parts) <= set(known) or not (capital or (end > first and lower[end] in BETWEEN)):
            break
        end += 1
        last = end if capital else last
    return last


def _parts(word: str) -> list[str]:
    return LETTERS.findall(plain(word).lower())


def _tells(word: str, known: Sequence[str], id: str, owners: Counter[str], small: set[str]) -> bool:
    """Whether a single word can be a name of a speaker by itself: "Reed", "Halden" of Halden AI."""
    if any(owners[part] > 1 for part in _parts(word)) or word in small or word in COMMON or (word,) in places() or len(word) < SHORTEST:
        return False
    return id.startswith("person:") or (_parts(word) == known[:1] and len(known) <= 2)
