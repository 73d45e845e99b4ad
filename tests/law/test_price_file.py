"""A price list as a user's file: what is read, what is refused and where, and which price holds on a day."""

import io
from datetime import date

import polars as pl
import pytest
import xlsxwriter

from billing_core.base.errors import PriceListError
from billing_core.base.problems import described
from billing_core.export import csv_bytes, xlsx_bytes
from billing_core.intake import ColumnMapping, Options
from billing_core.intake.price_file import (
    PriceFile,
    in_force,
    in_kroner,
    read_agreements,
    read_price_list,
    read_prices,
    template,
)
from tests.intake.support import read_one
from tests.through import catalogue, prices_from, texts

KNOWN = catalogue()
HEADINGS = "item;variant;price_nok;app_operation_nok;valid_from;valid_to;source;status\n"


def faults(content: bytes, name: str = "p.csv") -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(PriceListError) as refused:
        read_price_list(name, content, KNOWN)
    problems = refused.value.problems
    assert described(problems, texts()).height == problems.height
    return [(row["code"], row["row"], row["column"]) for row in problems.iter_rows(named=True)]


def test_a_norwegian_file_is_read_with_its_commas_and_days() -> None:
    text = HEADINGS + "hr.standard;;1 072,50;;01.01.2026;;liste;confirmed\n"
    found = in_kroner(read_price_list("p.csv", text.encode("cp1252"), KNOWN)).row(0, named=True)
    assert (str(found["price_nok"]), found["valid_from"], found["status"]) == (
        "1072.5000", date(2026, 1, 1), "confirmed",
    )  # fmt: skip


def test_faults_stand_at_the_row_the_user_sees_also_after_blank_rows() -> None:
    text = HEADINGS + (
        "hr.standard;;70;;2026-01-01;;l;confirmed\n"
        ";;;;;;;\n"
        "hr.standrad;;70;;2026-01-01;;l;confirmed\n"
        "hr.role_gat.maintenance;;mye;;2026-01-01;;l;confirmed\n"
        "hr.standard;;75;;2026-06-01;;l;confirmed\n"
    )
    assert faults(text.encode()) == [
        ("unknown_item", 4, "item"), ("not_a_number", 5, "price_nok"), ("price_overlap", 6, "valid_from"),
    ]  # fmt: skip


def test_an_unknown_item_is_told_with_the_nearest_and_an_overlap_with_the_other_row() -> None:
    text = HEADINGS + (
        "hr.standard;;70;;2026-01-01;;;confirmed\n"
        ";;;;;;;\n"
        "hr.standard;;75;;2026-06-01;;;confirmed\n"
        "hr.standrad;;1;;2026-01-01;;;confirmed\n"
    )
    with pytest.raises(PriceListError) as refused:
        read_price_list("p.csv", text.encode(), KNOWN)
    details = dict(refused.value.problems.select("code", "detail").iter_rows())
    assert details["price_overlap"] == "2"
    assert details["unknown_item"].split(", ")[0] == "hr.standard"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("empty_file", None, None)]),
        (b"%PDF-1.7", [("unreadable_file", None, None)]),
        (HEADINGS.encode(), [("no_rows", None, None)]),
        (
            b"item;price_nok\nhr.standard;70\n",
            [("missing_column", None, "valid_from"), ("missing_column", None, "status")],
        ),
    ],
)
def test_a_file_that_is_no_price_list_says_why(
    content: bytes, expected: list[tuple[str, int | None, str | None]]
) -> None:
    assert faults(content) == expected


def test_the_template_read_again_is_the_same_list_as_csv_and_as_workbook() -> None:
    listed = prices_from().listed
    for content in (csv_bytes(template(listed)), xlsx_bytes({"priser": template(listed)})):
        again = read_price_list("p", content, KNOWN)
        assert again.drop("row").equals(listed.drop("row"))


def test_a_workbook_with_true_days_and_numbers_is_read() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["agency", "item", "price_nok", "valid_from", "reference"])
        sheet.write_row(1, 0, ["BYM", "hr.integration", 4200.5])
        sheet.write_datetime(1, 3, date(2026, 1, 1), book.add_format({"num_format": "dd.mm.yyyy"}))
    found = in_kroner(read_agreements("a.xlsx", buffer.getvalue(), KNOWN)).row(0, named=True)
    assert (found["agency"], str(found["price_nok"]), found["valid_from"]) == ("BYM", "4200.5000", date(2026, 1, 1))


@pytest.mark.parametrize(("day", "price"), [("2025-12-31", "80.0000"), ("2026-01-01", "100.0000")])
def test_the_price_in_force_changes_on_the_day_the_new_one_begins(day: str, price: str) -> None:
    held = in_kroner(in_force(prices_from().listed, date.fromisoformat(day)))
    e1 = held.filter(pl.col("item") == "office365.licence", pl.col("variant") == "E1")
    assert [str(value) for value in e1["price_nok"]] == [price]


def test_before_the_first_price_none_is_in_force() -> None:
    assert in_force(prices_from().listed, date(2018, 12, 31)).is_empty()


def test_items_and_agencies_are_understood_by_their_names() -> None:
    named = HEADINGS + "HR-systemet – standard;;70;;2026-01-01;;l;confirmed\n"
    named += " hr SYSTEM –  standard;;80;;2025-01-01;2026-01-01;l;confirmed\n"
    found = read_price_list("p.csv", named.encode(), catalogue())
    assert found["item"].to_list() == ["hr.standard", "hr.standard"]
    agreed = "agency;item;price_nok;valid_from\nbymiljøetaten;HR-systemet – standard;70;2026-01-01\n"
    own = read_agreements("a.csv", agreed.encode(), catalogue())
    assert own.select("agency", "item").rows() == [("BYM", "hr.standard")]


def test_an_unknown_name_is_told_with_the_codes_of_the_nearest_names() -> None:
    with pytest.raises(PriceListError) as refused:
        read_price_list(
            "p.csv", (HEADINGS + "HR-systemet standard;;70;;2026-01-01;;l;confirmed\n").encode(), catalogue()
        )
    assert str(refused.value.problems["detail"][0]).split(", ")[0] == "hr.standard"


NORWEGIAN = "tjeneste;pris;gjelder fra;gjelder til;status\n"


def read(text: str, **options: object) -> PriceFile:
    return read_prices("prices", "p.csv", text.encode(), KNOWN, Options(**options))


def test_norwegian_headings_words_and_days_are_understood() -> None:
    found = read(NORWEGIAN + "HR-systemet – standard;1 072,50;1. januar 2026;31.12.9999;bekreftet\n")
    row = in_kroner(found.frame).row(0, named=True)
    assert (row["item"], str(row["price_nok"]), row["valid_from"], row["valid_to"], row["status"]) == (
        "hr.standard", "1072.5000", date(2026, 1, 1), None, "confirmed",
    )  # fmt: skip
    # A day that stands for no end is told of, and so is a price that a point could part thousands in.
    assert found.notices.select("code", "row", "column").rows() == [("sentinel_date", 2, "valid_to")]
    doubtful = read(NORWEGIAN + "hr.standard;1.072;2026-01-01;;bekreftet\n")
    assert doubtful.notices.select("code", "row", "value").rows() == [("doubtful_decimal", 2, "1.072")]
    assert read(NORWEGIAN + "hr.standard;1.072;2026-01-01;;bekreftet\n", decimal=",").frame["price"][0] == 10_720_000


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("hr.standard;#N/A;2026-01-01;;bekreftet", ("error_value_required", "price_nok")),
        ("hr.standard;70;01.02.26;;bekreftet", ("two_digit_year", "valid_from")),
        ("hr.standard;70;03/04/2026;;bekreftet", ("ambiguous_date", "valid_from")),
        ("hr.standard;-70;2026-01-01;;bekreftet", ("negative", "price_nok")),
        ("hr.standard;70,12345;2026-01-01;;bekreftet", ("too_many_decimals", "price_nok")),
        ("hr.standard;70;2026-01-01;2026-01-01;bekreftet", ("ends_before_start", "valid_to")),
        ("hr.standard;70;2026-01-01;;kanskje", ("unknown_code", "status")),
        ("hr.standard;70;2026-01-01;;bekreftet;for mye", ("too_many_cells", None)),
    ],
)
def test_a_cell_is_refused_as_in_every_table_with_its_place_and_remedy(row: str, fault: tuple[str, str | None]) -> None:
    assert faults((NORWEGIAN + "hr.integration;5;2026-01-01;;bekreftet\n" + row + "\n").encode()) == [
        (fault[0], 3, fault[1])
    ]


def test_a_part_above_its_price_is_refused_with_both_amounts() -> None:
    with pytest.raises(PriceListError) as refused:
        read_price_list("p.csv", (HEADINGS + "apps.server;;70,5;71;2026-01-01;;l;confirmed\n").encode(), KNOWN)
    told = refused.value.problems.select("code", "column", "value", "detail").rows()
    assert told == [("app_operation_above_price", "app_operation_nok", "71", "70.5")]


def test_a_list_in_dollars_is_refused() -> None:
    text = "item;price_nok;valid_from;status;valuta\nhr.standard;70;2026-01-01;confirmed;USD\n"
    assert faults(text.encode()) == [("foreign_currency", 2, "valuta")]


def test_totals_and_notes_below_are_no_prices() -> None:
    found = read(NORWEGIAN + "hr.standard;70;2026-01-01;;bekreftet\nSum;70;;;\nAlle priser uten mva.;;;;\n")
    assert found.frame.height == 1
    assert found.notices["code"].to_list() == ["not_rows"]


def test_headings_of_ones_own_are_told_by_a_mapping() -> None:
    own = "Vare;Kr (NOK);Fra;Merknad\nhr.standard;70,00;2026-01-01;x\n"
    columns = {"item": "Vare", "price_nok": "Kr (NOK)", "valid_from": "Fra"}
    mapping = ColumnMapping(table="prices", columns=columns, fixed={"status": "bekreftet"}, values={"item": {"a": "b"}})
    assert read(own, mapping=mapping).frame.select("item", "price", "status").rows() == [
        ("hr.standard", 700_000, "confirmed")
    ]
    usage = "periode;virksomhet;vare;kr (nok);fra\n2026-10;BYM;x;1;2\n"
    assert "mapping_without_table" not in read_one(usage, mapping=mapping).problems["code"].to_list()


def test_the_sheet_that_has_the_columns_is_read_wherever_it_stands() -> None:
    listed = prices_from().listed
    people = pl.DataFrame({"Prisliste for": ["Oslo"]})
    again = read_price_list("p.xlsx", xlsx_bytes({"les": people, "priser": template(listed)}), KNOWN)
    assert again.drop("row").equals(listed.drop("row"))
