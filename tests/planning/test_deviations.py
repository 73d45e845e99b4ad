"""Which deviations ask for an explanation, on each side of both limits, and the cause that the figures suggest."""

from decimal import Decimal

import polars as pl
import pytest

from billing_core.planning.changes import PARTS
from billing_core.planning.deviations import CAUSE_OF, Deviation, beyond, likely_cause
from billing_core.planning.year_plan import CAUSES

FOLLOWED = pl.DataFrame(
    [
        # 10 000 of 200 000 is 5 %; 12 000 of 100 000 is 12 %; no budget at all; nothing; the whole agency's total.
        {"service": "cloud", "deviation_year_nok": Decimal(-10_000), "regulated_nok": Decimal(200_000)},
        {"service": "hr", "deviation_year_nok": Decimal(12_000), "regulated_nok": Decimal(100_000)},
        {"service": "portal", "deviation_year_nok": Decimal(-9_000), "regulated_nok": Decimal(0)},
        {"service": "network", "deviation_year_nok": Decimal(0), "regulated_nok": Decimal(0)},
        {"service": "total", "deviation_year_nok": Decimal(-7_000), "regulated_nok": Decimal(300_000)},
    ],
    schema_overrides={"deviation_year_nok": pl.Decimal(38, 2), "regulated_nok": pl.Decimal(38, 2)},
)


@pytest.mark.parametrize(
    ("nok", "pct", "found"),
    [
        (None, None, []),
        (0, None, ["hr", "cloud", "portal"]),
        (10_000, None, ["hr", "cloud"]),
        ("10000.01", None, ["hr"]),
        (None, 5, ["hr", "cloud", "portal"]),
        (None, "5.01", ["hr", "portal"]),
        (9_000, 12, ["hr", "portal"]),
        ("12000", "12.01", []),
    ],
)
def test_a_deviation_asks_where_it_reaches_both_limits(nok: object, pct: object, found: list[str]) -> None:
    limits = [None if limit is None else Decimal(str(limit)) for limit in (nok, pct)]
    assert [one.service for one in beyond(FOLLOWED, *limits)] == found


def changed(*rows: tuple[str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [(service, part, Decimal(amount)) for service, part, amount in rows],
        schema={"service": pl.String, "part": pl.String, "amount_nok": pl.Decimal(38, 2)}, orient="row",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("service", "amount", "cause"),
    [
        # More spent: cost 300 and unit cost 200 are price, more than 400 of quantity.
        ("cloud", -100, "price"),
        # Less spent: only the one-off fell.
        ("cloud", 100, "one_off"),
        # The whole agency: 500 of price, 400 - 50 of quantity.
        ("", -100, "price"),
        ("hr", -100, ""),
        ("hr", 100, "quantity"),
        ("portal", -100, ""),
    ],
)
def test_the_cause_is_what_most_of_the_change_went_by(service: str, amount: int, cause: str) -> None:
    rows = changed(
        ("cloud", "cost", 300), ("cloud", "unit_cost", 200), ("cloud", "volume", 400), ("cloud", "one_off", -250),
        ("cloud", "unknown", 9_999), ("hr", "ended", -50),
    )  # fmt: skip
    assert likely_cause(rows, Deviation(service, Decimal(amount), None)) == cause


def test_every_part_but_the_unknown_speaks_for_a_cause_there_is() -> None:
    assert set(CAUSE_OF) == set(PARTS) - {"unknown"}
    assert set(CAUSE_OF.values()) <= set(CAUSES)
