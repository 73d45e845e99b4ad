"""Lines that were rated before, beside those of a rating: summed and written as its own."""

from dataclasses import replace

import narwhals as nw
import polars as pl

from billing_core.rating.pricing import LINE, WHOLE
from billing_core.rating.rate import Rating

_WHOLE = ("quantity", "unit_price", "amount", "covered")


def with_lines(rating: Rating, lines: pl.DataFrame, *, alone: bool) -> Rating:
    """A rating with lines (LINE_SCHEMA) beside its own; `alone` where it has none of its own.

    All are one part, since the lines may be of any month.
    """
    own = {name: lines[_column(name)].to_physical().cast(pl.Int64).alias(name) for name in _WHOLE}
    whole = lines.with_columns(**own, oversized=pl.lit(value=False)).select(*LINE, *WHOLE)
    mine = rating.engine.load(whole)
    return replace(rating, parts=(mine if alone else nw.concat([*rating.parts, mine]),))


def _column(name: str) -> str:
    return name if name == "quantity" else f"{name}_nok"
