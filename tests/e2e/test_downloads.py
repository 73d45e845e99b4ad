"""A download for people: in the screen's language, with what it is of above the rows."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from billing_core.base.model import LINE_SCHEMA
from pages._ui.base.text import texts
from tests.e2e.visitor import Visitor, plain


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_lines_of_a_month_as_a_workbook(visitor: Visitor, language: str) -> None:
    words = texts(language)
    visitor.open("charges", lang=language, agency="BYM", month="2026-10", charges_service="hr", charges_status="all")
    book = CalamineWorkbook.from_filelike(BytesIO(visitor.download(words["ui.download_xlsx"])))
    sheet, machine = book.sheet_names
    rows = book.get_sheet_by_name(sheet).to_python()
    assert sheet == words["page.charges.sheet"]
    head = {row[0]: plain(str(row[1])) for row in rows[1:9]}
    assert head[words["ui.head_agency"]] == "BYM – Bymiljøetaten"
    assert head[words["ui.head_months"]] == {"nb": "okt. 2026", "en": "Oct 2026"}[language]
    assert words["service.hr.name"] in head[words["ui.head_selection"]]
    assert head[words["ui.head_data"]] == words["ui.demo"]
    assert head[words["ui.head_minds"]] == words["ui.head_illustrative"]
    amount = f"{words['column.amount_nok']} (kr)"
    place = next(at for at, row in enumerate(rows) if amount in row)
    column = rows[place].index(amount)
    amounts = [row[column] for row in rows[place + 1 :]]
    assert rows[place - 1][column] == pytest.approx(sum(value for value in amounts if value != ""))
    lines = book.get_sheet_by_name(machine).to_python()
    assert lines[0] == list(LINE_SCHEMA)
    assert len(lines) - 1 == len(amounts) > 0
