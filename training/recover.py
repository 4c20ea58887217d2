"""The packaged int8 file -> weights in torch, to go on training from what ships.

    python -m training.recover src/rejoinder/tagging/model/model.onnx --base BASE --out averaged.pt

int8 weights times their scales are the float weights to within half a step of rounding, which costs nothing that the noise does not cover (LOG.md). Checkpoints
stay out of the repository, so this is how a later run starts where the last one ended.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from training.act_reader import ActReader
from training.export import OUTPUTS
from training.join import BRANCH, HALF, ROUNDED, STATEMENT, STEP, WINDOW
from training.model import Tagger

OWN_NAME = re.compile(rf"(?:{STATEMENT}reader|model)\.")  # begins the names of parameters


def recovered(file: Path, part: str = WINDOW) -> dict[str, Tensor]:
    """Parameters by their names in training.model.Tagger, or for the part STATEMENT in training.act_reader.ActReader, as far as the file has them under a
    name of its own."""
    whole = onnx.load(str(file)).graph
    graph = next(attribute.g for attribute in whole.node[0].attribute if attribute.name == BRANCH[part])
    stored: dict[str, NDArray[np.generic]] = {tensor.name: numpy_helper.to_array(tensor) for tensor in (*whole.initializer, *graph.initializer)}
    for node in graph.node:
        if node.op_type == "Constant":  # small parameters that the export folded
            stored[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    for name in [name for name in stored if name.endswith(ROUNDED)]:
        plain = name.removesuffix(ROUNDED)
        stored[plain] = np.asarray(stored[name], np.float32) * np.asarray(stored[plain + STEP], np.float32)
    for name in [name for name in stored if name.endswith(HALF)]:
        stored[name.removesuffix(HALF)] = np.asarray(stored[name], np.float32)
    weights: dict[str, Tensor] = {}
    for name in stored:
        if own := OWN_NAME.match(name):
            plain = name.removesuffix("_quantized")
            if not plain.endswith(("_scale", "_zero_point", "_Transposed", HALF, ROUNDED, STEP)):
                weights[plain[own.end() :]] = torch.from_numpy(_float(plain, stored).copy())
    for node in graph.node:
        matrix = node.input[1] if node.op_type in ("MatMul", "MatMulInteger") else ""
        if matrix.removesuffix("_quantized") in {name.removesuffix("_quantized") for name in stored}:
            # "/encoder/encoder/layer.0/output/dense/MatMul_quant"; a member of a list stands under the list's name: "/rows.0/mix/MatMul".
            parts = node.name.strip("/").split("/")[:-1]
            module = ".".join(part for k, part in enumerate(parts) if k + 1 == len(parts) or not parts[k + 1].startswith(f"{part}."))
            weights[f"{module}.weight"] = torch.from_numpy(_float(matrix.removesuffix("_quantized"), stored).T.copy())
    if part == WINDOW:
        # Nothing is done with these two in the graph: as outputs they are stored tensors.
        for name in ("transitions", "apart"):
            weights[name] = torch.from_numpy(_float(graph.output[OUTPUTS.index(name)].name, stored).copy())
    return weights


def _float(name: str, stored: dict[str, NDArray[np.generic]]) -> NDArray[np.float32]:
    """The tensor `name`, multiplied out where it was quantised (per column, or as a whole)."""
    if name in stored:
        return np.asarray(stored[name], np.float32)
    middle = stored.get(f"{name}_zero_point", np.zeros(()))  # all are 0; where two parts share one it has the name of the other part's
    whole = np.asarray(stored[f"{name}_quantized"], np.float32) - np.asarray(middle, np.float32)
    return np.asarray(whole * np.asarray(stored[f"{name}_scale"], np.float32), np.float32)


def load(model: Tagger | ActReader, file: Path) -> list[str]:
    """Loads what the file has into `model`; names of the parameters that it lacks, which stay as they were."""
    weights = recovered(file, WINDOW if isinstance(model, Tagger) else STATEMENT)
    own = model.state_dict()
    fitting = {name: value for name, value in weights.items() if name in own and own[name].shape == value.shape}
    model.load_state_dict(fitting, strict=False)
    return [name for name in own if name not in fitting]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--base", required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    model = Tagger(args.base)
    missing = load(model, args.file)
    print("not in the file:", *(missing or ["nothing"]))
    torch.save(model.state_dict(), args.out)


if __name__ == "__main__":
    main()
