"""Lines in the contract's order, by one whole number in place of seven columns (contract, section 5)."""

import polars as pl

from billing_core.base.model import SORT

_ROOM = 2**63
"""What a whole number of 64 bits has room for."""


def ordered(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines sorted by `SORT`. The texts are few and often repeated: their ranks are, and a number sorts fast."""
    place = _place(lines)
    if place is None:
        return lines.sort(*SORT)
    return lines.with_columns(place.alias("place")).sort("place").drop("place")


def _place(lines: pl.DataFrame) -> pl.Expr | None:
    """Each line's place made of its ranks; None where there is no line, a gap, or no room for so many places."""
    if lines.is_empty() or any(lines.select(SORT).null_count().row(0)):
        return None
    place, room = pl.lit(0, dtype=pl.Int64), 1
    for column in SORT:
        if column == "row":
            low, high = lines.select(low=pl.col(column).min(), high=pl.col(column).max()).row(0)
            rank, many = pl.col(column) - low, high - low + 1
        else:
            texts = lines[column].unique().sort()
            rank, many = pl.col(column).cast(pl.Enum(texts)).to_physical().cast(pl.Int64), len(texts)
        place, room = place * many + rank, room * many
    return place if room < _ROOM else None
