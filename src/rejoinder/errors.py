"""One small tree of errors. Every message says what was found, where, and what to do about it."""

from __future__ import annotations


class RejoinderError(Exception):
    """Anything that Rejoinder refuses; its text is one sentence meant for the user."""


class PlacedError(RejoinderError):
    """Something that is wrong at a place.

    Attributes:
        where: file, or file and line ("news.jsonl:12").
        found: what is wrong there.
        advice: what the user can do.
    """

    def __init__(self, where: str, found: str, advice: str) -> None:
        self.where, self.found, self.advice = where, found, advice
        super().__init__(f"{where}: {found}; {advice}.")

    def __reduce__(self) -> tuple[type[PlacedError], tuple[str, str, str]]:
        """Errors come back whole from other processes."""
        return type(self), (self.where, self.found, self.advice)


class InputError(PlacedError):
    """A story, line or file that cannot be read."""


class ModelError(RejoinderError):
    """A model folder that is missing something, was changed, or is of another version."""


class RecordError(PlacedError):
    """A record that cannot be opened, read or written, or a question that it cannot answer."""


class NotOnRecordError(RecordError):
    """A story, statement, actor or correction that the record does not have."""
