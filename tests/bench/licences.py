"""A checked licences frame of any length, and its rating written by hand twice: in Polars and in DuckDB's SQL."""

from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from billing_core.base.model import LINE_SCHEMA
from billing_core.base.tables import TABLES

PERIODS = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)]
SKUS = ["E1", "EMS_E3", "VISIOCLIENT", "SPE_E5", "FLOW_FREE", "POWER_BI_PRO"]
EXEMPT = ["FOB", "REG", "VAV"]
AGENCIES = [*(f"A{n:02}" for n in range(43)), *EXEMPT]


def licences(rows: int, seed: int = 1) -> pl.DataFrame:
    """About `rows` licence rows over all months and 46 agencies; about 2 % of the employees have a second account."""
    people = rows // len(PERIODS) // 2
    months = [month_of_licences(period, people, seed) for period in PERIODS]
    return pl.concat(months)


def month_of_licences(period: str, people: int, seed: int = 1) -> pl.DataFrame:
    """A month's two licences of each of `people`, who are the same in every month."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), 2)
    even = np.arange(len(person)) % 2 == 0
    # Now and then another than the standard two; nobody has one twice.
    other = rng.random(len(person)) < 0.1
    sku = np.where(other, np.where(even, 2, 4) + rng.integers(0, 2, len(person)), np.where(even, 0, 1))
    day = rng.integers(0, 200, people)[person]
    gone = (rng.random(people) < 0.05)[person]
    # Every fiftieth person's account belongs to the employee before.
    employee = np.where(person % 50 == 0, np.maximum(person - 1, 0), person)
    kind = rng.choice(3, people, p=[0.96, 0.02, 0.02])[person]
    number = pl.Series(person)
    return (
        pl.DataFrame(
            {
                "period": pl.Series([period]).new_from_index(0, len(person)),
                "agency": (number % len(AGENCIES)).replace_strict(dict(enumerate(AGENCIES)), return_dtype=pl.String),
                "user_id": "user" + number.cast(pl.String),
                "employee_id": "emp" + pl.Series(employee).cast(pl.String),
                "account_type": pl.Series(kind).replace_strict({0: "main", 1: "secondary", 2: "external"}),
                "sku": pl.Series(sku).replace_strict(dict(enumerate(SKUS)), return_dtype=pl.String),
                "account_status": pl.Series([None], dtype=pl.String).new_from_index(0, len(person)),
                "deactivated_on": pl.Series(day + 20400).cast(pl.Int32).cast(pl.Date),
                "on_platform": pl.Series(rng.random(people) < 0.99).gather(number),
                "written": pl.Series([None], dtype=pl.String).new_from_index(0, len(person)),
                "file": pl.Series([f"licences-{period}.parquet"]).new_from_index(0, len(person)),
                "row": pl.int_range(2, len(person) + 2, eager=True),
            }
        )
        .with_columns(deactivated_on=pl.when(pl.Series(gone)).then("deactivated_on"))
        .cast(TABLES["licences"].schema)
    )


def price_rows() -> list[dict[str, str]]:
    """A price for every SKU but one, and the management of an additional licence."""
    row = {
        "app_operation_nok": "",
        "valid_from": "2025-01-01",
        "valid_to": "",
        "source": "bench list",
        "status": "illustrative",
    }
    listed = [
        row | {"item": "office365.licence", "variant": sku, "price_nok": f"{90 + 10 * n}.50"}
        for n, sku in enumerate(SKUS[:-1])
    ]
    return [*listed, row | {"item": "office365.management", "variant": "", "price_nok": "25.25"}]


SQL = """
with prices(sku, licence, management) as (values {prices}),
months as (
    select p as period, last_day((p || '-01')::date) as as_of, last_day((p || '-01')::date) - 60 as grace_limit
    from unnest({periods}) t(p)
),
marked as (
    select l.*, m.as_of, m.grace_limit, sku in ({no_cost}) as no_cost,
        sku not in ({no_cost}) and sku not in ('E1', 'EMS_E3') as outside,
        case when account_status is null then coalesce(deactivated_on > as_of, true) else account_status = 'active' end
            as active,
        agency in ('FOB', 'REG', 'VAV') as exempt
    from licences l join months m using (period)
),
several as (
    select period, employee_id from marked where employee_id is not null group by all
    having min(agency) <> max(agency) or min(user_id) <> max(user_id)
),
theirs as (select * from marked semi join several using (period, employee_id)),
accounts as (
    select period, employee_id, agency, user_id, bool_or(account_type = 'main') as main, bool_or(active) as active
    from theirs group by all
),
beyond as (
    select period, employee_id, agency, user_id from accounts where active
    qualify row_number() over (partition by period, employee_id order by not main, agency, user_id) > 1
),
extra as (
    select t.file, t.row from theirs t semi join beyond using (period, employee_id, agency, user_id) where t.active
),
tested as (
    select m.*, e.row is not null as second,
        not active and deactivated_on < grace_limit as r5, account_type = 'external' as r4,
        account_type = 'secondary' or e.row is not null as r3, not on_platform as r7
    from marked m left join extra e on m.file = e.file and m.row = e.row
),
ruled as (
    select *,
        case when no_cost then 'O365-6' when r5 then 'O365-5' when r4 then 'O365-4' when r3 then 'O365-3'
            when outside then 'O365-2' when r7 then 'O365-7' else 'O365-1' end as own,
        concat_ws(';', case when no_cost then 'O365-6' end, case when r5 then 'O365-5' end,
            case when r4 then 'O365-4' end, case when r3 then 'O365-3' end, case when outside then 'O365-2' end,
            case when r7 then 'O365-7' end,
            case when not (no_cost or coalesce(r5, false) or r4 or r3 or outside or r7) then 'O365-1' end) as own_rules
    from tested
),
decided as (
    select *, case when own = 'O365-1' and exempt then 'GEN-1' else own end as rule,
        case when own = 'O365-1' and exempt then 'GEN-1;' || own_rules else own_rules end as rules,
        case when own = 'O365-6' or own = 'O365-1' and not exempt then 'framework' else 'billed' end as funding
    from ruled
),
lines as (
    select period, agency, 'office365.licence' as item, sku as variant, rule, rules, funding, file, row,
        user_id, licence as price, own = 'O365-6' as free,
        case when rule = 'O365-5' then as_of - deactivated_on end as measured,
        case when rule = 'O365-5' then 60 end as tested_limit,
        case when rule = 'O365-1' then deactivated_on + 61 end as billable_from
    from decided left join prices using (sku)
    union all
    select period, agency, 'office365.management', sku, 'O365-2', 'O365-2', 'billed', file, row, user_id, management,
        false, null, null, null
    from marked left join prices using (sku) where outside
)
{select}
"""

COLUMNS = """
select period, agency, 'office365' as service, item, variant, rule, rules, funding, 'licences' as "table", file, row,
    user_id as subject, 1::decimal(18, 6) as quantity, 'licence' as unit, 'monthly' as recurrence,
    case when not free then price end::decimal(18, 4) as unit_price_nok,
    case when funding = 'framework' then 0 else price end::decimal(18, 2) as amount_nok,
    case when free or funding = 'billed' then 0 else price end::decimal(18, 2) as covered_nok,
    case when funding = 'framework' then 'not_charged' when price is null then 'missing'
        when rule = 'GEN-1' then 'estimate' else 'priced' end as price_status,
    case when not free and price is not null then 'bench list' end as price_source,
    measured, tested_limit as "limit", billable_from
from lines order by period, agency, "table", file, row, item
"""

TOTALS = """
select agency, period, sum(case when funding = 'framework' then 0 else price end)::decimal(38, 2) as billed_nok,
    sum(case when free or funding = 'billed' then 0 else price end)::decimal(38, 2) as covered_nok, count(*) as lines,
    count(*) filter (funding = 'billed' and price is null) as unpriced_lines
from lines group by all
"""


def sql(no_cost: tuple[str, ...], select: str) -> str:
    """The hand-written DuckDB query over a view `licences`."""
    prices = {row["variant"]: row["price_nok"] for row in price_rows() if row["item"] == "office365.licence"}
    values = ", ".join(f"('{sku}', {prices.get(sku, 'null')}::decimal(18, 4), 25.25)" for sku in SKUS)
    free = ", ".join(f"'{sku}'" for sku in no_cost)
    return SQL.format(prices=values, periods=PERIODS, no_cost=free, select=select)


def by_hand_duckdb(source: Path, no_cost: tuple[str, ...], out: Path | None) -> pl.DataFrame | None:
    """Rates `source` in DuckDB's own SQL; writes the lines to `out`, or gives the totals where there is none."""
    with duckdb.connect() as connection:
        connection.execute(f"create view licences as from read_parquet('{source}')")
        if out:
            connection.sql(sql(no_cost, COLUMNS)).write_parquet(str(out))
            return None
        return connection.sql(sql(no_cost, TOTALS)).pl()


def by_hand_polars(source: Path, no_cost: tuple[str, ...], out: Path | None) -> pl.DataFrame | None:
    """Rates `source` in Polars' own expressions; writes the lines to `out`, or gives the totals where there is none."""
    lines = _polars_lines(pl.scan_parquet(source), no_cost)
    if out:
        lines.select(list(LINE_SCHEMA)).sort("period", "agency", "table", "file", "row", "item").sink_parquet(out)
        return None
    return (
        lines.group_by("agency", "period")
        .agg(
            billed_nok=pl.col("amount_nok").sum(),
            covered_nok=pl.col("covered_nok").sum(),
            lines=pl.len(),
            unpriced_lines=(pl.col("price_status") == "missing").sum(),
        )
        .collect()
    )


def _polars_lines(rows: pl.LazyFrame, no_cost: tuple[str, ...]) -> pl.LazyFrame:
    as_of = pl.DataFrame({"period": PERIODS}).with_columns(
        as_of=(pl.col("period") + "-01").str.to_date().dt.month_end()
    )
    marked = rows.join(as_of.lazy(), on="period", how="left").with_columns(
        no_cost=pl.col("sku").is_in(no_cost),
        outside=~pl.col("sku").is_in([*no_cost, "E1", "EMS_E3"]),
        active=pl.when(pl.col("account_status").is_null())
        .then((pl.col("deactivated_on") > pl.col("as_of")).fill_null(True))
        .otherwise(pl.col("account_status") == "active"),
        exempt=pl.col("agency").is_in(EXEMPT),
    )
    key, account = ["period", "employee_id"], ["period", "employee_id", "agency", "user_id"]
    several = (
        rows.filter(pl.col("employee_id").is_not_null())
        .group_by(key)
        .agg(a=pl.col("agency").min(), b=pl.col("agency").max(), c=pl.col("user_id").min(), d=pl.col("user_id").max())
        .filter((pl.col("a") != pl.col("b")) | (pl.col("c") != pl.col("d")))
    )
    theirs = marked.join(several, on=key, how="semi")
    beyond = (
        theirs.group_by(account)
        .agg(main=(pl.col("account_type") == "main").any(), active=pl.col("active").any())
        .filter("active")
        .sort(~pl.col("main"), "agency", "user_id")
        .filter(pl.int_range(pl.len()).over(key) > 0)
    )
    extra = theirs.filter("active").join(beyond, on=account, how="semi").select("file", "row", second=pl.lit(True))
    tests = {
        "O365-6": pl.col("no_cost"),
        "O365-5": ~pl.col("active") & (pl.col("deactivated_on") < pl.col("as_of").dt.offset_by("-60d")),
        "O365-4": pl.col("account_type") == "external",
        "O365-3": (pl.col("account_type") == "secondary") | pl.col("second").is_not_null(),
        "O365-2": pl.col("outside"),
        "O365-7": ~pl.col("on_platform"),
    }
    own = pl.coalesce(*(pl.when(test).then(pl.lit(rule)) for rule, test in tests.items()), pl.lit("O365-1"))
    listed = pl.concat_str(
        *(pl.when(test).then(pl.lit(rule)) for rule, test in tests.items()), separator=";", ignore_nulls=True
    )
    own_rules = pl.when(listed == "").then(pl.lit("O365-1")).otherwise(listed)
    outside_financing = (pl.col("own") == "O365-1") & pl.col("exempt")
    ruled = (
        marked.join(extra, on=["file", "row"], how="left")
        .with_columns(own=own, own_rules=own_rules)
        .with_columns(
            rule=pl.when(outside_financing).then(pl.lit("GEN-1")).otherwise("own"),
            rules=pl.when(outside_financing).then("GEN-1;" + pl.col("own_rules")).otherwise("own_rules"),
            funding=pl.when((pl.col("own") == "O365-6") | (pl.col("own") == "O365-1") & ~pl.col("exempt"))
            .then(pl.lit("framework"))
            .otherwise(pl.lit("billed")),
        )
    )
    prices = pl.DataFrame(price_rows()).select("item", sku="variant", price=pl.col("price_nok").cast(pl.Decimal(18, 4)))
    licence_prices = prices.filter(item="office365.licence").drop("item").lazy()
    licence = ruled.join(licence_prices, on="sku", how="left").with_columns(item=pl.lit("office365.licence"))
    management = marked.filter("outside").with_columns(
        own=pl.lit("O365-2"),
        rule=pl.lit("O365-2"),
        rules=pl.lit("O365-2"),
        funding=pl.lit("billed"),
        price=pl.lit("25.25").cast(pl.Decimal(18, 4)),
        item=pl.lit("office365.management"),
    )
    needed = ["period", "agency", "item", "sku", "own", "rule", "rules", "funding", "file", "row", "user_id", "price"]
    needed += ["as_of", "deactivated_on"]
    both = pl.concat([licence.select(needed), management.select(needed)])
    framework, priced = pl.col("funding") == "framework", pl.col("price").is_not_null()
    free, late = pl.col("own") == "O365-6", (pl.col("rule") == "O365-5")
    zero = pl.lit(0).cast(pl.Decimal(18, 2))
    price = pl.col("price").cast(pl.Decimal(18, 2))
    return both.with_columns(
        service=pl.lit("office365"),
        variant="sku",
        table=pl.lit("licences"),
        subject="user_id",
        quantity=pl.lit(1).cast(pl.Decimal(18, 6)),
        unit=pl.lit("licence"),
        recurrence=pl.lit("monthly"),
        unit_price_nok=pl.when(~free).then("price"),
        amount_nok=pl.when(framework).then(zero).otherwise(price),
        covered_nok=pl.when(free | ~framework).then(zero).otherwise(price),
        price_status=pl.when(framework)
        .then(pl.lit("not_charged"))
        .when(~priced)
        .then(pl.lit("missing"))
        .when(pl.col("rule") == "GEN-1")
        .then(pl.lit("estimate"))
        .otherwise(pl.lit("priced")),
        price_source=pl.when(~free & priced).then(pl.lit("bench list")),
        measured=pl.when(late).then((pl.col("as_of") - pl.col("deactivated_on")).dt.total_days()),
        limit=pl.when(late).then(pl.lit(60, dtype=pl.Int64)),
        billable_from=pl.when(pl.col("rule") == "O365-1").then(pl.col("deactivated_on").dt.offset_by("61d")),
    )
