"""Exports as a whole, the contract read back, and the tables."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.errors import InputError, RejoinderError
from rejoinder.export import FORMATS, read_contract, tables, to_arrow, to_pandas, whole_file
from rejoinder.export.columns import TABLES, markdown
from rejoinder.export.rows import ROWS
from rejoinder.show.contract import to_dict, to_json
from rejoinder.types import Actor, Dateline, Link, Office, Reading, Span, Spans, Statement, Story, When

ROOT = Path(__file__).parents[1]
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*.json"))
PARTS = ("source", "cue", "content", "addressee")

TEXT = (
    "PORT ALDEN, Averna (Norden Wire) - On Monday Mayor Ilse Marrow 🎉 told reporters: “The bridge\r\nis safe, Rene\u0301.”\r\n\r\n"
    '=SUM(A1) said critics, "who never\tlook".\r\n\r\nOrsk denied that the bridge was safe, and officials did not say why.\r\n'
)


def at(*snippets: str, text: str = TEXT) -> Spans:
    """Where snippets stand in the text, each after the one before."""
    out: list[Span] = []
    for snippet in snippets:
        start = text.index(snippet, out[-1].end if out else 0)
        out.append(Span(start, start + len(snippet)))
    return tuple(out)


def statement(id: str, source: Spans, cue: Spans, content: Spans, **more: Any) -> Statement:
    return Statement(id=id, source=source, cue=cue, content=content, **{"addressee": (), "mode": "indirect", "confidence": 0.9, **more})


READING = Reading(
    story=Story(
        "Day 1/bridge: ü~2",
        TEXT,
        title='The "safe", bridge',
        url="https://norden.example/bridge",
        publisher="Norden Wire",
        author="Ana Holm",
        published="2031-05-06",
        dateline=Dateline("PORT ALDEN, Averna", "Norden Wire", Span(0, 34)),
        condition="clean",
    ),
    actors=(
        Actor("person:ilse-marrow", "Ilse Marrow", "person", "AVE", (Office("mayor", "AVE", *at("Mayor")),), at("Mayor Ilse Marrow"), (0.97,)),
        Actor("person:orsk", "Orsk", "person", None, (), at("Orsk"), (0.8,)),
        Actor("group:critics", "critics", "group", mentions=at("critics"), named=False),
        Actor("joint:1", "Ilse Marrow, Orsk", "group", named=False, members=("person:ilse-marrow", "person:orsk")),
        Actor("country:averna", "Averna", "country", "AVE", mentions=at("Averna"), confidence=(0.9,)),
    ),
    statements=(
        statement(
            "s1",
            at("Mayor Ilse Marrow"),
            at("told"),
            at("“The bridge\r\nis safe, Rene\u0301.”"),
            addressee=at("reporters"),
            speaker="person:ilse-marrow",
            to="group:critics",
            target="country:averna",
            named=True,
            mode="direct",
            act="assert",
            negated=False,
            hypothetical=False,
            when=When("2031-05-05", *at("Monday")),
        ),
        statement("s2", at("critics"), at("said"), at("=SUM(A1)", "who never\tlook"), speaker="group:critics", named=False, act="criticise", mode="mixed"),
        statement("s3", at("Orsk"), at("denied"), at("that the bridge was safe"), speaker="person:orsk", act="deny", negated=False),
        statement("s4", at("officials"), at("say"), at("why"), named=False, negated=True),
        statement("s5", (), at("safe"), at("safe, Rene\u0301.”"), inside="s1", mode="direct", confidence=0.25),
    ),
    links=(Link("s3", "s1", "denies", at("denied that"), 0.75), Link("s2", "s1", "supports", (), 0.5)),
)
EMPTY = Reading(Story("empty", "Nothing."))


def golden_reading(file: Path) -> Reading:
    """A recorded reading; it names its parts by their words, which are looked for in the text."""
    row = json.loads(file.read_text(encoding="utf8"))
    text = row["story"]["text"]
    line = row["story"].pop("dateline")
    story = Story(**row["story"], dateline=line and Dateline(line["place"], line["agency"], Span(*line["span"])))
    cues = {s["cue"]: f"s{k}" for k, s in enumerate(row["statements"], 1)}
    made = [
        statement(
            f"s{k}",
            *(at(*s[part].split(" … "), text=text) if s[part] else () for part in PARTS[:3]),
            addressee=at(s["addressee"], text=text) if s["addressee"] else (),
            **{name: s[name] for name in ("speaker", "to", "mode")},
            inside=cues.get(s["inside"]),
            confidence=s["sure"],
        )
        for k, s in enumerate(row["statements"], 1)
    ]
    actors = {id: Actor(id, id.split(":")[1], "person") for s in made for id in (s.speaker, s.to) if id}
    return Reading(story, tuple(actors.values()), tuple(made))


GOLDEN_READINGS = [golden_reading(file) for file in GOLDEN]
ALL = [READING, EMPTY, *GOLDEN_READINGS]

odd = st.text(st.sampled_from('ab “”".,;\t\n\r\u2028\x85e\u0301🎉👩\u200d🚀=\x00שλ'), min_size=1, max_size=60)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Statements with spans as the program makes them (no white space at their edges) anywhere in odd text."""
    text = draw(odd)
    points = [k for k, character in enumerate(text) if not character.isspace()]

    def spans() -> Spans:
        edges = sorted(draw(st.sets(st.sampled_from(points), max_size=4))) if points else []
        return tuple(Span(a, b + 1) for a, b in zip(edges[::2], edges[1::2], strict=False))

    count = draw(st.integers(0, 3))
    made = [statement(f"s{k}", spans(), spans(), spans(), addressee=spans(), act=draw(st.sampled_from(["deny", None]))) for k in range(count)]
    return Reading(Story(draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)), text), (), tuple(made))


def stopped(count: int) -> Iterator[Reading]:
    """Readings that end badly."""
    yield from [READING] * count
    raise RuntimeError("stopped")


# The contract


@pytest.mark.parametrize("reading", ALL, ids=lambda r: r.story.id)
def test_the_contract_is_read_back(tmp_path: Path, reading: Reading):
    FORMATS["jsonl"].write([reading, reading], tmp_path / "a.jsonl")
    back = list(read_contract(tmp_path / "a.jsonl"))
    # The contract has no author.
    assert back == [replace(reading, story=replace(reading.story, author=None))] * 2
    assert [to_json(b) for b in back] == [to_json(reading)] * 2


@given(readings())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_odd_text_is_read_back_from_the_contract(reading: Reading):
    with tempfile.TemporaryDirectory() as folder:
        FORMATS["jsonl"].write([reading], Path(folder, "a"))
        assert list(read_contract(Path(folder, "a"))) == [reading]


def broken(change: Callable[[dict[str, Any]], object]) -> str:
    row = to_dict(READING)
    change(row)
    return json.dumps(row)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not an object"),
        ('{"schema": "other/1"}', '"schema" is "other/1"'),
        (broken(lambda r: r.pop("story")), 'no "story"'),
        (broken(lambda r: r["story"].update(text=7)), '"story.text" is 7'),
        (broken(lambda r: r["story"].update(condition="odd")), '"story.condition" is "odd", not one of clean, degraded'),
        (broken(lambda r: r["actors"][0].update(kind="cat")), '"actors[0].kind" is "cat"'),
        (broken(lambda r: r["actors"][0]["offices"][0].update(span=[3, 3])), '"actors[0].offices[0].span"'),
        (broken(lambda r: r["statements"][1].update(cue=[[0, 9999]])), '"statements[1].cue"'),
        (broken(lambda r: r["statements"][1].update(cue=[[True, 4]])), "within the text's"),
        (broken(lambda r: r["statements"][1].update(cue=7)), "not a list"),
        (broken(lambda r: r["statements"][1].update(mode=None)), '"statements[1].mode" is null'),
        (broken(lambda r: r["statements"][1].update(act="shout")), '"statements[1].act" is "shout"'),
        (broken(lambda r: r["statements"][1].update(negated="no")), "not true, false or null"),
        (broken(lambda r: r["statements"][1].update(confidence="high")), "not a number"),
        (broken(lambda r: r["statements"][1].update(id="s1")), "two statements of one id"),
        (broken(lambda r: r["statements"][1].update(inside="s9")), '"s9"'),
        (broken(lambda r: r["statements"].append(3)), "a list of objects"),
        (broken(lambda r: r["actors"][0].update(members=[1])), "a list of strings"),
        (broken(lambda r: r["links"][0].update(to="s9")), '"s9"'),
    ],
)
def test_a_line_that_is_not_of_the_contract_is_one_sentence_and_the_others_go_on(tmp_path: Path, line: str, found: str):
    file = tmp_path / "a.jsonl"
    file.write_text(f"{to_json(EMPTY)}\n\n{line}\n{to_json(EMPTY)}\n", encoding="utf8")
    problems: list[InputError] = []
    assert list(read_contract(file, problems.append)) == [EMPTY, EMPTY]
    (problem,) = problems
    assert problem.where == f"{file}:3"
    assert found in problem.found
    with pytest.raises(InputError, match=r"a\.jsonl:3"):
        list(read_contract(file))


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read"):
        list(read_contract(tmp_path / "none.jsonl"))


# All formats


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_that_was_stopped_leaves_nothing(tmp_path: Path, name: str):
    with pytest.raises(RuntimeError):
        FORMATS[name].write(stopped(2), tmp_path / "out")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet"])
def test_an_older_export_stays_until_the_new_one_is_whole(tmp_path: Path, name: str):
    FORMATS[name].write([READING], tmp_path / "out")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(RuntimeError):
        FORMATS[name].write(stopped(1), tmp_path / "out")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", FORMATS)
def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path, name: str):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"^.*file.*: cannot be written \(.*\); check .*\.$"):
        FORMATS[name].write([READING], tmp_path / "file" / "out")


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if format.stream])
def test_streams_write_each_reading_before_they_ask_for_the_next(name: str):
    out = io.StringIO()
    lines: list[int] = []

    def asked() -> Iterator[Reading]:
        for reading in (READING, EMPTY, READING):
            lines.append(out.getvalue().count("\n"))
            yield reading

    write = FORMATS[name].stream
    assert write is not None
    write(asked(), out)
    assert lines == [0, 1, 2]
    assert [isinstance(json.loads(line), dict) for line in out.getvalue().split("\n")[:-1]] == [True] * 3


def test_a_file_has_the_rights_of_any_other(tmp_path: Path):
    (tmp_path / "plain").write_text("x")
    with whole_file(tmp_path / "whole") as out:
        out.write("a\r\nb\n")
    assert (tmp_path / "whole").read_bytes() == b"a\r\nb\n"
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "plain").stat().st_mode


# Tables


def expected(table: str, of: list[Reading]) -> list[dict[str, Any]]:
    return [dict(row) for reading in of for row in ROWS[table](reading)]


def test_every_row_has_the_columns_that_are_documented():
    for table in TABLES:
        rows = expected(table.name, ALL)
        assert rows
        for row in rows:
            assert set(row) == {column.name for column in table.columns}
    assert markdown() in (ROOT / "docs" / "exports.md").read_text(encoding="utf8")


def test_statements_stand_alone():
    row = expected("statements", [READING])[0]
    assert (row["published"], row["speaker_name"], row["speaker_country"], row["target_name"]) == ("2031-05-06", "Ilse Marrow", "AVE", "Averna")
    assert (row["source_words"], row["cue_words"], row["addressee_words"]) == ("Mayor Ilse Marrow", "told", "reporters")
    assert (row["content_words"], row["when_date"], row["when_words"]) == ("“The bridge\r\nis safe, Rene\u0301.”", "2031-05-05", "Monday")
    assert expected("statements", [READING])[1]["content_words"] == "=SUM(A1) … who never\tlook"


def read_csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def cell(value: object, kind: str) -> str:
    if value is None:
        return ""
    if kind in ("spans", "strings"):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value).lower() if kind == "bool" else str(value)


def test_csv_is_read_back(tmp_path: Path):
    FORMATS["csv"].write(iter(ALL), tmp_path / "new" / "csv")
    for table in TABLES:
        rows = read_csv(tmp_path / "new" / "csv" / f"{table.name}.csv")
        assert rows == [{column.name: cell(row[column.name], column.kind) for column in table.columns} for row in expected(table.name, ALL)]
    story = read_csv(tmp_path / "new" / "csv" / "stories.csv")[0]
    said = read_csv(tmp_path / "new" / "csv" / "statements.csv")[1]
    assert [story["text"][slice(*span)] for span in json.loads(said["content"])] == ["=SUM(A1)", "who never\tlook"]


def test_csv_ends_its_lines_as_rfc_4180_has_it(tmp_path: Path):
    FORMATS["csv"].write([EMPTY], tmp_path)
    assert (tmp_path / "stories.csv").read_bytes().endswith(b",Nothing.\r\n")


@given(readings())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_odd_text_survives_csv_and_arrow(reading: Reading):
    with tempfile.TemporaryDirectory() as folder:
        FORMATS["csv"].write([reading], Path(folder))
        (story,) = read_csv(Path(folder, "stories.csv"))
        said = read_csv(Path(folder, "statements.csv"))
    assert (story["story_id"], story["text"]) == (reading.story.id, reading.story.text)
    assert [tuple(Span(*span) for span in json.loads(row["content"])) for row in said] == [s.content for s in reading.statements]
    arrow = to_arrow([reading])
    assert arrow["stories"]["text"].to_pylist() == [reading.story.text]
    assert arrow["statements"]["content_words"].to_pylist() == [reading.story.words(s.content) if s.content else None for s in reading.statements]


def arrow_cell(value: Any, kind: str) -> Any:
    return [{"start": a, "end": b} for a, b in value] if kind == "spans" else list(value) if kind == "strings" else value


def test_parquet_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "GROUP_ROWS", 40)
    FORMATS["parquet"].write(iter(ALL), tmp_path)
    for table in TABLES:
        file = pq.ParquetFile(tmp_path / f"{table.name}.parquet")
        rows = expected(table.name, ALL)
        assert file.read().to_pylist() == [{c.name: arrow_cell(row[c.name], c.kind) for c in table.columns} for row in rows]
        assert file.schema_arrow.metadata[b"rejoinder.schema"] == b"rejoinder.story/1"
        assert [file.schema_arrow.field(c.name).metadata[b"description"].decode() for c in table.columns] == [c.meaning for c in table.columns]
        file.close()
    statements = pq.ParquetFile(tmp_path / "statements.parquet")
    assert statements.num_row_groups > 3
    assert statements.schema_arrow.field("content").type == pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32())]))


def test_no_reading_gives_empty_tables(tmp_path: Path):
    FORMATS["parquet"].write([], tmp_path)
    FORMATS["csv"].write([], tmp_path)
    for table in TABLES:
        names = [column.name for column in table.columns]
        assert pq.read_table(tmp_path / f"{table.name}.parquet").schema.names == names
        assert (tmp_path / f"{table.name}.csv").read_text(encoding="utf8").strip().split(",") == names
        assert list(to_pandas([])[table.name].columns) == names


def test_data_frames():
    frames = to_pandas([READING, EMPTY])
    said = frames["statements"]
    assert said.loc[0, "content"] == [tuple(span) for span in READING.statements[0].content]
    assert said["when_start"].isna().tolist() == [False, True, True, True, True]
    assert said["when_start"].dtype == pd.Int32Dtype()
    assert said["negated"].sum() == 1
    assert math.isclose(said["confidence"].min(), 0.25)
    assert frames["actors"].loc[3, "members"] == ["person:ilse-marrow", "person:orsk"]
    assert frames["stories"]["story_id"].tolist() == ["Day 1/bridge: ü~2", "empty"]


@pytest.mark.parametrize(("missing", "extra", "make"), [("pyarrow", "parquet", to_arrow), ("pandas", "pandas", to_pandas)])
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, missing: str, extra: str, make: Callable[..., object]):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(RejoinderError, match=rf"pip install 'rejoinder\[{extra}\]'"):
        make([])
