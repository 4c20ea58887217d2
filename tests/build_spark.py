"""Stories for Spark: readings made by hand, and readers that know only these. Workers import it by name."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from rejoinder.errors import RejoinderError
from rejoinder.reading import make_story
from rejoinder.types import Actor, Link, Office, Reading, Span, Story
from tests.test_record import ACCUSED, DENIED, FISHING, RUN, many, story

PLACES = ("Skagen", "Velm", "Torne")
SEEDS = range(len(PLACES))
HERRING = ("Ana Reed", "said", "taxes on herring exports would double", "assert", "person:ana-reed", None)
LATER = ("Ana Reed", "denied", "taxes on herring exports would double soon, or double", "deny", "person:ana-reed", None)
REPAIRS = ("Bo Lund", "repeated", "repairs of the northern harbour bridge would begin", "assert", "person:bo-lund", None)
DISMISSED = ("A shopkeeper", "dismissed", "hiding the debts of the flooded mine", "deny", "group:shopkeeper", None)
ROWS = (ACCUSED, DENIED, FISHING, HERRING, LATER, REPAIRS, DISMISSED)
GUISES = (
    Actor("person:reed", "Reed", "person", "NOR", (Office("minister", "NOR", Span(0, 4)),)),
    Actor("person:ana-reed", "Ana Reed", "person", "NOR", (Office("minister", "NOR", Span(0, 4)),)),
    Actor("person:reed", "Reed", "person", None),
    Actor("person:ana-reed", "Ana Reed", "person", "SWE"),
    Actor("person:bob-reed", "Bob Reed", "person", None),
    Actor("person:robert-reed", "Robert Reed", "person", None),
    Actor("person:ana-reed", "one Ana Reed", "person", None, named=False),
)


def made(seed: int) -> list[Reading]:
    """Some stories of the same few things, by chance; of other things than those of another seed."""
    chance = random.Random(seed)
    rows = [(source, cue, f"{content} at {PLACES[seed]}", *rest) for source, cue, content, *rest in ROWS]
    return [_made(f"{seed}-{k}", rows, chance, mixed=seed == 0) for k in range(14)]


def _made(id: str, rows: Sequence[Any], chance: random.Random, *, mixed: bool) -> Reading:
    """One story. mixed: it may be said of a denial that it repeats what it denies, which makes one claim of them and of all that is like them."""
    day = date(2024, 1, 1) + timedelta(days=chance.randrange(150))
    rows = chance.sample(rows, chance.randint(1, 4))
    one = story(id, rows, day.isoformat() if chance.random() < 0.8 else None, links=False, title=id)
    links: list[Link] = []
    for k in range(1, len(rows)):
        if chance.random() < 0.6:
            answered = chance.randrange(k)
            relation = chance.choice(("repeats", "denies", "disputes"))
            if relation == "repeats" and not mixed and (rows[k][3] == "deny") != (rows[answered][3] == "deny"):
                relation = "supports"
            links.append(Link(f"s{k + 1}", f"s{answered + 1}", relation, one.statements[k].cue, chance.choice((0.6, 0.9))))
    return _in_guise(replace(one, links=tuple(links)), chance.choice(GUISES))


def _in_guise(reading: Reading, guise: Actor) -> Reading:
    """The story with another Reed."""
    actors = tuple(replace(guise, mentions=a.mentions, confidence=a.confidence) if a.id == "person:ana-reed" else a for a in reading.actors)
    statements = tuple(replace(s, speaker=guise.id) if s.speaker == "person:ana-reed" else s for s in reading.statements)
    return replace(reading, actors=actors, statements=statements)


def everything() -> list[Reading]:
    """All that is read here, by id."""
    made_up = list(chain(many(), *map(made, SEEDS)))
    return sorted((replace(r, story=make_like(r.story)) for r in made_up), key=lambda r: r.story.id)


def make_like(one: Story) -> Story:
    """The story as reading finds it."""
    return make_story(one.text, id=one.id, title=one.title, published=one.published)


class Made:
    """Reads only what was made here. One story cannot be read; the first try at another one's task fails when half of it is done."""

    run = RUN
    bad, failing = "2-5", "1-3"

    def __init__(self, *_: object) -> None:
        self._known = {(r.story.text, r.story.title, r.story.published): r for r in everything()}

    def read(self, one: Story) -> Reading:
        from pyspark import TaskContext

        if one.id == self.bad:
            raise ValueError("a poisonous story")
        task = TaskContext.get()
        if one.id == self.failing and task and task.attemptNumber() == 0:
            (Path(os.environ["REJOINDER_FAILED"]) / f"{task.partitionId()}").touch()
            raise RejoinderError("this machine went away")
        return replace(self._known[one.text, one.title, one.published], story=make_like(one))


class Broken(Made):
    """Cannot read anything."""

    def read(self, one: Story) -> Reading:
        raise RejoinderError(f"the model is damaged, says {one.id}")


def expected() -> list[Reading]:
    return [r for r in everything() if r.story.id != Made.bad]
