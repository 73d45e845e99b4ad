"""Personal ids replaced by keyed hashes, where the caller asks for that."""

import polars as pl

from billing_core.base.folding import fold
from billing_core.base.tables import Table
from billing_core.intake.options import Options

PERSONAL = ("user_id", "employee_id")
"""The columns of personal ids."""


def coded(frame: pl.DataFrame, table: Table, options: Options) -> pl.DataFrame:
    """The rows with their personal ids as pseudonyms, if the caller asks for that; nothing else tells them then."""
    if options.pseudonym_key is None:
        return frame
    told = [pseudonyms(frame[key], options) for key in PERSONAL if key in frame.columns]
    hidden = [pl.lit(None, pl.String).alias("written")] if table.subject in PERSONAL else []
    return frame.with_columns(*told, *hidden)


def pseudonyms(values: pl.Series, options: Options) -> pl.Series:
    """Ids replaced by their keyed hashes, if the caller asks for that."""
    if options.pseudonym_key is None:
        return values
    distinct = values.drop_nulls().unique()
    hashed = pl.Series([options.pseudonym(fold(value)) for value in distinct], dtype=pl.String)
    return values.replace_strict(distinct, hashed, default=None, return_dtype=pl.String)
