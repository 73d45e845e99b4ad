"""Connections to the corporate network (contract, section 3, NET-1 to NET-6)."""

from datetime import date
from decimal import Decimal

from tests.reference.cells import Row, folded
from tests.reference.charges import Charge
from tests.reference.readings import Policy

# rule -> operation item, establishment variant, funding
TABLE = {
    "NET-6": ("network.dark_fibre", "dark_fibre", "billed"),
    "NET-5": ("network.redundant", "redundant", "billed"),
    "NET-4": ("network.temporary", "temporary", "billed"),
    "NET-1": ("network.connection", "ordinary", "framework"),
}


def charges(rows: list[Row], policy: Policy) -> list[Charge]:
    """An operation line for each connection, and an establishment line where it was established or moved that month."""
    found = []
    for row in rows:
        rule = deciding_rule(row, rows, policy)
        item, variant, funding = TABLE[rule]
        if rule == "NET-5" and row["connection_kind"] == "ordinary" and second_is_ordinary(row, policy):
            item, variant, _ = TABLE["NET-1"]
        found.append(Charge(row, item, [rule], funding, subject=row["written connection_id"]))
        days = [row["established_on"], row["moved_on"]]
        times = len([day for day in days if day is not None and day.strftime("%Y-%m") == row["period"]])
        if times:
            found.append(
                Charge(
                    row,
                    "network.establishment",
                    ["NET-2"],
                    "billed",
                    quantity=Decimal(times),
                    variant=(variant,),
                    subject=row["written connection_id"],
                )
            )
    return found


def deciding_rule(row: Row, rows: list[Row], policy: Policy) -> str:
    if row["connection_kind"] == "dark_fibre":
        return "NET-6"
    if row["connection_kind"] == "redundant":
        return "NET-5"
    if first_ordinary(row, rows, policy) is not row:
        return "NET-5"
    return "NET-4" if row["location_kind"] == "temporary" else "NET-1"


def second_is_ordinary(row: Row, policy: Policy) -> bool:
    """Whether an ordinary connection beyond the first is billed at an ordinary one's price."""
    return bool(policy.value("second_connection", row["period"]) == "ordinary")


def first_ordinary(row: Row, rows: list[Row], policy: Policy) -> Row:
    """The ordinary connection established first at the location of `row` that month."""
    shared = policy.value("location_scope", row["period"]) == "shared"
    here = [
        other
        for other in rows
        if other["connection_kind"] == "ordinary"
        and (other["period"], other["location_id"]) == (row["period"], row["location_id"])
        and (shared or other["agency"] == row["agency"])
    ]
    return min(
        here, key=lambda other: (other["established_on"] or date.max, folded(other["agency"]), other["connection_id"])
    )
