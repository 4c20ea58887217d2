"""Golden readings of the example stories, and what a careful reader must find in them whatever the model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import rejoinder
from rejoinder import Reading
from rejoinder.reading import make_story, read_stories
from rejoinder.show.contract import to_dict
from rejoinder.types import Statement

EXAMPLES = Path(__file__).parents[1] / "examples"
GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(EXAMPLES.rglob("*.txt"))
SURE = 0.75  # confidence from which a reading must be the same on every machine
LOOSE = 0.02  # of a confidence: int8 kernels differ a little from one processor to another


def reading_of(file: Path) -> Reading:
    (story,) = read_stories([str(file)], lambda problem: pytest.fail(str(problem)))
    return rejoinder.read(story)


def short(reading: Reading, s: Statement) -> dict[str, object]:
    parts = {role: reading.story.words(getattr(s, role)) for role in ("source", "cue", "content", "addressee")}
    holder = next((reading.story.words(other.cue) for other in reading.statements if other.id == s.inside), None)
    return {"sure": s.confidence, **parts, "speaker": s.speaker, "to": s.to, "mode": s.mode, "inside": holder}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}-{f.stem}")
def test_golden(file: Path, update_golden: bool):
    """Statements that are sure must be read as recorded; the kernels of another processor round otherwise, so the doubtful ones may come and go."""
    reading = reading_of(file)
    got = {"story": to_dict(reading)["story"], "statements": [short(reading, s) for s in reading.statements]}
    golden = GOLDEN / f"{file.parent.name}-{file.stem}.json"
    if update_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(json.dumps(got, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    recorded = json.loads(golden.read_text(encoding="utf8"))
    assert got["story"] == recorded["story"]
    assert without_doubt(got, recorded) == []
    assert without_doubt(recorded, got) == []


def without_doubt(one: dict[str, Any], other: dict[str, Any]) -> list[dict[str, Any]]:
    """Sure statements of `one` that `other` lacks, whatever their exact confidence."""

    def plain(s: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in s.items() if name != "sure"}

    there = [plain(s) for s in other["statements"]]
    return [s for s in one["statements"] if s["sure"] >= SURE and plain(s) not in there]


def found(reading: Reading, source: str, cue: str, content: str) -> bool:
    """Whether a statement has these words in these parts, whatever else it has."""
    words = reading.story.words
    return any(source in words(s.source).lower() and cue in words(s.cue).lower() and content in words(s.content).lower() for s in reading.statements)


@pytest.mark.parametrize("kind", ["clean", "degraded"])
@pytest.mark.parametrize(
    ("name", "source", "cue", "content"),
    [
        ("envoys", "ilse marrow", "told", "of tolmarkian patrol boats"),
        ("envoys", "tolmarkian officials", "deny", "the allegation"),
        ("envoys", "two skippers", "said", "they had been chased"),
        ("envoys", "pavel orsk", "rejected", "the charge"),
        ("envoys", "orsk", "said", "no pictures"),
        ("courtroom", "volt", "told", "tide tables in a locked drawer"),
        ("courtroom", "oster", "reminded", "was not evidence"),
        ("courtroom", "she", "conceded", "she had not seen any money"),
        ("denial", "dana pell", "said", "no truth in it"),
        ("denial", "spokesman", "declined", "it"),
        ("denial", "norrgate", "according to", "investors fear"),
        ("conference", "castell", "denied", "this"),
        ("conference", "ito", "told", "the first report said"),
        ("walkback", "brandeis", "said", "superintendents"),
        ("walkback", "wynn", "said", "an apology"),
    ],
)
def test_what_must_be_there(kind: str, name: str, source: str, cue: str, content: str):
    assert found(reading_of(EXAMPLES / kind / f"{name}.txt"), source, cue, content)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}-{f.stem}")
def test_every_reading_holds_together(file: Path):
    check(reading_of(file))


AWKWARD = {
    "crlf": 'Ana Holm said:\r\n\r\n"It rained,\r\nand it was cold."\r\n',
    "emoji and marks": "🎉🎉 Rene\u0301 Dupre\u0301 said 🎉 the vote was lost\u0301 on Monday, and it was « une honte », he added.",
    "nul": "Ana\x00 Holm said\x00 the vote was lost.\x00",
    "right to left": "Minister \u202bאנה\u202c said that שלום was the only way. قال الوزير إنه لا يخشى أحدا.",
    "never closed": 'Ana Holm said "we will go on.\n\nBo Lind said he would not.\n\n"No," he said.',
    "nested marks": "“He told me ‘never’, and I said „gut“, and she said ``fine'',” Ana Holm said.",
    "one long word": "Ana Holm said " + "x" * 50_000 + " was wrong.",
    "no spaces": "部长说" * 2000,
    "only marks": "\"\" ... -- '' “”",
    "capitals": "ANA HOLM TOLD REPORTERS THE BRIDGE WOULD BE CLOSED. >> REPORTER: WHY? >> HOLM: BECAUSE I SAY SO, SHE SAID.",
    "one letter": "x",
    "deep": "Ana said Bo said Cy said Di said Ed said it rained. " * 20,
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_texts(name: str):
    text = AWKWARD[name]
    reading = rejoinder.read(text)
    assert reading.story.text == text
    check(reading)


def check(reading: Reading) -> None:
    """What is true of every reading."""
    text, ids = reading.story.text, {s.id: s for s in reading.statements}
    assert len(ids) == len(reading.statements)
    for s in reading.statements:
        spans = [*s.source, *s.cue, *s.content, *s.addressee]
        assert s.cue
        assert s.content
        for part in (s.source, s.cue, s.content, s.addressee):
            assert list(part) == sorted(part)
        for start, end in spans:
            assert 0 <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()
        covered = [k for start, end in spans for k in range(start, end)]
        assert len(covered) == len(set(covered)), "one word has one role in a statement"
        assert 0 < s.confidence < 1
        if s.inside:
            holder = ids[s.inside]
            assert any(a <= s.cue[0].start < b for a, b in holder.content)
        seen: set[str] = set()
        step: str | None = s.id
        while step:
            assert step not in seen, "statements nest in a circle"
            seen.add(step)
            step = ids[step].inside


def test_reading_twice_gives_the_same():
    story = make_story((EXAMPLES / "clean" / "envoys.txt").read_text(encoding="utf8"))
    assert rejoinder.read(story) == rejoinder.read(story)


def test_a_long_story_reads_like_its_parts():
    """Windows must not change what is found in the middle of a core."""
    text = (EXAMPLES / "clean" / "denial.txt").read_text(encoding="utf8")
    once = rejoinder.read(text)
    many = rejoinder.read("\n\n".join([text] * 8))
    assert len(many.statements) >= 8 * len(once.statements) * 0.9


def test_capitals_are_read_as_lower_case_is():
    text = (EXAMPLES / "degraded" / "envoys.txt").read_text(encoding="utf8")
    lower, upper = rejoinder.read(text), rejoinder.read(text.upper())
    assert upper.story.condition == lower.story.condition == "degraded"
    assert [s.cue for s in upper.statements] == [s.cue for s in lower.statements]
    for a, b in zip(lower.statements, upper.statements, strict=True):
        assert a.confidence == pytest.approx(b.confidence, abs=LOOSE)
