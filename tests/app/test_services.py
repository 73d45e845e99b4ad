"""The services page on the demo agency, as it is and as if it were outside the new financing."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import OpenPage
from tests.app.demo_files import rows
from tests.through import DATA

HR_STANDARD, COMPETENCE, HR_INTEGRATION = 72, "14.50", 4200
"""Prices of 2026 for an employee and a month, and the agency's agreement for an integration."""


def told(app: AppTest) -> str:
    return "\n".join(markdown.value for markdown in app.markdown).replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "title"), [("nb", "Tjenester"), ("en", "Services")])
def test_every_service_of_the_circular_is_shown(open_page: OpenPage, language: str, title: str) -> None:
    app = open_page("services", lang=language)
    assert app.title[0].value == title
    # The chart's title and each service that has texts.
    described = (DATA / "texts/nb/circular.toml").read_text(encoding="utf-8").count("\n[service.")
    assert len(app.subheader) == 1 + described > 15


def test_data_that_are_gone_are_told_with_the_way_back(open_page: OpenPage) -> None:
    app = open_page("services", data="0123456789ab")
    assert "ikke i denne økten" in app.warning[0].value


def test_a_service_shows_the_agencys_quantities_and_amounts(open_page: OpenPage) -> None:
    assert rows("ansatte")[0]["ansatte"] == "1200"
    text = told(open_page("services", services_service="hr"))
    # 1 200 x 72.00; 1 200 x 14.50; 2 x 4 200.00.
    assert "- HR-systemet – standard (ansatt): 1 200 · kr 86 400,00" in text
    assert "- Kompetanseplan og dialog (ansatt): 1 200 · kr 17 400,00" in text
    assert "- Integrasjon med fagsystem (HR) (integrasjon): 2 · kr 8 400,00" in text
    assert "Fakturert denne måneden: **kr 25 800,00**" in text
    assert "Verdien av det denne måneden: **kr 86 400,00**" in text


def test_what_has_no_price_is_unknown_and_not_zero(open_page: OpenPage) -> None:
    text = told(open_page("services", services_service="general"))
    assert "- Bestilling eller tilpasning utover standard (bestilling): 1 · ukjent" in text


def test_an_agency_inside_the_new_financing_sees_no_exception(open_page: OpenPage) -> None:
    app = open_page("services")
    assert not app.info
    assert "Rammen dekker for andre" not in told(app)


def test_an_exempt_agency_sees_that_it_is_billed_as_before_and_why(open_page: OpenPage) -> None:
    app = open_page("services", policy="exempt_agencies:BYM", services_service="hr")
    assert "faktureres som tidligere" in app.info[0].value
    assert "1 Formål, avsnitt 5" in app.info[0].value
    text = told(app)
    assert "Rammen dekker for andre virksomheter" in text
    # What others have covered, 86 400, is billed too: 25 800 + 86 400.
    assert "Fakturert denne måneden: **kr 112 200,00**" in text
    assert "Av dette er **kr 86 400,00** for det rammen ellers dekker" in text


def test_a_month_without_a_service_says_so_and_it_can_be_left_out(open_page: OpenPage) -> None:
    def unused(app: AppTest) -> int:
        return sum("Ingen bruk er registrert" in caption.value for caption in app.caption)

    # In January the demo orders nothing beyond the standard.
    assert not [row for row in rows("tjenester", "2026-01") if row["tjeneste"] == "general.order"]
    app = open_page("services", month="2026-01")
    assert unused(app) >= 1
    app.toggle(key="services_used").set_value(True).run()
    assert unused(app) == 0
