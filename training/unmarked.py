"""Stories of our own without marks (training/unmarked/*.txt) -> gold for dumps, from what a model reads in the clean text.

Without quotation marks and capitals only the sense tells where a quotation ends. Whoever reads the clean text knows; so the model that reads it well teaches
the one that must read the dump. What it is unsure of teaches nothing. Readers went over what it found (acts.jsonl, stand-off): they said what each statement
does and which ones were read wrongly.

    python -m training.unmarked      # counts
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rejoinder.statements.assemble import drafts_of
from rejoinder.statements.confidence import Calibration
from rejoinder.statements.draft import Draft
from rejoinder.statements.mode import quoted_mode
from rejoinder.tagging.labels import FLAGS, NAME_KINDS, NAMES, ROLES
from rejoinder.tagging.session import load_manifest
from rejoinder.tagging.tagger import Tagger, Tags
from training.invented import head, raw_stories
from training.polnear import rows
from training.stories import Gold, GoldStory, Name, Span

FOLDER = Path(__file__).parent / "unmarked"
SURE = 0.5  # confidence from which a statement is one; below it nobody knows
SHORTEST = 200  # characters of a story; GAP's sentences hold little that anybody says
DEGRADED = 0.9  # share of dumps among their variants


def stories(folder: Path = FOLDER) -> Iterator[tuple[str, str, bool]]:
    """Id and text of each story, and whether it is kept from training; in the order of files and of stories in them."""
    for raw, kept in raw_stories(folder):
        id, _, text = head(raw)
        yield id, text.strip(), kept


def judged(file: Path = FOLDER / "acts.jsonl") -> dict[tuple[str, int], dict[str, Any]]:
    """What readers said of the statement whose cue's head begins there, by story and offset."""
    return {(story["id"], row["at"]): row for story in rows(file) for row in story["statements"]}


def gold_stories(model: Path) -> list[GoldStory]:
    """All stories that are not kept, as a packaged model reads them."""
    tagger, calibration = Tagger(model), Calibration.from_settings(load_manifest(model).calibration)
    known = judged()
    return [gold_story(id, text, tagger, calibration, known) for id, text, kept in stories() if not kept]


def unjudged(stories: Iterable[GoldStory], model: Path) -> list[GoldStory]:
    """The stories with what a packaged model finds in them and gold has not judged: statements inside others, mostly."""
    tagger, calibration = Tagger(model), Calibration.from_settings(load_manifest(model).calibration)
    out: list[GoldStory] = []
    for story in stories:
        if len(story.text) < SHORTEST:
            continue
        tags = tagger.tag(story.text)
        known = {gold.anchor for gold in story.statements if gold.act}
        found = [_gold(draft, holder is not None, tags, {}) for draft, holder in drafts_of(tags, calibration) if draft.features]
        out.append(replace(story, statements=[gold for gold in found if gold.anchor not in known]))
    return out


def gold_story(id: str, text: str, tagger: Tagger, calibration: Calibration, known: Mapping[tuple[str, int], Mapping[str, Any]]) -> GoldStory:
    """The story as the model reads it in the clean text, less what readers found wrong; `known`: see `judged`."""
    tags = tagger.tag(text)
    at = tags.words.start.tolist()
    drafts = [(draft, holder) for draft, holder in drafts_of(tags, calibration) if draft.features and draft.confidence >= SURE]
    said = [known.get((id, at[draft.row.anchor]), {}) for draft, _ in drafts]
    statements = [_gold(draft, holder is not None, tags, row) for (draft, holder), row in zip(drafts, said, strict=True) if row.get("read", "right") == "right"]
    # Nobody says anything there: that is known, too.
    settled = {gold.anchor for gold in statements} | {at[d.row.anchor] for (d, _), row in zip(drafts, said, strict=True) if row.get("read") == "nobody"}
    doubtful = frozenset(at[row.anchor] for row in tags.rows) - settled
    return GoldStory(text, statements, nested_known=True, names=_names(tags), id=id, doubtful=doubtful, degraded=DEGRADED)


def _gold(draft: Draft, nested: bool, tags: Tags, row: Mapping[str, Any]) -> Gold:
    words = tags.words

    def spans(role: str) -> list[Span]:
        return [(int(words.start[a]), int(words.end[b - 1])) for a, b in draft.runs[role]]

    mode = quoted_mode(words, spans("content"))
    flags = tuple(row[flag] for flag in FLAGS) if row else None
    return Gold(int(words.start[draft.row.anchor]), {role: spans(role) for role in ROLES}, nested, mode, row.get("act"), flags)


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
