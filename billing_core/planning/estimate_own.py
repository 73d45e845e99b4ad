"""An estimate as lines of one's own in a budget (planning contract, §2: `[[own]]`), one a row, service and amount."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import polars as pl
import tomli_w

from billing_core.base.months import month_before
from billing_core.planning.estimate import Estimated

Run = tuple[int, str, str, str, Decimal, int]
"""Entry, service, first and last month, each month's amount, lines without one."""


def own_lines(found: Estimated, names: Mapping[int, str]) -> list[dict[str, Any]]:
    """What each entry costs by service, months of one amount in a row together: `[[own]]` by key.

    `names` by entry. Only what is billed and known comes in; each line's `note` says how many lines it leaves out.
    """
    unknown = pl.col("amount_nok").null_count()
    by_month = (
        found.wanted.filter(pl.col("funding") != "framework")
        .group_by("entry", "service", "period")
        .agg(pl.col("amount_nok").cast(pl.Decimal(38, 2)).sum(), unknown=unknown)
        .filter((pl.col("amount_nok") != 0) | (pl.col("unknown") > 0))
        .sort("entry", "service", "period")
    )
    return [
        {"name": names[entry][:200], "service": service, "from": first, "to": last, "amount_nok": amount}
        | ({"note": f"{unpriced} without a known price are not in it"} if unpriced else {})
        for entry, service, first, last, amount, unpriced in _runs(by_month)
    ]


def own_toml(found: Estimated, names: Mapping[int, str]) -> str:
    """`own_lines` as a file of assumptions."""
    return tomli_w.dumps({"own": own_lines(found, names)})


def _runs(by_month: pl.DataFrame) -> Iterator[Run]:
    """Months in a row of one entry and service with one amount."""
    run: Run | None = None
    for entry, service, period, amount, unknown in by_month.iter_rows():
        if run and run == (entry, service, run[2], month_before(period), amount, unknown):
            run = (entry, service, run[2], period, amount, unknown)
            continue
        if run:
            yield run
        run = (entry, service, period, period, amount, unknown)
    if run:
        yield run
