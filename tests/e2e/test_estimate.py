"""An estimate made without any data, shared by its link, opened in another browser."""

from playwright.sync_api import expect

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor


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
