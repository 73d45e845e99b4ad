"""The budget in a real browser: an adopted budget uploaded, followed up, and still there on coming back."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import NewVisitor
from tests.e2e.test_accessibility import TAGS, WIDTHS
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.xdist_group("browser")

YEAR = {"budget_section": "follow", "budget_year": "2026", "budget_base": "2026-10"}
VOTED = {"vedtatt.csv": "tjenesteområde;beløp\ncloud;700 000,00\n;4 000 000,00\n".encode()}


def test_an_adopted_budget_is_uploaded_followed_up_and_kept(visitor: Visitor) -> None:
    visitor.open("budget", **YEAR)
    assert "Prognosen for 2026 er" in visitor.text()
    visitor.drop(VOTED)
    assert "i merforbruk mot regulert budsjett på kr 4 700 000" in visitor.text()
    visitor.reload()
    assert "i merforbruk mot regulert budsjett" in visitor.text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_budget_followed_up_breaks_no_rule_of_axe_and_needs_no_sideways_scrolling(
    new_visitor: NewVisitor, theme: str
) -> None:
    visitor = new_visitor(color_scheme=theme, viewport={"width": 360, "height": 740})
    visitor.open("budget", **YEAR)
    visitor.drop(VOTED)
    assert max(visitor.page.evaluate(WIDTHS)) == 0
    for language in ("nb", "en"):
        visitor.open("budget", lang=language, **YEAR)
        found = Axe().run(visitor.page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_a_figure_of_ones_own_is_set_marked_and_undone(visitor: Visitor) -> None:
    visitor.open("budget", **YEAR | {"budget_section": "assume"})
    before = visitor.page.get_by_test_id("stMetricValue").all_inner_texts()
    visitor.pick("Tjenesteområde", "Skytjenester")
    visitor.page.get_by_label("Eget tall (kr)").fill("1 000 000,50")
    visitor.page.get_by_label("Hvorfor").fill("Avtalt flytting")
    visitor.page.keyboard.press("Tab")
    visitor.click("Bruk tallet")
    assert "«Avtalt flytting»" in visitor.text()
    assert visitor.page.get_by_test_id("stMetricValue").all_inner_texts() != before
    # It is kept for this browser, and one click takes it back.
    visitor.reload()
    visitor.click("Ta tilbake")
    assert "«Avtalt flytting»" not in visitor.text()
    assert visitor.page.get_by_test_id("stMetricValue").all_inner_texts() == before
    visitor.click("Angre siste endring")
    assert "«Avtalt flytting»" in visitor.text()


def write_row(visitor: Visitor, place: int, cells: list[str]) -> None:
    """Writes the first row of an empty table that one edits; an empty text passes a cell by."""
    grid, page = visitor.page.get_by_test_id("stDataFrame").nth(place), visitor.page
    grid.scroll_into_view_if_needed()
    # The last row adds one, which then stands in its place; a second click opens its cell.
    for _ in range(2):
        box = grid.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 80, box["y"] + 54)
        visitor.rest()
        page.wait_for_timeout(500)
    for at, cell in enumerate(cells):
        if cell:
            if at:
                page.keyboard.press("Enter")
            page.wait_for_timeout(300)
            page.keyboard.type(cell, delay=20)
            page.wait_for_timeout(300)
        page.keyboard.press("Tab")
        visitor.rest()


def test_an_own_line_is_written_in_the_table_and_undone(visitor: Visitor) -> None:
    visitor.open("budget", **YEAR | {"budget_section": "assume"})
    figures = visitor.page.get_by_test_id("stMetricValue")
    before = figures.all_inner_texts()
    write_row(visitor, 1, ["Kurs", "", "desember 2026", "", "25 000,50"])
    assert kroner(figures.all_inner_texts()[2]) - kroner(before[2]) == pytest.approx(25_000.5)
    visitor.click("Angre siste endring")
    assert figures.all_inner_texts() == before


def kroner(written: str) -> float:
    return float(written.replace("\u00a0", "").removeprefix("kr").replace(",", "."))
