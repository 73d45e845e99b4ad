"""The invoice check and the account strings in a real browser: tried, followed, credited, kept, and open to all."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.test_accessibility import TAGS, WIDTHS
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.xdist_group("browser")

DEMO = Path(__file__).parents[2] / "data/demo"
ROW = "Rad å se nærmere på (eller velg en i tabellen)"


def demo(*names: str) -> dict[str, bytes]:
    return {name: (DEMO / name).read_bytes() for name in names}


def test_a_difference_is_sent_and_closed_by_the_credit_note_and_is_there_after_a_reload(visitor: Visitor) -> None:
    visitor.open("invoice")
    expect(visitor.page.get_by_text("Slik gjør du det")).to_be_visible()
    visitor.drop(demo("invoice.csv"))
    assert visitor.metric("Saker som ikke er lukket") == "5"
    visitor.pick(ROW, "Fakturert to ganger")
    assert "Gjelder faktura F-1002 linje 1" in visitor.text()
    assert "QTY" not in visitor.text()
    visitor.page.get_by_label("Ansvarlig").fill("Kari")
    visitor.pick("Status", "Sendt")
    visitor.click("Lagre saken")
    expect(visitor.heading("Saker du har rørt")).to_be_visible()
    visitor.page.get_by_text("1 fakturafil").click()
    visitor.rest()
    visitor.drop(demo("credit-note.csv"))
    assert visitor.metric("Saker som ikke er lukket") == "4"
    visitor.reload()
    assert visitor.metric("Saker som ikke er lukket") == "4"
    expect(visitor.heading("Saker du har rørt")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_invoice_checked_breaks_no_rule_of_axe_and_fits_a_phone(new_visitor: NewVisitor, theme: str) -> None:
    visitor = new_visitor(color_scheme=theme, viewport={"width": 390, "height": 844})
    visitor.open("invoice", lang="en" if theme == "dark" else "nb")
    visitor.drop(demo("invoice.csv"))
    visitor.pick("Row to look closer at" if theme == "dark" else ROW, "Parkering")
    _is_open_to_all(visitor)
    visitor.open("invoice", invoice_view="passed_on", lang="nb")
    visitor.click("Prøv med demofakturaer")
    assert visitor.metric("Ikke fakturert videre") == "kr 5 367,95"
    _is_open_to_all(visitor)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_month_is_posted_on_a_files_strings_and_the_journal_sums_to_nothing(
    new_visitor: NewVisitor, theme: str
) -> None:
    visitor = new_visitor(color_scheme=theme, viewport={"width": 390, "height": 844})
    visitor.open("postings", month="2026-10")
    assert visitor.metric("Mangler kontering") == visitor.metric("Debet")
    visitor.drop(demo("accounts.csv"))
    assert visitor.metric("Mangler kontering") == "kr 0,00"
    assert visitor.metric("Debet") == visitor.metric("Kredit")
    _is_open_to_all(visitor)


def _is_open_to_all(visitor: Visitor) -> None:
    found = Axe().run(visitor.page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    assert [(one["id"], node["html"][:200]) for one in found for node in one["nodes"]] == []
    assert max(visitor.page.evaluate(WIDTHS)) <= 0
