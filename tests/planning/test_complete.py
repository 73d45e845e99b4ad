"""Which months count as accounts: over, nothing missing that the month before had, no table under half."""

from datetime import date

from billing_core.planning.complete import last_complete, last_two, months_of
from tests.scenarios import stated

TODAY = date(2026, 3, 20)


def users(period: str, count: int, agency: str = "BYM") -> list[dict[str, str]]:
    return [
        {"period": period, "agency": agency, "user_id": f"{agency}{n}", "account_type": "main", "sku": "E1"}
        for n in range(count)
    ]


def employees(period: str) -> dict[str, str]:
    return {"period": period, "agency": "BYM", "employees": "5"}


def test_a_month_under_half_one_that_lacks_a_table_and_one_not_over_are_no_accounts() -> None:
    rows = [*users("2025-11", 4), *users("2025-12", 2), *users("2026-01", 4), *users("2026-02", 1)]
    heads = [employees("2025-11"), employees("2025-12"), employees("2026-02")]
    usage = stated({"licences": [*rows, *users("2026-03", 4)], "headcount": heads})[0].usage
    found = {month.period: month for month in months_of(usage, "BYM", TODAY)}
    assert [period for period, month in found.items() if month.complete] == ["2025-11", "2025-12"]
    assert (found["2026-01"].lacking, found["2026-01"].thin) == (("headcount",), ())
    assert (found["2026-02"].lacking, found["2026-02"].thin) == ((), ("licences",))
    assert not found["2026-03"].over
    assert last_complete(list(found.values())) == "2025-12"
    assert last_two(list(found.values())) == ("2025-11", "2025-12")


def test_where_fewer_than_two_months_count_the_newest_two_are_compared() -> None:
    usage = stated({"licences": [*users("2026-01", 4), *users("2026-02", 1)]})[0].usage
    months = months_of(usage, "BYM", TODAY)
    assert last_two(months) == ("2026-01", "2026-02")
    assert last_two(months[:1]) is None


def test_the_last_day_itself_is_over_and_all_agencies_count_together() -> None:
    rows = [*users("2026-02", 2), *users("2026-02", 2, "UDE"), *users("2026-03", 2), *users("2026-03", 1, "UDE")]
    usage = stated({"licences": rows})[0].usage
    assert [month.complete for month in months_of(usage, "", date(2026, 3, 31))] == [True, True]
    # Of UDE alone, one row of two is half and not under it.
    assert [month.thin for month in months_of(usage, "UDE", TODAY)] == [(), ()]
    assert last_complete(months_of(usage, "NONE", TODAY)) is None
