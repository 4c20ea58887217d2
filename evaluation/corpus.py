"""Dev stories in both conditions, and what the packaged (or another) model says of them.

Degraded text is the dump of training/variants.py. Where the corpora are missing the callers stop with one sentence that names the folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evaluation.attribution import Item, gold_tokens, item
from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.statements.mode import quoted_mode
from rejoinder.tagging.words import split
from rejoinder.types import Reading, Statement
from training.polnear import rows
from training.variants import TOKEN, Variant, clean, dump

Condition = Literal["clean", "degraded"]
CONDITIONS: tuple[Condition, ...] = ("clean", "degraded")
CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
FOLD = 2  # halves for what is fitted on dev: by position, so that a story is always in the same one


@dataclass(frozen=True, slots=True)
class Case:
    """One dev story in one condition with gold and reading."""

    story: dict[str, Any]
    condition: Condition
    text: str
    tokens: list[tuple[int, int]]
    gold: list[Item]
    gold_modes: list[str]
    reading: Reading
    predicted: list[Item]  # of reading.statements, in their order

    @property
    def pairs(self) -> list[tuple[Item, Statement]]:
        """Every predicted item with its statement."""
        return list(zip(self.predicted, self.reading.statements, strict=True))

    @property
    def outer(self) -> list[tuple[Item, Statement]]:
        """Those that stand inside no other."""
        return [(p, s) for p, s in self.pairs if s.inside is None]


def in_condition(story: dict[str, Any], condition: Condition) -> tuple[Variant, list[tuple[int, int]]]:
    """The story's text in a condition, and the tokens in which it is scored."""
    if condition == "clean":
        return clean(story["text"]), gold_tokens(story)
    variant = dump(story["text"])
    return variant, [match.span() for match in TOKEN.finditer(variant.text)]


def carry(spans: Iterable[Sequence[int]], variant: Variant) -> list[tuple[int, int]]:
    """Clean spans -> spans of the variant; empty ones vanish."""
    out: list[tuple[int, int]] = []
    for a, b in spans:
        here = ((variant.origin >= a) & (variant.origin < b)).nonzero()[0].tolist()
        if here:
            out.append((here[0], here[-1] + 1))
    return out


def dev_stories(corpora: Path = CORPORA, split_name: str = "dev") -> list[dict[str, Any]]:
    """PolNeAR's stories; stops the program where the folder is missing."""
    file = corpora / "polnear" / f"{split_name}.jsonl.gz"
    if not file.exists():
        sys.exit(f"{file}: not there; accuracy is measured on PolNeAR, put its stories into {corpora} (see CONTRIBUTING.md).")
    return rows(file)


def cases(reader: Reader, stories: list[dict[str, Any]], condition: Condition) -> Iterator[Case]:
    """Reads every story and pairs it with gold."""
    for story in stories:
        variant, tokens = in_condition(story, condition)
        items = [i for i in story["attributions"][0]["items"] if i.get("cue")]
        carried = [{role: carry(i.get(role) or [], variant) for role in ("source", "cue", "content")} for i in items]
        words = split(story["text"])
        reading = reader.read(make_story(variant.text, id=story["id"]))
        yield Case(
            story=story,
            condition=condition,
            text=variant.text,
            tokens=tokens,
            gold=[item(spans, tokens, variant.text) for spans in carried],
            gold_modes=[quoted_mode(words, [(a, b) for a, b in i.get("content") or []]) for i in items],
            reading=reading,
            predicted=[item({"source": s.source, "cue": s.cue, "content": s.content}, tokens, variant.text) for s in reading.statements],
        )
