"""What changed between two months: the hand-worked parts, and that they always sum to the difference."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_core.export import csv_bytes
from billing_core.law.policy import Policy
from billing_core.planning.changes import PARTS, SCHEMA, changes
from billing_core.rating.rate import Rates, rate
from tests.rating.test_properties import PROFILE
from tests.scenarios import stated
from tests.through import as_rows, engine_named, frozen_policy
from tests.worlds import World, tidy_worlds

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/planning/changes.toml").read_text(encoding="utf-8"))["case"]
POLARS = engine_named("polars")
FROM, TO = "2025-12", "2026-01"


def found(tables: dict[str, list[dict[str, str]]], before: Policy | None = None, **given: Any) -> pl.DataFrame:
    statement, rates = stated(tables, **given)
    return changes(statement.usage, rates, POLARS, (FROM, TO), before)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    tables = {name: rows for name, rows in case.items() if name not in ("name", "expect", "earlier_policy")}
    before = frozen_policy().with_values(case["earlier_policy"]) if "earlier_policy" in case else None
    rows = as_rows(csv_bytes(found(tables, before)))
    assert [{key: row[key] for key in wanted} for wanted, row in zip(case["expect"], rows, strict=True)] == case[
        "expect"
    ]


def test_every_part_has_a_case() -> None:
    assert {row["part"] for case in CASES for row in case["expect"]} == set(PARTS)


@PROFILE
@given(tidy_worlds(), st.sampled_from([None, {"deactivated_grace_days": 30}, {"second_connection": "ordinary"}]))
def test_the_parts_sum_to_the_difference_of_the_billed_totals(world: World, earlier: dict[str, Any] | None) -> None:
    statement, rates = stated(world.tables, prices=world.prices, agreements=world.agreements)
    before = Rates(rates.catalogue, rates.prices, rates.policy.with_values(earlier)) if earlier else rates
    for first in world.months:
        for last in world.months:
            rows = changes(statement.usage, rates, POLARS, (first, last), before.policy)
            assert rows.schema == pl.Schema(SCHEMA)
            assert total(rows["amount_nok"]) == billed(statement.usage, rates, last) - billed(
                statement.usage, before, first
            )


def billed(usage: dict[str, pl.DataFrame], rates: Rates, period: str) -> Decimal:

    return total(rate(usage, rates, POLARS).selected(period).frame()["amount_nok"])


def total(column: pl.Series) -> Decimal:
    return sum(column.drop_nulls(), Decimal(0))
