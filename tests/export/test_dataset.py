"""Usage as a dataset and back: every value as it was, at the ends of what a column holds too."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from billing_core.base.engines import engine
from billing_core.base.money import MAX_PRICE, MAX_QUANTITY
from billing_core.base.tables import TABLES
from billing_core.export.dataset import Dataset, write_usage
from tests.engines import ENGINES

OF_TABLE = {
    "licences": {"user_id": "Æ å", "written": "æ å", "account_type": "main", "sku": "E1",
                 "deactivated_on": date(2026, 1, 2), "on_platform": False},
    "operations": {"system": "s", "kind": "server", "quantity": MAX_QUANTITY, "memory_gb": 1000,
                   "supplier_operated": True, "unsupported": True, "unsupported_cost_nok": MAX_PRICE},
    "services": {"item": "i", "quantity": -1000, "unit_price_nok": 1, "price_kind": "agreed"},
    "headcount": {"employees": 3, "ftes": 2_500_000},
    "cloud": {"provider": "aws", "cost_nok": -MAX_PRICE},
}  # fmt: skip


def usage(periods: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    """A row of some tables in each month; the others are empty."""
    return {
        name: pl.DataFrame(
            [
                {"period": period, "agency": "BYM", "file": "a.csv", "row": row, **OF_TABLE[name]}
                for row, period in enumerate(periods, 2)
                if name in OF_TABLE
            ],
            schema=table.schema,
        )
        for name, table in TABLES.items()
    }


def test_usage_comes_back_as_it_was_month_by_month(tmp_path: Path):
    given = usage(("2026-02", "2026-01", "2026-02"))
    write_usage(tmp_path, given)
    found = Dataset.at(tmp_path)
    assert found.months == ["2026-01", "2026-02"]
    for name, frame in given.items():
        for period in found.months:
            for used in ENGINES:
                rows = engine(used).collect(found.of([period]).rows(name, engine(used)))
                assert rows.sort("row").equals(frame.filter(period=period).sort("row"))
    assert found.columns("services", ["quantity", "row"], ["2026-01"]).rows() == [(-1000, 3)]


@pytest.mark.parametrize(
    ("most", "expected"), [(2, [["2026-01"], ["2026-02"]]), (15, [["2026-01", "2026-02"]]), (10, None)]
)
def test_small_months_go_together(tmp_path: Path, most: int, expected: list[list[str]] | None):
    # Five tables with a row have five rows in January, ten in February.
    write_usage(tmp_path, usage(("2026-02", "2026-01", "2026-02")))
    assert Dataset(tmp_path).batches(["2026-01", "2026-02"], most) == (expected or [["2026-01"], ["2026-02"]])
