import pytest

from billing_core.intake.marks import Marks, date_order, number_marks


@pytest.mark.parametrize(
    ("values", "thousands"),
    [
        (["1,5", "2"], ""),
        (["1.234,50", "1.234"], "."),
        (["1,234.50", "1,234"], ","),
        (["1.234.567"], "."),
        (["0.125", "1.234"], ""),
        (["1234.567"], ""),
        (["1 234,5"], ""),
    ],
)
def test_the_thousands_mark_is_decided_from_all_values(values: list[str], thousands: str) -> None:
    assert number_marks(values, None).thousands == thousands


def test_a_value_against_the_columns_decimal_mark_is_refused() -> None:
    assert number_marks(["1,5", "1.234"], None) == Marks("", frozenset({"1.234"}))


def test_a_mark_that_nothing_proves_is_a_doubt() -> None:
    assert number_marks(["1.234", "7"], None) == Marks("", frozenset(), frozenset({"1.234"}))


def test_the_callers_word_settles_it() -> None:
    assert number_marks(["1.234"], ",") == Marks(".")
    assert number_marks(["1.234"], ".") == Marks(",")


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["13/1/2026", "1/2/2026"], "dmy"),
        (["1/13/2026", "1/2/2026"], "mdy"),
        (["1/2/2026"], None),
        (["13/1/2026", "1/13/2026"], None),
        (["8/9/2021 1:25:31 PM"], "mdy"),
        (["2026-01-01"], None),
    ],
)
def test_the_order_of_day_and_month_is_decided_from_all_values(values: list[str], order: str | None) -> None:
    assert date_order(values, None) == order
