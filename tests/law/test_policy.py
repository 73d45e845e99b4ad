"""Dated policy values: one key, several values, each from its own day; which one holds in a month."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing_core.__main__ import main
from billing_core.base.errors import PolicyError
from billing_core.law.policy import Policy, load_policy
from billing_core.views.rulebook import entries, rulebook
from tests.through import catalogue, frozen_policy, run, texts

KEY = "deactivated_grace_days"
LATER = {KEY: [{"value": 90, "valid_from": date(2027, 1, 1), "clause": "2 Office 365, punkt 4, som endret"}]}


def held(policy: Policy, period: str, key: str = KEY) -> tuple[Any, date, str]:
    value = policy.parameters[key].of(period)
    return value.value, value.valid_from, value.clause


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2018-12", (60, date(2019, 1, 1), "2 Office 365, punkt 4")),
        ("2026-10", (60, date(2019, 1, 1), "2 Office 365, punkt 4")),
        ("2026-12", (60, date(2019, 1, 1), "2 Office 365, punkt 4")),
        ("2027-01", (90, date(2027, 1, 1), "2 Office 365, punkt 4, som endret")),
        ("2031-05", (90, date(2027, 1, 1), "2 Office 365, punkt 4, som endret")),
    ],
)
def test_a_month_has_the_value_that_its_first_day_has(period: str, expected: tuple[int, date, str]):
    policy = frozen_policy().with_values(LATER)
    assert held(policy, period) == expected
    assert policy.of(period).deactivated_grace_days == expected[0]


def test_a_value_of_the_middle_of_a_month_holds_from_the_next():
    policy = frozen_policy().with_values({KEY: [{"value": 90, "valid_from": date(2027, 1, 2)}]})
    assert [held(policy, period)[0] for period in ("2027-01", "2027-02")] == [60, 90]


def test_dated_values_leave_those_before_them_and_take_the_place_of_those_after():
    policy = frozen_policy().with_values(LATER)
    both = [{"value": 30, "valid_from": date(2026, 7, 1)}, {"value": 45, "valid_from": date(2026, 10, 1)}]
    policy = policy.with_values({KEY: both})
    months = ("2026-06", "2026-07", "2026-09", "2026-10", "2027-06")
    assert [held(policy, period)[0] for period in months] == [60, 30, 30, 45, 45]


def test_a_single_value_holds_in_all_months():
    policy = frozen_policy().with_values(LATER).with_values({KEY: 7})
    assert [held(policy, period)[0] for period in ("2018-01", "2026-10", "2030-01")] == [7, 7, 7]


def test_a_file_may_be_a_copy_of_the_projects_own_with_rows_added():
    values = [dated.model_dump() for dated in frozen_policy().parameters[KEY].values]
    policy = frozen_policy().with_values({KEY: {"values": [*values, *LATER[KEY]]}})
    assert [held(policy, period)[0] for period in ("2026-10", "2027-01")] == [60, 90]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({KEY: -1}, KEY),
        ({KEY: "mange"}, KEY),
        ({KEY: [{"value": 90, "valid_from": "snart"}]}, "valid_from"),
        ({KEY: [{"value": 90, "valid_from": date(2027, 1, 1)}] * 2}, "same day"),
        ({KEY: [{"value": 90, "valid_from": date(2027, 1, 1)}, {"value": -5, "valid_from": date(2028, 1, 1)}]}, KEY),
        ({KEY: {"values": []}}, "values"),
        ({"off_platform": [{"value": "perhaps", "valid_from": date(2027, 1, 1)}]}, "billed, covered"),
        ({"of_platform": "billed"}, "unknown key"),
    ],
)
def test_a_value_amiss_is_refused_by_its_key(change: dict[str, Any], said: str):
    with pytest.raises(PolicyError, match=said):
        frozen_policy().with_values(change)


@pytest.mark.parametrize("text", ["x = " + "9" * 5000, "x = " + "[" * 100_000, "x = \xff".replace("x", "="), KEY])
def test_a_file_that_is_no_toml_ends_in_a_message(tmp_path: Path, text: str):
    (tmp_path / "p.toml").write_text(text, encoding="latin-1")
    with pytest.raises(PolicyError, match=r"p\.toml"):
        load_policy(tmp_path / "p.toml")


# Deactivated 25 October 2026. On 31 December 67 days have gone, on 31 January 98: beyond 60, then beyond 90.
# Deactivated 15 November 2026: on 31 January 77 days, beyond 60 and not beyond 90.
@pytest.mark.parametrize(
    ("off", "period", "decided"),
    [
        ("2026-10-25", "2026-12", ("O365-5", "67", "60")),
        ("2026-10-25", "2027-01", ("O365-5", "98", "90")),
        ("2026-11-15", "2027-01", ("O365-1", "", "")),
    ],
)
def test_each_month_is_rated_by_its_own_value(off: str, period: str, decided: tuple[str, str, str]):
    row = {"agency": "BYM", "user_id": "a", "account_type": "main", "sku": "E1", "deactivated_on": off}
    months = [row | {"period": month} for month in ("2026-12", "2027-01")]
    lines = run({"licences": months}, policy=LATER).lines
    assert [(x["rule"], x["measured"], x["limit"]) for x in lines if x["period"] == period] == [decided]


def test_the_rulebook_of_a_month_tells_its_own_value_clause_and_day_and_the_others_beside():
    policy = frozen_policy().with_values(LATER)
    found = {period: rulebook(catalogue(), policy, texts(), "nb", period) for period in ("2026-10", "2027-01")}
    assert "policy: deactivated_grace_days = 60, from 2019-01-01 (2 Office 365, punkt 4)" in found["2026-10"]
    assert "else: 90, from 2027-01-01 (2 Office 365, punkt 4, som endret)" in found["2026-10"]
    assert "policy: deactivated_grace_days = 90, from 2027-01-01" in found["2027-01"]
    conditions = {period: by_id(policy, period)["O365-5"].condition for period in found}
    assert "60" in conditions["2026-10"] and "90" in conditions["2027-01"]


def by_id(policy: Policy, period: str) -> dict[str, Any]:
    return {entry.rule: entry for entry in entries(catalogue(), policy, texts(), "nb", period)}


def test_the_command_rules_tells_the_values_of_the_month_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "p.toml"
    dated = ((61, "2026-10-01"), (90, "2027-01-01"))
    path.write_text(
        "".join(f"[[{KEY}]]\nvalue = {value}\nvalid_from = {day}\n" for value, day in dated), encoding="utf-8"
    )
    assert main(["rules", "--policy", str(path), "--period", "2026-10"]) == 0
    assert f"{KEY} = 61, from 2026-10-01" in capsys.readouterr().out
