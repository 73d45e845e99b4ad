"""What charge lines sum to: billed and covered in NOK, exact, and how many lines the sums leave out.

Every function takes lines in `model.LINE_SCHEMA`. Lines without a known amount are left out of a sum, and counted.
"""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from billing_core.views import recurrence

UNPRICED = ("missing", "by_agreement")
"""The price statuses of a billed line without a price."""

ZERO = Decimal("0.00")
_STATUS = pl.col("price_status")


@dataclass(frozen=True)
class Totals:
    """What lines sum to, in NOK, and how many the sums leave out. `unvalued`: framework lines without a known price."""

    billed: Decimal
    covered: Decimal
    lines: int
    unpriced: int
    undecided: int
    unvalued: int

    @property
    def share(self) -> Decimal | None:
        """The billed part of billed and covered; None where both are 0, or one is a credit and no part of a whole."""
        whole = self.billed + self.covered
        return self.billed / whole if whole and self.billed >= 0 and self.covered >= 0 else None


def totals(lines: pl.DataFrame) -> Totals:
    """The totals of all lines given."""
    row = lines.select(*_SUMS).row(0, named=True)
    return Totals(
        row["billed_nok"] or ZERO,
        row["covered_nok"] or ZERO,
        row["lines"],
        row["unpriced"],
        row["undecided"],
        row["unvalued"],
    )


def sums_by(lines: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """billed_nok, covered_nok, lines, unpriced, undecided, unvalued for each group of `columns`, in their order;

    and recurring_nok and occasional_nok, the two parts of billed_nok.
    """
    return lines.group_by(*columns).agg(*_SUMS, *recurrence.SUMS).sort(*columns)


def known_sum(amounts: pl.Series) -> Decimal:
    """The sum of amounts without an empty one among them."""
    return sum(amounts, ZERO)


_SUMS = (
    pl.col("amount_nok").sum().alias("billed_nok"),
    pl.col("covered_nok").sum().alias("covered_nok"),
    pl.len().cast(pl.Int64).alias("lines"),
    _STATUS.is_in(UNPRICED).sum().cast(pl.Int64).alias("unpriced"),
    (_STATUS == "undecided").sum().cast(pl.Int64).alias("undecided"),
    ((pl.col("funding") == "framework") & pl.col("covered_nok").is_null()).sum().cast(pl.Int64).alias("unvalued"),
)
