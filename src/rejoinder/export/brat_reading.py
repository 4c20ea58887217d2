"""Stage: export. brat stand-off -> Readings: our own exports after people corrected them, and gold that people made.

Statements are events (`Statement`, PolNeAR's `Attribution`, or any other with an argument Cue, Source, Content or Addressee); where nobody made events, each
Cue is a statement, and relations between it and a Source, Content or Addressee bring its parts. Only outlines are read: who speaks (a note) is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

from rejoinder.errors import InputError
from rejoinder.export.brat import only_break
from rejoinder.types import Act, Link, Mode, Reading, Relation, Span, Spans, Statement, Story

Report = Callable[[InputError], None]

PARTS = ("cue", "source", "content", "addressee")
STATEMENTS = ("statement", "cue", "attribution")  # types of events that are statements, whatever their arguments
MARKS = '“”"«»„'

LINES = {
    "T": re.compile(r"(T\S+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t(.*))?"),
    "E": re.compile(r"(E\S+)\t([^\s:]+):(\S+)((?: +[^\s:]+:\S+)*)\s*"),
    "R": re.compile(r"(R\S+)\t(\S+) [^\s:]+:(\S+) [^\s:]+:(\S+)\s*"),
    "A": re.compile(r"([AM]\S+)\t(\S+) (\S+)(?: (\S+))?\s*"),
}
LINES["M"] = LINES["A"]  # the older letter for attributes
IGNORED = ("#", "N", "*")  # notes, normalisations, equivalences
FORM = "see https://brat.nlplab.org/standoff.html"


def read_brat(path: Path | str, report: Report | None = None) -> Iterator[Reading]:
    """Readings of a folder of stand-off, or of one .ann or .txt with its partner beside it.

    Args:
        path: a folder (and those in it), an .ann or a .txt; UTF-8.
        report: is told of each story that is left out, and why; without it the first such story raises.

    Raises:
        InputError: nothing to read, or (without `report`) a file is missing or a line malformed (`where` is file and line).
    """
    path = Path(path)
    files = sorted({file.with_suffix("") for file in path.rglob("*") if file.suffix in (".ann", ".txt")}) if path.is_dir() else [path.with_suffix("")]
    if not files:
        raise InputError(str(path), "no .ann file in this folder", "give the folder of a brat collection")
    for file in files:
        try:
            name = file.relative_to(path).as_posix() if path.is_dir() else file.name
            yield _read(file, re.sub(r"~\d{1,9}$", "", name))
        except InputError as error:
            if report is None:
                raise
            report(error)


def _read(file: Path, name: str) -> Reading:
    # Not with_suffix: the story may be called "v1.2".
    text_file, ann_file = (file.parent / f"{file.name}{suffix}" for suffix in (".txt", ".ann"))
    text, lines = _load(text_file), _load(ann_file).removeprefix("\ufeff")
    page = _Page(text, str(ann_file))
    for number, line in enumerate(lines.split("\n"), 1):
        if line.strip():
            page.add(line.removesuffix("\r"), number)
    statements, ids = _statements(page)
    return Reading(Story(id=unquote(name), text=text), statements=statements, links=tuple(_links(page, ids)))


def _load(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(str(file), f"cannot be read ({error.strerror})", "each .txt needs its .ann beside it, and each .ann its .txt") from error
    except UnicodeDecodeError as error:
        raise InputError(str(file), f"not UTF-8 (byte {error.start})", "save it as UTF-8, as brat does") from error


@dataclass(slots=True)
class _Page:
    """The lines of one .ann by kind, as they were found; each with its number."""

    text: str
    file: str
    bound: dict[str, tuple[str, Spans]] = field(default_factory=dict[str, tuple[str, Spans]])  # type in lower case and spans, by id
    events: dict[str, tuple[int, str, str, str]] = field(default_factory=dict[str, tuple[int, str, str, str]])
    relations: list[tuple[int, str, str, str]] = field(default_factory=list[tuple[int, str, str, str]])
    attributes: list[tuple[int, str, str, str]] = field(default_factory=list[tuple[int, str, str, str]])
    others: set[str] = field(default_factory=set[str])  # ids of relations and attributes

    def wrong(self, number: int, found: str, advice: str = FORM) -> InputError:
        return InputError(f"{self.file}:{number}", found, advice)

    def add(self, line: str, number: int) -> None:
        """Takes in a line; what it points to may come later."""
        if line.startswith(IGNORED):
            return
        form = LINES.get(line[0])
        match = form.fullmatch(line) if form else None
        if match is None:
            raise self.wrong(number, f"not a line of brat: {line[:60]!r}")
        if match[1] in self.bound or match[1] in self.events or match[1] in self.others:
            raise self.wrong(number, f"{match[1]} stands here a second time", "give each annotation its own number")
        if line[0] == "T":
            self.bound[match[1]] = match[2].lower(), self._spans(match, number)
        elif line[0] == "E":
            self.events[match[1]] = number, match[2].lower(), match[3], match[4]
        elif line[0] == "R":
            self.others.add(match[1])
            self.relations.append((number, match[2].lower(), match[3], match[4]))
        else:
            self.others.add(match[1])
            self.attributes.append((number, match[2].lower(), match[3], (match[4] or "").lower()))

    def _spans(self, match: re.Match[str], number: int) -> Spans:
        spans = [Span(*map(int, pair.split(" "))) for pair in match[3].split(";")]
        if not all(0 <= start < end <= len(self.text) for start, end in spans):
            raise self.wrong(number, f"{match[1]} is at {match[3]}, the text has {len(self.text)} characters", "count characters of the .txt as it is")
        there = " ".join(self.text[start:end] for start, end in spans)
        # White space apart: some tools write a line break as a space.
        if match[4] is not None and "".join(match[4].split()) != "".join(there.split()):
            found = f"{match[1]} says {match[4][:40]!r}, the text has {there[:40]!r} at {match[3]}"
            raise self.wrong(number, found, "offsets count characters (not bytes) of the .txt as it is, line ends too")
        return _joined(self.text, sorted(spans))

    def check(self, number: int, *ids: str) -> None:
        """Raises InputError where an id is nowhere in the file."""
        for id in ids:
            if id not in self.bound and id not in self.events and id not in self.others:
                raise self.wrong(number, f"it names {id}, which is not in the file", "add it, or take the line out")

    def spans_of(self, id: str, number: int) -> Spans:
        if id not in self.bound:
            raise self.wrong(number, f"it names {id}, which is not marked in the text", "mark it, or take the line out")
        return self.bound[id][1]


def _joined(text: str, spans: list[Span]) -> Spans:
    """Pieces that brat had to split at a line break, as one span again."""
    out: list[Span] = []
    for span in spans:
        goes_on = out and only_break(text, out[-1].end, span.start)
        out.append(Span(out.pop().start, span.end) if goes_on else span)
    return tuple(out)


@dataclass(slots=True)
class _Draft:
    """A statement as it comes together."""

    parts: dict[str, list[Span]] = field(default_factory=lambda: {part: list[Span]() for part in PARTS})
    act: Act | None = None
    mode: Mode | None = None
    flags: set[str] = field(default_factory=set[str])


def _statements(page: _Page) -> tuple[tuple[Statement, ...], dict[str, str]]:
    """Statements by their cues' order, and the id of the one that each of brat's ids (event, trigger, cue) belongs to."""
    drafts: dict[str, _Draft] = {}
    owner: dict[str, str] = {}
    for id, (number, kind, trigger, rest) in page.events.items():
        arguments = [(re.sub(r"\d+$", "", role).lower(), target) for role, target in (argument.split(":", 1) for argument in rest.split())]
        if not (kind.startswith(STATEMENTS) or any(role in PARTS for role, _ in arguments)):
            continue
        draft = drafts[id] = _Draft()
        owner |= {id: id, trigger: id}
        for role, target in arguments:
            if role in PARTS:
                draft.parts[role] += page.spans_of(target, number)
                owner |= {target: id} if role == "cue" else {}
        draft.parts["cue"] = draft.parts["cue"] or list(page.spans_of(trigger, number))
    for id, (kind, spans) in page.bound.items():
        if kind == "cue" and id not in owner:
            drafts[id], owner[id] = _Draft(), id
            drafts[id].parts["cue"] += spans
    _add_relations(page, drafts, owner)
    _add_attributes(page, drafts, owner)
    order = sorted(drafts, key=lambda id: min(drafts[id].parts["cue"]))
    numbers = {id: f"s{k}" for k, id in enumerate(order, 1)}
    holders = _holders([drafts[id] for id in order])
    made = tuple(_statement(page.text, drafts[id], numbers[id], holders[k]) for k, id in enumerate(order))
    return made, {id: numbers[event] for id, event in owner.items()}


def _add_relations(page: _Page, drafts: dict[str, _Draft], owner: dict[str, str]) -> None:
    """Parts that a relation between them and a cue brings, whichever way it points."""
    for number, kind, *ends in page.relations:
        page.check(number, *ends)
        for cue, part in (ends, ends[::-1]):
            role = page.bound.get(part, ("", ()))[0]
            if cue in owner and part not in owner and kind not in get_args(Relation) and role in PARTS:
                drafts[owner[cue]].parts[role] += page.spans_of(part, number)


def _add_attributes(page: _Page, drafts: dict[str, _Draft], owner: dict[str, str]) -> None:
    for number, name, target, value in page.attributes:
        page.check(number, target)
        if target not in owner:
            continue
        draft = drafts[owner[target]]
        for attribute, among in (("act", get_args(Act)), ("mode", get_args(Mode))):
            if name == attribute:
                if value not in among:
                    raise page.wrong(number, f'the {attribute} "{value}" is none', f"give one of {', '.join(among)}")
                setattr(draft, attribute, value)
        if name in ("negated", "hypothetical") and value not in ("false", "no"):
            draft.flags.add(name)


def _holders(drafts: list[_Draft]) -> list[str | None]:
    """For each the id of the statement with the smallest content that holds its cue; one no longer than its own does not, so that none go in a circle."""
    sizes = [sum(end - start for start, end in draft.parts["content"]) for draft in drafts]
    out: list[str | None] = []
    for k, draft in enumerate(drafts):
        at = min(draft.parts["cue"]).start
        around = [j for j, other in enumerate(drafts) if sizes[j] > sizes[k] and any(start <= at < end for start, end in other.parts["content"])]
        out.append(f"s{min(around, key=sizes.__getitem__) + 1}" if around else None)
    return out


def _statement(text: str, draft: _Draft, id: str, inside: str | None) -> Statement:
    parts = {part: tuple(sorted(set(spans))) for part, spans in draft.parts.items()}
    return Statement(
        id=id,
        source=parts["source"],
        cue=parts["cue"],
        content=parts["content"],
        addressee=parts["addressee"],
        mode=draft.mode or _mode(text, parts["content"]),
        confidence=1.0,
        inside=inside,
        act=draft.act,
        # An attribute that is only ever true says nothing where it is missing.
        negated=True if "negated" in draft.flags else None,
        hypothetical=True if "hypothetical" in draft.flags else None,
    )


def _mode(text: str, content: Spans) -> Mode:
    """By quotation marks alone: the contract knows no statement without a mode."""
    said = [text[start:end].strip(" ,.") for start, end in content]
    if said and all(words[:1] in MARKS and words[-1:] in MARKS for words in said if words):
        return "direct"
    return "mixed" if any(mark in words for words in said for mark in MARKS) else "indirect"


def _links(page: _Page, ids: dict[str, str]) -> Iterator[Link]:
    for _, kind, start, end in page.relations:
        for relation in get_args(Relation):
            if kind == relation and start in ids and end in ids:
                yield Link(ids[start], ids[end], relation, (), 1.0)
