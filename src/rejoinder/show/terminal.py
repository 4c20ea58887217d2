"""Stage: show. A reading as a page in the terminal (rich): who, what they did, the words; nested statements indented, a colour a role."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from rejoinder.disputes.claims import claims
from rejoinder.show import threads
from rejoinder.show.view import NOBODY, clean, deed, heading, in_order, line_of, resolved, said, words
from rejoinder.types import Reading, Spans, Statement

STYLES = {"source": "bold cyan", "cue": "yellow", "content": "", "addressee": "magenta", "act": "green", "quiet": "dim"}
PIPED = 120  # columns of a table that goes to a file
MARGIN = 5  # columns: line numbers, and a step for each level of nesting
DEEPEST = 4  # levels that are still indented
UNSURE = 0.5  # below this a statement is marked with "?"


def page(reading: Reading) -> RenderableType:
    """The story's heading and its statements, line by line in story order."""
    title, facts = heading(reading)
    parts: list[RenderableType] = [Rule(Text(title, "bold"), align="left", style="dim"), Text(facts, STYLES["quiet"])]
    parts.extend(_entry(reading, depth, statement) for depth, statement in in_order(reading))
    disputed = claims([reading])
    if disputed:
        parts.extend((Text(), Rule(Text("What answers what", "bold"), align="left", style="dim"), threads.page(disputed, {reading.story.id: reading})))
    if not reading.statements:
        parts.extend((Text(), Text("Nobody is said to have said anything.", STYLES["quiet"])))
    return Group(*parts, Text())


def _entry(reading: Reading, depth: int, statement: Statement) -> RenderableType:
    """A line on who did what, the words said below it; a nested statement stands close under the one that holds it."""
    story = reading.story
    head = _party(reading, statement.speaker, statement.source, "source")
    head.append("  ").append(words(story, statement.cue), STYLES["cue"])
    if statement.addressee:
        head.append("  → ", STYLES["quiet"]).append_text(_party(reading, statement.to, statement.addressee, "addressee"))
    if statement.act:
        head.append(f"  {_act(statement)}", STYLES["act"])
    if statement.confidence < UNSURE:
        head.append("  ?", STYLES["quiet"])
    grid = Table.grid(padding=0)
    grid.add_column(no_wrap=True, width=MARGIN)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(Text("↳" if depth else f"{line_of(story, statement.cue[0]):>3}", STYLES["quiet"]), head)
    grid.add_row("", Text(said(story, statement), STYLES["content"]))
    return Padding(grid, (0 if depth else 1, 0, 0, MARGIN * min(depth, DEEPEST)))


def _act(statement: Statement) -> str:
    """The act with its flags and its date: "not promise, 2016-06"."""
    return deed(statement.act, statement.negated, statement.hypothetical) + (f", {statement.when.date}" if statement.when else "")


def _party(reading: Reading, actor: str | None, spans: Spans, role: str) -> Text:
    """The resolved name, then the verbatim words: "Sergei Lavrov · he"."""
    name, said = resolved(reading, actor, spans), words(reading.story, spans)
    out = Text()
    if name:
        out.append(name, STYLES[role])
        return out.append(" · ", STYLES["quiet"]).append(said or "…", STYLES["quiet"])
    return out.append(said or NOBODY, STYLES[role] if said else "italic dim")


def table(reading: Reading) -> Table:
    """One row a statement."""
    title, facts = heading(reading)
    out = Table(title=Text(f"{title}\n{facts}"), title_justify="left", expand=True, show_lines=True)
    out.add_column("id", style=STYLES["quiet"], no_wrap=True)
    for name, ratio in (("source", 4), ("cue", 3), ("content", 9), ("addressee", 3)):
        out.add_column(name, style=STYLES[name], ratio=ratio, overflow="fold")
    out.add_column("act", ratio=2, overflow="fold")
    out.add_column("mode", no_wrap=True)
    out.add_column("in", style=STYLES["quiet"], no_wrap=True)
    out.add_column("sure", justify="right", no_wrap=True)
    for _, s in in_order(reading):
        story = reading.story
        cells = [_party(reading, s.speaker, s.source, "source"), words(story, s.cue), words(story, s.content), _party(reading, s.to, s.addressee, "addressee")]
        out.add_row(
            s.id, *(Text(cell) if isinstance(cell, str) else cell for cell in cells), _act(s) if s.act else "", s.mode, s.inside or "", f"{s.confidence:.2f}"
        )
    return out


def plain(reading: Reading) -> str:
    """The page for pipes and logs, a line a statement: line number, speaker, cue, addressee, content, tab-separated; a > for each level of nesting."""
    story = reading.story
    lines = [f"# {clean(story.title or story.id)}"]
    for depth, s in in_order(reading):
        source = "> " * depth + _plain_party(reading, s.speaker, s.source, f"({NOBODY})")
        lines.append("\t".join((str(line_of(story, s.cue[0])), source, words(story, s.cue), _plain_party(reading, s.to, s.addressee, ""), said(story, s))))
    return "\n".join(lines)


def _plain_party(reading: Reading, actor: str | None, spans: Spans, nobody: str) -> str:
    return " · ".join(part for part in (resolved(reading, actor, spans), words(reading.story, spans)) if part) or nobody


def console(width: int | None = None) -> Console:
    """The console that the page is printed on; in a pipe it is as wide as a page of a wide terminal."""
    out = Console(width=width, highlight=False)
    return out if width or out.is_terminal else Console(width=PIPED, highlight=False)
