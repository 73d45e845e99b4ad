"""Usage moved into months to come: the rows that a forecast is a rating of (planning contract, section 2).

Only what an agency's lines hang on is moved: its own rows, and those of other agencies that they look at.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from billing_core.base.folding import folded
from billing_core.base.months import months_apart, months_between, moved
from billing_core.law.catalogue import Catalogue
from billing_core.planning.data import Data
from billing_core.planning.errors import Notice
from billing_core.rating.check import check
from billing_core.rules import SECTIONS
from billing_core.scenario.neighbours import with_neighbours

APART = 2**28
"""What a row's number is raised by from month to month, so that file and row name one row still. No file is so long."""

A_YEAR = 12


@dataclass(frozen=True)
class Moved:
    """Usage of months to come, by table.

    distances  of the agency's tables whose rows are not base's: how many months usually lie between two of its months
    unseen     (month, item) where nobody can know whether a yearly item comes: the data lack that calendar month
    """

    usage: dict[str, pl.DataFrame]
    distances: dict[str, int]
    unseen: tuple[tuple[str, str], ...]
    notices: tuple[Notice, ...]


def move(data: Data, base: str, months: Sequence[str]) -> Moved:
    """Base's usage moved into later months (in order), with the agency's yearly rows where they are due."""
    agency, catalogue = data.agency, data.rates.catalogue
    source = _Source(data.usage, base)
    rows, notices = _of_base(data.usage, source, catalogue, agency)
    if source.is_mixed:
        # Rows of several months stand beside one another now: what rate would refuse is no part of the forecast.
        rows = check(rows, catalogue, data.rates.policy).usage
    rows = {table: _reached(table, frame, agency) for table, frame in rows.items()}
    last = months[-1] if months else base
    placed, unseen = _yearly(data, base, last)
    span = set(months)
    steps = pl.DataFrame(
        [(period, months_apart(base, period) * APART) for period in months],
        schema={"period": pl.String, "up": pl.Int64},
        orient="row",
    )
    later = {table: _repeated(frame, steps) for table, frame in rows.items()}
    later["services"] = pl.concat([later["services"], *(_set(placed[m], m, base) for m in months if m in placed)])
    stale = [table for table in source.stale(agency) if rows[table].filter(pl.col("agency") == agency).height]
    distances = {table: source.distance(agency, table) for table in stale}
    notices += [Notice("earlier_month", t, source.newest(agency, t) or "", apart) for t, apart in distances.items()]
    unseen = [(month, item) for month, item in unseen if month in span]
    if unseen:
        notices.append(Notice("yearly_unseen", detail=", ".join(dict.fromkeys(item for _, item in unseen))))
    return Moved(later, distances, tuple(unseen), tuple(notices))


class _Source:
    """Which month each agency's rows of a table come from."""

    def __init__(self, usage: Mapping[str, pl.DataFrame], base: str) -> None:
        self.base = base
        self._months: dict[tuple[str, str], list[str]] = {}
        for table, frame in usage.items():
            whose = pl.col("agency") if "agency" in frame.columns else pl.lit("")
            pairs = frame.filter(pl.col("period") <= base).select(whose.alias("agency"), "period").unique()
            for agency, period in pairs.sort("period").iter_rows():
                self._months.setdefault((agency, table), []).append(period)
        self._own: dict[str, str] = {}
        for (agency, _), periods in self._months.items():
            self._own[agency] = max(self._own.get(agency, ""), periods[-1])

    def newest(self, agency: str, table: str) -> str | None:
        """The month that an agency's rows of a table come from; None where it reports the table no more."""
        periods = self._months.get((agency, table))
        own = self.base if not agency else self._own.get(agency, self.base)
        return periods[-1] if periods and months_apart(periods[-1], own) <= A_YEAR else None

    def of_table(self, table: str) -> pl.DataFrame:
        """agency, period: where a table's rows come from."""
        pairs = [(agency, self.newest(agency, named)) for agency, named in self._months if named == table]
        return pl.DataFrame(pairs, schema={"agency": pl.String, "period": pl.String}, orient="row").drop_nulls()

    @property
    def is_mixed(self) -> bool:
        """Whether any rows come from another month than base."""
        return any(self.newest(agency, table) not in (None, self.base) for agency, table in self._months)

    def stale(self, agency: str) -> list[str]:
        """The agency's tables that base has no rows of, but the twelve months before have."""
        named = [table for whose, table in self._months if whose == agency]
        return [table for table in named if self.newest(agency, table) not in (None, self._own[agency])]

    def distance(self, agency: str, table: str) -> int:
        """How many months usually lie between two months with rows of a table: the most common, else the shortest."""
        periods = self._months[agency, table]
        apart = Counter(months_apart(*pair) for pair in pairwise(periods))
        return min(apart, key=lambda months: (-apart[months], months), default=1)


def _of_base(
    usage: Mapping[str, pl.DataFrame], source: _Source, catalogue: Catalogue, agency: str
) -> tuple[dict[str, pl.DataFrame], list[Notice]]:
    """The rows that move, as base's own, and how many of the agency's do not."""
    monthly = [item.item for item in catalogue.items.values() if item.recurrence == "monthly"]
    rows = {table: _at(frame, source.of_table(table)) for table, frame in usage.items()}
    once = ~pl.col("item").is_in(monthly)
    credit = {"services": pl.col("quantity") < 0, "cloud": pl.col("cost_nok") < 0}
    own = pl.col("agency") == agency
    left_out = {
        "not_monthly": rows["services"].filter(own, once).height,
        "credits": rows["services"].filter(own, ~once, credit["services"]).height
        + rows["cloud"].filter(own, credit["cloud"]).height,
    }
    rows["services"] = rows["services"].filter(~once, ~credit["services"])
    rows["cloud"] = rows["cloud"].filter(~credit["cloud"])
    base = {table: frame.with_columns(period=pl.lit(source.base)) for table, frame in rows.items()}
    return base, [Notice(code, count=count) for code, count in left_out.items() if count]


def _at(frame: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table in the months that its agencies' rows come from."""
    if "agency" in frame.columns:
        return frame.join(places, on=["agency", "period"], how="semi", maintain_order="left")
    return frame.join(places.select("period"), on="period", how="semi", maintain_order="left")


def _reached(table: str, rows: pl.DataFrame, agency: str) -> pl.DataFrame:
    """The agency's rows and those that their lines hang on; of shared costs all."""
    if table not in SECTIONS or rows["agency"].n_unique() < 2:
        return rows
    numbered = rows.with_row_index("at")
    reached = with_neighbours(table, numbered, numbered.filter(pl.col("agency") == agency))
    return reached.sort("at").select(rows.columns)


def _repeated(rows: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """Rows once a month of `steps` (period, up), each with a number of its own."""
    each = rows.drop("period").join(steps, how="cross")
    return each.with_columns(row=pl.col("row") + pl.col("up")).select(rows.columns)


def _set(rows: pl.DataFrame, period: str, base: str) -> pl.DataFrame:
    return rows.with_columns(period=pl.lit(period), row=pl.col("row") + months_apart(base, period) * APART)


def _yearly(data: Data, base: str, last: str) -> tuple[dict[str, pl.DataFrame], list[tuple[str, str]]]:
    """The agency's yearly rows by the month that they are due in, and the yearly items nobody can know of.

    They are due where the newest same calendar month has them, unless the eleven months before (or the month's own
    data) have the same item and reference.
    """
    items = [item.item for item in data.rates.catalogue.items.values() if item.recurrence == "yearly"]
    there = _months_there(data.usage, data.agency)
    rows = data.usage["services"].filter(pl.col("agency") == data.agency, pl.col("item").is_in(items))
    rows = rows.with_columns(key=pl.struct("item", pl.col("reference").map_batches(folded, pl.String).fill_null("")))
    calendar = {period[5:] for period in there}
    seen = [(period, _key(key)) for period, key in rows.select("period", "key").iter_rows()]
    placed: dict[str, pl.DataFrame] = {}
    unseen: list[tuple[str, str]] = []
    never = [item for item in items if item not in set(rows["item"])]
    for month in months_between(moved(base, 1), last):
        window = {moved(month, -back) for back in range(A_YEAR)}
        taken = {key for period, key in seen if period in window}
        due = _due(rows.filter(pl.col("quantity") >= 0), _sources(there, month, base), taken)
        if due.height:
            placed[month] = due.drop("key")
            seen += [(month, _key(key)) for key in due["key"]]
        if month[5:] not in calendar:
            unseen += [(month, item) for item in never]
    return placed, unseen


def _key(key: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(key.values())


def _months_there(usage: Mapping[str, pl.DataFrame], agency: str) -> set[str]:
    own = (frame.filter(pl.col("agency") == agency) for frame in usage.values() if "agency" in frame.columns)
    return {period for frame in own for period in frame["period"].unique()}


def _sources(there: Iterable[str], month: str, base: str) -> list[str]:
    """The months that a month's yearly rows come from, newest first: those after base may lack what base's year has."""
    same = sorted((period for period in there if period[5:] == month[5:] and period < month), reverse=True)
    closed = [period for period in same if period <= base]
    return [period for period in same if period > base] + closed[:1]


def _due(rows: pl.DataFrame, sources: Sequence[str], taken: set[tuple[str, ...]]) -> pl.DataFrame:
    """The rows of the first month among `sources` that has their item and reference, but for those taken."""
    found = [rows.head(0)]
    for source in sources:
        here = rows.filter(pl.col("period") == source)
        keys = [_key(key) for key in here["key"]]
        found.append(here.filter(pl.Series([key not in taken for key in keys], dtype=pl.Boolean)))
        taken = taken | set(keys)
    return pl.concat(found)
