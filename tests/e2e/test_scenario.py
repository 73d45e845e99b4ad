"""Scenarios in a browser: actions that overlap, saved, opened again, copied and compared; amounts by hand."""

import re

from playwright.sync_api import expect

from tests.e2e.by_hand import csv_file, kroner, price, whole
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor, plain

# Two are deactivated for more than 60 days, two are external, one of them is both: each costs an E1 a month.
OVERLAPPING = (
    "periode;virksomhet;bruker;ansatt;brukertype;lisens;status;deaktivert dato",
    "2026-10;BYM;begge;1;ekstern;E1;deaktivert;01.06.2026",
    "2026-10;BYM;sluttet;2;hoved;E1;deaktivert;01.06.2026",
    "2026-10;BYM;konsulent;3;ekstern;E1;aktiv;",
    "2026-10;BYM;ansatt;4;hoved;E1;aktiv;",
)
DEACTIVATED, EXTERNAL = "Fjern lisenser fra deaktiverte brukere", "Fjern lisenser fra eksterne brukere"


def add_action(visitor: Visitor, name: str) -> None:
    visitor.pick("Tiltak", name)
    visitor.page.locator(".st-key-simulate_add button").click()
    expect(visitor.page.get_by_role("switch", name=name)).to_be_visible()
    visitor.rest()


def test_overlapping_actions_save_less_than_their_sum_and_a_saved_scenario_opens_again(
    new_visitor: NewVisitor,
) -> None:
    licence, visitor = price("office365.licence", "E1"), new_visitor()
    visitor.open("upload")
    visitor.upload({"lisenser.csv": csv_file(*OVERLAPPING)})
    visitor.go_to("Simulering")
    for name in (DEACTIVATED, EXTERNAL):
        add_action(visitor, name)
    assert visitor.metric("Sparer per måned") == kroner(3 * licence)
    # What is both is taken by the first action: the second alone would save two, here it saves one.
    told = visitor.text()
    assert f"{kroner(licence)} per måned" in told
    assert f"{kroner(2 * licence)} for seg" in told
    overlap = f"hver for seg ville de til sammen spart {kroner(12 * licence)} mer enn de gjør sammen"
    assert overlap in visitor.text()

    visitor.click("Fil og lenke")
    saved = visitor.download("Last ned scenarioet")
    # Another day: a session of its own, which has neither the files nor the scenario.
    visitor = new_visitor()
    visitor.open("upload")
    visitor.upload({"lisenser.csv": csv_file(*OVERLAPPING)})
    visitor.go_to("Simulering")
    visitor.click("Fil og lenke")
    visitor.drop({"scenario.json": saved}, visitor.page.get_by_test_id("stPopoverBody"))
    expect(visitor.page.get_by_text("er åpnet for BYM")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    assert visitor.metric("Sparer per måned") == kroner(3 * licence)
    assert overlap in visitor.text()

    visitor.click("Kopier")
    visitor.page.locator(".st-key-simulate_remove_1 button").click()
    expect(visitor.page.get_by_role("switch", name=EXTERNAL)).to_have_count(0)
    visitor.rest()
    assert visitor.metric("Sparer per måned") == kroner(2 * licence)
    beside = visitor.page.get_by_role("figure", name=re.compile("hva hvert scenario sparer på et helt år"))
    beside.scroll_into_view_if_needed()
    drawn = plain(beside.text_content() or "")
    assert whole(36 * licence) in drawn
    assert whole(24 * licence) in drawn


def tick(visitor: Visitor, sought: str) -> None:
    """Searches in the open table and ticks its first row."""
    visitor.page.get_by_label("Søk i tabellen").fill(sought)
    visitor.page.keyboard.press("Enter")
    visitor.rest()
    visitor.page.get_by_role("dialog").get_by_test_id("stDataFrame").click(position={"x": 15, "y": 52})
    visitor.rest()


def expect_picked(visitor: Visitor, *users: str) -> None:
    """Waits until these users stand in the list of those picked: in the dialog while it is open, else in the form."""
    place = visitor.page.get_by_role("dialog")
    place = place if place.count() else visitor.page.locator(".st-key-simulate_form")
    expect(place.locator("span[data-tag]")).to_have_text(list(users))


def test_users_are_ticked_in_a_table_and_stay_picked_through_search_pages_and_editing(new_visitor: NewVisitor) -> None:
    """Twelve external users with an E1 each; the eleventh and the fifth are picked, and the fifth taken back."""
    licence, visitor = price("office365.licence", "E1"), new_visitor()
    users = [f"2026-10;BYM;konsulent{n:02};{n};ekstern;E1;aktiv;" for n in range(1, 13)]
    visitor.open("upload")
    visitor.upload({"lisenser.csv": csv_file(OVERLAPPING[0], *users)})
    visitor.go_to("Simulering")
    visitor.pick("Tiltak", EXTERNAL)
    visitor.page.get_by_text("Avgrens tiltaket").click()
    # A click while the box is still opening can miss what moves.
    visitor.rest()
    visitor.click("Velg brukere i en tabell")
    for place, sought in enumerate(("ulent11", "LENT05", "lent02"), start=1):
        tick(visitor, sought)
        expect_picked(visitor, *("konsulent11", "konsulent05", "konsulent02")[:place])
    expect_picked(visitor, "konsulent11", "konsulent05", "konsulent02")
    # A second click on a row takes it back, as does the cross in the list.
    tick(visitor, "lent02")
    visitor.click("Fjern konsulent05")
    expect_picked(visitor, "konsulent11")
    tick(visitor, "konsulent01")
    visitor.click("Ferdig")
    expect_picked(visitor, "konsulent11", "konsulent01")

    visitor.go_to("Oversikt")
    visitor.go_to("Simulering")
    expect_picked(visitor, "konsulent11", "konsulent01")
    visitor.click("Legg til")
    assert visitor.metric("Sparer per måned") == kroner(2 * licence)
    visitor.click("Endre")
    visitor.click("Velg brukere i en tabell")
    tick(visitor, "konsulent07")
    visitor.click("Ferdig")
    visitor.click("Lagre endringen")
    assert visitor.metric("Sparer per måned") == kroner(3 * licence)


def test_the_address_of_a_scenario_brings_it_back(visitor: Visitor) -> None:
    visitor.open("simulate")
    add_action(visitor, EXTERNAL)
    saved = visitor.metric("Sparer per måned")
    assert re.fullmatch(r"kr [1-9][\d ]*,\d\d", saved)
    visitor.reload()
    expect(visitor.page.get_by_role("switch", name=EXTERNAL)).to_be_visible()
    assert visitor.metric("Sparer per måned") == saved
