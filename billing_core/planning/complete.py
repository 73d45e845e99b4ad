"""Which months of an agency count as accounts, and why one does not (planning contract, section 2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from billing_core.base.months import last_day


@dataclass(frozen=True)
class Month:
    """A month that the data have of an agency.

    over     its last day does not lie ahead
    lacking  tables that the month before in the data has rows of, and this one has not
    thin     tables with under half of that month's rows
    said     what a person says of it, if anything: whether it counts as accounts
    """

    period: str
    over: bool
    lacking: tuple[str, ...] = ()
    thin: tuple[str, ...] = ()
    said: bool | None = None

    @property
    def whole(self) -> bool:
        """Whether it looks like a whole month."""
        return self.over and not self.lacking and not self.thin

    @property
    def complete(self) -> bool:
        """Whether it counts as accounts: as is said of it, else as it looks."""
        return self.whole if self.said is None else self.said


def months_of(usage: Mapping[str, pl.DataFrame], agency: str, today: date) -> list[Month]:
    """Every month that the data have of an agency, in order; "" is all agencies together.

    Of shared costs, those of channels that the agency uses count.
    """
    rows = _row_counts(usage, agency)
    found: list[Month] = []
    before: dict[str, int] = {}
    for period in sorted(rows):
        here = rows[period]
        found.append(
            Month(
                period,
                last_day(period) <= today,
                tuple(table for table in before if table not in here),
                tuple(table for table, count in before.items() if 0 < here.get(table, 0) * 2 < count),
            )
        )
        before = here
    return found


def as_counted(months: Sequence[Month], said: Mapping[str, bool]) -> list[Month]:
    """Months with what a person says of them."""
    return [replace(month, said=said.get(month.period)) for month in months]


def last_complete(months: list[Month]) -> str | None:
    """The newest month that counts as accounts; None where none does."""
    return max((month.period for month in months if month.complete), default=None)


def last_two(months: list[Month]) -> tuple[str, str] | None:
    """The newest two months that count as accounts, else the newest two there are; None where there are not two."""
    accounts = [month.period for month in months if month.complete]
    found = accounts if len(accounts) > 1 else [month.period for month in months]
    return (found[-2], found[-1]) if len(found) > 1 else None


def _row_counts(usage: Mapping[str, pl.DataFrame], agency: str) -> dict[str, dict[str, int]]:
    """How many rows an agency has ("" for all), by month and table."""
    counts: dict[str, dict[str, int]] = {}
    for table, frame in usage.items():
        for period, count in _own(frame, usage, agency).group_by("period").len().iter_rows():
            counts.setdefault(period, {})[table] = count
    return counts


def _own(frame: pl.DataFrame, usage: Mapping[str, pl.DataFrame], agency: str) -> pl.DataFrame:
    if not agency:
        return frame
    if "agency" in frame.columns:
        return frame.filter(pl.col("agency") == agency)
    sent = usage["dispatch"].filter(pl.col("agency") == agency)
    return frame.join(sent, on=["period", "channel"], how="semi")
