"""`changes` on the command line."""

import csv
import io

from tests.cli.support import LICENCES, Shell

MONTHS = ("--from", "2026-03", "--to", "2026-04")


def test_the_parts_of_the_agency_chosen_come_out(shell: Shell):
    code, out, err = shell.run("changes", "licences.csv", *MONTHS, "--agency", "bym", "--out", "-", "--summary")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["subject"], row["part"], row["rule_from"], row["rule_to"]) for row in rows] == [
        ("a", "ended", "O365-4", "")
    ]
    assert err.splitlines()[0] == "agency,part,amount_nok,rows,unknown_from,unknown_to"


def test_a_month_that_no_row_has_is_told_with_those_there_are(shell: Shell):
    code, out, err = shell.run("changes", "licences.csv", "--from", "2025-12", "--to", "2026-04", "--out", "c.csv")
    assert (code, out) == (2, "")
    assert err == "billing_core: no row read is of 2025-12; there are 2026-03, 2026-04\n"
    assert "c.csv" not in shell.files()


def test_the_day_of_one_month_is_refused_for_two(shell: Shell):
    code, _, err = shell.run("changes", "licences.csv", *MONTHS, "--as-of", "2026-04-10")
    assert (code, err) == (2, "billing_core: --as-of is the day of a single month; changes rates two\n")


def test_the_earlier_months_policy_can_be_another(shell: Shell):
    shell.write("policy.toml", "exempt_agencies = ['BYM']\n")
    shell.write("licences.csv", LICENCES.replace("external", "main"))
    code, out, _ = shell.run("changes", "licences.csv", *MONTHS, "--policy-from", "policy.toml", "--out", "-")
    assert code == 0
    row = next(row for row in csv.DictReader(io.StringIO(out)) if row["part"] == "policy")
    assert (row["part"], row["rule_from"], row["rule_to"]) == ("policy", "GEN-1", "O365-1")
