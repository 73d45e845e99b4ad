"""Work saved from the menu in one browser and opened in another; a tab with unsaved work asks before it closes."""

import json
import re

from playwright.sync_api import Dialog, Locator, expect

from billing_core.planning.sketch import Row, Sketch
from billing_core.planning.sketch import to_token as estimate_token
from billing_core.scenario import Scenario, actions, to_token
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

SCENARIO = Scenario(name="Rydding", agency="BYM", actions=(actions.RemoveDeactivated(),))
PLAN = Sketch(
    name="Ny seksjon", agency="BYM", first="2027-01", rows=(Row(what="client_extra", variant="thick", quantity="3"),)
)
SAVES = "Sparer per måned"


def menu(visitor: Visitor, name: str = "Lagre og åpne") -> Locator:
    """What the menu unfolds."""
    part = visitor.page.get_by_test_id("stSidebar").get_by_test_id("stExpander").filter(has_text=name)
    part.locator("summary").click()
    visitor.rest()
    expect(part.locator("input[type=file]")).to_be_attached()
    return part


def test_work_saved_in_one_browser_gives_the_same_results_in_another(visitor: Visitor, new_visitor: NewVisitor) -> None:
    visitor.open("simulate", agency="BYM", simulate_scenario=to_token(SCENARIO), policy="client_allowance:per_agency")
    saves = visitor.metric(SAVES)
    expect(visitor.page.get_by_text("Noe er ikke lagret")).to_be_visible()
    expect(menu(visitor).get_by_text("1 scenario, 1 endret verdi i regelverket")).to_be_visible()
    content = visitor.download("Lagre arbeidet")
    expect(visitor.page.get_by_text("Noe er ikke lagret")).to_have_count(0)
    held = json.loads(content)
    assert (held["kind"], held["format"]) == ("utover-work", 1)

    other = new_visitor()
    other.open("simulate", agency="BYM")
    assert "Rydding" not in other.text()
    other.drop({"arbeid.json": content}, menu(other))
    expect(other.page.get_by_text("«arbeid.json» er åpnet: 1 scenario")).to_be_visible()
    expect(other.page.get_by_text("Noe er annerledes")).to_have_count(0)
    assert other.metric(SAVES) == saves
    assert other.picked("Scenario") == "Rydding"
    assert other.told("policy") == ["client_allowance:per_agency"]
    other.click("Angre åpningen")
    expect(other.page.get_by_text("er åpnet")).to_have_count(0)
    assert other.told("policy") == []
    expect(other.page.get_by_text("Rydding")).to_have_count(0)


def test_what_differs_from_when_it_was_saved_is_told_and_a_broken_file_leaves_all_as_it_is(
    visitor: Visitor,
) -> None:
    visitor.open("estimate", estimate_plan=estimate_token(PLAN))
    body = menu(visitor)
    held = json.loads(visitor.download("Lagre arbeidet"))
    held["basis"]["prices"] |= {"name": "konsernpriser.csv", "rows": 12, "fingerprint": "0123"}
    visitor.drop({"kuttet.json": json.dumps(held).encode()[:-30]}, body)
    expect(visitor.page.get_by_text("«kuttet.json» kan ikke åpnes. Noe av filen mangler")).to_be_visible()
    visitor.drop({"bilde.json": b"\x89PNG"}, body)
    expect(visitor.page.get_by_text("Det er ikke en fil med lagret arbeid.")).to_be_visible()
    visitor.drop({"eldre.json": json.dumps(held).encode()}, body)
    expect(visitor.page.get_by_text("Noe er annerledes")).to_be_visible()
    expect(
        visitor.page.get_by_text("Prislisten: den gang konsernpriser.csv (12 rader), nå prosjektets")
    ).to_be_visible()
    visitor.click("Greit")
    expect(visitor.page.get_by_text("Noe er annerledes")).to_have_count(0)
    expect(visitor.page.get_by_text("3 × Ekstra PC")).to_be_visible()


def test_a_tab_asks_before_it_closes_only_where_something_is_not_saved(visitor: Visitor) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    visitor.page.on("dialog", answer)
    visitor.open("estimate")
    visitor.click("Vis eksempelet")
    visitor.page.reload()
    visitor.rest()
    assert asked == ["beforeunload"]
    menu(visitor)
    visitor.download("Lagre arbeidet")
    expect(visitor.page.get_by_text("Noe er ikke lagret")).to_have_count(0)
    visitor.go_to("Oversikt")
    visitor.page.reload()
    visitor.rest()
    assert asked == ["beforeunload"]


def test_the_menu_saves_on_a_phone_in_english_and_the_dark(new_visitor: NewVisitor) -> None:
    phone = new_visitor(viewport={"width": 390, "height": 844}, color_scheme="dark")
    phone.open("estimate", lang="en", estimate_plan=estimate_token(PLAN))
    phone.page.get_by_role("button", name=re.compile("sidebar")).first.click()
    expect(menu(phone, "Save and open").get_by_text("The file will hold: 1 estimate.")).to_be_visible()
    assert json.loads(phone.download("Save your work"))["work"]["estimates"][0]["name"] == "Ny seksjon"
