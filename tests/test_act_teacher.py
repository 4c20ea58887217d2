"""How the larger reader of acts sees a statement."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed (pip install 'rejoinder[train]')")
pytest.importorskip("transformers", reason="transformers is not installed (pip install 'rejoinder[train]')")

from rejoinder.tagging.session import PACKAGED
from training.act_teacher import EDGES, LONGEST, marked, whole
from training.stories import Gold, GoldStory
from training.variants import clean, dump

TEXT = "The lamps went out. Ana Reed accused “the mayor” of hiding the bill. Nobody paid."


def place(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def told(act: str | None = "accuse", text: str = TEXT) -> GoldStory:
    spans = {"source": [place("Ana Reed")], "cue": [place("accused")], "content": [place("“the mayor” of hiding the bill")]}
    return GoldStory(text, [Gold(place("accused")[0], spans, False, "mixed", act)], nested_known=True)


@pytest.mark.parametrize("shape", [clean, dump])
def test_the_parts_of_a_statement_are_marked(shape: object):
    tokenizer = whole(PACKAGED / "tokenizer.json")
    [(k, statement)] = marked(told(), shape(TEXT), tokenizer)  # type: ignore[operator]
    assert k == 0
    assert statement.ids[statement.cue] == EDGES["cue"][0]
    assert [piece for piece in statement.ids if 0 < piece < 7] == [*EDGES["source"], *EDGES["cue"], *EDGES["content"]]
    said = tokenizer.decode([piece for piece, inside in zip(statement.ids, statement.content, strict=True) if inside])
    assert "mayor" in said and "bill" in said and "reed" not in said
    assert tokenizer.decode(statement.ids).startswith("the lamps")


def test_what_nobody_judged_is_left_out_and_long_texts_are_cut():
    tokenizer = whole(PACKAGED / "tokenizer.json")
    assert marked(told(None), clean(TEXT), tokenizer) == []
    long = TEXT + " It was a long night in the harbour." * 60
    [(_, statement)] = marked(told(text=long), clean(long), tokenizer)
    assert len(statement.ids) <= LONGEST + 2 + 6
