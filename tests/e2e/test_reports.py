"""Reports in a browser: made when asked for, downloaded, and readable."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from pages._ui.base.text import texts
from tests.e2e.visitor import Visitor, plain


def made(visitor: Visitor, kind: str, ending: str) -> bytes:
    words = texts("nb")
    visitor.page.get_by_text(words["report.offer.title"], exact=True).click()
    visitor.rest()
    visitor.click(words[f"report.offer.{kind}_make"])
    download = words["report.offer.download"].format(name=words[f"report.offer.{kind}"], ending=ending)
    return visitor.download(download)


@pytest.mark.parametrize("kind", ["leaders", "statement"])
def test_a_pdf_says_what_the_screen_says(visitor: Visitor, kind: str) -> None:
    visitor.open("overview", agency="BYM", month="2026-10")
    billed = plain(visitor.page.get_by_test_id("stMetricValue").first.inner_text())
    pdf = made(visitor, kind, "PDF")
    told = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())
    whole = f"{round(float(billed[3:].replace(' ', '').replace(',', '.'))):,}".replace(",", " ")
    if kind == "leaders":
        assert f"faktureres kr {whole} for oktober 2026" in told.replace("\u00a0", " ")
    assert texts("nb")["ui.demo"] in told and "Eksempelpriser" in told


def test_the_workbook_has_the_forecast_of_the_screen(visitor: Visitor) -> None:
    visitor.open("budget", agency="BYM", budget_year="2026", budget_base="2026-10")
    forecast = plain(visitor.page.get_by_test_id("stMetricValue").nth(2).inner_text())
    book = CalamineWorkbook.from_filelike(BytesIO(made(visitor, "workbook", "XLSX")))
    told = {row[0]: row[1] for row in book.get_sheet_by_name("Sammendrag").to_python()}
    assert told["Årsprognose 2026"] == float(forecast[3:].replace(" ", "").replace(",", "."))
