"""Stage: tag. The packaged model and the one place that runs it.

A model is a folder: `manifest.json` (version, data, licence, label set, SHA-256 and size of every file, scores), one ONNX file, `tokenizer.json`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import onnxruntime  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

from rejoinder.errors import ModelError
from rejoinder.tagging.labels import ACTS, LABELS, MODES, REACH
from rejoinder.tagging.marked import Marked

PACKAGED = Path(__file__).parent / "model"
FORMAT = 5  # raised when inputs, outputs or labels of the graph change


class Output(NamedTuple):
    """What the graph says of a batch of windows.

    anchors: probability that a word heads a cue of an outermost and of a nested statement, shape (windows, words, 2).
    row_at: window and word of each row, shape (rows, 2). scores: emissions, shape (rows, 2 * REACH + 1, labels).
    modes, acts: probabilities, shapes (rows, modes) and (rows, acts). flags: probabilities, each for itself, shape (rows, FLAGS).
    meanings: what each content says as a vector of any length, shape (rows, MEANING_WIDTH).
    transitions: shape (labels, labels). names: probabilities, shape (windows, words, NAMES).
    quoted: probability that a word stands inside quotation marks, seen or lost, shape (windows, words).
    anaphor, antecedent: vectors of each word, shape (windows, words, REFERENCE_WIDTH); an antecedent's score is the anaphor's vector times the sum of the
    antecedent's and that of the distance in apart, shape (DISTANCES + 1, REFERENCE_WIDTH), whose last row stands for "nothing before it".
    """

    anchors: NDArray[np.float32]
    row_at: NDArray[np.int64]
    scores: NDArray[np.float32]
    modes: NDArray[np.float32]
    acts: NDArray[np.float32]
    flags: NDArray[np.float32]
    meanings: NDArray[np.float32]
    transitions: NDArray[np.float32]
    names: NDArray[np.float32]
    quoted: NDArray[np.float32]
    anaphor: NDArray[np.float32]
    antecedent: NDArray[np.float32]
    apart: NDArray[np.float32]


class Second(NamedTuple):
    """What a second reading says that one statement does, its parts marked: probabilities of labels.ACTS and of labels.FLAGS."""

    acts: NDArray[np.float32]
    flags: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts of manifest.json that the program needs; the rest is for people."""

    version: str
    weights: str  # SHA-256 of the model file
    model_file: str
    anchor_threshold: float
    calibration: dict[str, Any]  # read by statements/confidence.py


def load_manifest(folder: Path) -> Manifest:
    """Reads manifest.json and checks the files against it.

    Raises:
        ModelError: a file is missing or is not the one that the manifest names, or the model is of another format.
    """
    file = folder / "manifest.json"
    try:
        raw: dict[str, Any] = json.loads(file.read_text(encoding="utf8"))
    except OSError as error:
        raise ModelError(f"{file}: no model manifest ({error.strerror}); give a folder written by training.package.") from error
    except ValueError as error:
        raise ModelError(f"{file}: not JSON ({error}); reinstall rejoinder or give another model folder.") from error
    try:
        lists = [list(LABELS), list(MODES), list(ACTS), REACH]
        if raw["format"] != FORMAT or [raw[name] for name in ("labels", "modes", "acts", "reach")] != lists:
            raise ModelError(f"{file}: model format {raw['format']} does not fit this version (format {FORMAT}); update rejoinder or the model.")
        for name in (raw["model"], "tokenizer.json"):
            _check(folder / name, raw["files"][name])
        settings = raw["settings"]
        return Manifest(raw["version"], raw["files"][raw["model"]]["sha256"], raw["model"], float(settings["anchor_threshold"]), settings["calibration"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{file}: the manifest lacks or mangles {error}; reinstall rejoinder or give another model folder.") from error


def _check(file: Path, facts: dict[str, Any]) -> None:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ModelError(f"{file}: model file cannot be read ({error.strerror}); reinstall rejoinder.") from error
    if hashlib.sha256(data).hexdigest() != facts["sha256"]:
        raise ModelError(f"{file}: not the file that its manifest names (SHA-256 differs); reinstall rejoinder.")


class Session:
    """ONNX Runtime on a model folder; may be called from several threads."""

    def __init__(self, folder: Path = PACKAGED) -> None:
        self.manifest = load_manifest(folder)
        # ONNX Runtime has no types of its own worth the name.
        options: Any = onnxruntime.SessionOptions()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        options.intra_op_num_threads = 1  # callers run windows side by side instead
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Every window has a length of its own; a plan of memory for each would be kept as long as the session and is never quicker.
        options.enable_mem_pattern = False
        self._session: Any = onnxruntime.InferenceSession(str(folder / self.manifest.model_file), options, providers=["CPUExecutionProvider"])

    def run(self, ids: NDArray[np.int64], layout: NDArray[np.int64], first: NDArray[np.int64], core: NDArray[np.int64]) -> Output:
        """One batch of windows.

        Args:
            ids: piece ids, 0 = padding, shape (windows, pieces).
            layout: (case * 4 + gap) * 4 + quote of each piece's word, same shape.
            first: index of each word's first piece, 0 = padding, shape (windows, words).
            core: first and last word of each window's core, the only ones that get rows, shape (windows, 2).
        """
        return Output(*self._run((ids, layout, first, core), False, None))

    def read_marked(self, statement: Marked) -> Second:
        """What the graph says of a marked statement."""
        parts = (statement.ids, statement.layout, statement.content or [0], (statement.cue, 0))
        acts, flags = self._run([np.array([part], np.int64) for part in parts], True, Second._fields)
        return Second(acts[0], flags[0])

    def _run(self, arrays: Sequence[NDArray[np.int64]], marked: bool, outputs: Sequence[str] | None) -> list[NDArray[Any]]:
        """The graph on ids, layout, first and core; marked: on a statement instead of windows. outputs: all where not given."""
        feed: dict[str, NDArray[Any]] = dict(zip(("ids", "layout", "first", "core"), arrays, strict=True))
        feed |= {"threshold": np.array([self.manifest.anchor_threshold], np.float32), "marked": np.array(marked)}
        return cast(list[NDArray[Any]], self._session.run(outputs, feed))
