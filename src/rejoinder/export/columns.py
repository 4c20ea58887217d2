"""Stage: export. The columns of the exported tables: name, type, meaning.

The one place that says what a table has. Both writers take their columns from here, and docs/exports.md prints `markdown()` (a test compares).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["string", "int", "float", "bool", "spans", "strings"]
KINDS: dict[Kind, str] = {
    "string": "string",
    "int": "int32",
    "float": "float64",
    "bool": "bool",
    "spans": "list<struct<start: int32, end: int32>>",
    "strings": "list<string>",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column; any but an id may be empty (null) where nothing is known."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table and what one row of it is."""

    name: str
    row: str
    columns: tuple[Column, ...]


STORY = Column("story_id", "string", "id of the story")
ACTOR = Column("actor_id", "string", "id of the actor, within its story")


def _words(part: str, what: str) -> tuple[Column, Column]:
    return Column(part, "spans", f"where {what} stands"), Column(f"{part}_words", "string", f"the words of {what}, gaps shown as ` … `")


TABLES: tuple[Table, ...] = (
    Table(
        "stories",
        "a story",
        (
            STORY,
            Column("title", "string", "headline, where it was given apart from the text"),
            Column("url", "string", "address of the story"),
            Column("publisher", "string", "who published it"),
            Column("author", "string", "who wrote it"),
            Column("published", "string", "day or time of publication, ISO 8601"),
            Column("dateline_place", "string", "place of filing, in the words of the text"),
            Column("dateline_agency", "string", "news agency, in the words of the text"),
            Column("dateline_start", "int", "where the dateline begins"),
            Column("dateline_end", "int", "where it ends"),
            Column("condition", "string", "`clean` or `degraded` (capitals or quotation marks gone, tokenised)"),
            Column("text", "string", "the text, verbatim; all offsets point into it"),
        ),
    ),
    Table(
        "actors",
        "an actor of a story",
        (
            STORY,
            ACTOR,
            Column("name", "string", "as it is shown; of an anonymous actor the words of its description"),
            Column("kind", "string", "`person`, `country`, `government`, `organization`, `media` or `group`"),
            Column("country", "string", "ISO 3166 alpha-3"),
            Column("named", "bool", "false for the anonymous and for groups"),
            Column("members", "strings", "ids of the actors that a joint source consists of"),
        ),
    ),
    Table(
        "offices",
        "a title that an actor holds",
        (
            STORY,
            ACTOR,
            Column("actor_name", "string", "name of the actor"),
            Column("title", "string", "the office"),
            Column("office_of", "string", "country (ISO 3166 alpha-3) or body that it belongs to"),
            Column("start", "int", "where the words of the office begin"),
            Column("end", "int", "where they end"),
            Column("words", "string", "the words"),
        ),
    ),
    Table(
        "mentions",
        "a place where a story speaks of an actor",
        (
            STORY,
            ACTOR,
            Column("actor_name", "string", "name of the actor"),
            Column("start", "int", "where the mention begins"),
            Column("end", "int", "where it ends"),
            Column("words", "string", "the words"),
            Column("confidence", "float", "that the mention is this actor's"),
        ),
    ),
    Table(
        "statements",
        "a statement, in text order",
        (
            STORY,
            Column("published", "string", "day or time of the story's publication, ISO 8601"),
            Column("publisher", "string", "who published the story"),
            Column("statement_id", "string", "id of the statement, within its story"),
            Column("speaker", "string", "id of the actor who speaks"),
            Column("speaker_name", "string", "name of that actor"),
            Column("speaker_kind", "string", "kind of that actor"),
            Column("speaker_country", "string", "country of that actor"),
            Column("named", "bool", "whether the source is named"),
            *_words("source", "the source"),
            *_words("cue", "the cue"),
            *_words("content", "the content (what is said)"),
            *_words("addressee", "the addressee"),
            Column("to_actor", "string", "id of the actor who is spoken to"),
            Column("to_name", "string", "name of that actor"),
            Column("target", "string", "id of the actor whom the statement concerns (accuses, asks, warns ...)"),
            Column("target_name", "string", "name of that actor"),
            Column("mode", "string", "`direct`, `indirect` or `mixed`"),
            Column(
                "act",
                "string",
                "`assert`, `accuse`, `criticise`, `deny`, `concede`, `retract`, `demand`, `promise`, `warn`, `support`, `ask`, `decline` or `think`",
            ),
            Column("negated", "bool", "the words say that it was not said"),
            Column("hypothetical", "bool", "the words say that it might be said"),
            Column("inside", "string", "id of the statement whose content holds this one"),
            Column("when_date", "string", "when it was said, ISO 8601 (two days with a slash between for a stretch)"),
            Column("when_start", "int", "where the words that say so begin"),
            Column("when_end", "int", "where they end"),
            Column("when_words", "string", "the words"),
            Column("confidence", "float", "share of statements with this figure that are right"),
        ),
    ),
    Table(
        "links",
        "a link between two statements of a story",
        (
            STORY,
            Column("from_statement", "string", "id of the statement that answers"),
            Column("to_statement", "string", "id of the statement that it answers"),
            Column("relation", "string", "`denies`, `disputes`, `retracts`, `contradicts`, `repeats` or `supports`"),
            *_words("evidence", "what shows the link"),
            Column("confidence", "float", "that the link is right"),
        ),
    ),
)


def markdown() -> str:
    """The tables as docs/exports.md prints them."""
    return "\n".join(_section(table) for table in TABLES)


def _section(table: Table) -> str:
    lines = [f"### {table.name}", "", f"One row is {table.row}.", "", "| column | type | meaning |", "|---|---|---|"]
    lines += [f"| `{column.name}` | {KINDS[column.kind]} | {column.meaning} |" for column in table.columns]
    return "\n".join([*lines, ""])
