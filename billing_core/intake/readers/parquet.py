"""Parquet: typed columns to text, exactly."""

import io

import polars as pl
import pyarrow
import pyarrow.parquet

from billing_core.base.problems import Problem
from billing_core.intake import limits
from billing_core.intake.readers.workbook import float_text
from billing_core.intake.sheet import ROW, Sheet, UnreadableError, check_extent, unique_headings, without_blank_rows


def read_parquet(file: str, content: bytes) -> Sheet:
    """A Parquet file as a text table; the first row of data counts as row 2, as under a heading."""
    try:
        metadata = pyarrow.parquet.read_metadata(io.BytesIO(content))
    except (pyarrow.ArrowException, OSError) as error:
        raise UnreadableError("unreadable_file", str(error)) from error
    inflated = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if inflated > limits.INFLATED_BYTES:
        raise UnreadableError("over_limit", f"{inflated // limits.MIB} MiB > {limits.INFLATED_BYTES // limits.MIB} MiB")
    check_extent(metadata.num_rows, metadata.num_columns)
    frame = pl.read_parquet(io.BytesIO(content))
    names, problems = unique_headings(file, frame.columns)
    columns: list[pl.Series] = []
    for series, name in zip(frame, names, strict=True):
        if name is None:
            continue
        if series.dtype.is_nested() or series.dtype == pl.Binary:
            problems.append(Problem(severity="notice", code="nested_column", file=file, column=name))
        else:
            columns.append(_texts(series).alias(name))
    rows = pl.Series(ROW, range(2, frame.height + 2), dtype=pl.Int64)
    return Sheet(file, "", without_blank_rows(pl.DataFrame([*columns, rows])), problems=problems)


def _texts(series: pl.Series) -> pl.Series:
    """A column's values as text. Floats go through 15 significant digits, once for each distinct one."""
    if series.dtype.is_float():
        distinct = series.drop_nulls().unique()
        texts = pl.Series([float_text(value) for value in distinct], dtype=pl.String)
        return series.replace_strict(distinct, texts, return_dtype=pl.String)
    if isinstance(series.dtype, pl.Datetime):
        return series.dt.to_string("%Y-%m-%d %H:%M:%S")
    return series.cast(pl.String)
