"""Stage: show. Claims with what answers them: a claim, and under it who denied, disputed, repeated or took it back, with the line of the text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rejoinder.disputes.claims import Answer, Claim, Ref
from rejoinder.show.view import clean, line_name, line_of, said, who, words
from rejoinder.types import Reading, Relation, Statement

Stories = Mapping[str, Reading]

VERBS: dict[Relation, str] = {
    "denies": "denied by",
    "disputes": "disputed by",
    "retracts": "taken back by",
    "contradicts": "contradicted by",
    "repeats": "said again by",
    "supports": "supported by",
}
STYLES = {"denies": "bold red", "disputes": "red", "retracts": "magenta", "contradicts": "magenta", "repeats": "dim", "supports": "green"}
INDENT = 4
MARGIN = 15  # columns of "contradicted by"
LONGEST = 220  # characters of a content
MOST = 6  # repetitions shown of one claim


def page(claims: Sequence[Claim], stories: Stories) -> RenderableType:
    """Each claim with its thread; in several stories every line says which."""
    return Group(*(part for claim in claims for part in _thread(claim, stories)))


def _thread(claim: Claim, stories: Stories) -> list[RenderableType]:
    first, *again = claim.members
    parts: list[RenderableType] = [Text(), _line(first, stories, "bold")]
    rows: list[tuple[Ref, Relation]] = [(answer.ref, answer.relation) for answer in claim.answers]
    rows.extend((ref, "repeats") for ref in again[:MOST])
    parts.append(turns([(relation, _line(ref, stories, "")) for ref, relation in rows], len(again) - MOST, MARGIN))
    return parts


def turns(rows: Iterable[tuple[Relation, Text]], more: int, margin: int) -> RenderableType:
    """What stands under a claim, a row a statement.

    Args:
        rows: how each answers the claim, and its line.
        more: how many repetitions are left out, if any.
        margin: columns of the relation.
    """
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=margin, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for relation, line in rows:
        grid.add_row(Text(VERBS[relation], STYLES[relation]), line)
    if more > 0:
        grid.add_row("", Text(f"and {more} times more", "dim"))
    return Padding(grid, (0, 0, 0, INDENT))


def _statement(ref: Ref, stories: Stories) -> tuple[Reading, Statement]:
    reading = stories[ref.story]
    return reading, next(s for s in reading.statements if s.id == ref.statement)


def _line(ref: Ref, stories: Stories, style: str) -> Text:
    """Who, what they did, the words, and where it stands."""
    reading, s = _statement(ref, stories)
    out = Text(who(reading, s), "bold cyan" if style else "cyan")
    out.append("  ").append(words(reading.story, s.cue), "yellow")
    if s.when:
        out.append(f" ({s.when.date})", "dim")
    return out.append("  ").append(_short(said(reading.story, s)), style).append(f"  {_where(ref, reading, s, stories)}", "dim")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0] + " …"


def _where(ref: Ref, reading: Reading, s: Statement, stories: Stories) -> str:
    line = line_name(line_of(reading.story, s.cue[0])) if s.cue else ""
    return line if len(stories) == 1 else f"{clean(ref.story)}, {line}"


def plain(claims: Sequence[Claim], stories: Stories) -> str:
    """For pipes: a line a statement, tab-separated: relation ("claim" for the claim itself), where, who, cue, words; an empty line between threads."""
    blocks: list[str] = []
    for claim in claims:
        rows = [("claim", claim.members[0]), *((a.relation, a.ref) for a in claim.answers), *(("repeats", ref) for ref in claim.members[1:])]
        lines: list[str] = []
        for relation, ref in rows:
            reading, s = _statement(ref, stories)
            lines.append("\t".join((relation, _where(ref, reading, s, stories), who(reading, s), words(reading.story, s.cue), said(reading.story, s))))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def to_json(claim: Claim, stories: Stories) -> str:
    """One line of JSON: the claim's statements and its answers, with their words."""
    return json.dumps(
        {"statements": [_facts(ref, stories) for ref in claim.members], "answers": [_answer(answer, stories) for answer in claim.answers]},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _answer(answer: Answer, stories: Stories) -> dict[str, object]:
    reading, _ = _statement(answer.ref, stories)
    return {
        **_facts(answer.ref, stories),
        "relation": answer.relation,
        "evidence": reading.story.words(answer.evidence),
        "across": answer.across,
        "confidence": answer.confidence,
    }


def _facts(ref: Ref, stories: Stories) -> dict[str, object]:
    reading, s = _statement(ref, stories)
    actor = next((a for a in reading.actors if a.id == s.speaker), None)
    return {
        "story": ref.story,
        "statement": ref.statement,
        "line": line_of(reading.story, s.cue[0]) if s.cue else None,
        "published": reading.story.published,
        "speaker": s.speaker,
        "name": actor.name if actor else None,
        "source": reading.story.words(s.source),
        "cue": reading.story.words(s.cue),
        "content": reading.story.words(s.content),
        "act": s.act,
        "when": s.when.date if s.when else None,
    }
