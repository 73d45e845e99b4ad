"""What an action can be narrowed to: the users, devices, places or systems it could touch, and what they cost."""

from collections.abc import Mapping

import polars as pl

from billing_core.scenario.actions import KINDS, BaseAction
from billing_core.scenario.choice import COLUMNS
from billing_core.scenario.places import told_apart
from billing_core.scenario.world import PLACE

TABLES = {
    "location_ids": "connections",
    "connection_ids": "connections",
    "skus": "licences",
    "user_ids": "licences",
    "device_ids": "devices",
    "systems": "operations",
}


DETAILS = {
    "location_ids": ("location_kind",),
    "connection_ids": ("location_id", "connection_kind"),
    "skus": (),
    "user_ids": ("employee_id", "sku", "account_status", "deactivated_on"),
    "device_ids": ("device_kind", "employee_id", "established_on"),
    "systems": ("kind", "service_level"),
}
"""The usage columns that help to choose among the values of a narrowing."""

_SUMS = (
    pl.col("amount_nok").sum(),
    pl.col("amount_nok").count().alias("priced"),
    pl.col("amount_nok").null_count().alias("unpriced"),
)


def narrowings(action: type[BaseAction], tables: tuple[str, ...] | None = None) -> list[str]:
    """The fields of `Only` that an action knows but the agency, of those that `tables` have where they are given."""
    return [name for name, table in TABLES.items() if name in action.narrows and (tables is None or table in tables)]


def pickable(kind: str, name: str, agency: str, usage: Mapping[str, pl.DataFrame], lines: pl.DataFrame) -> pl.DataFrame:
    """What an action of `kind` can be narrowed to by `name` (a field of `Only`): a row a value of the rows it means.

    `lines` are the agency's (LINE_SCHEMA). The dearest first, then by code; the columns:

    code        the value itself
    *DETAILS    what stands on its rows in the last month that it has any: lists, sorted; of days the latest
    rows        how many those rows are
    amount_nok  what is billed for them in the agency's last month, monthly lines only; empty where nothing is known
                (no such line, or none with a price)
    unpriced    how many of those lines have no known amount, and are left out of it
    """
    table, now = TABLES[name], lines["period"].max()
    usage = {**usage, table: usage[table].filter(pl.col("agency") == agency)}
    usage, lines = told_apart(usage, lines.filter(pl.col("table") == table))
    rows = _meant(kind, usage[table], lines).rename({COLUMNS[name]: "code"}).filter(pl.col("code").is_not_null())
    last = rows.group_by("code").agg(pl.col("period").max())
    details = [_detail(rows.schema[column], column) for column in DETAILS[name]]
    found = rows.join(last, on=["code", "period"], how="semi").group_by("code").agg(*details, rows=pl.len())
    monthly = lines.filter(pl.col("period") == now, pl.col("recurrence") == "monthly")
    amounts = rows.select("code", *PLACE).join(monthly, on=PLACE).group_by("code").agg(*_SUMS)
    # A sum of nothing known is 0, but unknown is not.
    known = pl.when(pl.col("priced") > 0).then(pl.col("amount_nok"))
    told = found.join(amounts, on="code", how="left").with_columns(known, pl.col("unpriced").fill_null(0))
    return told.drop("priced").sort("amount_nok", "code", descending=[True, False], nulls_last=True)


def matching(found: pl.DataFrame, sought: str) -> pl.DataFrame:
    """The rows of a frame with `sought` somewhere in a column of text, in capitals or not."""
    texts = pl.col(pl.String).str.to_lowercase().str.contains(sought.strip().lower(), literal=True)
    return found.filter(pl.any_horizontal(texts)) if sought.strip() else found


def _meant(kind: str, rows: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """The rows of an agency's table that an action of `kind` means."""
    action = KINDS[kind]
    if action.rows is not None:
        rows = rows.filter(action.rows)
    if action.rules:
        lists = [rules for rules in lines["rules"].unique() if set(rules.split(";")) & set(action.rules)]
        rows = rows.join(lines.filter(pl.col("rules").is_in(lists)), on=PLACE, how="semi")
    return rows


def _detail(kind: pl.DataType, column: str) -> pl.Expr:
    """A column of several rows as one value: the latest day, or every text once."""
    return pl.col(column).max() if kind == pl.Date else pl.col(column).drop_nulls().unique().sort()


def levels(agency: str, usage: Mapping[str, pl.DataFrame], listed: pl.DataFrame, column: str) -> list[str]:
    """The service levels or disks (`column`) that the agency's systems have or the price list (`listed`) names, sorted.

    The list's variants of storage are `<level>/<disk>`.
    """
    place = ("service_level", "disk").index(column)
    used = usage["operations"].filter(pl.col("agency") == agency)[column].drop_nulls().unique()
    variants = listed.filter(pl.col("item") == "apps.storage")["variant"].drop_nulls().unique().str.split("/")
    priced = [parts[place] for parts in variants if len(parts) > place]
    return sorted({*used, *priced})
