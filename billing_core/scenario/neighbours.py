"""Which rows of usage look at one another: a row's lines hang on those alone, not on the rest of its table."""

from collections.abc import Mapping

import polars as pl

from billing_core.scenario.world import PLACE

READS = {
    "licences": ("licences",),
    "devices": ("devices", "headcount"),
    "connections": ("connections",),
    "operations": ("operations",),
    "services": ("services",),
    "headcount": ("headcount", "services"),
    "cloud": ("cloud",),
    "dispatch": ("dispatch", "dispatch_costs"),
}
"""The usage tables that the lines of a table depend on, itself first."""

SHARED: dict[str, tuple[tuple[str, ...], ...]] = {
    # O365-3 counts the accounts of an employee, and an account is what any of its rows says.
    "licences": (("period", "employee_id"), ("period", "agency", "user_id")),
    # PLT-2 shares the headcount out among an agency's clients.
    "devices": (("period", "agency"),),
    # NET-5 counts the connections of a location.
    "connections": (("period", "location_id"),),
    # What `services` has itself does not follow from the headcount (contract, section 3).
    "headcount": (("period", "agency"),),
    # DSP-1 shares a channel's cost.
    "dispatch": (("period", "channel"),),
}
"""Rows of a table look at one another if they have the same values, none of them empty, in one of these; the rows of
other tables look at no other row. The first of them is also what links the rows to the other tables they read."""

BY_ITSELF = {"devices": pl.col("device_kind") == "support"}
"""Rows that look at no other row of their table after all (PLT-3)."""


def affected(
    table: str, now: Mapping[str, pl.DataFrame], before: Mapping[str, pl.DataFrame], repriced: pl.DataFrame
) -> pl.DataFrame:
    """The rows of a table whose lines may be others than `before`: the table's columns, and `gone`.

    `gone` rows are there no more, or have other values now. `repriced` (PLACE) names rows whose price is another.
    Rows come in the table's order, and no row that is left out looks at one of them.
    """
    came, gone = only_in(now[table], before[table]), only_in(before[table], now[table])
    rows = pl.concat([now[table].with_columns(gone=False), gone.with_columns(gone=True)]).with_row_index("at")
    places = pl.concat([came.select(PLACE), gone.select(PLACE), repriced.select(PLACE)])
    found = [rows.join(places, on=PLACE, how="semi")]
    for other in READS[table][1:]:
        differing = pl.concat([only_in(now[other], before[other]), only_in(before[other], now[other])])
        found.append(rows.join(differing, on=SHARED[table][0], how="semi"))
    reached = _with_neighbours(table, rows, pl.concat(found).unique("at"))
    return reached.sort("at").drop("at")


def only_in(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The rows that are not just so among others."""
    if rows is others:
        return rows.head(0)
    return rows.join(others, on=rows.columns, how="anti", nulls_equal=True, maintain_order="left")


def _with_neighbours(table: str, rows: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
    """`reached` with the rows they look at, those that these look at, and so on; rows are told apart by `at`."""
    keys = SHARED.get(table, ())
    looking = ~BY_ITSELF.get(table, pl.lit(False))
    among, known = rows.filter(looking), -1
    while keys and reached.height > known:
        known, by = reached.height, reached.filter(looking)
        reached = pl.concat([reached, *(among.join(by, on=key, how="semi") for key in keys)]).unique("at")
    return reached
