"""Many stories with real Spark on this machine: the same as one machine finds, whatever the partitions, failures and repetitions.

Readings are made by hand, so that no model is needed; one test reads with the real one.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

import rejoinder
from rejoinder.actors.identity import Decision, Evidence, Identity, Member, Tenure, identify
from rejoinder.cli import app
from rejoinder.disputes.claims import Answer, Claim, Ref, claims
from rejoinder.errors import InputError, RejoinderError
from rejoinder.export.columns import TABLES as DOCUMENTED
from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.reading.columns import Columns
from rejoinder.reading.source import LARGEST
from rejoinder.record import keep
from rejoinder.spark.edge import Place, kept
from rejoinder.spark.groups import components
from rejoinder.spark.jobs import read_stories_on, session, settle_on
from rejoinder.spark.stories import each_once, parsed
from rejoinder.spark.tables import TABLES, readings_of, spans_of
from rejoinder.types import Reading
from tests.build_spark import Broken, Made, everything, expected
from tests.test_record import healthy, rows_of, settled

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "spark.md"
needs_java = pytest.mark.skipif(
    not shutil.which("java"), reason="NOTE: no Java here, so nothing of Spark is tested (Debian: apt-get install default-jre-headless)"
)
pytestmark = [
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),  # py4j's to the JVM
]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    here = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join((str(Path(rejoinder.__file__).parents[1]), str(ROOT))))
        patch.setenv("REJOINDER_FAILED", str(here))
        running = session(
            {
                "spark.master": "local[2, 3]",
                "spark.ui.enabled": "false",
                "spark.sql.shuffle.partitions": "2",
                "spark.driver.memory": "700m",
                "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # there is too little to do for more to pay
                "spark.sql.adaptive.enabled": "false",
                "spark.driver.host": "127.0.0.1",
                "spark.driver.bindAddress": "127.0.0.1",
                "spark.local.dir": str(here),
                "spark.sql.warehouse.dir": str(here),
            }
        )
        yield running
        running.stop()


@pytest.fixture(scope="module")
def tables(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything, read: in disorder, some of it twice, with lines that are no stories."""
    folder = tmp_path_factory.mktemp("tables")
    lines = [json.dumps({"id": r.story.id, "text": r.story.text, "title": r.story.title, "published": r.story.published}) for r in everything()]
    lines += [*lines[:9], json.dumps({**json.loads(lines[0]), "id": "z, the same again"}), "{no story", '{"id": "empty"}', ""]
    random.Random(1).shuffle(lines)
    for k in range(3):
        with gzip.open(folder / f"{k}.jsonl.gz", "wt", encoding="utf-8") as stream:
            stream.write("\n".join(lines[k::3]) + "\n")
    counts = read_stories_on(spark, str(folder / "*.jsonl.gz"), str(folder / "out"), readers=Made, partitions=3)  # type: ignore[arg-type]
    assert counts == (len(expected()), sum(len(r.statements) for r in expected()), 3)
    return folder / "out"


def in_file(file: Path, column: str) -> list[Any]:
    return pyarrow.parquet.ParquetFile(file).read(columns=[column])[column].to_pylist()


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    return [row for file in sorted((folder / name).glob("*.parquet")) for row in pyarrow.parquet.ParquetFile(file).read().to_pylist()]


# Reading


@needs_java
def test_tables_hold_what_was_read_once_in_spite_of_failures(tables: Path):
    assert list(Path(os.environ["REJOINDER_FAILED"]).glob("[0-9]")), "the task that was to fail did not"
    assert list(readings_of(tables)) == expected()
    for back, one in zip(readings_of(tables), expected(), strict=True):
        assert (back.meanings is None) == (one.meanings is None)
        assert back.meanings is None or (back.meanings == one.meanings).all()
    assert {name: [f.name for f in pyarrow.parquet.ParquetFile(next((tables / name).glob("*.parquet"))).schema_arrow] for name in TABLES[:6]} == {
        t.name: [c.name for c in t.columns] for t in DOCUMENTED
    }
    # The files of a table stay apart, so that few are open while they are imported.
    ranges = sorted((rows[0], rows[-1]) for file in (tables / "statements").glob("*.parquet") if (rows := in_file(file, "story_id")))
    assert len(ranges) == 3
    assert all(last < first for (_, last), (first, _) in pairwise(ranges))


@needs_java
def test_what_cannot_be_read_is_said(tables: Path):
    sentences = sorted(row["sentence"].replace(str(tables.parent), "") for row in table(tables, "problems"))
    assert sentences[0].startswith(f"{Made.bad}: this story cannot be read (ValueError: a poisonous story); the others go on")
    assert 'jsonl.gz ({"id": "empty"} ...): no "text"' in sentences[1] + sentences[2]
    assert "({no story ...): not JSON" in sentences[1] + sentences[2]
    assert Made.bad in {row["story"] for row in table(tables, "problems")}


@needs_java
def test_a_job_that_fails_leaves_what_was_there(spark: Any, tables: Path):
    before = {file: file.stat().st_mtime_ns for file in sorted(tables.parent.rglob("*")) if file.is_file()}
    with pytest.raises(RejoinderError, match="the model is damaged, says"):
        read_stories_on(spark, str(tables.parent / "*.jsonl.gz"), str(tables), readers=Broken, partitions=1)  # type: ignore[arg-type]
    assert {file: file.stat().st_mtime_ns for file in sorted(tables.parent.rglob("*")) if file.is_file()} == before
    with pytest.raises(InputError, match="something else here already"):
        read_stories_on(spark, str(tables.parent / "*.jsonl.gz"), str(tables.parent), readers=Made)  # type: ignore[arg-type]


@needs_java
def test_what_was_there_comes_back_where_the_new_cannot_be_put_in_place(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "rejoinder.json").write_text("old")
    rename = Place._rename

    def stopped(self: Place, old: str, new: str) -> None:
        if old.endswith(".part"):
            raise KeyboardInterrupt
        rename(self, old, new)

    monkeypatch.setattr(Place, "_rename", stopped)
    with pytest.raises(KeyboardInterrupt), Place(spark, str(tmp_path / "out")).whole() as part:
        Path(part.removeprefix("file:")).mkdir()
    assert [(file.name, file.read_text()) for file in tmp_path.rglob("*") if file.is_file() and file.suffix != ".crc"] == [("rejoinder.json", "old")]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def stories_in(spark: Any, source: Path, **how: Any) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Stories by id, and the sentences about the others."""
    rows = kept(parsed(spark, str(source), **how), f"{source}.{random.random()}.kept")
    return {row["story_id"]: row.asDict() for row in each_once(rows).collect()}, sorted(row["problem"]["sentence"] for row in rows.collect() if row["problem"])


@needs_java
def test_text(spark: Any, tmp_path: Path):
    folder = tmp_path / "a folder"
    (folder / "ü #%20").mkdir(parents=True)
    (folder / "ü #%20" / "one.txt").write_bytes("\ufeffZur Zeit.\r\nÄ".encode())
    (folder / "two.txt").write_bytes(b" \n")
    (folder / "long.txt").write_bytes(b"x" * (LARGEST + 1))
    (folder / "notes.md").write_text("no story")
    found, problems = stories_in(spark, folder)
    assert {id: row["text"] for id, row in found.items()} == {"ü #%20/one": "\ufeffZur Zeit.\r\nÄ"}
    assert ["no text in it" in problems[1], "2.0 MB is too long" in problems[0]] == [True, True]


@needs_java
def test_lines_and_stories_that_say_the_same(spark: Any, tmp_path: Path):
    facts = [
        {"id": "b", "text": "One.", "url": "https://example.org/1"},
        {"id": "a", "text": "One.", "url": "https://example.org/1"},  # the same story
        {"id": "a", "text": "Two."},  # another one
        {"text": "Three.", "published": "2024-03-01 10:00"},
        {"text": "Three.", "published": "tomorrow"},
        {"id": 7, "text": "ü"},
    ]
    (tmp_path / "in.ndjson").write_bytes("\n".join(json.dumps(fact, ensure_ascii=False) for fact in facts).encode() + b'\r\n \n{"text": "\xff"}')
    found, problems = stories_in(spark, tmp_path / "in.ndjson")
    stories = [make_story("One.", id="a", url="https://example.org/1"), make_story("Two.", id="a")]
    first, second = sorted(stories, key=keep.digest)
    three = [make_story("Three.", published="2024-03-01T10:00"), make_story("Three.")]
    ids = {"a": first.text, f"a-{keep.digest(second)[:8]}": second.text, "7": "ü", **{f"story-{keep.digest(s)[:16]}": "Three." for s in three}}
    assert {id: row["text"] for id, row in found.items() if row["text"] in ids.values()} == ids
    assert any("not an ISO 8601 date" in sentence for sentence in problems)


@needs_java
def test_parquet_with_columns_of_other_names(spark: Any, tmp_path: Path):
    columns = {
        "Body": ["One.", None, "x" * (LARGEST + 1)],
        "id": [1, 2, 3],
        "author": [["Kim Ost", "Bo Lund"], None, None],
        "day": pyarrow.array([date(2024, 3, 1), None, None]),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "in.parquet")
    found, problems = stories_in(spark, tmp_path / "in.parquet", columns=Columns(text="body", published="day"))
    assert {id: (row["text"], row["author"], row["published"]) for id, row in found.items()} == {"1": ("One.", "Kim Ost, Bo Lund", "2024-03-01")}
    assert ['no "text"' in problems[0], "too long" in problems[1]] == [True, True]
    with pytest.raises(InputError, match="no column 'text'"):
        parsed(spark, str(tmp_path / "in.parquet"))
    with pytest.raises(InputError, match="bigint, not text"):
        parsed(spark, str(tmp_path / "in.parquet"), columns=Columns(text="id"))
    for source, message in (("nothing", "nothing is here"), (".", "cannot be told")):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(InputError, match=message):
            parsed(spark, str(tmp_path / "empty" / source))


# Identities and claims


def identities_in(folder: Path) -> list[Identity]:
    members: dict[str, list[Evidence]] = {}
    for row in table(folder, "identity_members"):
        members.setdefault(row["identity"], []).append(Evidence(Member(row["story_id"], row["actor_id"]), row["rule"], row["words"]))
    found = [
        Identity(
            id=row["identity"],
            name=row["name"],
            kind=row["kind"],
            named=True,
            country=row["country"],
            names=tuple((n["name"], n["stories"]) for n in row["names"]),
            offices=tuple(Tenure(o["title"], o["office_of"], o["stories"], o["first"], o["last"]) for o in row["offices"]),
            evidence=tuple(sorted(members[row["identity"]], key=lambda e: e.member)),
        )
        for row in table(folder, "identities")
    ]
    return sorted(found, key=lambda i: i.id)


def claims_in(folder: Path) -> set[Claim]:
    members: dict[Ref, dict[int, Ref]] = {}
    answers: dict[Ref, dict[int, Answer]] = {}
    for row in table(folder, "claim_members"):
        members.setdefault(Ref(row["claim_story"], row["claim_statement"]), {})[row["place"]] = Ref(row["story_id"], row["statement_id"])
    for row in table(folder, "claim_answers"):
        answer = Answer(Ref(row["story_id"], row["statement_id"]), row["relation"], row["confidence"], spans_of(row["evidence"]), row["across"])
        answers.setdefault(Ref(row["claim_story"], row["claim_statement"]), {})[row["place"]] = answer
    heads = {Ref(row["story_id"], row["statement_id"]): row for row in table(folder, "claims")}
    out = [Claim(tuple(m for _, m in sorted(members[h].items())), tuple(a for _, a in sorted(answers.get(h, {}).items()))) for h in heads]
    assert [(c.members[0], len(c.members), len(c.answers)) for c in out] == [(h, row["members"], row["answers"]) for h, row in heads.items()]
    assert len(set(out)) == len(out)
    return set(out)


def agrees(folder: Path, readings: Sequence[Reading], decisions: Sequence[Decision] = ()) -> None:
    identities = identify(readings, decisions)
    assert identities_in(folder / "settled") == sorted((i for i in identities if i.named), key=lambda i: i.id)
    assert claims_in(folder / "settled") == set(claims(readings, identities))


@needs_java
def test_identities_and_claims_are_those_of_one_machine(spark: Any, tables: Path):
    found = claims(expected(), identify(expected()))
    assert sum(answer.across for claim in found for answer in claim.answers) > 5
    assert any(len({ref.story for ref in claim.members}) > 5 for claim in found)
    assert len([i for i in identify(expected()) if "reed" in i.id]) > 4
    done = CliRunner().invoke(app, ["spark", "settle", str(tables)])
    named = [i for i in identify(expected()) if i.named]
    assert (done.exit_code, f"out: {len(named)} actors, {len(found)} claims." in done.output) == (0, True), done.output
    agrees(tables, expected())


@needs_java
def test_neither_order_nor_partitions_matter_and_decisions_win(spark: Any, tables: Path, tmp_path: Path):
    chance = random.Random(3)
    for name in TABLES:
        (tmp_path / name).mkdir()
        rows = pyarrow.parquet.read_table(tables / name)
        order = chance.sample(range(rows.num_rows), rows.num_rows)
        for k in range(5):
            pyarrow.parquet.write_table(rows.take(order[k::5]), tmp_path / name / f"{k}.parquet")
    shutil.copy(tables / "rejoinder.json", tmp_path)
    reeds = [Member(r.story.id, a.id) for r in expected() for a in r.actors if a.id.endswith("reed")]
    lund = next(Member(r.story.id, a.id) for r in expected() for a in r.actors if a.id.endswith("lund"))
    decisions = [Decision("merge", lund, reeds[0]), Decision("split", reeds[1], reeds[9]), Decision("merge", reeds[2], Member("gone", "person:reed"))]
    before = spark.conf.get("spark.sql.shuffle.partitions")
    spark.conf.set("spark.sql.shuffle.partitions", "3")
    try:
        settle_on(spark, str(tmp_path), decisions)
    finally:
        spark.conf.set("spark.sql.shuffle.partitions", before)
    agrees(tmp_path, expected(), decisions)


@needs_java
def test_groups_along_a_chain_and_not_without_end(spark: Any, tmp_path: Path):
    nodes = [f"{k:03}" for k in range(9)]
    ties = [*pairwise(nodes), ("x", "y"), ("y", "x"), ("z", "z")]
    random.Random(2).shuffle(ties)
    frame = spark.createDataFrame(ties, "u string, v string").repartition(3)
    found = {row["node"]: row["least"] for row in components(frame, str(tmp_path / "a")).collect()}
    assert found == {**dict.fromkeys(nodes[1:], "000"), "y": "x"}
    with pytest.raises(RejoinderError, match="not found in 1 rounds"):
        components(frame, str(tmp_path / "b"), rounds=1)


# Import


@needs_java
def test_import_makes_the_record_of_one_machine(tables: Path, tmp_path: Path):
    for _ in range(2):
        done = CliRunner().invoke(app, ["import", str(tables), "--record", str(tmp_path / "a.db")])
        assert done.exit_code == 0, done.output
    assert f"0 stories kept with 0 statements, {len(expected())} known already" in done.output
    settled(expected(), tmp_path / "b.db").close()
    assert rows_of(tmp_path / "a.db") == rows_of(tmp_path / "b.db")
    healthy(tmp_path / "a.db")


def test_what_cannot_be_imported_is_said(tmp_path: Path):
    with pytest.raises(InputError, match="no tables of stories"):
        next(readings_of(tmp_path))
    (tmp_path / "rejoinder.json").write_text('{"schema": "rejoinder.tables/9"}')
    with pytest.raises(InputError, match=r"of the kind 'rejoinder\.tables/9'"):
        next(readings_of(tmp_path))


@needs_java
def test_rows_of_no_story_are_not_passed_over(tables: Path, tmp_path: Path):
    shutil.copytree(tables, tmp_path / "t")
    for file in (tmp_path / "t" / "stories").glob("*.parquet"):
        rows = pyarrow.parquet.read_table(file)
        pyarrow.parquet.write_table(rows.slice(0, max(0, rows.num_rows - 1)), file)
    with pytest.raises(InputError, match=r"rows in actors, .* not in its place"):
        list(readings_of(tmp_path / "t"))
    file.write_bytes(b"PAR1 and nothing")
    done = CliRunner().invoke(app, ["import", str(tmp_path / "t"), "--record", str(tmp_path / "a.db")])
    assert (done.exit_code, done.output.count("\n"), "t: damaged tables (" in done.output) == (1, 1, True), done.output


def test_import_needs_memory_for_a_few_rows_only(tmp_path: Path):
    """Of many files only those are open whose turn it is."""
    from rejoinder.spark import tables as module

    for k in range(30):
        pyarrow.parquet.write_table(pyarrow.table({"story_id": [f"{k:02}-{j}" for j in range(3)]}), tmp_path / f"{k}.parquet")
    opened: list[Path] = []

    class Spy:
        class ParquetFile(pyarrow.parquet.ParquetFile):
            def __init__(self, file: Path) -> None:
                opened.append(file)
                super().__init__(file)

    firsts = [(module._first(Spy, file), file) for file in sorted(tmp_path.iterdir())]
    assert len(opened) == 30
    streams = [module._rows_from(Spy, first, file) for first, file in firsts if first]
    assert [next(stream)[0] for stream in streams] == [first for first, _ in firsts]
    assert len(opened) == 30  # none again
    assert [row["story_id"] for row in module._rows(tmp_path)] == [f"{k:02}-{j}" for k in range(30) for j in range(3)]


# The commands


@needs_java
def test_the_commands_with_the_real_model(spark: Any, tmp_path: Path):
    folder, out = tmp_path / "stories", tmp_path / "out"
    for made in (folder, out):
        made.mkdir()
    (out / "rejoinder.json").write_text("{}")
    (out / "of-before.parquet").touch()
    shutil.copy(ROOT / "examples" / "clean" / "envoys.txt", folder)
    (folder / "empty.txt").write_text(" ")
    run = CliRunner().invoke(app, ["spark", "read", str(folder), str(out), "--partitions", "1"])
    assert (run.exit_code, "1 stories with" in run.output, "1 complaints (in its table `problems`)" in run.output) == (1, True, True), run.output
    reader = Reader(threads=1)
    text = (folder / "envoys.txt").read_bytes().decode()
    assert list(readings_of(out)) == [reader.read(make_story(text, id="envoys"))]
    assert list(out.rglob("of-before*")) == []  # nothing is left of what was there
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "stories"]
    again = CliRunner().invoke(app, ["spark", "settle", str(tmp_path)])
    assert (again.exit_code, "no tables of stories" in again.output) == (1, True)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    run = CliRunner().invoke(app, ["spark", "settle", "out", "--conf", "master=yarn"])
    assert (run.exit_code, "--conf master=yarn: no setting of Spark; write NAME=VALUE" in run.output) == (1, True)
    run = CliRunner().invoke(app, ["spark", "settle", "out"])
    assert (run.exit_code, run.output.count("\n")) == (1, 1)
    assert "Spark needs Java 17 or newer, which is not on this machine; install it" in run.output


def test_docs_name_every_table_and_column():
    from rejoinder.spark.claims import CLAIM
    from rejoinder.spark.identities import IDENTITY, MEMBER
    from rejoinder.spark.reading import COMPARING

    text = DOCS.read_text(encoding="utf-8")
    columns = re.findall(r"(\w+):? (?:string|int|double|boolean|binary|array)", ", ".join((COMPARING, *IDENTITY, *MEMBER, CLAIM)))
    assert len(columns) > 30
    assert [name for name in columns if f"`{name}`" not in text] == []
