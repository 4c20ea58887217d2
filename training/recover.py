"""The packaged int8 file -> weights in torch, to go on training from what ships.

    python -m training.recover src/rejoinder/tagging/model/model.onnx --base BASE --out averaged.pt

int8 weights times their scales are the float weights to within half a step of rounding, which costs nothing that the noise does not cover (LOG.md). Checkpoints
stay out of the repository, so this is how a later run starts where the last one ended.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from training.export import OUTPUTS
from training.model import Tagger


def recovered(file: Path) -> dict[str, Tensor]:
    """Parameters by their names in training.model.Tagger, as far as the file has them under a name of its own."""
    graph = onnx.load(str(file)).graph
    stored: dict[str, NDArray[np.generic]] = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":  # small parameters that the export folded
            stored[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    weights: dict[str, Tensor] = {}
    for name in stored:
        if name.startswith("model."):
            plain = name.removesuffix("_quantized")
            if not plain.endswith(("_scale", "_zero_point", "_Transposed")):
                weights[plain.removeprefix("model.")] = torch.from_numpy(_float(plain, stored).copy())
    for node in graph.node:
        matrix = node.input[1] if node.op_type in ("MatMul", "MatMulInteger") else ""
        if matrix.removesuffix("_quantized") in {name.removesuffix("_quantized") for name in stored}:
            # "/encoder/encoder/layer.0/output/dense/MatMul_quant"; a member of a list stands under the list's name: "/rows.0/mix/MatMul".
            parts = node.name.strip("/").split("/")[:-1]
            module = ".".join(part for k, part in enumerate(parts) if k + 1 == len(parts) or not parts[k + 1].startswith(f"{part}."))
            weights[f"{module}.weight"] = torch.from_numpy(_float(matrix.removesuffix("_quantized"), stored).T.copy())
    # Nothing is done with these two in the graph: as outputs they are stored tensors.
    for name in ("transitions", "apart"):
        weights[name] = torch.from_numpy(_float(graph.output[OUTPUTS.index(name)].name, stored).copy())
    return weights


def _float(name: str, stored: dict[str, NDArray[np.generic]]) -> NDArray[np.float32]:
    """The tensor `name`, multiplied out where it was quantised (per column, or as a whole)."""
    if name in stored:
        return np.asarray(stored[name], np.float32)
    whole = np.asarray(stored[f"{name}_quantized"], np.float32) - np.asarray(stored[f"{name}_zero_point"], np.float32)
    return np.asarray(whole * np.asarray(stored[f"{name}_scale"], np.float32), np.float32)


def load(model: Tagger, file: Path) -> list[str]:
    """Loads what the file has into `model`; names of the parameters that it lacks, which stay as they were."""
    weights = recovered(file)
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
