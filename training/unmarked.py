"""Stories of our own without marks (training/unmarked/*.txt) -> gold for dumps, from what a model reads in the clean text.

Without quotation marks and capitals only the sense tells where a quotation ends. Whoever reads the clean text knows; so the model that reads it well teaches
the one that must read the dump. What it is unsure of teaches nothing.

    python -m training.unmarked      # counts
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from rejoinder.statements.assemble import Draft, drafts_of
from rejoinder.statements.confidence import Calibration
from rejoinder.statements.mode import quoted_mode
from rejoinder.tagging.labels import NAME_KINDS, NAMES, ROLES
from rejoinder.tagging.tagger import Tagger, Tags
from training.stories import Gold, GoldStory, Name, Span

FOLDER = Path(__file__).parent / "unmarked"
HEAD = re.compile(r"^## (\S+) \| (\d{4}-\d\d-\d\d)\n+", re.MULTILINE)
SURE = 0.5  # confidence from which a statement is one; below it nobody knows
EVERY = 10  # every so many stories of a file is kept from training


def stories(folder: Path = FOLDER) -> Iterator[tuple[str, str, bool]]:
    """Id and text of each story, and whether it is kept from training: every tenth of a file; in the order of files and of stories in them."""
    for file in sorted(folder.glob("*.txt")):
        _, *parts = HEAD.split(file.read_text(encoding="utf8"))
        for k in range(0, len(parts), 3):
            yield parts[k], parts[k + 2].strip(), k // 3 % EVERY == EVERY - 1


def gold_story(id: str, text: str, tagger: Tagger, calibration: Calibration) -> GoldStory:
    """The story as the model reads it."""
    tags = tagger.tag(text)
    sure = [(draft, holder) for draft, holder in drafts_of(tags, calibration) if draft.features and draft.confidence >= SURE]
    anchors = {draft.row.anchor for draft, _ in sure}
    statements = [_gold(draft, holder is not None, tags) for draft, holder in sure]
    return GoldStory(
        text,
        statements,
        nested_known=True,
        names=_names(tags),
        id=id,
        doubtful=frozenset(int(tags.words.start[row.anchor]) for row in tags.rows if row.anchor not in anchors),
    )


def _gold(draft: Draft, nested: bool, tags: Tags) -> Gold:
    words = tags.words

    def spans(role: str) -> list[Span]:
        return [(int(words.start[a]), int(words.end[b - 1])) for a, b in draft.runs[role]]

    return Gold(int(words.start[draft.row.anchor]), {role: spans(role) for role in ROLES}, nested, quoted_mode(words, spans("content")))


def _names(tags: Tags) -> list[Name]:
    found: list[Name] = []
    for k, label in enumerate(tags.names.tolist()):
        if label and NAMES[label].startswith("I") and found and found[-1].end == tags.words.end[k - 1]:
            found[-1] = Name(found[-1].start, int(tags.words.end[k]), found[-1].kind)
        elif label:
            found.append(Name(int(tags.words.start[k]), int(tags.words.end[k]), NAME_KINDS[(label - 1) // 2]))
    return found


def main() -> None:
    """Prints how many stories and words there are."""
    every = list(stories())
    if len({id for id, *_ in every}) != len(every):
        sys.exit(f"{FOLDER}: two stories have the same id.")
    words = sum(len(text.split()) for _, text, _ in every)
    print(f"{len(every)} stories, {words} words, {sum(kept for *_, kept in every)} stories kept from training")


if __name__ == "__main__":
    main()
