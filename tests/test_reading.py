"""Bytes to stories: encodings, refusals, dateline, condition."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.errors import InputError
from rejoinder.reading import read_stories
from rejoinder.reading.condition import condition_of
from rejoinder.reading.dateline import find_dateline
from rejoinder.reading.files import LARGEST
from rejoinder.reading.lines import story_of_line
from rejoinder.types import Story

CLEAN = "Ana Holm, the minister, said on Monday that she'd resign. \"I'm done,\" she told reporters in Oslo. Nobody asked why."


def load(*paths: Path | str) -> tuple[list[Story], list[str]]:
    problems: list[InputError] = []
    stories = list(read_stories([str(path) for path in paths], problems.append))
    return stories, [str(problem) for problem in problems]


def test_text_is_kept_verbatim(tmp_path: Path):
    text = "\ufeffOne\r\ntwo\t🎉 cafe\u0301 \u202eשלום\u202c\x00 end\r"
    (tmp_path / "a.txt").write_bytes(text.encode())
    (story,), problems = load(tmp_path / "a.txt")
    assert (story.text, story.id, problems) == (text, "a", [])


@given(st.text(min_size=1).filter(str.strip))
def test_a_json_line_gives_back_its_text(text: str):
    story = story_of_line(json.dumps({"text": text}), "here", "a", lambda problem: pytest.fail(str(problem)))
    assert story.text == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252", "latin-1"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str):
    text = "Le ministre a déclaré qu’il était prêt à négocier. « Nous sommes prêts », a-t-il répété à la presse après l'été.\n" * 3
    text = text.replace("’", "'") if encoding == "latin-1" else text
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    (story,), problems = load(tmp_path / "a.txt")
    assert "a déclaré qu" in story.text
    assert "prêt à négocier. « Nous" in story.text
    assert problems == []


def test_cyrillic_is_detected(tmp_path: Path):
    text = "Министр заявил журналистам, что не уйдёт в отставку. Он добавил, что обвинения ложны.\n" * 3
    (tmp_path / "a.txt").write_bytes(text.encode("cp1251"))
    (story,), _ = load(tmp_path / "a.txt")
    assert story.text == text


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("empty.txt", b"", "no text in it"),
        ("blank.txt", b" \r\n\t\n", "no text in it"),
        ("image.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "binary data"),
        ("zeros.txt", b"\x00" * 500, "binary data"),
        ("noise.txt", bytes(range(256)) * 40, "binary data"),
        ("long.txt", b"He said no. " * (10_000_000 // 12), "too long for one story"),
        ("empty.jsonl", b"\n\n", "no story in it"),
    ],
)
def test_a_bad_file_is_one_sentence_and_the_others_go_on(tmp_path: Path, name: str, data: bytes, found: str):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "z.txt").write_text("Ana said no.", encoding="utf8")
    stories, problems = load(tmp_path)
    assert [story.id for story in stories] == ["z"]
    assert len(problems) == 1
    assert found in problems[0]
    assert name in problems[0]
    assert problems[0].count("\n") == 0


def test_a_missing_file_and_an_empty_folder(tmp_path: Path):
    stories, problems = load(tmp_path / "none.txt", tmp_path)
    assert stories == []
    assert "none.txt: cannot be read" in problems[0]
    assert "no .txt or .jsonl file" in problems[1]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"text": "x"', "not JSON"),
        ("[1]", "not an object"),
        ("3", "not an object"),
        ('{"id": "a"}', 'no "text"'),
        ('{"text": "  "}', '"text" is empty'),
        ('{"text": 7}', '"text" is of type int'),
        ('{"text": "x", "title": ["y"]}', '"title" is of type list'),
        ('{"text": "\\ud83d alone"}', "surrogate"),
        ('{"text": "x", "title": "\\ud83d"}', "surrogate"),
        ('{"id": true, "text": "x"}', '"id" is of type bool'),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_is_one_sentence_and_the_others_go_on(tmp_path: Path, line: str, found: str):
    file = tmp_path / "s.jsonl"
    file.write_text('{"id": 1, "text": "Ana said no."}\n' + line + '\n\n{"text": "Bo agreed."}\n', encoding="utf8")
    stories, problems = load(file)
    assert [(story.id, story.text) for story in stories] == [("1", "Ana said no."), ("s-4", "Bo agreed.")]
    assert len(problems) == 1
    assert found in problems[0] or (found == "not JSON" and "nested too deeply" in problems[0])
    assert "s.jsonl:2" in problems[0]


def test_a_line_that_is_too_long_is_one_sentence(tmp_path: Path):
    long = b'{"text": "' + b"x" * (LARGEST + 10) + b'"}\n'
    (tmp_path / "s.jsonl").write_bytes(long + b'{"text": "Ana said no."}\n')
    (story,), problems = load(tmp_path / "s.jsonl")
    assert story.id == "s-2"
    assert len(problems) == 1
    assert "s.jsonl:1: more than 2 MB" in problems[0]


def test_json_lines_that_are_none_are_one_sentence(tmp_path: Path):
    (tmp_path / "a.jsonl").write_bytes(b"\x1f\x8b" + bytes(range(256)) * 200)
    (tmp_path / "b.jsonl").write_text('{"text": "x"}\n{"text": "y"}\n', encoding="utf-16")
    stories, problems = load(tmp_path)
    assert stories == []
    assert ["binary data" in problems[0], "UTF-16" in problems[1], len(problems)] == [True, True, 2]


def test_formats_that_are_not_text_are_refused(tmp_path: Path):
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04")
    stories, problems = load(tmp_path / "a.docx")
    assert stories == []
    assert ".docx files are not read yet" in problems[0]


def test_names_that_no_disk_has_or_no_encoding_knows(tmp_path: Path):
    odd = os.fsencode(tmp_path) + b"/caf\xe9.TXT"
    with open(odd, "wb") as file:  # noqa: PTH123 - pathlib knows no bytes
        file.write(b"Ana said no.")
    (story,), problems = load("a" * 300, os.fsdecode(odd))
    assert story.id == "caf\ufffd"
    assert "cannot be read" in problems[0]


def test_stories_of_one_name_in_two_folders_stay_apart(tmp_path: Path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "s.TXT").write_text("Ana said no.", encoding="utf8")
    stories, _ = load(tmp_path)
    assert [story.id for story in stories] == ["a/s", "b/s"]


@pytest.mark.parametrize("bad", [b"\x92", b"\xe2\x80"])
def test_damaged_utf8_is_not_taken_for_another_encoding(tmp_path: Path, bad: bytes):
    (tmp_path / "a.txt").write_bytes("“We won’t go,” she said. ".encode() * 30 + bad)
    stories, problems = load(tmp_path / "a.txt")
    assert stories == []
    assert "UTF-8 that is damaged at byte" in problems[0]


def test_a_short_text_may_have_a_control_character(tmp_path: Path):
    (tmp_path / "a.txt").write_bytes(b"Ana\x00 said\x02 no.")
    (story,), _ = load(tmp_path / "a.txt")
    assert story.text == "Ana\x00 said\x02 no."


def test_fields_of_a_line(tmp_path: Path):
    row = {"id": "x", "text": "Hi.", "title": "T", "url": "u", "publisher": "P", "author": "A", "published": "2017-12-22", "more": 1}
    (tmp_path / "s.jsonl").write_text(json.dumps(row), encoding="utf8")
    (story,), _ = load(tmp_path / "s.jsonl")
    assert (story.title, story.url, story.publisher, story.author, story.published) == ("T", "u", "P", "A", "2017-12-22")


def test_a_date_that_is_none_costs_the_date_not_the_story(tmp_path: Path):
    (tmp_path / "s.jsonl").write_text('{"text": "Hi.", "published": "last week"}', encoding="utf8")
    (story,), problems = load(tmp_path / "s.jsonl")
    assert story.published is None
    assert "not an ISO 8601 date" in problems[0]


@pytest.mark.parametrize(("data", "ids"), [(b"Ana said no.\nBo left.", ["stdin"]), (b'{"text": "A."}\n{"text": "B."}', ["stdin-1", "stdin-2"])])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, ids: list[str]):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    stories, problems = load("-")
    assert ([story.id for story in stories], problems) == (ids, [])


@pytest.mark.parametrize(
    ("text", "place", "agency"),
    [
        ("moscow ( reuters ) - british envoys met .", "moscow", "reuters"),
        ("PORT ALDEN, Averna (Reuters) - Envoys met.", "PORT ALDEN, Averna", "Reuters"),
        ("Envoys meet\n\nLONDON, Dec 22 (AFP) — Envoys met.", "LONDON", "AFP"),
        ("CONCORD, N.H. - The senator won.", "CONCORD, N.H.", None),
        ("WASHINGTON — The senator won.", "WASHINGTON", None),
        ("(AP) -- The senator won.", None, "AP"),
        ("KIEV, Ukraine (AP) _ The envoys met.", "KIEV, Ukraine", "AP"),
        ("MOSCOW, March 4. /TASS/. The envoys met.", "MOSCOW", "TASS"),
        ("Washington (CNN)The envoys met.", "Washington", "CNN"),
        ("LOS ANGELES (Reuters/AP) - Envoys met.", "LOS ANGELES", "Reuters/AP"),
        ("LONDON, Dec. 22 — Envoys met.", "LONDON", None),
        ("envoys meet port alden , averna ( reuters ) - envoys met .", None, "reuters"),
        ("By Jane Doe\n\nBERLIN/PARIS, Jan 3 (Reuters) - Envoys met.", "BERLIN/PARIS", "Reuters"),
        ("MOSCOW ( REUTERS ) - ENVOYS MET .", "MOSCOW", "REUTERS"),
    ],
)
def test_datelines(text: str, place: str | None, agency: str | None):
    line = find_dateline(text)
    assert line is not None
    assert (line.place, line.agency) == (place, agency)
    assert text[slice(*line.span)].endswith(("-", "—", "_", "/.", ")"))


@pytest.mark.parametrize(
    "text",
    [
        "The mayor - who resigned on Monday - said no.",
        "MAYOR RESIGNS - AGAIN",
        "NATO — which said no — met.",
        "EXCLUSIVE – The mayor resigns",
        "Sen. Bob Casey (PA) - a Democrat - said no.",
        "He said (AP) - that it rained.",
        "Mayor Lena Castell (AP) said no.",
        "U.S. - China talks go on",
        "The Clean Air Act (CAA) - a law of 1970 - was changed.",
        "He said ( quietly ) - and often - that it rained.",
        "",
    ],
)
def test_no_dateline(text: str):
    assert find_dateline(text) is None


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (CLEAN, "clean"),
        (CLEAN.upper(), "degraded"),
        (CLEAN.lower(), "degraded"),
        ("Ana Holm , the minister , said that she would resign . Nobody asked why .", "degraded"),
        ("Ana Holm said she didn t know. The party s leader said he doesn t either.", "degraded"),
        ("We will go on, he said. I am not afraid of them, she said. Ana left the room.", "degraded"),
        ("قال الوزير إنه سيستقيل غدا وإنه لا يخشى أحدا في البلاد كلها اليوم", "clean"),
        ("ok", "clean"),
    ],
)
def test_conditions(text: str, condition: str):
    assert condition_of(text) == condition
