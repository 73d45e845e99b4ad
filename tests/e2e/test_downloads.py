"""A download for people: in the screen's language, with what it is of above the rows."""

from io import BytesIO
from typing import NamedTuple

import pytest
from python_calamine import CalamineWorkbook

from billing_core.base.model import LINE_SCHEMA
from billing_core.scenario import Scenario, actions, to_token
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


LEAVERS = to_token(Scenario(name="Rydding", agency="BYM", actions=(actions.RemoveDeactivated(),)))


class Workbook(NamedTuple):
    """A page and its choices, the key of its sheet's name, its first column for machines, what is summed for people."""

    page: str
    choices: dict[str, str]
    sheet: str
    first: str
    summed: str | None


WORKBOOKS = [
    Workbook("advice", {}, "page.advice.title", "step", "page.advice.column.step_nok"),
    Workbook("changes", {}, "page.changes.title", "agency", "column.change_nok"),
    Workbook(
        "simulate", {"simulate_scenario": LEAVERS}, "page.simulate.lines_sheet", "change", "page.simulate.saved_nok"
    ),
    Workbook("rules", {"rules_section": "readings"}, "page.rules.section_readings", "reading", None),
    Workbook("upload", {}, "ui.problems_sheet", "severity", None),
]


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("asked", WORKBOOKS, ids=[asked.page for asked in WORKBOOKS])
def test_what_else_is_downloaded_is_a_workbook_for_people_with_the_same_rows_for_machines(
    visitor: Visitor, asked: Workbook, language: str
) -> None:
    words = texts(language)
    visitor.open(asked.page, lang=language, agency="BYM", month="2026-10", **asked.choices)
    book = CalamineWorkbook.from_filelike(BytesIO(visitor.download(words["ui.download_xlsx"])))
    assert book.sheet_names[0] == words[asked.sheet]
    rows, machine = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert machine[0][0] == asked.first
    assert [words["ui.head_data"], words["ui.demo"]] in [[str(cell) for cell in row[:2]] for row in rows]
    # The headings stand where as many rows follow as machines get.
    place = len(rows) - len(machine)
    assert all(rows[place])
    assert asked.first not in rows[place]
    if asked.summed:
        column = rows[place].index(f"{words[asked.summed]} (kr)")
        told = sum(row[column] for row in rows[place + 1 :] if row[column] != "")
        assert rows[place - 1][column] == pytest.approx(told)
        assert told != 0
