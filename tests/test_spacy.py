"""The spaCy component, with the packaged model in a blank pipeline."""

from __future__ import annotations

import importlib
import pickle
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

import rejoinder
from rejoinder import spacy_component
from rejoinder.errors import InputError, ModelError, RejoinderError
from rejoinder.reading import make_story

STORY = (
    'PORT ALDEN, Averna (Reuters) - "We won\'t pay," Minister Ana Holm told reporters on Monday. '
    "Bo Lind, who leads the dockers' union, accused her of breaking a promise. Holm denied the accusation."
)
ODD = "\r\n🎉  Minister Ana Holm said:\t“We’re  broke\u00a0🇦🇽, friends.”\r\n\r\nBo Lind said that cafe\u0301s must close.\r\n"


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("rejoinder", config={"threads": 1})
    return nlp


@pytest.fixture(scope="module")
def doc(nlp: Language) -> Doc:
    return nlp(STORY)


@pytest.fixture
def free() -> Iterator[None]:
    """Attributes of Doc may be taken away in a test and are back after it."""
    yield
    for name in spacy_component.ATTRIBUTES:
        if Doc.has_extension(name):
            Doc.remove_extension(name)
    spacy_component.extend_doc()


def texts(spans: list[Span]) -> list[str]:
    return [span.text for span in spans]


def test_statements_have_spans_of_the_doc_and_speakers(doc: Doc):
    told, accused, denied = doc._.statements
    assert [texts(part) for part in (told.source, told.cue, told.content, told.addressee)] == [
        ["Minister Ana Holm"],
        ["told"],
        ['"We won\'t pay,"'],
        ["reporters"],
    ]
    assert all(span.doc is doc for span in told.source)
    assert (told.speaker.name, told.speaker.id, told.mode, told.act) == ("Ana Holm", "person:ana-holm", "direct", "promise")
    assert (told.to.name, accused.speaker.name, accused.target.name, denied.speaker.id) == ("reporters", "Bo Lind", "Ana Holm", "person:ana-holm")
    assert texts(told.speaker.mentions)[:2] == ["Minister Ana Holm", "Ana Holm"]


def test_actors_and_links(doc: Doc):
    assert {"person:ana-holm", "person:bo-lind"} <= {actor.id for actor in doc._.actors}
    (link,) = doc._.links
    assert (link.relation, link.start.id, link.end.act, texts(link.evidence)) == ("denies", doc._.statements[2].id, "accuse", ["denied"])


def test_the_reading_is_the_one_of_rejoinder(doc: Doc):
    assert doc._.reading == rejoinder.read(STORY)


@pytest.mark.parametrize("text", ["", " \n\t", "Ana Holm left Port Alden."])
def test_nothing_said(nlp: Language, text: str):
    doc = nlp(text)
    assert (doc._.statements, doc._.links, doc._.reading.story.text) == ([], [], text)


def test_a_doc_that_was_not_read(nlp: Language):
    doc = nlp.make_doc(STORY)
    assert (doc._.reading, doc._.statements, doc._.actors, doc._.links) == (None, [], [], [])


def test_odd_characters_and_spaces_line_up(nlp: Language):
    doc = nlp(ODD)
    assert doc.text == ODD
    assert len(doc._.statements) == 2
    first, second = doc._.statements
    assert (texts(first.source), texts(first.content)) == (["Minister Ana Holm"], ["“We’re  broke\u00a0🇦🇽, friends.”"])
    assert (texts(second.source), texts(second.cue)) == (["Bo Lind"], ["said"])
    assert second.content[0].text.startswith("that cafe\u0301s must close")


def test_coarse_tokens_are_taken_whole(nlp: Language):
    words = STORY.split(" ")
    doc = nlp(Doc(nlp.vocab, words, [True] * (len(words) - 1) + [False]))
    assert texts(doc._.statements[0].content) == ['"We won\'t pay,"']
    assert texts(doc._.statements[1].source) == ["Bo Lind, who leads the dockers' union,"]


def test_stored_docs_keep_what_was_found(doc: Doc):
    vocab = spacy.blank("en").vocab
    (of_bin,) = DocBin(store_user_data=True).from_bytes(DocBin(docs=[doc], store_user_data=True).to_bytes()).get_docs(vocab)
    for stored in (of_bin, Doc(vocab).from_bytes(doc.to_bytes()), pickle.loads(pickle.dumps(doc)), doc.copy()):  # noqa: S301 - our own bytes
        assert stored._.reading == doc._.reading
        assert texts(stored._.statements[1].source) == texts(doc._.statements[1].source)
        assert stored._.links[0].end.speaker.name == "Bo Lind"


# From Python 3.12 on, forking beside the threads of numpy or pytest is warned of; a child here loads a model of its own.
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
@pytest.mark.parametrize("n_process", [1, 2])
def test_pipes_read_every_text_in_order(nlp: Language, n_process: int):
    stories = [STORY, "", ODD, "Ana Holm said no."]
    docs = list(nlp.pipe(stories, n_process=n_process, batch_size=1))
    assert [doc._.reading for doc in docs] == [rejoinder.read(text) for text in stories]
    assert texts(docs[2]._.statements[0].source) == ["Minister Ana Holm"]


def test_published_and_id_are_read_from_the_doc(nlp: Language):
    doc = nlp.make_doc("The bridge will close, Minister Ana Holm said on Monday.")
    doc._.published, doc._.story_id = "2031-05-07", "bridge"
    (statement,) = nlp(doc)._.statements
    assert statement.when is not None
    assert statement.when.date == "2031-05-05"
    assert doc._.reading == rejoinder.read(make_story(doc.text, id="bridge", published="2031-05-07"))


@pytest.mark.parametrize("published", ["last week", 20310507])
def test_a_date_that_is_none_is_one_sentence(nlp: Language, published: object):
    doc = nlp.make_doc("Ana Holm said no.")
    doc._.published = published
    with pytest.raises(InputError, match=r"doc\._\.published: .* is not an ISO 8601 date; set a string"):
        nlp(doc)


def test_the_others_go_on_where_the_pipeline_says_so(nlp: Language):
    docs = [nlp.make_doc(f"Ana Holm said no {k} times.") for k in range(3)]
    docs[1]._.published = "soon"
    failed: list[Exception] = []
    nlp.set_error_handler(lambda name, component, docs, error: failed.append(error))
    try:
        read = list(nlp.pipe(docs))
    finally:
        nlp.set_error_handler(spacy.util.raise_error)
    assert ([doc.text for doc in read], len(failed)) == ([docs[0].text, docs[2].text], 1)


def test_what_was_read_is_not_laid_over_another_text(doc: Doc):
    part = doc[3:9].as_doc(copy_user_data=True)
    with pytest.raises(InputError, match="its text is not the one that was read"):
        _ = part._.statements


def test_a_saved_pipeline_keeps_its_settings(nlp: Language, tmp_path: Path):
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    assert again.get_pipe("rejoinder").threads == 1
    assert len(again("Ana Holm said no.")._.actors) == 1


def test_settings_that_do_not_work_are_one_sentence(tmp_path: Path):
    with pytest.raises(RejoinderError, match="threads is 0; give 1 or more"):
        spacy.blank("en").add_pipe("rejoinder", config={"threads": 0})
    other = spacy.blank("en")
    other.add_pipe("rejoinder", config={"model": str(tmp_path)})
    with pytest.raises(ModelError, match="no model manifest"):
        other("Ana Holm said no.")


def test_registering_twice_is_harmless(doc: Doc, free: None):
    importlib.reload(spacy_component)
    spacy_component.extend_doc()
    spacy_component.extend_doc()
    spacy.blank("en").add_pipe("rejoinder")
    assert len(doc._.statements) == 3


def test_an_attribute_of_another_component_is_left_alone(nlp: Language, free: None):
    Doc.set_extension("links", default="theirs", force=True)
    with pytest.raises(RejoinderError, match=r"doc\._\.links belongs to another component"):
        spacy.blank("en").add_pipe("rejoinder")
    assert nlp.make_doc("x")._.links == "theirs"


def test_without_spacy_one_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "spacy.language", None)
    with pytest.raises(ImportError, match=r"needs spaCy .*pip install 'rejoinder\[spacy\]'\.$"):
        runpy.run_path(spacy_component.__file__)


def test_the_entry_point_costs_others_nothing(tmp_path: Path):
    info = tmp_path / "other-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 0\n", encoding="utf8")
    (info / "entry_points.txt").write_text("[spacy_factories]\nrejoinder = rejoinder.spacy_component:make_component\n", encoding="utf8")
    program = """
import sys
sys.path.insert(0, sys.argv[1])
import spacy
nlp = spacy.blank("de")
print("rejoinder.spacy_component" in sys.modules, "onnxruntime" in sys.modules, spacy.tokens.Doc.has_extension("links"), nlp.has_factory("rejoinder"))
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.split(), done.stderr) == (["True", "False", "False", "True"], "")
