"""What planned things would cost, without usage of their own: the same rating of the usage they stand for (§3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from billing_core.base.engines import Engine
from billing_core.base.model import LINE_SCHEMA, SORT
from billing_core.base.money import MAX_AMOUNT, as_decimal
from billing_core.base.months import months_between, moved
from billing_core.base.problems import Code, Problem, Severity, problem_frame
from billing_core.planning.entries import Planned
from billing_core.planning.entry_checks import Entry
from billing_core.planning.entry_usage import headcount_of, staff, usage_of
from billing_core.planning.entry_words import ENTRIES
from billing_core.rating.check import EMPTY_QUANTITY
from billing_core.rating.rate import Rates, may_exceed, rate

SCHEMA: dict[str, pl.DataType] = {"entry": pl.Int64(), **LINE_SCHEMA}
"""The columns of an estimate's line; `entry` and `row` are the row number in the file."""

YEAR = 12

_NOTICE: Final = "outside_months"
_NUMBERS = ("row", "subject", "quantity", "amount_nok", "covered_nok")
_NAMED = ("cloud", "dispatch", "services")
"""The tables whose subject the user named; other ids are made up, and are no one's."""


@dataclass(frozen=True)
class Estimated:
    """The lines of `months` months from `first`, at least a year of them, and what was wrong with entries.

    `lines` are in SCHEMA, in the order of charge lines; `problems` in `problems.SCHEMA`; `entries` those rated.
    """

    first: str
    months: int
    lines: pl.DataFrame
    problems: pl.DataFrame
    entries: tuple[Entry, ...]
    illustrative: bool

    @property
    def wanted(self) -> pl.DataFrame:
        """The lines of the months asked for."""
        return self.lines.filter(pl.col("period") < moved(self.first, self.months))


def estimate(planned: Planned, agency: str, months: tuple[str, int], rates: Rates, engine: Engine) -> Estimated:
    """Rates what is planned by an agency for so many months from the first of `months` on.

    An entry without months runs through all of them. At least twelve are rated, so that the first year is a year.
    """
    first, count = months
    horizon = months_between(first, moved(first, max(count, YEAR) - 1))
    active = {entry.row: _active(entry, horizon) for entry in planned.entries}
    told: dict[Code, list[Entry]] = {_NOTICE: [entry for entry in planned.entries if not active[entry.row]]}
    told["missing_value"] = _without_staff(planned.entries, active, rates)
    left = [entry for entry in planned.entries if not any(entry in found for found in told.values())]
    told["amount_too_large"] = []
    while True:
        lines, beyond, illustrative = _rated(left, active, agency, rates, engine)
        if not beyond:
            break
        told["amount_too_large"] += [entry for entry in left if entry.row in beyond]
        left = [entry for entry in left if entry.row not in beyond]
    named = lines.with_columns(file=pl.lit(planned.file), row="entry").select(list(SCHEMA)).cast(pl.Schema(SCHEMA))
    problems = [_problem(entry, code, planned.file) for code, found in told.items() for entry in found]
    return Estimated(first, count, named.sort(*SORT, "rules"), problem_frame(problems), tuple(left), illustrative)


def _active(entry: Entry, horizon: list[str]) -> list[str]:
    return [m for m in horizon if (not entry.first or entry.first <= m) and (not entry.last or m <= entry.last)]


def _without_staff(entries: Sequence[Entry], active: Mapping[int, Sequence[str]], rates: Rates) -> list[Entry]:
    """Entries that count the employees, in a month for which they are not known (an estimate has no FTEs)."""
    counted = staff(entries, active)

    def known(month: str) -> bool:
        return month in counted and rates.policy.of(month).competence_basis == "employees"

    asking = [entry for entry in entries if entry.what == EMPTY_QUANTITY and entry.quantity is None]
    return [entry for entry in asking if not all(map(known, active[entry.row]))]


def _problem(entry: Entry, code: Code, file: str) -> Problem:
    column = "from" if code == _NOTICE else "quantity"
    severity: Severity = "notice" if code == _NOTICE else "refused"
    return Problem(severity=severity, code=code, table=ENTRIES.name, file=file, row=entry.row, column=column)


def _rated(
    entries: Sequence[Entry], active: Mapping[int, Sequence[str]], agency: str, rates: Rates, engine: Engine
) -> tuple[pl.DataFrame, set[int], bool]:
    """The own lines of entries, summed; the rows of entries with an amount beyond what can be reckoned with."""
    usage, owned = usage_of(entries, active, agency, (rates.catalogue, rates.policy))
    rating = rate(usage, rates, engine)
    oversized = rating.oversized() if may_exceed(usage, rates) else owned.select("table", "row").clear()
    beyond = set(owned.join(oversized, on=["table", "row"], how="semi")["entry"])
    if beyond:
        return pl.DataFrame(schema=SCHEMA), beyond, False
    lines = [rating.frame().filter(pl.col("table") != "headcount").join(owned, on=["table", "row"])]
    heads, whose = headcount_of(entries, active, agency)
    if heads.height:
        # Each entry's part of the headcount is a line of its own, less what the entries order themselves.
        derived = [item.item for item in rates.catalogue.items.values() if item.derived == "employees"]
        covered = rate({"headcount": heads, "services": usage["services"]}, rates, engine).frame()
        lines.append(covered.filter(pl.col("item").is_in(derived), table="headcount").join(whose, on=["table", "row"]))
    found = _summed(pl.concat(lines))
    beyond = set(found.filter(pl.max_horizontal(pl.col("amount", "covered").abs()) > MAX_AMOUNT)["entry"])
    return (found if beyond else _presented(found)), beyond, rating.illustrative


def _summed(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines equal in all but row, subject and quantity as one, each so many times as it stands for; whole numbers."""
    wanted = lines.filter(pl.col("only").is_null() | (pl.col("only") == pl.col("item")))
    named = pl.when(pl.col("table").is_in(_NAMED)).then("subject")
    equal = ["entry", *(name for name in LINE_SCHEMA if name not in _NUMBERS)]
    return (
        wanted.with_columns(subject=named, **{short: _times(name) for name, short in _SHORT.items()})
        .group_by(equal, maintain_order=True)
        .agg(pl.col("row", "subject").first(), *(_sum(short) for short in _SHORT.values()))
    )


_SHORT = {"quantity": "units", "amount_nok": "amount", "covered_nok": "covered"}


def _times(name: str) -> pl.Expr:
    return pl.col(name).to_physical().cast(pl.Int128) * pl.col("times")


def _sum(name: str) -> pl.Expr:
    """The sum, unknown where nothing in it is known: lines that are equal lack an amount together."""
    return pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum())


def _presented(found: pl.DataFrame) -> pl.DataFrame:
    return found.with_columns(
        quantity=as_decimal("units", 6), amount_nok=as_decimal("amount", 2), covered_nok=as_decimal("covered", 2)
    ).drop("units", "amount", "covered")
