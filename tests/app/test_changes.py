"""What changed, on the demo agency: the sentence, the months compared, the way down to a user's line."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from pages._ui.base.pages import FOLDER
from tests.app.conftest import OpenPage

NBSP = "\u00a0"


def words(app: AppTest) -> str:
    return "\n".join(shown.value for shown in app.markdown).replace(NBSP, " ")


def test_the_sentence_tells_the_recurring_change_by_cause_and_the_one_off_apart(open_page: OpenPage) -> None:
    # September -> October 2026: became billed 1 917,00, cloud cost 1 785,65, volume 1 198,36, dispatch's unit cost
    # 531,99; in all 5 433,00. One-off and yearly -74 390,00.
    app = open_page("changes")
    assert (
        "Løpende kostnad økte med **kr 5 433**: 18 lisenser passerte 60 dager 1 917, viderefakturert sky 1 786, "
        "mengde 1 198, dyrere forsendelse 532. Engangs og årlig falt med **kr 74 390**." in words(app)
    )
    assert [shown.value.replace(NBSP, " ") for shown in app.metric] == ["kr 567 815,56", "kr 498 858,56"]
    unknown = "Ukjent beløp og ikke med i tallene: 17 linjer i september 2026, 19 i oktober 2026."
    assert unknown in [shown.value for shown in app.caption]


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_other_two_months_can_be_told_in_either_language(open_page: OpenPage, language: str) -> None:
    # November 2025 -> March 2026, worked out by `changes`' own tests; here, that the sum is the months' difference.
    app = open_page("changes", lang=language, changes_from="2025-11", changes_to="2026-03")
    before, after = (metric.value for metric in app.metric)
    assert app.metric[1].delta
    assert before != after
    assert {"nb": "Løpende kostnad", "en": "Recurring cost"}[language] in words(app)


def test_a_link_names_its_months_and_an_earlier_one_than_the_first_is_none(open_page: OpenPage) -> None:
    app = open_page("changes", changes_from="2026-02", changes_to="2026-05")
    assert (app.selectbox(key="changes_from").value, app.selectbox(key="changes_to").value) == ("2026-02", "2026-05")
    turned = open_page("changes", changes_from="2026-09", changes_to="2026-05")
    assert turned.selectbox(key="changes_from").value == "2026-04"


def test_a_part_leads_to_those_behind_it_and_one_of_them_to_its_line(open_page: OpenPage) -> None:
    user = "BYM|licences|office365.licence|E1|bym101187|became_billed"
    app = open_page("changes", changes_part="office365|became_billed", changes_row=user)
    assert len(app.selectbox(key="changes_row").options) == 1 + 18
    assert "Før: **O365-1 – Standardlisens for hovedstilling er dekket**. Nå: **O365-5 –" in words(app)
    links = app.get("page_link")
    assert [link.proto.label.replace(NBSP, " ") for link in links] == [
        "Se linjen i september 2026",
        "Se linjen i oktober 2026",
    ]
    asked = links[1].proto.query_string
    for told in ("month=2026-10", "charges_search=bym101187", "charges_status=all", "charges_line=licences"):
        assert told in asked


def test_what_is_unknown_is_a_step_and_a_row_of_its_own_and_never_zero(open_page: OpenPage) -> None:
    app = open_page("changes", changes_part="office365|unknown")
    assert "Beløpet er ukjent i minst én av månedene" in words(app)
    drawn = json.loads(app.get("plotly_chart")[1].proto.spec)["data"][0]
    at = drawn["customdata"].index("part_unknown")
    assert drawn["text"][at] == "ukjent"
    assert drawn["text"].count("kr\u00a00") == 0


USERS = """periode;virksomhet;bruker;brukertype;lisens
2026-09;BYM;kari;ekstern;E1
2026-10;BYM;Kari;ekstern;E3
2026-09;BYM;ola;ekstern;E1
2026-10;BYM;ola;ekstern;E1
"""


def test_a_user_with_another_licence_is_shown_as_the_same_user_and_no_more(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.file_uploader[0].upload("lisenser.csv", USERS.encode(), "text/csv").run()
    next(button for button in app.button if button.label == "Les inn filene").click().run()
    app.query_params["changes_part"] = "office365|ended"
    app.switch_page(str(FOLDER / "changes.py")).run()
    assert not app.exception
    told = app.dataframe[-1].value
    assert told["pair"].to_list() == ["E1 → E3"]
    assert told["subject"].to_list() == ["kari"]
    assert "Samme bruker" in app.dataframe[-1].proto.columns
