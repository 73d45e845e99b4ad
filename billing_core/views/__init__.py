"""What a screen shows of charge lines: sums by service, by month, what comes, and how complete it is.

Every function takes lines in `model.LINE_SCHEMA`; sums are exact and leave out lines without a price, but count them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import narwhals as nw
import polars as pl

from billing_core.base import money
from billing_core.base.money import QUANTITY
from billing_core.intake import FileReport
from billing_core.rules import SECTIONS
from billing_core.views import recurrence
from billing_core.views.totals import UNPRICED

_STATUS = pl.col("price_status")
_ZERO = Decimal("0.00")


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
        row["billed_nok"] or _ZERO,
        row["covered_nok"] or _ZERO,
        row["lines"],
        row["unpriced"],
        row["undecided"],
        row["unvalued"],
    )


def by(lines: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """billed_nok, covered_nok, lines, unpriced, undecided, unvalued for each group of `columns`, in their order;

    and recurring_nok and occasional_nok, the two parts of billed_nok.
    """
    return lines.group_by(*columns).agg(*_SUMS, *recurrence.SUMS).sort(*columns)


def months(usage: Mapping[str, pl.DataFrame]) -> list[str]:
    """The months that any usage table has rows of, in order."""
    return sorted({month for frame in usage.values() for month in frame["period"].unique()})


def lacks_month_or_agency(problems: pl.DataFrame) -> bool:
    """Whether files were refused because neither they nor the caller said which month or agency they are for."""
    lacking = (pl.col("code") == "missing_column") & pl.col("column").str.contains(r"\b(period|agency)\b")
    return problems.filter(lacking | (pl.col("code") == "period_unknown")).height > 0


@dataclass(frozen=True)
class Change:
    """Billed this month against the month before, over what both have. `alone` names the tables of one month only."""

    amount: Decimal
    before: Decimal
    alone: tuple[str, ...]


def change(now: pl.DataFrame, before: pl.DataFrame) -> Change | None:
    """How billing changed from the month before, like with like; None where no table is in both months.

    Tables that only one of the months has were not reported in the other: they are left out and named.
    """
    tables = [set(lines["table"].unique()) for lines in (now, before)]
    both = sorted(tables[0] & tables[1])
    if not both:
        return None
    new, old = (totals(lines.filter(pl.col("table").is_in(both))).billed for lines in (now, before))
    return Change(new - old, old, tuple(sorted(tables[0] ^ tables[1])))


@dataclass(frozen=True)
class Upcoming:
    """Lines that become billable within `days` of `as_of`, by month's cost; `unpriced` of them have no known price."""

    days: int
    lines: int
    monthly: Decimal
    unpriced: int


def upcoming(lines: pl.DataFrame, as_of: date, within: Sequence[int] = (7, 30, 60)) -> list[Upcoming]:
    """What will be billed from a day in (as_of, as_of + n] if nothing changes, cumulative for each n of `within`."""
    result = []
    for days in within:
        soon = becoming_billable(lines, as_of, days)
        priced = soon.filter(pl.col("covered_nok").is_not_null())
        result.append(Upcoming(days, soon.height, _sum(priced["covered_nok"]), soon.height - priced.height))
    return result


def becoming_billable(lines: pl.DataFrame, as_of: date, days: int) -> pl.DataFrame:
    """The lines of `upcoming`, the first to be billed first."""
    start = pl.col("billable_from")
    return lines.filter(start > as_of, start <= as_of + timedelta(days=days)).sort("billable_from", "subject")


@dataclass(frozen=True)
class AtStake:
    """Undecided lines: what they would cost if billed, where a price is known, and how many have none."""

    lines: int
    amount: Decimal
    unknown: int


def at_stake(undecided: pl.DataFrame, prices: pl.DataFrame) -> AtStake:
    """What undecided lines would cost: quantity x the price in force.

    `prices` has a row for each distinct period, agency, item and variant with its `price`, in ten-thousandths of NOK or
    empty (`prices.Prices.answers`).
    """
    key = ["period", "agency", "item", "variant"]
    joined = undecided.join(prices.select(*key, "price"), on=key, how="left", nulls_equal=True)
    whole = joined.select("price", quantity=(pl.col("quantity").cast(pl.Decimal(38, 6)) * QUANTITY).cast(pl.Int64))
    quantity, price = nw.col("quantity"), nw.col("price")
    fits = nw.when(~money.too_large(quantity, price)).then(price)
    amounts = nw.from_native(whole).select(ore=money.amount(quantity, fits)).to_native()["ore"].drop_nulls()
    return AtStake(undecided.height, Decimal(int(amounts.sum())).scaleb(-2), undecided.height - amounts.len())


def worth(lines: pl.DataFrame, prices: pl.DataFrame) -> AtStake:
    """What lines are worth, whoever pays: those decided what is billed or covered, the others as `at_stake` has it."""
    decided = pl.col("funding") != "undecided"
    amounts = lines.filter(decided).select(pl.col("amount_nok") + pl.col("covered_nok")).to_series()
    known, open_ = amounts.drop_nulls(), at_stake(lines.filter(~decided), prices)
    return AtStake(lines.height, open_.amount + _sum(known), open_.unknown + amounts.len() - known.len())


def concerned(problems: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines that problems of one code are about: none where nobody can tell, as of rows that were refused."""
    code = problems["code"][0]
    for table, section in SECTIONS.items():
        if code in section.left_open:
            return lines.filter(pl.col("rule").is_in(section.left_open[code]), funding="undecided", table=table)
    if code not in _SAID:
        return lines.clear()
    key = _SAID[code]
    told = problems.select(*(pl.col(said).alias(name) for name, said in key.items())).unique()
    return lines.join(told, on=list(key), how="semi", maintain_order="left")


def files(reports: Sequence[FileReport], usage: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What became of each file: file, recognised, tables, read, rated, refused, months, agencies; in file order.

    `usage` is what was rated: rows that the check between tables refused after reading count as refused too.
    """
    rated = {name: dict(frame.group_by("file").len().iter_rows()) for name, frame in usage.items()}
    rows = []
    for report in reports:
        kept = report.without_licence + sum(rated[table].get(report.file, 0) for table in report.tables)
        place = {"file": report.file, "recognised": report.recognised, "tables": list(report.tables)}
        counts = {"read": report.rows_read, "rated": kept, "refused": report.rows_read - kept}
        rows.append(place | counts | {"months": list(report.months), "agencies": list(report.agencies)})
    return pl.DataFrame(rows, schema=_FILES)


_SAID = {
    "unknown_agency": {"agency": "value"},
    "unknown_sku": {"table": "table", "variant": "value"},
    "two_files": {"table": "table", "agency": "agency", "period": "period"},
    "disabled_device": {"table": "table", "file": "file", "row": "row"},
    "unseen_device": {"table": "table", "file": "file", "row": "row"},
    "active_with_date": {"table": "table", "file": "file", "row": "row"},
}
"""Notices that say which lines they are about: the lines' columns, and the problem's that say the same."""


def _sum(column: pl.Series) -> Decimal:
    return sum(column, _ZERO)


_FILES: dict[str, pl.DataType] = {
    "file": pl.String(),
    "recognised": pl.String(),
    "tables": pl.List(pl.String()),
    "read": pl.Int64(),
    "rated": pl.Int64(),
    "refused": pl.Int64(),
    "months": pl.List(pl.String()),
    "agencies": pl.List(pl.String()),
}

_SUMS = (
    pl.col("amount_nok").sum().alias("billed_nok"),
    pl.col("covered_nok").sum().alias("covered_nok"),
    pl.len().cast(pl.Int64).alias("lines"),
    _STATUS.is_in(UNPRICED).sum().cast(pl.Int64).alias("unpriced"),
    (_STATUS == "undecided").sum().cast(pl.Int64).alias("undecided"),
    ((pl.col("funding") == "framework") & pl.col("covered_nok").is_null()).sum().cast(pl.Int64).alias("unvalued"),
)
