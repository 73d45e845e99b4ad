"""What can be wrong with a user's file: problems as a frame of values, their texts looked up by code.

A problem is never raised. It is collected, shown and exported. `refused` means that the row (or file) was left out,
`notice` that it was read and the user should know something. A refused row has exactly one `refused` problem; what else
is wrong with it follows as notices, so that counting refused problems counts refused rows.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, TypedDict

import polars as pl

Severity = Literal["refused", "notice"]

SCHEMA: dict[str, pl.DataType] = {
    "severity": pl.String(),
    "code": pl.String(),
    "table": pl.String(),
    "file": pl.String(),
    "row": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "detail": pl.String(),
    "period": pl.String(),
    "agency": pl.String(),
}
"""`row` is the number the user sees (header is row 1), empty for a whole file. `detail` fills {detail} of the text:
the other place, the nearest codes, the limit. `period` and `agency` are given where the row says them."""

OUT_COLUMNS = ("severity", "code", "table", "file", "row", "column", "value", "message", "remedy")


class Problem(TypedDict, total=False):
    """One problem as plain values; keys as in SCHEMA, those left out are empty."""

    severity: str
    code: str
    table: str | None
    file: str | None
    row: int | None
    column: str | None
    value: str | None
    detail: str | None
    period: str | None
    agency: str | None


def problem_frame(problems: Iterable[Problem] = ()) -> pl.DataFrame:
    """A frame in SCHEMA from single problems."""
    return pl.DataFrame([{key: p.get(key) for key in SCHEMA} for p in problems], schema=SCHEMA)


def merge(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Problem frames under one another, in SCHEMA."""
    return pl.concat([problem_frame(), *(frame.select(list(SCHEMA)) for frame in frames)])


def described(problems: pl.DataFrame, texts: Mapping[str, str]) -> pl.DataFrame:
    """Problems in OUT_COLUMNS order, with `message` and `remedy` in the language of `texts`.

    `texts` holds `problem.<code>.message` and `problem.<code>.remedy`, where {value}, {column}, {table} and {detail}
    stand for the problem's own. KeyError if a code has no text: that is a mistake of ours.
    """

    def filled(part: str) -> list[str]:
        # Literal replacement, value by value: a value that looks like a placeholder stays what it is.
        return [_filled(texts[f"problem.{row['code']}.{part}"], row) for row in problems.iter_rows(named=True)]

    parts = {part: pl.Series(part, filled(part), dtype=pl.String) for part in ("message", "remedy")}
    return problems.with_columns(**parts).select(OUT_COLUMNS)


def _filled(text: str, row: Mapping[str, object]) -> str:
    return re.sub(
        r"\{(value|column|table|detail|row|file)\}", lambda m: "–" if row[m[1]] is None else str(row[m[1]]), text
    )
