"""A dataset: a folder of Parquet files, one folder a table and month (planning contract, section 8).

Columns are those of the usage tables, in types that any program reads: quantities and money are exact decimals. Beside
them stand `written`, the subject as its row wrote it, and the `file` and `row` that each row came from.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import narwhals as nw
import polars as pl
import pyarrow as pa
import pyarrow.parquet

from billing_core.base.engines import Engine, PolarsEngine
from billing_core.base.errors import RequestError
from billing_core.base.money import PRICE, QUANTITY
from billing_core.base.months import first_day
from billing_core.base.tables import TABLES, Column, Table
from billing_core.rating.rate import batches
from billing_core.rules.charges import Lazy

LINES, PROBLEMS = "lines", "problems"
"""The folders of a dataset beside those of the usage tables: charge lines by month, and problems."""

SCALES = {"quantity": QUANTITY, "money": PRICE}
"""What a column is kept in whole numbers of, by its kind."""

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

    def batches(self, periods: Sequence[str], most: int) -> list[list[str]]:
        """Months to rate together, in order: each alone, but small ones up to `most` rows with one another."""
        rows = {
            period: sum(
                pyarrow.parquet.read_metadata(path).num_rows for name in TABLES for path in self.files(name, period)
            )
            for period in periods
        }
        return batches(rows, most)

    def of(self, periods: Sequence[str]) -> "Part":
        """Some of its months."""
        return Part(self, tuple(periods))

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


@dataclass(frozen=True)
class Part:
    """Some months of a dataset, as the rating reads them (`statement.Read`)."""

    dataset: Dataset
    periods: tuple[str, ...]

    def rows(self, name: str, engine: Engine) -> Lazy:
        """A table in `Table.schema`, read by the engine. RequestError names what no check would have let in."""
        table = TABLES[name]
        found = [_read(engine, path, table, period) for period, path in self._files(name)]
        if not found:
            return engine.load(pl.DataFrame(schema=table.schema))
        rows = engine.hold(nw.concat(found))
        self._refuse_faulty(rows, table, engine)
        return rows.drop(_FOLDER)

    def of_keys(self, name: str, keys: pl.DataFrame) -> pl.DataFrame:
        """The rows of a table with these values of its key, in `Table.schema` and the order of the files."""
        table, found = TABLES[name], [pl.DataFrame(schema=TABLES[name].schema)]
        if keys.height:
            polars = PolarsEngine()
            for period, path in self._files(name):
                rows = polars.collect(_read(polars, path, table, period).drop(_FOLDER))
                found.append(rows.join(keys, on=keys.columns, how="semi", maintain_order="left"))
        return pl.concat(found)

    def _files(self, name: str) -> list[tuple[str, Path]]:
        return [(period, path) for period in self.periods for path in self.dataset.files(name, period)]

    def _refuse_faulty(self, rows: Lazy, table: Table, engine: Engine) -> None:
        """RequestError for a value that `convert` would not have let in: something else wrote the dataset."""
        faults = [(column, fault) for column in table.columns for fault in _faults(column)]
        asked = rows.select(*(fault.any().alias(str(place)) for place, (_, fault) in enumerate(faults)))
        for (column, fault), faulty in zip(faults, engine.collect(asked).row(0), strict=True):
            if faulty:
                row = engine.collect(rows.filter(fault)).sort("file", "row").row(0, named=True)
                place = f"{self.dataset.place / table.name}: row {row['row']} of {row['file']}"
                told = f"{column.key} cannot be {row[column.key]!r}; write the dataset anew with convert"
                raise RequestError(f"{place}: {told}")


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


_FOLDER = "folder"
"""The column that says the month whose folder a row was found in."""


def _read(engine: Engine, path: Path, table: Table, period: str) -> Lazy:
    """The rows of one file in `Table.schema`, with `folder`."""
    there = _columns_of(path)
    needed = [*(column.key for column in table.columns if column.required), "file", "row"]
    if missing := [name for name in needed if name not in there]:
        raise RequestError(f"{path}: the column {missing[0]} is missing")
    kinds = nw.from_native(pl.DataFrame(schema=table.schema)).schema
    columns = {name: (nw.col(name) if name in there else nw.lit(None)) for name in table.schema}
    for column in table.columns:
        if column.kind in SCALES:
            exact = columns[column.key].cast(nw.Decimal(38, _digits(column)))
            columns[column.key] = exact * nw.lit(SCALES[column.kind])
    typed = {name: value.cast(kinds[name]) for name, value in columns.items()}
    for column in table.columns:
        if column.default is not None:
            typed[column.key] = typed[column.key].fill_null(column.default)
    return engine.load(path).select(**typed, **{_FOLDER: nw.lit(period)})


def _columns_of(path: Path) -> list[str]:
    try:
        names: list[str] = pyarrow.parquet.read_schema(path).names
    except (pa.ArrowInvalid, OSError) as error:
        raise RequestError(f"{path}: {str(error).partition(chr(10))[0]}") from error
    return names


def _faults(column: Column) -> Iterable[nw.Expr]:
    value = nw.col(column.key)
    if column.required:
        yield value.is_null()
    if column.kind == "month":
        yield value != nw.col(_FOLDER)
    if column.choices:
        yield ~value.is_in([code for code, _ in column.choices])
    if column.kind in ("quantity", "money", "count") and not column.signed:
        yield value < 0
