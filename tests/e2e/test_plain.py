"""Text of a file is plain in a browser too, where Markdown, charts and addresses are at last drawn."""

from pages._ui.base.pages import PAGES
from tests.app.test_plain import workbook
from tests.e2e.conftest import NewVisitor

FOREIGN = """() => [...document.querySelectorAll('a[href], img[src], .katex, image, b')]
    .map(node => node.getAttribute('href') || node.getAttribute('xlink:href') || node.getAttribute('src')
        || node.className)
    .filter(told => /evil|mailto|x.png|katex/.test(told))"""
TOO_WIDE = """() => [...document.querySelectorAll('html, body, [data-testid=stMain]')]
    .filter(node => node.scrollWidth > node.clientWidth).length"""


def test_no_link_picture_or_formula_of_a_file_is_drawn_and_long_words_fit_a_phone(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(viewport={"width": 390, "height": 900})
    visitor.open("upload")
    visitor.upload({"[Logg inn](http://evil) $x^2$ <b>.xlsx": workbook()})
    for name in PAGES:
        visitor.open(name, data=visitor.told("data")[0], charges_status="all")
        assert visitor.page.evaluate(FOREIGN) == [], name
        assert visitor.page.evaluate(TOO_WIDE) == 0, name
