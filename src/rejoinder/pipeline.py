"""The stages in their order, once: Story -> Tags -> Statements -> Actors -> Links -> Reading."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from rejoinder.actors.resolve import resolve
from rejoinder.disputes.link import link
from rejoinder.reading.condition import condition_of
from rejoinder.reading.dateline import find_dateline
from rejoinder.reading.story import make_story
from rejoinder.statements.assemble import assemble
from rejoinder.statements.confidence import Calibration
from rejoinder.statements.times import day_of
from rejoinder.statements.when import dated
from rejoinder.tagging.session import PACKAGED, Manifest, load_manifest
from rejoinder.tagging.tagger import Tagger, Tags
from rejoinder.types import Reading, Run, Story

TABLES = (".csv", ".toml", ".tsv")


class Reader:
    """Reads any number of stories with one loaded model; calls share no state, so order does not matter.

    Args:
        model: folder of another model than the packaged one (see `training.package`).
        threads: CPU threads for the model; all cores if not given.

    Raises:
        ModelError: the folder holds no model, or one that was changed or does not fit this version.
    """

    def __init__(self, model: str | Path | None = None, threads: int | None = None) -> None:
        self._tagger = Tagger(Path(model) if model else PACKAGED, threads)
        self._calibration = Calibration.from_settings(self._tagger.session.manifest.calibration)

    @property
    def model_version(self) -> str:
        """Version in the model's manifest."""
        return self._tagger.session.manifest.version

    @property
    def run(self) -> Run:
        """By what this reader reads: two readers with the same read alike."""
        return _run(self._tagger.session.manifest)

    def read(self, story: Story | str) -> Reading:
        """Everything that is found in `story`; a string is taken as its text."""
        if isinstance(story, str):
            story = make_story(story)
        elif story.condition is None:
            story = replace(story, condition=condition_of(story.text), dateline=story.dateline or find_dateline(story.text))
        tags = self.tag(story.text)
        statements, meanings, acts = assemble(tags, self._calibration, story.dateline.span if story.dateline else None)
        tags = replace(tags, rows=[])  # a long story has many, and they are done with
        actors, resolved = resolve(tags, statements)
        words = tags.words
        del tags  # so are the vectors of its words
        resolved = dated(words, resolved, day_of(story))
        return Reading(story, actors, resolved, link(words, resolved, actors, meanings, acts), meanings)

    def tag(self, text: str) -> Tags:
        """What the model says of `text`, before anything is made of it."""
        return self._tagger.tag(text)


def run_of(model: str | Path | None = None) -> Run:
    """By what a Reader of this model reads, without loading it; ModelError as of Reader."""
    return _run(load_manifest(Path(model) if model else PACKAGED))


def _run(manifest: Manifest) -> Run:
    return Run(version("rejoinder"), manifest.version, manifest.weights, tables_digest())


@cache
def tables_digest() -> str:
    """SHA-256 of the packaged tables, in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(path for suffix in TABLES for path in Path(__file__).parent.rglob(f"*{suffix}")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
