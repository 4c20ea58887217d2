"""Many stories: words a second by stage and in all, on one core and on two, clean and degraded, beside what a user would pick instead.

    python -m bench.many [--stories 60] [--json FILE]

Every figure is the median of ROUNDS after one round for warming up, taken in turn, so that a slow spell of the machine meets all alike. Text: PolNeAR's dev
stories where they are, else the example stories, repeated. `make bench` runs this, bench.speed and bench.record.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.others import by_rule, quotations, small_pipeline
from bench.speed import example_texts
from rejoinder.actors.resolve import resolve
from rejoinder.corpus.pool import read_many
from rejoinder.disputes.link import link
from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.statements.assemble import assemble
from rejoinder.statements.confidence import Calibration
from rejoinder.statements.when import dated
from rejoinder.tagging.session import PACKAGED, load_manifest
from rejoinder.tagging.words import split
from training.variants import dump

ROUNDS = 3
WORDS = 850  # of a story, about
LONGER = 4  # times the stories for two processes: they take half a second to start, which many stories hardly feel


def stages(texts: list[str]) -> dict[str, float]:
    """Seconds of each stage over all texts, one thread."""
    reader = Reader(threads=1)
    calibration = Calibration.from_settings(load_manifest(PACKAGED).calibration)
    taken: dict[str, float] = dict.fromkeys(("tag", "compose", "resolve", "dispute"), 0.0)
    for text in texts:
        marks = [time.perf_counter()]
        tags = reader.tag(text)
        marks.append(time.perf_counter())
        statements, meanings, acts = assemble(tags, calibration)
        marks.append(time.perf_counter())
        actors, resolved = resolve(tags, statements)
        resolved = dated(tags.words, resolved, None)
        marks.append(time.perf_counter())
        link(tags.words, resolved, actors, meanings, acts)
        marks.append(time.perf_counter())
        for name, begin, end in zip(taken, marks, marks[1:], strict=False):
            taken[name] += end - begin
    return taken


def latencies(texts: list[str]) -> list[float]:
    """Seconds of each story by itself, all threads."""
    reader = Reader()
    out: list[float] = []
    for text in texts:
        begin = time.perf_counter()
        reader.read(make_story(text))
        out.append(time.perf_counter() - begin)
    return out


def in_turn(runs: dict[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """Of each run the median of its seconds, and of the cores' use (processor seconds a second)."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for turn in range(ROUNDS + 1):
        for name, run in runs.items():
            begin, used = time.perf_counter(), processor()
            run()
            seconds = time.perf_counter() - begin
            if turn:
                taken[name].append((seconds, (processor() - used) / seconds))
    return {name: (median(s for s, _ in all), median(u for _, u in all)) for name, all in taken.items()}


def processor() -> float:
    """Processor seconds of this process and of its children, which are waited for: only who has ended is counted."""
    for child in multiprocessing.active_children():
        child.join()
    return sum(part.ru_utime + part.ru_stime for part in (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--stories", type=int, default=60)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    clean = example_texts(args.stories * WORDS)
    degraded = [dump(text).text for text in clean]
    words = sum(len(split(text)) for text in clean)
    nlp, what = small_pipeline()

    def read(texts: list[str], jobs: int) -> Callable[[], object]:
        return lambda: sum(1 for _ in read_many(texts, jobs=jobs))

    def here(texts: list[str], threads: int = 1) -> Callable[[], object]:
        reader = Reader(threads=threads)
        return lambda: [reader.read(make_story(text)) for text in texts]

    runs: dict[str, Callable[[], object]] = {
        "read, clean, 1 core": here(clean),
        "read, degraded, 1 core": here(degraded),
        "read, clean, 2 cores": read(clean * LONGER, 2),
        "read, degraded, 2 cores": read(degraded * LONGER, 2),
        "read, clean, 2 threads of one process": here(clean, 2),
        "spaCy small, 1 core": lambda: [None for _ in nlp.pipe(clean)],
        "spaCy small and textacy's quotations, 1 core": lambda: [quotations(doc) for doc in nlp.pipe(clean)],
        "rules (quotation marks), 1 core": lambda: [by_rule(text) for text in clean],
    }
    found = in_turn(runs)
    done = {name: words * (LONGER if name.endswith("2 cores") else 1) / seconds for name, (seconds, _) in found.items()}
    taken = stages(clean)
    each = latencies(clean)
    out: dict[str, Any] = {
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "stories": len(clean),
        "words": words,
        "spaCy": what,
        "words a second": {name: round(speed) for name, speed in done.items()},
        "processor seconds a second": {name: round(use, 2) for name, (_, use) in found.items()},
        "share of the stages": {name: round(100 * seconds / sum(taken.values()), 1) for name, seconds in taken.items()},
        "latency of a story, ms": {"p50": round(1000 * median(each)), "p99": round(1000 * quantiles(each, n=100)[98])},
        "ratios": {
            "2 cores to 1": round(done["read, clean, 2 cores"] / done["read, clean, 1 core"], 2),
            "2 cores to 1, degraded": round(done["read, degraded, 2 cores"] / done["read, degraded, 1 core"], 2),
            "read to spaCy small, 1 core": round(done["read, clean, 1 core"] / done["spaCy small, 1 core"], 2),
            "read to spaCy small and textacy, 1 core": round(done["read, clean, 1 core"] / done["spaCy small and textacy's quotations, 1 core"], 2),
        },
        "peak memory of this process, MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    text = json.dumps(out, indent=1)
    sys.stdout.write(text + "\n")
    if args.json:
        args.json.write_text(text + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
