"""Stage: show. What the record answers, for a terminal (rich), and as JSON Lines or CSV for machines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import Any, TextIO, cast

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from rejoinder.record.answers import Count, Dispute, Profile, Saying, Stats, StoryLine, row
from rejoinder.record.corrections import Correction
from rejoinder.show.terminal import STYLES
from rejoinder.show.threads import INDENT, MOST, turns
from rejoinder.show.view import GAP, NOBODY, as_said, clean, deed, line_name
from rejoinder.types import Relation

LONGEST = 300  # characters of a content
OFFICES = 8  # shown of a person, those of most stories
MARGIN = 16  # columns of a name of a count, or of a relation


def write_json(answers: Iterable[Any], out: TextIO) -> None:
    """One JSON object an answer, one a line."""
    for answer in answers:
        out.write(json.dumps(_facts(answer), ensure_ascii=False, separators=(",", ":")) + "\n")


def write_csv(answers: Iterable[Any], out: TextIO) -> None:
    """A header and a line an answer (RFC 4180, but for the line feed); of lists in an answer only how long they are, of objects their JSON."""
    writer: Any = None
    for answer in answers:
        facts = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in _facts(answer).items()}
        facts = {name: len(cast(list[object], value)) if isinstance(value, list | tuple) else value for name, value in facts.items()}
        if writer is None:
            writer = csv.DictWriter(out, list(facts), lineterminator="\n")
            writer.writeheader()
        writer.writerow(facts)


def _facts(answer: Any) -> dict[str, Any]:
    """Names and values of an answer."""
    return answer if isinstance(answer, dict) else row(answer)  # pyright: ignore[reportUnknownVariableType]


def sayings(found: Iterable[Saying]) -> RenderableType:
    """Where and when, who did what to whom, the words."""
    return Group(*(part for saying in found for part in (Text(), _where(saying), _head(saying), Padding(Text(_said(saying)), (0, 0, 0, INDENT)))))


def _where(saying: Saying) -> Text:
    facts = (saying.published and saying.published[:10], saying.publisher, f"{saying.story} {saying.statement}, {line_name(saying.line)}")
    return Text(clean(" · ".join(fact for fact in facts if fact)), STYLES["quiet"])


def _head(saying: Saying) -> Text:
    out = _party(saying.speaker_name, saying.source, "source").append("  ").append(clean(saying.cue), STYLES["cue"])
    if saying.addressee:
        out.append("  → ", STYLES["quiet"]).append_text(_party(saying.to_name, saying.addressee, "addressee"))
    if saying.act:
        out.append(f"  {deed(saying.act, saying.negated, saying.hypothetical)}", STYLES["act"])
    if saying.target_name:
        out.append(f"  against {clean(saying.target_name)}", STYLES["quiet"])
    if saying.said_on:
        out.append(f"  {saying.said_on}", STYLES["quiet"])
    return out.append("  set right", "bold green") if saying.corrected else out


def _party(name: str | None, words: str, role: str) -> Text:
    said = clean(words)
    if name and clean(name).lower() not in said.lower():
        return Text(clean(name), STYLES[role]).append(" · ", STYLES["quiet"]).append(said or "…", STYLES["quiet"])
    return Text(said or NOBODY, STYLES[role] if said else "italic dim")


def _said(saying: Saying) -> str:
    text = as_said(saying.content.split(GAP), saying.mode)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0] + " …"


def disputes(found: Iterable[Dispute]) -> RenderableType:
    """Each claim, and under it who denied, disputed, repeated or took it back."""
    return Group(*(part for one in found for part in _thread(one)))


def _thread(found: Dispute) -> list[RenderableType]:
    first, *again = found.sayings
    rows: list[tuple[Relation, Text]] = [(answer.relation, _line(answer.saying)) for answer in found.answers]
    rows.extend(("repeats", _line(saying)) for saying in again[:MOST])
    thread = turns(rows, len(again) - MOST, MARGIN)
    return [Text(), _where(first), _head(first), Padding(Text(_said(first), "bold"), (0, 0, 0, INDENT)), thread]


def _line(saying: Saying) -> Text:
    return _head(saying).append(f"  {_said(saying)}").append("  ").append_text(_where(saying))


def profiles(found: Iterable[Profile]) -> RenderableType:
    """Who it is, what they said, to whom, whom they accuse, who answers them."""
    return Group(*(part for one in found for part in _profile(one)))


def _profile(one: Profile) -> list[RenderableType]:
    facts = (one.kind, one.country, one.id, f"{one.stories} stories", f"{one.statements} statements")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=MARGIN, no_wrap=True, style=STYLES["quiet"])
    grid.add_column(ratio=1, overflow="fold")
    offices = "; ".join(f"{o.title}{f' ({o.of})' if o.of else ''}{_years(o.first, o.last)}" for o in one.offices[:OFFICES])
    rows = (
        ("also called", _counts(one.names[1:])),
        ("offices", clean(offices)),
        ("what they do", _counts(one.acts)),
        ("speaks to", _counts(one.spoke_to)),
        ("accuses", _counts(one.accuses)),
        ("accused by", _counts(one.accused_by)),
        ("answered by", _counts(one.answered_by)),
    )
    for name, text in rows:
        if text:
            grid.add_row(name, Text(text))
    title = Rule(Text(clean(one.name), "bold cyan"), align="left", style="dim")
    return [Text(), title, Text(" · ".join(fact for fact in facts if fact), STYLES["quiet"]), grid, sayings(one.sayings)]


def _years(first: str | None, last: str | None) -> str:
    return f", {first[:10]}" + (f" to {last[:10]}" if last and last[:10] != first[:10] else "") if first else ""


def _counts(counts: Iterable[Count]) -> str:
    return clean(", ".join(f"{c.name} {c.count}" for c in counts))


def stories(found: Iterable[StoryLine]) -> RenderableType:
    """A row a story."""
    return _table(
        ("day", "publisher", "story", "title", "statements", "links", ""),
        ((s.published and s.published[:10], s.publisher, s.story, s.title, s.statements, s.links, f"now {s.newer}" if s.newer else "") for s in found),
    )


def stats(one: Stats) -> RenderableType:
    """How much there is."""
    size = f"{one.bytes / 1e6:.1f} MB" + (f", {one.bytes / one.stories / 1e3:.0f} kB a story" if one.stories else "")
    rows = (
        ("stories", f"{one.stories}" + (f", of which {one.superseded} older versions" if one.superseded else "")),
        ("published", f"{one.first} to {one.last}" if one.first else ""),
        ("statements", str(one.statements)),
        ("actors", str(one.actors)),
        ("links", str(one.links)),
        ("claims", f"{one.claims}, {one.disputed} answered"),
        ("set right", str(one.corrections)),
        ("acts", _counts(one.acts)),
        ("speakers", _counts(one.speakers)),
        ("publishers", _counts(one.publishers)),
        ("file", size),
    )
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, style=STYLES["quiet"])
    grid.add_column(ratio=1, overflow="fold")
    for name, text in rows:
        if text:
            grid.add_row(name, Text(text))
    return grid


def corrections(found: Iterable[Correction]) -> RenderableType:
    """A row a correction."""
    return _table(
        ("number", "when", "who", "what", "story", "from", "to", ""),
        ((c.id, c.at, c.by, c.kind, c.story, _value(c.was), _value(c.value), _state(c)) for c in found),
    )


def _state(correction: Correction) -> str:
    return f"undone {correction.undone}" if correction.undone else "" if correction.applied else "finds nothing to set right"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return str(value["name"])  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, list):
        return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return "" if value is None else str(value)


def _table(names: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """A table of the columns in which anything stands."""
    texts = [["" if value is None else clean(str(value)) for value in values] for values in rows]
    shown = [(k, name) for k, name in enumerate(names) if any(values[k] for values in texts)]
    out = Table()
    for _, name in shown:
        out.add_column(name, overflow="fold")
    for values in texts:
        out.add_row(*(Text(values[k]) for k, _ in shown))
    return out
