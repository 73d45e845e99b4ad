"""The command `simulate`: from files and a scenario to the lines that differ and what each action saves."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from billing_core.__main__ import main

LICENCES = """\
period,agency,user_id,account_type,sku
2026-03,BYM,a,external,VISIOCLIENT
2026-03,BYM,b,main,E1
2026-03,UKE,c,external,E1
"""
PRICES = Path(__file__).parents[1] / "cases/prices.csv"


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    usage, scenario = tmp_path / "licences.csv", tmp_path / "scenario.json"
    usage.write_text(LICENCES, encoding="utf-8")
    content = {"format": 1, "name": "a", "actions": [{"kind": "remove_external"}]}
    scenario.write_text(json.dumps(content), encoding="utf-8")
    return ["simulate", str(usage), "--scenario", str(scenario), "--prices", str(PRICES)]


@pytest.mark.parametrize(("agency", "saved"), [([], "285.00"), (["--agency", "UKE"], "100.00")])
def test_what_each_action_saves_goes_to_standard_output(
    command: list[str], capsys: pytest.CaptureFixture[str], agency: list[str], saved: str
) -> None:
    assert main([*command, *agency]) == 0
    out = capsys.readouterr()
    steps = list(csv.DictReader(StringIO(out.out)))
    assert [(row["step"], row["action"]) for row in steps] == [
        ("baseline", ""),
        ("1", "remove_external"),
        ("scenario", ""),
    ]
    assert steps[1]["month_nok"] == saved
    assert "3 rows rated" in out.err


def test_the_lines_that_differ_are_written_where_they_are_wanted(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--out", "-"]) == 0
    shown = capsys.readouterr().out
    assert [row["change"] for row in csv.DictReader(StringIO(shown))] == ["goes", "goes", "goes"]
    path = tmp_path / "changes.csv"
    assert main([*command, "--out", str(path)]) == 0
    assert path.read_text(encoding="utf-8").splitlines() == shown.splitlines()


def test_an_action_that_begins_after_the_data_is_measured_there_which_is_said(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = {"format": 1, "name": "a", "actions": [{"kind": "remove_external", "start": "2027-01"}]}
    (tmp_path / "scenario.json").write_text(json.dumps(content), encoding="utf-8")
    assert main(command) == 0
    out = capsys.readouterr()
    step = list(csv.DictReader(StringIO(out.out)))[1]
    assert (step["month_nok"], step["this_year_nok"], step["all_months_nok"]) == ("285.00", "0.00", "0.00")
    assert "month and full year are those of 2027-01: the usage of 2026-03 moved there" in out.err


def test_a_faulty_scenario_ends_with_one_line_and_code_2(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scenario.json").write_text('{"format": 1, "name": "a", "actions": [{"kind": "x"}]}', encoding="utf-8")
    assert main(command) == 2
    err = capsys.readouterr().err
    assert err.startswith("billing_core: scenario: actions.1")
    assert err.count("\n") == 1
