"""A changed law is a twin: each month is decided by the rule in force on its first day, past months as before."""

from datetime import date

import narwhals as nw
import polars as pl
import pytest

from billing_core.base.model import Rule, decided
from billing_core.rules import office365
from billing_core.views import rulebook
from tests.through import catalogue, engine_named, frozen_policy, run, texts

CHANGE = date(2027, 1, 1)
EXTERNAL = nw.col("account_type") == "external"


def twins(change: date) -> tuple[Rule, ...]:
    """External users are billed by A until the change, and covered by B from then on."""
    return (
        Rule("A", "billed", EXTERNAL, measured=nw.lit(1), valid_to=change),
        Rule("B", "framework", EXTERNAL, valid_from=change),
        Rule("C", "framework", None),
    )


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (CHANGE, ["A", "A", "B", "B"]),
        (date(2027, 1, 2), ["A", "A", "A", "B"]),
        (date(2026, 12, 31), ["A", "A", "B", "B"]),
    ],
    ids=["first of a month", "within a month", "the day before"],
)
def test_a_month_is_decided_by_the_twin_of_its_first_day(engine: str, change: date, rules: list[str]):
    months = ["2026-11", "2026-12", "2027-01", "2027-02"]
    frame = pl.DataFrame({"period": months, "account_type": "external", "exempt": False})
    load = engine_named(engine).load
    rows = engine_named(engine).collect(decided(load(frame), twins(change), load)).sort("period")
    assert rows["rule"].to_list() == rules
    assert rows["funding"].to_list() == ["billed" if rule == "A" else "framework" for rule in rules]


def test_a_missing_value_asks_only_about_the_twin_in_force():
    frame = pl.DataFrame(
        {"period": ["2026-12", "2027-01"], "account_type": [None, None], "exempt": False},
        schema_overrides={"account_type": pl.String},
    )
    load = engine_named("polars").load
    rows = engine_named("polars").collect(decided(load(frame), twins(CHANGE), load)).sort("period")
    # In December the value would change who pays; in January both answers are covered.
    assert rows["rules"].to_list() == ["A", "C"]
    assert rows["funding"].to_list() == ["undecided", "framework"]


def test_a_twin_decides_whole_ratings_and_the_rulebook_of_its_months(monkeypatch: pytest.MonkeyPatch):
    own = office365.table

    def changed(terms: object) -> tuple[Rule, ...]:
        *rules, covered = own(terms)
        external = next(rule for rule in rules if rule.id == "O365-4")
        old = Rule("O365-4", "billed", external.when, valid_to=CHANGE)
        new = Rule("O365-7", "framework", external.when, valid_from=CHANGE)
        return (*(old if rule.id == "O365-4" else rule for rule in rules if rule.id != "O365-7"), new, covered)

    monkeypatch.setattr(office365, "table", changed)
    row = {"agency": "BYM", "user_id": "a", "account_type": "external", "sku": "E1"}
    lines = run({"licences": [row | {"period": month} for month in ("2026-12", "2027-01")]}).lines
    assert [(x["rule"], x["funding"]) for x in lines] == [("O365-4", "billed"), ("O365-7", "framework")]
    shown = {
        month: {entry.rule for entry in rulebook.entries(catalogue(), frozen_policy(), texts(), "nb", month)}
        for month in ("2026-12", "2027-01")
    }
    assert shown["2026-12"] ^ shown["2027-01"] == {"O365-4", "O365-7"}


def test_the_rule_that_holds_where_no_other_does_cannot_be_dated():
    with pytest.raises(ValueError, match="C holds where no other does"):
        Rule("C", "framework", None, valid_from=CHANGE)
