"""The commands of the record as a user runs them, with the packaged model."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

FIRST = (
    "Minister Ana Holm accused Bo Lind of hiding the debts of the flooded mine.\n"
    "Lind denied the accusation. “I have hidden nothing from anybody,” he told reporters on Monday.\n"
)
SECOND = "Bo Lind said on Tuesday that the mine would open again in spring.\nUnion leaders said they did not believe him.\n"


def run(*args: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", "rejoinder.cli", *args], input=stdin, capture_output=True, timeout=120, check=False, cwd=cwd)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def answers(*args: str, cwd: Path) -> list[dict[str, object]]:
    done = run(*args, "--json", cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a record, news.db, of two stories."""
    folder = tmp_path_factory.mktemp("record")
    rows = [
        {"id": "first", "text": FIRST, "published": "2024-03-04", "publisher": "The Oslo Post", "url": "https://example.org/1"},
        {"id": "second", "text": SECOND, "published": "2024-03-05", "publisher": "Radio North"},
    ]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf8")
    done = run("add", "news.jsonl", cwd=folder)
    assert done.returncode == 0
    assert [line.split("\t")[:2] for line in done.stdout.splitlines()] == [["kept", "first"], ["kept", "second"]]
    assert done.stderr.startswith("news.db: 2 stories kept with ")
    return folder


def test_adding_again_passes_over_what_is_known(kept: Path):
    before = (kept / "news.db").read_bytes()
    done = run("add", "news.jsonl", "none.txt", cwd=kept)
    assert done.returncode == 1
    assert [line.split("\t")[:2] for line in done.stdout.splitlines()] == [["known", "first"], ["known", "second"]]
    assert "none.txt: cannot be read" in done.stderr
    assert done.stderr.splitlines()[-1] == "news.db: 0 stories kept with 0 statements, 2 known already, 1 complaints (above)."
    assert (kept / "news.db").read_bytes() == before


def test_every_question_for_people_machines_and_tables(kept: Path):
    questions = (["search", "mine"], ["who", "lind"], ["disputes", "--repeats"], ["stories"], ["stats"])
    for question in questions:
        people = run(*question, "--width", "100", cwd=kept)
        assert people.returncode == 0
        assert people.stdout.strip()
        machine = answers(*question, cwd=kept)
        table = list(csv.DictReader(io.StringIO(run(*question, "--csv", cwd=kept).stdout)))
        assert len(table) == len(machine) > 0
        assert list(table[0]) == list(machine[0])


def test_search_with_filters(kept: Path):
    assert {a["story"] for a in answers("search", "--speaker", "Bo Lind", cwd=kept)} == {"first", "second"}
    assert {a["story"] for a in answers("search", "--publisher", "oslo", cwd=kept)} == {"first"}
    assert {a["story"] for a in answers("search", "--since", "2024-03-05", cwd=kept)} == {"second"}
    assert {a["act"] for a in answers("search", "--act", "deny", cwd=kept)} <= {"deny"}
    assert answers("search", "--anonymous", "--speaker", "union leaders", cwd=kept)
    assert all(a["mode"] == "direct" for a in answers("search", "--mode", "direct", cwd=kept))
    page = run("search", "--limit", "1", cwd=kept)
    assert "ask for more with --limit or --offset" in page.stderr


def test_every_command_is_in_the_documents():
    from rejoinder.cli import PANELS

    root = Path(__file__).parents[1]
    documents = "\n".join(file.read_text(encoding="utf8") for file in (root / "README.md", root / "docs" / "record.md"))
    commands = [command.__name__.removesuffix("_") for commands in PANELS.values() for command in commands]
    assert len(commands) == 20
    assert [c for c in commands if f"rejoinder {c}" not in documents] == []


def test_choices_are_those_of_the_program():
    """The commands spell them out, for --help must not wait for the modules that define them."""
    from rejoinder import types
    from rejoinder.cli import asking, correcting, taking
    from rejoinder.export import FORMATS
    from rejoinder.record.corrections import COLUMNS

    assert get_args(asking.Acts) == get_args(types.Act)
    assert get_args(asking.Modes) == get_args(types.Mode)
    assert get_args(correcting.Relations) == get_args(types.Relation)
    assert get_args(correcting.Kinds) == tuple(COLUMNS)
    assert get_args(taking.Formats) == tuple(FORMATS)


def test_nothing_found_is_said_and_is_no_error(kept: Path):
    for question, said in ((["search", "zebra"], "Nobody is on record with that."), (["who", "zebra"], "Nobody on record is called so.")):
        done = run(*question, cwd=kept)
        assert (done.returncode, done.stdout.strip()) == (0, said)


def test_wrong_questions_are_one_sentence(kept: Path):
    for args in (["search", "--since", "yesterday"], ["search", "mine", "--record", "none.db"], ["forget", "nobody"], ["undo", "99"], ["export", "-f", "csv"]):
        done = run(*args, cwd=kept)
        assert done.returncode == 1
        assert done.stderr.startswith("rejoinder: ")
        assert len(done.stderr.splitlines()) == 1
        assert "Traceback" not in done.stderr
    assert not (kept / "none.db").exists()


def test_disputes_of_files_are_read_now(kept: Path):
    done = run("disputes", "news.jsonl", "--json", cwd=kept)
    assert done.returncode == 0
    assert all("statements" in json.loads(line) for line in done.stdout.splitlines())


def test_correct_list_undo(kept: Path):
    statement = str(answers("search", "mine would open", cwd=kept)[0]["statement"])
    assert run("correct", "second", statement, "act", "warn", "--by", "kim", cwd=kept).stdout == "correction 1\n"
    assert answers("search", "mine would open", cwd=kept)[0]["act"] == "warn"
    (made,) = answers("corrections", cwd=kept)
    assert (made["by"], made["kind"], made["value"]) == ("kim", "act", "warn")
    assert json.loads(run("corrections", "--gold", cwd=kept).stdout)["statements"][0]["act"] == "warn"
    assert "kim" in run("corrections", "--width", "100", cwd=kept).stdout
    again = run("reread", "second", cwd=kept)
    assert (again.returncode, again.stdout.split("\t")[:2]) == (0, ["read again", "second"])
    assert answers("search", "mine would open", cwd=kept)[0]["act"] == "warn"
    assert run("undo", "1", cwd=kept).stdout == "correction 1 undone\n"
    assert answers("search", "mine would open", cwd=kept)[0]["act"] != "warn"
    assert run("correct", "second", statement, "act", cwd=kept).returncode == 2


def test_export_and_score(kept: Path):
    exported = run("export", "--format", "jsonl", cwd=kept)
    stories = [json.loads(line) for line in exported.stdout.splitlines()]
    assert [s["story"]["id"] for s in stories] == ["first", "second"]
    assert stories[0]["story"]["text"] == FIRST
    for format in ("csv", "parquet", "brat", "annotation", "schema-org"):
        assert run("export", "-f", format, "--to", f"out-{format}", cwd=kept).returncode == 0
        assert (kept / f"out-{format}").exists()
    done = run("score", "out-brat", "--json", cwd=kept)
    assert done.returncode == 0
    score = json.loads(done.stdout)
    assert score["attribution"]["f1"] == 100


def test_a_new_version_and_forgetting(tmp_path: Path):
    for number, text in ((1, FIRST), (2, FIRST + "Holm said she stood by her words.\n")):
        row = {"id": f"v{number}", "text": text, "url": "https://example.org/1", "published": "2024-03-04"}
        done = run("add", "-", "-r", "r.db", cwd=tmp_path, stdin=json.dumps(row).encode())
        assert done.returncode == 0
    assert done.stdout.startswith("new version\tv2\t")
    assert {a["story"] for a in answers("search", "-r", "r.db", cwd=tmp_path)} == {"v2"}
    assert run("forget", "v2", "v1", "-r", "r.db", cwd=tmp_path).stdout == "forgotten\tv2\nforgotten\tv1\n"
    assert answers("stats", "-r", "r.db", cwd=tmp_path)[0]["stories"] == 0
