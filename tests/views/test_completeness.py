"""Recurring and occasional amounts apart, and what lacks in a month, on lines made by hand."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from billing_core.views import recurrence, sums
from billing_core.views.completeness import (
    Completeness,
    absent_tables,
    completeness,
    lacking_tables,
    tables_of,
    thin_tables,
)
from billing_core.views.explore import kinds
from billing_core.views.recurrence import Part, parts
from tests.views.test_views import BILLED, COVERED, UNDECIDED, UNPRICED, UNVALUED, lines


def billed(amount: str, recurrence: str = "monthly", **told: Any) -> dict[str, Any]:
    return BILLED | {"amount_nok": Decimal(amount), "recurrence": recurrence} | told


def test_a_fall_in_what_comes_once_does_not_hide_that_what_recurs_rises() -> None:
    before = lines(billed("400.00"), billed("70.00", "one_off"), billed("4.39", "yearly"))
    now = lines(billed("405.43"), billed("10.00", "one_off"))
    # 405.43 - 400.00; 10.00 - (70.00 + 4.39).
    found = parts(now, before)
    assert found == [
        Part("recurring", Decimal("405.43"), Decimal("400.00"), Decimal("5.43")),
        Part("occasional", Decimal("10.00"), Decimal("74.39"), Decimal("-64.39")),
    ]
    whole = recurrence.change(now, before)
    assert whole is not None and sum(part.change or 0 for part in found) == whole.amount


def test_the_parts_change_over_the_tables_that_both_months_have() -> None:
    now = lines(billed("5.00"), billed("900.00", table="cloud"))
    # The services of the month before are not reported: their 50.00 is no fall.
    before = lines(billed("2.00"), billed("50.00", "one_off", table="services"))
    assert [(part.billed, part.change) for part in parts(now, before)] == [
        (Decimal("905.00"), Decimal("3.00")),
        (Decimal("0.00"), Decimal("0.00")),
    ]


def test_a_first_month_has_no_change() -> None:
    assert [part.change for part in parts(lines(billed("5.00")), lines())] == [None, None]


def test_the_parts_of_a_group_sum_to_its_billed_amount() -> None:
    found = sums.sums_by(lines(billed("5.00"), billed("2.00", "yearly"), billed("-1.00", "one_off")), "service")
    assert found.select("billed_nok", "recurring_nok", "occasional_nok").rows() == [
        (Decimal("6.00"), Decimal("5.00"), Decimal("1.00"))
    ]


def of(period: str, *tables: str, agency: str = "BYM") -> list[dict[str, Any]]:
    return [COVERED | {"period": period, "table": table, "agency": agency} for table in tables]


def complete(history: pl.DataFrame, *illustrative: str) -> Completeness:
    """How complete October is among the lines of several months."""
    here = history.filter(period="2026-10")
    return completeness(here, tables_of(kinds(history)), "2026-10", frozenset(illustrative))


@pytest.mark.parametrize(
    ("rows", "lacking"),
    [
        ([*of("2026-09", "licences", "cloud"), *of("2026-10", "licences")], {"BYM": ("cloud",)}),
        ([*of("2026-10", "licences"), *of("2026-11", "devices", "licences")], {"BYM": ("devices",)}),
        # The nearest months count, also where a month between has nothing at all; what is further away does not.
        (
            [*of("2026-07", "cloud"), *of("2026-08", "devices", "licences"), *of("2026-10", "licences")],
            {"BYM": ("devices",)},
        ),
        ([*of("2026-09", "licences"), *of("2026-10", "licences", "cloud")], {}),
        ([*of("2026-10", "licences")], {}),
        # Of several agencies each is told for itself; one without the month lacks it all, in the contract's order.
        (
            [*of("2026-10", "licences"), *of("2026-09", "cloud", "licences", agency="VAV")],
            {"VAV": ("licences", "cloud")},
        ),
    ],
)
def test_a_month_lacks_the_tables_that_the_months_around_have(rows: list[Any], lacking: dict[str, Any]) -> None:
    assert lacking_tables(tables_of(kinds(lines(*rows))), "2026-10") == lacking


def test_what_is_not_settled_is_told_as_a_share_of_what_is_billed() -> None:
    shown = lines(
        billed("60.00", price_source="Liste"),
        billed("30.00", price_status="estimate", price_source="Tilbud"),
        billed("-10.00", price_status="agreed", price_source="Liste"),
        COVERED | {"price_source": "Liste"},
        UNVALUED, UNPRICED, UNDECIDED, UNDECIDED,
    )  # fmt: skip
    found = complete(shown, "Liste")
    # By size the amounts come to 100: 30 estimated, 60 at a made-up list price; an agreement's reference is no list.
    assert (found.estimated.lines, found.estimated.amount, found.estimated.share) == (1, Decimal(30), Decimal("0.3"))
    assert (found.illustrative.lines, found.illustrative.share) == (1, Decimal("0.6"))
    assert (found.lines, found.unpriced, found.undecided, found.unvalued) == (8, 1, 2, 1)
    assert found.share(found.undecided) == Decimal("0.25")
    assert not found.whole


def test_a_table_with_fewer_than_half_of_the_lines_before_is_thin() -> None:
    rows = [*of("2026-09", *["licences"] * 4, *["devices"] * 5), *of("2026-10", *["licences"] * 2, *["devices"] * 2)]
    assert thin_tables(tables_of(kinds(lines(*rows))), "2026-10") == {"BYM": ("devices",)}
    assert thin_tables(tables_of(kinds(lines(*rows))), "2026-09") == {}


def test_the_only_month_there_is_names_the_tables_it_has_nothing_of() -> None:
    alone = lines(*of("2026-10", "licences", "devices", "connections", "operations", "services", "headcount"))
    assert absent_tables(tables_of(kinds(alone)), "2026-10") == ("cloud", "dispatch")
    assert absent_tables(tables_of(kinds(alone.vstack(lines(*of("2026-09", "licences"))))), "2026-10") == ()


def test_a_month_is_complete_only_where_nothing_lacks_and_every_price_is_settled() -> None:
    around = lines(*of("2026-09", "licences"))
    settled = around.vstack(lines(BILLED, COVERED))

    def whole(*more: dict[str, Any], base: Any = settled, illustrative: str = "") -> bool:
        return complete(base.vstack(lines(*more)), illustrative).whole

    assert whole()
    assert not whole(base=lines(BILLED))
    assert not whole(*of("2026-09", "devices"))
    assert not whole(*of("2026-09", *["licences"] * 4))
    assert not whole(BILLED | {"price_status": "estimate"})
    assert not whole(BILLED | {"price_source": "Liste"}, illustrative="Liste")
    for lacking in (UNDECIDED, UNPRICED, UNVALUED):
        assert not whole(lacking)


def test_without_an_amount_there_is_no_share() -> None:
    assert complete(lines(UNDECIDED)).estimated.share is None
    # A credit larger than what is billed makes no part of a whole.
    assert sums.Totals(Decimal(-20), Decimal(121), 2, 0, 0, 0).share is None
