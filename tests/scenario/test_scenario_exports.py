"""Actions on an export, one line of which holds all licences of an account; worked by hand, for March 2026."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from billing_core import intake
from billing_core.rating.rate import Rates
from billing_core.rating.statement import Statement, statement_of
from billing_core.scenario import Comparison, Scenario, compare
from billing_core.scenario.actions import ChangeQuantity, Only, RemoveDeactivated, RemoveNonstandard, ReplaceSku
from billing_core.scenario.pickable import pickable
from tests.intake.support import layout
from tests.scenarios import told
from tests.through import as_csv, catalogue, engine_named, frozen_policy, prices_from

KARI, OLA = "kari@bym.oslo.kommune.no", "ola@bym.oslo.kommune.no"
LICENCE, MANAGEMENT = "office365.licence", "office365.management"
PRICES = """\
item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status
office365.licence,E1,100.00,,2019-01-01,,list,confirmed
office365.licence,VISIOCLIENT,150.00,,2019-01-01,,list,confirmed
office365.licence,VISIOONLINE_PLAN1,50.00,,2019-01-01,,list,confirmed
office365.management,,20.00,,2019-01-01,,list,confirmed
office365.management,VISIOCLIENT,35.00,,2019-01-01,,list,confirmed
"""
LISTED = ["Office 365 E1+Visio Plan 2", "Visio Plan 2+Office 365 E1"]


@pytest.fixture(params=LISTED)
def statement(request: pytest.FixtureRequest) -> tuple[Statement, Rates]:
    """Kari at work and Ola gone since 1 December, each with E1 and Visio on one line of the export."""
    line = dict.fromkeys(layout("active_users_new"), "") | {"Licenses": request.param}
    kari = line | {"User principal name": KARI, "Block credential": "False"}
    ola = line | {"User principal name": OLA, "Block credential": "True"}
    content = as_csv([kari, ola | {"Soft deletion time stamp": "2025-12-01 08:00:00Z"}])
    known = catalogue()
    register = intake.Register.of(known)
    read = intake.read([intake.Source("users.csv", content)], register, intake.Options(period="2026-03"))
    rates = Rates(known, prices_from(PRICES), frozen_policy())
    return statement_of(read.usage, read.problems, rates, engine_named("polars"), {}), rates


@pytest.fixture
def compared(statement: tuple[Statement, Rates]) -> Callable[..., Comparison]:
    """The comparison of a scenario of these actions on the export."""

    def comparison(*actions: Any) -> Comparison:
        given, rates = statement
        scenario = Scenario(name="test", agency="BYM", actions=actions)
        return compare(scenario, given.usage, rates, engine_named("polars"), baseline=given.rating.frame())

    return comparison


def places(comparison: Comparison) -> list[tuple[object, ...]]:
    return comparison.lines.select("file", "row").rows()


def test_only_the_licence_outside_the_standard_goes(compared: Callable[..., Comparison]) -> None:
    found = compared(RemoveNonstandard(only=Only(user_ids=(KARI,))))
    assert told(found) == [("goes", KARI, LICENCE, "150.00"), ("goes", KARI, MANAGEMENT, "35.00")]
    assert (str(found.saving.month), str(found.framework.month)) == ("185.00", "0.00")
    assert places(found) == [("users.csv", 2), ("users.csv", 2)]


def test_a_replaced_licence_changes_and_the_one_beside_it_stays(compared: Callable[..., Comparison]) -> None:
    found = compared(ReplaceSku(sku="VISIOCLIENT", by="VISIOONLINE_PLAN1", only=Only(user_ids=(KARI,))))
    assert told(found) == [("changes", KARI, LICENCE, "100.00"), ("changes", KARI, MANAGEMENT, "15.00")]
    assert found.lines.select("variant", "variant_after").rows() == [("VISIOCLIENT", "VISIOONLINE_PLAN1")] * 2
    assert str(found.saving.month) == "115.00"


def test_a_licence_already_replaced_is_still_the_same_for_the_next_action(
    compared: Callable[..., Comparison],
) -> None:
    """Kari's Visio first becomes Plan 1, then goes: 115 and 70 (50 + 20), of what was 185 in one line each."""
    kari = Only(user_ids=(KARI,))
    found = compared(ReplaceSku(sku="VISIOCLIENT", by="VISIOONLINE_PLAN1", only=kari), RemoveNonstandard(only=kari))
    assert [str(effect.marginal.month) for effect in found.effects] == ["115.00", "70.00"]
    assert told(found) == [("goes", KARI, LICENCE, "150.00"), ("goes", KARI, MANAGEMENT, "35.00")]


def test_a_licence_replaced_by_one_on_the_same_line_goes(compared: Callable[..., Comparison]) -> None:
    found = compared(ReplaceSku(sku="VISIOCLIENT", by="E1", only=Only(user_ids=(KARI,))))
    assert told(found) == [("goes", KARI, LICENCE, "150.00"), ("goes", KARI, MANAGEMENT, "35.00")]


@pytest.mark.parametrize("action", [RemoveDeactivated(), RemoveDeactivated(over_days=60)])
def test_all_licences_of_a_deactivated_user_go(compared: Callable[..., Comparison], action: RemoveDeactivated) -> None:
    found = compared(action)
    assert sorted(told(found)) == [
        ("goes", OLA, LICENCE, "100.00"),
        ("goes", OLA, LICENCE, "150.00"),
        ("goes", OLA, MANAGEMENT, "35.00"),
    ]
    assert str(found.saving.month) == "285.00"
    assert places(found) == [("users.csv", 3)] * 3


def test_only_billed_licences_become_fewer(compared: Callable[..., Comparison]) -> None:
    """Kari's E1 is covered and stays; her Visio and both of Ola's licences go."""
    found = compared(ChangeQuantity(item=LICENCE, percent="-100"))
    assert (str(found.saving.month), str(found.framework.month)) == ("470.00", "0.00")
    assert found.lines["change"].to_list() == ["goes"] * 5


def test_copies_of_a_licence_stand_in_a_file_of_their_own(compared: Callable[..., Comparison]) -> None:
    found = compared(ChangeQuantity(item=LICENCE, percent="100", only=Only(user_ids=(KARI,))))
    assert told(found) == [("comes", f"{KARI} +1", LICENCE, "-150.00"), ("comes", f"{KARI} +1", MANAGEMENT, "-35.00")]
    assert places(found) == [("scenario", 1), ("scenario", 1)]


def test_only_the_licence_outside_the_standard_can_be_picked(statement: tuple[Statement, Rates]) -> None:
    given, _ = statement
    lines = given.rating.frame().filter(pl.col("agency") == "BYM")
    assert pickable("remove_nonstandard", "skus", "BYM", given.usage, lines)["code"].to_list() == ["VISIOCLIENT"]
