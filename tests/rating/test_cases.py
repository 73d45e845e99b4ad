"""The hand-worked cases of tests/cases: one file a rule, each case a sentence that a lawyer can read.

A case is usage (any of the nine tables, text cells by English key) and what must come of it: every line of the output
in order with the columns that matter, the refused rows exactly, the notices that must be there (`notices`) or must not
(`absent`). Unless the case says else, the prices are those of tests/cases/prices.csv, without any agreement, and the
policy is that of tests/cases/frozen/policy.toml: neither changes when the project's own do. The cases run on Polars;
`test_engines` holds the other engines against it on the same usage.
"""

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest

from billing_core.base.tables import TABLES
from tests.through import run

HERE = Path(__file__).parents[1] / "cases"
RULES_FILE = Path(__file__).parents[2] / "data" / "rules.csv"
SETTINGS = {"policy", "as_of", "prices", "agreements", "period", "agency"}
OUTCOMES = {"expect", "refused", "notices", "absent"}
COLUMNS = """
    period agency service item variant rule rules funding table file row subject quantity unit recurrence
    unit_price_nok amount_nok covered_nok price_status price_source measured limit billable_from
""".split()  # noqa: SIM905 - the contract's section 5, read as it stands there
# `mentions` is looked for in the problem's message and remedy; the other keys must be equal.
REFUSED_COLUMNS = {"table", "file", "row", "column", "value", "code", "mentions"}

Case = dict[str, Any]
CASES: dict[str, list[Case]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["case"] for path in sorted(HERE.glob("*.toml"))
}
ALL = [(f"{file}:{case['name']}", case) for file, cases in CASES.items() for case in cases]
RULES = [row["rule"] for row in csv.DictReader(RULES_FILE.read_text(encoding="utf-8").splitlines())]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in ALL])
def test_case(case: Case) -> None:
    settings = {key: case[key] for key in SETTINGS & case.keys()}
    result = run({name: case[name] for name in TABLES if name in case}, **settings)

    assert _named(result.lines, case["expect"]) == case["expect"]
    assert len(result.lines) == len(case["expect"])
    assert all(list(line) == COLUMNS for line in result.lines)

    refused = [problem for problem in result.problems if problem["severity"] == "refused"]
    left = list(case.get("refused", []))
    for problem in refused:
        match = next((expected for expected in left if _is(problem, expected)), None)
        assert match is not None, f"refused without reason: {problem}"
        left.remove(match)
    assert left == [], "not refused"

    noticed = {problem["code"] for problem in result.problems if problem["severity"] == "notice"}
    assert set(case.get("notices", [])) <= noticed
    assert noticed.isdisjoint(case.get("absent", []))


def _named(lines: list[dict[str, str]], expected: list[dict[str, str]]) -> list[dict[str, str]]:
    """Each line cut to the columns that its expectation names; lines beyond those expected show what they are."""
    keys = [list(line) for line in expected]
    keys += [["item", "rules", "row"]] * (len(lines) - len(expected))
    return [{key: line[key] for key in wanted} for line, wanted in zip(lines, keys, strict=False)]


def _is(problem: dict[str, str], expected: dict[str, str | int]) -> bool:
    told = problem["message"] + problem["remedy"]
    return all(
        str(value) in told if key == "mentions" else problem[key] == str(value) for key, value in expected.items()
    )


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_case_where_it_applies_and_one_where_it_does_not(rule: str) -> None:
    applies = [_applies(rule, case) for case in CASES[rule]]
    assert any(applies)
    assert not all(applies)


def _applies(rule: str, case: Case) -> bool:
    if rule == "O365-8":  # the rule without a line
        return "extensive_use" in case.get("notices", [])
    return any(rule in {line.get("rule"), *line.get("rules", "").split(";")} for line in case["expect"])


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case["name"] for _, case in ALL]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in ALL])
def test_a_case_uses_words_that_exist(case: Case) -> None:
    """A misspelt key would make a case pass that says nothing."""
    assert case.keys() - SETTINGS - OUTCOMES - TABLES.keys() == {"name"}
    for name in TABLES.keys() & case.keys():
        columns = {column.key for column in TABLES[name].columns}
        assert all(row.keys() <= columns for row in case[name])
    assert all(line.keys() and line.keys() <= set(COLUMNS) for line in case["expect"])
    assert all(row.keys() <= REFUSED_COLUMNS for row in case.get("refused", []))
