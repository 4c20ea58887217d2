"""Stories without marks, and what they teach."""

from __future__ import annotations

import hashlib

import pytest

from rejoinder.statements.confidence import Calibration
from rejoinder.tagging.labels import ACTS
from rejoinder.tagging.session import PACKAGED, load_manifest
from rejoinder.tagging.tagger import Tagger
from training.polnear import rows
from training.unmarked import FOLDER, gold_story, judged, stories

STORY = "The mayor of Sollin said on Monday: “The bridge is safe. We looked at it twice.”\n\nThe bridge fell in the night."


def test_every_story_has_its_own_id_and_a_tenth_is_kept():
    every = list(stories())
    assert len({id for id, *_ in every}) == len(every) > 300
    assert 0.04 < sum(kept for *_, kept in every) / len(every) < 0.12
    assert all(text and "\n## " not in text for _, text, _ in every)


def test_what_readers_said_is_of_these_texts():
    texts = {id: text for id, text, _ in stories()}
    for row in rows(FOLDER / "acts.jsonl"):
        assert row["sha256"] == hashlib.sha256(texts[row["id"]].encode()).hexdigest(), row["id"]
        for said in row["statements"]:
            assert 0 <= said["at"] < len(texts[row["id"]])
            assert said["act"] in ACTS
            assert said["read"] in ("right", "content", "source", "nobody")
            assert {type(said["negated"]), type(said["hypothetical"])} == {bool}
    assert len(judged()) > 5000


@pytest.fixture(scope="module")
def model() -> tuple[Tagger, Calibration]:
    return Tagger(PACKAGED, threads=1), Calibration.from_settings(load_manifest(PACKAGED).calibration)


def test_the_model_teaches_what_it_reads_in_clean_text(model: tuple[Tagger, Calibration]):
    story = gold_story("x", STORY, *model, {})
    (gold,) = story.statements
    assert STORY[gold.anchor :].startswith("said")
    assert [STORY[a:b].strip("“”") for a, b in gold.spans["content"]] == ["The bridge is safe. We looked at it twice."]
    assert gold.mode == "direct" and gold.act is None and story.degraded


@pytest.mark.parametrize(("read", "statements", "doubtful"), [("right", 1, False), ("content", 0, True), ("nobody", 0, False)])
def test_what_readers_found_wrong_teaches_nothing(model: tuple[Tagger, Calibration], read: str, statements: int, doubtful: bool):
    at = STORY.index("said")
    row = {"at": at, "act": "assert", "negated": False, "hypothetical": False, "read": read}
    story = gold_story("x", STORY, *model, {("x", at): row})
    assert [gold.act for gold in story.statements] == ["assert"] * statements
    assert (at in story.doubtful) == doubtful
