"""A made-up municipality of any size: agencies, employees and months from a seed, made about as fast as written.

Everything is drawn as whole columns; the only loops are over months, SKUs and small templates. Every row is valid, and
each rule of the circular meets some of them (GEN-1 where there are two agencies or more).
"""

import io
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from billing_core.base.tables import TABLES
from billing_core.demo.months import LAST_MONTH, after, month_number, over_months, until_last
from billing_core.demo.people import days, devices, draw_people, licences
from billing_core.demo.templates import AGENCIES, CLOUD, DISPATCH, OPERATIONS, SERVICES


def write(  # noqa: PLR0917 - one argument for each option of the command
    folder: Path, agencies: int, employees: int, months: int, seed: int, format: Literal["csv", "parquet"] = "csv"
) -> None:
    """Writes the nine usage tables of `agencies` with `employees` people each over `months` months to `folder`.

    Columns have the contract's English keys; the same arguments give the same rows in the same order. ValueError if
    there is no agency, employee or month; OSError if the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in world(agencies, employees, months, seed).items():
        path = folder / f"{name}.{format}"
        if format == "csv":
            frame.sink_csv(path)
        else:
            frame.sink_parquet(path)


def world(agencies: int, employees: int, months: int, seed: int) -> dict[str, pl.LazyFrame]:
    """The nine tables by name, in the contract's columns. ValueError if there is no agency, employee or month."""
    if min(agencies, employees, months) < 1:
        raise ValueError("a world has at least one agency, one employee and one month")
    rng, known = np.random.default_rng(seed), AGENCIES.split()
    codes = pl.Series("agency", [*known, *(f"A{n:04}" for n in range(len(known), agencies))][:agencies])
    when = until_last(months)
    people = draw_people(rng, codes, employees, when)
    dispatch = _dispatch(rng, codes, employees, when)
    frames = {
        "licences": over_months(licences(rng, people, codes), when, ["deactivated_on"]),
        "devices": over_months(devices(rng, people, when), when),
        "connections": over_months(_connections(rng, codes, employees, when), when, ["moved_on"]),
        "operations": _operations(codes, employees, when),
        "services": _services(codes, employees, when),
        "headcount": _headcount(people, codes, when),
        "cloud": _cloud(rng, codes, employees, when),
        "dispatch": dispatch,
        "dispatch_costs": _dispatch_costs(dispatch),
    }
    return {name: frame.select(_columns(name, frame)) for name, frame in frames.items()}


def _columns(table: str, frame: pl.LazyFrame) -> list[str]:
    present = set(frame.collect_schema().names())
    return [column.key for column in TABLES[table].columns if column.key in present]


def _every_month(rows: pl.DataFrame, when: list[date]) -> pl.LazyFrame:
    return over_months(rows.with_columns(first=pl.lit(0), last=pl.lit(len(when) - 1)), when)


def _connections(rng: np.random.Generator, codes: pl.Series, employees: int, when: list[date]) -> pl.DataFrame:
    """One row a connection: an ordinary one at every location; the first has a redundant line too, the second dark
    fibre, the third a second ordinary connection."""
    ordinary = _locations(rng, codes, max(4, employees // 60), when)
    beside = [(0, "redundant"), (1, "dark_fibre"), (2, "ordinary")]
    others = [
        ordinary.filter(pl.col("number") == number).with_columns(pl.lit(kind).alias("connection_kind"))
        for number, kind in beside
    ]
    named = [
        frame.with_columns(pl.format(f"{{}}-{line}", "location_id").alias("connection_id"))
        for line, frame in enumerate([ordinary, *others], 1)
    ]
    return pl.concat(named)


def _locations(rng: np.random.Generator, codes: pl.Series, count: int, when: list[date]) -> pl.DataFrame:
    """`count` locations an agency, the last of them temporary; 1 in 30 is new and 1 in 20 moves within the months."""
    size = len(codes) * count
    lot, within = pl.Series(rng.random(size)), (when[0], after(LAST_MONTH))
    before = (date(when[0].year - 10, 1, 1), when[0])
    temporary = pl.col("number") == count - 1
    established = pl.when(lot < 1 / 30).then(days(rng, size, *within)).otherwise(days(rng, size, *before))
    numbered = codes.to_frame().join(pl.DataFrame({"number": range(count)}), how="cross")
    return numbered.with_columns(
        pl.format("{}-L{}", "agency", "number").alias("location_id"),
        pl.when(temporary).then(pl.lit("temporary")).otherwise(pl.lit("fixed")).alias("location_kind"),
        pl.lit("ordinary").alias("connection_kind"),
        established.alias("established_on"),
        pl.when(lot > 0.95).then(days(rng, size, *within)).alias("moved_on"),
        pl.lit(len(when) - 1).alias("last"),
    ).with_columns(month_number("established_on", when).alias("first"))


def _operations(codes: pl.Series, employees: int, when: list[date]) -> pl.LazyFrame:
    """The template's rows for each system of each agency, one system for every 200 employees."""
    systems = pl.DataFrame({"number": range(1, employees // 200 + 2)})
    template = pl.read_csv(io.StringIO(OPERATIONS), schema_overrides={"unsupported_cost_nok": pl.Decimal(18, 2)})
    rows = codes.to_frame().join(systems, how="cross").join(template, how="cross")
    grows = pl.col("kind").is_in(["storage", "backup"])
    return _every_month(
        rows.with_columns(pl.format("{} system {}", "agency", "number").alias("system")), when
    ).with_columns(
        pl.when(grows).then(pl.col("quantity") * (100 + pl.col("month")) // 100).otherwise("quantity").alias("quantity")
    )


def _services(codes: pl.Series, employees: int, when: list[date]) -> pl.LazyFrame:
    """The template's rows for each agency, in every month or every so many, the last month always among them."""
    decimal = pl.Decimal(18, 2)
    template = pl.read_csv(
        io.StringIO(SERVICES), schema_overrides={"each": decimal, "base": decimal, "unit_price_nok": decimal}
    ).with_columns((pl.col("each") * employees + pl.col("base")).cast(decimal).alias("quantity"))
    rows = codes.to_frame().join(template, how="cross")
    return _every_month(rows, when).filter((len(when) - 1 - pl.col("month")) % pl.col("every") == 0)


def _headcount(people: pl.DataFrame, codes: pl.Series, when: list[date]) -> pl.LazyFrame:
    """Employees that have joined and not left, for every agency and month, and 0.93 FTEs for each."""
    here = people.filter(~pl.col("blocked")).with_columns(last=pl.col("left_month") - 1)
    counted = over_months(here, when).group_by("period", "agency").agg(pl.len().cast(pl.Int64).alias("employees"))
    return (
        _every_month(codes.to_frame(), when)
        .join(counted, on=["period", "agency"], how="left", maintain_order="left")
        .with_columns(pl.col("employees").fill_null(0))
        .with_columns(_hundredths(pl.col("employees") * 93).alias("ftes"))
    )


def _hundredths(number: pl.Expr) -> pl.Expr:
    return (number.cast(pl.Decimal(18, 2)) / 100).cast(pl.Decimal(18, 2))


def _cloud(rng: np.random.Generator, codes: pl.Series, employees: int, when: list[date]) -> pl.LazyFrame:
    """A cost for each agency, provider and month, and a credit of a tenth for every twelfth."""
    providers = pl.DataFrame({"provider": list(CLOUD), "each": list(CLOUD.values())})
    bills = _every_month(codes.to_frame().join(providers, how="cross"), when)
    noise = rng.integers(70, 131, len(codes) * len(CLOUD) * len(when))
    ore = bills.with_columns(pl.Series(noise).alias("noise")).with_columns(
        (pl.col("each") * employees * pl.col("noise")).alias("ore")
    )
    credits = ore.filter(pl.col("noise") % 12 == 0).with_columns(-pl.col("ore") // 10)
    return pl.concat([ore, credits]).with_columns(_hundredths(pl.col("ore")).alias("cost_nok"))


def _dispatch(rng: np.random.Generator, codes: pl.Series, employees: int, when: list[date]) -> pl.LazyFrame:
    """Dispatches of each agency, channel and month."""
    channels = pl.DataFrame({"channel": list(DISPATCH), "each": [each for each, _ in DISPATCH.values()]})
    noise = rng.integers(70, 131, len(codes) * len(DISPATCH) * len(when))
    rows = _every_month(codes.to_frame().join(channels, how="cross"), when).with_columns(
        pl.Series(noise).alias("noise")
    )
    return rows.with_columns(
        (pl.col("each") * 100 * employees * pl.col("noise") // 10_000 + 1).cast(pl.Int64).alias("quantity")
    )


def _dispatch_costs(dispatch: pl.LazyFrame) -> pl.LazyFrame:
    """Cost and number for the whole municipality: a quarter more than the agencies here, at the channel's cost."""
    costs = pl.DataFrame({"channel": list(DISPATCH), "ore": [ore for _, ore in DISPATCH.values()]}).drop_nulls()
    total = (pl.col("quantity").sum() * 5 // 4).alias("total_quantity")
    return (
        dispatch.join(costs.lazy(), on="channel")
        .group_by("period", "channel", "ore")
        .agg(total)
        .with_columns(_hundredths(pl.col("total_quantity") * pl.col("ore") + 7).alias("cost_nok"))
        .sort("period", "channel")
    )
