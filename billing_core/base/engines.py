"""Where the column expressions run: Polars in memory, DuckDB, or PySpark where it is installed.

An engine takes frames in and hands frames out; every step between is the same Narwhals expression on each.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pyarrow as pa
import pyarrow.parquet

from billing_core.base.errors import EngineError, RequestError


class Engine(ABC):
    """What an engine does; `name` is what the command line calls it."""

    name: str
    batch: int
    """Rows of usage up to which months are rated together: a plan takes as long for few rows as for many."""
    sorts = False
    """Whether it sorts rows best itself, since it takes to disk what it cannot hold."""

    @abstractmethod
    def load(self, frame: pl.DataFrame | Path) -> nw.LazyFrame[Any]:
        """A lazy frame over a frame in memory or a Parquet file."""

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        """The rows of a lazy frame, in memory."""
        with self.bounded():
            result: pl.DataFrame = frame.collect(backend="polars").to_native()
        return result

    def hold(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """A lazy frame that is asked for several times; worked out now where the engine works in memory."""
        return self.load(self.collect(frame))

    def stream(self, frame: nw.LazyFrame[Any]) -> Iterator[pl.DataFrame]:
        """The rows of a lazy frame in their order, some of them in memory at a time."""
        yield self.collect(frame)

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """Where the engine works: EngineError says what was too small, whatever the engine itself calls that."""
        try:
            yield
        except (MemoryError, duckdb.OutOfMemoryException) as error:
            raise EngineError(f"the engine {self.name} had too little memory; rate fewer months at once") from error
        except duckdb.Error as error:
            raise EngineError(f"the engine {self.name}: {str(error).partition(chr(10))[0]}") from error


class PolarsEngine(Engine):
    """Polars, lazily, in memory."""

    name = "polars"
    # Fewer rows take as long to plan as to rate; more take memory, and longer a row.
    batch = 500_000

    def load(self, frame: pl.DataFrame | Path) -> nw.LazyFrame[Any]:
        """As `Engine.load`; a file is read only as far as it is used."""
        return nw.from_native(
            pl.scan_parquet(frame, hive_partitioning=False) if isinstance(frame, Path) else frame.lazy()
        )


class DuckDBEngine(Engine):
    """DuckDB in one connection of its own; spills to disk where memory does not suffice."""

    name = "duckdb"
    batch = 1_000_000
    sorts = True

    def __init__(self, memory: str | None = None) -> None:
        """`memory`: the most that DuckDB takes, such as "4GB"; what does not fit goes to disk."""
        self._connection = duckdb.connect(config={"memory_limit": memory} if memory else {})

    def load(self, frame: pl.DataFrame | Path) -> nw.LazyFrame[Any]:
        """As `Engine.load`; a frame is handed over as Arrow."""
        if isinstance(frame, Path):
            # What a folder is called says nothing of the rows: a month's folder would make its own column of it.
            return nw.from_native(self._connection.read_parquet(str(frame), hive_partitioning=False))
        return nw.from_native(self._connection.from_arrow(_arrow(frame)))

    def hold(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """As `Engine.hold`: read anew each time, and only the columns asked for."""
        return frame

    def stream(self, frame: nw.LazyFrame[Any]) -> Iterator[pl.DataFrame]:
        """As `Engine.stream`: DuckDB keeps the rest, within its own bound."""
        with self.bounded():
            reader = frame.to_native().to_arrow_reader(_STREAMED)
            yield pl.DataFrame(reader.schema.empty_table())
            for rows in reader:
                yield pl.DataFrame(pa.Table.from_batches([rows]))


class SparkEngine(Engine):
    """PySpark in a local session. RequestError if it is not installed."""

    name = "pyspark"
    batch = 1_000_000

    def __init__(self) -> None:
        try:
            from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra that need not be installed
        except ImportError as error:
            raise RequestError("the engine pyspark needs the extra `spark`: uv sync --extra spark") from error
        self._session = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
        # What goes wrong is told once, in words (`bounded`), not by Java's own traces.
        self._session.sparkContext.setLogLevel("OFF")
        self._memory = self._session.sparkContext.getConf().get("spark.driver.memory", "1g")

    def load(self, frame: pl.DataFrame | Path) -> nw.LazyFrame[Any]:
        """As `Engine.load`; a frame is handed over as Arrow."""
        if isinstance(frame, Path):
            rows = self._session.read.parquet(str(frame))
        else:
            with self.bounded():
                rows = self._session.createDataFrame(_arrow(frame))
        loaded: nw.LazyFrame[Any] = nw.from_native(rows)
        return loaded

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """As `Engine.bounded`; Java that ran out of memory is gone, and all that is left to see is its closed door."""
        try:
            yield
        except Exception as error:
            if isinstance(error, OSError) or any(sign in f"{type(error)} {error}" for sign in _JAVA_GONE):
                raise EngineError(
                    f"the engine {self.name} ran out of memory: Java has {self._memory} for all rows; give it more "
                    '(PYSPARK_SUBMIT_ARGS="--driver-memory 8g pyspark-shell"), rate fewer months at once, '
                    "or use the engine duckdb, which takes what it cannot hold to disk"
                ) from error
            raise EngineError(f"the engine {self.name}: {str(error).partition(chr(10))[0]}") from error


_STREAMED = 250_000
"""Rows that come out of an engine at a time."""

_JAVA_GONE = ("OutOfMemory", "Py4JNetworkError", "heap space", "SparkContext was shut down", "stopped SparkContext")


def write_parquet(frames: Iterable[pl.DataFrame], path: Path) -> None:
    """Writes frames of one schema under one another to a Parquet file; one of them is held at a time."""
    writer: pyarrow.parquet.ParquetWriter | None = None
    for frame in frames:
        rows = frame.to_arrow()
        writer = writer or pyarrow.parquet.ParquetWriter(path, rows.schema, compression="zstd")
        writer.write_table(rows)
    if writer:
        writer.close()


def _arrow(frame: pl.DataFrame) -> pa.Table:
    # Arrow's older string layout is the one that every engine reads.
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


ENGINES: dict[str, type[PolarsEngine] | type[DuckDBEngine] | type[SparkEngine]] = {
    "polars": PolarsEngine,
    "duckdb": DuckDBEngine,
    "pyspark": SparkEngine,
}


def engine(name: str, memory: str | None = None) -> Engine:
    """The engine of that name, within so much `memory` ("4GB"). RequestError names those there are, or can be held."""
    if name not in ENGINES:
        raise RequestError(f"unknown engine {name!r}; there are {', '.join(ENGINES)}")
    if memory and name != DuckDBEngine.name:
        raise RequestError(f"--memory holds the engine duckdb; {name} has no such bound")
    return DuckDBEngine(memory) if memory else ENGINES[name]()
