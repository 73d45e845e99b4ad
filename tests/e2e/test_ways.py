"""Four of the six ways through the app, as a person goes them in a browser; others: test_scenario.py, test_changes.py.

Amounts are worked out by hand below from few rows and the price list shipped, read when the test runs; those of the
demo are what the command line gives of the same files.
"""

import re
from decimal import Decimal

import polars as pl
import pytest
from playwright.sync_api import expect

from billing_core.__main__ import main
from tests.e2e.by_hand import DATA, SERVERS, clause, csv_file, kroner, price, rounded
from tests.e2e.visitor import Visitor


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The charges of the demo's last month as the command line writes them, amounts as decimals."""
    out = tmp_path_factory.mktemp("demo") / "lines.csv"
    usage, agreements = (str(DATA / "demo" / name) for name in ("bym.zip", "agreements.csv"))
    some_rows_refused = 3
    assert main(["rate", usage, "--agreements", agreements, "--out", str(out)]) == some_rows_refused
    amounts = pl.col("amount_nok", "covered_nok").cast(pl.Decimal(20, 2))
    return pl.read_csv(out, infer_schema=False).with_columns(amounts).filter(period="2026-10")


def test_on_the_first_visit_the_demo_shows_what_is_billed_and_covered_and_a_chart(
    visitor: Visitor, demo: pl.DataFrame
) -> None:
    visitor.open()
    assert visitor.language() == "nb"
    expect(visitor.heading("Oversikt")).to_be_visible()
    assert visitor.metric("Fakturert") == kroner(demo["amount_nok"].sum())
    assert visitor.metric("Dekket av rammen") == kroner(demo["covered_nok"].sum())
    chart = visitor.page.get_by_role("figure", name=re.compile("fakturert beløp per tjeneste"))
    expect(chart.locator(".bars path").first).to_be_visible()


def test_english_is_chosen_by_a_click_and_outlives_a_reload_and_a_move(visitor: Visitor) -> None:
    visitor.open()
    billed = visitor.metric("Fakturert")
    visitor.page.get_by_test_id("stSidebar").get_by_text("English").click()
    expect(visitor.heading("Overview")).to_be_visible()
    visitor.rest()
    for _ in range(2):
        assert visitor.language() == "en"
        # Numbers are the Norwegian ones in both languages.
        assert visitor.metric("Billed") == billed
        visitor.reload()
    visitor.go_to("Additional charges")
    assert visitor.language() == "en"


LICENCES = (
    "periode;virksomhet;bruker;ansatt;brukertype;lisens;status;deaktivert dato",
    "2026-10;BYM;åse.ærlig;1;hoved;Office 365 E1;aktiv;",
    "2026-10;BYM;ola;2;hoved;Visio Plan 2;aktiv;",
    "2026-10;BYM;bjørn;3;hovde;Office 365 E1;aktiv;",
    "2026-10;BYM;eva;4;hoved;Office 365 E1;deaktivert;31.09.2026",
    "2026-10;BYM;tor;5;ekstern;Office 365 E1;aktiv;",
)
STORAGE = (
    "periode;virksomhet;system;type;antall;tjenestenivå;harddiskteknologi",
    "2026-10;BYM;Arkiv;lagring;1000,5;gold;ssd",
    "2026-10;BYM;Kart;lagring;-5;gold;ssd",
)


def mended(rows: tuple[str, ...]) -> tuple[str, ...]:
    right = {"hovde": "hoved", "31.09.2026": "30.09.2026", "-5": "5"}
    return tuple(";".join(right.get(cell, cell) for cell in row.split(";")) for row in rows)


def test_own_files_with_bad_rows_are_explained_mended_and_rated(visitor: Visitor) -> None:
    visitor.open("upload")
    visitor.upload({"lisenser.csv": csv_file(*LICENCES, encoding="cp1252"), "drift.csv": csv_file(*STORAGE)})
    assert [visitor.metric(label) for label in ("Rader lest", "Beregnet", "Avvist")] == ["7", "4", "3"]

    cause = visitor.page.get_by_test_id("stExpander").filter(has_text="«hovde» er ikke en kjent verdi for brukertype")
    cause.locator("summary").click()
    expect(cause.get_by_text("Slik retter du det: Bruk en av disse: hoved (main), bi (secondary)")).to_be_visible()
    problems = pl.read_csv(visitor.download("Last ned CSV"), infer_schema=False).filter(severity="refused")
    assert sorted(problems.select("file", "row", "column", "value").rows()) == [
        ("drift.csv", "3", "antall", "-5"),
        ("lisenser.csv", "4", "brukertype", "hovde"),
        ("lisenser.csv", "5", "deaktivert dato", "31.09.2026"),
    ]
    assert problems["remedy"].str.len_chars().min() > 0

    visitor.go_to("Oversikt")
    visio = price("office365.licence", "VISIOCLIENT") + price("office365.management")
    external = price("office365.licence", "E1")
    storage = price("apps.storage", "gold/ssd")
    first = visio + external + rounded(Decimal("1000.5") * storage)
    assert visitor.metric("Fakturert") == kroner(first)
    assert visitor.metric("Dekket av rammen") == kroner(price("office365.licence", "E1"))
    expect(visitor.page.get_by_text("3 rader kunne ikke leses og er ikke med.")).to_be_visible()

    visitor.go_to("Last opp")
    visitor.page.get_by_test_id("stRadioGroup").get_by_text("Erstatt", exact=True).click()
    visitor.upload(
        {"lisenser.csv": csv_file(*mended(LICENCES), encoding="cp1252"), "drift.csv": csv_file(*mended(STORAGE))}
    )
    assert [visitor.metric(label) for label in ("Rader lest", "Beregnet", "Avvist")] == ["7", "7", "0"]
    expect(visitor.page.get_by_test_id("stExpander").filter(has_text="avvist")).to_have_count(0)

    visitor.go_to("Oversikt")
    assert visitor.metric("Fakturert") == kroner(first + 5 * storage)
    assert visitor.metric("Dekket av rammen") == kroner(3 * price("office365.licence", "E1"))
    expect(visitor.page.get_by_text("kunne ikke leses")).to_have_count(0)


def test_the_dearest_charge_is_found_and_explained(visitor: Visitor, demo: pl.DataFrame) -> None:
    dearest = demo.filter(funding="billed").sort("amount_nok", descending=True, nulls_last=True).row(0, named=True)
    visitor.open("charges")
    visitor.pick("Velg en linje for å se hvorfor den faktureres", dearest["subject"])
    expect(visitor.heading("Hvorfor faktureres denne linjen?")).to_be_visible()
    told = visitor.text()
    assert f"Virksomheten betaler: {kroner(dearest['amount_nok'])}" in told
    assert f"Rundskrivet, punkt: {clause(dearest['rule'])}" in told
    assert f"Raden som ble lest: {dearest['file']}, rad {dearest['row']}" in told


def test_a_rule_with_a_test_tells_the_values_tested_and_the_address_brings_the_same_back(
    visitor: Visitor, demo: pl.DataFrame
) -> None:
    visitor.open("charges")
    visitor.page.get_by_text("Flere filtre").click()
    # It unfolds slowly, and a list opened meanwhile closes again.
    visitor.rest()
    visitor.pick("Regel som gjelder", "O365-5")
    late = demo.filter(pl.col("rules").str.split(";").list.contains("O365-5"), funding="billed")
    assert visitor.metric("Linjer") == str(late.height)
    assert visitor.metric("Fakturert") == kroner(late["amount_nok"].sum())
    alone = late.filter(rule="O365-5").sort("amount_nok", descending=True).row(0, named=True)
    visitor.page.get_by_label("Søk (bruker, enhet, fil …)").fill(alone["subject"])
    visitor.page.keyboard.press("Enter")
    visitor.rest()
    visitor.pick("Velg en linje for å se hvorfor den faktureres", alone["subject"])
    for _ in range(2):
        told = visitor.text()
        assert f"{alone['measured']} > {alone['limit']}" in told
        assert clause("O365-5") in told
        assert visitor.told("charges_rule") == ["O365-5"]
        assert visitor.told("charges_search") == [alone["subject"]]
        visitor.reload()


OWN_PRICES = (
    "item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status",
    "apps.server,gold,1000.00,400.00,2026-01-01,,Egen liste,confirmed",
    "apps.server_memory,gold,12.50,,2026-01-01,,Egen liste,confirmed",
)


def test_an_own_price_list_and_another_reading_change_the_amounts_as_worked_out_by_hand(visitor: Visitor) -> None:
    visitor.open("upload")
    visitor.upload({"drift.csv": csv_file(*SERVERS)})
    visitor.go_to("Oversikt")
    # Two servers, and 2 × 16 GB of memory.
    shipped = 2 * price("apps.server", "gold") + 32 * price("apps.server_memory", "gold")
    assert visitor.metric("Fakturert") == kroner(shipped)

    visitor.go_to("Regelverk og priser")
    visitor.page.get_by_test_id("stMain").get_by_text("Priser", exact=True).click()
    visitor.rest()
    visitor.click("Last opp egen prisliste")
    visitor.drop({"egen.csv": csv_file(*OWN_PRICES)}, visitor.page.get_by_test_id("stPopoverBody"))
    expect(visitor.page.get_by_text("egen fil egen.csv, 2 priser")).to_be_visible()
    visitor.go_to("Oversikt")
    assert visitor.metric("Fakturert") == kroner(2 * 1000 + 32 * Decimal("12.50"))
    expect(visitor.page.get_by_text("Eksempelpriser, ikke UKEs priser")).to_have_count(0)

    visitor.go_to("Regelverk og priser")
    visitor.page.get_by_test_id("stMain").get_by_text("Tolkninger", exact=True).click()
    visitor.rest()
    visitor.page.get_by_text("Som en del av serverens pris", exact=True).first.click()
    visitor.page.wait_for_url(re.compile("policy=server_memory%3Ain_server_price"))
    visitor.rest()
    visitor.go_to("Oversikt")
    assert visitor.metric("Fakturert") == kroner(2 * 1000)


def test_a_click_in_the_table_and_one_in_the_chart_choose_as_the_fields_do(visitor: Visitor) -> None:
    visitor.open("charges")
    table = visitor.page.get_by_test_id("stDataFrame").last
    table.scroll_into_view_if_needed()
    # The box that picks the first row: the table is a canvas, and rows are 35 pixels high below as high a heading.
    table.click(position={"x": 15, "y": 52})
    expect(visitor.heading("Hvorfor faktureres denne linjen?")).to_be_visible()
    visitor.rest()
    assert visitor.told("charges_line") != []

    tile = visitor.page.locator(".treemaplayer .slice").filter(has_text="Kontaktsenteret").first
    tile.scroll_into_view_if_needed()
    tile.click(position={"x": 20, "y": 8})
    visitor.page.wait_for_url(re.compile("charges_service=contact_centre"))
    visitor.rest()
    assert visitor.picked("Tjeneste") == "Kontaktsenteret"


def test_the_start_page_answers_to_its_own_name_too(visitor: Visitor) -> None:
    visitor.open("overview", lang="en", month="2026-09")
    expect(visitor.heading("Overview")).to_be_visible()
    assert visitor.picked("Month") == "September 2026 (2026-09)"
    assert visitor.told("month") == ["2026-09"]
    expect(visitor.page.get_by_text("Page not found")).to_have_count(0)


@pytest.mark.parametrize(
    "typed", ["aug. 2026", "aug.\u00a02026", "aug 2026", "2026-08", "august", "august 2026 (2026-08)"]
)
def test_a_month_is_found_however_it_is_typed(visitor: Visitor, typed: str) -> None:
    visitor.open("services")
    box = visitor.page.get_by_role("combobox", name="Måned")
    box.click()
    box.press_sequentially(typed)
    # What is meant stands first, and Enter takes it.
    expect(visitor.page.get_by_role("option").first).to_have_text("august 2026 (2026-08)")
    box.press("Enter")
    visitor.rest()
    assert visitor.told("month") == ["2026-08"]
