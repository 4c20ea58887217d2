"""Stage: export. Files and folders that appear only when they are whole.

Everything is written to a temporary sibling ("name.PID.part") and renamed at the end, so that an export that was stopped, or ran out of disk, cannot be taken
for a whole one, and an older whole one stays until the new one is there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from rejoinder.errors import InputError, RejoinderError


@contextmanager
def whole_path(path: Path) -> Generator[Path]:
    """A temporary sibling of `path` to write to; it takes the place of `path` if the block ends well, and is deleted if not.

    Raises:
        InputError: it cannot be written there.
    """
    part = _part(path)
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def whole_file(path: Path) -> Generator[TextIO]:
    """A UTF-8 stream that becomes the file `path` if the block ends well; line ends are written as they are given."""
    with whole_path(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        yield stream


@contextmanager
def whole_folder(path: Path) -> Generator[Path]:
    """A temporary sibling folder that becomes `path` if the block ends well.

    Raises:
        InputError: there is something in `path` already, or it cannot be written there.
    """
    path = path.resolve()
    part = _part(path)
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise InputError(str(path), "there is something here already", "name a new folder, so that nothing that was annotated by hand is lost")
        part.mkdir(parents=True)
        yield part
        if path.exists():
            path.rmdir()
        part.rename(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def make_folder(path: Path) -> None:
    """Makes the folder `path` where there is none; raises InputError where that cannot be done."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error


def library(name: str, extra: str) -> Any:
    """An optional library; raises RejoinderError, naming the extra that brings it, where it is missing."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise RejoinderError(f"This needs {name}, which is not installed; pip install 'rejoinder[{extra}]'.") from error


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.{os.getpid()}.part")


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(str(path), f"cannot be written ({error.strerror})", "check that its folder exists, that you may write there and that the disk has room")
