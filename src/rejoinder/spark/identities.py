"""Stage: spark. Actors of all stories -> identities, a block at a time (actors.identity.block_of), as the record does it.

What identities_of() says of a block does not hang on the others, but for those that somebody's merge ties to it: these are looked at together. The anonymous
are one with nobody and have no row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from rejoinder.actors.identity import Decision, Member, Sighting, block_of, identities_of
from rejoinder.spark.edge import Row, asked, kept, mapped, small_table
from rejoinder.types import Actor, Office, Span

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ACTORS = (
    "block string, story_id string, published string, actor_id string, name string, kind string, country string,"
    " offices array<struct<title string, office_of string>>"
)
IDENTITY = (
    "identity string",
    "name string",
    "kind string",
    "country string",
    "stories int",
    "names array<struct<name string, stories int>>",
    "offices array<struct<title string, office_of string, stories int, first string, last string>>",
)
MEMBER = ("story_id string", "actor_id string", "rule string", "words string")

Decided = Mapping[str, Sequence[Decision]]  # by block


def write_identities(spark: SparkSession, tables: str, folder: str, decisions: Sequence[Decision] = ()) -> None:
    """Writes the tables `identities` and `identity_members`.

    Args:
        spark: the session.
        tables: folder of the tables that were read.
        folder: to write to.
        decisions: what people merged and split; they win. They travel to every worker.
    """
    actors = _actors(spark, tables)
    roots, decided = _tied(actors, decisions)
    blocks = mapped(actors, partial(_blocked, roots), ACTORS).repartition("block").sortWithinPartitions("block", "story_id", "actor_id")
    # A row an identity and a row a member in one table: who speaks in every other story would not fit into one row.
    found = kept(mapped(blocks, partial(_identified, decided), ", ".join((*IDENTITY, *MEMBER))), f"{folder}/_identities")
    found.where("name IS NOT NULL").select(*(column.split()[0] for column in IDENTITY)).write.parquet(f"{folder}/identities")
    members = ("identity", *(column.split()[0] for column in MEMBER))
    found.where("story_id IS NOT NULL").select(*members).write.parquet(f"{folder}/identity_members")


def _actors(spark: SparkSession, tables: str) -> DataFrame:
    """What the rules look at, of everybody named."""
    return asked(
        spark,
        """
        SELECT story_id, published, actor_id, name, kind, country, coalesce(offices, array()) AS offices
        FROM {actors}
        JOIN (SELECT story_id, published FROM {stories}) USING (story_id)
        LEFT JOIN (SELECT story_id, actor_id, collect_list(struct(title, office_of)) AS offices FROM {offices} GROUP BY story_id, actor_id)
          USING (story_id, actor_id)
        WHERE named
        """,
        **{table: spark.read.parquet(f"{tables}/{table}") for table in ("actors", "stories", "offices")},
    )


def _tied(actors: DataFrame, decisions: Sequence[Decision]) -> tuple[dict[str, str], Decided]:
    """Of blocks that decisions tie together, the one that stands for all; and the decisions by it. Decisions of actors that are not there are left out."""
    if not decisions:
        return {}, {}
    members = sorted({member for decision in decisions for member in (decision.first, decision.second)})
    wanted = small_table(actors.sparkSession, members, "story_id string, actor_id string")
    blocks: dict[Member, str] = {}
    for row in actors.join(wanted, ["story_id", "actor_id"], "leftsemi").collect():
        blocks[Member(row["story_id"], row["actor_id"])] = block_of(_actor(row.asDict(recursive=True))) or ""
    roots: dict[str, str] = {}

    def root(block: str) -> str:
        while (above := roots.get(block, block)) != block:
            block = above
        return block

    known = [d for d in decisions if d.first in blocks and d.second in blocks]
    for decision in known:
        first, second = sorted((root(blocks[decision.first]), root(blocks[decision.second])))
        roots[second] = first
    decided: dict[str, list[Decision]] = defaultdict(list)
    for decision in known:
        decided[root(blocks[decision.first])].append(decision)
    return {block: root(block) for block in roots}, dict(decided)


def _blocked(roots: Mapping[str, str], rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        block = block_of(_actor(row)) or ""
        yield {**row, "block": roots.get(block, block)}


def _actor(row: Row) -> Actor:
    offices = tuple(Office(office["title"], office["office_of"], Span(0, 0)) for office in row["offices"])
    return Actor(row["actor_id"], row["name"], row["kind"], row["country"], offices)


def _identified(decided: Decided, rows: Iterable[Row]) -> Iterator[Row]:
    for block, members in groupby(rows, key=lambda row: row["block"]):
        sightings = (Sighting(Member(row["story_id"], row["actor_id"]), _actor(row), row["published"], row["published"]) for row in members)
        for identity in identities_of(sightings, decided.get(block, ())):
            yield {
                "identity": identity.id,
                "name": identity.name,
                "kind": identity.kind,
                "country": identity.country,
                "stories": len({member.story for member in identity.members}),
                "names": [{"name": name, "stories": stories} for name, stories in identity.names],
                "offices": [{"title": o.title, "office_of": o.of, "stories": o.stories, "first": o.first, "last": o.last} for o in identity.offices],
            }
            for found in identity.evidence:
                yield {"identity": identity.id, "story_id": found.member.story, "actor_id": found.member.actor, "rule": found.rule, "words": found.words}
