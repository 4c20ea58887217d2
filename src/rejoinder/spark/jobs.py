"""Stage: spark. Many stories on a cluster: read_stories_on() writes tables, settle_on() the identities and claims over all of them.

docs/spark.md describes the tables and what is guaranteed. Importing this needs no Spark; `session` says what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rejoinder.actors.identity import Decision
from rejoinder.errors import InputError
from rejoinder.spark.claims import write_claims
from rejoinder.spark.edge import Place, plainly, session
from rejoinder.spark.groups import ROUNDS
from rejoinder.spark.identities import write_identities
from rejoinder.spark.reading import Counts, read_stories_on
from rejoinder.spark.tables import MANIFEST

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["SETTLED", "Counts", "Settled", "read_stories_on", "session", "settle_on"]

SETTLED = "settled"  # folder of what is found over all stories


class Settled(NamedTuple):
    """What was found."""

    identities: int
    claims: int


@plainly()
def settle_on(spark: SparkSession, tables: str, decisions: Sequence[Decision] = (), *, rounds: int = ROUNDS) -> Settled:
    """Finds who is who and what is one claim over all stories, and writes that to the folder `settled` in `tables`; what was there is replaced as a whole.

    Args:
        spark: the session.
        tables: what read_stories_on wrote.
        decisions: merges and splits of actors that people decided; they win.
        rounds: in which the groups of statements that are one claim must be found.

    Raises:
        InputError: there are no tables.
        RejoinderError: not done after so many rounds.
    """
    place = Place(spark, tables)
    if not place.has(MANIFEST):
        raise InputError(tables, f"no tables of stories (no {MANIFEST})", "name the folder that `rejoinder spark read` wrote")
    with Place(spark, f"{place.folder}/{SETTLED}").whole() as folder:
        write_identities(spark, place.folder, folder, decisions)
        write_claims(spark, place.folder, folder, rounds)
        written = Place(spark, folder)
        for name in ("_identities", "_pairs", "_links", "_rounds", "_claims"):
            written.remove(name)
        return Settled(*(spark.read.parquet(f"{folder}/{table}").count() for table in ("identities", "claims")))
