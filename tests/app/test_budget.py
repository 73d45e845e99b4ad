"""The budget, on the demo agency: the sentence, the year and its base, the adopted budget beside it."""

import pytest
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from tests.app.conftest import OpenPage

NBSP = "\u00a0"


def words(app: AppTest) -> str:
    return "\n".join(shown.value for shown in app.markdown).replace(NBSP, " ")


def amounts(app: AppTest) -> list[str]:
    return [shown.value.replace(NBSP, " ") for shown in app.metric]


def test_the_sentence_is_the_figures(open_page: OpenPage) -> None:
    app = open_page("budget", budget_year="2026", budget_base="2026-10")
    actual, rest, year = (float(a[3:].replace(" ", "").replace(",", ".")) for a in amounts(app))
    assert round(actual + rest, 2) == year
    assert f"Prognosen for 2026 er **kr {int(year + 0.5):,}**".replace(",", " ") in words(app)
    assert "til og med oktober 2026" in words(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_adopted_budget_is_followed_up_and_can_be_removed(open_page: OpenPage, language: str) -> None:
    app = open_page("budget", lang=language, budget_year="2026", budget_base="2026-10")
    app.file_uploader[0].upload("vedtatt.csv", "tjenesteområde;beløp\ncloud;1,00\n".encode(), "text/csv").run()
    assert not app.exception
    told = {"nb": "i merforbruk** mot regulert budsjett på kr 1.", "en": "more spent** than the regulated budget"}
    assert told[language] in words(app)
    assert "vedtatt.csv" in words(app)
    app.button[0].click().run()
    assert "vedtatt.csv" not in words(app)


def test_a_budget_that_cannot_be_read_says_where(open_page: OpenPage) -> None:
    app = open_page("budget")
    app.file_uploader[0].upload("vedtatt.csv", b"amount_nok\nmye\n", "text/csv").run()
    assert [shown.value.replace("\\", "") for shown in app.error] == [
        "vedtatt.csv:2: kolonnen «amount_nok» kan ikke leses. Rett cellen og last opp filen igjen."
    ]


def test_next_year_is_all_forecast(open_page: OpenPage) -> None:
    app = open_page("budget", budget_year="2027", budget_base="2026-10")
    assert amounts(app)[0] == "kr 0,00"
    assert amounts(app)[1] == amounts(app)[2] != "kr 0,00"
