"""Linked data, expanded by PyLD with small contexts of our own: what a reader of JSON-LD gets, offline."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pyld import jsonld

from rejoinder.export import FORMATS
from rejoinder.export.annotation import to_collection
from rejoinder.export.schema_org import to_graph
from rejoinder.types import Link, Reading, Story, When
from tests.test_export import ALL, EMPTY, READING, at, statement

OA, DC, FOAF, RDF, AS, RDFS = (
    "http://www.w3.org/ns/oa#",
    "http://purl.org/dc/elements/1.1/",
    "http://xmlns.com/foaf/0.1/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/ns/activitystreams#",
    "http://www.w3.org/2000/01/rdf-schema#",
)
SCHEMA = "https://schema.org/"
# The terms of http://www.w3.org/ns/anno.jsonld that we may use.
ANNOTATION: dict[str, Any] = {
    "id": "@id",
    "type": "@type",
    "Annotation": f"{OA}Annotation",
    "AnnotationCollection": f"{AS}OrderedCollection",
    "AnnotationPage": f"{AS}OrderedCollectionPage",
    "TextualBody": f"{OA}TextualBody",
    "SpecificResource": f"{OA}SpecificResource",
    "TextPositionSelector": f"{OA}TextPositionSelector",
    "TextQuoteSelector": f"{OA}TextQuoteSelector",
    "Dataset": "http://purl.org/dc/dcmitype/Dataset",
    **{name: f"{OA}{name}" for name in ("describing", "tagging", "classifying", "linking", "replying")},
    "body": {"@type": "@id", "@id": f"{OA}hasBody"},
    "target": {"@type": "@id", "@id": f"{OA}hasTarget"},
    "source": {"@type": "@id", "@id": f"{OA}hasSource"},
    "selector": {"@type": "@id", "@id": f"{OA}hasSelector"},
    "motivation": {"@type": "@vocab", "@id": f"{OA}motivatedBy"},
    "purpose": {"@type": "@vocab", "@id": f"{OA}hasPurpose"},
    "items": {"@type": "@id", "@id": f"{AS}items", "@container": "@list"},
    "partOf": {"@type": "@id", "@id": f"{AS}partOf"},
    "first": {"@type": "@id", "@id": f"{AS}first"},
    "total": f"{AS}totalItems",
    "startIndex": f"{AS}startIndex",
    "label": f"{RDFS}label",
    "format": f"{DC}format",
    "value": f"{RDF}value",
    "name": f"{FOAF}name",
    **{name: f"{OA}{name}" for name in ("start", "end", "exact", "prefix", "suffix")},
}
CONTEXTS: dict[str, Any] = {
    "http://www.w3.org/ns/anno.jsonld": ANNOTATION,
    "https://schema.org": {"@vocab": SCHEMA, "url": {"@type": "@id"}, "dateCreated": {"@type": f"{SCHEMA}Date"}},
}
# Properties that schema.org has for each type (those of CreativeWork and Thing among them); https://schema.org/docs/full.html
WORK = {"@id", "@type", "text", "creator", "about", "keywords", "dateCreated", "temporal", "isPartOf"}
PROPERTIES = {
    "NewsArticle": {"@id", "@type", "identifier", "url", "headline", "datePublished", "publisher", "author"},
    "Quotation": WORK | {"spokenByCharacter"},
    "Claim": WORK | {"appearance"},
    "Person": {"@id", "@type", "name", "description", "jobTitle"},
    **{name: {"@id", "@type", "name", "description"} for name in ("Organization", "GovernmentOrganization", "NewsMediaOrganization", "Country")},
}


def expand(document: dict[str, Any]) -> list[dict[str, Any]]:
    def load(url: str, _: object) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "contentType": "application/ld+json", "document": {"@context": CONTEXTS[url]}}

    return jsonld.expand(document, {"documentLoader": load})


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = {key: below for key, below in value.items() if key != "@context"}
        yield from value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(below)


def items(reading: Reading) -> list[dict[str, Any]]:
    (collection,) = expand(to_collection(reading))
    (page,) = collection[f"{AS}first"]
    assert page[f"{AS}partOf"] == [{"@id": collection["@id"]}]
    (found,) = page[f"{AS}items"]
    return found["@list"]


def value(node: dict[str, Any], name: str) -> Any:
    (one,) = node[name]
    return one.get("@value", one.get("@id"))


def selected(text: str, target: dict[str, Any]) -> str:
    """The words that a reader of the target finds, the same by either selector."""
    selectors = {s["@type"][0].removeprefix(OA): s for s in target[f"{OA}hasSelector"]}
    position, quotation = selectors["TextPositionSelector"], selectors["TextQuoteSelector"]
    start, end = value(position, f"{OA}start"), value(position, f"{OA}end")
    around = value(quotation, f"{OA}prefix") + value(quotation, f"{OA}exact") + value(quotation, f"{OA}suffix")
    assert around in text
    assert text[start:end] == value(quotation, f"{OA}exact")
    assert text[:start].endswith(value(quotation, f"{OA}prefix"))
    return text[start:end]


@pytest.mark.parametrize("reading", [r for r in ALL if r.statements], ids=lambda r: r.story.id)
def test_annotations_point_at_the_words(reading: Reading):
    annotations = items(reading)
    assert len(annotations) == len(reading.statements) + len(reading.links)
    assert len({a["@id"] for a in annotations}) == len(annotations)
    for statement_, annotation in zip(reading.statements, annotations, strict=False):
        assert annotation["@type"] == [f"{OA}Annotation"]
        found = [(value(t, "urn:rejoinder:role"), selected(reading.story.text, t)) for t in annotation[f"{OA}hasTarget"]]
        parts = ("source", "cue", "content", "addressee")
        assert found == [(part, reading.story.text[slice(*span)]) for part in parts for span in getattr(statement_, part)]


def test_nothing_of_an_annotation_is_lost_on_a_reader():
    """A term that no context knows is dropped silently, so there must be none."""
    for reading in ALL:
        for key in keys(to_collection(reading)):
            assert key in ANNOTATION or key.startswith("rejoinder:"), key


def test_the_fields_of_a_statement():
    annotation = items(READING)[0]
    assert value(annotation, f"{OA}motivatedBy") == f"{OA}describing"
    sentence, act, mode, fields = annotation[f"{OA}hasBody"]
    assert value(sentence, f"{RDF}value") == "Ilse Marrow — told: “The bridge is safe, Rene\u0301.”"
    assert [value(act, f"{RDF}value"), value(mode, f"{RDF}value")] == ["assert", "direct"]
    (speaker,) = fields["urn:rejoinder:speaker"]
    assert (speaker["@id"], value(speaker, f"{FOAF}name")) == (
        "urn:rejoinder:story:Day%201%2Fbridge%3A%20%C3%BC~2:actor:person:ilse-marrow",
        "Ilse Marrow",
    )
    assert value(fields, "urn:rejoinder:negated") is False
    (when,) = fields["urn:rejoinder:when"]
    assert value(when, "urn:rejoinder:date") == "2031-05-05"
    assert selected(READING.story.text, when["urn:rejoinder:evidence"][0]) == "Monday"
    assert value(annotation[f"{OA}hasTarget"][0], f"{OA}hasSource") == "https://norden.example/bridge"


def test_links_are_annotations_between_annotations():
    *statements, denial, support = items(READING)
    assert [value(a, f"{OA}motivatedBy") for a in (denial, support)] == [f"{OA}replying", f"{OA}linking"]
    answer, relation = denial[f"{OA}hasBody"]
    assert (answer["@id"], value(relation, f"{RDF}value")) == (statements[2]["@id"], "denies")
    assert denial[f"{OA}hasTarget"] == [{"@id": statements[0]["@id"]}]
    assert [selected(READING.story.text, e) for e in denial["urn:rejoinder:evidence"]] == ["denied that"]


def test_a_story_without_an_address_is_named_by_its_id():
    for url in (None, "bridge.html", "javascript:alert(1)", "https://norden.example/a b"):
        (target,) = items(Reading(replace(READING.story, url=url), (), (READING.statements[4],)))[0][f"{OA}hasTarget"][:1]
        assert value(target, f"{OA}hasSource") == "urn:rejoinder:story:Day%201%2Fbridge%3A%20%C3%BC~2"


def test_a_story_in_which_nobody_speaks():
    (collection,) = expand(to_collection(EMPTY))
    assert value(collection, f"{AS}totalItems") == 0
    assert f"{AS}first" not in collection


def graph(reading: Reading) -> dict[str, dict[str, Any]]:
    return {node["@id"]: node for node in to_graph(reading)["@graph"]}


def test_schema_org_has_only_what_schema_org_knows():
    for reading in ALL:
        nodes = to_graph(reading)["@graph"]
        ids = {node["@id"] for node in nodes}
        assert len(ids) == len(nodes)
        for node in nodes:
            types = node["@type"] if isinstance(node["@type"], list) else [node["@type"]]
            assert set(node) <= set().union(*(PROPERTIES[type] for type in types))
            references = [reference for name in ("creator", "spokenByCharacter", "about") for reference in node.get(name, [])]
            assert {reference["@id"] for reference in references} <= ids


def test_what_schema_org_says_of_a_story():
    (document,) = [json.loads(line) for line in _stream("schema-org", [READING])]
    nodes = {node["@id"].split(":")[-1]: node for node in expand(document)}
    quotation, claim, denial = nodes["s1"], nodes["s2"], nodes["s3"]
    assert [n["@type"] for n in (quotation, claim, denial)] == [[f"{SCHEMA}Quotation"], [f"{SCHEMA}Claim"], [f"{SCHEMA}Claim"]]
    assert value(quotation, f"{SCHEMA}text") == "The bridge is safe, Rene\u0301."
    assert value(quotation, f"{SCHEMA}spokenByCharacter") == nodes["ilse-marrow"]["@id"]
    assert value(quotation, f"{SCHEMA}isPartOf") == value(claim, f"{SCHEMA}appearance") == "https://norden.example/bridge"
    assert quotation[f"{SCHEMA}dateCreated"] == [{"@type": f"{SCHEMA}Date", "@value": "2031-05-05"}]
    assert value(quotation, f"{SCHEMA}about") == nodes["averna"]["@id"]
    assert value(denial, f"{SCHEMA}about") == quotation["@id"]
    assert [k["@value"] for k in denial[f"{SCHEMA}keywords"]] == ["deny", "denies"]
    assert value(nodes["ilse-marrow"], f"{SCHEMA}jobTitle") == "mayor"
    assert f"{SCHEMA}name" not in nodes["critics"]
    assert value(nodes["critics"], f"{SCHEMA}description") == "critics"


def test_what_was_not_said_is_not_published_as_said():
    denied = statement("s6", at("Orsk"), at("denied"), at("the bridge was safe"), inside="s4")
    reading = replace(READING, statements=(*READING.statements, denied), links=(*READING.links, Link("s3", "s4", "disputes", (), 0.9)))
    nodes = {id.split(":")[-1]: node for id, node in graph(reading).items()}
    assert {"s1", "s2", "s3", "s5"} <= nodes.keys()
    assert not {"s4", "s6"} & nodes.keys()
    assert nodes["s3"]["keywords"] == ["deny", "denies"]


def test_a_joint_source_and_a_stretch_of_days():
    said = replace(READING.statements[1], speaker="joint:1", when=When("2031-05-01/2031-05-03", *at("Monday")))
    nodes = {id.split(":")[-1]: node for id, node in graph(replace(READING, statements=(said,), links=())).items()}
    assert [who["@id"].split(":")[-1] for who in nodes["s2"]["creator"]] == ["ilse-marrow", "orsk"]
    assert ("dateCreated" in nodes["s2"], nodes["s2"]["temporal"]) == (False, "2031-05-01/2031-05-03")


def test_a_story_of_which_nothing_is_known():
    assert to_graph(Reading(Story("a", "x"))) == {
        "@context": "https://schema.org",
        "@graph": [{"@id": "urn:rejoinder:story:a", "@type": "NewsArticle", "identifier": "a"}],
    }


def _stream(name: str, of: list[Reading]) -> list[str]:
    out = io.StringIO()
    write = FORMATS[name].stream
    assert write is not None
    write(of, out)
    return out.getvalue().removesuffix("\n").split("\n")
