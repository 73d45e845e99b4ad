"""Recommendations in a browser: down to a user, an answer that stays on the next upload, and on into a scenario."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.by_hand import csv_file, kroner, price
from tests.e2e.conftest import NewVisitor
from tests.e2e.test_accessibility import TAGS, WIDTHS
from tests.e2e.visitor import Visitor

HEADINGS = "periode;virksomhet;bruker;brukertype;lisens"
GUEST, NEW = "2026-10;BYM;gjest;ekstern;E1", "2026-10;BYM;ny;ekstern;E1"
OPENED = {"advice_decisions": "1", "advice_open": "remove_external"}


def test_what_is_dismissed_stays_so_on_the_next_upload_and_what_is_new_comes_up(visitor: Visitor) -> None:
    visitor.open("upload")
    visitor.upload({"lisenser.csv": csv_file(HEADINGS, GUEST)})
    visitor.go_to("Anbefalinger")
    visitor.page.get_by_text("Ta med beslutninger").click()
    visitor.rest()
    assert visitor.metric("Spart per måned") == kroner(price("office365.licence", "E1"))
    visitor.click("Se hva det gjelder: Fjern lisenser fra eksterne brukere")
    expect(visitor.page.get_by_text("Gjelder 1 bruker.")).to_be_visible()
    visitor.page.get_by_role("textbox", name="Begrunnelse").fill("Avtalt til mars")
    visitor.click("Lagre svaret: Fjern lisenser fra eksterne brukere")
    expect(visitor.page.get_by_text("er avvist: Avtalt til mars")).to_be_visible()
    assert "Ingen av anbefalingene sparer noe nå" in visitor.text()
    # The next upload has the same guest and a new one: only the new one comes up.
    visitor.go_to("Last opp")
    visitor.upload({"flere.csv": csv_file(HEADINGS, NEW)})
    visitor.go_to("Anbefalinger")
    assert visitor.metric("Spart per måned") == kroner(price("office365.licence", "E1"))
    visitor.click("Ta tilbake svar 1: Fjern lisenser fra eksterne brukere")
    assert visitor.metric("Spart per måned") == kroner(2 * price("office365.licence", "E1"))
    # It is open still.
    visitor.click("Ta det med i en simulering", role="link")
    expect(visitor.heading("Simulering")).to_be_visible()
    expect(visitor.page.get_by_text("1. Fjern lisenser fra eksterne brukere")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_opened_recommendation_breaks_no_rule_of_axe(new_visitor: NewVisitor, theme: str) -> None:
    visitor = new_visitor(color_scheme=theme)
    for language in ("nb", "en"):
        visitor.open("advice", lang=language, **OPENED)
        found = Axe().run(visitor.page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []


def test_an_opened_recommendation_needs_no_sideways_scrolling_on_a_phone(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(viewport={"width": 360, "height": 740})
    visitor.open("advice", **OPENED)
    assert max(visitor.page.evaluate(WIDTHS)) == 0


def test_a_licence_is_followed_from_proposed_to_kept_and_exported_as_a_task(visitor: Visitor) -> None:
    visitor.open("upload")
    visitor.upload({"lisenser.csv": csv_file(HEADINGS, GUEST, NEW)})
    visitor.go_to("Anbefalinger")
    visitor.page.get_by_text("Lisensopprydding", exact=True).click()
    visitor.rest()
    visitor.pick("Velg en lisens for å si hvor langt den er kommet", "gjest · E1")
    visitor.pick("Hva er gjort?", "Beholdes")
    save = visitor.page.get_by_role("button", name="Lagre for gjest")
    save.click()
    expect(visitor.page.get_by_text("Skriv hvorfor lisensen beholdes.")).to_be_visible()
    visitor.page.get_by_role("textbox", name="Begrunnelse").fill("Vikar til mars")
    save.click()
    visitor.rest()
    assert visitor.metric("Beholdes") == "1"
    tasks = visitor.download("Last ned CSV").decode("utf-8-sig")
    kept = next(row for row in tasks.splitlines() if ",gjest," in row)
    assert "kept" in kept and "Vikar til mars" in kept
