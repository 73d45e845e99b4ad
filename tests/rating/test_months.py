"""A month is the unit: rated one by one or all at once, the lines are the same, and in the same order."""

from decimal import Decimal
from unittest.mock import patch

import polars as pl
import pytest

from billing_core.base.model import LINE_SCHEMA, SORT
from billing_core.rating.order import ordered
from billing_core.rating.rate import batches, rate
from tests.rating.test_engines import WORLDS
from tests.scenarios import stated
from tests.through import engine_named, run


def test_months_rated_one_by_one_give_the_lines_of_all_at_once() -> None:
    given, tables = max(WORLDS.values(), key=lambda world: sum(len(rows) for rows in world[1].values()))
    found = []
    for batch in (10**9, 1):
        with patch.object(engine_named("polars"), "batch", batch):
            found.append(run(tables, **given))
    whole, single = found
    assert len({line["period"] for line in whole.lines}) > 1
    assert (single.lines, single.summary) == (whole.lines, whole.summary)
    # Problems have no order among themselves.
    assert sorted(map(str, single.problems)) == sorted(map(str, whole.problems))


def test_a_row_is_told_apart_by_its_month_too() -> None:
    """Files of one name in every month, as a dataset put together elsewhere may have: each month stands alone."""
    person = {"agency": "BYM", "account_type": "main", "sku": "E1"}
    licences = [
        person | {"period": "2026-01", "user_id": "a", "employee_id": "e1"},
        person | {"period": "2026-01", "user_id": "b", "employee_id": "e1"},
        person | {"period": "2026-02", "user_id": "a", "employee_id": "e1"},
        person | {"period": "2026-02", "user_id": "c", "employee_id": "e2"},
    ]
    sent = [
        {"period": month, "agency": "BYM", "channel": "svarut", "quantity": "1"} for month in ("2026-01", "2026-02")
    ]
    costs = [
        {"period": month, "channel": "svarut", "cost_nok": cost, "total_quantity": "1"}
        for month, cost in (("2026-01", "10"), ("2026-02", "20"))
    ]
    statement, rates = stated({"licences": licences, "dispatch": sent, "dispatch_costs": costs})
    usage = {
        name: frame.with_columns(file=pl.lit("u.csv"), row=pl.int_range(2, pl.len() + 2).over("period"))
        if "period" in frame.columns
        else frame
        for name, frame in statement.usage.items()
    }
    lines = rate(usage, rates, engine_named("polars")).frame()
    found = lines.filter(pl.col("item").is_in(["office365.licence", "dispatch.svarut"]))
    assert found.select("period", "subject", "rule", "amount_nok").sort("period", "subject").rows() == [
        ("2026-01", "a", "O365-1", Decimal("0.00")),
        ("2026-01", "b", "O365-3", Decimal("100.00")),
        ("2026-01", "svarut", "DSP-1", Decimal("10.00")),
        ("2026-02", "a", "O365-1", Decimal("0.00")),
        ("2026-02", "c", "O365-1", Decimal("0.00")),
        ("2026-02", "svarut", "DSP-1", Decimal("20.00")),
    ]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (99, [["a", "b", "c", "d"]]),
        (5, [["a", "b"], ["c"], ["d"]]),
        (4, [["a"], ["b"], ["c"], ["d"]]),
        (7, [["a", "b"], ["c", "d"]]),
    ],
)
def test_small_months_are_rated_together_and_a_large_one_alone(most: int, expected: list[list[str]]) -> None:
    assert batches({"a": 2, "b": 3, "c": 6, "d": 1}, most) == expected


def lines(*rows: tuple[str, str, int | None]) -> pl.DataFrame:
    """Lines by agency, file and row; the rest of what they are ordered by is the same."""
    frame = pl.DataFrame(rows, schema={"agency": pl.String, "file": pl.String, "row": pl.Int64}, orient="row")
    rest = {name: pl.lit("x" if dtype == pl.String else None, dtype=dtype) for name, dtype in LINE_SCHEMA.items()}
    return frame.with_columns(**{name: value for name, value in rest.items() if name not in frame.columns})


@pytest.mark.parametrize(
    "frame",
    [
        lines(("b", "a", 9), ("a", "b", -3), ("a", "a", 10), ("Å", "a", 2), ("a", "a", 2), ("a", "B", 2)),
        lines(("b", "a", None), ("a", "b", 1)),
        # So far apart that no number has room for their places.
        lines(("b", "a", 2**62), ("a", "a", -(2**62)), ("a", "b", 0)),
        lines(),
    ],
    ids=["ranks", "a gap", "no room", "none"],
)
def test_the_order_is_that_of_the_seven_columns(frame: pl.DataFrame) -> None:
    assert ordered(frame).equals(frame.sort(*SORT))
