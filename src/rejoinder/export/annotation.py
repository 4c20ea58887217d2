"""Stage: export. Readings -> W3C Web Annotations (https://www.w3.org/TR/annotation-model/), one AnnotationCollection a story, one a line.

A statement is an annotation whose targets are its stretches of text, each by position and by quotation; its bodies are a sentence for people, tags, and the
statement's fields under our own prefix (the model has no words for who speaks, or how). A link is an annotation that has the answering statement's
annotation as body and the answered one's as target. The model counts text in code points, as we do. Positions are in the story's text, not in the HTML of
its page; quotations hold in both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from rejoinder.export.iris import PREFIX, part_iri, story_iri, story_urn
from rejoinder.show.view import clean, said
from rejoinder.types import Link, Reading, Span, Statement, Story

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"rejoinder": PREFIX}]
AROUND = 32  # characters of context on either side of a quotation
ROLES = ("source", "cue", "content", "addressee")
REPLIES = ("denies", "disputes", "retracts", "contradicts")


def write_annotations(readings: Iterable[Reading], out: TextIO) -> None:
    """Writes an AnnotationCollection a line, its one page embedded."""
    for reading in readings:
        out.write(json.dumps(to_collection(reading), ensure_ascii=False, separators=(",", ":")) + "\n")


def to_collection(reading: Reading) -> dict[str, Any]:
    """The AnnotationCollection of one story; without a page where nothing was found."""
    items = [*(_statement(reading, s) for s in reading.statements), *(_link(reading, k, link) for k, link in enumerate(reading.links, 1))]
    id = f"{story_urn(reading.story)}:annotations"
    head: dict[str, Any] = {"@context": CONTEXT, "id": id, "type": "AnnotationCollection", "label": _label(reading.story), "total": len(items)}
    if items:
        head["first"] = {"id": f"{id}:1", "type": "AnnotationPage", "partOf": id, "startIndex": 0, "items": items}
    return head


def _label(story: Story) -> str:
    return f"Who said what in “{clean(story.title or story.id)}”"


def _statement(reading: Reading, statement: Statement) -> dict[str, Any]:
    story = reading.story
    return {
        "id": part_iri(story, "statement", statement.id),
        "type": "Annotation",
        "motivation": "describing",
        "body": [
            {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": _sentence(reading, statement)},
            *({"type": "TextualBody", "purpose": "tagging", "value": tag} for tag in (statement.act, statement.mode) if tag),
            {"type": "Dataset", **{f"rejoinder:{name}": value for name, value in _fields(reading, statement)}},
        ],
        "target": [{**_resource(story, span), "rejoinder:role": role} for role in ROLES for span in getattr(statement, role)],
    }


def _sentence(reading: Reading, statement: Statement) -> str:
    """Who, the cue, what: for a reader's margin."""
    speaker = next((actor.name for actor in reading.actors if actor.id == statement.speaker), None)
    who = speaker or reading.story.words(statement.source) or "(nobody named)"
    return clean(f"{who} — {reading.story.words(statement.cue)}: {said(reading.story, statement)}")


def _fields(reading: Reading, statement: Statement) -> Iterator[tuple[str, object]]:
    """The statement's fields, those that are known; other statements and actors by their IRIs."""
    story = reading.story
    names = {actor.id: actor for actor in reading.actors}
    for role in ("speaker", "to", "target"):
        id = getattr(statement, role)
        if id is not None:
            actor = names.get(id)
            more = {"name": actor.name, "rejoinder:kind": actor.kind, "rejoinder:country": actor.country} if actor else {}
            yield role, {"id": part_iri(story, "actor", id), **{name: value for name, value in more.items() if value is not None}}
    for name in ("named", "mode", "act", "negated", "hypothetical"):
        if getattr(statement, name) is not None:
            yield name, getattr(statement, name)
    if statement.inside is not None:
        yield "inside", {"id": part_iri(story, "statement", statement.inside)}
    if statement.when is not None:
        yield "when", {"rejoinder:date": statement.when.date, "rejoinder:evidence": _resource(story, statement.when.span)}
    yield "confidence", statement.confidence


def _link(reading: Reading, number: int, link: Link) -> dict[str, Any]:
    story = reading.story
    out = {
        "id": part_iri(story, "link", str(number)),
        "type": "Annotation",
        "motivation": "replying" if link.relation in REPLIES else "linking",
        "body": [
            part_iri(story, "statement", link.start),
            {"type": "TextualBody", "purpose": "classifying", "format": "text/plain", "value": link.relation},
        ],
        "target": part_iri(story, "statement", link.end),
        "rejoinder:confidence": link.confidence,
    }
    evidence = [_resource(story, span) for span in link.evidence]
    return {**out, "rejoinder:evidence": evidence} if evidence else out


def _resource(story: Story, span: Span) -> dict[str, Any]:
    start, end = span
    return {
        "type": "SpecificResource",
        "source": story_iri(story),
        "selector": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {
                "type": "TextQuoteSelector",
                "exact": story.text[start:end],
                "prefix": story.text[max(0, start - AROUND) : start],
                "suffix": story.text[end : end + AROUND],
            },
        ],
    }
