"""How fast `read` is, beside the bare encoder in the same run and without actors, dates and links; start-up; memory with the length of a story.

    python -m bench.speed [--words 40000]

The bare encoder is the shipped file's own encoder, cut out of it, on the same words in its own best windows (256 pieces, no context, sorted by length,
batches of 8): what remains is the price of heads, overlap, decoding and Python. Text: PolNeAR's dev stories where they are (a row every 17 words);
else the example stories, repeated, which have one every 8, so that rows cost twice as much.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import onnxruntime  # pyright: ignore[reportMissingTypeStubs]

from evaluation.corpus import CORPORA
from rejoinder.pipeline import Reader
from rejoinder.reading import make_story
from rejoinder.statements.assemble import assemble
from rejoinder.statements.confidence import Calibration
from rejoinder.tagging.pieces import Pieces
from rejoinder.tagging.session import PACKAGED, load_manifest
from rejoinder.tagging.tagger import encode
from rejoinder.tagging.windows import cut
from rejoinder.tagging.words import layout_of, split
from training.polnear import rows

EXAMPLES = Path(__file__).parents[1] / "examples"
BARE_PIECES = 256
ROUNDS = 3


def example_texts(words: int) -> list[str]:
    """Stories of about 800 words, the length of a news story, until there are about `words` words."""
    polnear = CORPORA / "polnear" / "dev.jsonl.gz"
    if polnear.exists():
        stories: list[str] = []
        for row in rows(polnear):
            if sum(map(len, stories)) > 6 * words:  # about six characters a word
                break
            stories.append(row["text"])
        return stories
    parts = [file.read_text(encoding="utf8") for file in sorted(EXAMPLES.rglob("*.txt"))]
    stories = []
    total = k = 0
    while total < words:
        story = "\n\n".join(parts[(k + j) % len(parts)] for j in range(3))
        stories.append(story)
        total += len(split(story))
        k += 1
    return stories


def bare_encoder(stories: list[str], threads: int, batch: int) -> Callable[[], None]:
    """A run of nothing but the encoder over the stories' pieces, prepared beforehand; on a session of its own with the default arena."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(PACKAGED / load_manifest(PACKAGED).model_file), options, providers=["CPUExecutionProvider"])
    threshold, marked = np.full(1, 2.0, np.float32), np.array(False)  # no word is a cue, so there are no rows: the encoder and five small matrices
    pieces = Pieces(PACKAGED / "tokenizer.json")
    prepared: list[tuple[np.ndarray, ...]] = []
    for story in stories:
        words = split(story)
        ids, layout = pieces.of(words), layout_of(words)
        windows = cut(words, np.fromiter(map(len, ids), np.int32, len(ids)), BARE_PIECES - 2, 0)
        prepared.extend(encode(window, layout, ids, pieces) for window in windows)
    prepared.sort(key=lambda arrays: arrays[0].shape[1])
    batches: list[list[np.ndarray]] = []
    for k in range(0, len(prepared), batch):
        some = prepared[k : k + batch]
        most = [max(arrays[part].shape[1] for arrays in some) for part in range(4)]
        batches.append([np.concatenate([np.pad(a[part], ((0, 0), (0, most[part] - a[part].shape[1]))) for a in some]) for part in range(4)])

    def run() -> None:
        for ids, layout, first, core in batches:
            session.run(["anchors"], {"ids": ids, "layout": layout, "first": first, "core": core, "threshold": threshold, "marked": marked})

    return run


def rates(runs: list[Callable[[], object]], words: int) -> list[float]:
    """Words a second of each run, the median of ROUNDS after one for warming up; taken in turn, so that a slow spell of the machine meets all."""
    times: list[list[float]] = [[] for _ in runs]
    for turn in range(ROUNDS + 1):
        for run, taken in zip(runs, times, strict=True):
            began = time.perf_counter()
            run()
            if turn:
                taken.append(time.perf_counter() - began)
    return [words / median(taken) for taken in times]


def start_up(*args: str) -> float:
    """Seconds of the command as a whole process, the median of ROUNDS."""
    times: list[float] = []
    for k in range(ROUNDS + 1):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "rejoinder.cli", *args], capture_output=True, check=True)
        if k:
            times.append(time.perf_counter() - began)
    return median(times)


def peak_memory(megabytes: float) -> float:
    """Peak MB of a process that reads one story of this size; Linux only."""
    text = "\n\n".join(file.read_text(encoding="utf8") for file in sorted(EXAMPLES.rglob("*.txt")))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.txt"
        file.write_text((text * (int(megabytes * 1e6) // len(text) + 1))[: int(megabytes * 1e6) - 1000], encoding="utf8")
        # VmHWM, not ru_maxrss: the latter survives exec and would tell this process's size.
        code = (
            "import sys; from pathlib import Path; from rejoinder.cli import app\n"
            "try: app(['read', sys.argv[1], '--json'])\n"
            "finally: print(next(line for line in Path('/proc/self/status').read_text().splitlines() if 'VmHWM' in line).split()[1], file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", code, str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
    return int(done.stderr.split()[-1]) / 1024


def main() -> None:
    """Prints every figure beside its target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--words", type=int, default=40_000)
    parser.add_argument("--long", type=float, default=1.9, help="MB of the longest story")
    args = parser.parse_args()
    stories = example_texts(args.words)
    words = sum(len(split(story)) for story in stories)
    calibration = Calibration.from_settings(load_manifest(PACKAGED).calibration)
    for threads in (1, 2):
        reader = Reader(threads=threads)
        runs: list[Callable[[], object]] = [
            bare_encoder(stories, threads, 8),
            bare_encoder(stories, threads, 1),
            lambda reader=reader: [reader.read(make_story(story)) for story in stories],
            lambda reader=reader: [assemble(reader.tag(story), calibration) for story in stories],
        ]
        bare, single, whole, unresolved = rates(runs, words)
        print(f"{threads} thread(s): encoder alone {bare:,.0f} words/s in batches of 8, {single:,.0f} in single windows; read {whole:,.0f} words/s,")
        print(f"    {100 * whole / bare:.0f} % of the first (target 70 %), {100 * whole / single:.0f} % of the second;")
        cost = 100 - 100 * whole / unresolved
        print(f"    without actors, dates and links {unresolved:,.0f} words/s: they cost {cost:.0f} % (target at most 30 %)", flush=True)
    print(f"rejoinder --help: {start_up('--help'):.2f} s (target 0.30 s)")
    print(f"first story printed: {start_up('read', str(EXAMPLES / 'clean' / 'envoys.txt')):.2f} s (target 1.5 s)")
    for megabytes in (0.01, args.long):
        print(f"peak memory, a story of {megabytes} MB: {peak_memory(megabytes):.0f} MB (target 600 MB)", flush=True)


if __name__ == "__main__":
    main()
