"""What a user should know of usage that is rated all the same: contradictions, gaps, repetitions (contract 3)."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from billing_core.base.months import last_day
from billing_core.base.problems import merge
from billing_core.law.catalogue import Catalogue
from billing_core.law.policy import Policy
from billing_core.rating.check import problems_of

MONTHS_A_YEAR = 12

YEARLY = ("period", "agency", "item", "quantity", "file", "row")
"""The columns of `services` that tell what is reported again within a year."""


def notices(usage: Mapping[str, pl.DataFrame], policy: Policy, as_of: Mapping[str, date] | None = None) -> pl.DataFrame:
    """The notices of checked usage that look no further than a month; `as_of` gives one another day than its last."""
    found: list[pl.DataFrame] = []
    licences = usage["licences"]
    if not licences.is_empty():
        found += [
            _active_with_date(licences),
            _several_main(licences),
            _main_without_employee(licences, as_of or {}),
            _extensive_use(licences, policy),
        ]
    return merge(found)


def _active_with_date(licences: pl.DataFrame) -> pl.DataFrame:
    dated = licences.filter((pl.col("account_status") == "active") & pl.col("deactivated_on").is_not_null())
    dated = dated.with_columns(detail=pl.lit(None))
    return problems_of(dated, "notice", "active_with_date", "licences", "deactivated_on")


def _several_main(licences: pl.DataFrame) -> pl.DataFrame:
    """Employees whose main accounts are more than one."""
    mains = (
        licences.filter(pl.col("account_type") == "main", pl.col("employee_id").is_not_null())
        .group_by("period", "employee_id")
        .agg(
            pl.col("agency").first(),
            pl.col("file").first(),
            pl.col("row").first(),
            detail=pl.col("user_id").unique().sort().str.join(", "),
            accounts=pl.struct("agency", "user_id").n_unique(),
        )
        .filter(pl.col("accounts") > 1)
        .sort("period", "employee_id")
    )
    return problems_of(mains, "notice", "several_main_accounts", "licences", "employee_id")


def _main_without_employee(licences: pl.DataFrame, as_of: Mapping[str, date]) -> pl.DataFrame:
    """How many active main accounts an agency has in a month of which nobody knows whose they are (O365-3)."""
    periods = licences["period"].unique().to_list()
    days = {period: as_of.get(period) or last_day(period) for period in periods}
    day = pl.col("period").replace_strict(days, return_dtype=pl.Date)
    still = pl.col("deactivated_on").is_null() | (pl.col("deactivated_on") > day)
    active = pl.when(pl.col("account_status").is_null()).then(still).otherwise(pl.col("account_status") == "active")
    accounts = licences.group_by("period", "agency", "user_id").agg(
        main=(pl.col("account_type") == "main").any(),
        active=active.any(),
        known=pl.col("employee_id").is_not_null().any(),
    )
    counted = (
        accounts.filter("main", "active", ~pl.col("known"))
        .group_by("period", "agency")
        .agg(detail=pl.len().cast(pl.String))
        .sort("period", "agency")
        .with_columns(file=pl.lit(None, pl.String), row=pl.lit(None, pl.Int64))
    )
    return problems_of(counted, "notice", "main_without_employee", "licences", "employee_id")


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


def _extensive_use(licences: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """O365-8: agencies where more than the policy's share of accounts hold a licence outside the standard."""
    found = []
    for (period,), rows in licences.group_by("period", maintain_order=True):
        terms = policy.of(str(period))
        standard = [*terms.standard_skus, *terms.no_cost_skus]
        unit = pl.struct("agency", "user_id") if terms.extensive_use_base == "accounts" else pl.col("employee_id")
        held = rows if terms.extensive_use_base == "accounts" else rows.filter(pl.col("employee_id").is_not_null())
        outside = ~pl.col("sku").is_in(standard)
        counts = held.group_by("agency", maintain_order=True).agg(
            pl.col("period").first(), holders=unit.filter(outside).n_unique(), all=unit.n_unique()
        )
        share = terms.extensive_use_share
        numerator, denominator = share.as_integer_ratio()
        over = counts.filter(pl.col("holders") * denominator > pl.col("all") * numerator)
        found.append(
            over.with_columns(
                file=pl.lit(None, dtype=pl.String),
                row=pl.lit(None, dtype=pl.Int64),
                extensive=pl.format("{} / {}", "holders", "all"),
                detail=pl.format("{} / {} > {} %", "holders", "all", pl.lit(f"{(share * 100).normalize():f}")),
            )
        )
    rows = pl.concat(found)
    problems = problems_of(rows, "notice", "extensive_use", "licences", "extensive")
    return problems.with_columns(column=pl.lit("sku"))
