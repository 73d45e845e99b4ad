"""The workbook for people: head, sums and rows on the first sheet, the contract's columns on the second."""

from decimal import Decimal
from io import BytesIO

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from billing_core.base.errors import RequestError
from billing_core.export import Readable, readable_bytes
from billing_core.export.workbook import check_rows

AMOUNTS = pl.Series("Beløp (kr)", [Decimal("10.50"), None, Decimal("-0.25")], dtype=pl.Decimal(18, 2))
FRAME = pl.DataFrame({"Gjelder": ["=1+1", "http://e", "kari"], "Beløp (kr)": AMOUNTS})
TOLD = Readable("Linjer", "3 linjer", (("Virksomhet", "BYM"), ("Måned", "okt. 2026")), FRAME, ("Beløp (kr)",), "Sum")


def test_people_get_what_it_is_of_the_sum_and_the_rows_and_machines_the_columns() -> None:
    machine = pl.DataFrame({"subject": ["kari"], "amount_nok": [Decimal("1.00")]})
    book = CalamineWorkbook.from_filelike(BytesIO(readable_bytes(TOLD, machine, "lines")))
    assert book.sheet_names == ["Linjer", "lines"]
    assert book.get_sheet_by_name("Linjer").to_python() == [
        ["3 linjer", ""],
        ["Virksomhet", "BYM"],
        ["Måned", "okt. 2026"],
        ["", ""],
        ["Sum", 10.25],
        ["Gjelder", "Beløp (kr)"],
        ["=1+1", 10.5],
        ["http://e", ""],
        ["kari", -0.25],
    ]
    assert book.get_sheet_by_name("lines").to_python() == [["subject", "amount_nok"], ["kari", 1.0]]


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("Linjer", "Linjer (2)"),
        ("LINJER", "LINJER (2)"),
        ("[a]:*?/\\b", "a      b"),
        ("'x'", "x"),
        ("x" * 40, "x" * 31),
        ("", "1"),
    ],
)
def test_a_sheet_is_called_what_spreadsheets_let_and_as_no_other(wanted: str, got: str) -> None:
    made = readable_bytes(TOLD, pl.DataFrame({"subject": ["kari"]}), wanted)
    assert CalamineWorkbook.from_filelike(BytesIO(made)).sheet_names == ["Linjer", got]


def test_more_rows_than_a_sheet_holds_are_refused() -> None:
    with pytest.raises(RequestError, match="3 rows do not fit a worksheet"):
        check_rows(FRAME, 2)
