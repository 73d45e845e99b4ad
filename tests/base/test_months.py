from datetime import date

import pytest

from billing_core.base import months


@pytest.mark.parametrize(
    ("period", "last", "before", "after"),
    [
        ("2026-01", date(2026, 1, 31), "2025-12", "2026-02"),
        ("2026-12", date(2026, 12, 31), "2026-11", "2027-01"),
        ("2024-02", date(2024, 2, 29), "2024-01", "2024-03"),
        ("2100-02", date(2100, 2, 28), "2100-01", "2100-03"),
    ],
)
def test_a_month_has_its_days_and_neighbours(period: str, last: date, before: str, after: str):
    assert months.first_day(period) == last.replace(day=1)
    assert months.last_day(period) == last
    assert months.month_of(last) == period
    assert (months.month_before(period), months.month_after(period)) == (before, after)


def test_months_in_a_row_include_both_ends():
    assert months.months_until("2026-02", 3) == ["2025-12", "2026-01", "2026-02"]
    assert months.months_between("2025-12", "2026-02") == ["2025-12", "2026-01", "2026-02"]
    assert months.months_between("2026-02", "2026-02") == ["2026-02"]
    assert months.months_between("2026-02", "2026-01") == []


def test_the_distance_of_months_and_a_move_by_it_are_one():
    assert months.months_apart("2025-11", "2027-02") == 15
    assert months.moved("2025-11", 15) == "2027-02"
    assert months.moved("2027-02", -15) == "2025-11"


@pytest.mark.parametrize(("day", "month"), [(1, "2026-12"), (2, "2027-01"), (31, "2027-01")])
def test_what_holds_from_a_day_holds_from_the_month_that_begins_with_it(day: int, month: str):
    assert months.month_from(date(2026, 12, day)) == month


def test_what_is_no_month_is_refused():
    with pytest.raises(ValueError):
        months.first_day("2026-13")
