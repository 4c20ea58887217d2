"""The record: cost of keeping, size, peak memory, and how soon questions are answered, at several numbers of stories.

    python -m bench.record --stories 100 1000 10000 --json FILE
    python -m bench.record --real FOLDER    # also: keeping against reading, on these stories

The stories are made up (words and names by Zipf's law, 40 statements and 12 actors each), so that any number can be had without reading them; each number of
stories is measured in a process of its own. They come as a newsroom's do, so many a day (A_DAY): ten times the stories are ten times the days.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np

from rejoinder.pipeline import Reader
from rejoinder.reading import read_stories
from rejoinder.record import Record
from rejoinder.tagging.labels import MEANING_WIDTH
from rejoinder.types import Act, Actor, Link, Reading, Run, Span, Statement, Story

STATEMENTS, ACTORS, REPEATS = 40, 12, 7
VOCABULARY, NAMES = 20_000, 5_000
A_DAY = 140  # 100,000 stories are two years
ROUNDS = 5
SYLLABLES = [c + v for c in "bcdfgklmnprstvz" for v in "aeiou"]


def zipf(random: np.random.Generator, size: int, most: int) -> np.ndarray:
    """Ranks below `most`, rank k as often as 1 / k."""
    return np.minimum((most ** random.random(size)).astype(int), most) - 1


@cache
def word(rank: int) -> str:
    """A word for a rank, of two syllables or more; neighbours begin differently."""
    syllables, rest = "", rank + len(SYLLABLES)
    while rest:
        rest, k = divmod(rest, len(SYLLABLES))
        syllables += SYLLABLES[k]
    return syllables


@cache
def name(rank: int) -> str:
    """A first and last name."""
    return f"{word(rank % 97).title()} {word(rank + 500).title()}"


def made_up(k: int) -> Reading:
    """Story number k."""
    chance = np.random.default_rng(k)
    who = list(dict.fromkeys(int(rank) for rank in zipf(chance, ACTORS * 2, NAMES)))[:ACTORS]
    text = ""
    statements: list[Statement] = []
    mentions: dict[int, list[Span]] = {rank: [] for rank in who}
    meanings: list[np.ndarray] = []
    acts = get_args(Act)
    for j in range(STATEMENTS):
        speaker, other = (who[int(r)] for r in zipf(chance, 2, len(who)))
        words = [word(int(rank)) for rank in zipf(chance, 14, VOCABULARY)]
        seed = 0 if chance.integers(50) else int(chance.integers(200))  # some things are said in many stories
        if seed:
            words = [word(int(rank)) for rank in zipf(np.random.default_rng(seed), 14, VOCABULARY)]
        start = len(text)
        text += f"{name(speaker)} said {' '.join(words[:7])} {name(other)} {' '.join(words[7:])}.\n"
        source = Span(start, start + len(name(speaker)))
        cue = Span(source.end + 1, source.end + 5)
        content = Span(cue.end + 1, len(text) - 2)
        at = text.index(name(other), content.start)
        mentions[speaker].append(source)
        mentions[other].append(Span(at, at + len(name(other))))
        meaning = np.random.default_rng(seed or k * 1000 + j).normal(size=MEANING_WIDTH)
        meanings.append(meaning / np.linalg.norm(meaning))
        act = acts[int(zipf(chance, 1, len(acts))[0])]
        target = f"person:{name(other).lower().replace(' ', '-')}"
        actor = f"person:{name(speaker).lower().replace(' ', '-')}"
        statements.append(Statement(f"s{j + 1}", (source,), (cue,), (content,), (), "indirect", 0.9, None, actor, None, target, True, act, False, False))
    actors = tuple(Actor(f"person:{name(r).lower().replace(' ', '-')}", name(r), "person", mentions=tuple(mentions[r])) for r in who)
    links = tuple(Link(f"s{j + REPEATS}", f"s{j + 1}", "denies", statements[j].cue, 0.8) for j in range(0, STATEMENTS - REPEATS, REPEATS))
    day = date(2023, 1, 1) + timedelta(days=k // A_DAY)
    return Reading(
        Story(f"story-{k}", text, published=day.isoformat(), publisher=f"Paper {k % 30}"), actors, tuple(statements), links, np.array(meanings, np.float16)
    )


def questions(record: Record) -> dict[str, Callable[[], Any]]:
    """One of each kind, the most frequent words and people among them."""
    common, rare, most = word(3), word(9000), record.stats().speakers[0].name
    return {
        "search: everything": record.search,
        "search: a common word": lambda: record.search(common),
        "search: a rare word": lambda: record.search(rare),
        "search: two words": lambda: record.search(f"{common} {word(40)}"),
        "search: most frequent speaker": lambda: record.search(speaker=most),
        "search: about the most frequent": lambda: record.search(about=most),
        "search: speaker, word, act, dates": lambda: record.search(common, speaker=most, act="deny", since="2023-06", until="2024-03"),
        "search: an act, page 100": lambda: record.search(act="accuse", offset=5000),
        "who: the most frequent speaker": lambda: record.who(most, limit=1),
        "disputes": lambda: record.disputes(limit=20),
        "disputes: a common word": lambda: record.disputes(common, limit=20),
        "stories: a common word": lambda: record.stories(common),
        "stats": record.stats,
    }


def measure(stories: int) -> dict[str, Any]:
    """Figures of a record of so many made-up stories."""
    run = Run("bench", "0", "0", "0")
    with tempfile.TemporaryDirectory() as folder, Record(Path(folder) / "news.db", writing=True) as record:
        keeping = 0.0
        for k in range(stories):
            reading = made_up(k)
            start = time.perf_counter()
            record.keep(reading, run)
            keeping += time.perf_counter() - start
        start = time.perf_counter()
        record.settle()
        settling = time.perf_counter() - start
        record.keep(made_up(stories), run)
        start = time.perf_counter()
        record.settle()
        one_more = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        stats = record.stats()
        answers = {question: _median(ask) for question, ask in questions(record).items()}
        return {
            "stories": stories,
            "statements": stats.statements,
            "claims": stats.claims,
            "keeping, ms a story": round(1000 * keeping / stories, 2),
            "settling, ms a story": round(1000 * settling / stories, 2),
            "settling after one more story, s": round(one_more, 2),
            "kB a story": round(stats.bytes / stories / 1000, 1),
            "peak memory, MB": round(peak),
            "questions, ms": answers,
        }


def _median(ask: Callable[[], Any]) -> float:
    times: list[float] = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - start))
    return round(statistics.median(times), 1)


def against_reading(folder: Path) -> dict[str, Any]:
    """What keeping costs beside reading, on real stories, one thread."""
    reader = Reader(threads=1)
    stories: Iterator[Story] = read_stories([str(folder)], lambda problem: print(problem, file=sys.stderr))
    reading = keeping = 0.0
    count = 0
    with tempfile.TemporaryDirectory() as place, Record(Path(place) / "news.db", writing=True) as record:
        for story in stories:
            start = time.perf_counter()
            found = reader.read(story)
            middle = time.perf_counter()
            record.keep(found, reader.run)
            reading, keeping, count = reading + middle - start, keeping + time.perf_counter() - middle, count + 1
        start = time.perf_counter()
        record.settle()
        keeping += time.perf_counter() - start
        stats = record.stats()
    return {
        "real stories": count,
        "reading, ms a story": round(1000 * reading / count, 1),
        "keeping and settling, ms a story": round(1000 * keeping / count, 2),
        "share": f"{100 * keeping / reading:.1f} %",
        "kB a story": round(stats.bytes / count / 1000, 1),
        "kB of text a story": round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / count / 1000, 1),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--stories", type=int, nargs="*", default=[100, 1000, 10_000])
    parser.add_argument("--real", type=Path, help="folder of stories")
    parser.add_argument("--json", type=Path, help="write the figures there too, as a list, for bench.plot")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one)))
        return
    if args.real:
        print(json.dumps(against_reading(args.real), indent=1))
    every: list[dict[str, Any]] = []
    for stories in args.stories:
        done = subprocess.run([sys.executable, "-m", "bench.record", "--one", str(stories)], check=True, capture_output=True)
        every.append(json.loads(done.stdout))
        print(json.dumps(every[-1], indent=1), flush=True)
        if args.json:
            args.json.write_text(json.dumps(every, indent=1) + "\n", encoding="utf8")


if __name__ == "__main__":
    random.seed(1)
    main()
