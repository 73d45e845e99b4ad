"""Agencies beside one another: worked by hand."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from billing_core.views.agencies import beside, by_service, outliers
from tests.scenarios import stated

FEBRUARY, MARCH, LAST = "2026-02", "2026-03", date(2026, 3, 31)
LICENCE = {"account_type": "external", "sku": "E1"}  # 100.00 a month, billed


def rows(period: str, agency: str, *users: str, **cells: str) -> list[dict[str, str]]:
    return [LICENCE | {"period": period, "agency": agency, "user_id": user} | cells for user in users]


def found() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table of March, and its lines."""
    device = {"period": MARCH, "agency": "BYM", "established_on": "2020-01-01"}
    statement, _ = stated(
        {
            "licences": [
                *rows(FEBRUARY, "BYM", "a"),
                *rows(MARCH, "BYM", "a", "b"),
                *rows(MARCH, "BYM", "c", account_type="main", deactivated_on="2026-03-31"),
                *rows(MARCH, "BYM", "d", account_type="main", deactivated_on="2026-04-01"),
                *rows(MARCH, "UKE", "e"),
            ],
            "devices": [
                device | {"device_id": "d1", "device_kind": "thick", "employee_id": "1"},
                device | {"device_id": "d2", "device_kind": "thin", "employee_id": "2"},
                device | {"device_id": "d3", "device_kind": "support"},
            ],
            "headcount": [{"period": MARCH, "agency": "BYM", "employees": "3", "ftes": "2,5"}],
        }
    )
    lines = statement.rating.frame()
    march = lines.filter(period=MARCH)
    return beside(march, lines.filter(period=FEBRUARY), statement.usage, MARCH, LAST), march


def test_each_agency_has_its_sums_and_what_they_are_per_employee() -> None:
    table, _ = found()
    bym, uke = table.rows(named=True)
    assert (bym["agency"], bym["billed_nok"], bym["change_nok"]) == ("BYM", Decimal("200.00"), Decimal("100.00"))
    assert bym["share"] == Decimal("0.6667")  # 200 of 300
    assert (bym["employees"], bym["per_employee_nok"]) == (3, Decimal("66.67"))  # 200 / 3
    assert bym["per_fte_nok"] == Decimal("80.00")  # 200 / 2.5
    assert (bym["pcs"], bym["pcs_per_employee"]) == (2, Decimal("0.67"))
    # Deactivated on the last day counts, a day later not yet: 1 of 3 employees, 33.33 a hundred.
    assert (bym["deactivated"], bym["deactivated_per_hundred"]) == (1, Decimal("33.33"))
    # Without headcount or a month before, nothing is known: unknown is not zero.
    assert (uke["agency"], uke["billed_nok"]) == ("UKE", Decimal("100.00"))
    assert [uke[name] for name in ("change_nok", "employees", "per_employee_nok", "pcs", "pcs_per_employee")] == [
        None
    ] * 5


def test_the_services_of_each_agency_sum_to_what_it_is_billed() -> None:
    table, march = found()
    sums = by_service(march).group_by("agency").agg(pl.col("billed_nok").sum())
    assert dict(sums.iter_rows()) == dict(table.select("agency", "billed_nok").iter_rows())


def told(values: list[str], sizes: list[int] | None = None) -> pl.DataFrame:
    """A table of agencies a, b, … with these amounts per employee."""
    codes = [chr(ord("a") + place) for place in range(len(values))]
    return pl.DataFrame(
        {
            "agency": codes,
            "employees": sizes or [100] * len(values),
            "per_employee_nok": [Decimal(value) for value in values],
            "pcs_per_employee": [None] * len(values),
            "deactivated_per_hundred": [None] * len(values),
        },
        schema_overrides={"pcs_per_employee": pl.Decimal(38, 2), "deactivated_per_hundred": pl.Decimal(38, 2)},
    )


@pytest.mark.parametrize(
    ("last", "outlying"),
    [
        # The others are 10, 11, 12, 13, 14: median 12, distances 2 1 0 1 2, MAD 1. Far is 3.5 / 0.6745 = 5.189.
        ("17.18", []),
        ("17.19", ["f"]),
        ("6.82", []),
        ("6.81", ["f"]),
    ],
)
def test_an_outlier_is_far_from_the_median_of_the_others_by_their_mad(last: str, outlying: list[str]) -> None:
    found = outliers(told(["10", "11", "12", "13", "14", last]), {})
    assert [one.agency for one in found] == outlying
    assert [(one.median, one.mad, one.peers, one.above) for one in found] == [
        (Decimal(12), Decimal(1), 5, last == "17.19") for _ in outlying
    ]


def test_with_too_few_others_or_all_alike_nobody_stands_out() -> None:
    assert outliers(told(["1", "2", "3", "4", "500"]), {}) == []
    assert outliers(told(["5", "5", "5", "5", "5", "500"]), {}) == []


def test_an_agency_is_held_against_those_of_its_kind_and_size_where_there_are_enough() -> None:
    # g is a district of 100 employees. Districts a to e of about its size: 10 to 14; f is one of another size, 40.
    values, sizes = ["10", "11", "12", "13", "14", "40", "30"], [100, 100, 34, 300, 100, 2000, 100]
    kinds = dict.fromkeys("abcdefg", "district")
    [only] = [one for one in outliers(told(values, sizes), kinds) if one.agency == "g"]
    assert (only.median, only.peers) == (Decimal(12), 5)
    # With one of its size too few, it is held against all six districts: median 12.5.
    sizes[0] = 1000
    [only] = [one for one in outliers(told(values, sizes), kinds) if one.agency == "g"]
    assert (only.median, only.peers) == (Decimal("12.5"), 6)
    # Of a kind of its own there is nobody to hold it against; of no known kind it is held against all.
    assert [one for one in outliers(told(values, sizes), kinds | {"g": "agency"}) if one.agency == "g"] == []
    del kinds["g"]
    assert [one.peers for one in outliers(told(values, sizes), kinds) if one.agency == "g"] == [6]
