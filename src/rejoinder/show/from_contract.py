"""Stage: show. One JSON object of the contract `rejoinder.story/1` -> Reading: the way back of contract.py. Whatever is wrong is said in one sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast, get_args

from rejoinder.errors import InputError
from rejoinder.types import SCHEMA, Act, Actor, ActorKind, Condition, Dateline, Link, Mode, Office, Reading, Relation, Span, Spans, Statement, Story, When

ADVICE = "give what `rejoinder read --json` prints"


def from_json(line: bytes, where: str) -> Reading:
    """The reading of one line; it has no meanings, and its story no author.

    Args:
        line: JSON in UTF-8.
        where: file and line, for messages.

    Raises:
        InputError: it is not of the contract.
    """
    try:
        row: Any = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(where, f"not JSON in UTF-8 ({error})", ADVICE) from error
    try:
        if not isinstance(row, dict):
            raise _WrongError("not an object")
        return _reading(_Object(cast(dict[str, Any], row), ""))
    except _WrongError as error:
        raise InputError(where, str(error), ADVICE) from error


class _WrongError(ValueError):
    """What is wrong with a field, without where."""


@dataclass(frozen=True, slots=True)
class _Object:
    """An object of the contract, whose fields are checked as they are taken out; `length` is the text's, against which spans are checked."""

    row: dict[str, Any]
    path: str
    length: int = 0

    def _wrong(self, name: str, wanted: str) -> _WrongError:
        return _WrongError(f'"{self.path}{name}" is {json.dumps(self.row.get(name), ensure_ascii=False)[:60]}, not {wanted}')

    def text(self, name: str) -> str:
        value = self.maybe(name)
        if value is None:
            raise self._wrong(name, "a string")
        return value

    def maybe(self, name: str) -> str | None:
        value = self.row.get(name)
        if value is not None and not isinstance(value, str):
            raise self._wrong(name, "a string or null")
        return value

    def flag(self, name: str) -> bool | None:
        value = self.row.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(name, "true, false or null")
        return value

    def number(self, name: str) -> float:
        return self._number(name, self.row.get(name))

    def numbers(self, name: str) -> tuple[float, ...]:
        return tuple(self._number(name, value) for value in self._list(name))

    def _number(self, name: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(name, "a number")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._list(name)
        if not all(isinstance(value, str) for value in values):
            raise self._wrong(name, "a list of strings")
        return tuple(values)

    def choice(self, name: str, alternatives: object) -> Any:
        """One of a Literal's values, or None."""
        value = self.maybe(name)
        if value is not None and value not in get_args(alternatives):
            raise self._wrong(name, f"one of {', '.join(get_args(alternatives))}")
        return value

    def required(self, name: str, alternatives: object) -> Any:
        """One of a Literal's values."""
        if self.choice(name, alternatives) is None:
            raise self._wrong(name, f"one of {', '.join(get_args(alternatives))}")
        return self.row[name]

    def span(self, name: str) -> Span:
        return self._span(name, self.row.get(name))

    def spans(self, name: str) -> Spans:
        return tuple(self._span(name, value) for value in self._list(name))

    def _span(self, name: str, value: Any) -> Span:
        match value:
            case [int(start), int(end)] if not isinstance(start, bool) and not isinstance(end, bool) and 0 <= start < end <= self.length:
                return Span(start, end)
            case _:
                raise self._wrong(name, f"[start, end] within the text's {self.length} characters")

    def object(self, name: str) -> _Object | None:
        value = self.row.get(name)
        if value is not None and not isinstance(value, dict):
            raise self._wrong(name, "an object or null")
        return None if value is None else _Object(cast(dict[str, Any], value), f"{self.path}{name}.", self.length)

    def objects(self, name: str) -> list[_Object]:
        values = self._list(name)
        if not all(isinstance(value, dict) for value in values):
            raise self._wrong(name, "a list of objects")
        return [_Object(value, f"{self.path}{name}[{k}].", self.length) for k, value in enumerate(values)]

    def _list(self, name: str) -> list[Any]:
        value = self.row.get(name, [])
        if not isinstance(value, list):
            raise self._wrong(name, "a list")
        return cast(list[Any], value)


def _reading(row: _Object) -> Reading:
    if row.maybe("schema") != SCHEMA:
        raise _WrongError(f'"schema" is {json.dumps(row.row.get("schema"))[:60]}, not "{SCHEMA}"')
    told = row.object("story")
    if told is None:
        raise _WrongError('no "story"')
    text = told.text("text")
    sized = _Object(row.row, "", len(text))
    statements = tuple(_statement(each) for each in sized.objects("statements"))
    reading = Reading(
        story=_story(_Object(told.row, told.path, len(text))),
        actors=tuple(_actor(each) for each in sized.objects("actors")),
        statements=statements,
        links=tuple(_link(each) for each in sized.objects("links")),
    )
    _check_ids(reading)
    return reading


def _check_ids(reading: Reading) -> None:
    ids = {statement.id for statement in reading.statements}
    if len(ids) < len(reading.statements):
        raise _WrongError("two statements of one id")
    named = [statement.inside for statement in reading.statements if statement.inside] + [end for link in reading.links for end in (link.start, link.end)]
    unknown = next((id for id in named if id not in ids), None)
    if unknown is not None:
        raise _WrongError(f'no statement has the id "{unknown}" that another or a link names')


def _story(row: _Object) -> Story:
    line = row.object("dateline")
    return Story(
        id=row.text("id"),
        text=row.text("text"),
        title=row.maybe("title"),
        url=row.maybe("url"),
        publisher=row.maybe("publisher"),
        published=row.maybe("published"),
        dateline=line and Dateline(line.maybe("place"), line.maybe("agency"), line.span("span")),
        condition=row.choice("condition", Condition),
    )


def _actor(row: _Object) -> Actor:
    return Actor(
        id=row.text("id"),
        name=row.text("name"),
        kind=row.required("kind", ActorKind),
        country=row.maybe("country"),
        offices=tuple(Office(o.text("title"), o.maybe("of"), o.span("span")) for o in row.objects("offices")),
        mentions=row.spans("mentions"),
        confidence=row.numbers("confidence"),
        named=row.flag("named") is not False,
        members=row.texts("members"),
    )


def _statement(row: _Object) -> Statement:
    when = row.object("when")
    return Statement(
        id=row.text("id"),
        source=row.spans("source"),
        cue=row.spans("cue"),
        content=row.spans("content"),
        addressee=row.spans("addressee"),
        mode=row.required("mode", Mode),
        confidence=row.number("confidence"),
        inside=row.maybe("inside"),
        speaker=row.maybe("speaker"),
        to=row.maybe("to"),
        target=row.maybe("target"),
        named=row.flag("named"),
        act=row.choice("act", Act),
        negated=row.flag("negated"),
        hypothetical=row.flag("hypothetical"),
        when=when and When(when.text("date"), when.span("span")),
    )


def _link(row: _Object) -> Link:
    return Link(row.text("from"), row.text("to"), row.required("relation", Relation), row.spans("evidence"), row.number("confidence"))
