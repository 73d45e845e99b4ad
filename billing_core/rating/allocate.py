"""Sharing a whole cost by use, to the øre (contract, section 3: digital dispatch)."""

from collections.abc import Mapping, Sequence

import polars as pl

from billing_core.base.money import ORE, PRICE


def largest_remainder(cost: int, parts: Sequence[int], total: int) -> list[int]:
    """`cost` shared by `parts` of `total`, in whole units; what others have of `total` is one more part, left out here.

    Each part gets its share rounded down; the units left go to the largest remainders, ties to the earlier part and to
    the others last. All parts and the others sum to `cost` exactly.
    """
    everyone = [*parts, total - sum(parts)]
    shares = [divmod(cost * part, total) for part in everyone]
    left = cost - sum(whole for whole, _ in shares)
    order = sorted(range(len(everyone)), key=lambda i: -shares[i][1])
    favoured = set(order[:left])
    return [whole + (i in favoured) for i, (whole, _) in enumerate(shares)][:-1]


def dispatch_shares(dispatch: pl.DataFrame, costs: pl.DataFrame) -> pl.DataFrame:
    """The share of each dispatch row in its channel's cost of the month: `period`, `file`, `row`, `allocated` (øre).

    A row without a cost for its channel and month has none. One row an agency, channel and month: few by nature, so
    that Python's whole numbers, which do not overflow, serve better than columns.
    """
    used: dict[tuple[str, str], list[Mapping[str, object]]] = {}
    for row in dispatch.sort(pl.col("agency").str.to_lowercase()).iter_rows(named=True):
        used.setdefault((row["period"], row["channel"]), []).append(row)
    shares = []
    for cost in costs.iter_rows(named=True):
        rows = used.get((cost["period"], cost["channel"]), [])
        parts = largest_remainder(
            cost["cost_nok"] * ORE // PRICE, [int(str(row["quantity"])) for row in rows], cost["total_quantity"]
        )
        shares += [(row["period"], row["file"], row["row"], part) for row, part in zip(rows, parts, strict=True)]
    schema = {"period": pl.String, "file": pl.String, "row": pl.Int64, "allocated": pl.Int64}
    return pl.DataFrame(shares, schema=schema, orient="row")
