"""An estimate made without any data, shared by its link, opened in another browser."""

from io import BytesIO

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from billing_core.planning.sketch import Row, Sketch, to_token
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor, plain


def test_an_estimate_is_made_shared_by_link_and_opened_in_another_browser(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    visitor.open("estimate")
    visitor.pick("Område", "PC-er")
    visitor.page.get_by_label("Antall (stk.)").fill("3")
    visitor.page.keyboard.press("Enter")
    visitor.rest()
    visitor.click("Legg til")
    # 3 x (265 + 92) a month.
    expect(visitor.page.get_by_text("3 × Ekstra PC")).to_be_visible()
    expect(visitor.heading("kr 12 852 det første året: kr 1 071 i måneden")).to_be_visible()
    visitor.click("Lenke")
    link = visitor.page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    other = new_visitor()
    other.page.goto(link)
    other.rest()
    expect(other.page.get_by_text("3 × Ekstra PC")).to_be_visible()
    expect(other.heading("kr 12 852 det første året: kr 1 071 i måneden")).to_be_visible()


def test_the_lines_come_as_a_workbook_for_people_with_units_and_a_sum(visitor: Visitor) -> None:
    rows = (Row(what="client_extra", variant="thick", quantity="3"), Row(what="apps.order", quantity="2"))
    plan = Sketch(name="Ny seksjon", agency="BYM", first="2027-01", months=12, rows=rows)
    visitor.open("estimate", estimate_plan=to_token(plan))
    book = CalamineWorkbook.from_filelike(BytesIO(visitor.download("Last ned XLSX")))
    people, machine = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    assert (book.sheet_names[0], people[0][0]) == ("Kalkyle", "Ny seksjon")
    head = {row[0]: plain(str(row[1])) for row in people[1:9]}
    assert (head["Virksomhet"], head["Måned"]) == ("BYM – Bymiljøetaten", "jan. 2027–des. 2027")
    assert "Data" not in head
    # Twelve months of PC and licence, and the hours once.
    assert len(machine) - 1 == 12 * 2 + 1
    place = len(people) - len(machine)
    column = people[place].index("Beløp (kr)")
    assert people[place][0] == "Rad i kalkylen"
    assert {row[0] for row in people[place + 1 :]} == {
        "Ny seksjon: 3 × Ekstra PC",
        "Ny seksjon: 2 timer Bestilt tilleggstjeneste – applikasjonsdrift",
    }
    amounts = [row[column] for row in people[place + 1 :] if row[column] != ""]
    assert people[place - 1][column] == pytest.approx(sum(amounts))
