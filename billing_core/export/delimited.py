"""CSV out: comma, UTF-8, point decimals, and no cell that a spreadsheet would run as a formula."""

import polars as pl

RISKY = r"^(?:[\t\r\n]|[\s\x{200b}\x{feff}]*[=+\-@＝＋－＠])"
"""How a cell begins that a spreadsheet takes for a formula: also after spaces, or with the wide forms of its signs."""

NUMBER = r"^[+-]?\d+([.,]\d+)?$"
"""What begins so and is none: a number with a sign."""


def csv_bytes(frame: pl.DataFrame, *, header: bool = True) -> bytes:
    """The frame as CSV. Amounts keep two decimals, unit prices two to four, quantities none that are zero."""
    return frame.with_columns(_as_text(frame)).write_csv(include_header=header).encode()


def _as_text(frame: pl.DataFrame) -> list[pl.Expr]:
    columns = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype == pl.String:
            # A leading apostrophe makes a spreadsheet show the cell as the text it is.
            risky = column.str.contains(RISKY) & ~column.str.contains(NUMBER)
            columns.append(pl.when(risky).then(pl.concat_str(pl.lit("'"), column)).otherwise(column).alias(name))
        elif isinstance(dtype, pl.Decimal) and dtype.scale > 2:
            kept = r"^(-?\d+\.\d{2}\d*?)0+$" if name.endswith("_nok") else r"^(-?\d+(?:\.\d*[1-9])?)\.?0*$"
            columns.append(column.cast(pl.String).str.replace(kept, "$1").alias(name))
    return columns
