"""The pages about people, disputes and two who speak of each other, and the questions behind them. Readings are made by hand, so that no model is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rejoinder.errors import NotOnRecordError
from rejoinder.record import Record
from rejoinder.record.answers import OnDay
from rejoinder.record.relations import LANES
from rejoinder.types import Actor, Reading, Span
from tests.test_record import ACCUSED, DENIED, FISHING, RUN, Row, story

fastapi = pytest.importorskip("fastapi")
from fastapi.testclient import TestClient  # noqa: E402

from rejoinder.web.app import create_app  # noqa: E402

REED, LUND = "person:ana-reed", "person:bo-lund"
HOSTILE = "<script>alert(1)</script>"
HOSTILE_ROW: Row = (f"Ana Reed {HOSTILE}", "accused", "Bo Lund of <img src=x onerror=alert(2)> and of burning the archive", "accuse", REED, LUND)


def about_lund(reading: Reading) -> Reading:
    """The reading with a joint source, "both", of a statement of Bo Lund in the place of its first one's."""
    both = Actor("group:both", "both", "group", named=False, mentions=(Span(0, 2),), confidence=(0.5,), members=(REED, LUND))
    first = replace(reading.statements[0], speaker="group:both", target=None)
    return replace(reading, actors=(*reading.actors, both), statements=(first, *reading.statements[1:]))


STORIES = (
    story("first", published="2024-03-01", title="The mine"),
    story("again", (ACCUSED, FISHING), published="2024-03-09", links=False),
    story("undated", (ACCUSED, DENIED), published=None, links=False),
    story("hostile", (HOSTILE_ROW, FISHING), published="2024-04-02", links=False, title=HOSTILE, publisher=HOSTILE),
    about_lund(story("joint", (ACCUSED, FISHING), published="2024-05-01", links=False)),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record that no test writes to."""
    file = tmp_path_factory.mktemp("people") / "news.db"
    with Record(file, writing=True) as record:
        for reading in STORIES:
            record.keep(reading, RUN)
        record.settle()
    return file


@pytest.fixture
def record(kept: Path) -> Iterator[Record]:
    with Record(kept) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(kept: Path) -> Iterator[TestClient]:
    with TestClient(create_app(kept), base_url="http://localhost") as made:
        yield made


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[TestClient]:
    file = tmp_path / "news.db"
    with Record(file, writing=True) as record:
        for reading in STORIES[:3]:
            record.keep(reading, RUN)
        record.settle()
    app = create_app(file)
    with TestClient(app, base_url="http://localhost", headers={"X-Rejoinder-Token": app.state.form_token}) as made:
        yield made


# Questions


def test_people_come_by_how_much_they_say_and_joint_sources_count(record: Record):
    found = record.people()
    assert [(one.id, one.statements, one.stories) for one in found] == [(REED, 5, 5), (LUND, 3, 5)]
    assert found[1].offices == ("mayor",)
    assert not found.more
    assert [one.id for one in record.people("lund")] == [LUND]
    assert record.people("lund")[0] == found[1]
    assert record.people("nobody") == ()
    assert record.people(kind="country") == ()
    page = record.people(limit=1, offset=1)
    assert ([one.id for one in page], page.total) == ([LUND], 2)


def test_a_person_is_asked_for_by_id_alone(record: Record):
    assert record.person(LUND).name == "Bo Lund"
    with pytest.raises(NotOnRecordError, match="nobody has the id 'Bo Lund'"):
        record.person("Bo Lund")


def test_days_count_what_is_said_by_and_about_somebody(record: Record):
    assert record.days(LUND) == (
        OnDay("2024-03-01", (1, 1)), OnDay("2024-03-09", (0, 1)), OnDay("2024-04-02", (0, 1)), OnDay("2024-05-01", (1, 1)), OnDay(None, (1, 1)),
    )  # fmt: skip
    assert record.days("person:nobody") == ()


def test_the_words_behind_a_name_lead_to_a_place(record: Record):
    assert [(w.words, w.count, w.story, w.statement) for w in record.wordings(LUND)] == [("Bo Lund", 2, "first", "s2"), ("Ana Reed", 1, "joint", "s1")]


def test_every_story_tells_why_it_is_they(record: Record):
    seen = record.seen(REED, limit=2)
    assert [(one.story, one.rule) for one in seen] == [("joint", "same name"), ("hostile", "same name")]
    assert seen.total == 5
    assert [one.story for one in record.seen(REED, limit=2, offset=4)] == ["undated"]


def test_claims_and_the_thread_by_time(record: Record):
    (claim,) = [claim for claim in record.claims() if claim.members > 1]
    assert (claim.first.story, claim.members, claim.answers) == ("first", 4, 2)
    assert [(turn.relation, turn.saying.story) for turn in claim.turns] == [("denies", "first"), ("denies", "undated")]
    thread = record.thread(claim.claim)
    assert [(turn.relation, turn.saying.story) for turn in thread.turns] == [
        (None, "first"), ("denies", "first"), ("repeats", "again"), ("repeats", "joint"), ("repeats", "undated"), ("denies", "undated"),
    ]  # fmt: skip
    assert [len(day.counts) for day in thread.days] == [len(LANES)] * 4
    assert sum(map(sum, (day.counts for day in thread.days))) == claim.members + claim.answers
    assert record.thread(claim.claim, limit=2, offset=2).turns == thread.turns[2:4]
    assert {found.claim for found in record.claims("debts mine")} == {found.claim for found in record.disputes("debts mine")}
    assert len(record.claims(repeats=True)) == len(record.disputes(repeats=True))


def test_between_two_agrees_with_the_search(record: Record):
    two = record.between("Ana Reed", LUND, limit=2)
    assert (two.a.id, two.b.id) == (REED, LUND)
    assert two.forth == record.search(speaker=REED, about=LUND, limit=2)
    assert two.forth.total == record.search(speaker=REED, about=LUND).total == 5
    assert [(row.act, row.forth, row.back) for row in two.acts] == [("accuse", 5, 0)]
    assert sum(day.counts[0] for day in two.days) == 5
    assert [(x.relation, x.answering.story, x.answered.story) for x in two.exchanges] == [("denies", "first", "first"), ("denies", "undated", "undated")]
    mirrored = record.between(LUND, REED)
    assert [(row.act, row.forth, row.back) for row in mirrored.acts] == [("accuse", 0, 5)]
    assert mirrored.exchanges == record.between(REED, LUND).exchanges


def test_the_matrix_agrees_with_between(record: Record):
    matrix = record.matrix()
    assert [(one.id, one.count) for one in matrix.speakers] == [(REED, 5)]
    assert [(one.id, one.count) for one in matrix.others] == [(LUND, 5)]
    assert matrix.cells == ((5,),)
    assert record.matrix(harsh=True).cells == ((4,),)  # the joint one has no target


def test_an_older_version_and_what_was_dropped_do_not_count(tmp_path: Path):
    with Record(tmp_path / "news.db", writing=True) as record:
        record.keep(story("old", url="https://example.org/a"), RUN)
        record.keep(story("new", (ACCUSED, FISHING), links=False, url="https://example.org/a"), RUN)
        record.settle()
        assert record.between(REED, LUND).forth.total == record.matrix().cells[0][0] == record.people()[0].statements == 1
        assert record.between(REED, LUND).exchanges == ()
        record.correct("new", "s1", "drop")
        assert record.between(REED, LUND).forth.total == record.people()[0].statements == 0
        assert record.matrix().cells == ()
        assert record.days(LUND) == record.wordings(REED) == ()


# Pages

ADDRESSES = (
    "/people",
    "/people?name=lund&kind=person",
    f"/people/{REED}",
    f"/people/{LUND}",
    "/disputes",
    "/disputes?repeats=true",
    "/disputes?words=debts",
    "/between",
    "/between?harsh=true",
    f"/between?a={REED}&b={LUND}",
    f"/between?a={HOSTILE}&b=lund",
    "/between?a=lund",
    "/between?a=lund&b=lund",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_hostile_gets_into_a_page(client: TestClient, address: str):
    page = client.get(address)
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "<img src=x" not in page.text
    assert " style=" not in page.text
    assert " onerror" not in page.text.replace("&lt;img src=x onerror", "")


@pytest.mark.parametrize("address", ["/people", "/people?name=lund", "/disputes", "/disputes?words=debts&repeats=true", "/between", "/between?harsh=true"])
def test_an_empty_record_has_its_pages_too(tmp_path: Path, address: str):
    with TestClient(create_app(tmp_path / "news.db"), base_url="http://localhost") as client:
        page = client.get(address)
    assert page.status_code == 200
    assert 'class="empty"' in page.text


def test_the_page_about_somebody_leads_on(client: TestClient):
    page = client.get(f"/people/{REED}").text
    for words in (
        "<h1>Ana Reed</h1>",
        "Statements by Ana Reed and about them",
        'href="/search?speaker=person%3Aana-reed&amp;act=accuse"',
        'href="/between?a=person%3Aana-reed&amp;b=person%3Abo-lund"',
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        'href="/stories/first#s1"',
        "same name",
    ):
        assert words in page
    assert page.index("<h2>") < page.index("<h3>")


def test_a_claim_has_its_thread_and_a_plot(client: TestClient, record: Record):
    (claim,) = [claim for claim in record.claims() if claim.members > 1]
    page = client.get(f"/disputes/{claim.claim}").text
    assert page.count("said again by") == 3
    assert page.count("denied by") == 2
    assert 'role="img"' in page
    assert 'href="/stories/undated#s2"' in page
    assert "1 to 2 of 6" in client.get(f"/disputes/{claim.claim}?limit=2").text


def test_what_is_not_there_is_said_so(client: TestClient):
    for address, words in (("/people/person:nobody", "nobody has the id"), ("/disputes/987654", "no claim 987654"), (f"/disputes/{2**63}", "claim")):
        page = client.get(address)
        assert page.status_code in (404, 422)
        assert words in page.text
    assert client.get("/disputes/-1").status_code == 404


def test_a_name_of_several_offers_them(tmp_path: Path):
    file = tmp_path / "news.db"
    with Record(file, writing=True) as record:
        record.keep(story("a"), RUN)
        record.keep(about_other_lund(story("b", published="2024-03-05", links=False)), RUN)
        record.settle()
    with TestClient(create_app(file), base_url="http://localhost") as client:
        page = client.get("/between?a=lund&b=ana+reed").text
    assert "Who is meant by “lund”?" in page
    assert 'href="/between?a=person%3Abo-lund&amp;b=person%3Aana-reed"' in page
    assert 'href="/between?a=person%3Ake-lund&amp;b=person%3Aana-reed"' in page


def about_other_lund(reading: Reading) -> Reading:
    """The same, but it is Ke Lund who speaks."""
    actors = tuple(replace(actor, id="person:ke-lund", name="Ke Lund") if actor.id == LUND else actor for actor in reading.actors)
    statements = (replace(reading.statements[0], target="person:ke-lund"), replace(reading.statements[1], speaker="person:ke-lund"), reading.statements[2])
    return replace(reading, actors=actors, statements=statements)


def test_two_are_merged_and_split_again(writer: TestClient):
    merged = writer.post("/people/merge", data={"first": REED, "second": "Bo Lund", "by": "Kim"}, follow_redirects=False)
    assert merged.status_code == 303
    page = writer.get(merged.headers["location"])
    assert page.status_code == 200
    assert "Also called" in page.text
    assert writer.get("/between?a=reed&b=lund").text.count("one and the same") == 1
    writer.post("/undo", data={"number": 1})
    assert "Also called" not in writer.get(f"/people/{REED}").text
    split = writer.post("/people/split", data={"identity": LUND, "story": "again"}, follow_redirects=False)
    assert split.headers["location"] == "/people/person%3Abo-lund"
    assert writer.get("/people?name=lund").text.count('href="/people/person%3Abo-lund') == 2


def test_merging_needs_the_form_token_and_two(writer: TestClient):
    del writer.headers["X-Rejoinder-Token"]
    assert writer.post("/people/merge", data={"first": REED, "second": LUND}).status_code == 403
    assert writer.post("/people/split", data={"identity": REED, "story": "again"}).status_code == 403
    token = writer.get(f"/people/{REED}").text.split('name="form-token" content="')[1].split('"')[0]
    assert writer.post("/people/merge", data={"first": REED, "second": "ana reed", "token": token}).status_code == 422
    assert writer.post("/people/merge", data={"first": REED, "second": "nobody", "token": token}).status_code == 404
