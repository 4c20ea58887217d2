"""Training of the reader of acts, and two graphs in one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

pytest.importorskip("torch", reason="torch is not installed (pip install 'rejoinder[train]')")
pytest.importorskip("transformers", reason="transformers is not installed (pip install 'rejoinder[train]')")
pytest.importorskip("onnx", reason="onnx is not installed (pip install 'rejoinder[train]')")

import onnx

from rejoinder.tagging.labels import ACTS, FLAGS
from rejoinder.tagging.marked import EDGES, Marked
from rejoinder.tagging.pieces import Pieces
from rejoinder.tagging.session import PACKAGED
from training.act_reader import Judged, _target, judged
from training.join import join
from training.stories import Gold, GoldStory
from training.variants import clean, dump

OPINION = np.array([1 / len(ACTS)] * len(ACTS) + [0.2] * len(FLAGS), np.float32)
TEXT = "The lamps went out. Ana Reed accused “the mayor” of hiding the bill. Nobody paid."


def place(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def told(act: str | None) -> GoldStory:
    spans = {"source": [place("Ana Reed")], "cue": [place("accused")], "content": [place("“the mayor” of hiding the bill")]}
    return GoldStory(TEXT, [Gold(place("accused")[0], spans, False, "mixed", act, (True, False))], nested_known=True)


@pytest.mark.parametrize("shape", [clean, dump])
def test_a_judged_statement_is_marked_in_either_condition(shape: object):
    pieces = Pieces(PACKAGED / "tokenizer.json")
    [one] = judged(told("accuse"), shape(TEXT), pieces)  # type: ignore[operator]
    assert (one.gold.act, one.gold.flags, one.opinion) == ("accuse", (True, False), None)
    assert [piece for piece in one.statement.ids if 0 < piece < 7] == [*EDGES["source"], *EDGES["cue"], *EDGES["content"]]
    assert {piece for word in pieces(["mayor", "bill"]) for piece in word} <= {one.statement.ids[k] for k in one.statement.content}
    assert judged(told(None), shape(TEXT), pieces) == []  # type: ignore[operator]
    story = told(None)
    [one] = judged(story, shape(TEXT), pieces, {story.statements[0]: OPINION})  # type: ignore[operator]
    assert one.opinion is OPINION


def test_a_teacher_counts_beside_gold_and_alone_where_there_is_none():
    statement = Marked([], [], 0, [])
    gold, none = told("accuse").statements[0], told(None).statements[0]
    alone, known = _target(Judged(statement, gold, None), 0.5)
    assert known == 1.0
    assert alone[: len(ACTS)].sum() == pytest.approx(1)
    assert ACTS[int(alone[: len(ACTS)].argmax())] == "accuse"
    assert alone[len(ACTS) :].tolist() == [1, 0]
    both, _ = _target(Judged(statement, gold, OPINION), 0.5)
    assert both == pytest.approx((alone + OPINION) / 2)
    assert _target(Judged(statement, none, OPINION), 0.5)[0] is OPINION


def graph(name: str, outputs: dict[str, np.ndarray], shared: np.ndarray, file: Path) -> None:
    """ids + shared, times a matrix of its own for each output."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    nodes = [helper.make_node("Cast", ["ids"], ["floats"], to=kind), helper.make_node("Add", ["floats", f"{name}.shared"], ["sum"])]
    nodes += [helper.make_node("MatMul", ["sum", f"{name}.{out}"], [out]) for out in outputs]
    tensors = [onnx.numpy_helper.from_array(value, f"{name}.{out}") for out, value in [*outputs.items(), ("shared", shared)]]
    inputs = [helper.make_tensor_value_info("ids", onnx.TensorProto.INT64, ["n", shared.shape[0]])]
    said = [helper.make_tensor_value_info(out, kind, ["n", value.shape[1]]) for out, value in outputs.items()]
    model = helper.make_model(helper.make_graph(nodes, name, inputs, said, tensors), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(file))


def test_two_graphs_in_one_file_say_what_they_say_apart(tmp_path: Path):
    rng = np.random.default_rng(1)
    shared, a, b, c = (rng.normal(size=size).astype(np.float32) for size in ((300,), (300, 300), (300, 6), (300, 10)))
    graph("model", {"rows": a, "acts": b}, shared, tmp_path / "window.onnx")
    graph("reader", {"acts": c}, shared, tmp_path / "statement.onnx")
    join(tmp_path / "window.onnx", tmp_path / "statement.onnx", tmp_path / "both.onnx")
    kept = [tensor.name for tensor in onnx.load(str(tmp_path / "both.onnx")).graph.initializer]
    assert kept == ["model.shared"]
    session = onnxruntime.InferenceSession(str(tmp_path / "both.onnx"), providers=["CPUExecutionProvider"])
    ids = rng.integers(0, 3, (2, 300))
    rows, acts = session.run(None, {"ids": ids, "marked": np.array(False)})
    assert rows == pytest.approx((ids + shared) @ a, abs=1)  # in eight bits
    assert acts == pytest.approx((ids + shared) @ b, abs=0.2)  # too small to be rounded
    rows, acts = session.run(None, {"ids": ids, "marked": np.array(True)})
    assert rows.size == 0
    assert acts == pytest.approx((ids + shared) @ c, abs=0.2)  # in sixteen
    assert (tmp_path / "both.onnx").stat().st_size < a.size * 1.2 + 4 * (b.size + c.size + shared.size) + 4000
