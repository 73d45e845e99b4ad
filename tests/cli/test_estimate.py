"""`estimate` on the command line."""

import csv
import io

import pytest

from tests.cli.support import Shell

PLAN = """\
hva;variant;antall;fra;til;avtalt pris;merknad
ekstra pc;tykk;2;;;;
Lagring;gold/ssd;500,5;2027-02;;;arkivet
Sum;;502,5;;;;
"""


def planned(shell: Shell, *options: str, text: str = PLAN) -> tuple[int, str, str]:
    shell.write("plan.csv", text)
    return shell.run("estimate", "plan.csv", "--agency", "bydel frogner", *options)


def test_lines_and_sums_come_out(shell: Shell):
    code, out, err = planned(shell, "--from", "2027-01", "--months", "2", "--out", "-", "--summary")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["entry"], row["row"], row["period"], row["item"], row["agency"]) for row in rows] == [
        ("2", "2", "2027-01", "platform.client", "BFR"),
        ("2", "2", "2027-01", "platform.client_licence", "BFR"),
        ("2", "2", "2027-02", "platform.client", "BFR"),
        ("2", "2", "2027-02", "platform.client_licence", "BFR"),
        ("3", "3", "2027-02", "apps.storage", "BFR"),
    ]
    figures = [row["figure"] for row in csv.DictReader(io.StringIO(err.partition("\n2 rows")[0]))]
    assert figures == ["month", "month", "one_off", "yearly", "first_year", "full_year"]
    assert err.endswith("2 rows rated, 0 refused, 1 notices (illustrative prices)\n")


def test_the_first_month_is_the_earliest_that_a_row_names(shell: Shell):
    _, out, _ = planned(shell, "--months", "1", "--out", "-")
    assert {row["period"] for row in csv.DictReader(io.StringIO(out))} == {"2027-02"}


def test_a_refused_row_is_told_with_what_to_do(shell: Shell):
    text = PLAN + "ekstra pc;;2;;;;\n"
    code, _, err = planned(shell, "--from", "2027-01", "--problems", "p.csv", text=text)
    assert code == 3
    assert "plan.csv:5: variant mangler. Fyll ut variant i raden og last opp på nytt." in err
    assert shell.read("p.csv").count("refused") == 1


def test_where_nothing_can_be_estimated_one_line_says_why(shell: Shell):
    code, out, err = planned(shell, "--out", "o.csv", "--problems", "p.csv", text="hva,antall\nkaffe,2\n")
    assert (code, out) == (2, "")
    assert err.startswith("billing_core: nothing could be rated: plan.csv:2: «kaffe» er ikke noe som kan beregnes.")
    assert shell.files() == ["licences.csv", "p.csv", "plan.csv"]


@pytest.mark.parametrize("months", ["0", "121", "-1", "9" * 5000, "tolv", "1.5"])
def test_a_number_of_months_that_is_none_is_refused(shell: Shell, months: str):
    code, _, err = planned(shell, f"--months={months}")
    assert code == 2
    assert "write a whole number of months from 1 to 120" in err


def test_an_agency_that_the_register_lacks_is_told_of(shell: Shell):
    shell.write("plan.csv", PLAN)
    code, _, err = shell.run("estimate", "plan.csv", "--agency", "XYZ", "--problems", "-")
    assert code == 0
    assert "2 notices" in err


def test_the_costs_are_written_as_lines_of_ones_own_in_a_budget(shell: Shell):
    code, _, _ = planned(shell, "--from", "2027-01", "--months", "3", "--own", "own.toml")
    assert code == 0
    assert shell.read("own.toml").count("[[own]]") == 2
    assert 'name = "arkivet"' in shell.read("own.toml")
