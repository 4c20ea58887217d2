"""Stage: export. Readings <-> JSON Lines of the contract (`rejoinder.story/1`), one line a story.

Reading back is what makes a file of the contract usable as gold and as an archive; whatever is wrong in a line is said in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from rejoinder.errors import InputError
from rejoinder.show.contract import to_json
from rejoinder.show.from_contract import from_json
from rejoinder.types import Reading

Report = Callable[[InputError], None]


def write_jsonl(readings: Iterable[Reading], out: TextIO) -> None:
    """Writes the contract's object of each reading as a line."""
    for reading in readings:
        out.write(to_json(reading) + "\n")


def read_contract(path: Path | str, report: Report | None = None) -> Iterator[Reading]:
    """Readings of a file that `write_jsonl` or `rejoinder read --json` wrote, one after the other.

    Args:
        path: JSON Lines of the contract, UTF-8.
        report: is told of each line that is left out; without it the first such line raises.

    Raises:
        InputError: the file cannot be read, or (without `report`) a line is not of the contract.
    """
    try:
        with Path(path).open("rb") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    if line.removeprefix(b"\xef\xbb\xbf").strip():
                        yield from_json(line, f"{path}:{number}")
                except InputError as error:
                    if report is None:
                        raise
                    report(error)
    except OSError as error:
        raise InputError(str(path), f"cannot be read ({error.strerror})", "check that it exists and that you may read it") from error
