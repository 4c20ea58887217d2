"""Corpora -> the shipped model, in one command (`make train`): train, teach the heads for acts and meaning on what then stands, export with a
parity check, quantise, calibrate, package.

    python -m training.reproduce --corpora ../shared/corpora --base build/base --out build/model

A stopped run goes on from its last epoch. The new model lands in OUT/packaged; `make evaluate` judges the one in src, so copy it there only
when `python -m evaluation.gate --model OUT/packaged` shows that it is better.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from rejoinder.tagging.pieces import Pieces
from training.export import export, quantize, save_tokenizer
from training.heads import states, teach
from training.model import Tagger
from training.package import package
from training.recover import load
from training.train import Settings, load_stories, train

# A high rate until the task is learnt, then, before the stories are known by heart, a lower one with words hidden (see LOG.md).
PHASES = (
    Settings(epochs=12, stop=5, encoder_rate=2e-4, head_rate=8e-4, degraded=0.4, degraded_late=0.4, seed=2),
    Settings(epochs=5, encoder_rate=1.2e-4, head_rate=5e-4, degraded=0.5, degraded_late=0.6, masked=0.1, seed=3),
    Settings(epochs=4, encoder_rate=1e-4, head_rate=5e-4, degraded=0.5, degraded_late=0.6, masked=0.08, others=0.3, seed=4),
)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--base", required=True, help="folder or hub name of a BERT-like encoder")
    parser.add_argument("--start", type=Path, help="weights (averaged.pt), or a packaged model.onnx, to start from instead of the base's")
    parser.add_argument("--phase", type=int, choices=range(1, len(PHASES) + 1), help="only this phase")
    parser.add_argument("--seed", type=int, default=0, help="added to the seeds of the phases")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    out: Path = args.out
    exported = out / "exported"
    exported.mkdir(parents=True, exist_ok=True)
    save_tokenizer(args.base, exported / "tokenizer.json")
    stories = load_stories(args.corpora, args.base)
    torch.manual_seed(PHASES[0].seed + args.seed)
    model = Tagger(args.base)
    if args.start:
        if args.start.suffix == ".onnx":
            print("new:", *load(model, args.start))
        else:
            model.load_state_dict(torch.load(args.start, weights_only=True, map_location="cpu"))
    for number, settings in enumerate(PHASES, 1):
        if args.phase in (None, number):
            folder = out / f"phase{number}"
            folder.mkdir(exist_ok=True)
            model = train(model, stories, Pieces(exported / "tokenizer.json"), replace(settings, seed=settings.seed + args.seed), folder)
    known = states(model.cpu().eval(), [story for story in stories if story.known], Pieces(exported / "tokenizer.json"))
    teach(model, known)
    export(model.eval(), exported / "model.onnx")
    quantize(exported / "model.onnx", exported / "model.int8.onnx")
    package(exported, args.corpora, out / "packaged", "1", "model.int8.onnx")
    print(f"packaged: {out / 'packaged'}")


if __name__ == "__main__":
    main()
