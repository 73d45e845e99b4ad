"""Which rows an action may touch at all: the agency's, from the start month on, within what it is narrowed to."""

import polars as pl

from billing_core.base.tables import TABLES
from billing_core.scenario.actions import BaseAction
from billing_core.scenario.errors import ScenarioError
from billing_core.scenario.world import Ground, World

COLUMNS = {
    "agency": "agency",
    "location_ids": "location_id",
    "skus": "sku",
    "systems": "system",
    "user_ids": "user_id",
    "device_ids": "device_id",
    "connection_ids": "connection_id",
}
"""The usage column of each narrowing."""


def chosen(table: str, action: BaseAction, world: World, ground: Ground) -> pl.DataFrame:
    """The rows of a usage table that an action may touch. ScenarioError if the table lacks what it is narrowed by."""
    rows = world.usage[table]
    known = {column.key for column in TABLES[table].columns}
    lacking = sorted(name for name in action.only.given if COLUMNS[name] not in known)
    if lacking:
        raise ScenarioError("wrong_narrowing", f"{table} cannot be narrowed by {', '.join(lacking)}", table, lacking[0])
    agency = action.only.agency or ground.agency
    if agency:
        rows = rows.filter(pl.col("agency") == agency)
    if action.start:
        rows = rows.filter(pl.col("period") >= action.start)
    for name in sorted(action.only.given - {"agency"}):
        rows = rows.filter(pl.col(COLUMNS[name]).is_in(list(getattr(action.only, name))))
    return rows


def listing(ground: Ground, table: str, *rules: str) -> pl.DataFrame:
    """The places (file, row) of the decided lines of a table that list one of these rules."""
    of_rules = pl.any_horizontal(
        (";" + pl.col("rules") + ";").str.contains(f";{rule};", literal=True) for rule in rules
    )
    decided = ground.lines(table).filter(pl.col("funding") != "undecided", of_rules)
    return decided.select("file", "row").unique()
