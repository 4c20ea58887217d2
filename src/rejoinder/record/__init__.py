"""Stage: keep. Readings -> one SQLite file that keeps everything and answers questions; the only place that holds SQL."""

from rejoinder.record.record import Record

__all__ = ["Record"]
