"""The overview on the demo agency, in both languages, from a link, and with data that are gone."""

import pytest
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from pages._ui.base.pages import FOLDER
from tests.app.conftest import OpenPage

NBSP = "\u00a0"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_of_the_demo_opens_in_each_language(open_page: OpenPage, language: str) -> None:
    app = open_page("overview", lang=language)
    assert app.title[0].value == {"nb": "Oversikt", "en": "Overview"}[language]
    assert len(app.metric) == 8


def test_a_link_opens_the_month_it_names(open_page: OpenPage) -> None:
    app = open_page("overview", agency="BYM", month="2026-07")
    assert any(f"juli{NBSP}2026" in shown.value for shown in app.markdown)


def test_a_link_to_what_there_is_not_shows_the_latest_month(open_page: OpenPage) -> None:
    app = open_page("overview", agency="NONE", month="1999-01")
    assert any(f"okt.{NBSP}2026" in shown.value for shown in app.markdown)


def test_illustrative_prices_say_so(open_page: OpenPage) -> None:
    assert any("Eksempelpriser, ikke UKEs priser" in shown.value for shown in open_page("overview").markdown)


def test_a_month_chosen_stays_when_moving_between_pages(open_page: OpenPage) -> None:
    app = open_page("overview")
    app.sidebar.selectbox(key="month").select("2026-06").run()
    app.switch_page(str(FOLDER / "upload.py")).run()
    assert app.query_params["month"] == "2026-06"
    app.switch_page(str(FOLDER / "overview.py")).run()
    assert app.sidebar.selectbox(key="month").value == "2026-06"


def test_data_that_are_gone_are_told_with_the_way_back(open_page: OpenPage) -> None:
    app = open_page("overview", data="0123456789ab")
    assert "ikke i denne økten" in app.warning[0].value
    assert not app.metric
    next(button for button in app.button if button.label == "Bruk demodata").click().run()
    assert len(app.metric) == 8


def words(app: AppTest) -> str:
    return "\n".join(shown.value for shown in app.markdown).replace(NBSP, " ")


def test_a_month_without_one_off_costs_does_not_hide_that_recurring_costs_rise(open_page: OpenPage) -> None:
    # October bills 498 858.56 of what recurs, September 493 425.56 and 74 390.00 of what comes once or yearly.
    app = open_page("overview", month="2026-10")
    told = [(shown.label, shown.value.replace(NBSP, " "), shown.delta.replace(NBSP, " ")) for shown in app.metric[:3]]
    assert told == [
        ("Fakturert", "kr 498 858,56", "−kr 68 957,00"),
        ("Løpende", "kr 498 858,56", "+kr 5 433,00"),
        ("Engangs og årlig", "kr 0,00", "−kr 74 390,00"),
    ]
    assert "Bymiljøetaten faktureres **kr 498 859** for oktober 2026." in words(app)
    assert "Siden september 2026: løpende kr 5 433 mer, engangs og årlig kr 74 390 mindre." in words(app)


def test_figures_at_made_up_prices_are_never_told_to_be_complete(open_page: OpenPage) -> None:
    app = open_page("overview", month="2026-10")
    assert not app.success
    assert "regnet med eksempelpriser, ikke UKEs priser." in words(app)
