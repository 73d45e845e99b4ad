"""What a change comes to: by kind, part and service, who may be the same, and the lines behind. Worked by hand."""

from decimal import Decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from billing_core.planning import change_sums
from billing_core.planning.changes import behind, changes
from tests.scenarios import stated
from tests.through import catalogue, engine_named

FROM, TO = "2025-12", "2026-01"


def licence(period: str, user: str, sku: str, kind: str = "external") -> dict[str, str]:
    return {"period": period, "agency": "BYM", "user_id": user, "account_type": kind, "sku": sku}


def service(period: str, item: str, quantity: str) -> dict[str, str]:
    return {"period": period, "agency": "BYM", "item": item, "quantity": quantity}


TABLES = {
    # kari goes from E1 to E3, ola leaves; a connection goes from ordinary to redundant.
    "licences": [
        licence(FROM, "kari", "E1"),
        licence(FROM, "ola", "E1"),
        licence(FROM, "siv", "E1"),
        licence(TO, "KARI", "E3"),
        licence(TO, "siv", "E1"),
    ],
    # By tests/cases/prices.csv: 300 -> 396 is 60 of volume and 36 of price; three hours and then two is one-off.
    "services": [
        service(FROM, "workplace.active_user", "10"),
        service(TO, "workplace.active_user", "12"),
        service(FROM, "invoice.other", "3"),
        service(TO, "invoice.other", "2"),
    ],
    "headcount": [{"period": TO, "agency": "BYM", "employees": "5"}],
}


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    statement, rates = stated(TABLES)
    found = changes(statement.usage, rates, engine_named("polars"), (FROM, TO))
    return change_sums.with_kind(found, catalogue())


def test_what_comes_each_month_and_what_comes_once_are_summed_apart(rows: pl.DataFrame) -> None:
    # kari and ola end at 80 each (a standard licence carries no management), kari's E3 has no price but is managed for
    # 20, siv pays 20 more, and the workplace 96: -160 + 20 + 20 + 96.
    sums = {"recurring": Decimal("-24.00"), "occasional": Decimal("-300.00")}
    assert change_sums.kind_sums(rows) == sums
    assert sum(sums.values()) == rows["amount_nok"].sum()


def test_volume_and_price_of_one_key_are_two_parts_of_one_service(rows: pl.DataFrame) -> None:
    found = change_sums.by_service(rows).filter(service="portal").select("part", "amount_nok", "keys").rows()
    assert found == [("volume", Decimal("60.00"), 1), ("price", Decimal("36.00"), 1)]


def test_parts_name_their_services_and_stand_in_the_order_they_are_tried(rows: pl.DataFrame) -> None:
    found = change_sums.by_part(rows)
    assert found["kind"].to_list() == sorted(found["kind"], key=change_sums.KINDS.index)
    prices = found.row(by_predicate=(pl.col("part") == "price"), named=True)
    assert (prices["amount_nok"], prices["services"]) == (Decimal("56.00"), ["office365", "portal"])


def test_a_user_who_ended_one_and_has_a_new_one_is_paired_and_the_other_is_not(rows: pl.DataFrame) -> None:
    found = change_sums.paired(rows).filter(pl.col("part").is_in(["ended", "new"]), table="licences")
    told = found.select("subject", "part", "pair").unique().sort("part", "subject").rows()
    assert told == [("kari", "ended", "E1 → E3"), ("ola", "ended", None), ("KARI", "new", "E1 → E3")]


def test_the_lines_behind_a_row_are_those_of_its_month_whatever_the_letters(rows: pl.DataFrame) -> None:
    statement, _ = stated(TABLES)
    lines = statement.rating.frame()
    for row in rows.iter_rows(named=True):
        for side, period in (("from", FROM), ("to", TO)):
            found = behind(lines.filter(period=period), row)
            assert found.height == row[f"lines_{side}"], row
            assert found["amount_nok"].null_count() == row[f"unknown_{side}"]
            assert sum(found["amount_nok"].drop_nulls(), Decimal(0)) == row[f"amount_{side}_nok"]


def test_what_is_unknown_is_never_told_as_zero(rows: pl.DataFrame) -> None:
    # E3 has no price; before it there was no line.
    columns = ["subject", "amount_nok", "amount_from_nok", "amount_to_nok"]
    assert change_sums.of(rows, "office365", "unknown").select(columns).rows() == [
        ("KARI", None, Decimal("0.00"), None)
    ]
    assert change_sums.by_service(rows).filter(part="unknown")["amount_nok"].to_list() == [None]


def test_lines_that_are_there_already_give_the_same_as_those_rated_anew() -> None:
    statement, rates = stated(TABLES)
    asked = (statement.usage, rates, engine_named("polars"), (FROM, TO))
    assert_frame_equal(changes(*asked, rated=statement.rating.frame()), changes(*asked))
