"""Nothing is lost: `rejoinder add` is killed at random moments, and what it has said to be kept is there, whole; run again it ends with the same record.

Processes are killed with SIGKILL, which no program can catch: while Python starts, while the model loads, between stories, within one, and while identities and
claims are gathered; with one process and with several. The moments come from a seeded generator and from how long an undisturbed run takes. A second test has a
process that does nothing but keep what was read before, so that most kills fall within a transaction.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from rejoinder.record import Record
from rejoinder.types import Run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

SEED = 20310507
EARLY, AMID, SEVERAL, LATE = 28, 16, 5, 10  # kills before the first story, between and within stories, with several processes, while claims are gathered
KEEPING, SETTLING = 24, 12  # kills while stories are kept, and while claims are gathered, of the process that only keeps
NUMBER = 40  # stories
ENOUGH = 50  # kills
GONE = 6.0  # seconds for processes without a parent to notice it on a busy machine
TIMES = {"story": {"added"}, "migration": {"applied"}}

PEOPLE = [("Ana", "Holm"), ("Bo", "Lind"), ("Edda", "Rask"), ("Jonas", "Moss"), ("Mira", "Brandt"), ("Otto", "Kivi")]
CLAIMS = [
    "the harbour bridge at Kelm would be closed for the whole winter",
    "the Varnian navy had cut the cable between Kelm and the northern islands",
    "the fish quota of the islands had been sold to a company in Tarnholm",
    "the dam above Orsund was leaking and nobody had told the villages",
]


def stories() -> list[dict[str, str]]:
    """Forty: who says it changes, what is said comes back, some deny it, and four come again with another text under the same address."""
    out: list[dict[str, str]] = []
    for k in range(36):
        (first, last), (other_first, other), (_, third) = (PEOPLE[(k * step + shift) % 6] for step, shift in ((1, 0), (1, 1), (5, 2)))
        claim, day = CLAIMS[k % 4], k % 27 + 1
        sentences = [
            f"VERA (Nord Press) - Minister {first} {last} of Sorland said on Monday that {claim}.",
            f"{other_first} {other}, who leads the dockers' union, accused {last} of breaking a promise to the people of Kelm.",
            f"{last} denied the accusation." if k % 3 else f'"That is simply not true," a spokesman for the government of Varnia told reporters in week {k}.',
            f'"We were never asked," said {third}, adding that {CLAIMS[(k + 1) % 4]}.',
        ]
        text = " ".join(sentences[: 2 + k % 3])
        row = {"id": f"story-{k}", "url": f"https://nord.example/{k}", "publisher": f"Nord {k % 2}", "published": f"2031-03-{day:02}", "text": text}
        out.append(row)
        if k % 9 == 4:
            out.append({**row, "id": f"story-{k}-again", "text": f"{text} On Tuesday {last} withdrew the remark."})
    return out


@dataclass
class Done:
    """One `rejoinder add`: the lines that it printed, and its exit status."""

    lines: list[str]
    status: int
    error: str

    @property
    def kept(self) -> dict[str, int]:
        """Stories that it reported as kept, with the number of their statements."""
        parts = [line.split("\t") for line in self.lines if line.endswith("\n")]
        return {part[1]: int(part[2].split()[0]) for part in parts if part[0] in ("kept", "new version")}


Until = Callable[[list[str]], bool]


def at_once(_: list[str]) -> bool:
    """Waits for no line."""
    return True


def fresh(number: int) -> Until:
    """So many stories that were not there before."""
    return lambda said: sum("statements" in line for line in said) >= number


def all_there(said: list[str]) -> bool:
    """All stories are kept, now or before."""
    return sum("\t" in line for line in said) == NUMBER


@dataclass
class Addition:
    """The same command again and again, and what it has reported as kept."""

    command: list[str]
    record: Path
    kept: dict[str, int] = field(default_factory=dict[str, int])

    def start(self, *more: str) -> subprocess.Popen[str]:
        args = [sys.executable, *self.command, *more]
        return subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def finish(self, process: subprocess.Popen[str], said: list[str]) -> Done:
        rest, error = process.communicate(timeout=60)
        done = Done([*said, *rest.splitlines(keepends=True)], process.returncode, error)
        self.kept |= done.kept
        assert not left_behind(process.pid)
        return done

    def kill(self, until: Until, delay: float, *more: str) -> Done:
        """Runs, and kills `delay` seconds after its lines are such."""
        process = self.start(*more)
        assert process.stdout is not None
        said: list[str] = []
        while not until(said) and (line := process.stdout.readline()):
            said.append(line)
        time.sleep(delay)
        process.kill()
        return self.finish(process, said)

    def anew(self) -> None:
        """Begins with no record."""
        self.kept.clear()
        for end in ("", "-wal", "-shm"):
            Path(f"{self.record}{end}").unlink(missing_ok=True)


def members(group: int) -> list[int]:
    """Processes of a group that live."""
    proc = Path("/proc")
    if not (proc / "self" / "stat").exists():
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return []
        return [group]
    out: list[int] = []
    for stat in proc.glob("[0-9]*/stat"):
        try:
            state, _, its, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(its) == group and state not in "ZX":
            out.append(int(stat.parent.name))
    return out


def left_behind(group: int) -> list[int]:
    """Processes of a killed one that do not end."""
    until = time.monotonic() + GONE
    while (found := members(group)) and time.monotonic() < until:
        time.sleep(0.02)
    return found


def rows(record: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a record but when it was made."""
    with closing(sqlite3.connect(record)) as connection:
        tables = [
            row[0] for row in connection.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'")
        ]
        out: dict[str, list[tuple[object, ...]]] = {}
        for table in tables:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] not in TIMES.get(table, ())]
            names = ", ".join(f'"{name}"' for name in columns)
            out[table] = connection.execute(f"SELECT {names} FROM {table} ORDER BY {names}").fetchall()
        for table in ("statement_text", "story_text"):
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
            out[table] = connection.execute(f"SELECT rowid FROM {table} ('bridge OR denied')").fetchall()
        return out


def check(record: Path, kept: dict[str, int], whole: dict[str, int]) -> None:
    """A record after a kill: sound, with everything that was reported, and nothing in halves."""
    if not record.exists():
        assert not kept
        return
    with closing(sqlite3.connect(record)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'story'").fetchone():
            assert not kept
            return
        there = dict(connection.execute("SELECT story.key, count(statement.id) FROM story LEFT JOIN statement ON story = story.id GROUP BY story.id"))
    assert kept.items() <= there.items()
    assert there.items() <= whole.items()


@dataclass(frozen=True)
class Reference:
    """What an undisturbed run makes, and the seconds that it takes."""

    file: Path  # the stories
    record: Path
    rows: dict[str, list[tuple[object, ...]]]
    whole: dict[str, int]  # statements of each story
    starting: float  # until the first story is kept
    reading: float  # of a story
    settling: float  # from the last story to the end


def add(file: Path, record: Path) -> Addition:
    return Addition(["-m", "rejoinder.cli", "add", str(file), "--record", str(record)], record)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    folder = tmp_path_factory.mktemp("undisturbed")
    file, record = folder / "stories.jsonl", folder / "news.db"
    file.write_text("".join(json.dumps(story) + "\n" for story in stories()), encoding="utf8")
    times = [time.monotonic()]
    process = add(file, record).start("--jobs", "1")
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        times.append(time.monotonic())
    _, error = process.communicate()
    assert process.returncode == 0, error
    whole = Done(lines, 0, "").kept
    return Reference(file, record, rows(record), whole, times[1] - times[0], (times[-1] - times[1]) / (NUMBER - 1), time.monotonic() - times[-1])


def test_the_stories_are_worth_killing(reference: Reference):
    """Else the others would prove little: every kind of row is there."""
    assert len(reference.whole) == NUMBER
    assert min(reference.whole.values()) > 0
    assert sum(reference.whole.values()) > 100
    filled = {table for table, found in reference.rows.items() if found}
    assert filled >= set("run story identity identity_name tenure actor mention office statement about link lookup alike claim claim_member answer".split())
    with closing(sqlite3.connect(reference.record)) as connection:
        assert connection.execute("SELECT count(*) FROM story WHERE newer IS NOT NULL").fetchone() == (4,)


def test_nothing_is_lost_by_kills(reference: Reference, tmp_path: Path):
    rng = random.Random(SEED)
    addition = add(reference.file, tmp_path / "news.db")
    # Processes are several only while many stories are left, so these come first.
    moments: list[tuple[Until, float, str]] = [(fresh(k % 3), reference.reading if k % 3 else 2 * reference.starting, "2") for k in range(SEVERAL)]
    others = [(at_once, 1.1 * reference.starting, "1")] * EARLY + [(fresh(1), reference.reading, "1"), (fresh(2), reference.reading, "1")] * (AMID // 2)
    moments += rng.sample(others, len(others))
    killed = 0
    for until, longest, jobs in moments:
        killed += killed_at(addition, reference, until, rng.uniform(0, longest), "--jobs", jobs)
    while killed < ENOUGH - 1 - LATE:  # on a busy machine some came too late
        killed += killed_at(addition, reference, at_once, rng.uniform(0, reference.starting / 2), "--jobs", "1")
    while not killed_at(addition, reference, all_there, 0, "--jobs", "1"):
        pass
    killed += 1 + late_kills(addition, reference, LATE, rng, "--jobs", "1")
    assert addition.finish(addition.start("--jobs", "1"), []).status == 0
    assert rows(addition.record) == reference.rows
    assert killed >= ENOUGH


def killed_at(addition: Addition, reference: Reference, until: Until, delay: float, *more: str) -> bool:
    """Whether the process was killed there; if it had ended before, its record is compared, and the next makes another."""
    done = addition.kill(until, delay, *more)
    assert done.status in (-signal.SIGKILL, 0), done.error
    check(addition.record, addition.kept, reference.whole)
    if done.status == 0:
        assert rows(addition.record) == reference.rows
        addition.anew()
    return done.status != 0


def late_kills(addition: Addition, reference: Reference, number: int, rng: random.Random, *more: str) -> int:
    """Kills while claims are gathered; where they were gathered before, they are gathered again. Says how many it was."""
    check(addition.record, reference.whole, reference.whole)
    unsettled, kept = shutil.copy(addition.record, addition.record.with_name("unsettled.db")), dict(addition.kept)
    killed = 0
    for _ in range(number):
        if killed_at(addition, reference, all_there, rng.uniform(0, reference.settling), *more):
            killed += 1
        else:
            shutil.copy(unsettled, addition.record)
            addition.kept |= kept
    return killed


KEEPER = """
import pickle, sys
from rejoinder.record import Record
with open(sys.argv[1], "rb") as file:
    readings, run = pickle.load(file)
with Record(sys.argv[2], writing=True) as record:
    print("ready", flush=True)
    for reading in readings:
        how = record.keep(reading, run)
        print(f"{how}\\t{reading.story.id}\\t{len(reading.statements)}", "" if how == "known" else "statements", flush=True)
    record.settle()
"""


def test_nothing_is_lost_by_kills_within_a_transaction(reference: Reference, tmp_path: Path):
    with Record(reference.record) as record:
        readings = list(record.readings(older=True))
    run = Run(*reference.rows["run"][0][1:])
    with Record(tmp_path / "undisturbed.db", writing=True) as record:
        began = time.monotonic()
        for reading in readings:
            record.keep(reading, run)
        keeping = (time.monotonic() - began) / NUMBER
        began = time.monotonic()
        record.settle()
        settling = time.monotonic() - began
    reference = replace(reference, rows=rows(tmp_path / "undisturbed.db"), settling=settling)
    (tmp_path / "readings.pickle").write_bytes(pickle.dumps((readings, run)))
    rng = random.Random(SEED)
    addition = Addition(["-c", KEEPER, str(tmp_path / "readings.pickle"), str(tmp_path / "news.db")], tmp_path / "news.db")
    killed = sum(killed_at(addition, reference, fresh(k % 2), rng.uniform(0, keeping)) for k in range(KEEPING))
    while not killed_at(addition, reference, all_there, 0):
        pass
    killed += late_kills(addition, reference, SETTLING, rng)
    assert killed > (KEEPING + SETTLING) / 2
    assert addition.finish(addition.start(), []).status == 0
    assert rows(addition.record) == reference.rows


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_stops_in_one_sentence(jobs: int, reference: Reference, tmp_path: Path):
    addition = add(reference.file, tmp_path / "news.db")
    process = addition.start("--jobs", str(jobs))
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(3)] if jobs == 1 else []
    while jobs > 1 and len(members(process.pid)) < 2 + jobs:  # also the one that looks after semaphores
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: everybody hears it
    done = addition.finish(process, lines)
    assert done.status == 130, done.error
    summary, stopped = done.error.splitlines()
    assert f"{len(done.kept)} stories kept with {sum(done.kept.values())} statements" in summary
    assert stopped == "rejoinder: stopped"
    check(addition.record, done.kept, reference.whole)

    again = addition.finish(addition.start("--jobs", str(jobs)), [])
    assert again.status == 0
    assert f"{len(done.kept)} known already" in again.error or not done.kept
    assert rows(addition.record) == reference.rows


def test_nobody_listens_to_what_is_kept(reference: Reference, tmp_path: Path):
    """`rejoinder add ... | head -1`: everything is kept all the same."""
    addition = add(reference.file, tmp_path / "news.db")
    process = addition.start("--jobs", "1")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0
    assert len(error.splitlines()) == 1
    assert rows(addition.record) == reference.rows


def test_two_who_add_the_same_keep_it_once(reference: Reference, tmp_path: Path):
    additions = [add(reference.file, tmp_path / "news.db") for _ in range(2)]
    processes = [addition.start("--jobs", "1") for addition in additions]
    ends = [addition.finish(process, []) for addition, process in zip(additions, processes, strict=True)]
    assert [end.status for end in ends] == [0, 0]
    assert sum(len(end.kept) for end in ends) == NUMBER
    check(tmp_path / "news.db", ends[0].kept | ends[1].kept, reference.whole)
    with Record(tmp_path / "news.db") as record:
        assert not record.stale
