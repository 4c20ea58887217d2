"""Stage: spark. Many stories on a cluster, and from its tables into a record (docs/spark.md)."""
