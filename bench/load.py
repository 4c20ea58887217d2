"""The page under load: two hundred parallel readers while a writer adds and corrects; and the server's time for each page over a large record.

    python -m bench.load [--stories 2500] [--readers 200] [--seconds 20]

A real server (uvicorn) over a record of made-up stories (bench.record), asked over HTTP. Every answer is checked: status 200, and a story's line of the list
must tell as many statements as the story itself has, whatever the writer does meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from bench.record import made_up, name, word
from rejoinder.record import Record
from rejoinder.types import Run

RUN = Run("bench", "0", "0", "0")
ROUNDS = 5
LIMITS = 200, 300_000  # milliseconds of the server, bytes of a page


def pages(record: Record) -> dict[str, str]:
    """One address of each kind of page, the most frequent words and people among them."""
    most, second = (speaker.id for speaker in record.stats().speakers[:2])
    claim = record.disputes(limit=1)[0].claim
    return {
        "home": "/",
        "stories": f"/stories?words={word(3)}",
        "story": "/stories/story-7",
        "search": f"/search?words={word(3)}",
        "search by speaker": f"/search?speaker={most}",
        "people": "/people",
        "person": f"/people/{most}",
        "disputes": "/disputes",
        "dispute": f"/disputes/{claim}",
        "between": f"/between?a={most}&b={second}",
        "matrix": "/between",
        "review": "/review",
        "api search": f"/api/search?words={word(9)}&limit=50",
        "api who": f"/api/who/{name(1)}",
    }


def serve(file: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A server of its own process, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "rejoinder.cli", "serve", str(file), "--port", str(port)], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            httpx.get(f"{address}/static/style.css")
            return server, address
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the server does not start")


def alone(address: str, asked: dict[str, str]) -> None:
    """Prints each page's time by itself, and its size."""
    with httpx.Client(base_url=address, timeout=30) as client:
        for what, path in asked.items():
            times: list[float] = []
            size = 0
            for _ in range(ROUNDS + 1):
                begin = time.perf_counter()
                answer = client.get(path)
                times.append(1000 * (time.perf_counter() - begin))
                answer.raise_for_status()
                size = len(answer.content)
            slow = "" if median(times[1:]) <= LIMITS[0] and size <= LIMITS[1] else "  OVER THE LIMIT"
            print(f"{what:20} {median(times[1:]):7.0f} ms {size / 1000:7.0f} kB{slow}", flush=True)


def write(file: Path, first: int, stop: threading.Event, done: list[int]) -> None:
    """Adds stories, corrects and undoes until it is told to stop."""
    with Record(file, writing=True) as record:
        while not stop.is_set():
            k = first + len(done)
            record.keep(made_up(k), RUN)
            record.undo(record.correct(f"story-{k}", "s1", "act", "warn"))
            done.append(k)
            time.sleep(0.05)


async def reader(client: httpx.AsyncClient, paths: list[str], until: float, times: list[float], wrong: list[str]) -> None:
    """Asks for pages one after the other; checks what comes."""
    while time.perf_counter() < until:
        path = random.choice(paths)  # noqa: S311
        begin = time.perf_counter()
        try:
            answer = await client.get(path)
            times.append(1000 * (time.perf_counter() - begin))
            if answer.status_code != 200:
                wrong.append(f"{path}: {answer.status_code}")
            elif path.startswith("/api/stories?"):
                wrong.extend([complaint for line in answer.json()["answers"] if (complaint := await differs(client, line))])
        except httpx.HTTPError as error:
            wrong.append(f"{path}: {error!r}")


async def differs(client: httpx.AsyncClient, line: dict[str, Any]) -> str | None:
    """What is wrong where a story's line of the list and the story itself do not tell the same."""
    one = (await client.get(f"/api/stories/{line['story']}")).json()
    found = len(one["statements"])
    return None if found == line["statements"] else f"{line['story']}: {found} statements, the list says {line['statements']}"


async def crowd(address: str, paths: list[str], readers: int, seconds: float) -> tuple[list[float], list[str]]:
    """Many readers at once: the times of their answers, and what was wrong with them."""
    times: list[float] = []
    wrong: list[str] = []
    until = time.perf_counter() + seconds
    limits = httpx.Limits(max_connections=readers, max_keepalive_connections=readers)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        await asyncio.gather(*(reader(client, paths, until, times, wrong) for _ in range(readers)))
    return times, wrong


def main() -> None:
    """Command line; exit status 1 where an answer was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--stories", type=int, default=2500)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "news.db"
        with Record(file, writing=True) as record:
            for k in range(args.stories):
                record.keep(made_up(k), RUN)
            record.settle()
            asked = pages(record)
            print(f"{record.stats().statements} statements", flush=True)
        server, address = serve(file)
        stop, done = threading.Event(), list[int]()
        try:
            alone(address, asked)
            writer = threading.Thread(target=write, args=(file, args.stories, stop, done))
            writer.start()
            paths = [*asked.values(), "/api/stories?limit=3"]
            paths.remove(asked["dispute"])  # a claim's number may change while the writer settles
            times, wrong = asyncio.run(crowd(address, paths, args.readers, args.seconds))
            stop.set()
            writer.join()
        finally:
            server.terminate()
        print(f"{args.readers} readers, {len(times)} answers, {len(done)} stories added meanwhile;")
        print(f"p50 {median(times):.0f} ms, p99 {quantiles(times, n=100)[98]:.0f} ms")
        print(f"{len(wrong)} wrong answers", *wrong[:5], sep="\n")
        sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
