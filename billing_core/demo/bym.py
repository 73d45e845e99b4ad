"""The demo agency's usage made from its story, as a person would upload it: Norwegian headings, one CSV a table."""

import io
import zipfile
from datetime import date
from pathlib import Path

import polars as pl

from billing_core.base.tables import TABLES, Column
from billing_core.demo import story
from billing_core.demo.months import over_months, until_last

AGENCY = "BYM"
MONTHS = until_last(12)
_NUMBER = {f"{month:%Y-%m}": number for number, month in enumerate(MONTHS)}
_END = len(MONTHS) - 1
_PACKED_ON = (2026, 11, 2, 8, 0, 0)
"""The time every file in the archive carries, so that the archive is the same each time it is made."""


def write_demo(path: Path) -> None:
    """Writes the demo agency's usage to `path`, a zip with one CSV a table. OSError if it cannot be written."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in demo_files().items():
            member = zipfile.ZipInfo(name, _PACKED_ON)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, text.encode())


def demo_files() -> dict[str, str]:
    """The text of each file of the demo agency by file name: the rows of its story, then those that cannot be read."""
    people = _people()
    frames = {
        "licences": over_months(_licences(people), MONTHS, ["deactivated_on"]),
        "devices": over_months(_devices(people), MONTHS),
        "connections": over_months(_connections(), MONTHS, ["moved_on"]),
        "operations": _told(story.OPERATIONS, "quantity"),
        "services": _told(story.SERVICES, "quantity"),
        "headcount": _headcount(people),
        "cloud": _told(story.CLOUD, "cost_nok"),
        "dispatch": _told(story.DISPATCH, "quantity"),
        "dispatch_costs": _told(story.DISPATCH_COSTS, "cost_nok"),
    }
    files = {}
    for name, frame in frames.items():
        rows = _norwegian(name, frame.collect())
        broken = pl.DataFrame(
            [{"periode": "2026-10", "virksomhet": AGENCY} | row for row in story.BROKEN.get(name, ())]
        )
        files[f"{TABLES[name].heading}.csv"] = pl.concat([rows, broken], how="diagonal").write_csv(separator=";")
    return files


def _people() -> pl.DataFrame:
    """One row an employee. `left`: the month of deactivation (12 for those who stay); `last`: of the licence."""
    row = {"first": 0, "last": _END, "left": _END + 1, "deactivated_on": None}
    rows: list[dict[str, object]] = [row | {"group": "staying"}] * story.STAYING
    for day, count, licence_ends in story.LEAVERS:
        left_on = date.fromisoformat(day)
        left = _NUMBER.get(day[:7], -1)
        last = _NUMBER[licence_ends] if licence_ends else _END
        rows += [row | {"group": "leaving", "last": last, "left": left, "deactivated_on": left_on}] * count
    for month, count in story.JOINERS:
        rows += [row | {"group": "joining", "first": _NUMBER[month]}] * count
    count, month = story.BLOCKED
    rows += [row | {"group": "blocked", "left": _NUMBER[month]}] * count
    schema = {"group": pl.String, "first": pl.Int64, "last": pl.Int64, "left": pl.Int64, "deactivated_on": pl.Date}
    return pl.DataFrame(rows, schema=schema).with_row_index("number").with_columns(pl.col("number").cast(pl.Int64))


def _licences(people: pl.DataFrame) -> pl.DataFrame:
    """One row an account and SKU, with the months in which it stands."""
    accounts = _accounts(people)
    own = (pl.col("account_type") == "main") & ~pl.col("user_id").str.ends_with("-2")
    office, microsoft = (own & _held(numbers) for numbers in (story.OFFICE_E3, story.MICROSOFT_E3))
    rows = [
        accounts.filter(~office & ~microsoft).with_columns(sku=pl.lit("E1")),
        accounts.filter(~microsoft).with_columns(sku=pl.lit("EMS_E3")),
        accounts.filter(office).with_columns(sku=pl.lit("ENTERPRISEPACK")),
        accounts.filter(microsoft).with_columns(sku=pl.lit("Microsoft 365 E3")),
    ]
    for sku, begin, end, month in story.EXTRA_SKUS:
        holders = accounts.filter(own & _held(range(begin, end)))
        rows.append(holders.with_columns(sku=pl.lit(sku), first=pl.lit(_NUMBER[month], pl.Int64)))
    return pl.concat(rows).sort("user_id", "first", maintain_order=True)


def _accounts(people: pl.DataFrame) -> pl.DataFrame:
    """One row an account; two for those that are blocked, before and after it."""
    main = people.with_columns(
        pl.format("bym{}", pl.col("number") + 100_000).alias("user_id"),
        (pl.col("number") + 100_000).cast(pl.String).alias("employee_id"),
        pl.lit("main").alias("account_type"),
        pl.lit(None, pl.String).alias("account_status"),
        (~_held(story.OFF_PLATFORM)).alias("on_platform"),
    )
    blocked = pl.col("group") == "blocked"
    return pl.concat(
        [
            main.with_columns(pl.when(blocked).then(pl.col("left") - 1).otherwise("last").alias("last")),
            main.filter(blocked).with_columns(pl.col("left").alias("first"), account_status=pl.lit("deactivated")),
            main.filter(_held(story.SECONDARY)).with_columns(
                pl.format("{}-bi", "user_id").alias("user_id"), account_type=pl.lit("secondary")
            ),
            main.filter(_held(story.TWO_MAINS)).with_columns(pl.format("{}-2", "user_id").alias("user_id")),
            _externals(main),
        ]
    )


def _externals(main: pl.DataFrame) -> pl.DataFrame:
    """External accounts in the columns of `main`, without employee."""
    counts = [count for _, count in story.EXTERNALS]
    first = [_NUMBER[month] for month, count in story.EXTERNALS for _ in range(count)]
    return main.head(sum(counts)).with_columns(
        pl.lit(-1, pl.Int64).alias("number"),
        pl.Series("first", first, pl.Int64),
        pl.format("ekstern-{}", (pl.col("number") + 1).cast(pl.String).str.zfill(3)).alias("user_id"),
        employee_id=pl.lit(None, pl.String),
        account_type=pl.lit("external"),
    )


def _held(numbers: range) -> pl.Expr:
    return pl.col("number").is_between(numbers.start, numbers.stop - 1)


def _devices(people: pl.DataFrame) -> pl.DataFrame:
    """One row a machine, with the months in which it stands. Those who leave hand theirs in that same month."""
    client = people.filter(~(pl.col("group") == "blocked")).select(
        "number",
        pl.format("BYM-PC-{}", pl.col("number") + 1000).alias("device_id"),
        pl.when(_held(story.THIN)).then(pl.lit("thin")).otherwise(pl.lit("thick")).alias("device_kind"),
        (pl.col("number") + 100_000).cast(pl.String).alias("employee_id"),
        (pl.lit(date(2021, 1, 4)) + pl.duration(days=pl.col("number") % 1500)).alias("established_on"),
        pl.lit(False).alias("licensed"),
        "first",
        (pl.col("left") - 1).alias("last"),
    )
    none = (pl.col("number") >= story.THIN.stop) & (pl.col("number") < story.STAYING)
    more = [
        client.filter(_held(range(begin, end))).with_columns(
            pl.format(f"{{}}-{copy}", "device_id").alias("device_id"),
            established_on=pl.lit(date.fromisoformat(day)),
            first=pl.lit(_NUMBER[month], pl.Int64),
        )
        for copy, (begin, end, day, month) in enumerate(story.EXTRA_CLIENTS, 2)
    ]
    stock = client.head(story.UNASSIGNED).with_columns(
        pl.format("BYM-LAGER-{}", "number").alias("device_id"), employee_id=pl.lit(None, pl.String)
    )
    return pl.concat([client.filter(~none), *more, stock, _support(client)]).sort("device_id")


def _support(client: pl.DataFrame) -> pl.DataFrame:
    """Support machines in the columns of `client`."""
    rows = _table(story.SUPPORT)
    rows = rows.select(pl.all().repeat_by(pl.col("count").cast(pl.Int64))).explode(rows.columns)
    return (
        rows.with_row_index("number")
        .select(
            pl.col("number").cast(pl.Int64),
            pl.format("BYM-STM-{}", "number").alias("device_id"),
            pl.lit("support").alias("device_kind"),
            pl.lit(None, pl.String).alias("employee_id"),
            pl.col("established_on").str.to_date(),
            pl.col("licensed") == "true",
            "first",
            "last",
        )
        .select(client.columns)
    )


def _connections() -> pl.DataFrame:
    """One row a connection, with the months in which it stands."""
    number = pl.format("{}", pl.int_range(1, story.LOCATIONS + 1, dtype=pl.Int64)).str.zfill(2)
    ordinary = pl.select(
        pl.format("BYM-T{}", number).alias("connection_id"),
        pl.format("BYM-L{}", number).alias("location_id"),
        pl.lit("fixed").alias("location_kind"),
        pl.lit("ordinary").alias("connection_kind"),
        pl.lit(date(2018, 4, 1)).alias("established_on"),
        pl.lit(None, pl.Date).alias("moved_on"),
        pl.lit(0, pl.Int64).alias("first"),
        pl.lit(_END, pl.Int64).alias("last"),
    )
    others = _table(story.CONNECTIONS).with_columns(pl.col("established_on", "moved_on").str.to_date())
    return pl.concat([ordinary, others.select(ordinary.columns)])


def _headcount(people: pl.DataFrame) -> pl.LazyFrame:
    """Employees who have begun and not left, month by month; 93 FTEs for 100 of them."""
    here = over_months(people.with_columns(last=pl.col("left") - 1), MONTHS)
    counted = here.group_by("period").agg(pl.len().cast(pl.Int64).alias("employees")).sort("period")
    return counted.with_columns((_decimal(pl.col("employees") * 93) / 100).alias("ftes"))


def _decimal(value: pl.Expr) -> pl.Expr:
    return value.cast(pl.Decimal(18, 2))


def _table(text: str) -> pl.DataFrame:
    """A table of the story: cells as text, `first` and `last` as months counted from 0."""
    rows = pl.read_csv(io.StringIO(text), infer_schema=False)
    return rows.with_columns(pl.col("first", "last").replace_strict(_NUMBER, return_dtype=pl.Int64))


def _told(text: str, grows: str) -> pl.LazyFrame:
    """A table of the story month by month, the column named by `grows` larger by what `grows` says each month."""
    rows = over_months(_table(text), MONTHS)
    value = _decimal(pl.col(grows)) + _decimal(pl.col("grows")) * _decimal(pl.col("month"))
    return rows.with_columns(_decimal(value).alias(grows))


def _norwegian(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as text under Norwegian headings: dd.mm.yyyy, decimal commas, ja and nei, Norwegian code words."""
    if "agency" in [column.key for column in TABLES[name].columns]:
        frame = frame.with_columns(agency=pl.lit(AGENCY))
    columns = [column for column in TABLES[name].columns if column.key in frame.columns]
    return frame.select(_cell(column, frame.schema[column.key]).alias(column.heading) for column in columns)


def _cell(column: Column, dtype: pl.DataType) -> pl.Expr:
    value = pl.col(column.key)
    if column.choices:
        return value.replace_strict(dict(column.choices), default=None)
    if column.kind == "flag":
        truth = value if dtype == pl.Boolean else value == "true"
        return pl.when(truth).then(pl.lit("ja")).otherwise(pl.lit("nei"))
    if column.kind == "date":
        return value.dt.strftime("%d.%m.%Y")
    text = value.cast(pl.String)
    if isinstance(dtype, pl.Decimal):
        text = text.str.strip_chars_end("0").str.strip_suffix(".")
    return text.str.replace(".", ",", literal=True) if column.kind in ("money", "quantity") else text
