"""brat stand-off: written by its published rules, and read back."""

from __future__ import annotations

import re
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from rejoinder.errors import InputError
from rejoinder.export import FORMATS, read_brat
from rejoinder.export.brat import file_name
from rejoinder.types import Reading, Span, Statement, Story
from tests.test_export import ALL, EMPTY, PARTS, READING, at, readings, statement


def parse(text: str, ann: str) -> dict[str, dict[str, list[str]]]:
    """A strict reader by https://brat.nlplab.org/standoff.html and the checks of brat's server: annotations by kind and id, each a list of fields."""
    out: dict[str, dict[str, list[str]]] = {kind: {} for kind in "TERA#"}
    lines = ann.splitlines()  # as brat reads it: any Unicode line break ends an annotation
    for line in lines:
        id, rest = line.split("\t", 1)
        kind = id[0]
        assert re.fullmatch(r"[TERA#]\d+", id)
        assert id not in out[kind]
        if kind == "T":
            head, words = rest.split("\t", 1)
            name, offsets = head.split(" ", 1)
            spans = [(int(a), int(b)) for a, b in (pair.split(" ") for pair in offsets.split(";"))]
            assert all(0 <= a < b <= len(text) for a, b in spans)
            assert all(b <= c for (_, b), (c, _) in pairwise(spans))
            assert words == " ".join(text[a:b] for a, b in spans)
            out[kind][id] = [name, offsets]
        else:
            out[kind][id] = re.split(r"[ \t]", rest, maxsplit=2 if kind == "#" else 0)
    for name_trigger, *arguments in out["E"].values():
        name, trigger = name_trigger.split(":")
        assert out["T"][trigger][0] == name
        roles = [argument.split(":") for argument in arguments]
        assert len({role for role, _ in roles}) == len(roles)
        for role, target in roles:
            assert out["T"][target][0] == re.sub(r"\d+$", "", role)
    for _, *ends in out["R"].values():
        assert [end.split(":")[0] for end in ends] == ["Arg1", "Arg2"]
        assert all(end.split(":")[1] in out["E"] for end in ends)
    for _, target, *value in out["A"].values():
        assert target in out["E"]
        assert len(value) <= 1
    for _, target, _ in out["#"].values():
        assert target in out["E"] | out["R"]
    return out


def written(folder: Path) -> list[tuple[str, str]]:
    return [
        (file.read_bytes().decode(), file.with_name(f"{file.name.removesuffix('.txt')}.ann").read_bytes().decode()) for file in sorted(folder.glob("*.txt"))
    ]


def outline(reading: Reading) -> list[tuple[object, ...]]:
    """What brat keeps of statements, in the order of their cues."""
    kept = [s for s in reading.statements if s.cue]
    return sorted((min(s.cue), *(getattr(s, part) for part in PARTS), s.mode, s.act or "", bool(s.negated), bool(s.hypothetical)) for s in kept)


def test_brat_files_follow_brats_rules(tmp_path: Path):
    FORMATS["brat"].write(iter(ALL), tmp_path / "out")
    pairs = written(tmp_path / "out")
    assert sorted(text for text, _ in pairs) == sorted(reading.story.text for reading in ALL)
    for text, ann in pairs:
        parse(text, ann)


def test_what_stands_in_a_brat_file(tmp_path: Path):
    FORMATS["brat"].write([READING], tmp_path / "out")
    ((text, ann),) = written(tmp_path / "out")
    found = parse(text, ann)
    start, end = READING.statements[0].content[0]
    cut = text.index("\r\n", start)
    assert ["Content", f"{start} {cut};{cut + 2} {end}"] in found["T"].values()
    assert found["R"]["R1"] == ["Denies", "Arg1:E3", "Arg2:E1"]
    assert ["Negated", "E4"] in found["A"].values()
    assert ["Act", "E3", "deny"] in found["A"].values()
    notes = [note for _, target, note in found["#"].values() if target == "E1"]
    assert notes == ["speaker: Ilse Marrow (person:ilse-marrow); to: critics (group:critics); target: Averna (country:averna)"]
    configuration = (tmp_path / "out" / "annotation.conf").read_text(encoding="utf8")
    named = {name for name, *_ in found["T"].values()} | {name for name, *_ in found["A"].values()} | {name for name, *_ in found["R"].values()}
    assert all(re.search(rf"^{name}\b", configuration, re.MULTILINE) for name in named)
    assert [line for line in configuration.splitlines() if line.startswith("[")] == ["[entities]", "[relations]", "[events]", "[attributes]"]


def test_brat_is_read_back(tmp_path: Path):
    FORMATS["brat"].write(ALL, tmp_path / "out")
    back = {reading.story.id: reading for reading in read_brat(tmp_path / "out")}
    for reading in ALL:
        twins = [other for other in ALL if other.story.id == reading.story.id]
        if len(twins) == 1:
            assert back[reading.story.id].story.text == reading.story.text
            assert outline(back[reading.story.id]) == outline(reading)
    links = back[READING.story.id].links
    assert [(link.start, link.end, link.relation) for link in links] == [("s4", "s1", "denies"), ("s3", "s1", "supports")]  # numbered by their cues now


@given(readings())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_odd_text_is_read_back_from_brat(reading: Reading):
    with tempfile.TemporaryDirectory() as folder:
        FORMATS["brat"].write([reading], Path(folder, "out"))
        ((text, ann),) = written(Path(folder, "out"))
        (back,) = read_brat(Path(folder, "out"))
    parse(text, ann)
    assert back.story.text == reading.story.text
    if len(reading.story.id.encode()) <= 30:  # three characters a byte fit
        assert back.story.id == reading.story.id
    # The mode of a statement that says nothing is not in doubt: it is written down.
    assert outline(back) == outline(reading)


def test_file_names_are_safe_and_apart():
    ids = ["a", "A", "a", "a~2", "../../etc/passwd", "..", ".", "con", "CON.x", "é" * 300, "é" * 301, "a/b", "a b", "%41", "x.", "nul"]
    taken: set[str] = set()
    names = [file_name(id, taken) for id in ids]
    assert len({name.lower() for name in names}) == len(ids)
    assert all(re.fullmatch(r"[\w%~-](?:[\w.%~-]*[\w%~-])?", name, re.ASCII) and len(name) <= 110 for name in names)
    assert not any(re.match(r"(?i)(con|nul)(\.|$)", name) for name in names)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "mine.ann").write_text("T1\tCue 0 1\tx\n")
    with pytest.raises(InputError, match="something here already"):
        FORMATS["brat"].write([READING], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.ann"]
    (tmp_path / "empty").mkdir()
    FORMATS["brat"].write([EMPTY], tmp_path / "empty")
    assert sorted(path.name for path in (tmp_path / "empty").iterdir()) == ["annotation.conf", "empty.ann", "empty.txt"]


GOLD = "Ana Holm told Bo: “It rains.” He said that Cy thinks it snows."


def gold(folder: Path, *lines: str, text: str = GOLD, end: str = "\n") -> Path:
    (folder / "day.one.txt").write_bytes(text.encode())
    (folder / "day.one.ann").write_bytes(end.join(lines).encode())
    return folder


def mark(number: int, kind: str, *snippets: str) -> str:
    spans = at(*snippets, text=GOLD)
    return f"T{number}\t{kind} {';'.join(f'{a} {b}' for a, b in spans)}\t{' '.join(snippets)}"


MARKED = (
    mark(1, "Source", "Ana Holm"),
    mark(2, "Cue", "told"),
    mark(3, "Content", "“It rains.”"),
    mark(4, "Addressee", "Bo"),
    mark(5, "Source", "He"),
    mark(6, "Cue", "said"),
    mark(7, "Content", "that Cy thinks it snows"),
    mark(8, "Source", "Cy"),
    mark(9, "Cue", "thinks"),
    mark(10, "Content", "it snows"),
)
WAYS = {
    "events on their cues": ("E1\tStatement:T2 Source:T1 Content:T3 Addressee:T4", "E2\tCue:T6 Source:T5 Content:T7", "E3\tStatement:T9 Content:T10 Source:T8"),
    "events with a cue, as PolNeAR has them": (
        *(mark(n, "Attribution", word) for n, word in ((11, "told"), (12, "said"), (13, "thinks"))),
        "E1\tAttribution:T11 Content:T3 Cue:T2 Source:T1 Addressee:T4",
        "E2\tAttribution:T12 Content:T7 Source:T5 Cue:T6 ",
        "E3\tAttribution:T13 Cue:T9 Source:T8 Content:T10",
    ),
    "relations either way": (
        "R1\tSource Arg1:T2 Arg2:T1",
        "R2\thas Arg1:T2 Arg2:T3",
        "R3\tto Arg1:T4 Arg2:T2",
        "R4\tx Arg1:T6 Arg2:T5",
        "R5\tx Arg1:T6 Arg2:T7",
        "R6\tx Arg1:T8 Arg2:T9",
        "R7\tx Arg1:T10 Arg2:T9",
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_gold_that_people_made(tmp_path: Path, way: str, end: str):
    (reading,) = read_brat(gold(tmp_path, *MARKED, *WAYS[way], "#1\tAnnotatorNotes T1\tsure?", "*\tEquiv T1 T5", "", end=end))
    assert reading.story == Story("day.one", GOLD)
    words = [[reading.story.words(getattr(s, part)) for part in PARTS] for s in reading.statements]
    assert words == [["Ana Holm", "told", "“It rains.”", "Bo"], ["He", "said", "that Cy thinks it snows", ""], ["Cy", "thinks", "it snows", ""]]
    assert [s.inside for s in reading.statements] == [None, None, "s2"]
    assert [s.mode for s in reading.statements] == ["direct", "indirect", "indirect"]
    assert {(s.act, s.negated, s.confidence) for s in reading.statements} == {(None, None, 1.0)}


def test_acts_flags_and_links_of_gold(tmp_path: Path):
    more = ("A1\tAct E2 deny", "A2\tnegated T2", "M1\tHypothetical E2", "R9\tDisputes Arg1:E2 Arg2:T2", "A3\tMode E2 mixed")
    (reading,) = read_brat(gold(tmp_path, *MARKED, *WAYS["events on their cues"], *more) / "day.one.ann")
    first, second, _ = reading.statements
    assert (first.act, first.negated, first.hypothetical) == (None, True, None)
    assert (second.act, second.negated, second.hypothetical, second.mode) == ("deny", None, True, "mixed")
    assert [(link.start, link.end, link.relation) for link in reading.links] == [("s2", "s1", "disputes")]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("nonsense", "not a line of brat: 'nonsense'"),
        ("T1 Cue 0 3 Ana", "not a line of brat"),
        ("T1\tCue 0 three\tAna", "not a line of brat"),
        ("T1\tCue 3 3\t", "the text has 62 characters"),
        ("T1\tCue 60 99\tx", "the text has 62 characters"),
        ("T1\tCue 1 4\tAna", "T1 says 'Ana', the text has 'na ' at 1 4"),
        ("T2\tCue 9 13\ttold", "T2 stands here a second time"),
        ("E1\tStatement:T7 Source:T2", "it names T7, which is not marked"),
        ("E1\tStatement:T2 Source:T9", "it names T9"),
        ("E1\tStatement T2", "not a line of brat"),
        ("R1\tSource Arg1:T2 Arg2:T9", "it names T9"),
        ("A1\tAct T9 deny", "it names T9"),
        ("A1\tAct T2 shout", 'the act "shout" is none'),
        ("A1\tMode T2", 'the mode "" is none'),
    ],
)
def test_a_malformed_line_is_named_and_the_other_stories_go_on(tmp_path: Path, line: str, found: str):
    gold(tmp_path, "T2\tCue 9 13\ttold", line)
    FORMATS["brat"].write([READING], tmp_path / "more")
    problems: list[InputError] = []
    assert [reading.story.id for reading in read_brat(tmp_path, problems.append)] == ["more/" + READING.story.id]
    (problem,) = problems
    assert problem.where == f"{tmp_path / 'day.one.ann'}:2"
    assert found in problem.found
    with pytest.raises(InputError, match="2: "):
        list(read_brat(tmp_path / "day.one.txt"))


def test_files_that_are_missing_or_no_text(tmp_path: Path):
    with pytest.raises(InputError, match=r"no \.ann file"):
        list(read_brat(tmp_path))
    gold(tmp_path)
    (tmp_path / "alone.ann").write_text("")
    (tmp_path / "alone2.txt").write_text("Ana said no.")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    problems: list[InputError] = []
    assert [reading.story.id for reading in read_brat(tmp_path, problems.append)] == ["day.one"]
    assert [Path(problem.where).name for problem in problems] == ["alone.txt", "alone2.ann", "latin.txt"]


def test_bytes_taken_for_characters_are_found_out(tmp_path: Path):
    text = "Café: Ana said no."
    (tmp_path / "a.txt").write_bytes(text.encode())
    start = text.encode().index(b"said")
    (tmp_path / "a.ann").write_text(f"T1\tCue {start} {start + 4}\tsaid\n")
    with pytest.raises(InputError, match=r"offsets count characters \(not bytes\)"):
        list(read_brat(tmp_path))


def test_statements_that_hold_each_other_do_not_nest_in_a_circle(tmp_path: Path):
    made: tuple[Statement, ...] = (
        statement("s1", (), (Span(0, 3),), (Span(4, 13),)),
        statement("s2", (), (Span(9, 13),), (Span(0, 8),)),
    )
    FORMATS["brat"].write([Reading(Story("a", GOLD), (), made)], tmp_path / "out")
    (reading,) = read_brat(tmp_path / "out")
    assert [s.inside for s in reading.statements] == [None, "s1"]
