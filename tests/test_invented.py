"""Stories of our own with marked statements: the marks, what is wrong with them, and what becomes of them in training."""

from __future__ import annotations

import re

import pytest

from rejoinder.tagging.labels import NAMES
from rejoinder.tagging.pieces import Pieces
from rejoinder.tagging.session import PACKAGED
from training.invented import FOLDER, MarkError, gold_story, held_out, marked, parse, stories

STORY = """## ferry | 2023-05-09
[s1,4 The operator] [k1:deny has *denied] [c1 [k2:accuse allegations] that [c2 it cheated]].
"[c3 We did,]" [k3:concede:h said] [s3 its clerk] to [a3 the council], [k4:assert adding] that [c4 it rained].
-> 1 2 denies
"""


def test_marks_become_spans():
    story = parse(STORY)
    words = {n: {role: [story.text[a:b] for a, b in spans] for role, spans in s.spans.items()} for n, s in story.statements.items()}
    assert words[1] == {"source": ["The operator"], "cue": ["has denied"], "content": ["allegations that it cheated"], "addressee": []}
    assert words[3] == {"source": ["its clerk"], "cue": ["said"], "content": ["We did,"], "addressee": ["the council"]}
    assert words[4]["source"] == ["The operator"]
    assert story.text[story.statements[1].anchor :].startswith("denied")
    assert [n for n, s in story.statements.items() if s.nested] == [2]
    assert (story.statements[3].act, story.statements[3].flags) == ("concede", (False, True))
    assert story.links == [(1, 2, "denies")]
    assert not set("[]*") & set(story.text)


def test_gold_is_as_polnear_marks_it():
    gold = {g.spans["cue"][0]: g for g in gold_story(parse(STORY)).statements}
    text = parse(STORY).text
    contents = {text[slice(*cue)]: [text[a:b] for a, b in g.spans["content"]] for cue, g in gold.items()}
    assert contents == {"has denied": ["allegations that it cheated"], "allegations": ["that it cheated"], "said": ['"We did,"'], "adding": ["that it rained"]}
    assert {text[slice(*cue)]: g.mode for cue, g in gold.items()}["said"] == "direct"


SPOKEN = """## sluice | 2023-05-09
[s1 Tidewell Labs], a pump maker, [k1:assert said] [c1 it was safe]. [s2 Hana Ober-Lind, a senior engineer at Tidewell,] [k2:deny denied] [c2 it].
"[c3 The Labs report is wrong,]" [s3 she] [k3:criticise said] of [c3 the firm]. [s4 A spokesman for the firm] [k4:decline did not *answer].
Food inspectors came. [s5 The agency] [k5:assert said] that [c5 [s6 the engineer] [k6:assert had *told] [a6 it] [c6 so]].
@ 1 organization:tidewell-labs
@ 2,3,6 person:hana-ober-lind
@ 4 person:spokesman*
@ 5 organization:food-agency
"""


def test_speakers_teach_names_and_what_pronouns_stand_for():
    gold = gold_story(parse(SPOKEN))
    assert gold.names is not None
    named = [(gold.text[name.start : name.end], name.kind) for name in gold.names]
    assert named == [("Tidewell Labs", "organization"), ("Hana Ober-Lind", "person"), ("Tidewell", "organization")]  # not "Labs", nor "Food"
    assert gold.some_names
    heads = {gold.text[m.at :].split()[0].strip(",."): m for m in gold.mentions}
    assert list(heads) == ["Labs", "Ober-Lind", "Tidewell", "she", "spokesman", "agency", "engineer"]
    assert [word for word, m in heads.items() if m.asks] == ["she", "engineer"]
    assert heads["she"].chain == heads["engineer"].chain == heads["Ober-Lind"].chain != heads["agency"].chain


def test_names_that_are_not_all_teach_nothing_of_other_words():
    pytest.importorskip("torch", reason="torch is not installed (pip install 'rejoinder[train]')")
    from training.examples import UNKNOWN, windows

    gold = gold_story(parse(SPOKEN))
    (window,) = windows(gold, Pieces(PACKAGED / "tokenizer.json"), None)
    labels = [NAMES[label] for label in window.names.tolist() if label != UNKNOWN]
    assert labels == ["B-organization", "I-organization", "B-person", "I-person", "B-organization"]
    assert [len(reference.right) for reference in window.references] == [1, 2]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("[s1 Ana] [k1:assert said] [c1 it rained.", "is not closed"),
        ("Ana] said.", "closes nothing"),
        ("[s1 Ana] [k1:assert has said] [c1 it].", "needs one [*] before its head word"),
        ("[s1 Ana] [k1:shout said] [c1 it].", "no act 'shout'"),
        ("[s1 Ana] [k1:assert said].", "has no content"),
        ("[s1 Ana] said [c1 it].", "has 0 cues"),
        ("[s1 Ana] [k1:assert said] [c1 that it rained].", "begins with 'that'"),
        ("[s1 Ana] [k1:assert said][c1  it].", "begins or ends with a space"),
        ("[s1 Ana] [k1:assert said] [c1 it].\n-> 1 7 denies", "does not fit"),
        ("[s1 Ana] [k1:assert said] [c1 it].\n-> 1 denies", "a link is"),
        ("Ana [said] it.", "marks nothing|closes nothing"),
        ("[s1 Ana] [k1:assert said] [c1 it].\n@ 1 -\n\n-> 1 1 denies", "'@ 1 -' stands in the text"),
        ("[s1 Ana] [k1:assert said] [c1 it].\n-> 1 1 denies\n@ 1 -", "'-> 1 1 denies' stands in the text"),
    ],
)
def test_marks_that_cannot_be_meant_say_why(body: str, problem: str):
    with pytest.raises(MarkError, match=problem):
        parse(f"## x | 2020-01-01\n{body}")


def test_the_story_needs_a_day():
    with pytest.raises(MarkError, match="YYYY-MM-DD"):
        parse("## x | May\nAna left.")


def test_every_story_can_be_read_and_has_its_own_id():
    taught, kept = stories(), stories(kept=True)
    ids = [story.id for story in taught + kept]
    others = [story.id for story in held_out()]
    assert others
    assert not set(others) & set(ids)
    assert len(ids) == len(set(ids)) == sum(len(re.findall(r"(?m)^## ", file.read_text(encoding="utf8"))) for file in FOLDER.glob("*.txt"))
    assert len(kept) == pytest.approx(len(ids) / 10, abs=len(list(FOLDER.glob("*.txt"))))


def test_no_files_have_no_stories():
    assert marked([]) == []


def test_speakers_stand_before_the_links():
    story = parse(STORY.replace("-> 1 2", "@ 1,4 organization:lind-ferries\n@ 2 -\n@ 3 person:clerk*\n-> 1 2"))
    operator = ("organization:lind-ferries", True)
    assert story.speakers == {1: operator, 4: operator, 2: None, 3: ("person:clerk", False)}
    assert (story.text, story.links) == (parse(STORY).text, [(1, 2, "denies")])


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("@ 1 person:ana", "speakers of .2, 3, 4. are missing"),
        ("@ 1,2 -\n@ 2,3,4 -", "two speakers"),
        ("@ 1,2,3,4 man:ana", "no such kinds"),
        ("@ 1 Ana", "a speaker is"),
        ("@ 1,2 person:ana\n@ 3,4 person:ana*", "with and without"),
    ],
)
def test_speakers_that_cannot_be_meant_say_why(lines: str, problem: str):
    with pytest.raises(MarkError, match=problem):
        parse(STORY.replace("-> 1 2", f"{lines}\n-> 1 2"))
