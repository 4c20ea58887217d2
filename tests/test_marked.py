"""A statement with its parts marked, and what the packaged model says that it does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from tokenizers import Tokenizer

from rejoinder.statements.acts import Acts, opinions
from rejoinder.tagging.labels import ACTS, FLAGS
from rejoinder.tagging.marked import EDGES, LONGEST, Marked, Parts, marked
from rejoinder.tagging.pieces import Pieces
from rejoinder.tagging.session import PACKAGED, Second
from rejoinder.tagging.tagger import Tagger
from rejoinder.tagging.words import Words, layout_of, split

TEXT = "The lamps went out. Ana Reed accused “the mayor” of hiding the bill. Nobody paid."
MARKS = {piece for pair in EDGES.values() for piece in pair}


def parts(words: Words, **said: str) -> Parts:
    places = {role: words.text.index(snippet) for role, snippet in said.items()}
    return {
        role: [(int(words.start.searchsorted(places[role])), int(words.start.searchsorted(places[role] + len(said[role]))))] if role in said else []
        for role in EDGES
    }


def statement(text: str, **said: str) -> Marked:
    words, pieces = split(text), Pieces(PACKAGED / "tokenizer.json")
    return marked(parts(words, **said), pieces.of(words), layout_of(words), (pieces.start, pieces.end))


def decoded(ids: list[int]) -> str:
    return Tokenizer.from_file(str(PACKAGED / "tokenizer.json")).decode(ids)


def test_the_parts_are_marked():
    read = statement(TEXT, source="Ana Reed", cue="accused", content="“the mayor” of hiding the bill")
    assert read.ids[read.cue] == EDGES["cue"][0]
    assert [piece for piece in read.ids if piece in MARKS] == [*EDGES["source"], *EDGES["cue"], *EDGES["content"]]
    assert decoded([read.ids[k] for k in read.content]) == "“ the mayor ” of hiding the bill"
    assert decoded(read.ids).startswith("the lamps") and decoded(read.ids).endswith("nobody paid.")
    assert len(read.layout) == len(read.ids)
    assert {code for piece, code in zip(read.ids, read.layout, strict=True) if piece in MARKS} == {0}


def test_a_cue_inside_what_is_said_keeps_its_own_mark():
    read = statement("It is, Ana Reed said, late.", cue="said", content="It is, Ana Reed said, late")
    assert read.ids[read.cue] == EDGES["cue"][0]
    assert [piece for piece in read.ids if piece in MARKS] == [EDGES["content"][0], *EDGES["cue"], EDGES["content"][1]]


@pytest.mark.parametrize("length", [60, 2000])
def test_what_stands_far_from_the_cue_is_not_read(length: int):
    long = TEXT + " It was a long night in the harbour." * length
    read = statement(long, source="Ana Reed", cue="accused", content=long[long.index("“the mayor”") :])
    assert len(read.ids) <= LONGEST + 2 + len(MARKS)
    assert read.ids[read.cue] == EDGES["cue"][0]


def test_only_what_the_head_is_unsure_of_is_read_again():
    """One that it is sure of, one that it is not, one of whose flags it is not, one that it did not read."""
    heads = Acts(np.full((4, len(ACTS)), 0.005, np.float32), np.zeros((4, len(FLAGS)), np.float32))
    heads.acts[:, 0], heads.acts[1, :2], heads.flags[2, 0], heads.acts[3] = 0.94, (0.5, 0.44), 0.2, 0
    other = np.full(len(ACTS), 0.01, np.float32)
    other[:2] = 0.3, 0.6
    asked: list[Parts] = []

    def reread(statements: Sequence[Parts]) -> list[Second]:
        asked.extend(statements)
        return [Second(other, np.full(len(FLAGS), 0.7, np.float32)) for _ in statements]

    told: list[Parts] = [{"cue": [(k, k + 1)]} for k in range(4)]
    acts, flags = opinions(heads, told, reread)
    assert asked == told[1:]
    assert acts.argmax(1).tolist() == [0, 1, 0, 1]
    assert acts[1:].sum(1) == pytest.approx(1)
    assert flags[0].tolist() == [0, 0] and (flags[1:] == np.float32(0.7)).all()


def test_the_model_says_what_marked_statements_do():
    text = "Ana Reed denied that she had taken the money. Bo Lind accused the mayor of theft. Ana Reed promised to pay."
    words = split(text)
    said = [
        parts(words, source="Ana Reed", cue="denied", content="that she had taken the money"),
        parts(words, source="Bo Lind", cue="accused", content="the mayor of theft"),
        parts(words, cue="promised", content="to pay"),
    ]
    read = Tagger(threads=2).tag(text).reread(said)
    assert [ACTS[int(one.acts.argmax())] for one in read] == ["deny", "accuse", "promise"]
    assert [one.acts.sum() for one in read] == pytest.approx([1] * 3, abs=1e-3)
    assert all(len(one.flags) == len(FLAGS) and ((one.flags >= 0) & (one.flags <= 1)).all() for one in read)


def test_no_statements_are_nothing():
    assert Tagger(threads=1).tag("It rained.").reread([]) == []
