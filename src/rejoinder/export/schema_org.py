"""Stage: export. Readings -> schema.org JSON-LD: an @graph a story, one a line, of the NewsArticle, the actors and what they said.

A statement in the speaker's own words is a Quotation, any other a Claim (https://schema.org/Quotation, https://schema.org/Claim). What is published so is
taken for said: statements that the words call unsaid or only possible ("did not say", "if he denied"), and those inside such, are left out, and those
without content. schema.org has no relation between claims; a statement that answers another is `about` it, as the description of Claim suggests, with the
relation among its `keywords`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from rejoinder.export.iris import WEB, part_iri, story_iri
from rejoinder.show.view import MARKS, clean, said
from rejoinder.types import Actor, ActorKind, Reading, Statement, Story

CONTEXT = "https://schema.org"
# The range of creator and spokenByCharacter is Person and Organization; a country is a place that speaks.
TYPES: dict[ActorKind, str | list[str]] = {
    "person": "Person",
    "country": ["Country", "Organization"],
    "government": "GovernmentOrganization",
    "organization": "Organization",
    "media": "NewsMediaOrganization",
    "group": "Organization",
}

Node = dict[str, Any]


def write_schema_org(readings: Iterable[Reading], out: TextIO) -> None:
    """Writes a JSON-LD document a line."""
    for reading in readings:
        out.write(json.dumps(to_graph(reading), ensure_ascii=False, separators=(",", ":")) + "\n")


def to_graph(reading: Reading) -> Node:
    """The document of one story."""
    kept = _kept(reading)
    actors = {actor.id: actor for actor in reading.actors}
    nodes = [_statement(reading, statement, actors, kept) for statement in kept.values()]
    used = {reference["@id"] for node in nodes for name in ("creator", "about") for reference in node.get(name, ())}
    people = [node for actor in reading.actors if (node := _actor(reading.story, actor))["@id"] in used]
    return {"@context": CONTEXT, "@graph": [_article(reading.story), *people, *nodes]}


def _kept(reading: Reading) -> dict[str, Statement]:
    """Statements that the story reports as made, by id."""
    every = {statement.id: statement for statement in reading.statements}

    def reported(statement: Statement) -> bool:
        seen: set[str] = set()
        holder: Statement | None = statement
        while holder is not None and holder.id not in seen:
            if holder.negated or holder.hypothetical:
                return False
            seen.add(holder.id)
            holder = every.get(holder.inside) if holder.inside else None
        return True

    return {id: statement for id, statement in every.items() if statement.content and reported(statement)}


def _article(story: Story) -> Node:
    return _known(
        {
            "@id": story_iri(story),
            "@type": "NewsArticle",
            "identifier": story.id,
            "url": story.url if story.url and WEB.fullmatch(story.url) else None,
            "headline": story.title,
            "datePublished": story.published,
            "publisher": story.publisher and {"@type": "Organization", "name": story.publisher},
            "author": story.author and {"@type": "Person", "name": story.author},
        }
    )


def _actor(story: Story, actor: Actor) -> Node:
    titles = list(dict.fromkeys(office.title for office in actor.offices)) if actor.kind == "person" else []
    return _known(
        {
            "@id": part_iri(story, "actor", actor.id),
            "@type": TYPES[actor.kind],
            # The words that describe somebody unnamed are no name.
            "name" if actor.named else "description": clean(actor.name),
            "jobTitle": titles,
        }
    )


def _statement(reading: Reading, statement: Statement, actors: Mapping[str, Actor], kept: Mapping[str, Statement]) -> Node:
    story, article = reading.story, {"@id": story_iri(reading.story)}
    answers = [link for link in reading.links if link.start == statement.id and link.end in kept]
    target = actors.get(statement.target) if statement.target else None
    concerned = [{"@id": part_iri(story, "actor", target.id)}] if target else []
    speakers = [{"@id": part_iri(story, "actor", id)} for id in _speakers(statement, actors)]
    direct = statement.mode == "direct"
    date = statement.when.date if statement.when else None
    return _known(
        {
            "@id": part_iri(story, "statement", statement.id),
            "@type": "Quotation" if direct else "Claim",
            "text": _words(story, statement) if direct else said(story, statement),
            "creator": speakers,
            "spokenByCharacter": speakers if direct else None,
            "isPartOf": article if direct else None,
            "appearance": None if direct else article,
            # A day, month or year; a stretch of days is no schema.org Date.
            "dateCreated": date if date and "/" not in date else None,
            "temporal": date if date and "/" in date else None,
            "about": [*concerned, *({"@id": part_iri(story, "statement", id)} for id in dict.fromkeys(link.end for link in answers))],
            "keywords": list(dict.fromkeys([*([statement.act] if statement.act else []), *(link.relation for link in answers)])),
        }
    )


def _speakers(statement: Statement, actors: Mapping[str, Actor]) -> list[str]:
    """Ids of who speaks; of a joint source each of them."""
    speaker = actors.get(statement.speaker) if statement.speaker else None
    if speaker is None:
        return []
    return [id for id in speaker.members if id in actors] or [speaker.id]


def _words(story: Story, statement: Statement) -> str:
    """The speaker's own words without the quotation marks around them."""
    return " … ".join(clean(story.text[start:end]).strip(f"{MARKS} ").rstrip(" ,") for start, end in statement.content)


def _known(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in (None, "", [])}
