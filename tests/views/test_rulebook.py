"""What each rule decided: the rules' amounts sum to what is billed, and what is unknown is not zero."""

from decimal import Decimal

import polars as pl
import pytest

from billing_core.views import rulebook
from tests.through import DATA, catalogue, demo_prices, frozen_policy, run, texts

DEMO = {"bym.zip": (DATA / "demo/bym.zip").read_bytes()}
MONEY = pl.Decimal(18, 2)


@pytest.fixture(scope="module")
def demo() -> pl.DataFrame:
    agreements = (DATA / "demo/agreements.csv").read_text("utf-8")
    lines = pl.DataFrame(run(files=DEMO, prices=demo_prices(), agreements=agreements).lines)
    amounts = [pl.col(name).replace("", None).cast(MONEY) for name in ("amount_nok", "covered_nok")]
    return lines.with_columns(amounts)


def test_the_rules_amounts_sum_to_what_is_billed_and_covered_in_every_month(demo: pl.DataFrame) -> None:
    months = demo["period"].unique().to_list()
    assert len(months) == 12
    for month in months:
        lines = demo.filter(period=month)
        found = rulebook.decided(lines)
        for told, column in (("billed_nok", "amount_nok"), ("covered_nok", "covered_nok")):
            assert found[told].sum() == lines[column].sum()
        assert (found["decided"] + found["undecided"]).sum() == lines.height


def test_every_rule_that_decided_a_line_is_said_to_decide_it_so(demo: pl.DataFrame) -> None:
    decides = {e.rule: e.funding for e in rulebook.entries(catalogue(), frozen_policy(), texts(), "nb", "2026-10")}
    for rule, funding in demo.filter(pl.col("funding") != "undecided").select("rule", "funding").unique().iter_rows():
        assert funding in decides[rule], rule
    assert set(decides["APP-7"]) == {"undecided", "billed"}


def test_app_7_s_kroner_are_told(demo: pl.DataFrame) -> None:
    october = rulebook.decided(demo.filter(period="2026-10"))
    assert october.filter(rule="APP-7")["billed_nok"].to_list() == [Decimal("3850.00")]


def test_lines_without_any_known_price_have_no_amount_and_undecided_ones_are_not_decided() -> None:
    servers = [{"period": "2026-03", "agency": "BYM", "system": "x", "kind": "server", "quantity": "1"}]
    machines = [{"period": "2026-03", "agency": "BYM", "device_id": "d", "device_kind": "support"}]
    found = run(
        {"operations": servers, "devices": machines},
        prices="item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status\n",
    ).lines
    lines = pl.DataFrame(found).with_columns(pl.col("amount_nok", "covered_nok").replace("", None).cast(MONEY))
    columns = ("rule", "decided", "undecided", "unpriced", "billed_nok", "covered_nok")
    assert rulebook.decided(lines).select(columns).rows() == [
        ("APP-3", 1, 0, 1, None, None),
        ("PLT-3", 0, 1, 0, None, None),
    ]


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_title_does_not_say_a_reading_that_a_user_may_have_changed(language: str) -> None:
    titles = {e.rule: e.title for e in rulebook.entries(catalogue(), frozen_policy(), texts(), language, "2026-10")}
    assert not [title for title in titles.values() if "(" in title]
    assert titles["NET-1"] == {
        "nb": "Én tilknytning per fast lokasjon er dekket", "en": "One connection per fixed location is covered"
    }[language]  # fmt: skip
