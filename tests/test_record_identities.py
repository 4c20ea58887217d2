"""Identities of large blocks: what is kept of the actors that were seen before gives the same as reading them all again."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from rejoinder.actors.identity import block_of
from rejoinder.errors import RecordError
from rejoinder.record import Record, identities
from rejoinder.types import Actor, Office, Reading, Span, Story
from tests.test_record import RUN, healthy, rows_of

STEPS = 40
NAMES = ("Bob Reed", "Robert Reed", "Ana Reed", "Reed", "Bo Lund", "Lund")
TABLES = ("identity", "identity_name", "tenure", "actor")


def reading(chance: random.Random, k: int) -> Reading:
    """A story of a few people, some of them with an office or a country."""
    actors: list[Actor] = []
    for name in chance.sample(NAMES, 3):
        held = (Office(*chance.choice([("mayor", "NOR"), ("minister", "SWE"), ("king", None)]), Span(0, 1)),) if chance.random() < 0.4 else ()
        country = chance.choice([None, None, None, "NOR", "SWE"])
        actors.append(Actor(f"person:{name.lower().replace(' ', '-')}", name, "person", country, held, (Span(0, 1),), (0.9,)))
    published = chance.choice([None, "2024-03-01", "2024-03-02", "2023-01-01"])
    return Reading(Story(f"story-{chance.randrange(1000):03}-{k}", f"Story {k}.", published=published), tuple(actors), (), (), None)


def change(record: Record, chance: random.Random, k: int) -> None:
    """One step: a story comes, goes or is read again; people are merged and split, or that is taken back."""
    what = chance.choice(["keep"] * 8 + ["forget", "renew", "merge", "split", "undo"])
    known = sorted(one.story.id for one in record.readings())
    people = sorted(person.id for person in record.people(limit=1000))
    if what == "keep" or len(known) < 5:
        record.keep(reading(chance, k), RUN)
    elif what == "forget":
        record.forget(chance.choice(known))
    elif what == "renew":
        one = record.story(chance.choice(known))
        record.renew(Reading(one.story, reading(chance, k).actors, (), (), None), RUN)
    elif what == "merge":
        with suppress(RecordError):  # they are one already
            record.merge(*chance.sample(people, 2))
    elif what == "split":
        one = chance.choice(people)
        with suppress(RecordError):  # it has no other member
            record.split(one, chance.choice([seen.story for seen in record.seen(one, limit=1000)] or known))
    elif held := [one.id for one in record.corrections() if not one.undone]:
        record.undo(chance.choice(held))
    if chance.random() < 0.7:
        record.settle()


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_of_large_blocks_gives_the_same_as_reading_all(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for file, many in ((tmp_path / "kept.db", 1), (tmp_path / "read.db", 1 << 30)):
        monkeypatch.setattr(identities, "MANY", many)
        chance = random.Random(seed)
        with Record(file, writing=True) as record:
            for k in range(STEPS):
                change(record, chance, k)
            record.settle()
        healthy(file)
    left, right = rows_of(tmp_path / "kept.db"), rows_of(tmp_path / "read.db")
    assert left["sighted"]
    assert not right["sighted"]
    for table in TABLES:
        assert left[table] == right[table]


def test_of_a_large_block_only_new_actors_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(identities, "MANY", 20)
    chance = random.Random(1)
    with Record(tmp_path / "news.db", writing=True) as record:
        for k in range(40):
            record.keep(reading(chance, k), RUN)
        record.settle()
        last = max(row[0] for row in rows_of(record.file)["actor"])  # pyright: ignore
        new = reading(chance, 40)
        record.keep(new, RUN)
        looked_at: list[int] = []
        add = identities._Seen.add

        def counted(seen: identities._Seen, number: int, *rest: object) -> None:
            looked_at.append(number)
            add(seen, number, *rest)  # pyright: ignore

        monkeypatch.setattr(identities._Seen, "add", counted)
        record.settle()
    assert {block_of(actor) for actor in new.actors} <= {"person:reed", "person:lund"}
    assert sorted(looked_at) == [last + 1, last + 2, last + 3]
