"""The data contract: what the stages hand on and what `rejoinder read` prints (`rejoinder.story/1`).

Frozen and slotted. Offsets are Unicode code points into `Story.text`, 0-based, end-exclusive. Fields that belong to a stage that does not exist
yet are present and empty (None or ()); nothing is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCHEMA = "rejoinder.story/1"

Condition = Literal["clean", "degraded"]
Mode = Literal["direct", "indirect", "mixed"]
Act = Literal["assert", "accuse", "criticise", "deny", "concede", "retract", "demand", "promise", "warn", "support", "ask", "decline", "think"]
ActorKind = Literal["person", "country", "government", "organization", "media", "group"]
Relation = Literal["denies", "disputes", "retracts", "contradicts", "repeats", "supports"]


class Span(NamedTuple):
    """A stretch of `Story.text`: code points [start, end)."""

    start: int
    end: int


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where a story was filed and by whom, in the words of the text."""

    place: str | None
    agency: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Story:
    """One news story, its text verbatim."""

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: str | None = None  # ISO 8601 date or date and time
    dateline: Dateline | None = None
    condition: Condition | None = None  # None: not looked at yet; Reader.read does

    def words(self, spans: Sequence[Span]) -> str:
        """The text of `spans`, in text order, gaps shown as " … "."""
        return " … ".join(self.text[start:end] for start, end in spans)


@dataclass(frozen=True, slots=True)
class Office:
    """A title that an actor holds, of a country (ISO 3166 alpha-3) or body."""

    title: str
    of: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Actor:
    """Who the words belong to.

    name: as it is shown; of an anonymous actor the words of its description. country: ISO 3166 alpha-3. confidence: of each mention, that it is this actor's.
    named: False for the anonymous and for groups. members: ids of a joint source's actors.
    """

    id: str
    name: str
    kind: ActorKind
    country: str | None = None
    offices: tuple[Office, ...] = ()
    mentions: Spans = ()
    confidence: tuple[float, ...] = ()
    named: bool = True
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """When a statement was made, ISO 8601: a day, month or year, or two days with a slash between; and the words that say so."""

    date: str
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """Wherever the text reports what somebody says, writes, thinks, wants or promises; one for each cue.

    source, cue, content, addressee: spans in text order, () where the text has none. inside: id of the statement whose content holds this
    one. confidence: the share of statements with this figure that are right (see MODEL_CARD.md).
    """

    id: str
    source: Spans
    cue: Spans
    content: Spans
    addressee: Spans
    mode: Mode
    confidence: float
    inside: str | None = None
    speaker: str | None = None
    to: str | None = None
    target: str | None = None
    named: bool | None = None
    act: Act | None = None
    negated: bool | None = None
    hypothetical: bool | None = None
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """From an answering statement to the one it answers."""

    start: str
    end: str
    relation: Relation
    evidence: Spans
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A story and everything that was found in it.

    meanings: what each statement's content means, as vectors of length 1 (zeros where unknown), shape (statements, width): for comparing statements of many
    stories, and no part of the contract.
    """

    story: Story
    actors: tuple[Actor, ...] = ()
    statements: tuple[Statement, ...] = ()
    links: tuple[Link, ...] = ()
    meanings: NDArray[np.float16] | None = field(default=None, repr=False, compare=False)


class Run(NamedTuple):
    """By what stories are read: versions of package and model; SHA-256 of the model's weights and of the packaged tables."""

    package: str
    model: str
    weights: str
    tables: str
