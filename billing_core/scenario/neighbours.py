"""Which rows of usage look at one another: a row's lines hang on those alone, not on the rest of its table."""

from collections.abc import Mapping

import polars as pl

from billing_core.rules import SECTIONS
from billing_core.scenario.world import PLACE


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
    for other in SECTIONS[table].also_reads:
        differing = pl.concat([only_in(now[other], before[other]), only_in(before[other], now[other])])
        found.append(rows.join(differing, on=SECTIONS[table].neighbours[0], how="semi"))
    reached = with_neighbours(table, rows, pl.concat(found).unique("at"))
    return reached.sort("at").drop("at")


def only_in(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The rows that are not just so among others."""
    if rows is others:
        return rows.head(0)
    return rows.join(others, on=rows.columns, how="anti", nulls_equal=True, maintain_order="left")


def with_neighbours(table: str, rows: pl.DataFrame, reached: pl.DataFrame) -> pl.DataFrame:
    """`reached` with the rows they look at, those that these look at, and so on; rows are told apart by `at`."""
    keys, alone = SECTIONS[table].neighbours, SECTIONS[table].alone
    looking = pl.lit(True) if alone is None else ~alone
    among, known = rows.filter(looking), -1
    while keys and reached.height > known:
        known, by = reached.height, reached.filter(looking)
        reached = pl.concat([reached, *(among.join(by, on=key, how="semi") for key in keys)]).unique("at")
    return reached
