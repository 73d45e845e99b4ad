"""Connection to the corporate network (the circular, section 2): operation, and establishment or moving."""

from functools import cache

import narwhals as nw

from billing_core.base.model import Rule, decided
from billing_core.base.money import QUANTITY
from billing_core.law.policy import Terms
from billing_core.rules.charges import Charges, Lazy, Setting, Usage, charges, decided_by

ITEMS = {
    "NET-6": ("network.dark_fibre", "dark_fibre"),
    "NET-5": ("network.redundant", "redundant"),
    "NET-4": ("network.temporary", "temporary"),
    "NET-1": ("network.connection", "ordinary"),
}
"""The operation item and the establishment's variant by the rule that a connection falls under."""

ESTABLISHMENT = "network.establishment"


@cache
def table() -> tuple[Rule, ...]:
    """The rules of a connection's operation; each is tested on `class`, so that they exclude each other."""
    return (
        Rule("NET-6", "billed", nw.col("class") == "NET-6"),
        Rule("NET-5", "billed", nw.col("class") == "NET-5"),
        Rule("NET-4", "billed", nw.col("class") == "NET-4"),
        Rule("NET-1", "framework", nw.lit(True)),
    )


def lines(usage: Usage, setting: Setting) -> list[Charges]:
    """The operation charge of each connection, and the establishment charges of the month."""
    connections = _classed(usage["connections"], setting.terms).with_columns(exempt=setting.exempt)
    operated = decided(connections, table(), setting.load)
    result = [
        charges(operated.filter(nw.col("class") == rule), setting.item(item), "connections", "connection_id")
        for rule, (item, _) in ITEMS.items()
    ]
    events = [
        (nw.col(day).dt.to_string("%Y-%m") == nw.col("period")).fill_null(False).cast(nw.Int64)
        for day in ("established_on", "moved_on")
    ]
    set_up = connections.with_columns(events=events[0] + events[1]).filter(nw.col("events") > 0)
    variant = nw.lit("")
    for rule, (_, kind) in ITEMS.items():
        variant = nw.when(nw.col("class") == rule).then(nw.lit(kind)).otherwise(variant)
    billed = decided_by(set_up, ("NET-2",), "billed", setting)
    quantity = nw.col("events") * QUANTITY
    item = setting.item(ESTABLISHMENT)
    return [*result, charges(billed, item, "connections", "connection_id", variant=variant, quantity=quantity)]


def _classed(connections: Lazy, terms: Terms) -> Lazy:
    """Connections with `class`, the rule of their operation."""
    location = ["period", "location_id"] + (["agency"] if terms.location_scope == "per_agency" else [])
    ordinary = nw.col("connection_kind") == "ordinary"
    # Ordinary connections are counted by themselves; `undated` puts those without a date last.
    counted = connections.with_columns(
        undated=nw.col("established_on").is_null(), ordinary=ordinary, one=nw.lit(1)
    ).with_columns(
        place=nw.col("one")
        .cum_sum()
        .over(*location, "ordinary", order_by=["undated", "established_on", "agency", "connection_id"])
    )
    beyond = ordinary & (nw.col("place") > 1) & nw.lit(terms.second_connection == "redundant")
    return counted.with_columns(
        nw.when(nw.col("connection_kind") == "dark_fibre")
        .then(nw.lit("NET-6"))
        .when((nw.col("connection_kind") == "redundant") | beyond)
        .then(nw.lit("NET-5"))
        .when(nw.col("location_kind") == "temporary")
        .then(nw.lit("NET-4"))
        .otherwise(nw.lit("NET-1"))
        .alias("class")
    )
