"""The door that scenario tests go through: text cells and actions in, the comparison out."""

from datetime import date
from typing import Any

import polars as pl

from billing_core import intake
from billing_core.rating.rate import Rates
from billing_core.rating.statement import Statement, statement_of
from billing_core.scenario import Comparison, Scenario, compare
from tests.through import as_csv, catalogue, engine_named, frozen_policy, prices_from

Rows = list[dict[str, str]]


def stated(
    tables: dict[str, Rows],
    prices: str | None = None,
    agreements: str | None = None,
    policy: dict[str, object] | None = None,
    as_of: dict[str, date] | None = None,
) -> tuple[Statement, Rates]:
    """Read, checked and rated usage, and the rates; a table's rows stand in the file `<table>.csv` from row 2."""
    known = catalogue()
    files = [intake.Source(f"{name}.csv", as_csv(rows)) for name, rows in tables.items()]
    read = intake.read(files, intake.Register.of(known), intake.Options())
    rates = Rates(known, prices_from(prices, agreements), frozen_policy().with_values(policy or {}))
    return statement_of(read.usage, read.problems, rates, engine_named("polars"), as_of or {}), rates


def compared(*actions: Any, agency: str | None = "BYM", **tables: Rows) -> Comparison:
    """A scenario of these actions on these tables, with the cases' prices. A row may leave out period and agency."""
    usual = {"period": "2026-03"}
    filled = {
        name: [usual | ({} if name == "dispatch_costs" else {"agency": "BYM"}) | row for row in rows]
        for name, rows in tables.items()
    }
    statement, rates = stated(filled)
    scenario = Scenario(name="test", agency=agency, actions=actions)
    return compare(scenario, statement.usage, rates, engine_named("polars"), baseline=statement.rating.frame())


def told(comparison: Comparison) -> list[tuple[str, str, str, str]]:
    """The lines that differ: change, subject, item (after it, where it came) and saving."""
    lines = comparison.lines.with_columns(item=pl.coalesce("item", "item_after")).fill_null("")
    return [
        (row["change"], row["subject"], row["item"], "?" if row["saved_nok"] is None else str(row["saved_nok"]))
        for row in lines.iter_rows(named=True)
    ]
