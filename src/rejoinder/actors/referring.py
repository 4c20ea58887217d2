"""Stage: resolve. What persons.py and collectives.py need of whoever resolves phrases (descriptions.py, which calls them)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rejoinder.actors.entities import Entities
from rejoinder.actors.names import Page
from rejoinder.actors.phrases import NounPhrase
from rejoinder.actors.reference import Context, Found
from rejoinder.types import ActorKind


class Referring(Protocol):
    """Resolves phrases against the entities of one story; see descriptions.Descriptions."""

    page: Page
    entities: Entities
    issuers: dict[str, int]

    def refer(self, phrase: NounPhrase, context: Context, besides: int | None = None) -> Found:
        """The entity that `phrase` stands for; `besides` is one that it cannot be."""
        ...

    def likeliest_of(self, kinds: Sequence[ActorKind], context: Context, fits: Callable[[int], bool]) -> Found:
        """Whom of those kinds that fit the context points at."""
        ...

    def likeliest(self, allowed: list[int], context: Context) -> Found:
        """Whom of `allowed` the context points at."""
        ...

    def vectors(self, entity: int, context: Context) -> float:
        """How far the tagger's vectors prefer that entity to nobody, as log-odds."""
        ...

    def owner(self, phrase: NounPhrase, context: Context) -> Found:
        """Whom "his", "Clinton's" or "of the committee" stands for."""
        ...

    def new(self, phrase: NounPhrase, kind: ActorKind, context: Context) -> Found:
        """An actor without a name, known by the words of its description."""
        ...
