"""Stage: export. Readings -> a folder of brat stand-off: a .txt and an .ann a story, and annotation.conf.

A statement is an event `Statement` on the words of its cue with the arguments Cue, Source, Content and Addressee, as in PolNeAR's files; act, mode and flags
are attributes, speakers are notes, links relations between events. Format: https://brat.nlplab.org/standoff.html. What brat itself adds to that page: a
trigger has the type of its event, a marked stretch holds no line break (it is split there), and offsets count the characters of the .txt as it is, line ends
too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import get_args
from urllib.parse import quote

from rejoinder.export.whole import whole_folder
from rejoinder.show.view import clean
from rejoinder.types import Act, Mode, Reading, Relation, Span, Spans, Statement

ROLES = ("Cue", "Source", "Content", "Addressee")
EVENT = "Statement"
FLAGS = ("Negated", "Hypothetical")
# Where str.splitlines breaks a line: brat reads its .ann files by that.
BREAK = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")

LONGEST = 100  # characters of a file name, so that every file system takes it
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)  # names of devices on Windows


def write_brat(readings: Iterable[Reading], folder: Path) -> None:
    """Writes stand-off of each reading to a new folder; `brat_reading.read_brat` reads it back.

    The file name of a story is its id, odd characters percent-encoded, a second story of that name (case aside) told apart by "~2". A statement without a cue
    has no place in brat and is left out, as are line breaks at the edges of a marked stretch.

    Raises:
        InputError: the folder has something in it, or cannot be written to.
    """
    taken: set[str] = set()
    with whole_folder(folder) as there:
        (there / "annotation.conf").write_text(configuration(), encoding="utf-8")
        for reading in readings:
            name = file_name(reading.story.id, taken)
            (there / f"{name}.txt").write_bytes(reading.story.text.encode())
            (there / f"{name}.ann").write_bytes(stand_off(reading).encode())


def file_name(id: str, taken: set[str]) -> str:
    """A name for a story's files that is safe everywhere and not among `taken` (lower case), to which it is added."""
    name = re.sub(r"^\.|\.$|~", lambda match: f"%{ord(match[0]):02X}", quote(id, safe=""))
    if RESERVED.match(name) or not name:
        name = f"%{ord(name[0]):02X}{name[1:]}" if name else "%"
    if len(name) > LONGEST:
        name = f"{name[: LONGEST - 20]}~{sha256(id.encode()).hexdigest()[:16]}"
    number, whole = 1, name
    while whole.lower() in taken:
        number += 1
        whole = f"{name}~{number}"
    taken.add(whole.lower())
    return whole


def configuration() -> str:
    """annotation.conf: what brat offers to those who go on annotating."""
    arguments = ", ".join(f"{role}*:{role}" for role in ROLES)
    relations = "\n".join(f"{relation.capitalize()}\tArg1:{EVENT}, Arg2:{EVENT}" for relation in get_args(Relation))
    values = {"Act": get_args(Act), "Mode": get_args(Mode)}
    attributes = [f"{name}\tArg:{EVENT}, Value:{'|'.join(among)}" for name, among in values.items()] + [f"{flag}\tArg:{EVENT}" for flag in FLAGS]
    parts = {"entities": "\n".join(ROLES), "relations": relations, "events": f"{EVENT}\t{arguments}", "attributes": "\n".join(attributes)}
    return "\n\n".join(f"[{name}]\n{lines}" for name, lines in parts.items()) + "\n"


def stand_off(reading: Reading) -> str:
    """The .ann of a reading."""
    lines = _Lines(reading)
    for statement in reading.statements:
        lines.add_statement(statement)
    for link in reading.links:
        lines.add_link(link.start, link.end, link.relation, link.evidence)
    return "".join(f"{line}\n" for line in lines.lines)


class _Lines:
    """Annotation lines of one story, numbered by kind."""

    def __init__(self, reading: Reading) -> None:
        self.story = reading.story
        self.names = {actor.id: actor.name for actor in reading.actors}
        self.lines: list[str] = []
        self.events: dict[str, str] = {}  # brat's id of each statement
        self.bound: dict[tuple[str, Spans], str] = {}  # brat's id of each marked stretch
        self.counts: dict[str, int] = {}

    def add_statement(self, statement: Statement) -> None:
        """Event, its parts, attributes and note."""
        arguments = [argument for role in ROLES for argument in self._arguments(role, getattr(statement, role.lower()))]
        cue = next(iter(stretches(self.story.text, statement.cue)), None)
        if cue is None:
            return
        # Not shared, even where two statements have one cue: it is the event's own.
        trigger = self._text_bound(EVENT, cue)
        event = self._line("E", f"{EVENT}:{trigger} {' '.join(arguments)}")
        self.events[statement.id] = event
        for name, value in (("Act", statement.act), ("Mode", statement.mode)):
            if value:
                self._line("A", f"{name} {event} {value}")
        for flag in FLAGS:
            if getattr(statement, flag.lower()):
                self._line("A", f"{flag} {event}")
        who = {"speaker": statement.speaker, "to": statement.to, "target": statement.target}
        notes = [f"{what}: {clean(self.names.get(id, id))} ({clean(id)})" for what, id in who.items() if id]
        if notes:
            self._line("#", f"AnnotatorNotes {event}\t{'; '.join(notes)}")

    def add_link(self, start: str, end: str, relation: str, evidence: Spans) -> None:
        """Relation between two events, and its evidence as a note."""
        if start in self.events and end in self.events:
            id = self._line("R", f"{relation.capitalize()} Arg1:{self.events[start]} Arg2:{self.events[end]}")
            if evidence:
                self._line("#", f"AnnotatorNotes {id}\tevidence: {clean(self.story.words(evidence))}")

    def _arguments(self, role: str, spans: Spans) -> Iterator[str]:
        for number, stretch in enumerate(stretches(self.story.text, spans), 1):
            id = self.bound.get((role, stretch)) or self._text_bound(role, stretch)
            self.bound[role, stretch] = id
            yield f"{role}{number if number > 1 else ''}:{id}"

    def _text_bound(self, kind: str, stretch: Spans) -> str:
        offsets = ";".join(f"{start} {end}" for start, end in stretch)
        return self._line("T", f"{kind} {offsets}\t{' '.join(self.story.text[start:end] for start, end in stretch)}")

    def _line(self, kind: str, rest: str) -> str:
        self.counts[kind] = number = self.counts.get(kind, 0) + 1
        self.lines.append(f"{kind}{number}\t{rest}")
        return f"{kind}{number}"


def stretches(text: str, spans: Sequence[Span]) -> Iterator[Spans]:
    """Spans as brat can mark them: each stretch is one annotation, of pieces without line breaks.

    Two spans with nothing but a line break (or nothing) between them go into two stretches: pieces of one stretch that stand so are read as one span.
    """
    stretch: list[Span] = []
    for span in spans:
        pieces = _pieces(text, span)
        if pieces and stretch and (pieces[0].start <= stretch[-1].end or only_break(text, stretch[-1].end, pieces[0].start)):
            yield tuple(stretch)
            stretch = []
        stretch += pieces
    if stretch:
        yield tuple(stretch)


def _pieces(text: str, span: Span) -> list[Span]:
    edges = [span.start, *(edge for match in BREAK.finditer(text, *span) for edge in match.span()), span.end]
    return [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if text[a:b].strip()]


def only_break(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is a line break and perhaps other white space."""
    between = text[start:end]
    return between.isspace() and bool(BREAK.search(between))
