"""`budget` on the command line. Months of 2025 are over, whatever day it is."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.support import Shell

HEADING = "period,agency,item,quantity\n"
USERS = HEADING + "".join(f"2025-{month:02},BYM,workplace.active_user,{month}\n" for month in (1, 2, 3))
YEAR = ("--agency", "bym", "--year", "2025")


@pytest.fixture
def users(shell: Shell) -> Shell:
    shell.write("users.csv", USERS)
    shell.write(
        "prices.csv",
        "item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status\n"
        "workplace.active_user,,10,,2025-01-01,2025-12-01,list,confirmed\n",
    )
    return shell


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def budget(shell: Shell, *options: str) -> tuple[int, str, str]:
    return shell.run("budget", "users.csv", "--prices", "prices.csv", *options)


def test_the_year_comes_out_with_its_totals_beside(users: Shell):
    code, out, err = budget(users, *YEAR, "--out", "-", "--summary", "--lang", "en")
    assert code == 0
    found = [row for row in rows(out) if row["item"] == "workplace.active_user"]
    # January to March are accounts: 10, 20, 30. The rest is March's, but December has no price.
    assert [row["amount_nok"] for row in found] == ["10.00", "20.00", *["30.00"] * 9, ""]
    totals = rows("\n".join(err.splitlines()[:3]))
    assert [(row["kind"], row["months"], row["amount_nok"]) for row in totals] == [
        ("actual", "3", "60.00"),
        ("forecast", "9", "240.00"),
    ]
    assert "Yearly items never seen" in err


def test_every_option_of_the_plan(users: Shell):
    users.write("assumed.toml", '[[change]]\nitem = "workplace.*"\nquantity_pct = 100\n')
    users.write("adopted.csv", "tjenesteområde;beløp\nportal;1 200,00\n")
    action = {"kind": "cut_workplace", "users": 1, "start": "2025-12"}
    users.write("s.json", json.dumps({"format": 1, "name": "s", "actions": [action]}))
    given = ("--assumptions", "assumed.toml", "--adopted", "adopted.csv", "--scenario", "s.json", "--base", "2025-02")
    more = ("--prices-after-end", "last", "--spread", "last_year", "--years", "2", "--follow-up", "f.csv")
    code, out, _ = budget(users, *YEAR, *given, *more, "--out", "-")
    assert code == 0
    said = {(row["kind"], row["month"]): (row["basis"], row["amount_nok"]) for row in rows(out) if row["amount_nok"]}
    # February's two users twice over; a user fewer saves twice 10; 1 200 by twelve, nothing of 2024 to weigh by.
    assert said["forecast", "2025-03"] == ("assumed", "40.00")
    assert said["forecast", "2026-12"] == ("assumed", "40.00")
    assert said["scenario", "2025-12"] == ("assumed", "-20.00")
    assert said["adopted", "2025-12"] == ("", "100.00")
    assert ("adopted", "2026-01") not in said
    total = rows(users.read("f.csv"))[-1]
    # Accounts 10 + 20, the rest 10 x 40 - 20, the budget 1 200.
    assert (total["service"], total["actual_to_date_nok"], total["forecast_rest_nok"]) == ("total", "30.00", "380.00")
    assert (total["deviation_year_nok"], total["used_pct"]) == ("790.00", "2.5")


def test_the_backtest_needs_no_year(users: Shell):
    code, out, _ = budget(users, "--agency", "BYM", "--backtest", "--out", "-")
    assert code == 0
    assert [(row["month"], row["made_in"], row["miss_nok"]) for row in rows(out)] == [
        ("2025-02", "2025-01", "10.00"),
        ("2025-03", "2025-01", "20.00"),
        ("2025-03", "2025-02", "10.00"),
    ]


def test_refused_rows_are_told_by_the_exit_code(users: Shell):
    users.write("users.csv", USERS + "2025-03,BYM,no.such.item,1\n")
    code, _, err = budget(users, *YEAR, "--out", "b.csv")
    assert code == 3
    assert "3 rows rated, 1 refused" in err


def test_a_month_that_is_not_over_is_never_the_base_by_itself(shell: Shell):
    shell.write("users.csv", f"{USERS}2199-01,BYM,workplace.active_user,9\n")
    code, out, err = shell.run("budget", "users.csv", *YEAR, "--out", "-", "--lang", "en")
    assert code == 0
    assert "2199-01 is not over and does not count as accounts." in err
    quantities = [row["kind"] for row in rows(out) if row["item"] == "workplace.active_user"]
    assert quantities == ["actual"] * 3 + ["forecast"] * 9


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--year", "2025"), "--agency CODE says whose budget; there are BYM"),
        (("--agency", "BYM"), "--year YYYY says which year"),
        (("--agency", "UKE", "--year", "2025"), "no row read is of UKE; there are BYM"),
        ((*YEAR, "--base", "2024-12"), "BYM has no rows in 2024-12; there are 2025-01, 2025-02, 2025-03"),
        ((*YEAR, "--as-of", "2025-03-10"), "--as-of is the day of a single month; budget rates many"),
        ((*YEAR, "--adopted", "bad.csv"), "bad.csv:3: amount_nok cannot be read: much"),
        ((*YEAR, "--adopted", "users.csv"), "users.csv: there is no column amount_nok (beløp)"),
        ((*YEAR, "--assumptions", "bad.toml"), "assumptions: change.1.quantity: Extra inputs are not permitted"),
        ((*YEAR, "--scenario", "uke.json"), "the scenario is of UKE, not BYM"),
    ],
)
def test_what_cannot_be_done_is_one_line(users: Shell, options: tuple[str, ...], said: str):
    users.write("bad.csv", "service,amount_nok\nportal,100\nportal,much\n")
    users.write("bad.toml", '[[change]]\nservice = "portal"\nquantity = 3\n')
    users.write("uke.json", '{"format": 1, "name": "s", "agency": "UKE", "actions": []}')
    code, out, err = budget(users, *options, "--out", "b.csv")
    assert (code, out, err) == (2, "", f"billing_core: {said}\n")
    assert not Path("b.csv").exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[[change]]\nquantity_pct = 3", "change.1: service or item says what changes"),
        ('[[change]]\nitem = "a"\nfrom = "2025-05"\nto = "2025-04"', "change.1: to is before from"),
        ('[[change]]\nitem = "a"\nquantity_pct = nan', "change.1.quantity_pct"),
        ('[[change]]\nitem = "a"\nquantity_pct = -101', "change.1.quantity_pct"),
        ('[[own]]\nname = "a"\nmonth = "2025-05"', "own.1: give either amount_nok or total_nok"),
        ('[[own]]\nname = "a"\namount_nok = 1', "own.1: give either month, or from and to"),
        ('[[own]]\nname = "a"\nfrom = "2025-05"\namount_nok = 1', "own.1: give either month, or from and to"),
        ('[[own]]\nname = "a"\nmonth = "2025-13"\namount_nok = 1', "own.1.month"),
        ('[[own]]\nname = "a"\nmonth = "2025-12"\namount_nok = 0.001', "own.1.amount_nok"),
        ("[[range]]\nlow_pct = 2\nhigh_pct = 1", "range.1: low_pct is above high_pct"),
        ("[[range]]\nlow_pct = 1\nhigh_pct = 1\n" * 2, "range"),
        ("[change", "not TOML"),
    ],
)
def test_a_faulty_assumption_is_named(users: Shell, written: str, said: str):
    users.write("a.toml", written)
    code, _, err = budget(users, *YEAR, "--assumptions", "a.toml")
    assert code == 2
    assert err.startswith(f"billing_core: assumptions: {said}") and err.count("\n") == 1
