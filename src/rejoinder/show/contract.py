"""Stage: show. Reading -> one JSON object of the contract `rejoinder.story/1`."""

from __future__ import annotations

import json
from typing import Any

from rejoinder.types import SCHEMA, Actor, Link, Reading, Spans, Statement, Story


def to_json(reading: Reading) -> str:
    """One line of JSON, without its line feed; every field is present, empty where nothing is known."""
    return json.dumps(to_dict(reading), ensure_ascii=False, separators=(",", ":"))


def to_dict(reading: Reading) -> dict[str, Any]:
    """The contract's object."""
    return {
        "schema": SCHEMA,
        "story": _story(reading.story),
        "actors": [_actor(actor) for actor in reading.actors],
        "statements": [_statement(statement) for statement in reading.statements],
        "links": [_link(link) for link in reading.links],
    }


def _story(story: Story) -> dict[str, Any]:
    line = story.dateline
    return {
        "id": story.id,
        "text": story.text,
        "title": story.title,
        "url": story.url,
        "publisher": story.publisher,
        "published": story.published,
        "dateline": line and {"place": line.place, "agency": line.agency, "span": list(line.span)},
        "condition": story.condition,
    }


def _actor(actor: Actor) -> dict[str, Any]:
    return {
        "id": actor.id,
        "name": actor.name,
        "kind": actor.kind,
        "country": actor.country,
        "offices": [{"title": o.title, "of": o.of, "span": list(o.span)} for o in actor.offices],
        "mentions": _lists(actor.mentions),
        "confidence": list(actor.confidence),
        "named": actor.named,
        "members": list(actor.members),
    }


def _statement(statement: Statement) -> dict[str, Any]:
    when = statement.when
    return {
        "id": statement.id,
        "source": _lists(statement.source),
        "cue": _lists(statement.cue),
        "content": _lists(statement.content),
        "addressee": _lists(statement.addressee),
        "speaker": statement.speaker,
        "to": statement.to,
        "target": statement.target,
        "named": statement.named,
        "mode": statement.mode,
        "act": statement.act,
        "negated": statement.negated,
        "hypothetical": statement.hypothetical,
        "inside": statement.inside,
        "when": when and {"date": when.date, "span": list(when.span)},
        "confidence": statement.confidence,
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "from": link.start,
        "to": link.end,
        "relation": link.relation,
        "evidence": _lists(link.evidence),
        "confidence": link.confidence,
    }


def _lists(spans: Spans) -> list[list[int]]:
    return [list(span) for span in spans]
