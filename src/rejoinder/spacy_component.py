"""spaCy's door to the pipeline: a component `rejoinder`. Doc -> the same Doc, which then knows its statements, actors and links.

What is found is kept as the contract's JSON in `doc.user_data["rejoinder"]`: every way of storing or sending a Doc keeps a string (`to_bytes`, DocBin, the
processes of `nlp.pipe`), and none keeps spaCy's Spans. `doc._.statements`, `doc._.actors` and `doc._.links` are made of it when they are asked for.

spaCy loads this module whenever it makes a pipeline, for anybody who has Rejoinder installed. Importing it therefore takes no attribute of Doc and loads no
model: the first waits for `nlp.add_pipe("rejoinder")`, the second for the first text.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from rejoinder.errors import InputError, RejoinderError
from rejoinder.show.from_contract import from_json
from rejoinder.types import Act, ActorKind, Mode, Office, Reading, Relation, Spans, Statement, Story, When

if TYPE_CHECKING:
    from rejoinder.pipeline import Reader

try:
    from spacy import tokens
    from spacy.language import Language
except ImportError as error:
    raise ImportError(f"rejoinder.spacy_component needs spaCy ({error}); say pip install 'rejoinder[spacy]'.") from error

NAME = "rejoinder"  # of the component, and of what it leaves in doc.user_data
RECENT = 16  # readings kept, so that the attributes of a Doc in use parse its JSON once
SETTINGS = {"model": None, "threads": None}
ATTRIBUTES = ("reading", "statements", "actors", "links")


@dataclass(frozen=True, slots=True)
class DocActor:
    """An actor (`rejoinder.Actor`) whose mentions are Spans of the Doc."""

    id: str
    name: str
    kind: ActorKind
    country: str | None
    named: bool
    offices: tuple[Office, ...]
    mentions: list[tokens.Span]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocStatement:
    """A statement (`rejoinder.Statement`) whose parts are Spans of the Doc, [] where the text has none, and whose actors are the Doc's.

    inside: id of the statement whose content holds this one.
    """

    id: str
    source: list[tokens.Span]
    cue: list[tokens.Span]
    content: list[tokens.Span]
    addressee: list[tokens.Span]
    speaker: DocActor | None
    to: DocActor | None
    target: DocActor | None
    named: bool | None
    mode: Mode
    act: Act | None
    negated: bool | None
    hypothetical: bool | None
    inside: str | None
    when: When | None
    confidence: float


@dataclass(frozen=True, slots=True)
class DocLink:
    """A link (`rejoinder.Link`) from the answering statement to the one it answers; evidence: the words that show it."""

    start: DocStatement
    end: DocStatement
    relation: Relation
    evidence: list[tokens.Span]
    confidence: float


class Component:
    """Reads each Doc that it is given. Holds no model, so that it can be pickled.

    Args:
        model: folder of another model than the packaged one.
        threads: CPU threads; all cores if not given.
    """

    def __init__(self, model: str | None = None, threads: int | None = None) -> None:
        self.model, self.threads = model, threads

    def __call__(self, doc: tokens.Doc) -> tokens.Doc:
        """The same Doc, read.

        Raises:
            InputError: `doc._.published` is no date.
            ModelError: the folder holds no model that fits.
        """
        from rejoinder.show.contract import to_json

        reading = _reader(self.model, self.threads, os.getpid()).read(_story_of(doc))
        doc.user_data[NAME] = to_json(reading)
        return doc


# nlp: Any, since spaCy checks settings by these annotations and its older versions cannot look Language up.
@Language.factory(NAME, default_config=SETTINGS, assigns=[f"doc._.{name}" for name in ATTRIBUTES])  # pyright: ignore[reportUnknownMemberType, reportUntypedFunctionDecorator]
def make_component(nlp: Any, name: str, model: str | None, threads: int | None) -> Component:  # noqa: ARG001
    """What `nlp.add_pipe("rejoinder", config={"model": ..., "threads": ...})` calls.

    Raises:
        RejoinderError: fewer than one thread, or an attribute's name is taken (see `extend_doc`).
    """
    if threads is not None and threads < 1:
        raise RejoinderError(f"{name}: threads is {threads}; give 1 or more, or leave it out for all cores.")
    extend_doc()
    return Component(model, threads)


def extend_doc() -> None:
    """Gives Docs the attributes `doc._.reading`, `.statements`, `.actors`, `.links`, and `.published` and `.story_id` to be set before a Doc is read.

    `nlp.add_pipe` calls it; only to read stored Docs without a pipeline it must be called by hand. Once is enough, and twice does no harm.

    Raises:
        RejoinderError: another library took one of the first four names.
    """
    for name, getter in zip(ATTRIBUTES, (_reading, _statements, _actors, _links), strict=True):
        if tokens.Doc.has_extension(name) and getattr(tokens.Doc.get_extension(name)[2], "__module__", None) != __name__:
            raise RejoinderError(
                f"doc._.{name} belongs to another component already; free it with Doc.remove_extension({name!r}), or do without one of the two."
            )
        tokens.Doc.set_extension(name, getter=getter, force=True)
    for name in ("published", "story_id"):
        if not tokens.Doc.has_extension(name):
            tokens.Doc.set_extension(name, default=None)


@cache
def _reader(model: str | None, threads: int | None, process: int) -> Reader:  # noqa: ARG001 - part of the cache's key
    """One for each process: a forked child must not run its parent's session."""
    # Imported here: the model's runtime takes most of a second.
    from rejoinder.pipeline import Reader

    return Reader(model, threads)


def _story_of(doc: tokens.Doc) -> Story:
    from rejoinder.reading.story import make_story

    published = doc._.published
    try:
        if published is not None:
            datetime.fromisoformat(published)
    except (TypeError, ValueError) as error:
        raise InputError("doc._.published", f"{published!r} is not an ISO 8601 date", "set a string such as '2031-05-02', or None") from error
    return make_story(doc.text, id=str(doc._.story_id or "text"), published=published)


def _reading(doc: tokens.Doc) -> Reading | None:
    """What was found; None where the component has not been."""
    stored = doc.user_data.get(NAME)
    if stored is None:
        return None
    reading = _parsed(stored)
    if reading.story.text != doc.text:
        raise InputError(
            "doc", "its text is not the one that was read (it was cut out of another Doc, or its user_data copied)", "read it anew with the pipeline"
        )
    return reading


def _actors(doc: tokens.Doc) -> list[DocActor]:
    reading = _reading(doc)
    return [DocActor(a.id, a.name, a.kind, a.country, a.named, a.offices, _spans(doc, a.mentions), a.members) for a in (reading.actors if reading else ())]


def _statements(doc: tokens.Doc) -> list[DocStatement]:
    reading = _reading(doc)
    actors = {actor.id: actor for actor in _actors(doc)}
    return [_statement(doc, statement, actors) for statement in (reading.statements if reading else ())]


def _statement(doc: tokens.Doc, s: Statement, actors: dict[str, DocActor]) -> DocStatement:
    return DocStatement(
        id=s.id,
        source=_spans(doc, s.source),
        cue=_spans(doc, s.cue),
        content=_spans(doc, s.content),
        addressee=_spans(doc, s.addressee),
        speaker=actors.get(s.speaker or ""),
        to=actors.get(s.to or ""),
        target=actors.get(s.target or ""),
        named=s.named,
        mode=s.mode,
        act=s.act,
        negated=s.negated,
        hypothetical=s.hypothetical,
        inside=s.inside,
        when=s.when,
        confidence=s.confidence,
    )


def _links(doc: tokens.Doc) -> list[DocLink]:
    reading = _reading(doc)
    statements = {statement.id: statement for statement in _statements(doc)}
    return [
        DocLink(statements[link.start], statements[link.end], link.relation, _spans(doc, link.evidence), link.confidence)
        for link in (reading.links if reading else ())
    ]


def _spans(doc: tokens.Doc, spans: Spans) -> list[tokens.Span]:
    """Spans of whole tokens that hold `spans`: spaCy may cut words otherwise than we do."""
    found = (doc.char_span(start, end, alignment_mode="expand") for start, end in spans)
    return [span for span in found if span is not None]


@lru_cache(RECENT)
def _parsed(text: str) -> Reading:
    return from_json(text.encode(), f"doc.user_data[{NAME!r}]")
