"""The year's budget: the hand-worked cases, and what holds in every world."""

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from billing_core.base.tables import TABLES
from billing_core.export import csv_bytes
from billing_core.planning.adopted import read_adopted
from billing_core.planning.assumptions import NONE, read_assumptions
from billing_core.planning.backtest import backtest
from billing_core.planning.budget import KINDS, Budget, Plan, budget, year_totals
from billing_core.planning.data import Data
from billing_core.planning.follow_up import follow_up
from billing_core.scenario import Scenario
from tests.scenarios import stated
from tests.through import as_csv, as_rows, catalogue, engine_named

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/planning/budget.toml").read_text(encoding="utf-8"))["case"]
PRICES = "item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status"
AGREEMENTS = "agency,item,variant,price_nok,valid_from,valid_to,reference"


def data_of(case: dict[str, Any]) -> Data:
    prices = PRICES + "\n" + case["price_list"] if "price_list" in case else None
    agreed = AGREEMENTS + "\n" + case["agreements"] if "agreements" in case else None
    tables = {name: rows for name, rows in case.items() if name in TABLES}
    statement, rates = stated(tables, prices=prices, agreements=agreed)
    return Data(statement.usage, statement.rating, rates, engine_named("polars"), "BYM")


def plan_of(case: dict[str, Any]) -> Plan:
    actions = case.get("scenario")
    return Plan(
        year=2026,
        base=case.get("ask_base"),
        assumptions=read_assumptions(case["assumptions"]) if "assumptions" in case else NONE,
        adopted=read_adopted("adopted.csv", as_csv(case["adopted"]), catalogue()) if "adopted" in case else (),
        spread=case.get("spread", "even"),
        scenario=Scenario(name="case", actions=actions) if actions else None,
        lasting=case.get("lasting", False),
    )


def text(frame: pl.DataFrame) -> list[dict[str, str]]:
    return as_rows(csv_bytes(frame))


def told(made: Budget) -> list[str]:
    """Each notice as its code, with its count or the number of an action, if it has one."""
    return [f"{n.code} {n.count or (n.place if n.code == 'no_effect' else '')}".strip() for n in made.notices]


def holds(expected: list[dict[str, str]], rows: list[dict[str, str]]) -> None:
    assert [{key: row[key] for key in wanted} for wanted, row in zip(expected, rows, strict=True)] == expected


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    data = data_of(case)
    made = budget(data, plan_of(case), case["today"])
    assert made.base == case["base"]
    if "notices" in case:
        assert told(made) == case["notices"]
    if "rows" in case:
        about, months = case["about"], case.get("months")
        rows = [
            row for row in text(made.rows) if about.items() <= row.items() and row["month"] in (months or row["month"])
        ]
        holds(case["rows"], rows)
    for key, frame in (("totals", year_totals(made.rows)), ("follow_up", follow_up(made))):
        if key in case:
            holds(case[key], text(frame))
    if "backtest" in case:
        holds(case["backtest"], text(backtest(data, case["today"])))


def test_every_kind_has_a_case() -> None:
    made = {row["kind"] for case in CASES for row in text(budget(data_of(case), plan_of(case), case["today"]).rows)}
    assert made == set(KINDS)
