"""What another policy value is worth: worked out by hand from the cases' price list; policy files there and back."""

import tomllib
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from billing_core import intake
from billing_core.base.engines import engine
from billing_core.law.policy import read_changes
from billing_core.rating.rate import Rates
from billing_core.views.readings import Effect, choices, effect, outcome, policy_file, read_policy_file, tables_of
from tests.through import as_csv, catalogue, frozen_policy, prices_from

# In the cases' list E1 costs 80 until 2026 and 100 from then on, competence plan and dialogue 12 and 15.
OFF = {"agency": "BYM", "user_id": "a", "account_type": "main", "sku": "E1", "on_platform": "false"}
LICENCES = [
    {"period": "2025-12"} | OFF,
    {"period": "2026-03"} | OFF,
    {"period": "2026-03"} | OFF | {"agency": "UDE", "user_id": "b"},
]
COMPETENCE = {"agency": "BYM", "item": "hr.competence_dialogue", "quantity": ""}
STAFF = {"period": "2026-03", "agency": "BYM", "employees": "10", "ftes": "7,5"}


def difference(tables: dict[str, list[dict[str, str]]], key: str, value: str, period: str | None = None) -> Effect:
    """What `value` changes for BYM against the project's own policy."""
    files = [intake.Source(f"{name}.csv", as_csv(rows)) for name, rows in tables.items()]
    known = catalogue()
    read = intake.read(files, intake.Register.of(known), intake.Options())
    months = {month for frame in read.usage.values() for month in frame["period"].unique()}
    concerned = tables_of(key, frozen_policy(), "BYM")
    before, after = (
        outcome(read.usage, Rates(known, prices_from(), policy), concerned, months, engine("polars"))
        for policy in (frozen_policy(), frozen_policy().with_values({key: value}))
    )
    return effect(before, after, "BYM", period)


def test_covering_a_licence_off_the_platform_moves_its_price_from_billed_to_covered() -> None:
    found = difference({"licences": LICENCES}, "off_platform", "covered", "2026-03")
    assert found == Effect(Decimal("-100.00"), Decimal("100.00"), 0, 0, 0)


def test_all_months_add_up_each_at_its_own_price_and_another_agency_does_not_count() -> None:
    found = difference({"licences": LICENCES}, "off_platform", "covered")
    assert found == Effect(Decimal("-180.00"), Decimal("180.00"), 0, 0, 0)


def test_a_reading_that_the_usage_does_not_touch_changes_nothing() -> None:
    assert difference({"licences": LICENCES}, "no_cost_holders", "covered_users").nothing


def test_a_quantity_filled_in_by_the_check_follows_the_reading() -> None:
    # 10 employees x 15 = 150.00; 7.5 full-time equivalents x 15 = 112.50.
    tables = {"services": [{"period": "2026-03"} | COMPETENCE], "headcount": [STAFF]}
    assert difference(tables, "competence_basis", "ftes") == Effect(Decimal("-37.50"), Decimal(0), 0, 0, 0)


def test_a_row_that_the_reading_makes_impossible_is_counted_as_refused() -> None:
    # No full-time equivalents are given: the row is refused, and its 150.00 is no saving without saying so.
    tables = {"services": [{"period": "2026-03"} | COMPETENCE], "headcount": [STAFF | {"ftes": ""}]}
    assert difference(tables, "competence_basis", "ftes") == Effect(Decimal("-150.00"), Decimal(0), 0, 0, 1)


def test_every_reading_with_another_choice_has_tables_or_is_known_to_change_no_line() -> None:
    policy = frozen_policy()
    silent = {key for key, options in choices(policy).items() if len(options) > 1 and not tables_of(key, policy, "FOB")}
    assert silent == {"extensive_use_base"}


def test_the_price_of_exempt_agencies_concerns_only_them() -> None:
    assert tables_of("exempt_price", frozen_policy(), "BYM") == ()
    assert "licences" in tables_of("exempt_price", frozen_policy(), "VAV")
    with_bym = frozen_policy().with_values({"exempt_agencies": ["BYM"]})
    assert "licences" in tables_of("exempt_price", with_bym, "BYM")


def test_a_policy_file_says_again_what_was_changed() -> None:
    changes = {"deactivated_grace_days": 30, "off_platform": "covered", "no_cost_skus": ["A", "B"]}
    text = policy_file(changes)
    assert tomllib.loads(text) == changes
    values, problems = read_policy_file("policy.toml", text.encode(), frozen_policy())
    assert (values, problems.height) == (changes, 0)


def test_values_that_are_the_projects_own_are_no_changes() -> None:
    values, problems = read_policy_file(
        "p.toml", b'deactivated_grace_days = 60\noff_platform = "billed"\n', frozen_policy()
    )
    assert (values, problems.height) == ({}, 0)


FROM_2027 = "[[deactivated_grace_days]]\nvalue = 90\nvalid_from = 2027-01-01\n"
FROM_2026 = FROM_2027.replace("90", "30").replace("2027", "2026")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (FROM_2027, {"2026-12": 60, "2027-01": 90}),
        (FROM_2027 + FROM_2026, {"2025-12": 60, "2026-01": 30, "2026-12": 30, "2027-01": 90}),
        # Without a day it is from the project's first on.
        ("[[deactivated_grace_days]]\nvalue = 30\n", {"2018-01": 30, "2026-12": 30}),
        # As the key stands in the policy's own file, no other value is left.
        (
            "[deactivated_grace_days]\nvalues = [{ value = 90, valid_from = 2027-01-01, clause = 'x' }]\n",
            {"2018-01": 90},
        ),
    ],
)
def test_dated_values_of_a_file_hold_in_their_months_as_on_the_command_line(
    text: str, days: dict[str, int], tmp_path: Path
) -> None:
    values, problems = read_policy_file("p.toml", text.encode(), frozen_policy())
    assert problems.is_empty()
    file = tmp_path / "p.toml"
    file.write_text(text, encoding="utf-8")
    again = tomllib.loads(policy_file(values))
    for told in (values, again, read_changes(file)):
        policy = frozen_policy().with_values(told)
        assert {period: policy.of(period).deactivated_grace_days for period in days} == days


def test_dated_values_that_are_the_projects_own_are_no_changes() -> None:
    own = "[[off_platform]]\nvalue = 'billed'\nvalid_from = 2019-01-01\n"
    assert read_policy_file("p.toml", own.encode(), frozen_policy())[0] == {}


@pytest.mark.parametrize(
    ("text", "code", "column", "detail"),
    [
        ("= 3", "policy_unreadable", None, None),
        ('of_platform = "covered"', "policy_unknown", "of_platform", "off_platform"),
        ('off_platform = "perhaps"', "policy_value", "off_platform", "billed, covered"),
        ('off_platform = "covered"\ndeactivated_grace_days = -1', "policy_value", "deactivated_grace_days", "60"),
        ("[[deactivated_grace_days]]\nvalue = -1\n", "policy_value", "deactivated_grace_days", "60"),
        (
            "[[deactivated_grace_days]]\nvalue = 1\nvalid_from = 2027-01-01\n" * 2,
            "policy_value",
            "deactivated_grace_days",
            "60",
        ),
    ],
)
def test_a_policy_file_with_a_fault_gives_no_values(
    text: str, code: str, column: str | None, detail: str | None
) -> None:
    values, problems = read_policy_file("p.toml", text.encode(), frozen_policy())
    assert values == {}
    found = problems.row(0, named=True)
    assert (found["severity"], found["code"], found["column"]) == ("refused", code, column)
    assert detail is None or found["detail"].split(", ")[0] == detail.split(", ")[0]


def test_effects_of_no_rows_are_nothing() -> None:
    empty = pl.DataFrame(
        schema={
            "agency": pl.String, "period": pl.String, "billed_nok": pl.Decimal(38, 2), "covered_nok": pl.Decimal(38, 2),
            "unpriced_lines": pl.Int64, "undecided_lines": pl.Int64, "refused_rows": pl.Int64,
        }
    )  # fmt: skip
    assert effect(empty, empty, "BYM").nothing
