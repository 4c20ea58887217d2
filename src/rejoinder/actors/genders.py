"""Stage: resolve. The gender of persons whose names do not tell it, learnt from the pronouns that can hardly mean anybody else.

"Kelly Ash ... She said": whoever the story calls "she" is not meant by a later "he".
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from rejoinder.actors.entities import Entities
from rejoinder.actors.names import Page
from rejoinder.actors.phrases import HE, SHE
from rejoinder.actors.reference import alone, candidates, probabilities

PRONOUNS = {**dict.fromkeys(HE, "m"), **dict.fromkeys(SHE, "f")}
LATELY = 60  # words before a pronoun in which those that it may mean are looked for
ENOUGH = 1.0  # pronouns that tell a gender, each counted by how likely it is this person's,
AGAINST = 4.0  # and how many times as many as tell the other


def learn(page: Page, entities: Entities, spoke: Sequence[tuple[int, int]]) -> None:
    """Fills in the gender of persons of whom most pronouns that may mean them tell one; spoke: cues with the entities whose names are their sources."""
    unknown = [k for k in entities.of_kind("person") if not entities.all[k].gender]
    if not unknown:
        return
    told: dict[tuple[int, str], float] = defaultdict(float)
    for word, lower in enumerate(page.lower):
        if lower in PRONOUNS:
            for k, share in _shares(page, entities, word, PRONOUNS[lower], spoke):
                told[k, PRONOUNS[lower]] += share
    for k in unknown:
        m, f = told[k, "m"], told[k, "f"]
        if max(m, f) >= ENOUGH and max(m, f) > AGAINST * min(m, f):
            entities.all[k].gender = "m" if m > f else "f"


def _shares(page: Page, entities: Entities, word: int, gender: str, spoke: Sequence[tuple[int, int]]) -> list[tuple[int, float]]:
    """Persons that the pronoun at a word may mean, with how likely that is."""
    near = {k for _, k, _ in entities.spoken_of(word - LATELY, word)}
    allowed = sorted(k for k in near if entities.all[k].kind == "person" and entities.all[k].gender in ("", gender))
    last = bisect_left(spoke, (word,))
    context = replace(alone(word), last_speaker=spoke[last - 1][1] if last else None)
    return probabilities(candidates(page, entities.all, allowed, context))
