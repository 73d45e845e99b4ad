"""Parquet: typed columns to text, exactly."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import pyarrow
import pyarrow.parquet
from pyarrow import compute

from billing_core.base.problems import Problem
from billing_core.readers import limits
from billing_core.readers.heading_row import Words
from billing_core.readers.pieces import PIECE_CELLS
from billing_core.readers.sheet import ROW, Sheet, UnreadableError, check_extent, unique_headings, without_blank_rows
from billing_core.readers.workbook import float_text


def read_parquet(file: str, content: bytes, _: Words) -> Iterator[Sheet]:
    """A Parquet file as a text table, in pieces; the first row of data counts as row 2, as under a heading."""
    try:
        parquet = _opened(content)
        _check_footer(parquet.metadata)
        _check_content(content, parquet)
    except (pyarrow.ArrowException, OSError) as error:
        raise UnreadableError("unreadable_file", str(error)) from error
    number, problems = 2, None
    for batch in _batches(parquet):
        frame = pl.DataFrame(pl.from_arrow(batch))
        names, found = unique_headings(file, frame.columns)
        columns: list[pl.Series] = []
        for series, name in zip(frame, names, strict=True):
            if name is None:
                continue
            if _is_tags(series.dtype):
                columns.append(_json(series).alias(name))
            elif _is_deep(series.dtype):
                found.append(Problem(severity="notice", code="nested_column", file=file, column=name))
            else:
                columns.append(_texts(series).alias(name))
        rows = pl.Series(ROW, range(number, number + frame.height), dtype=pl.Int64)
        number += frame.height
        # Each piece finds the same.
        problems = found if problems is None else []
        yield Sheet(file, "", without_blank_rows(pl.DataFrame([*columns, rows])), problems=problems)


def _opened(content: bytes, as_dictionary: Sequence[str] = ()) -> pyarrow.parquet.ParquetFile:
    return pyarrow.parquet.ParquetFile(pyarrow.BufferReader(content), read_dictionary=list(as_dictionary))


def _batches(parquet: pyarrow.parquet.ParquetFile) -> Iterator[pyarrow.RecordBatch]:
    """The rows of a file some at a time; one batch without any for a file without."""
    size = 1 + PIECE_CELLS // _width(parquet.metadata)
    schema = parquet.schema_arrow
    # Not of a list of rows: that would import pandas.
    none = pyarrow.record_batch([pyarrow.nulls(0, field.type) for field in schema], schema=schema)
    return itertools.chain([none], parquet.iter_batches(batch_size=size, use_threads=False))


def _width(metadata: pyarrow.parquet.FileMetaData) -> int:
    """About how many values a row has: a map or list has as many as it has entries."""
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    values = sum(group.column(place).num_values for group in groups for place in range(group.num_columns))
    return max(int(metadata.num_columns), int(values) // max(int(metadata.num_rows), 1), 1)


def _check_footer(metadata: pyarrow.parquet.FileMetaData) -> None:
    """What the file says of its own size."""
    inflated = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if inflated > limits.INFLATED_BYTES:
        raise UnreadableError("over_limit", f"{inflated // limits.MIB} MiB > {limits.INFLATED_BYTES // limits.MIB} MiB")
    check_extent(metadata.num_rows, metadata.num_columns)


def _check_content(content: bytes, footer: pyarrow.parquet.ParquetFile) -> None:
    """What the rows really hold: a text stands once in the file however many rows it is in, and a footer may lie."""
    listed = _listed(footer.metadata)
    texts = [field.name for field in footer.schema_arrow if _is_text(field.type)]
    rows = size = 0
    for batch in _batches(_opened(content, [name for name in texts if name in listed])):
        rows += batch.num_rows
        size += sum(_text_bytes(column) for column in batch.columns)
        check_extent(rows, batch.num_columns)
        if size > limits.PARQUET_TEXT:
            raise UnreadableError("over_limit", f"> {limits.PARQUET_TEXT // limits.MIB} MiB of text")


def _listed(metadata: pyarrow.parquet.FileMetaData) -> set[str]:
    """The columns that hold each text once, in a list; read as such, they take no more than the file."""
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    columns = (group.column(place) for group in groups for place in range(group.num_columns))
    return {column.path_in_schema for column in columns if any("DICTIONARY" in name for name in column.encodings)}


def _is_text(kind: pyarrow.DataType) -> bool:
    return bool(pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind))


def _text_bytes(column: pyarrow.Array) -> int:
    """The bytes of text in a column, each cell's own."""
    if pyarrow.types.is_dictionary(column.type):
        lengths = compute.binary_length(column.dictionary).take(column.indices)
    elif _is_text(column.type):
        lengths = compute.binary_length(column)
    elif pyarrow.types.is_nested(column.type):
        series = pl.Series(pl.from_arrow(column))
        return int(_json(series).str.len_bytes().sum()) if _is_tags(series.dtype) else 0
    else:
        return 0
    return int(compute.sum(lengths).as_py() or 0)


def _is_tags(kind: pl.DataType) -> bool:
    """Whether a column holds names with values: a map, a record, or a list of records, and nothing within those."""
    if isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct):
        return _is_tags(kind.inner)
    if isinstance(kind, pl.Map):
        return not _is_deep(kind.key) and not _is_deep(kind.value)
    return isinstance(kind, pl.Struct) and not any(_is_deep(field.dtype) for field in kind.fields)


def _is_deep(kind: Any) -> bool:
    return bool(kind.is_nested() or kind == pl.Binary)


def _json(series: pl.Series) -> pl.Series:
    """Maps, records and lists of records as JSON text, null where there is none."""
    name, rows = "c", series.alias("c").to_frame()
    text = rows.select(pl.struct(name).struct.json_encode()).to_series()
    told = text.str.slice(len(f'{{"{name}":')).str.strip_suffix("}")
    return told.replace("null", None)


def _texts(series: pl.Series) -> pl.Series:
    """A column's values as text. Floats go through 15 significant digits, once for each distinct one."""
    if series.dtype.is_float() and len(series):
        distinct = series.drop_nulls().unique()
        texts = pl.Series([float_text(value) for value in distinct], dtype=pl.String)
        return series.replace_strict(distinct, texts, return_dtype=pl.String)
    if isinstance(series.dtype, pl.Datetime):
        return series.dt.to_string("%Y-%m-%d %H:%M:%S")
    return series.cast(pl.String)
