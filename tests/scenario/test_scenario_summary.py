"""What screens show of comparisons, worked by hand on the cases' price list: E1 100, Visio 150 and 35 to manage it."""

from decimal import Decimal

from billing_core.law.prices import LIST_COLUMNS
from billing_core.scenario import Comparison, summary
from billing_core.scenario.actions import (
    ChangePrice,
    ChangeQuantity,
    RemoveDeactivated,
    RemoveExternal,
    RemoveNonstandard,
    RemoveSecondary,
    UpgradeUnsupported,
)
from billing_core.scenario.pickable import levels, narrowings, pickable
from tests.scenarios import compared, stated
from tests.through import prices_from

PLACE = {"period": "2026-03", "agency": "BYM"}
LICENCES = [
    PLACE | {"user_id": "a", "employee_id": "1", "account_type": "main", "sku": "VISIOCLIENT"},
    PLACE | {"user_id": "z", "employee_id": "1", "account_type": "main", "sku": "E1"},
]
"""z is a second account: billed 100. Without a, z is the first, and covered: so 285, 100, and 285 together."""


def test_each_action_stands_alone_and_within_with_the_overlap_and_all_below() -> None:
    rows = summary.apart(compared(RemoveNonstandard(), RemoveSecondary(), licences=LICENCES), "month").rows(named=True)
    told = [(row["step"], *map(str, (row["alone_nok"], row["within_nok"], row["overlap_nok"]))) for row in rows]
    assert told == [
        ("1", "285.00", "285.00", "0.00"),
        ("2", "100.00", "0.00", "100.00"),
        ("all", "385.00", "285.00", "100.00"),
    ]


def test_scenarios_stand_side_by_side_over_a_full_year() -> None:
    one = compared(RemoveSecondary(one_off_cost_nok=Decimal(250)), licences=LICENCES)
    row = summary.beside([one, compared(licences=LICENCES)]).rows(named=True)[0]
    assert (str(row["after_nok"]), str(row["full_year_nok"]), str(row["payback_months"])) == (
        "2220.00",
        "1200.00",
        "2.5",
    )


def test_why_little_is_saved() -> None:
    def reasons(*actions: object) -> list[str | None]:
        comparison = compared(*actions, licences=LICENCES)
        return [summary.little(effect) for effect in comparison.effects]

    assert reasons(RemoveNonstandard(), RemoveSecondary()) == [None, "overlapped"]
    assert reasons(RemoveExternal()) == ["nothing"]
    assert reasons(ChangeQuantity(item="office365.licence", percent=100)) == ["dearer"]


def test_the_lines_to_read_put_what_saves_most_first_and_a_line_that_goes_costs_nothing_after() -> None:
    lines = compared(RemoveNonstandard(), RemoveSecondary(), licences=LICENCES).lines
    told = summary.told_lines(lines, "goes").select("subject", "amount_nok", "amount_nok_after", "saved_nok").rows()
    assert told[0] == ("a", Decimal("150.00"), Decimal("0.00"), Decimal("150.00"))


def test_only_what_an_action_could_touch_can_be_picked() -> None:
    statement, _ = stated({"licences": LICENCES})
    lines = statement.rating.frame()
    assert pickable("remove_secondary", "user_ids", "BYM", statement.usage, lines)["code"].to_list() == ["z"]
    assert pickable("remove_nonstandard", "user_ids", "BYM", statement.usage, lines)["code"].to_list() == ["a"]
    assert pickable("replace_sku", "user_ids", "BYM", statement.usage, lines)["code"].to_list() == ["a", "z"]
    assert narrowings(ChangeQuantity, ("devices",)) == ["device_ids"]


def test_levels_are_those_in_use_and_those_of_the_price_list() -> None:
    rows = [PLACE | {"system": "x", "kind": "storage", "quantity": "1", "service_level": "own", "disk": "tape"}]
    statement, _ = stated({"operations": rows})
    row = "apps.storage,gold/ssd,1,,2025-01-01,,test,confirmed"
    listed = prices_from(f"{','.join(LIST_COLUMNS)}\n{row}\n").listed
    assert levels("BYM", statement.usage, listed, "service_level") == ["gold", "own"]
    assert levels("BYM", statement.usage, listed, "disk") == ["ssd", "tape"]


SYSTEM = {"kind": "application", "system": "x", "quantity": "1", "unsupported": "ja"}


def upgraded(cost_now: str, cost: str = "5000") -> Comparison:
    """An upgrade that costs kr 5000; the surcharge was 1500 in February and is `cost_now` in March, empty: unknown."""
    rows = [SYSTEM | {"period": "2026-02", "unsupported_cost_nok": "1500"}, SYSTEM | {"unsupported_cost_nok": cost_now}]
    return compared(UpgradeUnsupported(one_off_cost_nok=Decimal(cost)), operations=rows)


def test_a_saving_that_is_not_known_for_the_last_month_is_neither_zero_nor_never_paid_back() -> None:
    unknown = upgraded("")
    assert (unknown.month_nok, unknown.saving.this_year, summary.paid_back(unknown)) == (None, 1500, "unknown")
    assert (unknown.unknown, unknown.undecided, unknown.unknown_now) == (1, 1, 1)
    once = upgraded("0")
    assert (once.month_nok, once.saving.this_year, summary.paid_back(once)) == (0, 1500, "once")
    assert summary.paid_back(upgraded("100")) == "months"
    assert summary.paid_back(upgraded("100", "0")) == "none"
    nothing = compared(RemoveExternal(one_off_cost_nok=Decimal(1)), licences=LICENCES)
    assert summary.paid_back(nothing) == "never"


def test_a_line_lacks_a_price_or_a_value_and_the_two_are_told_apart() -> None:
    licences = [
        PLACE | {"user_id": "a", "account_type": "main", "sku": "E1", "account_status": "deactivated"},
        PLACE | {"user_id": "b", "account_type": "external", "sku": "NO_PRICE"},
    ]
    undated, unpriced = (
        compared(action, licences=licences).effects[0] for action in (RemoveDeactivated(), RemoveExternal())
    )
    # a is undecided for lack of a date; b's licence has no price, its management 20.00 has.
    assert (undated.unknown, undated.undecided) == (1, 1)
    assert (unpriced.unknown, unpriced.undecided) == (1, 0)
    assert summary.little(undated) == "undecided"


SENT = [{"agency": agency, "channel": "svarut", "quantity": "100"} for agency in ("BYM", "PBE")]
COST = [{"channel": "svarut", "cost_nok": "1000", "total_quantity": "200"}]


def test_a_dearer_shared_cost_has_not_moved_to_the_others() -> None:
    dearer = compared(ChangePrice(item="dispatch.svarut", percent=Decimal(10)), dispatch=SENT, dispatch_costs=COST)
    # 1000 becomes 1100, and each has half: both pay 50 more.
    assert (dearer.saving.month, dearer.others.month, dearer.shared.month) == (-50, -50, -100)
    assert (summary.others_pay(dearer), summary.changes_prices(dearer)) == ("dearer", True)
    fewer = compared(ChangeQuantity(item="dispatch.svarut", percent=Decimal(-50)), dispatch=SENT, dispatch_costs=COST)
    # 50 of 150: 333.33, so that the others bear 166.67 more.
    assert (fewer.saving.month, fewer.others.month) == (Decimal("166.67"), Decimal("-166.67"))
    assert (summary.others_pay(fewer), summary.changes_prices(fewer)) == ("moved", False)
