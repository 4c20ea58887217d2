"""Corpora -> the shipped model, in one command (`make train`): train, export with a parity check, quantise, calibrate, package.

    python -m training.reproduce --corpora ../shared/corpora --base build/base --out build/model

A stopped run goes on from its last epoch. The new model lands in OUT/packaged; `make evaluate` judges the one in src, so copy it there only
when `python -m evaluation.gate --model OUT/packaged` shows that it is better.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from rejoinder.tagging.pieces import Pieces
from training.export import export, quantize, save_tokenizer
from training.model import Tagger
from training.package import package
from training.train import Settings, load_stories, train

NOTES = Path(__file__).parent / "annotation" / "nested-train.jsonl"
SHIPPED = Settings(epochs=12, seed=2)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--base", required=True, help="folder or hub name of a BERT-like encoder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=SHIPPED.epochs)
    parser.add_argument("--seed", type=int, default=SHIPPED.seed)
    args = parser.parse_args()
    settings = Settings(epochs=args.epochs, seed=args.seed)
    out: Path = args.out
    exported = out / "exported"
    exported.mkdir(parents=True, exist_ok=True)
    save_tokenizer(args.base, exported / "tokenizer.json")
    torch.manual_seed(settings.seed)
    model = Tagger(args.base)
    averaged = train(model, load_stories(args.corpora, NOTES), Pieces(exported / "tokenizer.json"), settings, out)
    export(averaged.cpu(), exported / "model.onnx")
    quantize(exported / "model.onnx", exported / "model.int8.onnx")
    package(exported, args.corpora, out / "packaged", "1", "model.int8.onnx")
    print(f"packaged: {out / 'packaged'}")


if __name__ == "__main__":
    main()
