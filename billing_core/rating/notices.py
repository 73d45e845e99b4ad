"""What a user should know of usage that is rated all the same: contradictions, gaps, repetitions (contract 3)."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

import narwhals as nw
import polars as pl

from billing_core.base.engines import Engine
from billing_core.base.months import last_day
from billing_core.base.problems import merge
from billing_core.law.catalogue import Catalogue
from billing_core.law.policy import Policy, Terms
from billing_core.rating.check import problems_of
from billing_core.rules.charges import Lazy
from billing_core.rules.office365 import several_accounts

MONTHS_A_YEAR = 12

YEARLY = ("period", "agency", "item", "quantity", "file", "row")
"""The columns of `services` that tell what is reported again within a year."""


def notices(
    licences: Lazy, policy: Policy, periods: Sequence[str], engine: Engine, as_of: Mapping[str, date] | None = None
) -> pl.DataFrame:
    """The notices of checked licences that look no further than a month; `as_of` gives one another day than its last.

    `periods` are the months there are licences of. The engine asks and counts; only what is told of comes out of it.
    """
    if not periods:
        return merge([])
    days = {period: (as_of or {}).get(period) or last_day(period) for period in periods}
    calendar = engine.load(pl.DataFrame({"period": list(days), "as_of": list(days.values())}))
    accounts = _accounts(licences.join(calendar, on="period", how="left"))
    found = [_active_with_date(licences, engine), _several_main(licences, engine)]
    found.append(_main_without_employee(accounts, engine))
    for terms, same in groupby(sorted(periods), key=policy.of):
        found.append(_extensive_use(licences, terms, list(same), engine))
    return merge(found)


def _active_with_date(licences: Lazy, engine: Engine) -> pl.DataFrame:
    dated = licences.filter((nw.col("account_status") == "active") & ~nw.col("deactivated_on").is_null())
    rows = engine.collect(dated).sort("file", "row", maintain_order=True).with_columns(detail=pl.lit(None))
    return problems_of(rows, "notice", "active_with_date", "licences", "deactivated_on")


def _several_main(licences: Lazy, engine: Engine) -> pl.DataFrame:
    """Employees whose main accounts are more than one."""
    employee = ["period", "employee_id"]
    mains = licences.filter((nw.col("account_type") == "main") & ~nw.col("employee_id").is_null())
    few = mains.join(several_accounts(mains), on=employee, how="semi")
    told = (
        engine.collect(few.select(*employee, "agency", "user_id", "file", "row"))
        .sort("file", "row")
        .group_by(employee)
        .agg(
            pl.col("agency", "file", "row").first(),
            detail=pl.col("user_id").unique().sort().str.join(", "),
        )
        .sort(employee)
    )
    return problems_of(told, "notice", "several_main_accounts", "licences", "employee_id")


def _accounts(licences: Lazy) -> Lazy:
    """Each account of a month: whether any of its rows is main, active by `as_of`, and says whose it is."""
    still = nw.col("deactivated_on").is_null() | (nw.col("deactivated_on") > nw.col("as_of"))
    active = nw.when(nw.col("account_status").is_null()).then(still).otherwise(nw.col("account_status") == "active")
    rows = licences.select(
        "period",
        "agency",
        "user_id",
        main=nw.col("account_type") == "main",
        active=active,
        known=~nw.col("employee_id").is_null(),
    )
    traits = ("main", "active", "known")
    return rows.group_by("period", "agency", "user_id").agg(*(nw.col(trait).max() for trait in traits))


def _main_without_employee(accounts: Lazy, engine: Engine) -> pl.DataFrame:
    """How many active main accounts an agency has in a month of which nobody knows whose they are (O365-3)."""
    unknown = accounts.filter(nw.col("main"), nw.col("active"), ~nw.col("known"))
    counted = engine.collect(unknown.group_by("period", "agency").agg(nw.len().alias("detail"))).sort(
        "period", "agency"
    )
    return problems_of(_placeless(counted), "notice", "main_without_employee", "licences", "employee_id")


def yearly_again(services: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Yearly items that an agency reports again before twelve months have passed; credits take nothing in use.

    The one notice that looks beyond a month: it reads `YEARLY` of `services`.
    """
    yearly = [item.item for item in catalogue.items.values() if item.recurrence == "yearly"]
    number = pl.col("period").str.slice(0, 4).cast(pl.Int64) * MONTHS_A_YEAR + pl.col("period").str.slice(5).cast(
        pl.Int64
    )
    whose = ["agency", "item"]
    again = (
        services.filter(pl.col("item").is_in(yearly), pl.col("quantity") > 0)
        .sort("period", maintain_order=True)
        .with_columns(number=number)
        .with_columns(passed=pl.col("number").diff().over(whose), detail=pl.col("period").shift(1).over(whose))
        .filter(pl.col("passed") < MONTHS_A_YEAR)
    )
    return problems_of(again, "notice", "yearly_again", "services", "item")


def _extensive_use(licences: Lazy, terms: Terms, periods: list[str], engine: Engine) -> pl.DataFrame:
    """O365-8: agencies where more than the policy's share of accounts hold a licence outside the standard."""
    whose = "user_id" if terms.extensive_use_base == "accounts" else "employee_id"
    outside = ~nw.col("sku").is_in([*terms.standard_skus, *terms.no_cost_skus])
    held = licences.filter(nw.col("period").is_in(periods) & ~nw.col(whose).is_null())
    holders = held.select("period", "agency", whose, outside=outside.cast(nw.Int64))
    each = holders.group_by("period", "agency", whose).agg(nw.col("outside").max())
    counts = engine.collect(
        each.group_by("period", "agency").agg(nw.col("outside").sum().alias("holders"), nw.len().alias("all"))
    )
    share = terms.extensive_use_share
    numerator, denominator = share.as_integer_ratio()
    over = (
        counts.cast({"holders": pl.Int64, "all": pl.Int64})
        .filter(pl.col("holders") * denominator > pl.col("all") * numerator)
        .sort("period", "agency")
        .with_columns(
            extensive=pl.format("{} / {}", "holders", "all"),
            detail=pl.format("{} / {} > {} %", "holders", "all", pl.lit(f"{(share * 100).normalize():f}")),
        )
    )
    problems = problems_of(_placeless(over), "notice", "extensive_use", "licences", "extensive")
    return problems.with_columns(column=pl.lit("sku"))


def _placeless(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of what no single row of a file says."""
    return rows.with_columns(file=pl.lit(None, dtype=pl.String), row=pl.lit(None, dtype=pl.Int64))
