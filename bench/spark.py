"""Many stories on Spark: core time, size of the tables and bytes shuffled, at several numbers of stories.

    python -m bench.spark --stories 1000 2000 4000    # made-up stories (bench.record), not read by the model
    python -m bench.spark --examples 20               # the stories of examples/, so many times, read by the model

Core time and shuffled bytes are Spark's own (its event log), so that they hold on a busy machine too. Each number of stories is
measured in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from bench.record import made_up
from rejoinder.actors.identity import identify
from rejoinder.disputes.claims import claims
from rejoinder.pipeline import Reader
from rejoinder.spark.claims import write_claims
from rejoinder.spark.identities import write_identities
from rejoinder.spark.jobs import read_stories_on, session
from rejoinder.types import Reading, Run, Story

EXAMPLES = Path(__file__).parents[1] / "examples"
CHECKED = 1000  # stories up to which the result is compared with that of one machine
FIGURES = {"core ms": ("Executor Run Time",), "shuffled kB": ("Shuffle Write Metrics", "Shuffle Bytes Written"), "spilled kB": ("Disk Bytes Spilled",)}


class MadeUp:
    """Gives made-up readings in the place of the model's."""

    run = Run("bench", "0", "0", "0")

    def __init__(self, *_: object) -> None: ...

    def read(self, story: Story) -> Reading:
        """The made-up story of this number."""
        return replace(made_up(int(story.id.removeprefix("story-"))), story=story)


class Phases:
    """Sums of Spark's task metrics, by phase."""

    def __init__(self, spark: Any, logs: Path) -> None:
        self._spark, self._logs, self._names = spark, logs, list[str]()

    @contextmanager
    def phase(self, name: str) -> Generator[None]:
        """What Spark does within belongs to this phase."""
        self._names.append(name)
        self._spark.sparkContext.setJobGroup(name, name)
        yield

    def figures(self, stories: int) -> dict[str, dict[str, float]]:
        """By phase and figure, a story; Spark must have stopped."""
        sums = {name: dict.fromkeys(FIGURES, 0.0) for name in self._names}
        phase: dict[int, str] = {}
        for file in self._logs.iterdir():
            for line in file.open(encoding="utf-8"):
                event = json.loads(line)
                if event["Event"] == "SparkListenerStageSubmitted":
                    phase[event["Stage Info"]["Stage ID"]] = event["Properties"].get("spark.jobGroup.id", "")
                elif event["Event"] == "SparkListenerTaskEnd" and phase.get(event["Stage ID"]) in sums:
                    for figure, path in FIGURES.items():
                        value = event["Task Metrics"]
                        for key in path:
                            value = value[key]
                        sums[phase[event["Stage ID"]]][figure] += value / (1 if "ms" in figure else 1000)
        return {name: {figure: round(total / stories, 2) for figure, total in figures.items()} for name, figures in sums.items()}


def measure(stories: int, partitions: int) -> dict[str, Any]:
    """Figures of so many made-up stories."""
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        source, tables, over = here / "in.jsonl", here / "tables", here / "over"
        with source.open("w", encoding="utf-8") as stream:
            for k in range(stories):
                story = made_up(k).story
                stream.write(json.dumps({"id": story.id, "text": story.text, "published": story.published, "publisher": story.publisher}) + "\n")
        spark, phases = _started(here, partitions)
        with phases.phase("tables"):
            read_stories_on(spark, str(source), str(tables), readers=cast(type[Reader], MadeUp))
        with phases.phase("identities"):
            write_identities(spark, str(tables), str(over))
        with phases.phase("claims"):
            write_claims(spark, str(tables), str(over))
        found = {(row["story_id"], row["statement_id"], row["members"], row["answers"]) for row in spark.read.parquet(str(over / "claims")).collect()}
        spark.stop()
        out: dict[str, Any] = {"stories": stories, "a story": phases.figures(stories)}
        out["bytes a story"] = {name.name: _size(name) // stories for name in sorted([*tables.iterdir(), *over.iterdir()]) if name.is_dir()}
        out["text, bytes a story"] = source.stat().st_size // stories
        if stories <= CHECKED:
            readings = [made_up(k) for k in range(stories)]
            alone = claims(readings, identify(readings))
            out["claims as on one machine"] = {(*c.members[0], len(c.members), len(c.answers)) for c in alone} == found
        return out


def read_examples(times: int) -> dict[str, Any]:
    """Core time of the model on the examples, so many times over (under other titles, since the same story is read once)."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(EXAMPLES.rglob("*.txt"))]
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        lines = [json.dumps({"id": f"{k}-{j}", "text": text, "title": str(k)}) for k in range(times) for j, text in enumerate(texts)]
        (here / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
        spark, phases = _started(here, 2)
        with phases.phase("read"):
            done = read_stories_on(spark, str(here / "in.jsonl"), str(here / "tables"))
        spark.stop()
        words = sum(len(text.split()) for text in texts) / len(texts)
        return {"stories": done.stories, "words a story": round(words), "statements a story": done.statements / done.stories, **phases.figures(done.stories)}


def _started(here: Path, partitions: int) -> tuple[Any, Phases]:
    logs = here / "logs"
    logs.mkdir()
    os.environ["PYTHONPATH"] = os.pathsep.join((str(EXAMPLES.parent), *filter(None, [os.environ.get("PYTHONPATH")])))  # the workers import this module
    spark: Any = session(
        {
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "2g",
            "spark.local.dir": str(here),
            "spark.sql.shuffle.partitions": str(partitions),
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": logs.as_uri(),
            "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false",
        }
    )
    return spark, Phases(spark, logs)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--stories", type=int, nargs="*", default=[])
    parser.add_argument("--examples", type=int, help="times over")
    parser.add_argument("--partitions", type=int, default=8, help="of a shuffle")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one, args.partitions)))
        return
    if args.examples:
        print(json.dumps(read_examples(args.examples), indent=1), flush=True)
    for stories in args.stories:
        command = [sys.executable, "-m", "bench.spark", "--one", str(stories), "--partitions", str(args.partitions)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        print(json.dumps(json.loads(done.stdout), indent=1), flush=True)


if __name__ == "__main__":
    main()
