"""Stage: resolve. Whom a headline or lead describes before anybody names them: "A hacker who ... pleaded guilty. Marcel Dobre, 44, said ..."."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rejoinder.actors.entities import Entities
from rejoinder.actors.names import Page
from rejoinder.actors.phrases import NounPhrase
from rejoinder.tagging.words import BREAKS

TOP = 4  # lines in which a story describes whom it will name
WITHIN = 3  # lines from the description to the name
SHARED = 2  # words that the description and the sentence of the name share
TOLD_AGAIN = 0.4  # share of a headline's words that the lead has too
STEM = 4  # letters by which words are the same
LINE = BREAKS.index("line")
COMMON = frozenset(
    "that with from were have been said says told after before whose which their this would could will about when where than them they while into over "
    "asked some more most also just because there what your".split()
)
# Roles in which a story quotes people whom it does not name.
UNNAMED = frozenset(
    "employee worker aide official officer source staffer voter supporter clerk reporter member resident witness client judge court man woman".split()
)

Source = tuple[NounPhrase, int]  # and the entity that it stands for


def named_below(page: Page, entities: Entities, sources: Sequence[Source]) -> dict[int, int]:
    """Persons without a name whom the top describes -> who they are by what stands right below; `sources` in the order of the text.

    Somebody introduced by a name and an age alone has been described before; so has one who has no role but what "a former chairman" says, one in whose
    sentence the words of the description are taken up, and whoever says in the lead what the headline says.
    """
    line = np.cumsum(page.words.gap >= LINE)
    line -= line[0] if len(line) else 0
    described: dict[int, NounPhrase] = {}
    for phrase, who in sources:
        if phrase.sort == "noun" and entities.all[who].kind == "person" and not entities.all[who].named and line[phrase.head] <= TOP:
            described.setdefault(who, phrase)
    out: dict[int, int] = {}
    for who, phrase in described.items():
        at, last = line[phrase.head], phrase.last
        people = ((p, k) for p, k in sources if p.head >= last and line[p.head] > at and entities.all[k].kind == "person" and p.sort in ("name", "noun"))
        for below, k in people:
            if line[below.head] > at + WITHIN:
                break
            if k == who or _differ(entities, who, k):
                continue
            if at == 0 and _told_again(page, phrase, below):
                out[who] = k
                break
            if below.sort == "name" and min(m.first for m in entities.all[k].mentions) >= below.first:
                if _introduced(page, phrase, below):
                    out[who] = k
                break
    return {who: _end(out, k) for who, k in out.items()}


def _end(out: dict[int, int], k: int) -> int:
    """Whom a chain ends at: the headline's man is the lead's, and he is the one who is named."""
    for _ in range(len(out)):
        k = out.get(k, k)
    return k


def _differ(entities: Entities, one: int, other: int) -> bool:
    a, b = entities.all[one], entities.all[other]
    return bool(a.gender and b.gender and a.gender != b.gender)


def _introduced(page: Page, described: NounPhrase, named: NounPhrase) -> bool:
    """Whether a person is introduced as somebody whom we know by description."""
    name = named.name
    if name is None:
        return False
    behind = page.lower[name.last : name.last + 2]
    aged = named.title is None and len(behind) == 2 and behind[0] in (",", "(") and behind[1].isdigit() and len(behind[1]) <= 2
    role = described.indefinite and described.noun.split(" ")[-1] not in UNNAMED and named.title is None and described.title is not None
    return aged or role or len(_words(page, range(described.first, described.last)) & _sentence(page, named)) >= SHARED


def _told_again(page: Page, described: NounPhrase, below: NounPhrase) -> bool:
    """Whether the sentence of a source says what the headline says."""
    headline = _sentence(page, described)
    return len(headline & _sentence(page, below)) >= max(SHARED, TOLD_AGAIN * len(headline))


def _sentence(page: Page, phrase: NounPhrase) -> set[str]:
    """The words of a phrase's sentence but for the name."""
    here = np.flatnonzero(page.sentence == page.sentence[phrase.head]).tolist()
    return _words(page, [k for k in here if not (phrase.name and phrase.name.first <= k < phrase.name.last)])


def _words(page: Page, places: Sequence[int]) -> set[str]:
    return {word[:STEM] for k in places if len(word := page.lower[k]) >= STEM and word.isalpha() and word not in COMMON}
