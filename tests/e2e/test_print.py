"""What a page looks like on paper: what is told, without what is clicked, and figures whole."""

import io

import pytest
from pypdf import PdfReader

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import plain

ACROSS = 1032
"""Pixels between the margins of a landscape A4 page: 297 mm less 2 x 12 mm, at 96 to the inch."""

CLICKED = ("Sidebar", "Header", "Button", "DownloadButton", "Selectbox", "ButtonGroup", "PageLink", "ElementToolbar")
EDGES = """() => [...document.querySelectorAll('.js-plotly-plot .main-svg')]
    .map(node => node.getBoundingClientRect().right)"""


@pytest.mark.parametrize(("name", "told"), [("", "Fakturert per tjeneste"), ("charges", "Linjene")])
def test_a_page_prints_without_menu_and_tools_and_with_whole_figures(
    new_visitor: NewVisitor, name: str, told: str
) -> None:
    visitor = new_visitor(viewport={"width": 1900, "height": 1000})
    visitor.open(name)
    visitor.page.locator(".js-plotly-plot .main-svg").first.wait_for()
    title = visitor.page.locator("h1").inner_text()
    visitor.page.emulate_media(media="print")
    shown = [kind for kind in CLICKED if visitor.page.locator(f"[data-testid=st{kind}]:visible").count()]
    assert shown == []
    visitor.page.set_viewport_size({"width": ACROSS, "height": 700})
    visitor.page.wait_for_timeout(500)
    edges = visitor.page.evaluate(EDGES)
    assert edges and max(edges) <= ACROSS
    pages = PdfReader(io.BytesIO(visitor.page.pdf(prefer_css_page_size=True))).pages
    text = plain(" ".join(page.extract_text() for page in pages))
    assert title in text and told in text and "Lagre og åpne" not in text
    assert len(pages) > 1
