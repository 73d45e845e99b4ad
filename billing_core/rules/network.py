"""Connection to the corporate network (the circular, section 2): operation, and establishment or moving."""

from functools import lru_cache

import narwhals as nw

from billing_core.base.model import Rule
from billing_core.base.money import QUANTITY
from billing_core.law.policy import Terms
from billing_core.rules.charges import Charges, Lazy, Setting, Usage, decided_lines

OPERATION = ("network.dark_fibre", "network.redundant", "network.temporary", "network.connection")
ESTABLISHMENT = "network.establishment"
ITEMS = (*OPERATION, ESTABLISHMENT)

DARK_FIBRE = nw.col("connection_kind") == "dark_fibre"
REDUNDANT = nw.col("connection_kind") == "redundant"
ORDINARY = nw.col("connection_kind") == "ordinary"
FIRST = nw.col("place") == 1
BEYOND = ORDINARY & ~FIRST
TEMPORARY = ORDINARY & FIRST & (nw.col("location_kind") == "temporary")


@lru_cache(16)
def operation_table(terms: Terms) -> tuple[Rule, ...]:
    """The rules of a connection's operation; their conditions exclude each other, so that each line has one."""
    second = "network.redundant" if terms.second_connection == "redundant" else "network.connection"
    return (
        Rule("NET-6", "billed", DARK_FIBRE, item="network.dark_fibre"),
        Rule("NET-5", "billed", REDUNDANT, item="network.redundant"),
        Rule("NET-5", "billed", BEYOND, item=second),
        Rule("NET-4", "billed", TEMPORARY, item="network.temporary"),
        Rule("NET-1", "framework", nw.lit(True), item="network.connection"),
    )


@lru_cache(16)
def establishment_table(terms: Terms) -> tuple[Rule, ...]:
    """NET-2 whatever the kind of connection; its price differs by the kind."""
    second = "redundant" if terms.second_connection == "redundant" else "ordinary"
    kinds = ((DARK_FIBRE, "dark_fibre"), (REDUNDANT, "redundant"), (BEYOND, second), (TEMPORARY, "temporary"))
    named = [Rule("NET-2", "billed", when, ESTABLISHMENT, variant=nw.lit(kind)) for when, kind in kinds]
    return (*named, Rule("NET-2", "billed", nw.lit(True), ESTABLISHMENT, variant=nw.lit("ordinary")))


def lines(usage: Usage, setting: Setting) -> list[Charges]:
    """The operation charge of each connection, and the establishment charges of the month."""
    connections = _placed(usage["connections"], setting.terms)
    events = [
        (nw.col(day).dt.to_string("%Y-%m") == nw.col("period")).fill_null(False).cast(nw.Int64)
        for day in ("established_on", "moved_on")
    ]
    set_up = connections.with_columns(events=events[0] + events[1]).filter(nw.col("events") > 0)
    quantity = nw.col("events") * QUANTITY
    place = ("connections", "connection_id")
    return [
        decided_lines(connections, operation_table(setting.terms), setting, *place),
        decided_lines(set_up, establishment_table(setting.terms), setting, *place, quantity=quantity),
    ]


def _placed(connections: Lazy, terms: Terms) -> Lazy:
    """Connections with `place`, an ordinary connection's place among those of its location; 1 is covered first."""
    location = ["period", "location_id"] + (["agency"] if terms.location_scope == "per_agency" else [])
    # Ordinary connections are counted by themselves; `undated` puts those without a date last.
    return connections.with_columns(
        undated=nw.col("established_on").is_null(), ordinary=ORDINARY, one=nw.lit(1)
    ).with_columns(
        place=nw.col("one")
        .cum_sum()
        .over(*location, "ordinary", order_by=["undated", "established_on", "agency", "connection_id"])
    )
