"""Stage: export. Reading -> rows of the tables that columns.py describes.

A row names every column of its table. Words stand beside offsets, and names beside ids, so that one table is enough for most questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from rejoinder.types import Actor, Reading, Span, Spans, Statement

Cell = str | int | float | bool | None | Spans | Sequence[str]
Row = Mapping[str, Cell]


def _stories(reading: Reading) -> Iterator[Row]:
    story = reading.story
    line = story.dateline
    yield {
        "story_id": story.id,
        "title": story.title,
        "url": story.url,
        "publisher": story.publisher,
        "author": story.author,
        "published": story.published,
        "dateline_place": line.place if line else None,
        "dateline_agency": line.agency if line else None,
        "dateline_start": line.span.start if line else None,
        "dateline_end": line.span.end if line else None,
        "condition": story.condition,
        "text": story.text,
    }


def _actors(reading: Reading) -> Iterator[Row]:
    for actor in reading.actors:
        yield {
            "story_id": reading.story.id,
            "actor_id": actor.id,
            "name": actor.name,
            "kind": actor.kind,
            "country": actor.country,
            "named": actor.named,
            "members": actor.members,
        }


def _offices(reading: Reading) -> Iterator[Row]:
    for actor in reading.actors:
        for office in actor.offices:
            yield {**_place(reading, actor, office.span), "title": office.title, "office_of": office.of}


def _mentions(reading: Reading) -> Iterator[Row]:
    for actor in reading.actors:
        for k, span in enumerate(actor.mentions):
            yield {**_place(reading, actor, span), "confidence": actor.confidence[k] if k < len(actor.confidence) else None}


def _place(reading: Reading, actor: Actor, span: Span) -> Row:
    words = reading.story.words([span])
    return {"story_id": reading.story.id, "actor_id": actor.id, "actor_name": actor.name, "start": span.start, "end": span.end, "words": words}


def _statements(reading: Reading) -> Iterator[Row]:
    actors = {actor.id: actor for actor in reading.actors}
    for statement in reading.statements:
        yield {
            "story_id": reading.story.id,
            "published": reading.story.published,
            "publisher": reading.story.publisher,
            "statement_id": statement.id,
            **_who(statement, actors),
            **_parts(reading, statement),
            "mode": statement.mode,
            "act": statement.act,
            "negated": statement.negated,
            "hypothetical": statement.hypothetical,
            "inside": statement.inside,
            **_when(reading, statement),
            "confidence": statement.confidence,
        }


def _who(statement: Statement, actors: Mapping[str, Actor]) -> Row:
    speaker, to, target = (actors.get(id) if id else None for id in (statement.speaker, statement.to, statement.target))
    return {
        "speaker": statement.speaker,
        "speaker_name": speaker.name if speaker else None,
        "speaker_kind": speaker.kind if speaker else None,
        "speaker_country": speaker.country if speaker else None,
        "named": statement.named,
        "to_actor": statement.to,
        "to_name": to.name if to else None,
        "target": statement.target,
        "target_name": target.name if target else None,
    }


def _parts(reading: Reading, statement: Statement) -> Row:
    parts = {"source": statement.source, "cue": statement.cue, "content": statement.content, "addressee": statement.addressee}
    return {**parts, **{f"{part}_words": _said(reading, spans) for part, spans in parts.items()}}


def _said(reading: Reading, spans: Spans) -> str | None:
    return reading.story.words(spans) if spans else None


def _when(reading: Reading, statement: Statement) -> Row:
    when = statement.when
    return {
        "when_date": when.date if when else None,
        "when_start": when.span.start if when else None,
        "when_end": when.span.end if when else None,
        "when_words": reading.story.words([when.span]) if when else None,
    }


def _links(reading: Reading) -> Iterator[Row]:
    for link in reading.links:
        yield {
            "story_id": reading.story.id,
            "from_statement": link.start,
            "to_statement": link.end,
            "relation": link.relation,
            "evidence": link.evidence,
            "evidence_words": _said(reading, link.evidence),
            "confidence": link.confidence,
        }


ROWS: dict[str, Callable[[Reading], Iterator[Row]]] = {
    "stories": _stories,
    "actors": _actors,
    "offices": _offices,
    "mentions": _mentions,
    "statements": _statements,
    "links": _links,
}
