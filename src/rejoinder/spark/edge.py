"""Stage: spark. What the jobs need of Spark: a session, functions over rows, and folders that appear only when they are whole.

The one module that touches Spark's untyped parts. Functions get and give rows (dictionaries) by Arrow batches, which costs less than pandas; they travel to
the workers by name, so Rejoinder must be installed there.
"""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from rejoinder.errors import InputError, RejoinderError
from rejoinder.reading.source import optional
from rejoinder.spark.tables import MANIFEST, Row

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ROWS = 1024  # of a batch that a function gives back
SHOWN = 300  # characters of what Spark complains of

Function = Callable[[Iterator[Row]], Iterable[Row]]


def session(settings: Mapping[str, str] | None = None) -> SparkSession:
    """The running session, or a new one: as Spark is set up (spark-submit, spark-defaults.conf), by default on all cores of this machine.

    Args:
        settings: of Spark, by their names ("spark.master"), for a new one; without "spark.log.level" Spark is silent.

    Raises:
        RejoinderError: pyspark or Java is missing, or Spark does not start.
    """
    if not (shutil.which("java") or Path(os.environ.get("JAVA_HOME", "-"), "bin", "java").exists()):
        raise RejoinderError("Spark needs Java 17 or newer, which is not on this machine; install it (Debian: apt-get install default-jre-headless).")
    # Of a newer pandas, which is not used here.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    sql = optional("pyspark.sql", "spark", "Spark")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else its workers take the first python3 of the PATH
    builder = sql.SparkSession.builder.appName("rejoinder").config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
    with plainly():
        spark: SparkSession = builder.config(map=dict(settings or {})).getOrCreate()
        if spark.conf.get("spark.log.level", None) is None:
            spark.sparkContext.setLogLevel("OFF")  # else each failure prints tracebacks, of tries that were made good too
    return spark


@contextmanager
def plainly() -> Generator[None]:
    """Turns what Spark complains of into a sentence, a RejoinderError; Spark's own log tells the rest."""
    from py4j.protocol import Py4JError  # pyright: ignore[reportMissingTypeStubs]
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        ours = next((line.partition("Error: ")[2] for line in reversed(lines) if line.startswith("rejoinder.errors.")), "")
        found = lines[0][:SHOWN].rstrip(".") if lines else type(error).__name__
        raise RejoinderError(ours or f"Spark: {found} (its log tells more, if spark.log.level is ERROR).") from error


def mapped(frame: DataFrame, function: Function, columns: str, size: int = ROWS) -> DataFrame:
    """The rows that a function makes of each partition's.

    Args:
        frame: its rows come to the function as dictionaries, in their order.
        function: of a module, or a `partial` of one: it travels by name.
        columns: names and types of what it gives, as in SQL ("story_id string, place int").
        size: rows of a batch that it gives.
    """
    types: Any = import_module("pyspark.sql.types")
    schema: Any = cast(Any, import_module("pyspark.sql.pandas.types")).to_arrow_schema(types.StructType.fromDDL(columns))
    return cast(Any, frame).mapInArrow(partial(_batches, function, schema, size), columns)


def asked(spark: SparkSession, sql: str, **tables: DataFrame) -> DataFrame:
    """The answer to a question; `{name}` in it is the table of this name."""
    return cast(Any, spark).sql(sql, **tables)


def small_table(spark: SparkSession, rows: Iterable[tuple[str, ...]], columns: str) -> DataFrame:
    """A table of a few rows, which goes to every worker."""
    return cast(Any, spark).createDataFrame(list(rows), columns).hint("broadcast")


def _batches(function: Function, schema: Any, size: int, batches: Iterable[Any]) -> Iterator[Any]:
    arrow: Any = import_module("pyarrow")
    rows = iter(function(row for batch in batches for row in batch.to_pylist()))
    while some := list(islice(rows, size)):
        yield arrow.RecordBatch.from_pylist(some, schema=schema)


def kept(frame: DataFrame, folder: str) -> DataFrame:
    """A table written and read again: it is computed once, whatever is made of it, and a lost worker does not cost it."""
    frame.write.parquet(folder)
    return frame.sparkSession.read.schema(frame.schema).parquet(folder)


@contextmanager
def file_by_file(spark: SparkSession) -> Generator[None]:
    """Tables that are written within have a file for each of the files that they are made from: Spark does not put small ones together."""
    name = "spark.sql.files.openCostInBytes"
    before = str(spark.conf.get(name))
    spark.conf.set(name, str(spark.conf.get("spark.sql.files.maxPartitionBytes")))
    try:
        yield
    finally:
        spark.conf.set(name, before)


class Place:
    """A folder wherever Spark can write: on disk, HDFS, an object store."""

    def __init__(self, spark: SparkSession, folder: str) -> None:
        self._context: Any = spark.sparkContext
        self._path: Callable[[str], Any] = self._context._jvm.org.apache.hadoop.fs.Path
        self._files: Any = self._path(folder).getFileSystem(self._context._jsc.hadoopConfiguration())
        self.name, self.folder = folder, str(self._files.makeQualified(self._path(folder)).toString()).rstrip("/")

    def has(self, name: str = "") -> bool:
        """Whether there is such a file or folder in it; without a name: it itself."""
        return bool(self._files.exists(self._path(f"{self.folder}/{name}")))

    def matching(self) -> list[str]:
        """The files and folders that it means, taken as a pattern (*.jsonl)."""
        return [str(found.getPath().toString()) for found in self._files.globStatus(self._path(self.folder)) or ()]

    def files(self) -> Iterator[str]:
        """Names of the files in it and in its folders, or its own."""
        found = self._files.listFiles(self._path(self.folder), True)
        while found.hasNext():
            name = str(found.next().getPath().getName())
            if not name.startswith(("_", ".")):
                yield name

    def write(self, name: str, text: str) -> None:
        """A small file in it."""
        stream = self._files.create(self._path(f"{self.folder}/{name}"), True)
        stream.write(bytearray(text.encode()))
        stream.close()

    def remove(self, name: str) -> None:
        """Removes a file or folder in it."""
        self._delete(f"{self.folder}/{name}")

    @contextmanager
    def whole(self) -> Generator[str]:
        """A new folder beside it, which takes its place if the block ends well, and is deleted if not.

        Until the last moment who reads finds the old tables, and afterwards the new ones; Spark's unfinished tasks only ever wrote beside it. On disk and
        HDFS the change is two renamings; an object store copies, and there nobody must read meanwhile.
        """
        part = f"{self.folder}.{uuid4().hex[:8]}.part"
        old = f"{part}.old"
        try:
            yield part
            replaced = self.has()
            if replaced:
                self._rename(self.folder, old)
            try:
                self._rename(part, self.folder)
            except BaseException:
                if replaced:
                    self._rename(old, self.folder)
                raise
            self._delete(old)
        except KeyboardInterrupt:
            self._context.cancelAllJobs()  # else their tasks go on writing
            raise
        finally:
            self._delete(part)

    def check(self) -> None:
        """Raises InputError where there is something in it that is not ours: it would be lost."""
        if self.has() and not self.has(MANIFEST) and any(True for _ in self.files()):
            raise InputError(self.name, "there is something else here already", "name a new folder")

    def _delete(self, path: str) -> None:
        self._files.delete(self._path(path), True)

    def _rename(self, old: str, new: str) -> None:
        if not self._files.rename(self._path(old), self._path(new)):
            raise InputError(new, f"cannot be put in place ({old})", "check that its folder exists and that you may write there")
