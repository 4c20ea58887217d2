"""What needs the corpora: our scorer says what the shared one says, our dump is its dump."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.corpus import cases, dev_stories
from evaluation.gate import overall
from rejoinder import Reader
from rejoinder.show.contract import to_json
from tests.conftest import CORPORA
from training.variants import dump

MEASURE = CORPORA.parent / "measure"
SOME = 6  # stories


@pytest.mark.corpora
def test_our_scorer_is_the_shared_one(tmp_path: Path):
    stories = dev_stories(CORPORA)[:SOME]
    read = list(cases(Reader(), stories, "clean"))
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    gold.write_text("".join(json.dumps(story) + "\n" for story in stories), encoding="utf8")
    predicted.write_text("".join(to_json(case.reading) + "\n" for case in read), encoding="utf8")
    done = subprocess.run([sys.executable, str(MEASURE / "attribution.py"), str(gold), str(predicted)], capture_output=True, text=True, check=True)
    theirs = {line[:20].strip(): float(line.split("F1")[1].split()[0]) for line in done.stdout.splitlines()}
    for measure, f1 in overall(read).f1().items():
        assert theirs[measure] == pytest.approx(f1, abs=0.11)


@pytest.mark.corpora
def test_our_dump_is_the_shared_one():
    code = (
        f"import sys, json; sys.path.insert(0, {str(MEASURE)!r}); from degrade import degrade; print(json.dumps([degrade(t)[0] for t in json.load(sys.stdin)]))"
    )
    texts = [story["text"] for story in dev_stories(CORPORA)[:SOME]]
    done = subprocess.run([sys.executable, "-c", code], input=json.dumps(texts), capture_output=True, text=True, check=True)
    for ours, theirs in zip((dump(text).text for text in texts), json.loads(done.stdout), strict=True):
        a, b = ours.split(), theirs.split()
        assert sum(x != y for x, y in zip(a, b, strict=False)) + abs(len(a) - len(b)) <= 0.01 * len(b)
