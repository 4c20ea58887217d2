"""The record opens in Datasette, with the metadata that docs/datasette.md gives."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from rejoinder.pipeline import Reader
from rejoinder.record import Record
from rejoinder.types import Story

DOCS = Path(__file__).parents[1] / "docs" / "datasette.md"
PUBLIC = "story statement actor identity identity_name tenure office mention member about link claim claim_member answer correction run".split()

Get = Callable[[str], Coroutine[Any, Any, Any]]
Steps = Callable[[Get], Coroutine[Any, Any, None]]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small record with rows in every table that people look at."""
    reader = Reader(threads=1)
    claim = "the ferry to Kelm would be closed for the whole winter"
    first = f"VERA - Minister Ana Holm and Mayor Edda Rask said that {claim}. Bo Lind accused Holm of breaking a promise. Holm denied the accusation."
    second = f"VERA - Minister Ana Holm of Sorland said on Monday that {claim}. Bo Lind denied that {claim}."
    with Record(tmp_path_factory.mktemp("datasette") / "news.db", writing=True) as record:
        for k, text in enumerate((first, second)):
            record.keep(reader.read(Story(f"ferry-{k}", text, title=f"Winter at Kelm {k}", publisher="Nord Press", published=f"2031-05-0{k + 1}")), reader.run)
        record.settle()
        record.correct("ferry-0", "s1", "mode", "mixed")
    return record.file


def metadata() -> dict[str, Any]:
    """The only JSON of the page."""
    (found,) = re.findall(r"```json\n(.+?)```", DOCS.read_text(encoding="utf8"), re.DOTALL)
    return json.loads(found)


def look(news: Path, steps: Steps, described: bool = True) -> None:
    """Takes `steps` in a Datasette on the record; `get` gives a page, or the data of an address with .json in it."""

    async def run() -> None:
        datasette = Datasette([str(news)], metadata=metadata() if described else None)
        await datasette.invoke_startup()

        async def get(address: str) -> Any:
            answer = await datasette.client.get(address)
            assert answer.status_code == 200, (address, answer.text[-500:])
            return answer.json() if ".json" in address else answer.text

        try:
            await steps(get)
        finally:
            for database in datasette.databases.values():
                database.close()
            datasette.executor.shutdown()

    asyncio.run(run())


def tables(news: Path) -> dict[str, int]:
    """Rows of every table."""
    with closing(sqlite3.connect(news)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608


@pytest.mark.parametrize("described", [True, False])
def test_every_page_opens(news: Path, described: bool):
    async def steps(get: Get) -> None:
        assert "news" in await get("/")
        await get("/news")
        for table, count in tables(news).items():
            await get(f"/news/{table}")
            if not table.startswith(("statement_text", "story_text")):
                assert (await get(f"/news/{table}.json"))["filtered_table_rows_count"] == count
        for table in ("story", "statement", "actor"):
            await get(f"/news/{table}/1")

    assert all(tables(news)[table] for table in PUBLIC)
    look(news, steps, described)


def test_tables_of_the_program_are_hidden(news: Path):
    async def steps(get: Get) -> None:
        found = (await get("/news.json"))["tables"]
        assert sorted(table["name"] for table in found if not table["hidden"]) == sorted(PUBLIC)

    look(news, steps)


def test_metadata_speaks_of_what_is_there(news: Path):
    """Datasette passes over what it does not find."""
    ours = metadata()["databases"]["news"]["tables"]
    assert set(ours) == {name for name in tables(news) if not name.startswith(("statement_text", "story_text"))}
    with closing(sqlite3.connect(news)) as connection:
        for table, said in ours.items():
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            named = {said.get("label_column"), said.get("sort_desc"), *said.get("facets", ()), *said.get("columns", ())} - {None}
            assert named <= columns, table


def test_rows_are_called_by_names_and_linked(news: Path):
    async def steps(get: Get) -> None:
        (row,) = (await get("/news/statement.json?story=1&key=s1&_labels=on&_shape=objects"))["rows"]
        assert row["story"] == {"value": 1, "label": "ferry-0"}
        assert "Holm" in row["speaker"]["label"]
        page = await get("/news/statement?story=1&key=s1")
        assert re.search(r'<a href="/news/story/1">ferry-0</a>', page)
        assert re.search(r'<a href="/news/actor/\d+">[^<]*Holm[^<]*</a>', page)
        people = await get("/news/actor?name=Bo+Lind")
        assert '<a href="/news/identity/person~3Abo-lind">Bo Lind</a>' in people
        answers = (await get("/news/answer.json?_labels=on&_shape=objects"))["rows"]
        assert any("accusation" in row["statement"]["label"] for row in answers)
        # And the other way: an identity leads to its actors.
        assert re.search(r'"/news/actor\?identity(__exact)?=person[^"]+"', await get("/news/identity/person~3Abo-lind"))

    look(news, steps)


def test_full_text_search(news: Path):
    async def steps(get: Get) -> None:
        async def found(address: str) -> list[dict[str, Any]]:
            return (await get(f"{address}&_shape=objects"))["rows"]

        ferries = await found("/news/statement.json?_search=ferries")  # stemmed
        assert ferries
        assert all("ferry" in row["content_words"] for row in ferries)
        assert len(ferries) < tables(news)["statement"]
        assert [row["act"] for row in await found("/news/statement.json?_search=ferry&act=deny")] == ["deny"]
        assert [row["key"] for row in await found("/news/story.json?_search=monday")] == ["ferry-1"]
        assert len(await found("/news/story.json?_search_title=winter")) == 2
        assert await found("/news/statement.json?_search=airport") == []
        assert 'name="_search"' in await get("/news/statement")

    look(news, steps)


def test_facets_and_order(news: Path):
    async def steps(get: Get) -> None:
        statements = await get("/news/statement.json")
        acts = {result["value"]: result["count"] for result in statements["facet_results"]["act"]["results"]}
        assert acts["deny"] >= 1
        assert sum(acts.values()) == statements["filtered_table_rows_count"]
        assert set(statements["facet_results"]) == {"act", "mode", "named"}
        stories = (await get("/news/story.json?_shape=objects"))["rows"]
        assert [row["key"] for row in stories] == ["ferry-1", "ferry-0"]
        claims = [row["answers"] for row in (await get("/news/claim.json?_shape=objects"))["rows"]]
        assert claims == sorted(claims, reverse=True)

    look(news, steps)


def test_queries_of_the_documentation(news: Path):
    async def steps(get: Get) -> None:
        said = (await get("/news/said.json?words=ferry&_shape=objects"))["rows"]
        assert {"Ana Holm", "Bo Lind"} <= {row["who"] for row in said}
        disputed = (await get("/news/disputed.json?_shape=objects"))["rows"]
        assert any(row["who"] == "Ana Holm" and "promise" in row["claimed"] for row in disputed)
        for address in re.findall(r"^\| `(/[^`]+)`", DOCS.read_text(encoding="utf8"), re.MULTILINE):
            await get(address)

    look(news, steps)


def test_what_is_kept_meanwhile_is_seen(tmp_path: Path):
    """Datasette holds the file open while another program adds to it."""
    reader = Reader(threads=1)
    with Record(tmp_path / "news.db", writing=True) as record:

        async def steps(get: Get) -> None:
            assert (await get("/news/story.json"))["filtered_table_rows_count"] == 0
            record.keep(reader.read(Story("late", "Ana Holm said that the ferry would sail.")), reader.run)
            assert (await get("/news/story.json"))["filtered_table_rows_count"] == 1

        look(record.file, steps)
