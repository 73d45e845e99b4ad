"""Invoices held against our lines: every class by hand, and what holds in every world."""

import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_core.checking.reconcile import CLASSES, SCHEMA, class_sums, reconciled
from billing_core.export import csv_bytes
from tests.checking.invoices import Rows, held, invoice_of, rated, read, tolerance
from tests.rating.test_properties import PROFILE
from tests.through import as_rows
from tests.worlds import World, tidy_worlds

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/checking/reconcile.toml").read_text(encoding="utf-8"))["case"]
NOT_USAGE = ("name", "expect", "invoice", "tolerance")


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    lines = rated({name: rows for name, rows in case.items() if name not in NOT_USAGE}).rating.frame()
    invoice = invoice_of(case["invoice"])
    assert invoice.problems.is_empty()
    rows = as_rows(csv_bytes(held(lines, invoice, **case.get("tolerance", {}))))
    wanted = case["expect"]
    assert [{key: row[key] for key in one} for one, row in zip(wanted, rows, strict=True)] == wanted


def test_every_class_has_a_case() -> None:
    assert {row["class"] for case in CASES for row in case["expect"]} == set(CLASSES)


def test_the_sums_of_a_class_say_how_many_rows_have_no_difference() -> None:
    case = next(case for case in CASES if case["name"].startswith("Nor of an agency"))
    lines = rated({"services": case["services"]}).rating.frame()
    assert as_rows(csv_bytes(class_sums(held(lines, invoice_of(case["invoice"]))))) == [
        {"class": "equal", "rows": "1", "invoice_lines": "1", "rated_lines": "1", "invoiced_nok": "33.00",
         "rated_nok": "33.00", "difference_nok": "0.00", "unknown": "0"},
        {"class": "only_invoice", "rows": "1", "invoice_lines": "1", "rated_lines": "0", "invoiced_nok": "33.00",
         "rated_nok": "0.00", "difference_nok": "0.00", "unknown": "1"},
    ]  # fmt: skip


def priced(lines: pl.DataFrame) -> Rows:
    """Our own billed lines as a supplier would write them, one line each."""
    # Beyond ten billion kroner no cell is read.
    billed = lines.filter(pl.col("funding") == "billed", pl.col("amount_nok").abs() < 9 * 10**9)
    rows = as_rows(csv_bytes(billed.with_row_index("number")))
    return [
        {key: row[key] for key in ("period", "agency", "item", "variant", "subject")}
        | {"invoice_id": "F1", "line": str(n), "amount_nok": row["amount_nok"], "text": f"line {row['number']}"}
        for n, row in enumerate(rows)
    ]


def split(rows: Rows, draw: st.DataObject) -> Rows:
    """Some lines in two, their amounts parted anyhow."""
    parts: Rows = []
    for row in rows:
        cut = draw.draw(st.sampled_from([None, None, "0.01", "1.00", "-3.50"]))
        for amount in [row["amount_nok"]] if cut is None else [cut, str(Decimal(row["amount_nok"]) - Decimal(cut))]:
            number = str(len(parts))
            parts.append(row | {"line": number, "amount_nok": amount, "text": f"{row['text']} {number}"})
    return parts


@PROFILE
@given(tidy_worlds(), st.data())
def test_every_line_is_in_one_row_and_the_sums_tie(world: World, data: st.DataObject) -> None:
    lines = rated(world.tables, prices=world.prices, agreements=world.agreements).rating.frame()
    billed = lines.filter(funding="billed")
    rows = split(priced(lines), data)
    # What the supplier has wrong: other months, subjects, items and amounts, and lines that are not there.
    rows = [row | data.draw(st.sampled_from([*WRONG, {"period": world.months[0]}])) for row in rows]
    rows = [row for row in rows if data.draw(st.booleans())] or rows[:1]
    if not rows:
        return
    invoice = invoice_of(rows)
    assert invoice.problems.filter(severity="refused").is_empty()
    found = held(lines, invoice)
    assert found.schema == pl.Schema(SCHEMA)
    ids = [(i, n) for row in found.rows(named=True) if row["invoice_id"] for i, n in pairs(row)]
    assert Counter(ids) == Counter((row["invoice_id"], row["line"]) for row in rows)
    here = billed.filter(pl.col("period").is_in({row["period"] for row in rows}))
    moved = found.filter(
        pl.col("class") == "other_period", ~pl.col("rated_period").is_in({row["period"] for row in rows})
    )
    assert found["rated_lines"].sum() == here.height + moved["rated_lines"].sum()
    behind = reconciled(invoice.lines, lines, tolerance())
    assert behind.rows.equals(found)
    assert behind.invoice_places["place"].sort().to_list() == list(range(len(rows)))
    ours = behind.line_places.join(lines.with_row_index("place").filter(funding="billed"), on="place")
    assert ours["place"].is_unique().all() and ours.height == found["rated_lines"].sum()
    assert found["invoiced_nok"].sum() == sum(Decimal(row["amount_nok"]) for row in rows)
    assert found["rated_nok"].sum() == (here["amount_nok"].sum() or 0) + moved["rated_nok"].sum()


WRONG = [{}, {}, {}, {"subject": ""}, {"subject": "", "variant": ""}, {"subject": "nobody"}, {"amount_nok": "17.00"}]
WRONG += [{"item": "no.such"}]


def pairs(row: dict[str, Any]) -> list[tuple[str, str]]:
    return list(zip(row["invoice_id"].split(";"), row["line"].split(";"), strict=True))


@PROFILE
@given(tidy_worlds(), st.data())
def test_splits_are_equal_and_whatever_is_billed_twice_is_found(world: World, data: st.DataObject) -> None:
    lines = rated(world.tables, prices=world.prices, agreements=world.agreements).rating.frame()
    rows = [row for row in priced(lines) if Decimal(row["amount_nok"]) > 0]
    if not rows:
        return
    classes = set(held(lines, invoice_of(split(rows, data)))["class"])
    assert classes <= {"equal", "no_price", "only_rated"}
    again = data.draw(st.sampled_from(rows))
    found = held(lines, invoice_of([*rows, again | {"invoice_id": "F2", "line": "1"}]))
    double = found.filter(pl.col("class") == "double")
    assert (double["invoice_id"].to_list(), double["difference_nok"].to_list()) == (
        ["F2"],
        [Decimal(again["amount_nok"])],
    )


def test_a_specification_line_that_cannot_be_read_is_refused_and_the_rest_kept() -> None:
    usual = {"invoice_id": "F1", "period": "2026-01", "agency": "BYM", "item": "workplace.active_user"}
    wrong = [
        {"line": "2", "amount_nok": "1.005"},
        {"line": "3", "amount_nok": "1", "period": "2026-03..2026-01"},
        {"line": "4", "amount_nok": ""},
        {"line": "5", "amount_nok": "1", "period": "2026-13"},
        {"line": "6", "amount_nok": "1", "period": "2026-01..soon"},
    ]
    found = invoice_of([usual | row for row in [{"amount_nok": "33.00"}, *wrong]])
    assert found.lines.select("line", "amount").rows() == [("2", 3300)]  # without a number of its own: that of its row
    assert found.problems.sort("row").select("severity", "row", "column", "code").rows() == [
        ("refused", 3, "amount_nok", "not_whole_ore"),
        ("refused", 4, "period", "invoice_period_backwards"),
        ("refused", 5, "amount_nok", "missing_value"),
        ("refused", 6, "period", "not_a_month"),
        ("refused", 7, "period_to", "not_a_month"),
    ]


def test_a_file_without_month_and_agency_takes_those_chosen() -> None:
    found = read(
        {"f.csv": b"fakturanummer;tjeneste;bel\xc3\xb8p\nF1;hr.standard;100,50\n"}, period="2026-01", agency="bym"
    )
    assert found.lines.select("period", "agency", "item", "amount").rows() == [("2026-01", "BYM", "hr.standard", 10050)]
