"""The charges page on the demo agency: sums worked out from the demo's files and price list, filters, explanations."""

import json
import re
from datetime import date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.base.pages import FOLDER
from tests.app.conftest import OpenPage
from tests.app.demo_files import rows

DARK_FIBRE, REDUNDANT, E1, EMS_E3 = 5400, 2950, 95, 118
"""Prices of 2026, from tests/cases/frozen/demo_prices.csv."""


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value.replace("\u00a0", " ") for metric in app.metric}


def told(app: AppTest) -> str:
    return "\n".join(markdown.value for markdown in app.markdown).replace("\u00a0", " ").replace("\\", "")


def deactivated(row: dict[str, str]) -> date | None:
    """The day in a licence's row; None where there is none or, as in one of the demo's bad rows, no such day."""
    try:
        return datetime.strptime(row["deaktivert dato"], "%d.%m.%Y").date()
    except ValueError:
        return None


def deactivated_too_long() -> list[dict[str, str]]:
    """60 days before 31 October is 1 September: that day itself is within the grace period."""
    return [row for row in rows("lisenser") if (deactivated(row) or date.max) < date(2026, 9, 1)]


def dark_fibre_row() -> str:
    return next(row["rad"] for row in rows("tilknytninger") if row["tilknytningstype"] == "mørk fiber")


@pytest.mark.parametrize(("language", "title"), [("nb", "Tilleggskostnader"), ("en", "Additional charges")])
def test_the_page_opens_in_each_language(open_page: OpenPage, language: str, title: str) -> None:
    app = open_page("charges", lang=language)
    assert app.title[0].value == title
    assert len(app.get("plotly_chart")) == 1
    assert len(app.get("download_button")) == 2


def test_data_that_are_gone_are_told_with_the_way_back(open_page: OpenPage) -> None:
    app = open_page("charges", data="0123456789ab")
    assert "ikke i denne økten" in app.warning[0].value
    assert not app.metric


def test_a_service_shows_its_billed_lines_and_their_sum(open_page: OpenPage) -> None:
    # One dark fibre, one redundant line, and one ordinary beyond its location's first, which is priced as redundant.
    app = open_page("charges", charges_service="network")
    assert metrics(app) == {"Fakturert": "kr 11 300,00", "Linjer": "3"}
    assert DARK_FIBRE + 2 * REDUNDANT == 11_300


def test_a_rule_shows_the_licences_of_users_deactivated_too_long(open_page: OpenPage) -> None:
    late = deactivated_too_long()
    amount = sum({"E1": E1, "EMS_E3": EMS_E3}[row["lisens"]] for row in late)
    app = open_page("charges", charges_rule="O365-5")
    assert metrics(app) == {"Fakturert": f"kr {amount // 1000} {amount % 1000:03},00", "Linjer": str(len(late))}


def test_a_location_shows_the_lines_of_its_connections(open_page: OpenPage) -> None:
    assert {row["tilknytning"] for row in rows("tilknytninger") if row["lokasjon"] == "BYM-L02"} == {
        "BYM-T02",
        "BYM-T02F",
    }
    app = open_page("charges", charges_location="BYM-L02", charges_status="all")
    assert metrics(app)["Fakturert"] == "kr 5 400,00"
    assert metrics(app)["Linjer"] == "2"


def test_lines_without_a_price_are_shown_alone_and_have_no_sum(open_page: OpenPage) -> None:
    # Three licences of the agency's own product, a replacement without its cost, an order without an agreement.
    app = open_page("charges", charges_status="unpriced")
    assert metrics(app) == {"Linjer": "5"}


def test_search_finds_a_user(open_page: OpenPage) -> None:
    user = deactivated_too_long()[0]["bruker"]
    assert [row["lisens"] for row in rows("lisenser") if row["bruker"] == user] == ["E1", "EMS_E3"]
    app = open_page("charges", charges_search=user.upper(), charges_status="all")
    assert metrics(app)["Linjer"] == "2"


def test_filters_that_nothing_matches_say_so(open_page: OpenPage) -> None:
    app = open_page("charges", charges_search="finnes ikke")
    assert "Ingen linjer passer" in app.info[0].value


def test_a_line_of_the_address_is_explained_with_rule_clause_and_price(open_page: OpenPage) -> None:
    line = f"connections|tilknytninger.csv|{dark_fibre_row()}|network.dark_fibre"
    text = told(open_page("charges", charges_line=line))
    assert "1 × kr 5 400,00 = kr 5 400,00" in text
    assert "Mørk fiber" in text
    assert "Rundskrivet, punkt: 2 Tilknytning til konsernnettverk, punkt 3" in text
    assert "Illustrativ prisliste 2026" in text
    assert "Lokasjon: BYM-L02" in text


def test_a_shared_cost_can_be_worked_out_anew(open_page: OpenPage) -> None:
    """574 965.55 x 6 595 / 61 000 = 62 162.25905…"""
    row = next(r for r in rows("forsendelse") if r["periode"] == "2026-10" and r["kanal"] == "svarut")
    cost = next(r for r in rows("forsendelseskostnader") if r["periode"] == "2026-10" and r["kanal"] == "svarut")
    text = told(open_page("charges", charges_line=f"dispatch|forsendelse.csv|{row['rad']}|dispatch.svarut"))
    assert "kr 574 965,55 × 6 595 av 61 000 forsendelser = kr 62 162,2591 før avrunding" in text
    assert f"rad {cost['rad']}" in text


def test_a_measured_line_says_what_was_tested(open_page: OpenPage) -> None:
    # 31 March to 31 October: 30 + 31 + 30 + 31 + 31 + 30 + 31 = 214 days.
    row = next(row for row in rows("lisenser") if deactivated(row) == date(2026, 3, 31))
    app = open_page("charges", lang="en", charges_line=f"licences|lisenser.csv|{row['rad']}|office365.licence")
    assert "214 > 60" in told(app)
    assert "Why is this line billed?" in [title.value for title in app.subheader]


def test_an_undecided_line_says_what_is_missing(open_page: OpenPage) -> None:
    row = next(row for row in rows("lisenser") if row["status"] == "deaktivert" and not row["deaktivert dato"])
    line = f"licences|lisenser.csv|{row['rad']}|office365.licence"
    text = told(open_page("charges", charges_status="undecided", charges_line=line))
    assert "Brukeren er deaktivert, men datoen mangler" in text
    assert "1 × ukjent pris" in text


def test_a_link_with_one_filter_means_the_others_at_their_default(open_page: OpenPage) -> None:
    app = open_page("charges", charges_status="framework", charges_search="bym")
    app.query_params.clear()
    app.query_params["charges_service"] = "network"
    app.run()
    assert metrics(app) == {"Fakturert": "kr 11 300,00", "Linjer": "3"}


def test_filters_stay_when_moving_between_pages_and_can_be_removed(open_page: OpenPage) -> None:
    app = open_page("charges", charges_service="network")
    app.switch_page(str(FOLDER / "overview.py")).run()
    app.switch_page(str(FOLDER / "charges.py")).run()
    assert app.selectbox(key="charges_service").value == "network"
    app.button(key="charges_clear").click().run()
    assert app.selectbox(key="charges_service").value == ""


def test_the_trend_shows_all_months(open_page: OpenPage) -> None:
    app = open_page("charges", charges_view="trend", charges_service="network")
    assert "per kostnadstype" in app.subheader[0].value
    assert not app.exception


def test_every_box_of_the_tree_stands_in_the_table_beside_it_whether_it_has_room_for_its_name_or_not(
    open_page: OpenPage,
) -> None:
    app = open_page("charges")
    app.session_state["charges_tree_unfolded"] = True
    trace = json.loads(app.run().get("plotly_chart")[0].proto.spec)["data"][0]
    numbers = app.dataframe[0].value
    # Names are broken over lines in the boxes; the root is all of them.
    boxes = {re.sub(r"\s", "", label.replace("<br>", "")) for label in trace["labels"][1:]}
    listed = {re.sub(r"\s", "", cell) for name in ("service", "item", "variant") for cell in numbers[name] if cell}
    assert len(boxes) > 20
    assert boxes == listed
    leaves = set(trace["ids"]) - set(trace["parents"])
    assert len(numbers) == len(leaves)
