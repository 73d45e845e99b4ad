"""What an estimate comes to: each month, one-off, a year's yearly costs, the first year, and a full year (§3)."""

import polars as pl

from billing_core.base.months import moved
from billing_core.planning.estimate import YEAR, Estimated

FIGURES = ("month", "one_off", "yearly", "first_year", "full_year")
"""Every sum, in order; `month` has a row a month, of monthly lines alone."""

SUMS: dict[str, pl.DataType] = {
    "figure": pl.String(),
    "period": pl.String(),
    "billed_nok": pl.Decimal(38, 2),
    "covered_nok": pl.Decimal(38, 2),
    "lines": pl.Int64(),
    "by_agreement": pl.Int64(),
    "unpriced": pl.Int64(),
    "undecided": pl.Int64(),
}
"""The columns of a sum. `by_agreement`, `unpriced` and `undecided` count the lines that it leaves out; lines of a
framework without a price are not among them, and `covered_nok` is without their value."""


def sums(found: Estimated) -> pl.DataFrame:
    """Every sum of an estimate (SUMS, in the order of FIGURES), over the months asked for.

    The first year is twelve months from the first, however few were asked for. A full year is twelve times the last
    month's monthly lines, and a year's yearly ones once.
    """
    wanted, last = found.wanted, moved(found.first, found.months - 1)
    monthly, one_off = (wanted.filter(recurrence=name) for name in ("monthly", "one_off"))
    yearly = _once(wanted.filter(recurrence="yearly"))
    in_year = found.lines.filter(pl.col("period") < moved(found.first, YEAR))
    months = [moved(found.first, step) for step in range(found.months)]
    return pl.concat(
        [
            *(_sum(monthly.filter(period=month), "month", month) for month in months),
            _sum(one_off, "one_off"),
            _sum(yearly, "yearly"),
            _sum(in_year, "first_year"),
            _sum(pl.concat([_times(monthly.filter(period=last), YEAR), _times(yearly, 1)]), "full_year"),
        ]
    )


def _once(yearly: pl.DataFrame) -> pl.DataFrame:
    """The newest of the yearly lines of each entry."""
    return yearly.filter(pl.col("period") == pl.col("period").max().over("entry"))


def _times(lines: pl.DataFrame, count: int) -> pl.DataFrame:
    return lines.with_columns(pl.col("amount_nok", "covered_nok").cast(pl.Decimal(38, 2)) * count)


def _sum(lines: pl.DataFrame, figure: str, period: str | None = None) -> pl.DataFrame:
    status = pl.col("price_status")
    return lines.select(
        figure=pl.lit(figure),
        period=pl.lit(period),
        billed_nok=pl.col("amount_nok").cast(pl.Decimal(38, 2)).sum(),
        covered_nok=pl.col("covered_nok").cast(pl.Decimal(38, 2)).sum(),
        lines=pl.len(),
        by_agreement=(status == "by_agreement").sum(),
        unpriced=(status == "missing").sum(),
        undecided=(status == "undecided").sum(),
    ).cast(pl.Schema(SUMS))


def newest_lines(found: Estimated) -> pl.DataFrame:
    """Of each entry the newest line of every kind (SCHEMA): what it costs as things stand at the end."""
    kind = ["entry", "item", "variant", "rules", "funding"]
    return found.wanted.unique(kind, keep="last", maintain_order=True).sort("entry", "table", "item", "variant")


def entry_sums(found: Estimated) -> pl.DataFrame:
    """entry, recurrence, billed_nok, covered_nok and the lines without amount (unknown), of `newest_lines`."""
    return (
        newest_lines(found)
        .group_by("entry", "recurrence", maintain_order=True)
        .agg(
            billed_nok=pl.col("amount_nok").cast(pl.Decimal(38, 2)).sum(),
            covered_nok=pl.col("covered_nok").cast(pl.Decimal(38, 2)).sum(),
            unknown=pl.col("amount_nok").null_count(),
        )
    )
