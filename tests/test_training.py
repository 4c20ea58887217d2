"""The parts of the training wing that need no torch: variants, annotation, labels."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import annotate, variants
from training.silver import Parse

ANNOTATION = Path(__file__).parents[1] / "training" / "annotation"
TEXTS = st.text(st.sampled_from("aB.?!,'’“”\"-() \n1É"), max_size=80)


@given(TEXTS, st.integers(0, 50))
def test_every_variant_knows_where_its_characters_come_from(text: str, seed: int):
    for make in (variants.clean, variants.dump, variants.unquoted, variants.unbroken):
        variant = make(text)
        assert len(variant.origin) == len(variant.text)
    variant = variants.draw(text, random.Random(seed))
    known = variant.origin[variant.origin >= 0]
    assert (known[1:] >= known[:-1]).all()
    assert all(0 <= k < len(text) for k in known.tolist())


@given(TEXTS)
def test_a_dump_keeps_the_letters(text: str):
    variant = variants.dump(text)
    for new, old in zip(variant.text, variant.origin.tolist(), strict=True):
        assert old < 0 or text[old].lower() == new
    assert not set(variant.text) & set(variants.MARKS)


def test_dump_of_a_sentence():
    assert variants.dump('"I don’t know," Mr. Holm’s aide said. "Ask!" He left.').text == "i don t know , mr. holm s aide said .\nask !\nhe left ."


def test_quotation_marks_change_their_style():
    found = {variants.restyled("“Yes,” he said. “No.”", random.Random(seed)).text for seed in range(40)}
    assert "«Yes,» he said. «No.»" in found
    assert "``Yes,'' he said. ``No.''" in found


STORY = {"id": "x", "text": "Ana said Bo thinks he thinks.", "attributions": [{"items": [{"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 28]]}]}]}


def test_notes_become_offsets():
    note = {"id": "x", "nested": [{"in": 0, "source": "Bo", "cue": "Bo [thinks]", "content": ["he thinks"]}], "to": {}}
    row = annotate.resolve(note, STORY)
    assert row["nested"] == [{"in": 0, "cue": [[12, 18]], "source": [[9, 11]], "content": [[19, 28]], "addressee": []}]
    assert row["sha256"] == hashlib.sha256(STORY["text"].encode()).hexdigest()  # type: ignore[attr-defined]
    assert "text" not in row


@pytest.mark.parametrize(
    ("nested", "problem"),
    [
        ({"in": 0, "cue": "thinks", "content": []}, "2 places"),
        ({"in": 0, "cue": "said", "content": []}, "not in the text of its outer statement"),
        ({"in": 0, "cue": "[thinks] he", "content": ["it rained"]}, "not in the text"),
        ({"in": 4, "cue": "x"}, "IndexError"),
    ],
)
def test_a_note_that_cannot_be_placed_says_why(nested: dict[str, object], problem: str):
    with pytest.raises(annotate.NoteError, match=problem):
        annotate.resolve({"id": "x", "nested": [nested]}, STORY)


def test_annotation_files_hold_offsets_and_no_text():
    for file in ANNOTATION.glob("nested-*.jsonl"):
        for line in file.read_text(encoding="utf8").splitlines():
            row = json.loads(line)
            assert set(row) == {"id", "sha256", "nested", "addressees"}
            for statement in row["nested"]:
                assert set(statement) == {"in", "source", "cue", "content", "addressee"}
                assert all(isinstance(n, int) for role in ("source", "cue", "content", "addressee") for span in statement[role] for n in span)


def test_there_is_enough_annotation():
    counts = {
        name: sum(len(json.loads(line)["nested"]) for line in (ANNOTATION / f"nested-{name}.jsonl").read_text(encoding="utf8").splitlines())
        for name in ("train", "dev")
    }
    assert counts["train"] >= 600
    assert counts["dev"] >= 100


def test_silver_heads_and_addressees():
    text = "Ana has told reporters it rained"
    spans = [(0, 3), (4, 7), (8, 12), (13, 22), (23, 25), (26, 32)]
    sentence = {
        "tokens": [[a, b, "X", "O"] for a, b in spans],
        "dep": [[3, "nsubj"], [3, "aux"], [0, "root"], [3, "dobj"], [6, "nsubj"], [3, "ccomp"]],
    }
    parse = Parse(text, {"sentences": [sentence]})
    assert parse.head((4, 12)) == 8
    roles = {"source": [(0, 3)], "cue": [(4, 12)], "content": [(23, 32)]}
    assert parse.addressee(roles) == [(13, 22)]
    assert Parse(text, None).addressee(roles) == []
    assert Parse(text, None).head((4, 12)) is None
