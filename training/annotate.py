"""Sheets for annotators, and their notes turned into stand-off annotation.

PolNeAR marks only the outermost statements. This tool prints a story with those statements (`sheet`), reads what an
annotator wrote about the statements inside them (`resolve`), finds the offsets of every quoted snippet, and writes
stand-off annotation: story id, SHA-256 of its text, offsets, no text. Format: training/annotation/README.md.

    python -m training.annotate sheet CORPUS STORY_ID
    python -m training.annotate resolve CORPUS NOTES.jsonl [-o OUT.jsonl]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training.polnear import rows

Span = tuple[int, int]
ROLES = ("source", "cue", "content", "addressee")
BRACKETED = re.compile(r"^(.*?)\[(.*)\](.*)$", re.DOTALL)


class NoteError(ValueError):
    """A note that cannot be placed in the text; the message says which and why."""


def _pattern(snippet: str) -> str:
    """Whitespace in a snippet matches any whitespace of the text."""
    return r"\s+".join(re.escape(part) for part in snippet.split())


def locate(snippet: str, text: str, within: Span | None = None, near: int | None = None) -> Span:
    """Offsets of `snippet`, or of its [bracketed] part, in `text`.

    Args:
        snippet: verbatim words; brackets mark the part that counts, the rest is context.
        within: the snippet must start in this range.
        near: of several places, the one that starts nearest to this offset; without it a second place is an error.

    Raises:
        NoteError: not found, or found more than once without `near`.
    """
    marked = BRACKETED.match(snippet) if "[" in snippet and snippet not in text else None
    before, core, after = marked.groups() if marked else ("", snippet, "")
    gap = {k: r"\s*" if (part and (part[-1:] if k else part[:1]).isspace()) else "" for k, part in ((1, before), (0, after))}
    regex = re.compile(_pattern(before) + gap[1] + f"({_pattern(core)})" + gap[0] + _pattern(after))
    # Without context the words must not begin or end inside a longer word ("he" in "the").
    found = [
        m.span(1) for m in regex.finditer(text) if (within is None or within[0] <= m.start(1) < within[1]) and (marked or not _cuts_a_word(text, m.span(1)))
    ]
    if not found:
        raise NoteError(f"not in the text{' of its outer statement' if within else ''}: {snippet!r}")
    if near is not None:
        return min(found, key=lambda span: abs(span[0] - near))
    if len(found) > 1:
        raise NoteError(f"{len(found)} places for {snippet!r}: add context around [brackets]")
    return found[0]


def _cuts_a_word(text: str, span: Span) -> bool:
    start, end = span
    cut = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    return cut or (end < len(text) and text[end - 1].isalnum() and text[end].isalnum())


def resolve(note: dict[str, Any], story: dict[str, Any]) -> dict[str, Any]:
    """One annotator's note on one story -> one row of stand-off annotation; raises NoteError with every problem."""
    text, outer = story["text"], story["attributions"][0]["items"]
    problems: list[str] = []
    nested: list[dict[str, Any]] = []
    for k, item in enumerate(note.get("nested", [])):
        try:
            content = outer[item["in"]]["content"]
            hull = (min(a for a, _ in content), max(b for _, b in content))
            cue = locate(item["cue"], text, within=hull)
            if not any(a <= cue[0] < b for a, b in content):
                raise NoteError(f"cue {item['cue']!r} is not inside the content of #{item['in']}")
            row: dict[str, Any] = {"in": item["in"], "cue": [list(cue)]}
            for role in ("source", "content", "addressee"):
                given = item.get(role) or []
                snippets = [given] if isinstance(given, str) else given
                row[role] = sorted(list(locate(s, text, near=cue[0])) for s in snippets)
            nested.append(row)
        except (NoteError, KeyError, IndexError, TypeError) as error:
            problems.append(f"{story['id']} nested[{k}]: {type(error).__name__} {error}")
    addressees: dict[str, list[int]] = {}
    for number, snippet in (note.get("to") or {}).items():
        try:
            cue_start = outer[int(number)]["cue"][0][0]
            addressees[number] = list(locate(snippet, text, near=cue_start))
        except (NoteError, KeyError, IndexError, ValueError) as error:
            problems.append(f"{story['id']} to[{number}]: {type(error).__name__} {error}")
    if problems:
        raise NoteError("\n".join(problems))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"id": story["id"], "sha256": digest, "nested": nested, "addressees": addressees}


def sheet(story: dict[str, Any]) -> str:
    """The story's text, then its outermost statements by number."""
    text = story["text"]
    lines = [f"STORY {story['id']}", text, "", "OUTERMOST STATEMENTS"]
    for k, item in enumerate(story["attributions"][0]["items"]):
        parts = (" ... ".join(text[a:b] for a, b in item.get(role) or []) for role in ("source", "cue", "content"))
        lines.append(f"#{k}  " + "  |  ".join(parts))
    return "\n".join(lines)


def resolve_all(notes: Iterable[dict[str, Any]], stories: dict[str, dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Every note that holds, and the problems of those that do not."""
    good: list[dict[str, Any]] = []
    problems: list[str] = []
    for note in notes:
        try:
            good.append(resolve(note, stories[note["id"]]))
        except KeyError as error:
            problems.append(f"no such story: {error}")
        except NoteError as error:
            problems.append(str(error))
    return good, problems


def main() -> int:
    """Command line; exit status 1 where a note cannot be placed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("command", choices=("sheet", "resolve"))
    parser.add_argument("corpus", type=Path)
    parser.add_argument("what", help="a story id, or a file of notes")
    parser.add_argument("-o", "--output", type=Path)
    args = parser.parse_args()
    stories = {story["id"]: story for story in rows(args.corpus)}
    if args.command == "sheet":
        print(sheet(stories[args.what]))
        return 0
    notes = [json.loads(line) for line in Path(args.what).read_text(encoding="utf8").splitlines() if line.strip()]
    good, problems = resolve_all(notes, stories)
    if args.output:
        args.output.write_text("".join(json.dumps(row) + "\n" for row in good), encoding="utf8")
    print(f"{len(good)} stories hold, {sum(len(r['nested']) for r in good)} nested statements, {sum(len(r['addressees']) for r in good)} addressees")
    print("\n".join(problems), file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
