"""Corpora -> the shipped model, in one command (`make train`): train on gold, train larger teachers, distil them, train the reader of acts on
the result, export with a parity check, quantise, join, calibrate, package.

    python -m training.reproduce --corpora ../shared/corpora --base build/base --teacher-base build/mpnet --out build/model

Teachers want a GPU (minutes there, days on two cores). Without --teacher-base the heads for acts and meaning are taught on what stands after the
phases on gold.

A stopped run goes on from its last epoch. The new model lands in OUT/packaged; `make evaluate` judges the one in src, so copy it there only
when `python -m evaluation.gate --model OUT/packaged` shows that it is better.
"""

from __future__ import annotations

import argparse
import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from rejoinder.tagging.pieces import Pieces
from training import act_reader, invented, unmarked
from training.act_reader import ActReader
from training.distil import FOLDS, Lesson, in_folds
from training.examples import UNTAUGHT
from training.export import export_both, save_tokenizer
from training.heads import states, teach
from training.model import Tagger
from training.package import package
from training.recover import load
from training.stories import Gold, GoldStory
from training.train import Settings, load_stories, train

# A high rate until the task is learnt, then, before the stories are known by heart, a lower one with words hidden (see LOG.md).
PHASES = (
    Settings(epochs=12, stop=5, encoder_rate=2e-4, head_rate=8e-4, degraded=0.4, degraded_late=0.4, seed=2),
    Settings(epochs=5, encoder_rate=1.2e-4, head_rate=5e-4, degraded=0.5, degraded_late=0.6, masked=0.1, seed=3),
    Settings(epochs=4, encoder_rate=1e-4, head_rate=5e-4, degraded=0.5, degraded_late=0.6, masked=0.08, others=0.3, seed=4),
)
TEACHER = Settings(epochs=8, batch=32, encoder_rate=7e-5, head_rate=7e-4, degraded=0.5, degraded_late=0.6, masked=0.1, others=0.4, average=0.99, seed=1)
TEACHER_ROW_WIDTH = 192
STUDENT = Settings(epochs=12, batch=24, encoder_rate=2e-4, head_rate=8e-4, degraded=0.5, degraded_late=0.6, masked=0.1, others=0.4, average=0.999, seed=11)

# The last word of all that has gone before is about texts of a sentence or two, which windows of whole stories do not teach.
SHORTER = Settings(
    epochs=1, batch=8, encoder_rate=4e-5, head_rate=1.5e-4, degraded=0.4, degraded_late=0.4, masked=0.05, others=0.2, average=0.99, part=0.4, short=0.5, seed=21
)
# After that come our invented stories, in which statements are of other beats and registers: gold alone teaches them, the model as it stood the rest, but
# for acts, which have been judged for every statement since. (The shipped weights took this in five runs, LOG.md.)
BROADER = Settings(
    epochs=8, batch=8, encoder_rate=1e-4, head_rate=4e-4, degraded=0.5, degraded_late=0.5, masked=0.1, others=0.2, average=0.998, part=0.6, short=0.1, seed=41
)
COPIES = 5  # of each invented story, each in a variant of its own
ACTS = {"act": 0.2, "flags": 0.2}  # shares of the teacher
WAY = 0.7  # of the way from the model before: it reads PolNeAR better than the whole way does, and other news nearly as well
# At last what that model reads in the clean text of our stories without marks teaches their dumps.
DUMPS = replace(BROADER, epochs=6, encoder_rate=8e-5, head_rate=3e-4, degraded=0.55, degraded_late=0.55, part=0.5, seed=191)
TWICE = 2  # copies of invented and unmarked stories, of which an epoch draws half


def teachers(base: str, stories: list[GoldStory], pieces: Pieces, out: Path, seed: int) -> list[Tagger]:
    """A teacher for each fold, which has not seen it."""
    trained: list[Tagger] = []
    for fold in range(FOLDS):
        torch.manual_seed(TEACHER.seed + seed + fold)
        teacher = Tagger(base, row_width=TEACHER_ROW_WIDTH)
        others = [story for story in stories if story.fold != fold]
        trained.append(train(teacher, others, pieces, replace(TEACHER, seed=TEACHER.seed + seed + fold), out / f"teacher{fold}").eval())
    return trained


def further(
    model: Tagger, stories: list[GoldStory], pieces: Pieces, settings: Settings, folder: Path, way: float, shares: dict[str, float] | None = None
) -> Tagger:
    """The model trained on with itself as the teacher, `way` (0 to 1) of the way between the weights before and after; shares: see Lesson."""
    before = copy.deepcopy(model).eval()
    model = train(model, stories, pieces, settings, folder, Lesson([before] * FOLDS, shares or {})).cpu()
    model.load_state_dict({name: torch.lerp(weight, model.state_dict()[name], way) for name, weight in before.cpu().state_dict().items()})
    return model


def _untaught(stories: list[GoldStory]) -> list[GoldStory]:
    """The stories, which gold alone teaches but for what `Lesson` has shares of."""
    return [replace(story, fold=UNTAUGHT) for story in stories]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--base", required=True, help="folder or hub name of a BERT-like encoder")
    parser.add_argument("--teacher-base", help="folder or hub name of a larger encoder with the same pieces (training/mpnet.py)")
    parser.add_argument("--start", type=Path, help="weights (averaged.pt), or a packaged model.onnx, to start from instead of the base's")
    parser.add_argument("--phase", type=int, choices=range(1, len(PHASES) + 1), help="only this phase")
    parser.add_argument("--seed", type=int, default=0, help="added to the seeds of the phases")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    out: Path = args.out
    exported = out / "exported"
    exported.mkdir(parents=True, exist_ok=True)
    save_tokenizer(args.base, exported / "tokenizer.json")
    pieces = Pieces(exported / "tokenizer.json")
    stories = in_folds(load_stories(args.corpora, args.base))
    torch.manual_seed(PHASES[0].seed + args.seed)
    model = Tagger(args.base)
    if args.start:
        if args.start.suffix == ".onnx":
            print("new:", *load(model, args.start))
        else:
            model.load_state_dict(torch.load(args.start, weights_only=True, map_location="cpu"))
    for number, settings in enumerate(PHASES, 1):
        if args.phase in (None, number):
            model = train(model, stories, pieces, replace(settings, seed=settings.seed + args.seed), out / f"phase{number}")
    if args.teacher_base:
        lesson = Lesson(teachers(args.teacher_base, stories, pieces, out, args.seed))
        model = train(model, stories, pieces, replace(STUDENT, seed=STUDENT.seed + args.seed), out / "student", lesson).cpu()
    else:
        teach(model, states(model.cpu().eval(), [story for story in stories if story.known], pieces))
    # Half the way: it reads short texts as well as the whole way does, and long ones better than either end (LOG.md).
    model = further(model, stories, pieces, replace(SHORTER, seed=SHORTER.seed + args.seed), out / "shorter", 0.5)
    ours = _untaught([invented.gold_story(story) for story in invented.stories()])
    model = further(model, stories + ours * COPIES, pieces, replace(BROADER, seed=BROADER.seed + args.seed), out / "broader", WAY, ACTS)
    ship(model, ActReader(model), exported, args.corpora, out / "reader")  # its acts are not asked for
    ours += _untaught(unmarked.gold_stories(out / "reader"))
    model = further(model, stories + ours * TWICE, pieces, replace(DUMPS, seed=DUMPS.seed + args.seed), out / "dumps", WAY, ACTS)
    if args.teacher_base:
        ship(model, ActReader(model), exported, args.corpora, out / "reader")
    reader = taught_reader(model, stories + ours, args.teacher_base, pieces, out, args.seed + 1)
    ship(model, reader, exported, args.corpora, out / "packaged")
    print(f"packaged: {out / 'packaged'}")


def taught_reader(model: Tagger, stories: list[GoldStory], teacher_base: str | None, pieces: Pieces, out: Path, seed: int) -> ActReader:
    """The reader of acts, taught by a larger one where there is a base for it; reads with the model in `out`/reader then. seed: of both."""
    torch.manual_seed(seed)
    opinions: dict[Gold, NDArray[np.float32]] = {}
    if teacher_base:
        teacher = ActReader(Tagger(teacher_base, row_width=TEACHER_ROW_WIDTH), act_reader.TEACHER_OWN)
        act_reader.train(teacher, act_reader.TEACHER, stories, pieces, out / "act_teacher", seed=seed)
        stories = [*stories, *unmarked.unjudged([story for story in stories if story.known], out / "reader")]
        opinions = act_reader.opinions(teacher, stories, pieces)
    torch.manual_seed(seed)  # the same with a teacher and without
    reader = ActReader(model)
    act_reader.train(reader, act_reader.STUDENT, stories, pieces, out / "acts", opinions, seed)
    return reader


def ship(model: Tagger, reader: ActReader, exported: Path, corpora: Path, folder: Path) -> None:
    """Exports, quantises, joins, calibrates and packages."""
    export_both(model, reader, exported)
    package(exported, corpora, folder, "1", "model.int8.onnx")


if __name__ == "__main__":
    main()
