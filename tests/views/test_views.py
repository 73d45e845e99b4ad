"""What screens show of lines: sums, changes, what comes and what is missing, on lines made by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from billing_core.base.model import LINE_SCHEMA
from billing_core.base.problems import Problem, problem_frame
from billing_core.intake import FileReport
from billing_core.views import coming, recurrence, reported, sums, valued


def lines(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {"period": "2026-10", "agency": "BYM", "service": "office365", "table": "licences", "funding": "billed"}
    made = [{key: (usual | {"price_status": "priced"} | row).get(key) for key in LINE_SCHEMA} for row in rows]
    return pl.DataFrame(made, schema=LINE_SCHEMA)


BILLED = {"amount_nok": Decimal("100.10"), "covered_nok": Decimal("0.00")}
COVERED = {
    "funding": "framework",
    "price_status": "not_charged",
    "amount_nok": Decimal("0.00"),
    "covered_nok": Decimal("299.90"),
}
UNVALUED = COVERED | {"covered_nok": None}
UNPRICED = {"price_status": "missing", "amount_nok": None, "covered_nok": Decimal("0.00")}
UNDECIDED = {"funding": "undecided", "price_status": "undecided", "quantity": Decimal(2)}


def test_totals_leave_out_and_count_what_has_no_amount() -> None:
    found = sums.totals(lines(BILLED, BILLED, COVERED, UNVALUED, UNPRICED, UNDECIDED))
    assert found == sums.Totals(Decimal("200.20"), Decimal("299.90"), 6, unpriced=1, undecided=1, unvalued=1)


def test_the_share_is_billed_of_billed_and_covered() -> None:
    quarter = sums.Totals(Decimal(25), Decimal(75), 2, 0, 0, 0)
    nothing = sums.Totals(Decimal(0), Decimal(0), 0, 0, 0, 0)
    assert quarter.share == Decimal("0.25")
    assert nothing.share is None


def test_totals_of_no_lines_are_zero() -> None:
    assert sums.totals(lines()) == sums.Totals(Decimal("0.00"), Decimal("0.00"), 0, 0, 0, 0)


def test_sums_by_service_stand_in_the_services_order() -> None:
    found = sums.sums_by(lines(BILLED, BILLED | {"service": "hr"}, COVERED), "service")
    assert found.select("service", "billed_nok", "covered_nok", "lines").rows() == [
        ("hr", Decimal("100.10"), Decimal("0.00"), 1),
        ("office365", Decimal("100.10"), Decimal("299.90"), 2),
    ]


def test_a_change_compares_only_tables_that_both_months_have() -> None:
    now = lines(BILLED, BILLED, BILLED | {"table": "cloud", "amount_nok": Decimal("5000.00")})
    before = lines(BILLED, BILLED | {"table": "dispatch"})
    assert recurrence.change(now, before) == recurrence.Change(
        Decimal("100.10"), Decimal("100.10"), ("cloud", "dispatch")
    )


def test_without_a_month_before_there_is_no_change() -> None:
    assert recurrence.change(lines(BILLED), lines()) is None


def test_a_licence_counts_as_upcoming_from_the_day_after_as_of_to_the_last_day_asked_for() -> None:
    def from_day(day: int, month: int = 11) -> dict[str, Any]:
        return COVERED | {"billable_from": date(2026, month, day)}

    found = lines(from_day(31, 10), from_day(1), from_day(7), from_day(8), from_day(30), from_day(1, 12))
    assert coming.upcoming(found, date(2026, 10, 31)) == [
        coming.Upcoming(7, 2, Decimal("599.80"), 0),
        coming.Upcoming(30, 4, Decimal("1199.60"), 0),
        coming.Upcoming(60, 5, Decimal("1499.50"), 0),
    ]


def test_an_upcoming_licence_without_a_price_is_counted_apart() -> None:
    found = lines(UNVALUED | {"billable_from": date(2026, 11, 2)})
    assert coming.upcoming(found, date(2026, 10, 31), [7]) == [coming.Upcoming(7, 1, Decimal("0.00"), 1)]


def test_undecided_lines_are_valued_at_the_price_they_would_take() -> None:
    found = lines(UNDECIDED | {"item": "a", "variant": "x"}, UNDECIDED | {"item": "b", "variant": ""})
    prices = pl.DataFrame(
        {
            "period": ["2026-10", "2026-10"], "agency": ["BYM", "BYM"], "item": ["a", "b"], "variant": ["x", ""],
            "price": [1_250_050, None],
        }
    )  # fmt: skip
    # 2 x kr 125.005 = 250.01; nobody knows what b costs.
    assert valued.at_stake(found, prices) == valued.AtStake(2, Decimal("250.01"), 1)
    # Half an øre goes away from zero; towards the even one the sum would be 0.02.
    halves = prices.with_columns(price=pl.lit(50, pl.Int64))
    each = pl.concat(
        [found.head(1).with_columns(quantity=pl.lit(Decimal(n)).cast(pl.Decimal(18, 6))) for n in (1, 5, -1)]
    )
    # 1 x 0.005 -> 0.01; 5 x 0.005 = 0.025 -> 0.03; -1 x 0.005 -> -0.01
    assert valued.at_stake(each, halves) == valued.AtStake(3, Decimal("0.03"), 0)
    # Beside them, 100.10 that is billed and 299.90 that is covered; two more lines are without a price.
    decided = lines(BILLED, COVERED, UNVALUED, UNPRICED)
    assert valued.worth(pl.concat([found, decided]), prices) == valued.AtStake(6, Decimal("650.01"), 3)


def test_problems_are_about_the_lines_that_they_name() -> None:
    found = lines(
        UNDECIDED | {"rule": "O365-5", "file": "a.csv", "row": 2},
        BILLED | {"rule": "O365-3", "file": "a.csv", "row": 3, "variant": "Ukjent X"},
        BILLED | {"rule": "PLT-2", "table": "devices", "agency": "NYE", "file": "b.csv", "row": 3},
        UNDECIDED | {"rule": "PLT-2", "table": "devices", "file": "b.csv", "row": 4},
        BILLED | {"rule": "CLD-1", "table": "cloud", "period": "2026-09", "file": "c.csv", "row": 2},
        BILLED | {"rule": "CLD-1", "table": "cloud", "file": "c.csv", "row": 3},
    )

    def about(code: str, **said: Any) -> list[tuple[str, int]]:
        problems = problem_frame([Problem(code=code, **said), Problem(code=code, **said)])
        return reported.concerned(problems, found).select("file", "row").rows()

    assert about("no_deactivation_dates", table="licences", file="a.csv") == [("a.csv", 2)]
    assert about("no_device_owners", table="devices", file="b.csv") == [("b.csv", 4)]
    assert about("unknown_sku", table="licences", file="a.csv", row=3, value="Ukjent X") == [("a.csv", 3)]
    assert about("unknown_agency", table="devices", value="NYE") == [("b.csv", 3)]
    assert about("two_files", table="cloud", agency="BYM", period="2026-09") == [("c.csv", 2)]
    assert about("active_with_date", table="licences", file="a.csv", row=3) == [("a.csv", 3)]
    assert about("not_a_number", severity="refused", table="licences", file="a.csv", row=3) == []


def test_a_files_rows_are_those_rated_and_those_refused_at_any_step() -> None:
    reports = [FileReport("a.csv", "usage", ("headcount",), rows_read=5, rows_refused=1), FileReport("b.exe")]
    usage = {"headcount": pl.DataFrame({"file": ["a.csv"] * 3, "row": [2, 3, 4]})}
    found = reported.files(reports, usage).select("file", "recognised", "read", "rated", "refused").rows()
    assert found == [("a.csv", "usage", 5, 3, 2), ("b.exe", "", 0, 0, 0)]


def test_it_shows_when_files_lack_their_month_or_agency() -> None:
    def lacks(code: str, column: str | None) -> bool:
        return reported.lacks_month_or_agency(problem_frame([Problem(severity="refused", code=code, column=column)]))

    assert lacks("missing_column", "period, employees")
    assert lacks("missing_column", "agency")
    assert lacks("period_unknown", "period")
    assert not lacks("missing_column", "employees")
    assert not lacks("missing_value", "agency")


def test_months_are_those_of_any_table() -> None:
    usage = {"a": pl.DataFrame({"period": ["2026-10", "2026-09"]}), "b": pl.DataFrame({"period": ["2026-08"]})}
    assert reported.months(usage) == ["2026-08", "2026-09", "2026-10"]
