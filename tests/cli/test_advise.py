"""`advise` on the command line."""

import csv
import io

import pytest

from tests.cli.support import Shell

LICENCES = """\
period,agency,user_id,account_type,sku,deactivated_on
2026-03,BYM,gone,main,E1,2026-01-01
2026-03,BYM,guest,external,E1,
2026-03,UKE,b,main,E1,
"""


@pytest.fixture(autouse=True)
def files(shell: Shell) -> None:
    shell.write("licences.csv", LICENCES)
    head = "item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status\n"
    shell.write("prices.csv", f"{head}office365.licence,E1,100.00,,2019-01-01,,list,confirmed\n")


ASKED = ("advise", "licences.csv", "--prices", "prices.csv", "--agency", "bym")


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


def test_steps_come_out_and_totals_beside(shell: Shell):
    code, out, err = shell.run(*ASKED, "--decisions", "--target-pct", "75", "--out", "-", "--summary")
    assert code == 0
    assert [(row["step"], row["kind"], row["step_nok"], row["joint_nok"]) for row in rows(out)] == [
        ("1", "remove_deactivated", "100.00", "100.00"),
        ("2", "remove_external", "100.00", "200.00"),
    ]
    [total] = rows("\n".join(err.splitlines()[:2]))
    assert (total["billed_nok"], total["target_nok"], total["joint_nok"], total["method"], total["reached"]) == (
        "200.00", "150.00", "200.00", "exact", "true",
    )  # fmt: skip


def test_a_sum_is_a_target_too(shell: Shell):
    _, out, _ = shell.run(*ASKED, "--decisions", "--target-nok", "100", "--out", "-")
    assert [row["kind"] for row in rows(out)] == ["remove_deactivated"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--target-pct", "0"), "argument --target-pct: '0' is not a number of per cent above 0 and up to 100"),
        (("--target-pct", "nan"), "argument --target-pct: 'nan' is not a number of per cent above 0 and up to 100"),
        (("--target-nok", "-5"), "argument --target-nok: '-5' is not an amount in kroner above 0"),
        (("--target-nok", "5", "--target-pct", "5"), "not allowed with argument"),
        (("--period", "2026-04"), "no row read is of 2026-04; there are 2026-03"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(shell: Shell, given: tuple[str, ...], said: str):
    code, out, err = shell.run(*ASKED, *given)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert said in err


def test_without_an_agency_those_there_are_are_named(shell: Shell):
    code, _, err = shell.run("advise", "licences.csv")
    assert (code, err) == (2, "billing_core: --agency CODE says whose advice; there are BYM, UKE\n")


def test_a_month_that_lies_ahead_is_chosen_only_by_name(shell: Shell):
    shell.write("licences.csv", LICENCES.replace("2026-03,", "2189-03,"))
    code, _, err = shell.run(*ASKED)
    assert (code, err) == (
        2,
        "billing_core: no whole month of BYM to advise on; there are 2189-03: name one, --period\n",
    )
    code, _, err = shell.run(*ASKED, "--period", "2189-03")
    assert code == 0
    assert "2189-03 is not over" in err
