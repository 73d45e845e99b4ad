"""A dataset: a folder of Parquet files, one folder a table and month (planning contract, section 8).

Columns are those of the usage tables, in types that any program reads: quantities and money are exact decimals. Beside
them stand `written`, the subject as its row wrote it, and the `file` and `row` that each row came from.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow.parquet

from billing_core.base.errors import RequestError
from billing_core.base.money import PRICE, QUANTITY
from billing_core.base.months import first_day
from billing_core.base.tables import TABLES, Column, Table
from billing_core.rating.rate import batches

LINES, PROBLEMS = "lines", "problems"
"""The folders of a dataset beside those of the usage tables: charge lines by month, and problems."""

SCALES = {"quantity": QUANTITY, "money": PRICE}
"""What a column is kept in whole numbers of, by its kind."""

BATCH = 500_000
"""Rows up to which small months are rated together: a plan takes as long for few rows as for many."""

_PARTITION = re.compile(r"period=(\d{4}-\d{2})")


@dataclass(frozen=True)
class Dataset:
    """A dataset at a place. `Dataset.at` looks that it is one."""

    place: Path

    @classmethod
    def at(cls, place: Path) -> "Dataset":
        """The dataset at `place`. RequestError names what is there and belongs to none."""
        for path in _alien(place):
            raise RequestError(f"{place} is no dataset: {path.relative_to(place)} belongs to none")
        return cls(place)

    @property
    def months(self) -> list[str]:
        """The months that there is usage of, in order."""
        return sorted({month for name in TABLES for month in self._partitions(name)})

    @property
    def rated(self) -> list[str]:
        """The months that there are charge lines of, in order."""
        return sorted(self._partitions(LINES))

    def folder(self, name: str, period: str) -> Path:
        """Where the files of a table (or LINES) of a month are."""
        return self.place / name / f"period={period}"

    def files(self, name: str, period: str) -> list[Path]:
        """The files of a table of a month, by name."""
        folder = self.folder(name, period)
        return sorted(path for path in folder.glob("*.parquet") if not path.name.startswith("."))

    def batches(self, periods: Sequence[str]) -> list[list[str]]:
        """Months to rate together, in order: each alone, but small ones up to BATCH rows with one another."""
        rows = {
            period: sum(
                pyarrow.parquet.read_metadata(path).num_rows for name in TABLES for path in self.files(name, period)
            )
            for period in periods
        }
        return batches(rows, BATCH)

    def usage(self, periods: Sequence[str]) -> dict[str, pl.DataFrame]:
        """Every usage table of some months in `Table.schema`. RequestError names what no check would have let in."""
        return {
            name: pl.concat(
                [
                    pl.DataFrame(schema=table.schema),
                    *(_read(path, table, period) for period in periods for path in self.files(name, period)),
                ]
            )
            for name, table in TABLES.items()
        }

    def columns(self, name: str, columns: Sequence[str], periods: Sequence[str]) -> pl.DataFrame:
        """Some columns of a table of several months: no more than these are read."""
        table = TABLES[name]
        schema = {column: kind for column, kind in table.schema.items() if column in columns}
        frames = [
            _whole(pl.read_parquet(path, columns=list(schema), hive_partitioning=False), table)
            for period in periods
            for path in self.files(name, period)
        ]
        return pl.concat([pl.DataFrame(schema=schema), *(frame.cast(pl.Schema(schema)) for frame in frames)])

    def _partitions(self, name: str) -> set[str]:
        found = (_PARTITION.fullmatch(path.name) for path in (self.place / name).glob("period=*"))
        return {match[1] for match in found if match}


def holds_usage(place: Path) -> bool:
    """Whether a path is meant as a dataset to rate: a folder with a month of any usage table."""
    return any(next((place / name).glob("period=*"), None) for name in TABLES)


def write_usage(place: Path, usage: Mapping[str, pl.DataFrame]) -> None:
    """Writes usage tables (`Table.schema`) as a dataset at an empty place."""
    for name, frame in usage.items():
        for (period,), rows in frame.group_by("period", maintain_order=True):
            folder = Dataset(place).folder(name, str(period))
            folder.mkdir(parents=True)
            _decimal(rows, TABLES[name]).write_parquet(folder / "usage.parquet")


def _alien(place: Path) -> Iterable[Path]:
    """What is at a place and belongs to no dataset; hidden files are nobody's."""
    for entry in _shown(place):
        if entry.name == PROBLEMS and entry.is_dir():
            yield from (path for path in _shown(entry) if path.suffix != ".parquet")
        elif entry.name in (*TABLES, LINES) and entry.is_dir():
            for month in _shown(entry):
                if _is_month(month):
                    yield from (path for path in _shown(month) if path.suffix != ".parquet")
                else:
                    yield month
        else:
            yield entry


def _shown(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _is_month(folder: Path) -> bool:
    match = _PARTITION.fullmatch(folder.name)
    try:
        return bool(match and folder.is_dir() and first_day(match[1]))
    except ValueError:
        return False


def _decimal(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows with their whole numbers of a fixed scale as the decimals that they stand for."""
    return rows.with_columns(
        # A whole number times a decimal of that scale is exact; a division need not be.
        (pl.col(column.key).cast(pl.Decimal(38, 0)) * pl.lit(Decimal(1).scaleb(-_digits(column)))).cast(
            pl.Decimal(18, _digits(column))
        )
        for column in table.columns
        if column.kind in SCALES
    )


def _whole(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows with their decimals as whole numbers of a fixed scale."""
    return rows.with_columns(
        (pl.col(column.key).cast(pl.Decimal(38, _digits(column))) * SCALES[column.kind]).cast(pl.Int64)
        for column in table.columns
        if column.kind in SCALES and column.key in rows.columns
    )


def _digits(column: Column) -> int:
    return len(str(SCALES[column.kind])) - 1


def _read(path: Path, table: Table, period: str) -> pl.DataFrame:
    """The rows of one file in `Table.schema`."""
    try:
        rows = pl.read_parquet(path, hive_partitioning=False)
        needed = [*(column.key for column in table.columns if column.required), "file", "row"]
        if missing := [name for name in needed if name not in rows.columns]:
            raise RequestError(f"{path}: the column {missing[0]} is missing")
        empty = [
            pl.lit(None, dtype=kind).alias(name) for name, kind in table.schema.items() if name not in rows.columns
        ]
        rows = _whole(rows.with_columns(empty), table).select(list(table.schema)).cast(pl.Schema(table.schema))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise RequestError(f"{path}: {str(error).partition(chr(10))[0]}") from error
    rows = rows.with_columns(pl.col(c.key).fill_null(c.default) for c in table.columns if c.default is not None)
    _refuse_faulty(path, rows, table, period)
    return rows


def _refuse_faulty(path: Path, rows: pl.DataFrame, table: Table, period: str) -> None:
    """RequestError for a value that `convert` would not have let in: the dataset was written by something else."""
    for column in table.columns:
        if faulty := [fault for fault in _faults(column, period) if rows.select(fault.any()).item()]:
            row = rows.filter(faulty[0]).row(0, named=True)
            place, value = f"{path}: row {row['row']} of {row['file']}", row[column.key]
            raise RequestError(f"{place}: {column.key} cannot be {value!r}; write the dataset anew with convert")


def _faults(column: Column, period: str) -> Iterable[pl.Expr]:
    value = pl.col(column.key)
    if column.required:
        yield value.is_null()
    if column.kind == "month":
        yield value != period
    if column.choices:
        yield ~value.is_in([code for code, _ in column.choices])
    if column.kind in ("quantity", "money", "count") and not column.signed:
        yield value < 0
