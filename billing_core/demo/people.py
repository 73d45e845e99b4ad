"""The employees of a made-up municipality, their licences and their machines, drawn as whole columns."""

from datetime import date

import numpy as np
import polars as pl

from billing_core.demo.months import LAST_MONTH, after, month_number
from billing_core.demo.templates import REPLACED_SHARES, SKU_SHARES


def days(rng: np.random.Generator, size: int, first: date, end: date) -> pl.Series:
    """`size` random days from `first` up to, not including, `end`."""
    return pl.Series(rng.integers(np.datetime64(first).astype(int), np.datetime64(end).astype(int), size)).cast(pl.Date)


def draw_people(rng: np.random.Generator, codes: pl.Series, employees: int, when: list[date]) -> pl.DataFrame:
    """One row an employee: 6 % leave (some before the first month), 6 % join, 0.4 % are blocked without a date.

    `first` and `last` are the months in which the account has a licence, `left_month` the month of deactivation (the
    number of months for those who stay), all counted from 0; `place` is the agency's number.
    """
    size, months = len(codes) * employees, len(when)
    lot = pl.Series(rng.random(size))
    leaves, joins = lot < 0.06, (lot >= 0.06) & (lot < 0.12)
    place = np.repeat(np.arange(len(codes)), employees)
    drawn = pl.DataFrame(
        {
            "agency": codes.gather(place),
            "place": place,
            "number": np.arange(size) + 100_000,
            "joined": rng.integers(0, months, size),
            "kept": rng.integers(0, 9, size),  # months that the licence outlives the account
            "left_on": days(rng, size, date(when[0].year - 1, 9, 1), after(LAST_MONTH)),
            "blocked": lot > 0.996,
            "on_platform": (lot < 0.98) | (lot >= 0.99),
        }
    ).with_columns(month_number("left_on", when).alias("left"))
    return drawn.select(
        "agency",
        "place",
        "number",
        "blocked",
        "on_platform",
        pl.when(joins).then("joined").otherwise(0).alias("first"),
        pl.when(leaves)
        .then(pl.min_horizontal(pl.col("left") + pl.col("kept"), months - 1))
        .otherwise(months - 1)
        .alias("last"),
        pl.when(leaves).then("left").otherwise(months).alias("left_month"),
        pl.when(leaves).then("left_on").alias("deactivated_on"),
    )


def licences(rng: np.random.Generator, people: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    """One row an account and SKU."""
    accounts = _accounts(rng, people, codes).with_row_index("account")
    shares = np.resize(np.array(REPLACED_SHARES), len(codes))
    replaced = pl.Series(0.02 + shares[accounts["place"].to_numpy()])
    lot = pl.Series(rng.random(len(accounts)))
    holders = {
        "E1": lot >= replaced,
        "EMS_E3": lot >= 0.02,
        "ENTERPRISEPACK": (lot >= 0.02) & (lot < replaced),
        "SPE_E3": lot < 0.02,
    } | {sku: pl.Series(rng.random(len(accounts)) < share) for sku, share in SKU_SHARES.items()}
    rows = [accounts.filter(held).with_columns(pl.lit(sku).alias("sku")) for sku, held in holders.items()]
    return pl.concat(rows).sort("account", maintain_order=True)


def _accounts(rng: np.random.Generator, people: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    """Everyone's main account, second ones in the next agency (1.5 % secondary, 0.4 % main) and external ones (2 %)."""
    main = people.with_columns(
        pl.format("{}{}", pl.col("agency").str.to_lowercase(), "number").alias("user_id"),
        pl.col("number").cast(pl.String).alias("employee_id"),
        pl.lit("main").alias("account_type"),
        pl.when("blocked").then(pl.lit("deactivated")).alias("account_status"),
    )
    lot = pl.Series(rng.random(len(main)))
    next_place = (main["place"] + 1) % len(codes)
    second = main.with_columns(
        codes.gather(next_place).alias("agency"),
        next_place.alias("place"),
        pl.format("b{}", "user_id").alias("user_id"),
        pl.when(lot < 0.015).then(pl.lit("secondary")).otherwise("account_type").alias("account_type"),
    )
    external = main.with_columns(
        pl.format("x{}", "user_id").alias("user_id"),
        pl.lit(None, pl.String).alias("employee_id"),
        pl.lit("external").alias("account_type"),
    )
    return pl.concat([main, second.filter(lot < 0.019), external.filter(lot > 0.98)])


def devices(rng: np.random.Generator, people: pl.DataFrame, when: list[date]) -> pl.DataFrame:
    """One row a machine: a client for 95 % (a tenth thin), a second for 5 %, 7 % in stock, 3 % support machines."""
    lot = pl.Series(rng.random(len(people)))
    machines = people.select(
        "agency",
        "number",
        pl.format("pc{}", "number").alias("device_id"),
        pl.when(lot < 0.1).then(pl.lit("thin")).otherwise(pl.lit("thick")).alias("device_kind"),
        pl.col("number").cast(pl.String).alias("employee_id"),
        days(rng, len(people), date(when[0].year - 7, 1, 1), when[0]).alias("established_on"),
        pl.lit(False).alias("licensed"),
        "first",
        pl.min_horizontal("last", pl.col("left_month") - 1).alias("last"),
    )
    whole = [pl.lit(0, pl.Int64).alias("first"), pl.lit(len(when) - 1, pl.Int64).alias("last")]
    nobody = pl.lit(None, pl.String).alias("employee_id")
    undated = pl.col("number") % 20 == 0
    support = machines.filter((lot > 0.5) & (lot < 0.53)).with_columns(
        pl.col("device_id") + "m",
        pl.lit("support").alias("device_kind"),
        pl.when(~undated).then("established_on").alias("established_on"),
        (pl.col("number") % 3 == 0).alias("licensed"),
        nobody,
        *whole,
    )
    return pl.concat(
        [
            machines.filter(lot < 0.95),
            machines.filter(lot < 0.05).with_columns(pl.col("device_id") + "b"),
            machines.filter(lot > 0.93).with_columns(pl.col("device_id") + "s", nobody, *whole),
            support,
        ]
    )
