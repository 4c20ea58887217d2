"""Tables, archives and packed files to stories; what is wrong with one is a sentence."""

from __future__ import annotations

import gzip
import io
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rejoinder.errors import InputError
from rejoinder.reading import Columns
from rejoinder.reading.files import LARGEST
from tests.test_inputs import ATOM, BODY, PAGE, RSS, load, write

# Tables


@pytest.mark.parametrize(("name", "separator"), [("t.csv", ","), ("t.csv", ";"), ("t.csv", "\t"), ("t.tsv", "\t")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_rows_of_a_table(tmp_path: Path, name: str, separator: str, encoding: str):
    rows = [
        ("ID", "Title", "Text", "published", "more"),
        ("a1", "Grain", '"She said ""no"", and left; was it the\u00a0café?\r\nNobody knew."', "2024-03-01", "x"),
        ("", "", "Bo agreed.", "soon", ""),
    ]
    data = "\r\n".join(separator.join(row) for row in rows)
    stories, problems = load(write(tmp_path, name, data.encode(encoding)))
    assert [(story.id, story.text) for story in stories] == [("a1", 'She said "no", and left; was it the\u00a0café?\r\nNobody knew.'), ("t-2", "Bo agreed.")]
    assert [(story.title, story.published) for story in stories] == [("Grain", "2024-03-01"), (None, None)]
    assert (len(problems), "t." in problems[0], ":4: " in problems[0], "'soon', not an ISO 8601 date" in problems[0]) == (1, True, True, True)


def test_marks_in_an_unquoted_table_are_of_the_text(tmp_path: Path):
    lines = ["id\ttext", '1\t"We won\'t," she said, "not now."', '2\t"Never', "3\tBo left."]
    stories, problems = load(write(tmp_path, "t.tsv", "\n".join(lines) + "\n"))
    assert ([story.text for story in stories], problems) == (['"We won\'t," she said, "not now."', '"Never', "Bo left."], [])


def test_a_separator_that_a_table_names(tmp_path: Path):
    (story,), _ = load(write(tmp_path, "t.csv", "sep=;\r\ntext;title\r\nShe said a, b, c, d;T\r\n"))
    assert (story.text, story.title) == ("She said a, b, c, d", "T")


def test_columns_of_other_names(tmp_path: Path):
    file = write(tmp_path, "t.csv", "Body,Day,title\nAna said no.,2024-03-01,T\n")
    (story,), problems = load(file, columns=Columns.parse("text=body, published=Day"))
    assert (story.text, story.published, story.title, problems) == ("Ana said no.", "2024-03-01", "T", [])
    stories, (problem,) = load(file)
    assert (stories, "no column 'text' for the text (columns: 'Body', 'Day', 'title')" in problem) == ([], True)
    stories, (problem,) = load(file, columns=Columns.parse("text=body,author=who"))
    assert (stories, "no column 'who' for the author" in problem) == ([], True)


@pytest.mark.parametrize(("words", "found"), [("body", "names no column"), ("text=", "names no column"), ("texte=body", "no field of a story")])
def test_columns_that_are_none(words: str, found: str):
    with pytest.raises(InputError, match=found):
        Columns.parse(words)


def test_bad_rows_are_one_sentence_each_and_the_others_are_read(tmp_path: Path):
    lines = [b"id,text", b"1,Ana said no.", b"2", b"3,a,b", b"4,", b'5,"x" y', b"6,caf\xc3\xa9", b"7,caf\xe9", b"", b"8,Bo left.", b'9,"never closed', b"10,x"]
    stories, problems = load(write(tmp_path, "t.csv", b"\n".join(lines)))
    assert [story.id for story in stories] == ["1", "6", "8"]
    numbers = [problem.split("t.csv:")[1].split(":")[0] for problem in problems]
    assert numbers[:5] == ["3", "4", "5", "6", "8"]
    found = [
        "a row of 1 fields under a header of 2",
        "a row of 3",
        '"text" is empty',
        "no row of a table",
        "no utf-8",
        "no row of a table (unexpected end of data)",
    ]
    assert [words in problem for words, problem in zip(found, problems, strict=True)] == [True] * 6


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("t.csv", b"", "an empty table"),
        ("t.csv", b"\n \n", "an empty table"),
        ("t.csv", b"id,text\n", "no row under the header"),
        ("t.csv", bytes(range(256)) * 40, "binary data"),
        ("t.parquet", b"PAR1 and nothing more", "no Parquet file"),
        ("t.parquet", b"", "no Parquet file"),
        ("t.warc", b"nothing of the kind", "an archive that is cut short or broken"),
        ("t.warc", b"", "no web page in this archive"),
        ("t.warc.gz", b"nothing of the kind", "no gzip data"),
        ("t.txt.gz", b"\x1f\x8b\x08\x00 broken", "gzip data"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, data: bytes, found: str):
    stories, problems = load(write(tmp_path, name, data))
    assert stories == []
    assert found in problems[0]
    assert len([problem for problem in problems if "no web page" not in problem or found in problem]) == 1
    assert capfd.readouterr() == ("", "")


def test_large_fields_up_to_the_limit(tmp_path: Path):
    rows = [b"id,text", b"1," + b"a" * LARGEST, b"2," + b"a" * (LARGEST + 1), b"3," + b"a" * (3 * LARGEST), b"4,Bo left."]
    stories, problems = load(write(tmp_path, "t.csv", b"\n".join(rows)))
    assert [story.id for story in stories] == ["1", "4"]
    assert ["t.csv:3: no row of a table (field larger" in problems[0], "t.csv:4: more than 2 MB" in problems[1], len(problems)] == [True, True, 2]


def test_rows_of_parquet(tmp_path: Path):
    table = pa.table({
        "Text": ["Ana said no.", None, "Bo left.", "x" * (LARGEST + 1)],
        "id": [7, 8, None, 9],
        "published": pa.array([datetime(2024, 3, 1, 9, 30, tzinfo=UTC)] * 4, pa.timestamp("ns", "UTC")),
        "author": [["Mira Voss", "Ivo Tarn"], [], None, None],
        "more": [1.5, 2.5, 3.5, 4.5],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "p.parquet", row_group_size=1)
    stories, problems = load(tmp_path / "p.parquet")
    assert [(story.id, story.text, story.author) for story in stories] == [("7", "Ana said no.", "Mira Voss, Ivo Tarn"), ("p-3", "Bo left.", None)]
    assert stories[0].published == "2024-03-01T09:30:00+00:00"
    assert ["p.parquet:2: no \"text\"" in problems[0], "p.parquet:4: more than 2 MB" in problems[1], len(problems)] == [True, True, 2]  # fmt: skip


def test_days_of_parquet_and_columns_that_do_not_fit(tmp_path: Path):
    pq.write_table(pa.table({"body": ["Ana said no."], "day": [date(2024, 3, 1)], "n": [1]}), tmp_path / "p.parquet")
    (story,), _ = load(tmp_path / "p.parquet", columns=Columns(text="body", published="day"))
    assert story.published == "2024-03-01"
    assert "no column 'text' for the text (columns: 'body', 'day', 'n')" in load(tmp_path / "p.parquet")[1][0]
    assert "column 'n' holds int64, not text" in load(tmp_path / "p.parquet", columns=Columns(text="n"))[1][0]


def test_a_damaged_parquet_file_is_one_sentence(tmp_path: Path):
    pq.write_table(pa.table({"text": [f"Ana said no {k} times." for k in range(3000)]}), tmp_path / "p.parquet", compression="snappy", row_group_size=1000)
    data = bytearray((tmp_path / "p.parquet").read_bytes())
    data[len(data) // 3 : len(data) // 2] = b"\xff" * (len(data) // 2 - len(data) // 3)
    _, problems = load(write(tmp_path, "p.parquet", bytes(data)))
    assert len(problems) == 1
    assert "damaged" in problems[0]


# Archives and packed files


def archive(packed: bool, *pages: tuple[str, str, bytes, str]) -> bytes:
    """A WARC file of responses (address, status, body, type)."""
    return b"".join(gzip.compress(record(*page)) if packed else record(*page) for page in pages)


def record(url: str, status: str, body: bytes, kind: str) -> bytes:
    block = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}"
    return head.encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


PAGES = (
    ("https://courier.example/a?x=1", "200 OK", PAGE.encode(), "text/html; charset=utf-8"),
    ("https://courier.example/menu", "200 OK", b"<html><body><nav>Home</nav></body></html>", "text/html"),
    ("https://courier.example/gone", "404 Not Found", PAGE.encode(), "text/html"),
    ("https://courier.example/a.png", "200 OK", b"\x89PNG", "image/png"),
    (
        "https://courier.example/b",
        "200 OK",
        "<html><body><p>Министр заявил, что не уйдёт.</p></body></html>".encode("cp1251"),
        "text/html; charset=windows-1251",
    ),
)


@pytest.mark.parametrize("name", ["w.warc", "w.warc.gz"])
def test_pages_of_an_archive(tmp_path: Path, name: str):
    stories, problems = load(write(tmp_path, name, archive(name.endswith("gz"), *PAGES)))
    assert [(story.id, story.url) for story in stories] == [("w-1", "https://courier.example/a?x=1"), ("w-5", "https://courier.example/b")]
    assert stories[0].text.splitlines()[-3:] == list(BODY)
    assert stories[1].text == "Министр заявил, что не уйдёт."
    assert (len(problems), "1 of 3 pages have no article" in problems[0]) == (1, True)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("cut", [20, 300])
def test_a_cut_archive_is_read_as_far_as_it_goes(tmp_path: Path, capfd: pytest.CaptureFixture[str], packed: bool, cut: int):
    data = archive(packed, PAGES[0], PAGES[0])
    stories, problems = load(write(tmp_path, "w.warc.gz" if packed else "w.warc", data[:-cut]))
    assert [story.id for story in stories] == ["w-1"]
    assert (len(problems), "cut short" in problems[0]) == (1, True), problems
    assert capfd.readouterr() == ("", "")


def test_garbage_after_a_record_ends_an_archive(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    stories, problems = load(
        write(tmp_path, "w.warc", archive(False, PAGES[0]) + b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9\r\n\r\nHTTP/1.1 \r\n\r\njunk\r\n")
    )
    assert [story.id for story in stories] == ["w-1"]
    assert len(problems) == 1
    assert capfd.readouterr() == ("", "")


def test_packed_files(tmp_path: Path):
    files = {"a.txt.gz": b"Ana said no.", "b.jsonl.gz": b'{"text": "Bo left."}\n', "c.csv.GZ": b"text\nCy left.\n", "d.html.gz": PAGE.encode()}
    for name, data in files.items():
        write(tmp_path, name, gzip.compress(data))
    stories, problems = load(tmp_path)
    assert ([story.id for story in stories], problems) == (["a", "b-1", "c-1", "d"], [])
    assert "not read yet" in load(write(tmp_path, "e.gz", gzip.compress(b"x")))[1][0]
    assert "not read yet" in load(write(tmp_path, "e.parquet.gz", gzip.compress(b"x")))[1][0]


def test_packed_files_that_are_bombs_or_cut(tmp_path: Path):
    bomb = gzip.compress(b'{"text": "x"}\n' + b"a" * (5 * LARGEST) + b'\n{"text": "y"}\n')
    stories, problems = load(write(tmp_path, "b.jsonl.gz", bomb))
    assert ([story.text for story in stories], len(problems), "more than 2 MB" in problems[0]) == (["x", "y"], 1, True)
    assert "too long for one story" in load(write(tmp_path, "b.txt.gz", gzip.compress(b"a " * LARGEST)))[1][0]
    lines = "".join(f'{{"text": "Ana said no {k * 7919 % 1000} times."}}\n' for k in range(20_000)).encode()
    stories, problems = load(write(tmp_path, "c.jsonl.gz", gzip.compress(lines)[:-2000]))
    assert (len(stories) > 1000, len(problems), "cut short" in problems[0]) == (True, 1, True)


def test_a_folder_of_all_kinds(tmp_path: Path):
    pq.write_table(pa.table({"text": ["Ana said no."]}), tmp_path / "e.parquet")
    files = {
        "a.txt": "Ana said no.",
        "a.htm": PAGE,
        "b.xml": ATOM,
        "c.csv": "text\nBo left.\n",
        "d.ndjson": '{"text": "Cy left."}',
        "z.pdf": "%PDF-",
        "y.log": "x",
    }
    for name, data in files.items():
        write(tmp_path, name, data)
    stories, problems = load(tmp_path)
    assert [story.id for story in stories] == ["a.htm", "a.txt", "tag:dorvia.example,2024:9", "c-1", "d-1", "e-1"]
    assert problems == []


@pytest.mark.parametrize(("data", "ids"), [(PAGE.encode(), ["stdin"]), (RSS.encode(), ["courier-1", "https://courier.example/2"])])
def test_pages_and_feeds_from_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, ids: list[str]):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert [story.id for story in load("-")[0]] == ids
