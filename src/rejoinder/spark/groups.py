"""Stage: spark. Ties between statements -> groups: the connected components of a graph that no machine holds.

Alternating large-star and small-star (Kiveris et al., Connected Components in MapReduce and Beyond, 2014): every node is tied to the least that it knows of,
until all are tied to the least of their group. The rounds grow with the logarithm of the longest chain. Nodes are anything that Spark can order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rejoinder.errors import RejoinderError
from rejoinder.spark.edge import kept

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ROUNDS = 40  # enough for any chain that fits on disk; not to end is a bug, and must not be taken for a result


def components(ties: DataFrame, folder: str, rounds: int = ROUNDS) -> DataFrame:
    """The least node of each group.

    Args:
        ties: columns u and v, two nodes that are in one group, in whatever order.
        folder: for what is known after each round.
        rounds: at most.

    Returns:
        Columns node and least, a row for each node that is not itself the least of its group.

    Raises:
        RejoinderError: not done after so many rounds.
    """
    stars = kept(ties.where("u != v").selectExpr("greatest(u, v) AS u", "least(u, v) AS v").distinct(), f"{folder}/0")
    seen = _mark(stars)
    for k in range(1, rounds + 1):
        stars = kept(_small(_large(stars)), f"{folder}/{k}")
        before, seen = seen, _mark(stars)
        if seen == before:
            return stars.selectExpr("u AS node", "v AS least")
    raise RejoinderError(f"The groups of statements that are one claim were not found in {rounds} rounds; please report it.")


def _mark(ties: DataFrame) -> tuple[int, int | None]:
    """By what a set of ties is known again: their number, and a hash that does not hang on their order."""
    row = ties.selectExpr("count(*) AS ties", "bit_xor(xxhash64(u, v)) AS mark").collect()[0]
    return row["ties"], row["mark"]


def _large(ties: DataFrame) -> DataFrame:
    """Ties each node's greater neighbours to the least of it and its neighbours."""
    both = ties.select("u", "v").unionAll(ties.selectExpr("v AS u", "u AS v"))
    return both.selectExpr("v", "least(u, min(v) OVER (PARTITION BY u)) AS least", "u").where("v > u").selectExpr("v AS u", "least AS v").distinct()


def _small(ties: DataFrame) -> DataFrame:
    """Ties each node and its lesser neighbours to the least of these; of a tie, u is the greater."""
    near = ties.selectExpr("u", "v", "min(v) OVER (PARTITION BY u) AS least")
    return near.selectExpr("inline(array(struct(u AS u, least AS v), struct(v AS u, least AS v)))").where("u != v").distinct()
