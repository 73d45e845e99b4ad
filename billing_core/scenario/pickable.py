"""What an action can be narrowed to on given usage: the users, devices, places or systems it could touch."""

from collections.abc import Mapping

import polars as pl

from billing_core.scenario.actions import BaseAction
from billing_core.scenario.choice import COLUMNS
from billing_core.scenario.places import told_apart
from billing_core.scenario.world import PLACE

RULES = {
    "remove_secondary": ("O365-3",),
    "remove_external": ("O365-4",),
    "remove_nonstandard": ("O365-2",),
    "consolidate_clients": ("PLT-2",),
    "end_connections": ("NET-4", "NET-5", "NET-6"),
}
"""The actions whose rows are those of lines that list one of these rules."""

ROWS = {
    "remove_deactivated": (pl.col("account_status") == "deactivated") | pl.col("deactivated_on").is_not_null(),
    "retire_support": pl.col("device_kind") == "support",
    "move_storage": pl.col("kind").is_in(["storage", "backup"]),
    "change_service_level": pl.col("kind").is_in(["application", "server", "database"]),
    "upgrade_unsupported": pl.col("unsupported"),
}
"""The actions whose rows their own columns tell."""

TABLES = {
    "location_ids": "connections",
    "connection_ids": "connections",
    "skus": "licences",
    "user_ids": "licences",
    "device_ids": "devices",
    "systems": "operations",
}


def narrowings(action: type[BaseAction], tables: tuple[str, ...] | None = None) -> list[str]:
    """The fields of `Only` that an action knows but the agency, of those that `tables` have where they are given."""
    return [name for name, table in TABLES.items() if name in action.narrows and (tables is None or table in tables)]


def pickable(kind: str, name: str, agency: str, usage: Mapping[str, pl.DataFrame], lines: pl.DataFrame) -> list[str]:
    """The values of a narrowing (`name`, a field of `Only`) that rows meant by an action of `kind` have, sorted.

    `lines` are the agency's (LINE_SCHEMA).
    """
    table = TABLES[name]
    usage, lines = told_apart(usage, lines)
    rows = usage[table].filter(pl.col("agency") == agency)
    if kind in ROWS:
        rows = rows.filter(ROWS[kind])
    if kind in RULES:
        lists = [rules for rules in lines["rules"].unique() if set(rules.split(";")) & set(RULES[kind])]
        rows = rows.join(lines.filter(pl.col("rules").is_in(lists), table=table), on=PLACE, how="semi")
    return rows[COLUMNS[name]].drop_nulls().unique().sort().to_list()


def levels(agency: str, usage: Mapping[str, pl.DataFrame], listed: pl.DataFrame, column: str) -> list[str]:
    """The service levels or disks (`column`) that the agency's systems have or the price list (`listed`) names, sorted.

    The list's variants of storage are `<level>/<disk>`.
    """
    place = ("service_level", "disk").index(column)
    used = usage["operations"].filter(pl.col("agency") == agency)[column].drop_nulls().unique()
    variants = listed.filter(pl.col("item") == "apps.storage")["variant"].drop_nulls().unique().str.split("/")
    priced = [parts[place] for parts in variants if len(parts) > place]
    return sorted({*used, *priced})
