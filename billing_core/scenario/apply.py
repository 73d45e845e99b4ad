"""From an action to changed usage and prices; nothing is rated here.

Where the circular speaks (second accounts, clients beyond one, redundant connections) the lines say which rows are
meant, so that no rule is written twice; else the usage's own columns do. Both as they stand after the actions before: a
licence that was replaced by one of the standard is not removed as one outside it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches

import polars as pl

from billing_core.base.months import first_day
from billing_core.law.catalogue import Item, sku_key
from billing_core.rules import made_in
from billing_core.scenario import quantities
from billing_core.scenario.actions import (
    BaseAction,
    ChangePrice,
    ChangeQuantity,
    ChangeServiceLevel,
    CutWorkplace,
    MoveStorage,
    RemoveDeactivated,
    ReplaceSku,
    RetireSupport,
    UpgradeUnsupported,
)
from billing_core.scenario.choice import chosen, listing
from billing_core.scenario.errors import ScenarioError
from billing_core.scenario.world import Edit, Ground, Scaling, World, refuse_beyond_limits


def apply(action: BaseAction, world: World, ground: Ground) -> World:
    """The world after an action. ScenarioError if it cannot be carried out.

    Tables that no row of changes stay the very same frames.
    """
    step = (ground.agency, action)
    usage, touched = dict(world.usage), {table: dict(steps) for table, steps in world.touched.items()}
    rows: Counter[str] = Counter()
    for edit in _edits(action, world, ground):
        if edit.size:
            usage[edit.table] = edit.made(usage[edit.table])
            rows[edit.table] += edit.size
    for table in rows:
        refuse_beyond_limits(usage[table], table)
    scalings = world.scalings
    if isinstance(action, ChangePrice):
        item = item_named(action.item, ground)
        scalings = (*scalings, _scaling(action, item, ground))
        rows.update({table: usage[table].height for table in made_in(item)})
    for table, count in rows.items():
        touched[table] = touched.get(table, {}) | {step: touched.get(table, {}).get(step, 0) + count}
    return World(usage, scalings, (*world.steps, step), touched)


def item_named(code: str, ground: Ground) -> Item:
    """The catalogue's item. ScenarioError names the nearest codes if there is none."""
    items = ground.catalogue.items
    if code not in items:
        nearest = ", ".join(get_close_matches(code, items, 3, 0.4))
        raise ScenarioError("unknown_item", f"unknown item {code!r}; nearest: {nearest}", place=code, detail=nearest)
    return items[code]


def _edits(action: BaseAction, world: World, ground: Ground) -> Sequence[Edit]:
    """The edits of an action in order; each is made on what the one before left."""
    match action:
        case RemoveDeactivated():
            edits = [Edit("licences", _deactivated(action, world, ground))]
        case ReplaceSku():
            edits = _replacing(action, world, ground)
        case RetireSupport():
            edits = [Edit("devices", _retired(action, world, ground))]
        case MoveStorage() | ChangeServiceLevel() | UpgradeUnsupported():
            edits = [_operated(action, world, ground)]
        case CutWorkplace():
            edits = [quantities.fewer_users(action, world, ground)]
        case ChangeQuantity():
            item = item_named(action.item, ground)
            edits = quantities.more_or_fewer(action, item, made_in(item), world, ground)
        case ChangePrice():
            edits = quantities.dearer_or_cheaper(action, item_named(action.item, ground), world, ground)
        case _:
            edits = [_listed(action, world, ground)]
    return edits


def _listed(action: BaseAction, world: World, ground: Ground) -> Edit:
    """The rows whose line lists one of the action's rules go."""
    meant = listing(ground, action.table, *action.listed)
    return Edit(action.table, chosen(action.table, action, world, ground).join(meant, on=["file", "row"], how="semi"))


def _deactivated(action: RemoveDeactivated, world: World, ground: Ground) -> pl.DataFrame:
    """Rows of deactivated users; an empty status follows the date (contract, section 1)."""
    rows = chosen("licences", action, world, ground).join(ground.as_of, on="period", how="left")
    since = pl.col("as_of") - pl.col("deactivated_on")
    gone = (pl.col("account_status") == "deactivated") | (
        pl.col("account_status").is_null() & (pl.col("deactivated_on") <= pl.col("as_of"))
    )
    if action.over_days is not None:
        gone &= since > pl.duration(days=action.over_days)
    found = rows.filter(gone.fill_null(False))
    if action.about_to_become_billable:
        soon = ground.lines("licences").filter(pl.col("billable_from").is_not_null())
        found = pl.concat([found, rows.join(soon, on=["file", "row"], how="semi")]).unique(["file", "row"])
    return found


def _replacing(action: ReplaceSku, world: World, ground: Ground) -> list[Edit]:
    """Rows whose account holds the other licence already go; the rest become it. Product names are translated."""
    known = ground.catalogue.sku_aliases
    old, new = (known.get(sku_key(sku), sku.strip()) for sku in (action.sku, action.by))
    if old == new:
        raise ScenarioError("same_sku", f"{action.sku} and {action.by} are the same licence", detail=new)
    rows = chosen("licences", action, world, ground).filter(pl.col("sku") == old)
    account = ["period", "agency", "user_id"]
    holders = world.usage["licences"].filter(pl.col("sku") == new)
    return [
        Edit("licences", rows.join(holders, on=account, how="semi")),
        Edit("licences", rows.join(holders, on=account, how="anti").select("file", "row"), {"sku": pl.lit(new)}),
    ]


def _retired(action: RetireSupport, world: World, ground: Ground) -> pl.DataFrame:
    rows = chosen("devices", action, world, ground).filter(pl.col("device_kind") == "support")
    day = pl.col("established_on")
    if action.established_before:
        rows = rows.filter(day < action.established_before)
    if action.established_after:
        rows = rows.filter(day > action.established_after)
    if action.which == "billed":
        billed = ground.lines("devices").filter(pl.col("funding") == "billed")
        rows = rows.join(billed, on=["file", "row"], how="semi")
    return rows


def _operated(action: MoveStorage | ChangeServiceLevel | UpgradeUnsupported, world: World, ground: Ground) -> Edit:
    rows = chosen("operations", action, world, ground)
    if isinstance(action, UpgradeUnsupported):
        return Edit("operations", rows.filter("unsupported").select("file", "row"), {"unsupported": pl.lit(False)})
    kinds = [action.of] if isinstance(action, MoveStorage) else list(action.of)
    rows = rows.filter(pl.col("kind").is_in(kinds))
    if action.from_level:
        rows = rows.filter(pl.col("service_level") == action.from_level)
    new = {"service_level": action.to_level}
    if isinstance(action, MoveStorage):
        new["disk"] = action.to_disk
        if action.from_disk:
            rows = rows.filter(pl.col("disk") == action.from_disk)
    change = {column: pl.lit(value) for column, value in new.items() if value}
    return Edit("operations", rows.select("file", "row"), change)


def _scaling(action: ChangePrice, item: Item, ground: Ground) -> Scaling:
    start = first_day(action.start) if action.start else date.min
    agency = action.only.agency or ground.agency
    return Scaling(agency, item.price_item, action.only.skus, action.percent, start)
