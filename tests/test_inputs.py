"""Pages and feeds to stories; what is wrong with one is a sentence."""

from __future__ import annotations

import logging
import socket
import sys
from pathlib import Path

import pytest

from rejoinder.errors import InputError
from rejoinder.reading import Columns, read_stories
from rejoinder.reading.fields import iso_date
from rejoinder.reading.fragments import text_of_fragment
from rejoinder.types import Story

BODY = (
    "PORT ALDEN, Averna — Prime Minister Lena Castell denied on Friday that her government had sold grain to Dorvia in secret.",
    "“We sold nothing,” she told reporters outside parliament. “Whoever says so is lying.”",
    "The opposition leader, Tomas Reck, said he would publish the contracts next week.",
)
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Castell denies grain deal | The Alden Courier</title>
<meta property="og:site_name" content="The Alden Courier"><meta property="og:title" content="Castell denies grain deal">
<meta name="author" content="Mira Voss"><meta property="article:published_time" content="2024-03-01T09:30:00+01:00">
<link rel="canonical" href="https://courier.example/2024/castell"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/s">Sport: the coach says he will stay</a></li></ul></nav>
<div id="cookie-notice"><p>We value your privacy, the publisher says. Accept all cookies to go on reading.</p><button>Accept</button></div>
<article><h1>Castell denies grain deal</h1><p class="byline">By Mira Voss</p><div class="share-buttons"><a href="#">Share on Chirper</a></div>
<figure><img src="a.jpg"><figcaption>Advertisement: nine of ten dentists said they use Brill.</figcaption></figure>
<p>{BODY[0]}</p><p>{BODY[1]}</p>
<div class="ad"><p>Sofas are cheap, says Sofa King.</p></div>
<p><strong>Read more: <a href="/x">Minister says no to the bridge</a></strong></p><p><a href="/y">Union warned of a strike</a></p>
<aside class="related"><h3>Related</h3><ul><li><a href="/z">Judge denied it all</a></li></ul></aside>
<table><tr><td>Grain, the ministry said</td><td>12 t</td></tr></table>
<p>{BODY[2]}</p></article>
<section class="related-links"><h2>More stories</h2><ul><li><a href="/w">Mayor claims victory in Dorvia</a></li></ul></section>
<section id="comments" class="comments"><h2>Comments</h2><div class="comment"><p>grumpy77 said: she is lying, everybody knows it.</p></div></section>
<footer><p>© 2019 The Alden Courier. The editors say all rights are reserved.</p></footer></body></html>"""
RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Alden Courier</title><link>https://courier.example/</link>
<item><title>Grain &amp;amp; lies</title><link>https://courier.example/1</link><guid>courier-1</guid><dc:creator>Mira Voss</dc:creator>
<pubDate>Fri, 01 Mar 2024 23:30:00 -0500</pubDate><description>Only the summary.</description>
<content:encoded><![CDATA[<p>Castell <b>denied</b> it.</p><figure><figcaption>Photo: A. Lens said so</figcaption></figure>
<p>“We sold&nbsp;nothing,” she said.</p><p>The post <a href="x">Grain</a> appeared first on <a href="y">Courier</a>.</p>]]></content:encoded></item>
<item><title>Short</title><link>https://courier.example/2</link><pubDate>some day</pubDate><description>Reck said &lt;i&gt;yes&lt;/i&gt;.</description></item>
<item><title>Only a title</title><guid>courier-3</guid></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Dorvia Today</title><entry><id>tag:dorvia.example,2024:9</id>
<title>Answer</title><link href="https://dorvia.example/9"/><updated>2024-03-02T08:00:00Z</updated><author><name>Ivo Tarn</name></author>
<content type="text">Dorvia said it bought nothing.</content></entry></feed>"""


def load(*paths: Path | str, columns: Columns | None = None) -> tuple[list[Story], list[str]]:
    problems: list[InputError] = []
    stories = list(read_stories([str(path) for path in paths], problems.append, columns))
    return stories, [str(problem) for problem in problems]


def write(folder: Path, name: str, data: bytes | str) -> Path:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


# Pages


def test_a_page_is_its_article_and_nothing_around_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("reading a file reached the network"))
    (story,), problems = load(write(tmp_path, "castell.html", PAGE))
    assert problems == []
    assert story.text.splitlines() == ["Castell denies grain deal", *BODY]
    assert (story.id, story.title, story.author, story.publisher) == ("castell", "Castell denies grain deal", "Mira Voss", "The Alden Courier")
    assert (story.published, story.url) == ("2024-03-01", "https://courier.example/2024/castell")


@pytest.mark.parametrize("page", [PAGE.replace("<article>", "<div>").replace("</article>", "</div>"), PAGE.replace("</p>", "").replace("</article>", "")])
def test_a_page_of_other_or_broken_markup_has_the_same_speech(tmp_path: Path, page: str):
    (story,), _ = load(write(tmp_path, "a.htm", page))
    assert all(line in story.text for line in BODY)
    for words in ("privacy", "dentists", "Sofa", "bridge", "strike", "Judge", "ministry", "victory", "grumpy77", "reserved"):
        assert words not in story.text


def test_nothing_is_guessed_that_a_page_does_not_say(tmp_path: Path):
    page = f"<html><body><p>{'</p><p>'.join(BODY)}</p><p>It was the worst harvest since 1987, she said on 4 May 1999.</p></body></html>"
    (story,), _ = load(write(tmp_path, "a.html", page))
    assert (story.title, story.author, story.publisher, story.published, story.url) == (None, None, None, None, None)
    (story,), _ = load(write(tmp_path, "b.html", "<p>Ana said no.</p>"))
    assert story.text == "Ana said no."


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "iso-8859-1"), ("cp1252", "utf-8"), ("cp1252", "iso-8859-1"), ("cp1251", "windows-1251"), ("utf-16", "utf-8"), ("cp1252", "hex")],
)
def test_a_page_whose_charset_is_declared_rightly_or_wrongly(tmp_path: Path, encoding: str, declared: str):
    said = (
        "«Мы ничего не продали», — сказала она журналистам у парламента."
        if encoding == "cp1251"
        else "Le ministre a déclaré qu’il n’était pas prêt à céder à l’été."
    )
    page = f'<html><head><meta charset="{declared}"></head><body><article>{f"<p>{said}</p>" * 3}</article></body></html>'
    (story,), problems = load(write(tmp_path, "a.html", page.encode(encoding)))
    assert (problems, story.text.splitlines()[0]) == ([], said)


def test_a_bad_byte_matters_only_in_the_article(tmp_path: Path):
    said = "“Non,” a-t-elle dit à l’été. " * 5
    page = f"<html><head><script>x = '@1'</script></head><body><article><p>{said}@2 “Oui.”</p></article></body></html>".encode()
    assert load(write(tmp_path, "a.html", page.replace(b"@1", b"\xe2\x80")))[1] == []
    stories, problems = load(write(tmp_path, "b.html", page.replace(b"@2", b"\xe2\x80")))
    assert (stories, len(problems), "damaged at byte" in problems[0]) == ([], 1, True)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "no article found"),
        (b"<html><body><nav><a href=/>Home</a> <a href=/s>Sport</a></nav></body></html>", "no article found"),
        (b"<html><body><div><a href=/>Home</a></div><div><a href=/s>Sport</a></div></body></html>", "no article found"),
        (b'<html><body><div class="cookie-banner"><p>We use cookies to say more.</p></div></body></html>', "no article found"),
        (b"<html><body><p>" + b"Ana said no. " * 800_000 + b"</p></body></html>", "too long for one page"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "binary data"),
        (b"<" * 50_000, "no article found"),
    ],
)
def test_a_page_without_an_article_is_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str], data: bytes, found: str):
    write(tmp_path, "a.html", data)
    write(tmp_path, "z.txt", "Ana said no.")
    stories, problems = load(tmp_path)
    assert [story.id for story in stories] == ["z"]
    assert (len(problems), "a.html" in problems[0], found in problems[0]) == (1, True, True), problems
    assert capfd.readouterr() == ("", "")


def test_a_page_with_nuls_and_deep_nesting_is_read(tmp_path: Path):
    page = "<html><body>" + "<div>" * 20_000 + "<p>Ana\0 said no.</p></body></html>"
    stories, problems = load(write(tmp_path, "a.html", page))
    assert len(stories) + len(problems) == 1
    (story,), _ = load(write(tmp_path, "b.html", "<html><body><p>Ana\0 said no.</p></body></html>"))
    assert story.text == "Ana said no."


def test_libraries_do_not_print_even_without_logging_set_up(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    load(write(tmp_path, "a.html", "<html></html>"), write(tmp_path, "a.xml", "<?xml version='1.0'?><a>"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [("a.html", "trafilatura", "html"), ("a.xml", "feedparser", "html"), ("a.warc", "warcio.archiveiterator", "html"), ("a.parquet", "pyarrow", "parquet")],
)
def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str, extra: str):
    monkeypatch.setitem(sys.modules, module, None)
    stories, (problem,) = load(write(tmp_path, name, PAGE))
    assert stories == []
    assert f"needs {module.partition('.')[0]}, which cannot be loaded" in problem
    assert f"pip install 'rejoinder[{extra}]'." in problem


# Feeds


def test_entries_of_a_feed(tmp_path: Path):
    stories, problems = load(write(tmp_path, "news.rss", RSS))
    assert [story.text for story in stories] == ["Castell denied it.\n“We sold nothing,” she said.", "Reck said yes."]
    first, second = stories
    assert (first.id, first.url, first.title, first.author) == ("courier-1", "https://courier.example/1", "Grain & lies", "Mira Voss")
    assert (first.publisher, first.published) == ("The Alden Courier", "2024-03-01T23:30:00-05:00")
    assert (second.id, second.published) == ("https://courier.example/2", None)
    assert ["news.rss:2" in problems[0], "'some day', not an ISO 8601 date" in problems[0], "an entry without text" in problems[1], len(problems)] == [
        True,
        True,
        True,
        2,
    ]


def test_an_atom_feed(tmp_path: Path):
    (story,), problems = load(write(tmp_path, "d.atom", ATOM))
    assert (story.id, story.text, story.author) == ("tag:dorvia.example,2024:9", "Dorvia said it bought nothing.", "Ivo Tarn")
    assert (story.url, story.published, story.publisher, problems) == ("https://dorvia.example/9", "2024-03-02T08:00:00Z", "Dorvia Today", [])


def test_ids_of_a_feed_are_unique(tmp_path: Path):
    item = "<item><guid>same</guid><description>Ana said no.</description></item>"
    stories, _ = load(write(tmp_path, "f.xml", f"<rss version='2.0'><channel>{item * 3}</channel></rss>"))
    assert [story.id for story in stories] == ["same", "f-2", "f-3"]


@pytest.mark.parametrize(
    ("data", "read", "found"),
    [
        ("<rss version='2.0'><channel><title>Empty</title></channel></rss>", 0, "a feed without entries"),
        ("<?xml version='1.0'?><inventory><hat/></inventory>", 0, "no RSS or Atom feed"),
        ("", 0, "no RSS or Atom feed"),
        (RSS[: RSS.index("<item><title>Short")], 1, "a feed that is cut short"),
    ],
)
def test_a_feed_that_is_none_empty_or_cut(tmp_path: Path, data: str, read: int, found: str):
    stories, problems = load(write(tmp_path, "f.xml", data))
    assert len(stories) == read
    assert (len(problems), found in problems[0]) == (1, True), problems


def test_entities_of_a_feed_do_not_explode(tmp_path: Path):
    doctype = "<!DOCTYPE a [<!ENTITY x0 'lol'>" + "".join(f"<!ENTITY x{k} '{f'&x{k - 1};' * 10}'>" for k in range(1, 10)) + "]>"
    stories, _ = load(write(tmp_path, "f.xml", doctype + "<rss version='2.0'><channel><item><description>Ana said &x9;.</description></item></channel></rss>"))
    assert all(len(story.text) < 1000 for story in stories)


def test_a_malformed_feed_is_read_quietly(tmp_path: Path):
    data = "<rss version='2.0'><channel><title>R&D</title><item><description>Ana said no & left.</description></item></channel></rss>"
    (story,), problems = load(write(tmp_path, "f.xml", data))
    assert (story.text, problems) == ("Ana said no & left.", [])


def test_fragments():
    assert text_of_fragment("One<br>two <em>and</em>\n three<script>x()</script><p>four<p>five</div><table><tr><td>six") == "One\ntwo and three\nfour\nfive"
    assert text_of_fragment("plain &amp; simple, 2 < 3") == "plain & simple, 2 < 3"
    assert text_of_fragment("<p>Yes, he said.</p><p><a href='x'>Continue reading “Yes”</a></p>") == "Yes, he said."


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("2024-03-01", "2024-03-01"),
        (" 2024-03-01 09:30:00 ", "2024-03-01T09:30:00"),
        ("2024-03-01T09:30:00Z", "2024-03-01T09:30:00Z"),
        ("Fri, 01 Mar 2024 09:30:00 GMT", "2024-03-01T09:30:00+00:00"),
        ("yesterday", None),
        ("2024-02-31", None),
        ("", None),
    ],
)
def test_dates(value: str, iso: str | None):
    assert iso_date(value) == iso
