"""Stage: read. Which column of a table is the text, the title and so on. Tables come with their makers' names for these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from rejoinder.errors import InputError

EXAMPLE = "write FIELD=COLUMN, with commas between, as in text=body,published=date"


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of a table's columns, one for each field of a story; by default the field's own name, in capitals or not."""

    text: str = "text"
    id: str = "id"
    title: str = "title"
    url: str = "url"
    publisher: str = "publisher"
    author: str = "author"
    published: str = "published"

    @classmethod
    def parse(cls, words: str) -> Columns:
        """The columns of "text=body,published=date"; raises InputError for anything else."""
        where, named = f"columns {words!r}", dict[str, str]()
        for pair in filter(str.strip, words.split(",")):
            name, equals, column = (part.strip() for part in pair.partition("="))
            if not equals or not column:
                raise InputError(where, f"{pair.strip()!r} names no column", EXAMPLE)
            if name not in NAMES:
                raise InputError(where, f"{name!r} is no field of a story", f"take one of {', '.join(NAMES)}")
            named[name] = column
        return cls(**named)

    def places(self, header: Sequence[str], where: str) -> dict[str, int]:
        """Field -> its column's place in `header`, for those that are there.

        Raises:
            InputError: no column for the text, or none of a name that was asked for.
        """
        exact = {name: place for place, name in reversed(list(enumerate(header)))}
        folded = {name.strip().lower(): place for name, place in reversed(exact.items())}
        found: dict[str, int] = {}
        for field in NAMES:
            name: str = getattr(self, field)
            place = exact.get(name, folded.get(name.lower()))
            if place is not None:
                found[field] = place
            elif field == "text" or name != field:
                columns = ", ".join(map(repr, header[:30])) or "none"
                raise InputError(where, f"no column {name!r} for the {field} (columns: {columns})", f"name the right one: {field}=COLUMN")
        return found


NAMES = tuple(field.name for field in fields(Columns))
