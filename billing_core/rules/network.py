"""Connection to the corporate network (the circular, section 2): operation, and establishment or moving."""

from collections.abc import Mapping
from functools import lru_cache

import narwhals as nw

from billing_core.base.model import Rule
from billing_core.base.money import QUANTITY
from billing_core.law.policy import Terms
from billing_core.rules.charges import Charges, Lazy, Setting, Usage
from billing_core.rules.section import Decision, Section, lines_by

OPERATION = ("network.dark_fibre", "network.redundant", "network.temporary", "network.connection")
ESTABLISHMENT = "network.establishment"

DARK_FIBRE = nw.col("connection_kind") == "dark_fibre"
REDUNDANT = nw.col("connection_kind") == "redundant"
ORDINARY = nw.col("connection_kind") == "ordinary"
FIRST = nw.col("place") == 1
BEYOND = ORDINARY & ~FIRST
TEMPORARY = ORDINARY & FIRST & (nw.col("location_kind") == "temporary")


def _operation(terms: Terms) -> tuple[Rule, ...]:
    """The rules of a connection's operation; their conditions exclude each other, so that each line has one."""
    second = "network.redundant" if terms.second_connection == "redundant" else "network.connection"
    return (
        Rule("NET-6", "billed", DARK_FIBRE, item="network.dark_fibre"),
        Rule("NET-5", "billed", REDUNDANT, item="network.redundant"),
        Rule("NET-5", "billed", BEYOND, item=second),
        Rule("NET-4", "billed", TEMPORARY, item="network.temporary"),
        Rule("NET-1", "framework", None, item="network.connection"),
    )


def _establishment(terms: Terms) -> tuple[Rule, ...]:
    """NET-2 whatever the kind of connection; its price differs by the kind."""
    second = "redundant" if terms.second_connection == "redundant" else "ordinary"
    kinds = ((DARK_FIBRE, "dark_fibre"), (REDUNDANT, "redundant"), (BEYOND, second), (TEMPORARY, "temporary"))
    named = [Rule("NET-2", "billed", when, ESTABLISHMENT, variant=nw.lit(kind)) for when, kind in kinds]
    return (*named, Rule("NET-2", "billed", None, ESTABLISHMENT, variant=nw.lit("ordinary")))


@lru_cache(16)
def decisions(terms: Terms) -> Mapping[str, Decision]:
    """The operation of each connection, and its establishment where that falls in the month."""
    events = nw.col("events")
    set_up = Decision(_establishment(terms), events > 0, {"quantity": events * QUANTITY})
    return {"operation": Decision(_operation(terms)), "establishment": set_up}


def lines(usage: Usage, setting: Setting) -> list[Charges]:
    """The operation charge of each connection, and the establishment charges of the month."""
    connections = _with_events(_placed(usage["connections"], setting.terms))
    return lines_by(decisions(setting.terms), connections, setting, "connections", "connection_id")


def _with_events(connections: Lazy) -> Lazy:
    """Connections with `events`: how many of established_on and moved_on fall in the month."""
    established, moved = (
        (nw.col(day).dt.to_string("%Y-%m") == nw.col("period")).fill_null(False).cast(nw.Int64)
        for day in ("established_on", "moved_on")
    )
    return connections.with_columns(events=established + moved)


def _placed(connections: Lazy, terms: Terms) -> Lazy:
    """Connections with `place`, an ordinary connection's place among those of its location; 1 is covered first."""
    location = ["period", "location_id"] + (["agency"] if terms.location_scope == "per_agency" else [])
    # Ordinary connections are counted by themselves; `undated` puts those without a date last.
    return connections.with_columns(
        undated=nw.col("established_on").is_null(),
        ordinary=ORDINARY,
        one=nw.lit(1),
        **{f"{name}_folded": nw.col(name).str.to_lowercase() for name in ("agency", "connection_id")},
    ).with_columns(
        place=nw.col("one")
        .cum_sum()
        .over(*location, "ordinary", order_by=["undated", "established_on", "agency_folded", "connection_id_folded"])
    )


SECTION = Section(
    name="network",
    table="connections",
    rules=("NET-6", "NET-5", "NET-4", "NET-1", "NET-2"),
    lines=lines,
    items=(*OPERATION, ESTABLISHMENT),
    decisions=decisions,
    # NET-5 counts the connections of a location.
    neighbours=(("period", "location_id"),),
    thing="connection_id",
    # Where another connection ends, a redundant one may become the location's first, and is the same connection still.
    same_line=OPERATION,
)
