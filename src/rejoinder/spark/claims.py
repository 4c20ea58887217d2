"""Stage: spark. Statements of all stories -> claims with their answers (the rules are those of disputes.alike and disputes.claims).

Statements that share a rare stem stand in one list, in time, and each is compared with the few before it: a list is gone through as a stream, however long.
What is alike or linked is tied together (groups), and each group is put together by itself with all that has a bearing on it, as the record does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import TYPE_CHECKING

import numpy as np

from rejoinder.disputes.alike import LOOKED_AT, UNDATED, Pair, Ref, Said, pairs_in
from rejoinder.disputes.claims import Claim, Entry, Given, assemble, joined
from rejoinder.export.tables import arrow_spans
from rejoinder.spark.edge import Row, asked, kept, mapped
from rejoinder.spark.groups import ROUNDS, components
from rejoinder.spark.reading import SPANS
from rejoinder.spark.tables import spans_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ABREAST = 1000  # statements of a list that are compared at a time

NODE = "struct<at string, story_id string, place int, statement_id string>"  # sorts as Entry.order
ENTRY = (
    f"struct<story_id string, statement_id string, published string, place int, act string, speaker string, target string, about array<string>, cue {SPANS}>"
)
NEAR = f"first {ENTRY}, second {ENTRY}, likeness double"
JUDGED = f"{NEAR}, one boolean, denier string"
CLAIM = (
    "story_id string, statement_id string, published string, stories int, members array<struct<story_id string, statement_id string>>,"
    f" answers array<struct<story_id string, statement_id string, relation string, confidence double, evidence {SPANS}, across boolean>>"
)


def write_claims(spark: SparkSession, tables: str, folder: str, rounds: int = ROUNDS) -> None:
    """Writes the tables `claims`, `claim_members` and `claim_answers`.

    Args:
        spark: the session.
        tables: folder of the tables that were read.
        folder: where the tables of identities are, and to write to.
        rounds: of groups, at most.

    Raises:
        RejoinderError: not done after so many rounds.
    """
    compared = spark.read.parquet(f"{tables}/comparing")
    near = _named(_near(compared), spark.read.parquet(f"{folder}/identity_members"))
    judged = kept(mapped(near, _judged, JUDGED), f"{folder}/_pairs")
    links = kept(_links(spark.read.parquet(f"{tables}/links"), compared), f"{folder}/_links")
    ties = judged.where("one").selectExpr(f"{_node('first')} AS u", f"{_node('second')} AS v")
    ties = ties.unionAll(links.where("relation = 'repeats'").selectExpr(f"{_node('first')} AS u", f"{_node('second')} AS v"))
    groups = components(ties, f"{folder}/_rounds", rounds)
    pieces = _pieces(judged, links, groups).repartition("least").sortWithinPartitions("least")
    found = kept(mapped(pieces, _assembled, CLAIM), f"{folder}/_claims")
    counted = ("story_id", "statement_id", "published", "stories", "size(members) AS members", "size(answers) AS answers")
    found.selectExpr(*counted).write.parquet(f"{folder}/claims")
    claim = ("story_id AS claim_story", "statement_id AS claim_statement")
    for table, column in (("claim_members", "members"), ("claim_answers", "answers")):
        rows = found.selectExpr(*claim, f"posexplode({column}) AS (place, row)")
        rows.select("claim_story", "claim_statement", "place", "row.*").write.parquet(f"{folder}/{table}")


def _node(entry: str) -> str:
    """SQL for a statement's place in time."""
    return f"struct(coalesce({entry}.published, '{UNDATED}') AS at, {entry}.story_id, {entry}.place, {entry}.statement_id)"


def _near(compared: DataFrame) -> DataFrame:
    """Pairs that are alike, actors as their stories have them."""
    order = f"coalesce(published, '{UNDATED}') AS at"
    listed = compared.selectExpr("explode(lookups) AS stem", order, "*").drop("lookups")
    lists = listed.repartition("stem").sortWithinPartitions("stem", "at", "story_id", "place")
    pairs = mapped(lists, _compared, NEAR)  # one pair may stand in several lists
    return pairs.selectExpr("*", f"{_node('first')} AS a", f"{_node('second')} AS b").dropDuplicates(["a", "b"]).drop("a", "b")


def _compared(rows: Iterable[Row]) -> Iterator[Row]:
    for _, items in groupby(rows, key=lambda row: row["stem"]):
        before: deque[tuple[Said, Row]] = deque(maxlen=LOOKED_AT)
        while fresh := [(_said(row), row) for row in islice(items, ABREAST)]:
            here = [*before, *fresh]
            entries = {said.ref: row for said, row in here}
            for pair in pairs_in([said for said, _ in here], len(before)):
                yield {"first": _entry_cell(entries[pair.first]), "second": _entry_cell(entries[pair.second]), "likeness": pair.likeness}
            before.extend(fresh)


def _said(row: Row) -> Said:
    ref = Ref(row["story_id"], row["statement_id"])
    return Said(ref, row["published"], row["place"], frozenset(row["stems"]), np.frombuffer(row["meaning"], np.int8))


def _entry_cell(row: Row) -> Row:
    return {name: row[name] for name in ("story_id", "statement_id", "published", "place", "act", "speaker", "target", "about", "cue")}


def _named(near: DataFrame, members: DataFrame) -> DataFrame:
    """The pairs with the identities of their actors; nobody anonymous is one with another."""

    def called(side: str) -> str:
        def id(actor: str) -> str:
            return f"coalesce(try_element_at({side}_who.who, {actor}), concat({side}.story_id, ' ', {actor}))"

        same = ", ".join(f"{side}.{name}" for name in ("story_id", "statement_id", "published", "place", "act"))
        who = ", ".join(f"{id(f'{side}.{actor}')} AS {actor}" for actor in ("speaker", "target"))
        return f"struct({same}, {who}, transform({side}.about, actor -> {id('actor')}) AS about, {side}.cue) AS {side}"

    return asked(
        near.sparkSession,
        f"""
        WITH who AS (SELECT story_id, map_from_entries(collect_list(struct(actor_id, identity))) AS who FROM {{members}} GROUP BY story_id)
        SELECT {called("first")}, {called("second")}, likeness
        FROM {{near}} LEFT JOIN who AS first_who ON first_who.story_id = first.story_id LEFT JOIN who AS second_who ON second_who.story_id = second.story_id
        """,  # noqa: S608  # of constants
        near=near,
        members=members,
    )


def _judged(rows: Iterable[Row]) -> Iterator[Row]:
    """What the pairs are good for: two that are one claim, or a denial of a claim. The others are left out."""
    for row in rows:
        first, second = _entry(row["first"]), _entry(row["second"])
        one = joined(first, second, row["likeness"])
        denier = _denier(first, second, row["likeness"])
        if one or denier:
            yield {**row, "one": one, "denier": denier}


def _denier(first: Entry, second: Entry, likeness: float) -> str | None:
    """Which of two that are alike denies the other."""
    if (first.act == "deny") == (second.act == "deny"):
        return None
    alone = assemble({first.ref: first, second.ref: second}, [Pair(first.ref, second.ref, likeness)], ())
    denial = next((answer.ref for claim in alone for answer in claim.answers), None)
    return denial and ("first" if denial == first.ref else "second")


def _links(links: DataFrame, compared: DataFrame) -> DataFrame:
    """Links with what is asked of the two statements: where they stand in time."""

    def entry(side: str) -> str:
        nothing = ", ".join(f"CAST(NULL AS string) AS {name}" for name in ("act", "speaker", "target"))
        about = "CAST(array() AS array<string>) AS about"
        return f"struct({side}.story_id, {side}.statement_id, {side}.published, {side}.place, {nothing}, {about}, CAST(array() AS {SPANS}) AS cue)"

    return asked(
        links.sparkSession,
        f"""
        SELECT {entry("answering")} AS first, {entry("answered")} AS second, relation, confidence, evidence
        FROM {{links}} AS link
        JOIN {{compared}} AS answering ON answering.story_id = link.story_id AND answering.statement_id = from_statement
        JOIN {{compared}} AS answered ON answered.story_id = link.story_id AND answered.statement_id = to_statement
        """,  # noqa: S608  # of constants
        links=links,
        compared=compared.select("story_id", "statement_id", "published", "place"),
    )


def _pieces(judged: DataFrame, links: DataFrame, groups: DataFrame) -> DataFrame:
    """Pairs and links by the group on whose claim they have a bearing; of each denial only the pair with what it is most like."""
    return asked(
        judged.sparkSession,
        f"""
        WITH denials AS (
          SELECT *, if(denier = 'first', {_node("second")}, {_node("first")}) AS at, row_number() OVER (
            PARTITION BY if(denier = 'first', {_node("first")}, {_node("second")})
            ORDER BY least(likeness, 1.0D) DESC, {_node("first")}, {_node("second")}
          ) AS k
          FROM {{judged}} WHERE denier IS NOT NULL
        ),
        nothing AS (SELECT CAST(NULL AS string) AS relation, CAST(NULL AS double) AS confidence, CAST(NULL AS {SPANS}) AS evidence),
        pieces AS (
          SELECT {_node("first")} AS at, first, second, likeness, nothing.* FROM {{judged}}, nothing WHERE one
          UNION ALL SELECT at, first, second, likeness, nothing.* FROM denials, nothing WHERE k = 1
          UNION ALL SELECT {_node("second")} AS at, first, second, 0.0D, relation, confidence, evidence FROM {{links}}
        )
        SELECT coalesce(least, at) AS least, first, second, likeness, relation, confidence, evidence FROM pieces LEFT JOIN {{groups}} ON node = at
        """,  # noqa: S608  # of constants
        judged=judged,
        links=links,
        groups=groups,
    )


def _assembled(rows: Iterable[Row]) -> Iterator[Row]:
    for least, pieces in groupby(rows, key=lambda row: row["least"]):
        entries: dict[Ref, Entry] = {}
        pairs: list[Pair] = []
        links: list[Given] = []
        for row in pieces:
            first, second = _entry(row["first"]), _entry(row["second"])
            if row["relation"] is None:
                entries |= {first.ref: first, second.ref: second}
                pairs.append(Pair(first.ref, second.ref, row["likeness"]))
            else:
                for end in (first, second):
                    entries.setdefault(end.ref, end)  # a pair knows more of it
                links.append(Given(first.ref, second.ref, row["relation"], row["confidence"], spans_of(row["evidence"])))
        links.sort(key=lambda link: (entries[link.answering].order, entries[link.answered].order))
        for claim in assemble(entries, pairs, links, {Ref(least["story_id"], least["statement_id"])}):
            yield _claim_row(claim, entries[claim.members[0]])


def _entry(row: Row) -> Entry:
    ref = Ref(row["story_id"], row["statement_id"])
    return Entry(ref, row["published"], row["place"], row["act"], row["speaker"], row["target"], frozenset(row["about"]), spans_of(row["cue"]))


def _claim_row(claim: Claim, first: Entry) -> Row:
    stories = {ref.story for ref in (*claim.members, *(answer.ref for answer in claim.answers))}
    return {
        **_ref_cell(first.ref),
        "published": first.published,
        "stories": len(stories),
        "members": [_ref_cell(ref) for ref in claim.members],
        "answers": [
            {**_ref_cell(a.ref), "relation": a.relation, "confidence": a.confidence, "evidence": arrow_spans(a.evidence), "across": a.across}
            for a in claim.answers
        ],
    }


def _ref_cell(ref: Ref) -> Row:
    return {"story_id": ref.story, "statement_id": ref.statement}
