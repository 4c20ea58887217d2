"""The packaged model: its manifest, its files, its refusals."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import rejoinder
from rejoinder import ModelError, Reader
from rejoinder.statements.confidence import FEATURES, Calibration
from rejoinder.tagging.pieces import Pieces
from rejoinder.tagging.session import PACKAGED, load_manifest


def test_the_model_is_small_and_says_where_it_comes_from():
    raw = json.loads((PACKAGED / "manifest.json").read_text(encoding="utf8"))
    assert (PACKAGED / raw["model"]).stat().st_size <= 30_000_000
    assert raw["licence"] == "Apache-2.0"
    assert any("PolNeAR" in source for source in raw["data"])
    assert raw["scores"]
    assert raw["features"] == list(FEATURES)
    Calibration.from_settings(load_manifest(PACKAGED).calibration)


def change(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    raw = json.loads((folder / "manifest.json").read_text(encoding="utf8"))
    edit(raw)
    (folder / "manifest.json").write_text(json.dumps(raw), encoding="utf8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGED, tmp_path / "model"))


def test_a_changed_file_is_refused(copy: Path):
    with (copy / "tokenizer.json").open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        Reader(copy)


def test_a_missing_file_is_refused(copy: Path):
    (copy / "model.onnx").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        Reader(copy)


def test_another_format_is_refused(copy: Path):
    change(copy, lambda raw: raw.update(format=99))
    with pytest.raises(ModelError, match="does not fit this version"):
        Reader(copy)


def test_a_broken_manifest_is_refused(copy: Path):
    (copy / "manifest.json").write_text("{", encoding="utf8")
    with pytest.raises(ModelError, match="not JSON"):
        Reader(copy)


@pytest.mark.parametrize("lost", ["settings", "files", "labels"])
def test_a_manifest_that_lacks_something_is_refused(copy: Path, lost: str):
    change(copy, lambda raw: raw.pop(lost))
    with pytest.raises(ModelError, match="lacks or mangles"):
        Reader(copy)


def test_a_manifest_that_is_no_object_is_refused(copy: Path):
    (copy / "manifest.json").write_text("[]", encoding="utf8")
    with pytest.raises(ModelError, match="lacks or mangles"):
        Reader(copy)


def test_a_folder_of_ones_own_model_is_read(copy: Path):
    reader = Reader(copy, threads=1)
    assert reader.model_version
    assert reader.read("The minister said it rained.").statements


def test_pieces_remember_and_never_come_up_empty():
    pieces = Pieces(PACKAGED / "tokenizer.json")
    first = pieces(["minister", "\x00", "minister", "antidisestablishmentarianism" * 5])
    assert first == pieces(["minister", "\x00", "minister", "antidisestablishmentarianism" * 5])
    assert all(1 <= len(ids) <= 8 for ids in first)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("The tax will rise next year, the mayor said.", "said"),
        ("the tax will rise next year , the mayor said .", "said"),
        ("“The ferry will not sail,” said Ines Maro.", "said"),
        ("Bridges will close, according to the harbour office.", "according to"),
        ("Tarn denies that it moved troops to the border.", "denies"),
    ],
)
def test_a_text_of_one_sentence_is_read(text: str, cue: str):
    statements = rejoinder.read(text).statements
    assert cue in [text[s.cue[0].start : s.cue[-1].end] for s in statements]
