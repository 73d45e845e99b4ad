"""An engine that is too small for the usage says what was too small, in one line."""

from collections.abc import Callable

import duckdb
import polars as pl
import pytest

from billing_core.base.engines import DuckDBEngine, Engine, PolarsEngine, SparkEngine
from tests.cli.support import Shell


def spark() -> SparkEngine:
    """The engine as it is after its start, without Java."""
    engine = object.__new__(SparkEngine)
    engine._memory = "1g"
    return engine


class Py4JNetworkError(Exception):
    """As the bridge to Java calls a Java that is gone."""


@pytest.mark.parametrize(
    ("engine", "error", "said"),
    [
        (PolarsEngine, MemoryError(), "polars had too little memory"),
        (DuckDBEngine, duckdb.OutOfMemoryException("could not allocate 1 GiB"), "duckdb had too little memory"),
        (DuckDBEngine, duckdb.IOException("No space left on device"), "duckdb: No space left on device"),
        (
            DuckDBEngine,
            duckdb.IOException('Async write failed: {"errno":"28"}'),
            "lines.parquet: No space left on device",
        ),
        (
            PolarsEngine,
            pl.exceptions.ComputeError("parquet: underlying: full (os error 28)"),
            "parquet: No space left on",
        ),
        (spark, ConnectionRefusedError(111, "Connection refused"), "ran out of memory: Java has 1g"),
        (spark, Py4JNetworkError("answer from Java side is empty"), "ran out of memory: Java has 1g"),
        (spark, RuntimeError("java.lang.OutOfMemoryError: Java heap space\n\tat java.nio"), "ran out of memory"),
        (spark, RuntimeError("column not found\n\tat org.apache"), "pyspark: column not found"),
    ],
    ids=lambda value: getattr(value, "__name__", None) or str(value)[:30],
)
def test_what_was_too_small_is_said_in_one_line_that_names_the_output(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, engine: Callable[[], Engine], error: Exception, said: str
):
    def fails(*_: object) -> None:
        with engine().bounded():
            raise error

    monkeypatch.setattr("billing_core.rating.rate.write_parquet", fails)
    code, out, err = shell.run("rate", "licences.csv", "--out", "lines.parquet")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("billing_core: lines.parquet: ") and said in err
    assert shell.files() == ["licences.csv"]
