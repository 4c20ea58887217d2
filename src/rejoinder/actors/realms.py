"""Stage: resolve. Countries and regions that the tables lack, told by what is theirs: "Averna's foreign minister", "Tolmarkian officials"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rejoinder.actors.lexicon import OWNS, Place, PlaceSort, groups, titles
from rejoinder.actors.spans import NameSpan
from rejoinder.tagging.words import Words

THEIRS = frozenset(
    "foreign defence defense interior finance prime government ambassador envoy officials navy army troops parliament diplomat diplomats".split()
)
ENDINGS = ("n", "an", "ian", "ish", "ese", "i", "er")
SHARED = (("GEO", "Georgia", "USA"),)  # a country, its name, and the country that has a state of that name
STEM = 4  # letters that a country and its adjective share at least


def with_realms(names: Sequence[NameSpan], words: Words, lower: tuple[str, ...]) -> list[NameSpan]:
    """`names`, with those of one word that own a ministry, officials or a navy as countries, and their adjectives as such.

    Where other countries have their code these have their name; `finish.py` leaves it out of what is told.
    """
    families = {lower[n.last - 1] for n in names if n.kind == "person" and n.last - n.first > 1}
    single = [n for n in names if n.last - n.first == 1 and n.place is None and n.body is None and lower[n.first] not in families]
    owners = {lower[n.first] for n in single if _owns(lower, n.last)}
    if not owners:
        return list(names)
    # Only where the text has both the country and its adjective: "Tolmark" and "Tolmarkian". Many a person has officials.
    called = {lower[n.first] for n in single} | owners
    # Sorted: of two countries that an adjective fits, it must not be chance which one has it.
    vocabulary = sorted(set(lower))
    adjectives = {a: c for c in sorted(called) for a in vocabulary if a != c and (a in owners or c in owners) and _of(a, c)}
    realms = set(adjectives.values()) - set(adjectives)
    adjectives = {a: c for a, c in adjectives.items() if c in realms}
    places: dict[str, Place] = {}
    for country in realms:
        shown = next((words.text[words.start[n.first] : words.end[n.first]] for n in single if lower[n.first] == country), country)
        title = shown[:1].upper() + shown[1:]
        places[country] = Place("country", title, title)
    places |= {a: replace(places[c], sort="demonym") for a, c in adjectives.items()}
    # Every one of these words is a name, also where the tagger overlooked it.
    alone = {n.first for n in single}
    taken = {k for n in names if n.first not in alone for k in range(n.first, n.last)}
    added = [
        NameSpan(k, k + 1, "other" if place.sort == "demonym" else "place", 0.8, place)
        for k, word in enumerate(lower)
        if (place := places.get(word)) and k not in taken
    ]
    return sorted([*(n for n in names if n.first not in alone or lower[n.first] not in places), *added], key=lambda n: n.first)


def at_home(names: Sequence[NameSpan]) -> list[NameSpan]:
    """`names`, with those that a country shares with a state of another taken for the state where the story's places are mostly that other's: Georgia."""
    shared = {(country, name) for country, name, _ in SHARED}
    seen = Counter(n.place.country for n in names if n.place and (n.place.country, n.place.name) not in shared)
    home = seen.most_common(1)[0][0] if seen else None
    # "Clarkston, Ga." shows the state, whatever other places the story names.
    shown = {(n.place.country, n.place.name) for n in names if n.place and n.place.region}
    sure = next((owner for _, name, owner in SHARED if (owner, name) in shown), None)
    states = {(country, name): Place("region", owner, name, region=True) for country, name, owner in SHARED if owner in (home, sure)}
    if not states or home is None or (sure is None and 2 * seen[home] <= sum(seen.values())):
        return list(names)
    return [
        replace(n, place=replace(state, sort=_as_region(n.place.sort))) if n.place and (state := states.get((n.place.country, n.place.name))) else n
        for n in names
    ]


def _as_region(sort: PlaceSort) -> PlaceSort:
    return "region demonym" if sort == "demonym" else "region"


def _owns(lower: tuple[str, ...], k: int) -> bool:
    if k < len(lower) and lower[k] in OWNS:
        k += 1
    if k >= len(lower) or lower[k] not in THEIRS:
        return False
    # "Marrow's envoy" is no country's; an office of two words is, and so is what only countries have.
    two = k + 1 < len(lower) and ((lower[k], lower[k + 1]) in titles() or (lower[k], lower[k + 1]) in groups())
    return two or lower[k] in ("officials", "navy", "army", "government", "troops", "parliament", "diplomats")


def _of(adjective: str, country: str) -> bool:
    """Whether one is the adjective of the other: "Avernan", "Averna"."""
    stem = next((n for n in range(min(len(adjective), len(country)), 0, -1) if adjective[:n] == country[:n]), 0)
    return stem >= max(STEM, len(country) - 2) and adjective.endswith(ENDINGS) and len(adjective) > len(country) - 1
