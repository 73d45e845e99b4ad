"""Files of two agencies: each alone, and both together on the pages that can show it."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.base.pages import FOLDER
from tests.app.conftest import OpenPage

TWO = """periode;virksomhet;tjeneste;antall
2026-10;BYM;workplace.active_user;10
2026-10;VEL;workplace.active_user;30
2026-09;VEL;workplace.active_user;5
"""
PRICE = 31
"""Of a Workplace user a month, from tests/cases/frozen/demo_prices.csv."""

Go = Callable[[str], AppTest]


@pytest.fixture
def go(open_page: OpenPage) -> Go:
    """The app with the two agencies' file read: opens one of its pages by a link to all agencies."""
    app = open_page("upload")
    app.file_uploader[0].upload("tjenester.csv", TWO.encode(), "text/csv").run()
    next(button for button in app.button if button.label == "Les inn filene").click().run()

    def to(name: str) -> AppTest:
        app.query_params["agency"] = "all"
        app.switch_page(str(FOLDER / f"{name}.py")).run()
        assert not app.exception
        return app

    return to


def billed(app: AppTest) -> str:
    return next(metric.value for metric in app.metric if metric.label == "Fakturert").replace("\u00a0", " ")


def test_all_agencies_are_summed_and_each_is_a_click_away(go: Go) -> None:
    app = go("overview")
    assert billed(app) == "kr 1 240,00"
    assert 40 * PRICE == 1240
    app.selectbox(key="overview_agency").select("VEL").run()
    app.button(key="overview_see_agency").click().run()
    assert app.selectbox(key="agency").value == "VEL"
    assert billed(app) == "kr 930,00"


def test_agencies_stand_side_by_side_and_by_service(go: Go) -> None:
    app = go("overview")
    table = app.dataframe[-1].value
    assert table["agency"].to_list() == ["VEL – Velferdsetaten", "BYM – Bymiljøetaten"]
    assert table["billed_nok"].to_list() == [930.0, 310.0]
    # VEL had 5 users in September; BYM had no September, and neither says how many employees it has.
    assert table["change_nok"].fillna(-1).to_list() == [775.0, -1]
    assert "Det må minst 6 virksomheter til" in "\n".join(shown.value for shown in app.markdown)
    assert not any("side om side" in shown.value for shown in go_to_one(app))


def go_to_one(app: AppTest) -> list[Any]:
    """The headings of the page of one agency alone."""
    app.selectbox(key="agency").select("BYM").run()
    assert not app.exception
    return list(app.subheader)


def test_the_months_of_all_are_those_that_any_has(go: Go) -> None:
    app = go("overview")
    assert app.selectbox(key="month").options == ["oktober 2026 (2026-10)", "september 2026 (2026-09)"]
    app.selectbox(key="month").select("2026-09").run()
    assert billed(app) == "kr 155,00"


def test_the_lines_of_all_say_whose_they_are(go: Go) -> None:
    app = go("charges")
    assert billed(app) == "kr 1 240,00"
    assert list(app.dataframe[-1].value["agency"]) == ["VEL – Velferdsetaten", "BYM – Bymiljøetaten"]


@pytest.mark.parametrize("name", ["services", "simulate", "rules"])
def test_a_page_for_one_agency_asks_for_it_and_forgets_nothing(go: Go, name: str) -> None:
    app = go(name)
    assert "én virksomhet om gangen" in app.info[0].value
    assert not app.metric
    assert app.query_params["agency"] == "all"
    app.selectbox(key="agency").select("BYM").run()
    assert not any("én virksomhet om gangen" in info.value for info in app.info)


def test_all_of_oslo_is_advised_on_together_and_each_agency_is_a_click_away(open_page: OpenPage) -> None:
    # Two guests in BYM and one in VEL, each an E1 of 95,00.
    rows = ["2026-10;BYM;a;ekstern;E1", "2026-10;BYM;b;ekstern;E1", "2026-10;VEL;c;ekstern;E1"]
    app = open_page("upload")
    content = "\n".join(["periode;virksomhet;bruker;brukertype;lisens", *rows]).encode()
    app.file_uploader[0].upload("lisenser.csv", content, "text/csv").run()
    next(button for button in app.button if button.label == "Les inn filene").click().run()
    asked = {"agency": "all", "advice_decisions": "1", "advice_open": "remove_external"}
    for key, told in asked.items():
        app.query_params[key] = told
    app.switch_page(str(FOLDER / "advice.py")).run()
    assert not app.exception
    assert app.metric[0].value.replace("\u00a0", " ") == "kr 285,00"
    assert app.dataframe[-1].value["agency"].to_list() == ["BYM – Bymiljøetaten", "VEL – Velferdsetaten"]
    assert app.dataframe[-1].value["step_nok"].to_list() == [190.0, 95.0]
    app.selectbox(key="advice_agency").select("VEL").run()
    app.button(key="advice_see_agency").click().run()
    assert app.selectbox(key="agency").value == "VEL"
    assert app.metric[0].value.replace("\u00a0", " ") == "kr 95,00"


def test_all_of_oslo_can_be_stopped_and_gone_on_with(go: Go) -> None:
    app = go("advice")
    app.session_state["advice.stopped"] = True
    app.query_params["advice_decisions"] = "1"
    app.selectbox(key="month").select("2026-09").run()
    assert "er stoppet" in app.warning[0].value
    app.button(key="advice_go_on").click().run()
    assert not app.warning


def test_a_change_of_all_keeps_what_only_one_month_has_apart(go: Go) -> None:
    # VEL goes from 5 to 30 users; BYM has no September.
    app = go("changes")
    told = "\n".join(shown.value for shown in app.markdown).replace("\u00a0", " ")
    assert 25 * PRICE == 775
    assert "Løpende kostnad økte med **kr 775**: mengde 775. Data som bare den ene måneden har (tjenester)" in told
    assert "utgjør **kr 310**" in told
    app.selectbox(key="agency").select("BYM").run()
    assert "dataene har bare oktober 2026" in app.info[0].value
