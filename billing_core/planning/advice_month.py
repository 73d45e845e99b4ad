"""What sets of actions save an agency in one month: the scenario engine on just the rows that they can touch."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from billing_core.base.engines import Engine
from billing_core.base.months import last_day
from billing_core.rating.rate import Rates
from billing_core.rules import SECTIONS
from billing_core.scenario.actions import BaseAction
from billing_core.scenario.choice import COLUMNS
from billing_core.scenario.neighbours import with_neighbours
from billing_core.scenario.rerated import Ratings
from billing_core.views.coming import becoming_billable

TOUCHED = ("licences", "devices", "connections", "operations")
"""The tables that advice is about. No section reads two of them, so that what is saved in each only adds up."""

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Saving:
    """What actions save a month, monthly lines only, in NOK.

    agency_nok  what the agency pays less (of all agencies: what they pay less together)
    oslo_nok    what the municipality pays less in all, what the framework covers among it
    by_agency   what each agency pays less, those that pay the same left out
    lines       the agency's lines of the month that go, change or come, of any recurrence
    unknown     of these, lines whose amount is not known on a side: no saving is claimed for them, and
    undecided   of those, lines that lack a value, the others a price
    """

    agency_nok: Decimal = NOTHING
    oslo_nok: Decimal = NOTHING
    by_agency: Mapping[str, Decimal] | None = None
    lines: int = 0
    unknown: int = 0
    undecided: int = 0

    def __add__(self, other: "Saving") -> "Saving":
        """Together, of actions that touch no table in common."""
        mine, theirs = self.by_agency or {}, other.by_agency or {}
        return Saving(
            self.agency_nok + other.agency_nok,
            self.oslo_nok + other.oslo_nok,
            {code: mine.get(code, NOTHING) + theirs.get(code, NOTHING) for code in [*mine, *theirs]},
            self.lines + other.lines,
            self.unknown + other.unknown,
            self.undecided + other.undecided,
        )


@dataclass(frozen=True)
class Prevented:
    """What is not billed later if something goes now: a month's cost in NOK (None: not known), and how many lines.

    `unknown` of the lines have no known price; `first` is the day that the first of them is billed from.
    """

    amount_nok: Decimal | None = NOTHING
    lines: int = 0
    unknown: int = 0
    first: date | None = None


class AdvisedMonth:
    """One month of an agency (None: of all), and what sets of actions save in it, each rated once.

    `usage` and `lines` are of all agencies: checked usage and its lines (LINE_SCHEMA). `each`, where there is one, is
    called before every rating, so that whoever waits sees that something happens, and may raise to end it.
    """

    def __init__(
        self,
        usage: Mapping[str, pl.DataFrame],
        lines: pl.DataFrame,
        *,
        rates: Rates,
        engine: Engine,
        agency: str | None,
        period: str,
        as_of: date | None = None,
        each: Callable[[], None] | None = None,
    ) -> None:
        self.agency, self.period, self.day = agency, period, as_of or last_day(period)
        of_month = lines.filter(pl.col("period") == period)
        self.lines = of_month.filter(pl.col("agency") == agency) if agency else of_month
        around = _around(usage, agency, period)
        known = [of_month.filter(pl.col("table") == name).join(_places(around[name]), on=["file", "row"], how="semi")
                 for name in TOUCHED]  # fmt: skip
        days = {period: self.day}
        self._ratings = Ratings(around, rates, engine, days, pl.concat(known))
        self._known: dict[tuple[BaseAction, ...], Saving] = {}
        self.each = each

    @property
    def billed_nok(self) -> Decimal:
        """What is known to be billed for the month's monthly lines."""
        return _sum(self._monthly["amount_nok"])

    @property
    def unknown(self) -> int:
        """How many of those lines have no known amount, and are left out."""
        return self._monthly["amount_nok"].null_count()

    @property
    def _monthly(self) -> pl.DataFrame:
        return self.lines.filter(pl.col("recurrence") == "monthly")

    def saving(self, actions: Iterable[BaseAction]) -> Saving:
        """What actions save together, carried out in this order."""
        by_table: dict[str, tuple[BaseAction, ...]] = {}
        for action in actions:
            by_table[action.table] = (*by_table.get(action.table, ()), action)
        return sum(map(self._of_table, by_table.values()), Saving())

    def prevented(self, action: BaseAction, days: int) -> Prevented:
        """What an action that removes deactivated users' licences keeps from being billed within `days`."""
        if action.kind != "remove_deactivated":
            return Prevented()
        soon = becoming_billable(self._monthly, self.day, days)
        for name in sorted(action.only.given):
            column = "variant" if name == "skus" else "subject" if name == "user_ids" else COLUMNS[name]
            wanted = getattr(action.only, name)
            soon = soon.filter(pl.col(column).is_in([wanted] if isinstance(wanted, str) else list(wanted)))
        unknown = soon["covered_nok"].null_count()
        amount = _sum(soon["covered_nok"]) if unknown < soon.height or soon.is_empty() else None
        # The first to be billed stand first.
        return Prevented(amount, soon.height, unknown, soon["billable_from"][0] if soon.height else None)

    def gone(self, action: BaseAction) -> pl.DataFrame:
        """The agency's lines that go by an action (`differences.changed_lines`), each with its usage row's columns."""
        world = self._ratings.after(action, self.agency, self._ratings.start)
        lines = self._ratings.changed_lines(world).filter(pl.col("change") == "goes")
        own = lines.filter(pl.col("agency") == self.agency) if self.agency else lines
        rows = self._ratings.start.usage[action.table]
        return own.join(rows, on=["file", "row"], how="inner", suffix="_of_row")

    def _of_table(self, actions: tuple[BaseAction, ...]) -> Saving:
        # What an action costs once saves nothing.
        actions = tuple(action.model_copy(update={"one_off_cost_nok": Decimal(0)}) for action in actions)
        if actions not in self._known:
            if self.each:
                self.each()
            world = self._ratings.start
            for action in actions:
                world = self._ratings.after(action, self.agency, world)
            self._known[actions] = self._summed(self._ratings.saved(world))
        return self._known[actions]

    def _summed(self, saved: pl.DataFrame) -> Saving:
        own = saved.filter(pl.col("agency") == self.agency) if self.agency else saved
        monthly = saved.filter(pl.col("recurrence") == "monthly")
        by_agency = monthly.group_by("agency").agg(pl.col("saved").sum()).filter(pl.col("saved") != 0)
        pays = dict(by_agency.sort("agency").iter_rows())
        return Saving(
            pays.get(self.agency, NOTHING) if self.agency else sum(pays.values(), NOTHING),
            _sum(monthly["cost"]),
            pays,
            *(int(own[name].sum()) for name in ("changed", "unknown", "undecided")),
        )


def _sum(amounts: pl.Series) -> Decimal:
    """The sum of what is known; 0 of nothing."""
    return NOTHING + Decimal(str(amounts.sum() or 0))


def _places(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("file", "row").unique()


def _around(usage: Mapping[str, pl.DataFrame], agency: str | None, period: str) -> dict[str, pl.DataFrame]:
    """The month's rows that the agency's can look at, of the tables touched and those that their sections read."""
    month = {name: frame.filter(pl.col("period") == period) for name, frame in usage.items()}
    read = {name for table in TOUCHED for name in SECTIONS[table].reads}
    found = {name: frame if name in read else frame.head(0) for name, frame in month.items()}
    if agency:
        for name in TOUCHED:
            rows = month[name].with_row_index("at")
            own = rows.filter(pl.col("agency") == agency)
            found[name] = with_neighbours(name, rows, own).sort("at").drop("at")
    return found
