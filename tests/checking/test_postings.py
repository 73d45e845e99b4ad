"""Postings: which string a charge is on by hand, and that debit is credit is what is billed in every world."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_core import intake
from billing_core.base.texts import load_texts
from billing_core.checking.accounts import STRING, AccountsError, read_accounts
from billing_core.checking.accounts import as_rows as as_text
from billing_core.checking.postings import SCHEMA, journal, posted_sums, postings, without_string
from billing_core.export import csv_bytes
from tests.checking.invoices import Rows, rated
from tests.rating.test_properties import PROFILE
from tests.through import DATA, as_csv, as_rows, catalogue
from tests.worlds import World, tidy_worlds

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/checking/postings.toml").read_text(encoding="utf-8"))["case"]


def accounts_of(rows: Rows) -> pl.DataFrame:
    return read_accounts("konto.csv", as_csv(rows), intake.Register.of(catalogue()))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    tables = {name: rows for name, rows in case.items() if name not in ("name", "expect", "accounts")}
    rows = as_rows(csv_bytes(postings(rated(tables).rating.frame(), accounts_of(case["accounts"]))))
    assert [{key: row[key] for key in one} for one, row in zip(case["expect"], rows, strict=True)] == case["expect"]


def test_the_sums_say_what_lacks_a_string() -> None:
    case = next(case for case in CASES if case["name"].startswith("What has no string"))
    rows = postings(rated({"services": case["services"]}).rating.frame(), accounts_of(case["accounts"]))
    assert as_rows(csv_bytes(posted_sums(rows))) == [
        {"period": "2026-01", "agency": "BYM", "debit_nok": "633.00", "credit_nok": "633.00", "lines": "2",
         "unknown": "0", "debit_missing_nok": "33.00", "credit_missing_nok": "633.00"}
    ]  # fmt: skip


def test_what_lacks_a_string_is_told_by_item_and_side_the_dearest_first() -> None:
    services = [
        {"period": "2026-01", "agency": "BYM", "item": "workplace.active_user", "quantity": "10"},
        {"period": "2026-01", "agency": "BYM", "item": "workplace.active_user", "quantity": "2"},
        {"period": "2026-01", "agency": "BYM", "item": "hr.integration", "quantity": "1"},
    ]
    lines = rated({"services": services}).rating.frame()
    accounts = accounts_of([{"side": "debit", "item": "finance.*", "art": "1"}])
    columns = ["side", "item", "amount_nok", "lines", "unknown"]
    # 12 users at 33; nobody knows what the integration costs.
    assert without_string(lines, accounts).select(columns).rows() == [
        ("debit", "workplace.active_user", Decimal("396.00"), 2, 0),
        ("debit", "hr.integration", Decimal(0), 1, 1),
        ("credit", None, Decimal("396.00"), 3, 1),
    ]


def test_a_journal_is_dated_on_the_last_day_and_sums_to_nothing() -> None:
    case = next(case for case in CASES if case["name"].startswith("What has no string"))
    rows = journal(postings(rated({"services": case["services"]}).rating.frame(), accounts_of(case["accounts"])))
    assert rows["amount_nok"].sum() == 0
    assert set(rows["date"]) == {date(2026, 1, 31)}
    assert rows.columns == ["agency", "date", "period", *STRING, "amount_nok"]


def test_strings_as_text_are_read_as_the_same_strings() -> None:
    rows = [
        {"side": "debit", "item": "hr.*", "art": "298", "ansvar": "1", "valid_from": "2026-01-01"},
        {"side": "credit", "art": "798", "agency": "BYM", "valid_to": "2027-01-01"},
    ]
    accounts = accounts_of(rows)
    assert accounts_of(as_text(accounts)).equals(accounts)


STRINGS = st.lists(
    st.fixed_dictionaries(
        {
            "agency": st.sampled_from(["", "BYM", "VAV"]),
            "service": st.sampled_from(["", "office365", "hr"]),
            "item": st.sampled_from(["", "*", "office365.*", "hr.*", "workplace.active_user"]),
            "side": st.just("debit"),
            "art": st.sampled_from(["298", "195"]),
        }
    ),
    max_size=6,
    unique_by=lambda row: (row["agency"], row["service"], row["item"]),
)


@PROFILE
@given(tidy_worlds(), STRINGS, st.booleans())
def test_debit_is_credit_is_what_is_billed(world: World, strings: Rows, credited: bool) -> None:
    lines = rated(world.tables, prices=world.prices, agreements=world.agreements).rating.frame()
    credit = [{"side": "credit", "art": "798", "item": "", "agency": "", "service": ""}] if credited else []
    rows = postings(lines, accounts_of([*strings, *credit, {"side": "debit", "item": "dispatch.other", "art": "1"}]))
    assert rows.schema == pl.Schema(SCHEMA)
    billed = lines.filter(pl.col("funding") != "framework").group_by("period", "agency")
    wanted = billed.agg(pl.col("amount_nok").sum(), pl.len(), pl.col("amount_nok").null_count().alias("unknown"))
    sums = posted_sums(rows)
    assert sums.select("period", "agency", "debit_nok", "lines", "unknown").rows() == sorted(wanted.rows())
    assert sums["debit_nok"].to_list() == sums["credit_nok"].to_list()
    lacking = without_string(
        lines, accounts_of([*strings, *credit, {"side": "debit", "item": "dispatch.other", "art": "1"}])
    )
    missing = lacking.group_by("side").agg(pl.col("amount_nok").sum())
    told = {side: sums[f"{side}_missing_nok"].sum() for side in ("debit", "credit")}
    assert dict(missing.iter_rows()) == {side: told[side] for side in missing["side"]}
    assert sum(told.values()) == missing["amount_nok"].sum()
    assert journal(rows)["amount_nok"].sum() == 0


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"art": "1"}, {"art": "2", "side": "debet"}], "row 3 holds for the same and at the same time as row 2"),
        ([{"valid_from": "2026-01-01"}, {"valid_from": "2025-01-01"}], "row 2 holds for the same"),
        ([{"side": "credit", "item": "hr.*"}], "row 2: a credit row is for the whole agency"),
        ([{"item": "hr.nothing"}], "row 2: no item is called hr.nothing"),
        ([{"service": "Personal"}], "row 2: no service is called Personal"),
        ([{"valid_from": "2026-01-01", "valid_to": "2026-01-01"}], "it ends before it begins"),
        ([{"art": ""}], "konto.csv is refused"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_whole(rows: Rows, said: str) -> None:
    with pytest.raises(AccountsError, match=r"konto\.csv is refused") as told:
        accounts_of([{"side": "debit", "art": "1"} | row for row in rows])
    assert said in str(told.value)
    assert f"accounts.error.{told.value.code}" in load_texts(DATA / "texts", "nb")


def test_agencies_services_and_items_are_known_by_their_names() -> None:
    named = {"agency": "Bymiljøetaten", "service": "hr-systemet", "item": "Kompetanseplan og dialog"}
    english = named | {"service": "HR system", "item": "Competence plan and dialogue", "valid_from": "2027-01-01"}
    rows = [row | {"side": "debit", "art": "1"} for row in (named | {"valid_to": "2027-01-01"}, english)]
    found = accounts_of(rows).select("agency", "service", "item")
    assert found.rows() == [("BYM", "hr", "hr.competence_dialogue")] * 2


def test_a_file_without_a_column_is_refused() -> None:
    with pytest.raises(AccountsError, match="the column art is missing"):
        accounts_of([{"side": "debit", "text": "x"}])
