"""Actions on how much or how dear: Workplace users, an item's quantity, an item's price."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from billing_core.base.money import ORE, PRICE, QUANTITY, changed_by
from billing_core.base.tables import TABLES
from billing_core.law.catalogue import Item
from billing_core.rules import SECTIONS, made_in
from billing_core.scenario.actions import ChangePrice, ChangeQuantity, CutWorkplace
from billing_core.scenario.choice import chosen
from billing_core.scenario.world import COPIED, Edit, Ground, World

WORKPLACE = "workplace.active_user"
STEP = QUANTITY // 1000
"""Quantities have at most three decimals (contract, section 1)."""


def fewer_users(action: CutWorkplace, world: World, ground: Ground) -> Edit:
    """Active Workplace users cut by a number a month, from the first row on, or each row by a percentage."""
    rows = chosen("services", action, world, ground).filter(pl.col("item") == WORKPLACE, pl.col("quantity") > 0)
    if action.percent is not None:
        return Edit("services", rows.select("file", "row"), {"quantity": changed_by("quantity", -action.percent, STEP)})
    users = (action.users or 0) * QUANTITY
    cut_before = pl.col("quantity").cum_sum().over("period", "agency") - pl.col("quantity")
    here = (users - cut_before).clip(lower_bound=0)
    rows = rows.select("file", "row", left=pl.max_horizontal(pl.col("quantity") - here, pl.lit(0)))
    return Edit("services", rows, {"quantity": pl.col("left")})


def more_or_fewer(
    action: ChangeQuantity, item: Item, tables: Sequence[str], world: World, ground: Ground
) -> list[Edit]:
    """An item's quantity on the rows that make lines of it."""
    edits: list[Edit] = []
    for table in tables:
        made = ground.lines(table).filter(pl.col("item") == item.item)
        if SECTIONS[table].thing:
            made = made.filter(pl.col("funding") == "billed")
        rows = chosen(table, action, world, ground).join(made, on=["file", "row"], how="semi", maintain_order="left")
        if SECTIONS[table].thing:
            edits.append(
                _copies(table, rows, action.percent, world) if action.percent > 0 else _last(table, rows, action)
            )
        elif table == "dispatch":
            edits += _dispatched(rows, action.percent, world)
        else:
            edits.append(Edit(table, rows.select("file", "row"), _changes(table, item, action.percent)))
    return edits


def _changes(table: str, item: Item, percent: Decimal) -> dict[str, pl.Expr]:
    steps = {"quantity": STEP}
    return {
        name: changed_by(name, percent, steps.get(TABLES[table].column(name).kind, 1))
        for name in SECTIONS[table].columns_of(item.item)
    }


def _ranked(rows: pl.DataFrame, name: str, percent: Decimal) -> pl.DataFrame:
    """Rows with their `place` by name and `count` within agency and month, and the `share` of them, rounded."""
    up, down = abs(percent / 100).as_integer_ratio()
    month = ["period", "agency"]
    return (
        rows.sort(*month, name, "file", "row")
        .with_columns(place=pl.int_range(1, pl.len() + 1).over(month), count=pl.len().cast(pl.Int64).over(month))
        .with_columns(share=(pl.col("count") * up * 2 + down) // (2 * down))
    )


def _last(table: str, rows: pl.DataFrame, action: ChangeQuantity) -> Edit:
    ranked = _ranked(rows, SECTIONS[table].thing, action.percent)
    return Edit(table, ranked.filter(pl.col("place") > pl.col("count") - pl.col("share")))


def _copies(table: str, rows: pl.DataFrame, percent: Decimal, world: World) -> Edit:
    """Copies of rows, named after them; each falls under the rule that bills the row it is made from."""
    frame, name = world.usage[table], SECTIONS[table].thing
    times = (pl.col("share") - pl.col("place") + pl.col("count")) // pl.col("count")
    more = (
        _ranked(rows, name, percent)
        .with_columns(copy=pl.int_ranges(1, times + 1))
        .explode("copy")
        .filter(pl.col("copy").is_not_null())
    )
    named = {name: pl.format("{} +{}", name, "copy")}
    if table == "connections":
        # A second ordinary connection at a temporary location would be a redundant one.
        alone = (pl.col("location_kind") == "temporary") & (pl.col("connection_kind") == "ordinary")
        named["location_id"] = pl.when(alone).then(pl.format("{} +{}", "location_id", "copy")).otherwise("location_id")
    first = frame.filter(pl.col("file") == COPIED).height + 1
    placed = {"file": pl.lit(COPIED), "row": pl.int_range(first, first + pl.len(), dtype=pl.Int64)}
    return Edit(table, more.head(0), more=more.with_columns(**named, **placed))


def _dispatched(rows: pl.DataFrame, percent: Decimal, world: World) -> list[Edit]:
    """More or fewer dispatches; the municipality's total follows, its cost does not (contract, section 3: DSP-1)."""
    after = changed_by("quantity", percent, STEP)
    moved = rows.group_by("period", "channel").agg(moved=(after - pl.col("quantity")).sum())
    costs = world.usage["dispatch_costs"].join(moved, on=["period", "channel"])
    # Where nobody sends any more, the cost is still there: it is then left to others.
    total = (pl.col("total_quantity") + pl.col("moved")).clip(lower_bound=1)
    return [
        Edit("dispatch", rows.select("file", "row"), {"quantity": after}),
        Edit("dispatch_costs", costs.select("file", "row", "moved"), {"total_quantity": total}),
    ]


def dearer_or_cheaper(action: ChangePrice, item: Item, world: World, ground: Ground) -> list[Edit]:
    """The prices that stand on rows: own prices of services, cloud and unsupported costs, dispatch's whole cost."""

    def priced(table: str, meant: pl.Expr, column: str, step: int = 1) -> Edit:
        rows = chosen(table, action, world, ground).filter(meant)
        return Edit(table, rows.select("file", "row"), {column: changed_by(column, action.percent, step)})

    made = made_in(item)
    if made == ("dispatch",):
        rows = world.usage["dispatch_costs"].filter(pl.col("channel") == item.item.removeprefix("dispatch."))
        if action.start:
            rows = rows.filter(pl.col("period") >= action.start)
        change = {"cost_nok": changed_by("cost_nok", action.percent, PRICE // ORE)}
        return [Edit("dispatch_costs", rows.select("file", "row"), change)]
    if made == ("cloud",):
        return [priced("cloud", pl.col("provider") == item.item.removeprefix("cloud."), "cost_nok")]
    if item.item == "apps.unsupported":
        return [priced("operations", pl.col("unsupported_cost_nok").is_not_null(), "unsupported_cost_nok")]
    if made == ("licences",):
        return []
    same = [other.item for other in ground.catalogue.items.values() if other.price_item == item.price_item]
    return [priced("services", pl.col("item").is_in(same) & pl.col("unit_price_nok").is_not_null(), "unit_price_nok")]
