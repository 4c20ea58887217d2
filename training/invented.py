"""Stories of our own with their statements marked in the text (training/invented/*.txt) -> gold for training.

PolNeAR is news of one country and one year. These stories, invented for the purpose, bring what it has little of: other beats and registers, rare ways of
speaking, rare acts, statements within statements. Their format is described in training/invented/README.md.

    python -m training.invented FILE...     # says what is wrong where, and counts
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import get_args

from rejoinder.statements.mode import quoted_mode
from rejoinder.tagging.words import split
from rejoinder.types import Act, ActorKind, Relation
from training import speakers
from training.stories import Gold, GoldStory, Span, with_that

FOLDER = Path(__file__).parent / "invented"
HELD_OUT = Path(__file__).parents[1] / "evaluation" / "gold" / "invented"  # by another hand, never trained on
ROLES = {"s": "source", "k": "cue", "c": "content", "a": "addressee"}
MARK = re.compile(r"\[(?P<role>[skca])(?P<numbers>\d+(?:,\d+)*)(?P<rest>(?::\w+)*) |(?P<close>\])")
LINK = re.compile(r"-> (\d+) (\d+) (\w+)")
SPEAKER = re.compile(r"@ (\d+(?:,\d+)*) (?:-|(?P<id>\w+:[^\s*]+)(?P<unnamed>\*)?)")
STRAY = re.compile(r"@ ?\d|->")  # a line that is no text
QUOTED = re.compile(r"[,.?!…—-]*[”\"»]")
EVERY = 10  # every so many stories of a file is kept from training


@dataclass(slots=True)
class Marked:
    """One statement as it was marked; anchor: offset of the cue's head word; flags: negated, hypothetical."""

    spans: dict[str, list[Span]] = field(default_factory=lambda: {role: [] for role in ROLES.values()})
    anchor: int = -1
    act: str = ""
    flags: tuple[bool, bool] = (False, False)
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Invented:
    """A story: plain text, statements by the numbers that the writer gave them, links (answering, answered, relation), and where they were marked the
    speakers: statement -> actor's id and whether the story names it, or None where nobody can be told."""

    id: str
    published: str
    text: str
    statements: dict[int, Marked]
    links: list[tuple[int, int, str]]
    speakers: dict[int, tuple[str, bool] | None]


class MarkError(ValueError):
    """Something that a story's marks cannot mean; the message says what and where."""


def parse(raw: str) -> Invented:
    """One story, from its "## id | date" line to before the next; raises MarkError."""
    name, published, body = head(raw)
    lines = body.rstrip().split("\n")
    links: list[tuple[int, int, str]] = []
    while lines and lines[-1].startswith("->"):
        match = LINK.fullmatch(lines.pop().rstrip())
        if not match:
            raise MarkError(f"{name}: a link is '-> ANSWERING ANSWERED RELATION'")
        links.insert(0, (int(match[1]), int(match[2]), match[3]))
    speakers = _speakers(lines, name)
    if stray := next((line for line in lines if STRAY.match(line)), None):
        raise MarkError(f"{name}: {stray!r} stands in the text: speakers, then links, end a story, without blank lines between them")
    text, statements = _read("\n".join(lines).strip(), name)
    story = Invented(name, published, text, statements, links, speakers)
    if problems := _problems(story):
        raise MarkError("\n".join(f"{name}: {problem}" for problem in problems))
    return story


def _speakers(lines: list[str], name: str) -> dict[int, tuple[str, bool] | None]:
    """Takes the lines of speakers from the end of `lines`."""
    speakers: dict[int, tuple[str, bool] | None] = {}
    while lines and lines[-1].startswith("@ "):
        match = SPEAKER.fullmatch(lines.pop().rstrip())
        if not match:
            raise MarkError(f"{name}: a speaker is '@ NUMBERS KIND:NAME', with * where it has no name, or '@ NUMBERS -'")
        for number in map(int, match[1].split(",")):
            if number in speakers:
                raise MarkError(f"{name}: statement {number} has two speakers")
            speakers[number] = (match["id"], match["unnamed"] is None) if match["id"] else None
    return speakers


def _read(body: str, name: str) -> tuple[str, dict[int, Marked]]:
    statements: dict[int, Marked] = {}
    opened: list[tuple[re.Match[str], int]] = []
    text, at = "", 0
    for match in MARK.finditer(body):
        text += body[at : match.start()]
        at = match.end()
        if match["close"] is None:
            opened.append((match, len(text)))
            continue
        if not opened:
            raise MarkError(f"{name}: ']' closes nothing after {body[max(0, match.start() - 30) : match.start()]!r}")
        mark, start = opened.pop()
        for number in map(int, mark["numbers"].split(",")):
            _mark(statements.setdefault(number, Marked()), mark, (start, len(text)), text[start:])
    if opened:
        raise MarkError(f"{name}: '{opened[-1][0].group()}' is not closed")
    text += body[at:]
    if "[" in text:
        raise MarkError(f"{name}: a bracket that marks nothing: {text[text.index('[') :][:30]!r}")
    # The star before a cue's head word is no part of the text: offsets move up by the stars before them.
    moved = list(accumulate((character != "*" for character in text), initial=0))
    heads = [moved[k] for k, character in enumerate(text) if character == "*"]
    for statement in statements.values():
        statement.spans = {role: [(moved[a], moved[b]) for a, b in sorted(spans)] for role, spans in statement.spans.items()}
        cue = statement.spans["cue"]
        statement.anchor = next((k for k in heads if cue and cue[0][0] <= k < cue[-1][1]), cue[0][0] if cue else -1)
    for statement in statements.values():
        statement.nested = any(a <= statement.anchor < b for other in statements.values() if other is not statement for a, b in other.spans["content"])
    return text.replace("*", ""), statements


def _mark(statement: Marked, mark: re.Match[str], span: Span, words: str) -> None:
    statement.spans[ROLES[mark["role"]]].append(span)
    if mark["role"] == "k":
        act, *flags = mark["rest"].split(":")[1:] or [""]
        statement.act = act
        statement.flags = ("n" in flags, "h" in flags)
        if len(re.findall(r"\w+", words)) > 1 and words.count("*") != 1:
            raise MarkError(f"a cue of several words needs one * before its head word: {words!r}")


def _problems(story: Invented) -> list[str]:
    out: list[str] = []
    try:
        date.fromisoformat(story.published)
    except ValueError:
        out.append(f"the first line is '## id | YYYY-MM-DD', not with {story.published!r}")
    for number, statement in sorted(story.statements.items()):
        shown = " … ".join(story.text[a:b] for a, b in statement.spans["cue"])
        if len(statement.spans["cue"]) != 1:
            out.append(f"statement {number} has {len(statement.spans['cue'])} cues {shown!r}")
        elif statement.act not in get_args(Act):
            out.append(f"statement {number} ({shown}): no act {statement.act!r}")
        if not statement.spans["content"] and statement.act != "decline":
            out.append(f"statement {number} ({shown}) has no content")
        for role, spans in statement.spans.items():
            for a, b in spans:
                if story.text[a:b] != story.text[a:b].strip() or a == b:
                    out.append(f"statement {number}: {role} {story.text[a:b]!r} begins or ends with a space")
                elif role == "content" and story.text[a:b].startswith("that ") and not story.text[a - 1 : a].isalpha():
                    out.append(f"statement {number}: content begins with 'that': {story.text[a:b][:40]!r}")
    out += _actor_problems(story)
    for answering, answered, relation in story.links:
        if relation not in get_args(Relation) or answering not in story.statements or answered not in story.statements or answering == answered:
            out.append(f"link {answering} {answered} {relation} does not fit")
    return out


def _actor_problems(story: Invented) -> list[str]:
    out: list[str] = []
    if story.speakers and story.speakers.keys() != story.statements.keys():
        out.append(f"speakers of {sorted(story.speakers.keys() ^ story.statements.keys())} are missing, or no statements")
    actors = {found for found in story.speakers.values() if found}
    out += [f"{id} stands with and without *" for id, count in Counter(id for id, _ in sorted(actors)).items() if count > 1]
    kinds = {id.split(":")[0] for id, _ in actors} - set(get_args(ActorKind))
    return [*out, f"no such kinds of actors: {sorted(kinds)}"] if kinds else out


def gold_story(story: Invented) -> GoldStory:
    """The story as the model is taught it."""
    words = split(story.text)
    statements: list[Gold] = []
    spoken: list[tuple[Gold, tuple[str, bool] | None]] = []
    for number, marked in story.statements.items():
        spans = dict(marked.spans)
        spans["content"] = [_as_polnear(story.text, span, marked.nested) for span in spans["content"]]
        mode = quoted_mode(words, spans["content"]) if spans["content"] else None
        statements.append(Gold(marked.anchor, spans, marked.nested, mode, marked.act, marked.flags))
        spoken.append((statements[-1], story.speakers.get(number)))
    names, mentions = speakers.told(words, spoken) if story.speakers else (None, [])
    statements.sort(key=lambda gold: gold.anchor)
    return GoldStory(story.text, statements, nested_known=True, names=names, some_names=True, mentions=mentions, id=story.id)


def _as_polnear(text: str, span: Span, nested: bool) -> Span:
    """PolNeAR's contents begin with their "that" and, unless nested in another's words, have their quotation marks."""
    start, end = span
    if not nested:
        while start and text[start - 1] in '“"«':
            start -= 1
        if closing := QUOTED.match(text, end):
            end = closing.end()
    return with_that(text, (start, end))


def stories(kept: bool = False) -> list[Invented]:
    """The stories to train on; with `kept` those that are kept from training."""
    return [parse(raw) for raw, is_kept in raw_stories(FOLDER) if is_kept == kept]


def held_out() -> list[Invented]:
    """The stories of HELD_OUT."""
    return marked(_files(HELD_OUT))


def marked(files: Sequence[Path]) -> list[Invented]:
    """All stories of the files."""
    return [parse(raw) for file in files for raw in _raw(file)]


def raw_stories(folder: Path) -> Iterator[tuple[str, bool]]:
    """Each story of the files of `folder`, from its "## id | date" line on, and whether it is kept from training: every tenth of a file is."""
    for file in _files(folder):
        for k, raw in enumerate(_raw(file)):
            yield raw, k % EVERY == EVERY - 1


def head(raw: str) -> tuple[str, str, str]:
    """Id and date of a story, as its first line gives them, and the rest."""
    line, _, body = raw.partition("\n")
    name, _, published = (part.strip() for part in line.removeprefix("##").partition("|"))
    return name, published, body


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.txt"))


def _raw(file: Path) -> list[str]:
    return [part for part in re.split(r"(?m)^(?=## )", file.read_text(encoding="utf8")) if part.startswith("## ")]


def main() -> None:
    """Command line."""
    wrong = 0
    acts: Counter[str] = Counter()
    relations: Counter[str] = Counter()
    nested = count = words = 0
    for file in map(Path, sys.argv[1:]):
        for raw in _raw(file):
            try:
                story = parse(raw)
            except MarkError as problem:
                wrong += 1
                print(f"{raw.splitlines()[0]}\n  {problem}")
                continue
            count += 1
            words += len(story.text.split())
            acts.update(s.act for s in story.statements.values())
            nested += sum(s.nested for s in story.statements.values())
            relations.update(relation for _, _, relation in story.links)
    print(f"{count} stories, {words} words, {sum(acts.values())} statements ({nested} nested): {dict(acts.most_common())}; links {dict(relations)}")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
