"""Rules and prices: rules found, own prices checked, Readings switched and taken back, values typed the Norwegian way.

Amounts are worked out from the demo's files and the price list, not from what the app says.
"""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from billing_core import intake
from billing_core.base.texts import LANGUAGES
from pages._ui.base import data
from pages._ui.base.pages import FOLDER
from tests.app.conftest import OpenPage
from tests.through import DATA, FROZEN, catalogue, frozen_policy

SECTIONS = ("rules", "prices", "readings", "values")
HEADINGS = "item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status\n"
NBSP = "\u00a0"


def told(app: AppTest) -> str:
    """All that the page says in running text."""
    return "\n".join(shown.value for shown in (*app.markdown, *app.caption, *app.error, *app.subheader))


def labelled(widgets: object, label: str) -> object:
    return next(widget for widget in widgets if label in widget.label)


def kroner(value: Decimal) -> str:
    """`kr 1 234,50` without the sign."""
    return f"kr {abs(value):,.2f}".replace(",", " ").replace(".", ",").replace(" ", NBSP)


RULES = len(catalogue().rules)


def changed(app: AppTest) -> set[str]:
    """The policy values in the address."""
    held = app.query_params.get("policy", [])
    return {held} if isinstance(held, str) else set(held)


def prices() -> Iterator[dict[str, str]]:
    with (FROZEN / "demo_prices.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def demo(table: str) -> pl.DataFrame:
    known = catalogue()
    source = intake.Source("bym.zip", path=DATA / "demo" / "bym.zip")
    register = intake.Register.of(known)
    return intake.read([source], register, intake.Options()).usage[table]


@pytest.fixture
def another_value_from_2027(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The project's policy with a second value: 90 days of grace from 2027 on."""
    later = {"value": 90, "valid_from": date(2027, 1, 1), "clause": "2 Office 365, nytt punkt"}
    changed = frozen_policy().with_values({"deactivated_grace_days": [later]})
    monkeypatch.setattr(data, "load_policy", lambda _: changed)
    data.policy.clear()
    yield
    data.policy.clear()


@pytest.mark.usefixtures("another_value_from_2027")
def test_a_month_shows_its_own_value_with_its_clause_and_day_and_the_later_one_as_another_months(
    open_page: OpenPage,
) -> None:
    shown = told(open_page("rules", rules_section="values")).replace(NBSP, " ")
    assert "Rundskrivet: 2 Office 365, punkt 4. Gjelder O365-5, O365-1, fra 1. jan. 2019." in shown
    assert "I andre måneder: 90 dager fra 1. jan. 2027 (2 Office 365, nytt punkt)." in shown
    assert "Prosjektets verdi: 60 dager" in shown
    rules = told(open_page("rules", rules_section="rules")).replace(NBSP, " ")
    assert "**60 dager**" in rules and "90 dager" not in rules


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_opens_for_the_demo_in_each_language(open_page: OpenPage, language: str, section: str) -> None:
    app = open_page("rules", lang=language, rules_section=section)
    assert app.title[0].value == {"nb": "Regelverk og priser", "en": "Rules and prices"}[language]
    assert ({"nb": "eksempel", "en": "example"}[language] in told(app).lower()) and "{" not in told(app)


def test_every_rule_is_listed_and_a_search_finds_the_one_sought(open_page: OpenPage) -> None:
    app = open_page("rules")
    assert f"{RULES} av {RULES} regler" in told(app)
    app.text_input[0].set_value("deaktivert 60 DAGER").run()
    assert f"1 av {RULES} regler" in told(app)
    assert "**O365-5" in told(app)


def test_rules_are_narrowed_to_a_service_and_to_those_in_use(open_page: OpenPage) -> None:
    app = open_page("rules", rules_service="hr")
    assert f"4 av {RULES} regler" in told(app)
    app.toggle[0].set_value(True).run()
    # The demo agency has no yearly maintenance of an HR module in October.
    assert f"3 av {RULES} regler" in told(app)
    assert "HR-4" not in told(app)


def test_prices_in_force_are_those_of_the_day_and_the_history_has_both(open_page: OpenPage) -> None:
    app = open_page("rules", rules_section="prices")
    shown = app.dataframe[0].value
    wanted = [row for row in prices() if row["valid_from"] <= "2026-10-01" and (row["valid_to"] or "9") > "2026-10-01"]
    assert len(shown) == len(wanted)
    app.session_state["rules_history_unfolded"] = True
    history = app.run().dataframe[-1].value
    assert [row["price_nok"] for row in prices() if row["item"] == "hr.standard"] == ["70.00", "72.00"]
    assert [Decimal(str(price)) for price in history["price_nok"]] == [70, 72]


def test_a_faulty_price_list_is_not_used_and_each_problem_has_its_row(open_page: OpenPage) -> None:
    faulty = HEADINGS + (
        "hr.standard,,72.00,,2026-01-01,,Egen,confirmed\n"
        "hr.standrad,,72.00,,2026-01-01,,Egen,confirmed\n"
        "finance.standard,,mye,,2026-01-01,,Egen,confirmed\n"
        "hr.standard,,80.00,,2026-06-01,,Egen,confirmed\n"
    )
    app = open_page("rules", rules_section="prices")
    app.file_uploader[0].upload("egen.csv", faulty.encode(), "text/csv").run()
    assert not app.exception
    assert "egen.csv er ikke tatt i bruk" in told(app)
    rows = {row for shown in app.dataframe if "message" in shown.value for row in shown.value["row"]}
    assert rows == {"3", "4", "5"}
    assert "prices" not in app.query_params


def test_an_own_price_list_is_used_until_it_is_taken_back_and_undo_brings_it_again(open_page: OpenPage) -> None:
    own = HEADINGS + "hr.standard,,1000.00,,2025-01-01,,Egen,confirmed\n"
    app = open_page("rules", rules_section="prices")
    app.file_uploader[0].upload("egen.csv", own.encode(), "text/csv").run()
    assert len(app.dataframe[0].value) == 1
    assert "egen fil egen.csv, 1 pris" in told(app)
    app.switch_page(str(FOLDER / "overview.py")).run()
    assert "egen prisliste (egen.csv)" in told(app)
    # Covered: 1 200 employees x 1 000 kr; nothing else has a list price.
    employees = demo("headcount").filter(period="2026-10")["employees"].item()
    assert labelled(app.metric, "Dekket av rammen").value == kroner(Decimal(employees * 1000))
    app.switch_page(str(FOLDER / "rules.py")).run()
    labelled(app.button, "prosjektets prisliste").click().run()
    assert "prosjektets liste over eksempelpriser" in told(app)
    labelled(app.button, "Angre").click().run()
    assert "egen fil egen.csv, 1 pris" in told(app)


def test_a_switched_reading_shows_its_worth_and_the_way_back(open_page: OpenPage) -> None:
    """Memory as part of the server's price: servers x GB x the price per GB at its level, no longer billed."""
    level = {
        row["variant"]: Decimal(row["price_nok"])
        for row in prices()
        if row["item"] == "apps.server_memory" and not row["valid_to"]
    }
    servers = (
        demo("operations").filter(period="2026-10", kind="server").select("service_level", "quantity", "memory_gb")
    )
    # Quantities are read in millionths.
    billed = [Decimal(n) * Decimal(gb) / 10**12 * level[name] for name, n, gb in servers.drop_nulls().iter_rows()]
    amount = kroner(sum(billed, Decimal(0)))
    app = open_page("rules", rules_section="readings")
    assert f"**\u2212{amount}** fakturert i okt." in told(app)
    labelled(app.radio, "minne").set_value("in_server_price").run()
    assert changed(app) == {"server_memory:in_server_price"}
    assert f"**+{amount}** fakturert i okt." in told(app)
    assert f"**\u2212{amount}** fakturert i okt." in told(app)
    app.switch_page(str(FOLDER / "overview.py")).run()
    assert "1 av regelverkets verdier" in told(app)
    app.switch_page(str(FOLDER / "rules.py")).run()
    labelled(app.button, "Tilbakestill alt").click().run()
    assert not changed(app)
    assert "Ingenting er endret" in told(app)


def test_an_agency_made_exempt_in_the_session_has_a_price_reading_of_its_own(open_page: OpenPage) -> None:
    app = open_page("rules", rules_section="readings", policy=["exempt_agencies:BYM"])
    first = next(shown.value for shown in app.markdown if "Bare egen avtale gjelder" in shown.value)
    assert "linjer uten pris, som ikke er med i beløpet" in first


def test_resetting_one_reading_leaves_the_other(open_page: OpenPage) -> None:
    app = open_page("rules", rules_section="readings", policy=["off_platform:covered", "server_memory:in_server_price"])
    assert len([button for button in app.button if button.label == "Tilbakestill"]) == 2
    app.button(key="reset_off_platform").click().run()
    assert changed(app) == {"server_memory:in_server_price"}


@pytest.mark.parametrize(
    ("typed", "understood"), [("30", "Lest som 30 dager"), ("1 200", f"Lest som 1{NBSP}200 dager")]
)
def test_a_number_is_echoed_as_understood(open_page: OpenPage, typed: str, understood: str) -> None:
    app = open_page("rules", rules_section="values")
    app.text_input(key="value_deactivated_grace_days").set_value(typed).run()
    assert understood in told(app)
    assert changed(app) == {f"deactivated_grace_days:{typed.replace(' ', '')}"}


@pytest.mark.parametrize(
    ("key", "typed", "reason"),
    [
        ("deactivated_grace_days", "2,5", "for mange desimaler"),
        ("deactivated_grace_days", "-1", "utenfor det som kan brukes"),
        ("deactivated_grace_days", "to", "er ikke et tall"),
        ("extensive_use_share", "101", "utenfor det som kan brukes"),
        ("support_machine_cutoff", "31.02.2022", "er ikke en dato"),
        ("support_machine_cutoff", "01.01.1900", "utenfor det som kan brukes"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_reason_and_stays_in_the_field(
    open_page: OpenPage, key: str, typed: str, reason: str
) -> None:
    app = open_page("rules", rules_section="values")
    app.text_input(key=f"value_{key}").set_value(typed).run()
    assert reason in app.error[0].value
    assert app.text_input(key=f"value_{key}").value == typed
    assert not changed(app)


def test_a_share_and_a_day_are_read_the_norwegian_way(open_page: OpenPage) -> None:
    app = open_page("rules", rules_section="values")
    app.text_input(key="value_extensive_use_share").set_value("12,5").run()
    app.text_input(key="value_support_machine_cutoff").set_value("1.7.2023").run()
    assert "Lest som 12,5 %" in told(app)
    assert changed(app) == {"extensive_use_share:0.125", "support_machine_cutoff:2023-07-01"}


def test_a_policy_file_is_taken_up_or_refused_with_the_reason(open_page: OpenPage) -> None:
    app = open_page("rules", rules_section="values")
    app.file_uploader[0].upload("policy.toml", b'off_platform = "covered"\n', "application/toml").run()
    assert changed(app) == {"off_platform:covered"}
    for text in ('off_platform = "kanskje"', f"deactivated_grace_days = {'9' * 5000}", f"off_platform = {'[' * 2000}"):
        app.file_uploader[0].upload("policy.toml", text.encode(), "application/toml").run()
        assert not app.exception
        assert "Filen er ikke tatt i bruk." in told(app)
        assert changed(app) == {"off_platform:covered"}


def test_dated_values_of_a_policy_file_hold_in_their_months_and_stay_in_the_address(open_page: OpenPage) -> None:
    """30 days from September 2026: August's accounts keep their 60."""
    app = open_page("rules", rules_section="values")
    text = "[[deactivated_grace_days]]\nvalue = 30\nvalid_from = 2026-09-01\nclause = 'Vedtak 7'\n"
    app.file_uploader[0].upload("policy.toml", text.encode(), "application/toml").run()
    assert not app.exception
    shown = told(app).replace(NBSP, " ")
    assert "60 dager → **60 dager fra 1. jan. 2019, 30 dager fra 1. sep. 2026**" in shown
    assert "Rundskrivet: Vedtak 7. Gjelder O365-5, O365-1, fra 1. sep. 2026." in shown
    assert app.text_input(key="value_deactivated_grace_days").value == "30"
    once = open_page("rules", rules_section="values", policy=app.query_params["policy"], month="2026-08")
    assert once.text_input(key="value_deactivated_grace_days").value == "60"
    assert "I andre måneder: 30 dager fra 1. sep. 2026 (Vedtak 7)." in told(once).replace(NBSP, " ")
    once.button(key="reset_deactivated_grace_days").click().run()
    assert not changed(once)


def test_a_day_that_an_address_writes_as_a_number_is_shown_as_a_day(open_page: OpenPage) -> None:
    rows = '{"values":[{"value":60,"valid_from":0,"clause":""},{"value":30,"valid_from":"2026-09-01","clause":""}]}'
    app = open_page("rules", rules_section="values", policy=[f"deactivated_grace_days:{rows}"])
    assert "**60 dager fra 1. jan. 1970, 30 dager fra 1. sep. 2026**" in told(app).replace(NBSP, " ")


@pytest.mark.parametrize("told_by", ["{", '{"values":[]}', '{"values":[{"value":1}]}', '{"x":1}', "{" * 3000])
def test_what_an_address_says_of_dated_values_and_cannot_be_is_no_change(open_page: OpenPage, told_by: str) -> None:
    app = open_page("rules", rules_section="values", policy=[f"deactivated_grace_days:{told_by}"])
    assert "Ingenting er endret" in told(app)


@pytest.mark.parametrize(
    ("language", "once", "twice"), [("nb", "60 dager", "dager dager"), ("en", "60 days", "days days")]
)
def test_a_rule_s_number_has_its_unit_once(open_page: OpenPage, language: str, once: str, twice: str) -> None:
    shown = told(open_page("rules", lang=language, rules_search="O365-5")).replace(NBSP, " ")
    assert once in shown
    assert twice not in shown


@pytest.mark.parametrize(("sought", "rule"), [("ITAS tjenesteplattform", "DIG-1"), ("app-7", "APP-7")])
def test_a_rule_is_found_by_the_circular_s_word_and_app_7_decides_lines(
    open_page: OpenPage, sought: str, rule: str
) -> None:
    shown = told(open_page("rules", rules_search=sought)).replace(NBSP, " ")
    assert f"**{rule} – " in shown
    if rule == "APP-7":
        assert "Fakturert: **kr 3 850,00**" in shown
        assert "Ingen linje avgjøres" not in shown
