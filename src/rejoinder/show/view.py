"""Stage: show. What both views of a reading share: reading order, depth, words on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rejoinder.types import Act, Mode, Reading, Span, Spans, Statement, Story

SHORT = 3  # words; a content that is no longer is no clause
MARKS = "“”\"«»„`'‘’"
NOBODY = "nobody named"
GAP = " … "  # between the parts of a content
DOUBLE = '“”"«»„'
# Control and format characters in a story could steer the terminal; they are shown as a replacement character.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def in_order(reading: Reading) -> Iterator[tuple[int, Statement]]:
    """Depth and statement, in story order, each nested one after the one that holds it."""
    below: dict[str | None, list[Statement]] = {}
    for statement in reading.statements:
        below.setdefault(statement.inside, []).append(statement)

    stack = [(0, statement) for statement in reversed(below.get(None, []))]
    while stack:
        depth, statement = stack.pop()
        yield depth, statement
        stack.extend((depth + 1, inner) for inner in reversed(below.get(statement.id, [])))


def words(story: Story, spans: Spans) -> str:
    """The words of `spans` on one line, safe to print."""
    return clean(story.words(spans))


def resolved(reading: Reading, actor: str | None, spans: Spans) -> str:
    """The name of the actor behind the words of `spans`; "" where it is not known, has no name (nor members that have), or is what the words say already."""
    found = next((a for a in reading.actors if a.id == actor), None) if actor else None
    if found is None or not (found.named or found.members):
        return ""
    name = clean(found.name)
    said = f" {words(reading.story, spans).lower()} "
    return "" if f" {name.lower()} " in said.replace(",", " ").replace("'s ", " ") else name


def who(reading: Reading, statement: Statement) -> str:
    """Who speaks: the resolved name, else the words of the source."""
    return resolved(reading, statement.speaker, statement.source) or words(reading.story, statement.source) or NOBODY


def deed(act: Act | None, negated: bool | None, hypothetical: bool | None) -> str:
    """The act with its flags: "not promise"."""
    return "not " * bool(negated) + "perhaps " * bool(hypothetical) + (act or "")


def clean(text: str) -> str:
    """`text` on one line without anything that steers a terminal."""
    return UNPRINTABLE.sub("\ufffd", re.sub(r"\s+", " ", text)).strip()


def said(story: Story, statement: Statement) -> str:
    """The content as a sentence shows it."""
    return as_said([story.text[start:end] for start, end in statement.content], statement.mode)


def as_said(parts: Sequence[str], mode: Mode) -> str:
    """The parts of a content as a sentence shows them: without the "that" in front, in quotation marks where the wording is the speaker's own."""
    parts = [clean(part).rstrip(" ,") for part in parts]
    # Where marks stand inside, the words before them are not the speaker's own (that "somebody will notice").
    if mode == "direct" and not any(mark in part.strip(MARKS + " ,.") for part in parts for mark in DOUBLE):
        return GAP.join(f"“{part.strip(MARKS + ' ').rstrip(' ,')}”" for part in parts)
    text = GAP.join(parts)
    # "that it rained", but not "that narrative".
    return re.sub(r"^that\s+", "", text, flags=re.IGNORECASE) if len(text.split()) > SHORT else text


def line_name(number: int) -> str:
    """ "line 12", never parted."""
    return f"line\u00a0{number}"


def line_of(story: Story, span: Span) -> int:
    """Line number of a span's start, from 1."""
    return story.text.count("\n", 0, span.start) + 1


def heading(reading: Reading) -> tuple[str, str]:
    """Title of a story and a line about it."""
    story = reading.story
    line = story.dateline
    facts = [
        story.publisher,
        story.published,
        " ".join(part for part in (line.place, f"({line.agency})" if line.agency else None) if part) if line else None,
        f"{story.condition} text",
        f"{len(reading.statements)} statement{'' if len(reading.statements) == 1 else 's'}",
    ]
    return clean(story.title or story.id), clean(" · ".join(fact for fact in facts if fact))
