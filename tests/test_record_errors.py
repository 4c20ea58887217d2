"""What can go wrong with the file of a record: one sentence each, exit status 1, and nothing harmed. And many who read while one writes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from rejoinder.cli import app
from rejoinder.errors import RecordError
from rejoinder.pipeline import Reader
from rejoinder.record import Record, file
from rejoinder.record.schema import MIGRATIONS
from rejoinder.types import Reading, Story

NAMES = "Holm Lind Rask Moss Brandt Kivi Solberg Tarn".split()
STORY = (
    'VERA (Nord Press) - "The ferry to Kelm will not sail in week {k}," Minister Ana {one} of Sorland told reporters. Bo {two} accused {one} of breaking a'
    " promise to the islands. {one} denied the accusation."
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(threads=1)


@pytest.fixture(scope="module")
def found(reader: Reader) -> list[Reading]:
    return [reader.read(Story(f"ferry-{k}", STORY.format(k=k, one=NAMES[k % 8], two=NAMES[(3 * k + 1) % 8]))) for k in range(24)]


@pytest.fixture(scope="module")
def small(reader: Reader, found: list[Reading], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of four stories; tests work on copies."""
    made = tmp_path_factory.mktemp("records") / "small.db"
    with Record(made, writing=True) as record:
        for reading in found[:4]:
            record.keep(reading, reader.run)
        record.settle()
    return made


@pytest.fixture
def news(small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(small, tmp_path / "news.db"))


@pytest.fixture
def stories(found: list[Reading], tmp_path: Path) -> Path:
    """All stories, as somebody adds them."""
    folder = tmp_path / "stories"
    folder.mkdir()
    for reading in found:
        (folder / f"{reading.story.id}.txt").write_text(reading.story.text, encoding="utf8")
    return folder


def command(*args: str | Path) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def complaint(done: Result) -> str:
    """The one sentence that a command ends with."""
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit)  # nothing else came through
    (line,) = done.stderr.splitlines()
    assert line.startswith("rejoinder: ")
    assert line.endswith(".")
    return line.removeprefix("rejoinder: ")


def intact(record: Path) -> bool:
    with closing(sqlite3.connect(record)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and not connection.execute("PRAGMA foreign_key_check").fetchall()


def statements(record: Path) -> dict[str, int]:
    with Record(record) as opened:
        return {line.story: line.statements for line in opened.stories(limit=1000)}


def set_version(record: Path, version: int) -> None:
    with closing(sqlite3.connect(record)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


# What is no record, or not one that this program knows


@pytest.mark.parametrize("arguments", [["add", "{stories}"], ["stats"]])
def test_a_folder(arguments: list[str], stories: Path, tmp_path: Path):
    done = command(*(a.format(stories=stories) for a in arguments), "--record", tmp_path)
    assert complaint(done) == f"{tmp_path}: a folder, not a record; name a file, for example news.db."


@pytest.mark.parametrize("arguments", [["add", "{stories}"], ["forget", "a"], ["stats"], ["search", "ferry"]])
def test_a_text_file(arguments: list[str], stories: Path, tmp_path: Path):
    notes = tmp_path / "notes.txt"
    notes.write_text("Ask Holm about the ferry.\n" * 100, encoding="utf8")
    before = notes.read_bytes()
    done = command(*(a.format(stories=stories) for a in arguments), "--record", notes)
    assert complaint(done) == f"{notes}: no record, nor any other database; name another file."
    assert notes.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [notes, stories]


@pytest.mark.parametrize("mode", ["delete", "wal"])
@pytest.mark.parametrize("arguments", [["add", "{stories}"], ["reread"], ["stats"]])
def test_another_programs_database(arguments: list[str], mode: str, stories: Path, tmp_path: Path):
    theirs = tmp_path / "theirs.db"
    with closing(sqlite3.connect(theirs)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE story (id INTEGER PRIMARY KEY, text TEXT)")
        connection.execute("INSERT INTO story (text) VALUES ('theirs')")
        connection.commit()
    before = theirs.read_bytes()
    done = command(*(a.format(stories=stories) for a in arguments), "--record", theirs)
    assert complaint(done) == f"{theirs}: a database that is no record of Rejoinder; name another file."
    assert theirs.read_bytes() == before


def test_no_such_record(tmp_path: Path):
    absent = tmp_path / "absent.db"
    assert complaint(command("stats", "--record", absent)) == f"{absent}: there is no such record; make one with `rejoinder add`."
    assert not absent.exists()


def test_no_such_folder(stories: Path, tmp_path: Path):
    absent = tmp_path / "absent" / "news.db"
    sentence = complaint(command("add", stories, "--record", absent))
    assert sentence == f"{absent}: it cannot be opened or made there; check that the folder exists and that you may write in it."


@pytest.mark.parametrize("arguments", [["add", "{stories}"], ["stats"]])
def test_a_record_of_a_newer_program(arguments: list[str], stories: Path, news: Path):
    set_version(news, len(MIGRATIONS) + 1)
    before = news.read_bytes()
    done = command(*(a.format(stories=stories) for a in arguments), "--record", news)
    assert complaint(done).endswith(f"(its version is {len(MIGRATIONS) + 1}, this program knows {len(MIGRATIONS)}); update Rejoinder.")
    assert news.read_bytes() == before


def test_a_record_of_an_older_program_is_not_read_before_it_is_brought_up_to_date(news: Path):
    set_version(news, len(MIGRATIONS) - 1)
    assert complaint(command("stats", "--record", news)).endswith("bring it up to date with `rejoinder add`.")


# What may not be written


def test_a_locked_record(news: Path, stories: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(file, "WAIT", 0.05)
    before = statements(news)
    for how in ("IMMEDIATE", "EXCLUSIVE"):
        with closing(sqlite3.connect(news, isolation_level=None)) as other:
            other.execute(f"BEGIN {how}")
            sentence = complaint(command("add", stories, "--record", news))
            assert sentence == f"{news}: another program is writing to it and does not finish; try again when it is done."
            assert statements(news) == before  # readers do not wait
            other.execute("ROLLBACK")


def test_a_connection_that_may_only_read(news: Path):
    refused = pytest.raises(RecordError, match="may not be written; change its permissions")
    with closing(sqlite3.connect(f"{news.as_uri()}?mode=ro", uri=True)) as connection, refused, file.plainly(news):
        connection.execute("DELETE FROM story")


@contextmanager
def nobody() -> Iterator[None]:
    """Without the rights of root, whom permissions do not stop."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(65534)
    except OSError:
        pytest.skip("root, who may write everywhere, and who may not become anybody else here")
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder that everybody may enter (that of pytest is its owner's)."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_file_that_may_not_be_written(news: Path, shelf: Path, reader: Reader, found: list[Reading]):
    mine = Path(shutil.copy(news, shelf / "mine.db"))
    mine.chmod(0o444)
    shelf.chmod(0o777)
    refused = pytest.raises(RecordError, match=r"mine.db: it may not be written; change its permissions, or those of its folder\.")
    with nobody(), refused, Record(mine, writing=True) as record:
        record.keep(found[9], reader.run)


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_folder_in_which_nothing_may_be_written(news: Path, shelf: Path):
    """As on a DVD: the record can be read, and that is all."""
    mine = Path(shutil.copy(news, shelf / "mine.db"))
    mine.chmod(0o444)
    (shelf / "mine.db-wal").touch(0o444)  # as a reader may have left it
    shelf.chmod(0o555)
    with nobody():
        with Record(mine) as record:
            assert record.stats().stories == 4
            assert record.search("ferry")
        with pytest.raises(RecordError, match=r"mine.db: it (may not be written|cannot be opened)"):
            Record(mine, writing=True)
        with pytest.raises(RecordError, match=r"new.db: it cannot be opened or made there"):
            Record(shelf / "new.db", writing=True)


# A disk that is full, or broken


def reported(output: str) -> dict[str, int]:
    """What a command said that it has kept: statements of each story."""
    lines = [line.split("\t") for line in output.splitlines()]
    return {line[1]: int(line[2].split()[0]) for line in lines if line[0] in ("kept", "new version")}


def test_a_full_disk(stories: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    news = tmp_path / "full.db"
    connect = file.connect

    def with_little_room(file: Path, *, writing: bool) -> sqlite3.Connection:
        connection = connect(file, writing=writing)
        pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 12}")
        return connection

    monkeypatch.setattr("rejoinder.record.record.connect", with_little_room)
    done = command("add", stories, "--jobs", "1", "--record", news)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert done.stderr.splitlines()[-1] == f"rejoinder: {news}: the disk is full; make room; everything that was reported as kept is kept."
    kept = reported(done.stdout)
    assert 0 < len(kept) < 24
    monkeypatch.undo()
    assert statements(news) == kept
    assert intact(news)
    assert command("add", stories, "--jobs", "1", "--record", news).exit_code == 0
    assert len(statements(news)) == 24


def test_a_record_goes_on_when_there_is_room_again(news: Path, reader: Reader, found: list[Reading]):
    with Record(news, writing=True) as record:
        connection = record._connection
        pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        kept = 0
        with pytest.raises(RecordError, match="the disk is full"):
            for reading in found[4:]:
                record.keep(reading, reader.run)
                kept += 1
        connection.execute("PRAGMA max_page_count = 100000")
        for reading in found[4 + kept :]:
            assert record.keep(reading, reader.run) == "kept"
        record.settle()
        assert record.stats().stories == 24
    assert intact(news)


def test_a_commit_that_fails_leaves_nothing_open(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, other INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)")
        with pytest.raises(sqlite3.IntegrityError), file.transaction(connection):
            connection.execute("INSERT INTO a VALUES (1, 2)")
        with file.transaction(connection):
            connection.execute("INSERT INTO a VALUES (1, NULL)")
        assert connection.execute("SELECT * FROM a").fetchall() == [(1, None)]


LIMITED = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (900_000,) * 2); from rejoinder.cli import app; app()"


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_disk_that_refuses_to_write(stories: Path, tmp_path: Path):
    """A real program whose files may grow no further."""
    news = tmp_path / "limited.db"
    args = [sys.executable, "-c", LIMITED, "add", str(stories), "--jobs", "1", "--record", str(news)]
    done = subprocess.run(args, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith(f"rejoinder: {news}: the disk ")
    kept = reported(done.stdout)
    assert 0 < len(kept) < 24
    assert statements(news) == kept
    assert intact(news)


@pytest.mark.parametrize("arguments", [["export", "--format", "jsonl"], ["search", "ferry"], ["add", "{stories}"]])
def test_a_damaged_record(arguments: list[str], stories: Path, news: Path):
    data = bytearray(news.read_bytes())
    data[8192:] = b"\xa7" * (len(data) - 8192)  # all but the first two pages
    news.write_bytes(data)
    done = command(*(a.format(stories=stories) for a in arguments), "--record", news)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    advice = "a damaged database; take a copy from before, or save what can be read with `sqlite3 FILE .recover`."
    assert done.stderr.splitlines()[-1] == f"rejoinder: {news}: {advice}"


def test_letters_that_are_none(news: Path):
    with closing(sqlite3.connect(news)) as connection:
        connection.execute("UPDATE story SET title = CAST(x'a7a7' AS TEXT)")
        connection.commit()
    assert "a damaged database" in complaint(command("stories", "--record", news))


# Many at once


def test_readers_see_whole_stories_while_one_writes(tmp_path: Path, reader: Reader, found: list[Reading]):
    news = tmp_path / "busy.db"
    whole = {reading.story.id: reading for reading in found}
    writer = Record(news, writing=True)
    done, wrong, seen = threading.Event(), list[str](), [0] * 6

    def read(k: int) -> None:
        try:
            while not done.is_set():
                with Record(news) as record:
                    kept = list(record.readings())
                    lines = record.stories(limit=100)
                for reading in kept:
                    if (reading.statements, reading.actors, reading.links) != (whole[reading.story.id].statements, *parts(whole[reading.story.id])):
                        wrong.append(reading.story.id)
                wrong.extend(line.story for line in lines if line.statements != len(whole[line.story].statements))
                seen[k] += len(kept)
        except Exception as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=read, args=(k,)) for k in range(len(seen))]
    for thread in threads:
        thread.start()
    with writer:
        for reading in found:
            writer.keep(reading, reader.run)
        writer.settle()
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert all(seen)


def parts(reading: Reading) -> tuple[object, object]:
    return reading.actors, reading.links


def test_many_may_make_the_record_at_once(tmp_path: Path):
    wrong: list[str] = []

    def make(news: Path, together: threading.Barrier) -> None:
        together.wait()
        try:
            Record(news, writing=True).close()
        except Exception as error:
            wrong.append(repr(error))

    for k in range(12):
        together = threading.Barrier(6)
        threads = [threading.Thread(target=make, args=(tmp_path / f"{k}.db", together)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong
