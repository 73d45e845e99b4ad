"""`focus` on the command line."""

import csv
import json
from io import StringIO

import polars as pl
import pytest

from tests.cli.support import Shell


@pytest.mark.parametrize("name", ["f.csv", "f.parquet"])
def test_a_file_and_what_is_beside_it_are_written(shell: Shell, name: str):
    code, out, _ = shell.run("focus", "licences.csv", "--period", "2026-03", "--version", "1.4", "--out", name)
    assert (code, out) == (0, "")
    read = pl.read_csv if name.endswith("csv") else pl.read_parquet
    assert read(shell.folder / name)["SubAccountId"].to_list() == ["BYM"]
    told = json.loads(shell.read(f"{name}.meta.json"))
    assert (told["version"], told["lines"], told["rows"]) == ("1.4", 1, 1)
    assert shell.files() == sorted([name, f"{name}.meta.json", "licences.csv"])


def test_nothing_is_written_where_nothing_is_rated_or_to_another_ending(shell: Shell):
    assert shell.run("focus", "licences.csv", "--period", "2025-01", "--out", "f.csv")[0] == 2
    code, _, err = shell.run("focus", "licences.csv", "--out", "f.xlsx")
    assert code == 2 and "use .csv or .parquet" in err
    assert shell.files() == ["licences.csv"]


def sums(shell: Shell, *arguments: str) -> tuple[int, list[tuple[str, ...]]]:
    """The exit code, and each agency's and month's billed, covered, lines and refused rows."""
    code, out, _ = shell.run("rate", *arguments, "--summary")
    rows = csv.DictReader(StringIO(out))
    told = ("agency", "period", "billed_nok", "covered_nok", "lines", "refused_rows")
    return code, [tuple(row[name] for name in told) for row in rows]


def focus(shell: Shell, name: str, *more: str) -> None:
    assert shell.run("focus", "licences.csv", "--out", name, *more)[0] == 0


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(("name", "version"), [("f.csv", "1.2"), ("f.parquet", "1.4")])
def test_a_file_of_ours_is_read_back_with_the_same_sums(shell: Shell, name: str, version: str, engine: str):
    focus(shell, name, "--version", version, "--subjects")
    assert sums(shell, name, "--engine", engine) == sums(shell, "licences.csv")
    code, out, _ = shell.run("rate", name, "--period", "2026-04", "--agency", "UKE", "--out", "-")
    (row,) = csv.DictReader(StringIO(out))
    assert code == 0
    assert {name: row[name] for name in ("item", "variant", "rule", "funding", "subject", "table", "recurrence")} == {
        "item": "office365.licence", "variant": "E1", "rule": "O365-4", "funding": "billed", "subject": "c",
        "table": "licences", "recurrence": "monthly",
    }  # fmt: skip


def test_beside_usage_of_the_same_agency_and_month_it_is_refused(shell: Shell):
    focus(shell, "f.csv")
    shell.write("march.csv", "period,agency,user_id,account_type,sku\n2026-03,BYM,a,external,E1\n")
    code, told = sums(shell, "f.csv", "march.csv")
    alone = {row[:2]: row for row in sums(shell, "licences.csv")[1]}
    march = ("BYM", "2026-03")
    assert code == 3
    assert told == [(*alone[march][:-1], "1"), *(row for place, row in alone.items() if place != march)]


def test_of_two_such_files_the_second_is_refused(shell: Shell):
    focus(shell, "a.csv")
    focus(shell, "b.csv", "--version", "1.4")
    code, told = sums(shell, "a.csv", "b.csv")
    assert code == 3 and [row[:-1] for row in told] == [row[:-1] for row in sums(shell, "licences.csv")[1]]
    assert [row[-1] for row in told] == ["1", "1", "1"]


def test_no_other_command_takes_it_for_usage(shell: Shell):
    focus(shell, "f.csv")
    code, _, err = shell.run("convert", "f.csv", "--out", "d")
    assert code == 2 and "FOCUS med x_Rule" in err


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("BilledCost", "1.005", "not_a_number"),
        ("BilledCost", "", "missing_value"),
        ("BillingCurrency", "EUR", "foreign_currency"),
        ("ChargePeriodStart", "2026-13-01", "not_a_month"),
        ("PricingQuantity", "=1+1", "not_a_number"),
    ],
)
def test_a_row_that_was_changed_by_hand_is_refused_with_its_place(shell: Shell, column: str, text: str, code: str):
    focus(shell, "f.csv")
    rows = list(csv.DictReader(StringIO(shell.read("f.csv"))))
    rows[1][column] = text
    changed = StringIO()
    csv.writer(changed).writerows([rows[0].keys(), *(row.values() for row in rows)])
    shell.write("g.csv", changed.getvalue())
    assert shell.run("rate", "g.csv", "--problems", "p.csv")[0] == 3
    (problem,) = csv.DictReader(StringIO(shell.read("p.csv")))
    assert (problem["code"], problem["file"], problem["row"], problem["column"]) == (code, "g.csv", "3", column)


def test_descriptions_are_ascii_and_quantities_have_a_decimal_in_csv(shell: Shell):
    shell.write(
        "c.csv",
        "period,agency,connection_id,location_id,location_kind,connection_kind\n2026-03,BYM,c,l,fixed,ordinary\n",
    )
    assert shell.run("focus", "c.csv", "--out", "c.f.csv")[0] == 0
    (row,) = csv.DictReader(StringIO(shell.read("c.f.csv")))
    assert row["ChargeDescription"] == "Fixed-location connection - operation"
    assert row["PricingQuantity"] == "1.0"
    _, out, _ = shell.run("rate", "c.f.csv", "--out", "-")
    assert "network.connection" in out
