"""A budget as a grid: its cells are the sums of the rows, and the whole is the sum of the lines."""

from datetime import date
from decimal import Decimal

from billing_core.planning.budget import Plan, budget
from billing_core.planning.grid import TOTAL, grid
from tests.planning.test_budget import CASES, data_of, plan_of


def test_a_grid_has_the_years_amounts_and_what_they_leave_out() -> None:
    case = next(case for case in CASES if case["name"].startswith("A small agency's year"))
    made = budget(data_of(case), plan_of(case), case["today"])
    cells = {row["code"]: row for row in grid(made.rows, made.plan.months).iter_rows(named=True)}
    # Cloud 50,50 each month; HR 5 000 in December alone, and ten months nobody knows of a yearly item.
    assert [cells["cloud"][month] for month in ("2026-01", "2026-12", "total_nok")] == [
        Decimal("50.50"), Decimal("50.50"), Decimal("606.00"),
    ]  # fmt: skip
    assert (cells["hr"]["2026-11"], cells["hr"]["2026-12"], cells["hr"]["unknown"]) == (None, Decimal(5000), 10)
    # 480,50 accounts and 10 285,50 forecast.
    assert cells[TOTAL]["total_nok"] == Decimal("10766.00")
    assert list(cells)[-1] == TOTAL


def test_a_grid_of_one_service_has_its_items() -> None:
    case = next(case for case in CASES if case["name"].startswith("A person's own figure"))
    made = budget(data_of(case), plan_of(case), date(2026, 2, 10))
    cells = {row["code"]: row for row in grid(made.rows, made.plan.months, "cloud").iter_rows(named=True)}
    # The service's own figure in February names no item.
    assert (cells[""]["2026-02"], cells["cloud.aws"]["2026-02"], cells["cloud.aws"]["2026-03"]) == (
        Decimal("99.90"), None, Decimal(60),
    )  # fmt: skip
    assert Plan(2026).months == list(cells[""])[1:13]
