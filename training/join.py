"""The tagger's graph and that of the reader of acts -> one graph that is called for either.

Both stand whole in the branches of an If; tensors that both have, those of the lower layers, are kept once. Tensors that are not quantised, those of the small
heads, are stored in float16, the largest of them in eight bits and a step for each row, and multiplied out when the file is loaded: that makes room for a layer
of the reader.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

CHOICE = "marked"  # the input that chooses: a marked statement (true), or a window of a text
WINDOW, STATEMENT = "window/", "statement/"  # begin the names of values in the two parts
BRANCH = {WINDOW: "else_branch", STATEMENT: "then_branch"}
HALF = "_half"  # ends the names of tensors in float16
LEAST = 2048  # elements of a tensor for which that is worth it
ROUNDED, STEP = "_rounded", "_step"  # end the names of tensors in eight bits, and of their steps
LARGE = 70_000  # elements of a matrix that is rounded so


def join(tagger: Path, reader: Path, out: Path) -> None:
    """Writes a model with the inputs and outputs of the tagger's, and CHOICE; what the reader does not say is empty where it is called."""
    window, statement = onnx.load(str(tagger)), onnx.load(str(reader)).graph
    inputs, outputs = list(window.graph.input), copy.deepcopy(list(window.graph.output))
    known = {_key(tensor): tensor.name for tensor in window.graph.initializer}
    same = {tensor.name: known[key] for tensor in statement.initializer if (key := _key(tensor)) in known}
    shared = [tensor for tensor in window.graph.initializer if tensor.name in same.values()]
    asked = {value.name for value in inputs}
    kept = asked | {tensor.name for tensor in shared}
    said = {value.name for value in outputs}
    short = _short(window.graph, said)
    _rename(window.graph, lambda name: WINDOW + name if name in said else short.get(name, name))
    short = _short(statement, {value.name for value in statement.output})
    _rename(statement, lambda name: same.get(name) or (name if name in asked or not name else STATEMENT + short.get(name, name)))
    told = {value.name for value in statement.output}
    branches = {
        BRANCH[STATEMENT]: _branch(statement, kept, [_empty(value) for value in outputs if STATEMENT + value.name not in told]),
        BRANCH[WINDOW]: _branch(window.graph, kept, []),
    }
    for part, name in BRANCH.items():
        del branches[name].output[:]
        branches[name].output.extend(helper.make_tensor_value_info(part + value.name, value.type.tensor_type.elem_type, None) for value in outputs)
    choose = helper.make_node("If", [CHOICE], [value.name for value in outputs], name="choose", **branches)
    for value in outputs:  # of any shape: what is not said is empty
        value.CopyFrom(helper.make_tensor_value_info(value.name, value.type.tensor_type.elem_type, [None] * len(value.type.tensor_type.shape.dim)))
    graph = helper.make_graph([choose], "rejoinder", [*inputs, helper.make_tensor_value_info(CHOICE, TensorProto.BOOL, [])], outputs, shared)
    model = helper.make_model(graph, opset_imports=window.opset_import, ir_version=window.ir_version)
    onnx.save(model, str(out))


def _key(tensor: TensorProto) -> tuple[int, tuple[int, ...], bytes]:
    return tensor.data_type, tuple(tensor.dims), numpy_helper.to_array(tensor).tobytes()


def _short(graph: GraphProto, kept: set[str]) -> dict[str, str]:
    """Short names for the values between the nodes, whose long ones take a quarter of a megabyte; parameters (recover.py) and outputs keep theirs."""
    made = [name for node in graph.node for name in node.output if name not in kept and not name.startswith(("model.", "reader."))]
    return {name: str(k) for k, name in enumerate(made)}


def _rename(graph: GraphProto, new: Callable[[str], str]) -> None:
    """Gives every value of the graph, which has no graphs within, its new name."""
    for node in graph.node:
        node.input[:] = [new(name) for name in node.input]
        node.output[:] = [new(name) for name in node.output]
    for thing in (*graph.initializer, *graph.output):
        thing.name = new(thing.name)


def _branch(graph: GraphProto, outer: set[str], more: list[NodeProto]) -> GraphProto:
    """The graph without the tensors that stand outside it, its floats stored in fewer bits; `more` are nodes that it lacks."""
    stored: list[TensorProto] = []
    nodes: list[NodeProto] = []
    for tensor in graph.initializer:
        size = int(np.prod(tensor.dims))
        if tensor.name in outer:
            continue
        if tensor.data_type != TensorProto.FLOAT or size < LEAST:
            stored.append(tensor)
        elif size < LARGE or len(tensor.dims) != 2:
            stored.append(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), tensor.name + HALF))
            nodes.append(helper.make_node("Cast", [tensor.name + HALF], [tensor.name], to=TensorProto.FLOAT))
        else:
            values = numpy_helper.to_array(tensor)
            step = np.abs(values).max(1, keepdims=True) / 127
            stored.append(numpy_helper.from_array(np.round(values / step).astype(np.int8), tensor.name + ROUNDED))
            stored.append(numpy_helper.from_array(step.astype(np.float32), tensor.name + STEP))
            nodes.append(helper.make_node("Cast", [tensor.name + ROUNDED], [f"{tensor.name}{ROUNDED}/float"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Mul", [f"{tensor.name}{ROUNDED}/float", tensor.name + STEP], [tensor.name]))
    return helper.make_graph([*nodes, *graph.node, *more], graph.name, [], list(graph.output), stored)


def _empty(value: onnx.ValueInfoProto) -> NodeProto:
    """A node that says nothing in the place of an output of the window's graph."""
    kind = value.type.tensor_type
    nothing = helper.make_tensor("nothing", kind.elem_type, [0] * len(kind.shape.dim), [])
    return helper.make_node("Constant", [], [STATEMENT + value.name], value=nothing)
