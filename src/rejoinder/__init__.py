"""Rejoinder reads news and keeps the record of who said what.

>>> import rejoinder
>>> reading = rejoinder.read("The mine is safe, the minister told reporters.")
>>> [reading.story.words(statement.source) for statement in reading.statements]
['the minister']
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rejoinder.corpus.pool import read_many
    from rejoinder.errors import InputError, ModelError, RecordError, RejoinderError
    from rejoinder.pipeline import Reader
    from rejoinder.record import Record
    from rejoinder.types import Actor, Dateline, Link, Office, Reading, Span, Statement, Story, When

__all__ = [
    "Actor",
    "Dateline",
    "InputError",
    "Link",
    "ModelError",
    "Office",
    "Reader",
    "Reading",
    "Record",
    "RecordError",
    "RejoinderError",
    "Span",
    "Statement",
    "Story",
    "When",
    "read",
    "read_many",
]


def read(story: Story | str) -> Reading:
    """Everything that is found in a story, by the packaged model; the first call loads it.

    Args:
        story: a Story, or its text.
    """
    return _reader().read(story)


@cache
def _reader() -> Reader:
    from rejoinder.pipeline import Reader

    return Reader()


def __getattr__(name: str) -> object:
    # The model's runtime takes most of a second to import, and the dataclasses a twentieth; `rejoinder --help` should not wait for them.
    from importlib import import_module, metadata

    if name == "__version__":
        return metadata.version("rejoinder")
    if name in __all__:
        home = {"Reader": "pipeline", "Record": "record", "read_many": "corpus.pool"}.get(name) or ("errors" if name.endswith("Error") else "types")
        return getattr(import_module(f"rejoinder.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
