"""The rows of a text file, in one of two ways that give the same table.

A file in which one line is one row, and every quote stands where all readers agree, goes to Polars as it is. Any other
goes through the csv module, which knows line breaks inside quotes, stray quotes, and rows wider than the headings.
"""

import csv
import io
import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from billing_core.base.problems import Code, Problem
from billing_core.readers import limits
from billing_core.readers.sheet import MEASURELESS, ROW, Sheet, UnreadableError, check_extent, unique_headings

_BLOCK_BYTES = 1 << 20
_BATCH_CELLS = 500_000
# Holds for the whole process: set once, so that no file is read differently after another.
csv.field_size_limit(limits.LINE_BYTES)


class Layout(NamedTuple):
    """How a text file is laid out. `skipped` lines stand above the headings, the `sep=` line not counted."""

    delimiter: str
    skipped: int
    headings: list[str]

    @property
    def columns(self) -> list[str]:
        """A name for every column, whatever its heading."""
        return [f"#{place}" for place in range(len(self.headings))]


def by_polars(file: str, text: bytes, layout: Layout) -> Sheet | None:
    """The table of UTF-8 `text`; None where Polars and the csv module could differ."""
    if not _is_plain(text, layout):
        return None
    quoted = b'"' in text
    above = layout.skipped + 1
    lines = _count(text, b"\n") + (not text.endswith(b"\n"))
    check_extent(lines - above, len(layout.headings))
    first = next(itertools.islice(io.BytesIO(text), above, None), b"")
    if first.count(layout.delimiter.encode()) > limits.COLUMNS:
        # Polars makes a column of every cell of the first row, asked for or not.
        return None
    if lines == above:
        frame = pl.DataFrame(schema={ROW: pl.UInt32()} | dict.fromkeys(layout.columns, pl.String()))
    else:
        try:
            frame = pl.read_csv(
                text,
                has_header=False,
                skip_lines=above,
                separator=layout.delimiter,
                quote_char='"' if quoted else None,
                schema=dict.fromkeys(layout.columns, pl.String()),
                missing_columns="insert",
                row_index_name=ROW,
                row_index_offset=above + 1,
            )
        except pl.exceptions.PolarsError:
            return None
    if frame.height != lines - above:
        # A line break is content.
        return None
    if (quoted and b'""' in text) or has_line_over(text, limits.CELL_CHARACTERS):
        frame = frame.with_columns(_held(name) for name in layout.columns)
    return _named(file, frame, layout)


def _is_plain(text: bytes, layout: Layout) -> bool:
    """Whether no carriage return stands alone, and every quote stands where all readers agree on it.

    That is: every other quote opens a cell (it stands after a delimiter, a line end or its own double) and the ones
    between close it; and no line above the rows ends inside a cell.
    """
    if b"\r" in text and _count(text, b"\r") != text.count(b"\r\n"):
        return False
    if b'"' not in text:
        return True
    above = itertools.islice(io.BytesIO(text), layout.skipped + 1)
    if layout.delimiter == '"' or any(line.count(b'"') % 2 for line in above):
        return False
    codes = np.frombuffer(text, np.uint8)
    beside = np.zeros(256, np.bool_)
    beside[[ord(layout.delimiter), *b'\r\n"']] = True
    closing = 0
    for start in range(0, len(codes), _BLOCK_BYTES):
        quotes = start + np.flatnonzero(codes[start : start + _BLOCK_BYTES] == ord('"'))
        # A quote at either end of the text is clipped to stand beside itself.
        before = codes.take(quotes[closing::2] - 1, mode="clip")
        after = codes.take(quotes[1 - closing :: 2] + 1, mode="clip")
        if not (beside[before].all() and beside[after].all()):
            return False
        closing = (closing + len(quotes)) % 2
    return closing == 0


def _count(text: bytes, byte: bytes) -> int:
    """`text.count(byte)`, but quick where there are many."""
    codes = np.frombuffer(text, np.uint8)
    blocks = range(0, len(codes), _BLOCK_BYTES)
    return sum(int(np.count_nonzero(codes[start : start + _BLOCK_BYTES] == byte[0])) for start in blocks)


def has_line_over(text: bytes, length: int) -> bool:
    """Whether a line has more than `length` bytes: every stretch of one more must hold an end of line."""
    start = 0
    while len(text) - start > length:
        stretch = (start, start + length + 1)
        end = max(text.rfind(b"\n", *stretch), text.rfind(b"\r", *stretch))
        if end < 0:
            return True
        start = end + 1
    return False


def by_csv_module(file: str, text: bytes, layout: Layout) -> Sheet:
    """The table of UTF-8 `text`. A row with content beyond the headings is refused: its cells may have shifted."""
    width = len(layout.headings)
    bad: dict[int, tuple[Code, str]] = {}
    schema = {ROW: pl.UInt32()} | dict.fromkeys(layout.columns, pl.String())
    parts = [pl.DataFrame(schema=schema)]
    rows = _csv_rows(text, layout, bad)
    try:
        # In batches: a frame holds a row in a fraction of what a list takes.
        while batch := list(itertools.islice(rows, 1 + _BATCH_CELLS // (width + 1))):
            columns = [[row[place] if place < len(row) else None for _, row in batch] for place in range(width)]
            parts.append(pl.DataFrame([[number for number, _ in batch], *columns], schema=schema, orient="col"))
    except csv.Error as error:
        raise UnreadableError("unreadable_file", str(error)) from error
    frame = pl.concat(parts, rechunk=True)
    sheet = _named(file, frame.with_columns(_held(name) for name in layout.columns), layout)
    sheet.bad_rows = bad
    return sheet


def _csv_rows(text: bytes, layout: Layout, bad: dict[int, tuple[Code, str]]) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, by number, as wide as the headings; `bad` gets those with content beyond them."""
    width, above, shown = len(layout.headings), layout.skipped + 1, limits.EXAMPLE_CHARACTERS + 1
    most = min(limits.ROWS, limits.CELLS // max(width, 1))
    stream = io.TextIOWrapper(io.BytesIO(text), "utf-8", newline="")
    for number, row in enumerate(csv.reader(stream, delimiter=layout.delimiter), 1):
        if number > above + most:
            check_extent(number - above, width)
        if number <= above or not any(row):
            continue
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            bad[number] = ("too_many_cells", layout.delimiter.join(row[width:])[:shown])
        yield number, row[:width]


def _held(name: str) -> pl.Expr:
    """A column's texts as a sheet holds them: null for an empty one, MEASURELESS for one over the limit."""
    measureless = pl.col(name).str.len_chars() > limits.CELL_CHARACTERS
    return pl.when(measureless).then(pl.lit(MEASURELESS)).when(pl.col(name) != "").then(name).alias(name)


def _named(file: str, frame: pl.DataFrame, layout: Layout) -> Sheet:
    """`frame` with its columns named by their headings, and ROW; unnamed ones with content are told of.

    Columns stay in the pieces that Polars read them in: laid together, a large file would be in memory twice.
    """
    names, problems = unique_headings(file, layout.headings)
    rows = frame[ROW].cast(pl.Int64)
    columns: list[pl.Series] = []
    for place, (name, heading) in enumerate(zip(names, layout.headings, strict=True)):
        texts = frame[layout.columns[place]]
        if name is not None:
            columns.append(texts.alias(name))
        elif not heading.strip() and texts.null_count() < len(texts):
            notice = Problem(severity="notice", code="column_without_heading", file=file, column=str(place + 1))
            problems.append(notice)
    return Sheet(file, "", pl.DataFrame([*columns, rows]), problems=problems)
