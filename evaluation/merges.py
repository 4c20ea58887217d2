"""A sheet of merges across PolNeAR's training stories, for a reader who says which are wrong.

    python -m evaluation.merges SHEET.txt [--number 200] [--each] [--seed 1]

A merge is an actor of one story that was put to the same identity as an actor of another. The sheet gives for each the names, the rule and the words
around a mention in both stories. --each takes at most one merge of an identity, so that those of whom few stories speak count as much as presidents.
The sheet holds text of the corpus: it is not to be kept.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from rich.progress import track

from evaluation.corpus import CORPORA, dev_stories
from rejoinder.actors.identity import Evidence, identify
from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.types import Actor

AROUND = 110  # characters on either side of a mention


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--model", type=Path)
    args = parser.parse_args()
    reader = Reader(args.model)
    stories = {story["id"]: story for story in dev_stories(args.corpora, "train")}
    readings = [
        reader.read(make_story(story["text"], id=id, published=story.get("published"))) for id, story in track(stories.items(), "reading", transient=True)
    ]
    actors = {(reading.story.id, actor.id): actor for reading in readings for actor in reading.actors}
    identities = identify(readings)
    order = random.Random(args.seed)  # noqa: S311 - a sample, no secret
    # Each member after the first is a merge; it is shown beside any other member, so that one bad first one does not count for all.
    merges = [(order.choice([e for e in identity.evidence if e is not other]), other) for identity in identities for other in identity.evidence[1:]]
    print(f"{len(actors)} actors of {len(stories)} stories, {len(identities)} identities, {len(merges)} merges")
    order.shuffle(merges)
    if args.each:
        merges = list({first.member: (first, other) for first, other in merges}.values())

    def told(evidence: Evidence) -> str:
        actor: Actor = actors[evidence.member]
        at = actor.mentions[0] if actor.mentions else (0, 0)
        around = stories[evidence.member.story]["text"][max(0, at[0] - AROUND) : at[1] + AROUND]
        offices = ", ".join(f"{o.title} ({o.of})" for o in actor.offices)
        return f"{actor.id} “{actor.name}”, {actor.country}, offices: {offices or '-'}; {evidence.member.story}\n        ...{' '.join(around.split())}..."

    lines = [f"[{k}] rule: {b.rule}\n    A {told(a)}\n    B {told(b)}" for k, (a, b) in enumerate(merges[: args.number])]
    args.sheet.write_text("\n".join(lines) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
