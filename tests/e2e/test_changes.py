"""A change followed from the front page down to one user's line, by clicks in a browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.test_accessibility import TAGS, WIDTHS
from tests.e2e.visitor import Visitor

USER = {
    "changes_part": "office365|became_billed",
    "changes_row": "BYM|licences|office365.licence|E1|bym101187|became_billed",
}


def test_a_change_is_followed_from_the_front_page_down_to_a_users_line(visitor: Visitor) -> None:
    visitor.open()
    visitor.click("Se hva som endret seg fra sep. 2026", role="link")
    expect(visitor.heading("Hva endret seg")).to_be_visible()
    assert "Løpende kostnad økte med kr 5 433: 18 lisenser passerte 60 dager 1 917" in visitor.text()
    visitor.pick("Velg en tjeneste og årsak for å se hva som ligger bak", "Office 365 · Ble fakturert")
    expect(visitor.heading("Office 365: Ble fakturert")).to_be_visible()
    visitor.pick("Velg en rad for å se linjene", "bym101187 · Office 365-lisens · Office 365 E1")
    visitor.click("Se linjen i oktober 2026", role="link")
    expect(visitor.heading("Tilleggskostnader")).to_be_visible()
    expect(visitor.heading("Hvorfor faktureres denne linjen?")).to_be_visible()
    told = visitor.text()
    assert "bym101187" in told and "O365-5" in told
    # And the month before, when the framework still covered it.
    visitor.page.go_back()
    visitor.rest()
    visitor.click("Se linjen i september 2026", role="link")
    expect(visitor.heading("Hvorfor dekkes denne linjen av rammen?")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_change_shown_down_to_its_rows_breaks_no_rule_of_axe(new_visitor: NewVisitor, theme: str) -> None:
    visitor = new_visitor(color_scheme=theme)
    for language in ("nb", "en"):
        visitor.open("changes", lang=language, **USER)
        found = Axe().run(visitor.page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_a_change_shown_down_to_its_rows_needs_no_sideways_scrolling_on_a_phone(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(viewport={"width": 360, "height": 740})
    visitor.open("changes", **USER)
    assert max(visitor.page.evaluate(WIDTHS)) == 0


def test_the_menu_has_its_pages_in_groups_in_both_languages(visitor: Visitor) -> None:
    for language, groups in (
        ("nb", ["Se", "Planlegge", "Kontrollere", "Data"]),
        ("en", ["See", "Plan", "Check", "Data"]),
    ):
        visitor.open(lang=language)
        menu = visitor.page.get_by_test_id("stSidebarNav")
        assert [menu.get_by_role("group", name=name).count() for name in groups] == [1] * len(groups)
        assert menu.get_by_role("group").count() == len(groups)
    see = menu.get_by_role("group", name="See").get_by_role("link").all_inner_texts()
    assert [title.splitlines()[-1] for title in see] == ["Overview", "Services", "Additional charges", "What changed"]
