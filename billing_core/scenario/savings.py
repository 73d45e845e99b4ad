"""Amounts of money over the months compared, and how they are summed from differing lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

Measure = str
MEASURES = ("month", "this_year", "full_year", "all_months")
"""The spans an amount is told for; see `Amounts`."""

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Amounts:
    """One amount (NOK, exact) told for several spans of the months in the data.

    by_month    every month of the data, everything charged in it
    month       the month measured, monthly lines only: what recurs (see `Comparison.measured`)
    this_year   the months of the last month's calendar year that are in the data, everything charged in them
    full_year   twelve times `month`: the month measured as it stands for a year, without yearly and one-off lines
    all_months  all months of the data, everything charged in them
    """

    by_month: Mapping[str, Decimal]
    month: Decimal

    @property
    def full_year(self) -> Decimal:
        """Twelve times the recurring lines of the month measured."""
        return self.month * MONTHS_A_YEAR

    @property
    def this_year(self) -> Decimal:
        """The calendar year of the last month, as far as there are data."""
        year = max(self.by_month)[:4]
        return sum((amount for period, amount in self.by_month.items() if period[:4] == year), Decimal("0.00"))

    @property
    def all_months(self) -> Decimal:
        """Every month there is."""
        return sum(self.by_month.values(), Decimal("0.00"))

    def over(self, measure: Measure) -> Decimal:
        """The amount for one of MEASURES. KeyError for another."""
        if measure not in MEASURES:
            raise KeyError(measure)
        amount: Decimal = getattr(self, measure)
        return amount

    def __sub__(self, other: "Amounts") -> "Amounts":
        """Span by span; both are told over the same months."""
        return Amounts({p: amount - other.by_month[p] for p, amount in self.by_month.items()}, self.month - other.month)

    def __add__(self, other: "Amounts") -> "Amounts":
        """Span by span; both are told over the same months."""
        return Amounts({p: amount + other.by_month[p] for p, amount in self.by_month.items()}, self.month + other.month)


def summed(rows: pl.DataFrame, column: str, months: Sequence[str], measured: str) -> Amounts:
    """The amounts of a column of rows with `period` and `recurrence`; months without a row are 0.

    What recurs in the month `measured` is `Amounts.month`, also where that month is not one of `months`.
    """
    by_month = {period: Decimal("0.00") for period in months}
    month = Decimal("0.00")
    groups = rows.group_by("period", "recurrence").agg(pl.col(column).sum())
    for period, recurrence, amount in groups.select("period", "recurrence", column).iter_rows():
        if period in by_month:
            by_month[period] += amount
        if period == measured and recurrence == "monthly":
            month += amount
    return Amounts(by_month, month)
