"""Stage: show. The forms of what /api takes and gives, where the record's own dataclasses are not already that: for the OpenAPI description and its checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from rejoinder.record.answers import ActCount, Answers, Between, Exchange, OnDay, Person, Saying
from rejoinder.record.record import ANYBODY
from rejoinder.types import Actor, Condition, Dateline, Relation, Spans, Statement
from rejoinder.web.asking import LONGEST

T = TypeVar("T")
Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]
By = Annotated[str, Field(max_length=LONGEST, description="Who says so.")]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer, in one sentence."""

    error: str


# What it gives


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A page of answers; total: how many there are in all; more: whether any come after this page."""

    answers: tuple[T, ...]
    total: int
    more: bool


def found(answers: Answers[T], offset: int = 0) -> Found[T]:
    """A page of what was found, after so many that were passed over."""
    return Found(tuple(answers), answers.total, offset + len(answers) < answers.total)


@dataclass(frozen=True, slots=True)
class StoryText:
    """The story of a reading, its text verbatim."""

    id: str
    text: str
    title: str | None
    url: str | None
    publisher: str | None
    published: str | None
    dateline: Dateline | None
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Tie:
    """From an answering statement to the one it answers."""

    start: Annotated[str, Field(alias="from")]
    end: Annotated[str, Field(alias="to")]
    relation: Relation
    evidence: Spans
    confidence: float


@dataclass(frozen=True, slots=True)
class Contract:
    """A story as it was read: spans are [start, end) in code points of its text."""

    schema: Literal["rejoinder.story/1"]
    story: StoryText
    actors: tuple[Actor, ...]
    statements: tuple[Statement, ...]
    links: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class KeptContract(Contract):
    """A story of the record, corrections laid over; identities: of its named actors, by their id in the story, the id over all stories."""

    identities: dict[str, str]


@dataclass(frozen=True, slots=True)
class Two:
    """Two, and what each said of the other (forth: the first of the second; spoke_to, counts of days: forth and back)."""

    a: Person
    b: Person
    acts: tuple[ActCount, ...]
    days: tuple[OnDay, ...]
    spoke_to: tuple[int, int]
    forth: Found[Saying]
    back: Found[Saying]
    exchanges: Found[Exchange]


def two(between: Between) -> Two:
    """What two said of each other, with totals."""
    one = between
    return Two(one.a, one.b, one.acts, one.days, one.spoke_to, found(one.forth), found(one.back), found(one.exchanges))


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number of a correction, by which it can be taken back."""

    number: int


@dataclass(frozen=True, slots=True)
class Token:
    """What writing needs in the header X-Rejoinder-Token; another one each time that the program starts."""

    token: str


# What it takes


@dataclass(frozen=True, slots=True)
class StorySent:
    """A story: its text, and what is known about it; without an id it is called by its first words."""

    text: Annotated[str, Field(min_length=1)]
    id: Words | None = None
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: Annotated[str | None, Field(description="A date, or date and time, in ISO 8601.")] = None


@dataclass(frozen=True, slots=True)
class OfStatement:
    """Sets right what a statement's speaker, to, target (an actor), act or mode is, null for nobody or not known; or drops the statement."""

    kind: Literal["speaker", "to", "target", "act", "mode", "drop"]
    story: Words
    statement: Words
    value: Annotated[Words | None, Field(description='Of an actor the id or name; of somebody new with the kind in front: "person:Ana Reed".')] = None
    by: By = ANYBODY


@dataclass(frozen=True, slots=True)
class OfLink:
    """How one statement of a story answers another; relation null: it does not."""

    kind: Literal["link"]
    story: Words
    answering: Words
    answered: Words
    relation: Relation | None = None
    by: By = ANYBODY


@dataclass(frozen=True, slots=True)
class OfTwo:
    """Two (ids or names) are one."""

    kind: Literal["merge"]
    first: Words
    second: Words
    by: By = ANYBODY


@dataclass(frozen=True, slots=True)
class OfOne:
    """In this story it is somebody else than the identity (id or name) that it was taken for."""

    kind: Literal["split"]
    identity: Words
    story: Words
    by: By = ANYBODY


AnyCorrection = Annotated[OfStatement | OfLink | OfTwo | OfOne, Field(discriminator="kind")]
