"""Checkpoints of the tagger and of the reader of acts -> one ONNX file with encoder and all heads, checked against torch.

    python -m training.export --base BASE --weights RUN/averaged.pt --acts RUN/acts.pt --out FOLDER

Writes model.onnx (float32), model.int8.onnx (dynamic quantisation) and tokenizer.json. The graph finds the anchors itself: a word above `threshold`
gets a row, so that one call reads a batch of windows. It is called for a marked statement as well (join.py).
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, AutoTokenizer

from rejoinder.tagging.labels import ACTS, QUOTED, REFERENCE_WIDTH
from rejoinder.tagging.words import BREAKS, CASES, QUOTES
from training.act_reader import ActReader
from training.join import join
from training.model import Tagger, layout_parts

INPUTS = ("ids", "layout", "first", "core", "threshold")
OUTPUTS = ("anchors", "row_at", "scores", "modes", "acts", "flags", "meanings", "transitions", "names", "quoted", "anaphor", "antecedent", "apart")
TOLERANCE = 2e-3  # of a logit, torch against ONNX Runtime in float32


class FusedAttention(torch.autograd.Function):
    """Attention without a mask, one operator of ONNX Runtime (its MultiHeadAttention, which works block by block): over a quarter less time than its parts."""

    @staticmethod
    def forward(_: Any, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
        """Each (B, S, hidden); the scale is that of the size of a head."""
        split = [x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (query, key, value)]
        return nn.functional.scaled_dot_product_attention(*split).transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(g: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        """The operator in the exported graph."""
        return g.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads).setType(query.type())


def fused(module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: None, **_: Any) -> tuple[Tensor, None]:
    """FusedAttention as an encoder calls it: (B, heads, S, size) in, (B, S, heads, size) out."""
    heads, size = module.num_attention_heads, module.attention_head_size  # plain numbers: tracing takes shapes for tensors
    joined = [x.transpose(1, 2).flatten(2) for x in (query, key, value)]
    return FusedAttention.apply(*joined, heads).unflatten(-1, (heads, size)), None


AttentionInterface.register("fused", fused)
AttentionMaskInterface.register("fused", lambda *_, **__: None)


class Graph(nn.Module):
    """The tagger as it is called at run time, with one window a call and thus nothing to mask; see rejoinder/tagging/session.py for shapes.

    The model itself attends without a mask from then on.
    """

    def __init__(self, model: Tagger) -> None:
        super().__init__()
        self.model = model
        model.encoder.set_attn_implementation("fused")

    def forward(self, ids: Tensor, layout: Tensor, first: Tensor, core: Tensor, threshold: Tensor) -> tuple[Tensor, ...]:
        """Layout is one code a piece: (case * gaps + gap) * quotes + quote."""
        words = self.model.words(ids, None, layout_parts(layout), first)
        logits = self.model.anchor(words)
        anchors = logits.sigmoid() * (first > 0).float().unsqueeze(-1)
        # Rows cost most of what the heads cost: none for words that are only context.
        place = torch.arange(first.shape[1]).unsqueeze(0)
        inside = (place >= core[:, :1]) & (place < core[:, 1:])
        row_at = torch.nonzero(anchors.amax(-1) * inside.float() > threshold)
        restored = self.model.restored(words)
        rows = self.model.row_scores(words, first, logits, restored, row_at)
        names = self.model.names(words).softmax(-1)
        quoted = 1 - restored.softmax(-1)[..., QUOTED.index("outside")]
        references = (self.model.anaphor(words) * REFERENCE_WIDTH**-0.5, self.model.antecedent(words), self.model.apart + 0.0)
        said = (rows.scores, rows.modes.softmax(-1), rows.acts.softmax(-1), rows.flags.sigmoid(), rows.meanings)
        return (anchors, row_at, *said, self.model.transitions + 0.0, names, quoted, *references)


class StatementGraph(nn.Module):
    """The reader of acts as it is called at run time, with one marked statement a call.

    `first` are the pieces of its content, `core` the mark before its cue, and 0.
    """

    def __init__(self, reader: ActReader) -> None:
        super().__init__()
        self.reader = reader
        reader.encoder.set_attn_implementation("fused")

    def forward(self, ids: Tensor, layout: Tensor, first: Tensor, core: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities of acts and of flags, each (1, classes)."""
        states = self.reader.states(ids, None, layout)
        known = (first > 0).float().unsqueeze(-1)
        said = states.gather(1, first.unsqueeze(-1).expand(-1, -1, states.shape[-1]))
        content = (said * known).sum(1) / known.sum(1).clamp(min=1)
        cue = states.gather(1, core[:, :1].unsqueeze(-1).expand(-1, -1, states.shape[-1]))[:, 0]
        logits = self.reader.head(torch.cat([cue, content, states[:, 0]], -1))
        return logits[:, : len(ACTS)].softmax(-1), logits[:, len(ACTS) :].sigmoid()


def sample(seed: int, size: int = 3, length: int = 60) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Random input with padding, for tracing and for the parity check."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(1000, 20000, (size, length))
    ids[-1, length // 2 :] = 0
    first = np.sort(rng.permuted(np.tile(np.arange(1, length - 1), (size, 1)), axis=1)[:, : length // 2], axis=1)
    first[-1, first[-1] >= length // 2] = 0
    first[-1] = np.concatenate([first[-1][first[-1] > 0], first[-1][first[-1] == 0]])
    layout = rng.integers(0, len(CASES) * len(BREAKS) * len(QUOTES), ids.shape)
    core = np.tile([[3, length // 2 - 3]], (size, 1))
    return torch.from_numpy(ids), torch.from_numpy(layout), torch.from_numpy(first), torch.from_numpy(core)


def export(model: Tagger, path: Path) -> None:
    """Writes the float model; raises ValueError if ONNX Runtime does not say what torch says."""
    graph = Graph(model.float()).eval()
    axes = {
        "ids": {0: "windows", 1: "pieces"},
        "layout": {0: "windows", 1: "pieces"},
        "first": {0: "windows", 1: "words"},
        "core": {0: "windows"},
        "anchors": {0: "windows", 1: "words"},
        "row_at": {0: "rows"},
        **{name: {0: "rows"} for name in ("scores", "modes", "acts", "flags", "meanings")},
        **{name: {0: "windows", 1: "words"} for name in ("names", "quoted", "anaphor", "antecedent")},
    }
    inputs = sample(0)
    with torch.no_grad():
        torch.onnx.export(
            graph,
            (*inputs, torch.zeros(1)),
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    onnx.checker.check_model(str(path))
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for seed, size, length, threshold in ((1, 4, 90, 0.0), (2, 1, 30, 0.0), (3, 5, 200, 0.0), (4, 2, 40, 1.0)):  # the last has no rows
        tensors = (*sample(seed, size, length), torch.tensor([threshold]))
        with torch.no_grad():
            expected = graph(*tensors)
        got = session.run(None, {name: tensor.numpy() for name, tensor in zip(INPUTS, tensors, strict=True)})
        for name, a, b in zip(OUTPUTS, expected, got, strict=True):
            error = float(np.abs(a.numpy() - b).max(initial=0.0)) if a.shape == b.shape else float("inf")
            if not error <= TOLERANCE:
                raise ValueError(f"parity check failed: {name} differs by {error} (shapes {tuple(a.shape)}, {b.shape})")


def export_reader(reader: ActReader, path: Path) -> None:
    """Writes the float reader of acts; raises ValueError as `export`."""
    graph = StatementGraph(reader.float()).eval()
    axes = {"ids": {1: "pieces"}, "layout": {1: "pieces"}, "first": {1: "words"}}
    inputs, names = [part[:1] for part in sample(0)], list(INPUTS[:4])
    with torch.no_grad():
        torch.onnx.export(graph, tuple(inputs), str(path), input_names=names, output_names=["acts", "flags"], dynamic_axes=axes, opset_version=17, dynamo=False)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for seed, length in ((1, 90), (2, 30)):
        tensors = [part[:1] for part in sample(seed, 2, length)]
        with torch.no_grad():
            expected = graph(*tensors)
        got = session.run(None, {name: tensor.numpy() for name, tensor in zip(names, tensors, strict=True)})
        error = max(float(np.abs(a.numpy() - b).max()) for a, b in zip(expected, got, strict=True))
        if not error <= TOLERANCE:
            raise ValueError(f"parity check failed: the reader of acts differs by {error}")


def quantize(path: Path, target: Path) -> None:
    """int8 weights, activations quantised on the fly; the small heads stay float, where rounding costs most and saves least.

    Weights keep to seven bits: processors without VNNI add pairs of products in sixteen bits, which eight would overflow, so that the same file would read
    differently from one machine to another.
    """
    nodes = onnx.load(str(path)).graph.node
    keep = [n.name for n in nodes if n.op_type == "MatMul" and "/encoder/" not in n.name]
    quantize_dynamic(
        str(path),
        str(target),
        op_types_to_quantize=["MatMul", "Gather"],
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        nodes_to_exclude=keep,
        extra_options={"MatMulConstBOnly": True},
    )


def export_both(tagger: Tagger, reader: ActReader, folder: Path) -> None:
    """Writes model.onnx and model.int8.onnx, which hold both; raises ValueError as `export`."""
    export(tagger.cpu().eval(), folder / "tagger.onnx")
    export_reader(reader.cpu().eval(), folder / "reader.onnx")
    join(folder / "tagger.onnx", folder / "reader.onnx", folder / "model.onnx")
    for name in ("tagger", "reader"):
        quantize(folder / f"{name}.onnx", folder / f"{name}.int8.onnx")
    join(folder / "tagger.int8.onnx", folder / "reader.int8.onnx", folder / "model.int8.onnx")


def save_tokenizer(base: str, path: Path) -> None:
    """The base's tokenizer.json, from a folder or from the hub."""
    local = Path(base) / "tokenizer.json"
    if local.exists():
        shutil.copy(local, path)
    else:
        AutoTokenizer.from_pretrained(base).backend_tokenizer.save(str(path))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--base", required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--acts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    model = Tagger(args.base)
    model.load_state_dict(torch.load(args.weights, weights_only=True, map_location="cpu"))
    reader = ActReader(model)
    reader.load_state_dict(torch.load(args.acts, weights_only=True, map_location="cpu"))
    export_both(model, reader, args.out)
    save_tokenizer(args.base, args.out / "tokenizer.json")
    for file in sorted(args.out.iterdir()):
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
