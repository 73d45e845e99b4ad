"""An estimate as lines of one's own in a budget (planning contract, §2: `[[own]]`), one a row, service and amount."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import polars as pl
import tomli_w

from billing_core.base.months import month_before
from billing_core.planning.assumptions import Own
from billing_core.planning.estimate import Estimated

Run = tuple[int, str, str, str, Decimal, int]
"""Entry, service, first and last month, each month's amount, lines without one."""


def own_lines(found: Estimated, names: Mapping[int, str], words: Mapping[str, str]) -> tuple[Own, ...]:
    """What each entry costs by service, months of one amount in a row together.

    `names` by entry. Only what is billed and known comes in; each line's note says how many lines it leaves out, in
    the words of `estimate.own.unpriced`.
    """
    unknown = pl.col("amount_nok").null_count()
    by_month = (
        found.wanted.filter(pl.col("funding") != "framework")
        .group_by("entry", "service", "period")
        .agg(pl.col("amount_nok").cast(pl.Decimal(38, 2)).sum(), unknown=unknown)
        .filter((pl.col("amount_nok") != 0) | (pl.col("unknown") > 0))
        .sort("entry", "service", "period")
    )
    return tuple(
        Own.model_validate(
            {"name": names[entry][:200], "service": service, "from": first, "to": last, "amount_nok": amount}
            | {"note": _note(unpriced, words)}
        )
        for entry, service, first, last, amount, unpriced in _runs(by_month)
    )


def own_toml(found: Estimated, names: Mapping[int, str], words: Mapping[str, str]) -> str:
    """`own_lines` as a file of assumptions."""
    lines = own_lines(found, names, words)
    return tomli_w.dumps({"own": [line.model_dump(by_alias=True, exclude_defaults=True) for line in lines]})


def _note(unpriced: int, words: Mapping[str, str]) -> str:
    key = "estimate.own.unpriced_one" if unpriced == 1 else "estimate.own.unpriced"
    return words[key].format(count=unpriced) if unpriced else ""


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
