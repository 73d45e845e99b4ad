"""Since when an account has been blocked, where no file says so: the first day that any file shows it blocked.

Later than the real day, so it never bills too early. Days before an account was last seen active do not count.
"""

from datetime import date

import polars as pl

from billing_core.base.months import last_day
from billing_core.intake.exports.blocked_accounts import ACCOUNT, DAY
from billing_core.intake.exports.facts import Facts
from billing_core.intake.options import Options

_SEEN = {
    "user_id": pl.String(),
    "period": pl.String(),
    "blocked": pl.Boolean(),
    "deactivated_on": pl.Date(),
    "seen_on": pl.Date(),
}
"""One row for each time an account was seen: in which month, whether blocked, the day told, the day it was seen."""


def blocked_list(licences: pl.DataFrame, until: date | None = None) -> pl.DataFrame:
    """The list to keep for next month: accounts that are blocked in the newest month they are in, and since when.

    `licences` is the typed table; a month not yet over was seen on `until`. In the columns that
    `exports.blocked_accounts` reads.
    """
    return (
        _first(_in_tables(licences, until))
        .select(pl.col("user_id").alias(ACCOUNT), pl.col("seen_on").alias(DAY))
        .sort(ACCOUNT)
    )


def first_seen(found: list[Facts], licences: pl.DataFrame, period: str | None, options: Options) -> dict[str, str]:
    """The first day seen blocked of each account (as the usage tables name it), no later than the month `period`.

    What exports of earlier months show was seen at those months' ends; that of the month itself tells no more than it.
    """
    told = [
        (options.pseudonym(person.user_id), day[:7], True, None, date.fromisoformat(day))
        for facts in found
        for person in facts.people
        if (day := person.seen_blocked_on)
    ]
    shown = [
        (
            options.pseudonym(person.user_id),
            facts.period,
            person.account_status == "deactivated",
            None,
            last_day(facts.period),
        )
        for facts in found
        if facts.period and period and facts.period < period
        for person in facts.people
        if person.account_status
    ]
    seen = pl.concat([_in_tables(licences, None), pl.DataFrame([*told, *shown], schema=_SEEN, orient="row")])
    if period:
        seen = seen.filter(pl.col("period") <= period)
    return {user: f"{day}" for user, day in _first(seen).rows()}


def _in_tables(licences: pl.DataFrame, until: date | None) -> pl.DataFrame:
    """Accounts as the licences show them; one with an active licence is active (contract, section 1)."""
    end = (pl.col("period") + "-01").str.to_date("%Y-%m-%d").dt.month_end()
    status, told = pl.col("account_status"), pl.col("deactivated_on")
    deactivated = pl.when(status.is_null()).then((told <= end).fill_null(False)).otherwise(status == "deactivated")
    rows = licences.select(
        # Exports write accounts in small letters, whatever a table does.
        pl.col("user_id").str.to_lowercase(),
        "period",
        deactivated.alias("blocked"),
        told,
        pl.min_horizontal(end, pl.lit(until, pl.Date())).alias("seen_on"),
    )
    some = rows.join(rows.filter("blocked"), on="user_id", how="semi")
    return some.group_by("user_id", "period").agg(pl.col("blocked").min(), told.max(), pl.col("seen_on").first())


def _first(seen: pl.DataFrame) -> pl.DataFrame:
    """The accounts that are blocked since they were last active: the latest day told, else the first day seen."""
    active = seen.filter(~pl.col("blocked")).group_by("user_id").agg(pl.col("period").max().alias("active"))
    since = seen.join(active, on="user_id", how="left").filter(
        pl.col("blocked") & (pl.col("period") > pl.col("active").fill_null(""))
    )
    day = pl.coalesce(pl.col("deactivated_on").max(), pl.col("seen_on").min())
    return since.group_by("user_id").agg(day.alias("seen_on"))
