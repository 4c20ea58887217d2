"""Stage: keep. What the record answers: frozen dataclasses, and lists of them that become a table of pandas or Arrow on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib import import_module
from typing import Any, Generic, TypeVar, cast

from rejoinder.actors.identity import Tenure
from rejoinder.errors import RejoinderError
from rejoinder.types import Act, ActorKind, Condition, Mode, Relation

T = TypeVar("T")


class Answers(tuple[T, ...], Generic[T]):
    """What was found, or a page of it."""

    _count: Callable[[], int] | None

    def __new__(cls, items: Iterable[T], count: Callable[[], int] | None = None) -> Answers[T]:
        """A page of answers; count: how many there are in all, if it may be more than these."""
        made = super().__new__(cls, items)
        made._count = count
        return made

    @property
    def more(self) -> bool:
        """Whether there is more than this page and what was passed over for it."""
        return self._count is not None

    @cached_property
    def total(self) -> int:
        """How many there are in all; counted when asked for, while the record is open."""
        return len(self) if self._count is None else self._count()

    def to_pandas(self) -> Any:
        """A pandas.DataFrame, a row an answer (needs the extra `pandas`)."""
        return _library("pandas", "pandas").DataFrame([row(item) for item in self])

    def to_arrow(self) -> Any:
        """A pyarrow.Table, a row an answer (needs the extra `parquet`)."""
        return _library("pyarrow", "parquet").Table.from_pylist([row(item) for item in self])


def _library(name: str, extra: str) -> Any:
    # Neither has types of its own.
    try:
        return import_module(name)
    except ImportError as error:
        raise RejoinderError(f"{name} is missing; install it with `pip install 'rejoinder[{extra}]'`.") from error


def row(answer: object) -> dict[str, Any]:
    """Names and values of an answer, nested ones as dictionaries and lists."""
    return asdict(cast(Any, answer))


@dataclass(frozen=True, slots=True)
class Saying:
    """A statement as an answer.

    story, statement: keys. line: of the text, from 1. speaker, to, target: ids of identities, None for the anonymous;
    *_name: as they are called.
    source, cue, content, addressee: the verbatim words. said_on: when it was said, where the text tells. corrected: a person has set something right.
    """

    story: str
    statement: str
    title: str | None
    url: str | None
    publisher: str | None
    published: str | None
    line: int
    speaker: str | None
    speaker_name: str | None
    source: str
    cue: str
    content: str
    addressee: str
    to: str | None
    to_name: str | None
    target: str | None
    target_name: str | None
    named: bool | None
    mode: Mode
    act: Act | None
    negated: bool | None
    hypothetical: bool | None
    said_on: str | None
    inside: str | None
    confidence: float
    corrected: bool


@dataclass(frozen=True, slots=True)
class Replied:
    """A statement that answers a claim; evidence: the words that show it; across: it stands in another story than the claim."""

    relation: Relation
    confidence: float
    evidence: str
    across: bool
    saying: Saying


@dataclass(frozen=True, slots=True)
class Dispute:
    """A claim: where it was made, the first time first, and what answers it."""

    claim: int
    stories: int
    sayings: tuple[Saying, ...]
    answers: tuple[Replied, ...]


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story of the record; newer: key of the version that came after it."""

    story: str
    title: str | None
    publisher: str | None
    author: str | None
    published: str | None
    url: str | None
    condition: Condition | None
    words: int
    statements: int
    links: int
    newer: str | None
    added: str


@dataclass(frozen=True, slots=True)
class Count:
    """How often something is so."""

    id: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody of the record.

    names: with the number of stories (id and name are the same). acts: what the statements do (id: the act). spoke_to, accuses, accused_by,
    answered_by: with whom and how often. accuses: whom accusations and criticisms target. sayings: the latest.
    """

    id: str
    name: str
    kind: ActorKind
    country: str | None
    stories: int
    statements: int
    names: tuple[Count, ...]
    offices: tuple[Tenure, ...]
    acts: tuple[Count, ...]
    spoke_to: tuple[Count, ...]
    accuses: tuple[Count, ...]
    accused_by: tuple[Count, ...]
    answered_by: tuple[Count, ...]
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    """How much the record holds; bytes: of the file."""

    stories: int
    superseded: int
    statements: int
    actors: int
    links: int
    claims: int
    disputed: int
    corrections: int
    first: str | None
    last: str | None
    bytes: int
    acts: tuple[Count, ...]
    publishers: tuple[Count, ...]
    speakers: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the record in a line; offices: the titles seen most often. Statements of joint sources count for each of their members."""

    id: str
    name: str
    kind: ActorKind
    country: str | None
    offices: tuple[str, ...]
    statements: int
    stories: int


@dataclass(frozen=True, slots=True)
class OnDay:
    """How often on one day of publication (None: the stories carry no date), a number for each of the things counted."""

    day: str | None
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that stand for somebody as source or addressee, verbatim, and one statement in which they do."""

    words: str
    count: int
    story: str
    statement: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A story in which somebody was recognised: under what name there, by which rule, on which words that rests."""

    story: str
    title: str | None
    published: str | None
    name: str
    rule: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A statement in the thread of a claim; relation None: the first to make it. confidence, evidence: of an answer."""

    relation: Relation | None
    confidence: float | None
    evidence: str
    saying: Saying


@dataclass(frozen=True, slots=True)
class Thread:
    """A claim over stories and time.

    members, answers: how many statements make it and answer it. first: the one that made it first. days: how many on each day, first the first one, then
    by relation, in the order of relations.LANES. turns: some of the statements, by time.
    """

    claim: int
    stories: int
    members: int
    answers: int
    first: Saying
    days: tuple[OnDay, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A statement of one of two that answers one of the other."""

    relation: Relation
    claim: int
    answering: Saying
    answered: Saying


@dataclass(frozen=True, slots=True)
class ActCount:
    """How often one of two does this in speaking of the other, and how often the other does; act None: not known."""

    act: Act | None
    forth: int
    back: int


@dataclass(frozen=True, slots=True)
class Between:
    """Two, and what each said of the other (forth: the first of the second). spoke_to: how many statements were addressed, forth and back."""

    a: Person
    b: Person
    acts: tuple[ActCount, ...]
    days: tuple[OnDay, ...]
    spoke_to: tuple[int, int]
    forth: Answers[Saying]
    back: Answers[Saying]
    exchanges: Answers[Exchange]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who speaks how often of whom: a row a speaker, a column for each of those spoken of."""

    speakers: tuple[Count, ...]
    others: tuple[Count, ...]
    cells: tuple[tuple[int, ...], ...]
