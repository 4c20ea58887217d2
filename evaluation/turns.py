"""How often what the layout of a text shows (turns of transcripts, signed quotations) is a statement in PolNeAR's gold, too.

python -m evaluation.turns
"""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.attribution import Item, item, matches
from evaluation.corpus import CONDITIONS, carry, dev_stories, in_condition
from rejoinder.pipeline import Reader
from rejoinder.statements.signatures import DASHES, find_signatures
from rejoinder.statements.turns import Turn, find_turns
from rejoinder.tagging.words import Words, split


def found_in(words: Words, reader: Reader) -> dict[str, list[Turn]]:
    """By kind; names are tagged only where there are dashes that could sign something."""
    dashes = sum(words.text[a:b] in DASHES for a, b in zip(words.start, words.end, strict=True))
    return {"turns": find_turns(words), "signatures": find_signatures(words, reader.tag(words.text).names) if dashes else []}


def items_of(turns: Sequence[Turn], words: Words, tokens: Sequence[tuple[int, int]]) -> list[Item]:
    """What is scored of turns."""

    def span(run: tuple[int, int]) -> list[tuple[int, int]]:
        return [(int(words.start[run[0]]), int(words.end[run[1] - 1]))]

    return [item({"source": span(t.source), "cue": span(t.cue), "content": span(t.content)}, tokens, words.text) for t in turns]


def main() -> None:
    """Prints, by split, condition and kind, stories with some, how many, and the share that is right (relaxed)."""
    reader = Reader()
    for name in ("train", "dev"):
        for condition in CONDITIONS:
            counts = {kind: [0, 0, 0] for kind in ("turns", "signatures")}
            for story in dev_stories(split_name=name):
                variant, tokens = in_condition(story, condition)
                words = split(variant.text)
                rows = [row for row in story["attributions"][0]["items"] if row.get("cue")]
                gold = [item({r: carry(row.get(r) or [], variant) for r in ("source", "cue", "content")}, tokens, variant.text) for row in rows]
                for kind, turns in found_in(words, reader).items():
                    right = sum(match is not None for match in matches(gold, items_of(turns, words, tokens)))
                    counts[kind] = [a + b for a, b in zip(counts[kind], (bool(turns), len(turns), right), strict=True)]
                    if turns:
                        print(f"  {story['id']}: {len(turns)} {kind}, {right} right")
            for kind, (stories, turns, right) in counts.items():
                print(f"{name}, {condition}: {stories} stories, {turns} {kind}, {right} right")


if __name__ == "__main__":
    main()
