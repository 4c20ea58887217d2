"""The command as a user runs it, with the packaged model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

STORY = 'OSLO (AP) - "We won\'t pay," Minister Ana Holm told reporters on Monday. Bo Lind, who leads the union, said she had promised to pay.'


def run(*args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "rejoinder.cli", *args], input=stdin, capture_output=True, timeout=120, check=False)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "a.txt"
    file.write_bytes(STORY.encode())
    return file


def test_json_follows_the_contract(story: Path):
    done = run("read", str(story), "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    (line,) = done.stdout.decode().splitlines()
    reading = json.loads(line)
    assert list(reading) == ["schema", "story", "actors", "statements", "links"]
    assert reading["schema"] == "rejoinder.story/1"
    assert list(reading["story"]) == ["id", "text", "title", "url", "publisher", "published", "dateline", "condition"]
    assert reading["story"]["text"] == STORY
    assert reading["story"]["dateline"] == {"place": "OSLO", "agency": "AP", "span": [0, 11]}
    fields = "id source cue content addressee speaker to target named mode act negated hypothetical inside when confidence".split()
    assert all(list(statement) == fields for statement in reading["statements"])
    said = [[" ".join(STORY[a:b] for a, b in s[role]) for role in ("source", "cue", "addressee")] for s in reading["statements"]]
    assert ["Minister Ana Holm", "told", "reporters"] in said
    assert all(0 < s["confidence"] < 1 for s in reading["statements"])


def test_bad_input_is_one_sentence_each_and_the_rest_is_read(tmp_path: Path, story: Path):
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.jsonl").write_bytes(b'{"text": 1}\nnonsense\n{"id": "good", "text": "Ana said no."}\n')
    done = run("read", str(tmp_path / "none"), str(tmp_path), "--json")
    assert done.returncode == 1
    assert [json.loads(line)["story"]["id"] for line in done.stdout.splitlines()] == ["a", "good"]
    errors = done.stderr.decode().splitlines()
    assert len(errors) == 4
    assert all(line.startswith("rejoinder: ") and line.endswith(".") for line in errors)
    assert b"Traceback" not in done.stderr


def test_plain_when_piped(story: Path):
    done = run("read", str(story))
    assert b"\x1b" not in done.stdout
    assert "Minister Ana Holm\ttold\treporters\t“We won't pay”" in done.stdout.decode()


def test_page_and_table(story: Path):
    page = run("read", str(story), "--width", "60").stdout.decode()
    assert "Minister Ana Holm" in page
    assert max(map(len, page.splitlines())) <= 60
    assert "confidence" not in page
    assert "reporters" in run("read", str(story), "--format", "table").stdout.decode()


def test_a_story_cannot_steer_the_terminal():
    line = json.dumps({"title": "[bold]Vote[/bold] \x1b[2Jlost", "text": "Ana Holm said the vote was \x07lost on Monday."})
    done = run("read", "-", "--width", "80", stdin=line.encode())
    assert b"\x1b[2J" not in done.stdout
    assert b"\x07" not in done.stdout
    assert b"[bold]Vote[/bold]" in done.stdout
    assert b"Ana Holm  said" in done.stdout


def test_a_model_that_is_none(tmp_path: Path, story: Path):
    done = run("read", str(story), "--model", str(tmp_path))
    assert done.returncode == 1
    assert b"no model manifest" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_terminal_that_knows_only_ascii(story: Path):
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-m", "rejoinder.cli", "read", str(story)], env=env, capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"?We won't pay?" in done.stdout


def test_help_is_quick():
    times: list[float] = []
    for _ in range(4):
        began = time.perf_counter()
        done = run("--help")
        times.append(time.perf_counter() - began)
        assert b"read" in done.stdout
    # The promise is 0.3 s (bench/speed.py measures it); a busy machine gets some slack here, and more than one try.
    assert min(times) < 1.0


def test_order_of_the_input_is_kept(tmp_path: Path):
    lines = [json.dumps({"id": str(k), "text": f"Ana said {'very ' * (k % 7)}little on day {k}."}) for k in range(20)]
    done = run("read", "-", "--json", stdin="\n".join(lines).encode())
    assert [json.loads(line)["story"]["id"] for line in done.stdout.splitlines()] == [str(k) for k in range(20)]
