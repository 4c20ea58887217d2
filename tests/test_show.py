"""What a person sees."""

from __future__ import annotations

import io

from rich.console import Console

from rejoinder.reading import make_story
from rejoinder.show.terminal import page, plain, table
from rejoinder.show.view import clean, in_order
from rejoinder.types import Reading, Span, Statement, Story

TEXT = 'Ana said that Bo thinks "it rains," and left.\nShe told Cy: "No."'


def span(words: str) -> tuple[Span, ...]:
    at = TEXT.index(words)
    return (Span(at, at + len(words)),)


def statement(id: str, source: str, cue: str, content: str, **more: object) -> Statement:
    fields: dict[str, object] = {"addressee": (), "mode": "indirect", "confidence": 0.9, **more}
    return Statement(id=id, source=span(source) if source else (), cue=span(cue), content=span(content), **fields)  # type: ignore[arg-type]


READING = Reading(
    story=make_story(TEXT, id="x", title="Rain"),
    statements=(
        statement("s1", "Ana", "said", 'that Bo thinks "it rains,"', confidence=0.4),
        statement("s2", "Bo", "thinks", '"it rains,"', inside="s1", mode="direct"),
        statement("s3", "", "told", '"No."', addressee=span("Cy"), mode="direct"),
    ),
)


def printed(what: object, width: int = 60) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, highlight=False).print(what)
    return out.getvalue()


def test_plain_is_a_line_a_statement():
    assert plain(READING).splitlines() == [
        "# Rain",
        '1\tAna\tsaid\t\tBo thinks "it rains,"',
        "1\t> Bo\tthinks\t\t“it rains”",
        "2\t(nobody named)\ttold\tCy\t“No.”",
    ]


def test_page_indents_nested_ones_and_fits():
    text = printed(page(READING), 44)
    assert max(map(len, text.splitlines())) <= 44
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    assert lines[2] == "  1  Ana  said  ?"
    assert lines[4] == "     ↳    Bo  thinks"
    assert "  2  nobody named  told  → Cy" in lines


def test_table_has_a_row_a_statement():
    text = printed(table(READING), 120)
    assert all(f"│ {s.id} " in text for s in READING.statements)
    assert "0.40" in text


def test_nothing_said():
    assert "Nobody" in printed(page(Reading(story=Story(id="a", text="Rain."))))


def test_order_is_depth_first():
    assert [(depth, s.id) for depth, s in in_order(READING)] == [(0, "s1"), (1, "s2"), (0, "s3")]


def test_markup_and_control_characters_are_inert():
    assert clean("a\x1b[31m\u202eb\n c") == "a\ufffd[31m\ufffdb c"
    story = Reading(story=Story(id="[red]x[/red]", text="Rain."))
    assert "[red]x[/red]" in printed(page(story))
