"""Which sentences go on with a quotation in text without marks: the weights of statements/continued.py, and how often they are right.

    python -m evaluation.continued [--model FOLDER] [--fit]

Our unmarked stories (training/unmarked) are read clean and as dumps; a sentence goes on with a statement of the dump where the clean text has it in the
content of the statement on the same cue. --fit prints weights fitted on the stories that models are trained on: give it a model that was not. Without it the
packaged weights are judged on the stories that are kept, and on PolNeAR's dev stories by their gold.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.calibrate import fit
from evaluation.corpus import CORPORA, carry, dev_stories, in_condition
from rejoinder.statements.assemble import drafts_as_read
from rejoinder.statements.confidence import Calibration
from rejoinder.statements.continued import FEATURES, LEAST, WEIGHTS, Sentences
from rejoinder.statements.draft import Draft
from rejoinder.statements.mode import has_marks
from rejoinder.tagging.session import PACKAGED, load_manifest
from rejoinder.tagging.tagger import Tagger, Tags
from training.unmarked import SURE, stories
from training.variants import Variant

Gold = Sequence[Mapping[str, Sequence[Sequence[int]]]]  # spans of cue and content of each statement of the clean text


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path, default=PACKAGED)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--fit", action="store_true")
    args = parser.parse_args()
    tagger, calibration = Tagger(args.model), Calibration.from_settings(load_manifest(args.model).calibration)
    ours = [(text, _as_read(text, tagger, calibration)) for _, text, kept in stories() if kept != args.fit]
    if args.fit:
        x, y = _examples(ours, tagger, calibration)
        print(len(y), "sentences", dict(zip(FEATURES, fit(x, y.astype(np.float64)).round(2).tolist(), strict=True)))
        return
    dev = [(story["text"], [i for i in story["attributions"][0]["items"] if i.get("cue")]) for story in dev_stories(args.corpora)]
    for name, texts in (("unmarked stories kept", ours), ("PolNeAR dev", dev)):
        x, y = _examples(texts, tagger, calibration)
        said = x @ WEIGHTS >= LEAST
        right = (said & y).sum() / np.maximum([said.sum(), y.sum()], 1)
        print(f"{name}: of {len(y)} sentences {y.sum()} go on; {said.sum()} taken, precision {right[0]:.2f}, recall {right[1]:.2f}")


def _as_read(text: str, tagger: Tagger, calibration: Calibration) -> Gold:
    tags = tagger.tag(text)
    sure = [draft for draft in drafts_as_read(tags, calibration) if draft.confidence >= SURE]
    return [{role: _spans(draft, role, tags) for role in ("cue", "content")} for draft in sure] if has_marks(tags.words) else []


def _spans(draft: Draft, role: str, tags: Tags) -> list[tuple[int, int]]:
    return [(int(tags.words.start[a]), int(tags.words.end[b - 1])) for a, b in draft.runs[role]]


def _examples(texts: Sequence[tuple[str, Gold]], tagger: Tagger, calibration: Calibration) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """FEATURES of each sentence behind a draft, and whether it goes on; up to the first that does not."""
    found = [example for text, gold in texts for example in _of_story(text, gold, tagger, calibration)]
    return np.array([x for x, _ in found]).reshape(-1, len(FEATURES)), np.array([y for _, y in found], np.bool_)


def _of_story(text: str, gold: Gold, tagger: Tagger, calibration: Calibration) -> Iterator[tuple[NDArray[np.float64], bool]]:
    variant, _ = in_condition({"text": text}, "degraded")
    tags = tagger.tag(variant.text)
    drafts = drafts_as_read(tags, calibration)
    lines = Sentences(drafts, tags)
    for draft in drafts:
        content = _content(_spans(draft, "cue", tags), gold, variant)
        if content is None:
            continue
        for first, last in lines.after(draft):
            start, end = int(tags.words.start[first]), int(tags.words.end[last - 1])
            goes_on = 2 * sum(max(0, min(b, end) - max(a, start)) for a, b in content) > end - start
            yield lines.values(draft, first, last), goes_on
            if not goes_on:
                break


def _content(cue: Sequence[tuple[int, int]], gold: Gold, variant: Variant) -> list[tuple[int, int]] | None:
    """The content, in the dump, of the clean text's statement on that cue."""
    for statement in gold:
        if any(a < d and c < b for a, b in carry(statement["cue"], variant) for c, d in cue):
            return carry(statement.get("content") or [], variant)
    return None


if __name__ == "__main__":
    main()
