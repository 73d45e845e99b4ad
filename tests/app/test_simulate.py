"""Simulating: building, overlap, several scenarios, files and links, on the demo agency.

What is expected comes from the core on the same demo, or follows from what an action is; never from the screen.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from billing_core import intake, scenario
from billing_core.base.engines import engine
from billing_core.base.texts import LANGUAGES, load_texts
from billing_core.law.prices import Prices
from billing_core.rating.rate import Rates
from billing_core.rating.statement import Statement, statement_of
from billing_core.scenario import Comparison, Scenario, actions
from pages._ui.base.data import catalogue, demo_agreements, listed_prices, policy
from pages._ui.base.format import kroner, month, number
from pages._ui.base.pages import FOLDER
from tests.app.conftest import OpenPage
from tests.through import DATA

TEXTS = load_texts(DATA / "texts", "nb")
OVERLAPPING = (actions.RemoveDeactivated(), actions.RemoveDeactivated(over_days=60, one_off_cost_nok=Decimal(10_000)))
"""Whoever has been gone for more than 60 days is gone: the second action alone saves, after the first it does not."""


@cache
def demo() -> tuple[Statement, Rates, pl.DataFrame]:
    known = catalogue()
    source = intake.Source("bym.zip", path=DATA / "demo" / "bym.zip")
    read = intake.read([source], intake.Register.of(known), intake.Options())
    rates = Rates(known, Prices(listed_prices(), demo_agreements()), policy())
    stated = statement_of(read.usage, read.problems, rates, engine("polars"))
    return stated, rates, stated.rating.frame()


def expected(*wanted: Any) -> Comparison:
    stated, rates, lines = demo()
    asked = Scenario(name="expected", agency="BYM", actions=wanted)
    return scenario.compare(asked, stated.usage, rates, engine("polars"), baseline=lines)


def opened(open_page: OpenPage, *wanted: Any, name: str = "Rydd opp", **choices: Any) -> AppTest:
    """The page as a link with a scenario opens it."""
    token = scenario.to_token(Scenario(name=name, agency="BYM", actions=wanted))
    return open_page("simulate", simulate_scenario=token, **choices)


def savings(app: AppTest) -> list[str]:
    return [metric.value for metric in app.metric]


def in_kroner(comparison: Comparison) -> list[str]:
    return [kroner(comparison.saving.over(measure)) for measure in ("month", "this_year", "full_year")]


def run(widget: Any) -> None:
    """Runs the page with what a widget (or the app itself) has been set to; no run may show an exception."""
    app = widget.run()
    assert not app.exception, app.exception[0].message


def said(app: AppTest) -> str:
    return "\n".join(element.value for kind in (app.markdown, app.caption, app.info) for element in kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_scenario_shows_the_way_to_the_recommendations(open_page: OpenPage, language: str) -> None:
    app = open_page("simulate", lang=language)
    assert app.title[0].value == {"nb": "Simulering", "en": "Simulate"}[language]
    assert not app.metric
    to = {"nb": "Se anbefalingene", "en": "See the recommendations"}[language]
    assert to in [link.proto.label for link in app.get("page_link")]


def test_actions_that_overlap_show_what_each_saves_alone_and_here(open_page: OpenPage) -> None:
    app, comparison = opened(open_page, *OVERLAPPING), expected(*OVERLAPPING)
    assert savings(app) == in_kroner(comparison)
    assert comparison.saving.month == comparison.effects[0].alone.month == comparison.effects[1].alone.month > 0
    assert TEXTS["page.simulate.little.overlapped"] in said(app)
    overlap = kroner(comparison.overlap.full_year)
    assert TEXTS["page.simulate.overlap_less"].format(amount=overlap) in said(app)
    assert kroner(Decimal(10_000)) in said(app)
    # What of the year there are figures for is invoiced already.
    invoiced = demo()[2].filter(pl.col("period") >= "2026-01")["amount_nok"].sum()
    assert "«I år» er jan. 2026–okt. 2026" in said(app).replace("\u00a0", " ")
    assert kroner(invoiced) in said(app)


def test_an_action_is_switched_off_moved_removed_and_brought_back(open_page: OpenPage) -> None:
    both = (actions.RemoveExternal(), actions.RemoveSecondary())
    app = opened(open_page, *both)
    run(app.toggle(key="simulate_on_0").set_value(False))
    assert savings(app) == in_kroner(expected(both[1]))
    run(app.toggle(key="simulate_on_0").set_value(True))
    run(app.button(key="simulate_down_0").click())
    assert app.toggle(key="simulate_on_0").label == f"1. {TEXTS['scenario.action.remove_secondary.name']}"
    assert savings(app) == in_kroner(expected(*both))
    run(app.button(key="simulate_remove_0").click())
    assert savings(app) == in_kroner(expected(both[0]))
    run(app.button(key="simulate_undo").click())
    assert savings(app) == in_kroner(expected(*both))


def test_an_action_is_added_and_edited_in_the_form_with_numbers_typed_the_norwegian_way(open_page: OpenPage) -> None:
    app = open_page("simulate")
    run(app.selectbox(key="simulate_form_0_kind").set_value("change_price"))
    run(app.selectbox(key="simulate_form_0_change_price.item").set_value("workplace.active_user"))
    assert app.button(key="simulate_add").disabled
    run(app.text_input(key="simulate_form_0_change_price.percent").set_value("-2,5 %"))
    run(app.button(key="simulate_add").click())
    assert savings(app) == in_kroner(expected(actions.ChangePrice(item="workplace.active_user", percent="-2.5")))
    run(app.button(key="simulate_edit_0").click())
    field = next(field for field in app.text_input if field.key and field.key.endswith("change_price.percent"))
    assert field.value == "-2,5"
    run(field.set_value("5000"))
    assert app.button(key="simulate_add").disabled
    assert app.error[0].value == TEXTS["ui.number_out_of_range"].format(
        value="5\u00a0000", low="-100", high="1\u00a0000"
    )
    field = next(field for field in app.text_input if field.key and field.key.endswith("change_price.percent"))
    run(field.set_value("10"))
    run(app.button(key="simulate_add").click())
    assert savings(app) == in_kroner(expected(actions.ChangePrice(item="workplace.active_user", percent=10)))
    assert TEXTS["page.simulate.saves_less"] in said(app)


def test_an_action_narrowed_to_one_user_saves_that_users_alone(open_page: OpenPage) -> None:
    external = expected(actions.RemoveExternal()).lines.filter(period="2026-10")
    user = external["subject"][0]
    app = open_page("simulate")
    run(app.selectbox(key="simulate_form_0_kind").set_value("remove_external"))
    run(app.multiselect(key="simulate_form_0_remove_external.user_ids.form").set_value([user]))
    run(app.button(key="simulate_add").click())
    assert savings(app)[0] == kroner(external.filter(subject=user)["saved_nok"].sum())


def test_an_action_saved_again_without_a_change_is_the_same(open_page: OpenPage) -> None:
    """Each kind of field once: a number, a flag, days, one of several, some of several, places; start and cost."""
    saved = (
        actions.RemoveDeactivated(over_days=30, about_to_become_billable=True, start="2026-03"),
        actions.RetireSupport(which="all", established_before=date(2023, 1, 1), one_off_cost_nok=Decimal("10.50")),
        actions.EndConnections(which=("temporary", "redundant"), only=actions.Only(location_ids=("BYM-L01",))),
        actions.MoveStorage(of="backup", from_level="gold", to_level="silver"),
    )
    app = opened(open_page, *saved)
    for place in range(len(saved)):
        run(app.button(key=f"simulate_edit_{place}").click())
        run(app.button(key="simulate_add").click())
    assert tuple(step.action for step in app.session_state["simulate.book"].drafts[0].steps) == saved


def test_what_an_action_is_narrowed_to_stays_when_it_is_edited_and_when_the_data_have_it_no_more(
    open_page: OpenPage,
) -> None:
    elsewhere = actions.RemoveExternal(only=actions.Only(user_ids=("nobody",)))
    app = opened(open_page, elsewhere)
    run(app.button(key="simulate_edit_0").click())
    held = next(field for field in app.multiselect if field.key and field.key.endswith("user_ids.form"))
    assert held.value == ["nobody"]
    run(app.button(key="simulate_add").click())
    # Not widened to everybody: nobody's licences are removed still.
    assert savings(app) == in_kroner(expected(elsewhere)) == [kroner(Decimal(0))] * 3


def test_the_table_to_pick_in_has_the_dearest_first_and_says_how_to_find_the_rest(open_page: OpenPage) -> None:
    app = open_page("simulate")
    run(app.selectbox(key="simulate_form_0_kind").set_value("replace_sku"))
    run(app.button(key="simulate_form_0_replace_sku.user_ids.open").click())
    table = next(table.value for table in app.dataframe if "employee_id" in table.value)
    assert len(table) == 500
    users = demo()[0].usage["licences"]["user_id"].n_unique()
    assert TEXTS["page.simulate.pick.more"].format(shown="500", count=number(users)) in said(app)
    amounts = list(table["amount_nok"].dropna())
    assert amounts == sorted(amounts, reverse=True)


def test_scenarios_stand_side_by_side_and_stay_when_moving_between_pages(open_page: OpenPage) -> None:
    app = opened(open_page, actions.RemoveExternal(), actions.RemoveSecondary())
    run(app.button(key="simulate_copy").click())
    run(app.button(key="simulate_remove_1").click())
    assert savings(app) == in_kroner(expected(actions.RemoveExternal()))
    app.switch_page(str(FOLDER / "overview.py")).run()
    run(app.switch_page(str(FOLDER / "simulate.py")))
    assert app.selectbox(key="simulate_open").options == ["Rydd opp", "Rydd opp – kopi"]
    assert app.selectbox(key="simulate_open").value == "Rydd opp – kopi"
    beside = next(table.value for table in app.dataframe if "actions" in table.value)
    assert list(beside["actions"]) == [1, 2]
    run(app.button(key="simulate_delete").click())
    assert app.selectbox(key="simulate_open").options == ["Rydd opp"]


def test_a_stored_scenario_opens_again_and_a_broken_file_says_why(open_page: OpenPage) -> None:
    stored = scenario.to_json(Scenario(name="Lagret", agency="BYM", actions=OVERLAPPING))
    app = open_page("simulate")
    run(app.file_uploader[0].upload("lagret.json", stored.encode(), "application/json"))
    assert savings(app) == in_kroner(expected(*OVERLAPPING))
    assert app.selectbox(key="simulate_open").value == "Lagret"
    run(app.file_uploader[0].upload("ødelagt.json", b'{"format": 1, "name": "x", "actions": [{}]}', "application/json"))
    assert app.error[0].value.startswith("Scenarioet har et tiltak som ikke finnes")
    assert savings(app) == in_kroner(expected(*OVERLAPPING))


def test_a_link_made_on_other_data_says_so_and_one_cut_short_is_told(open_page: OpenPage) -> None:
    app = opened(open_page, *OVERLAPPING, simulate_data="0123456789ab")
    assert app.warning[0].value == TEXTS["page.simulate.made_elsewhere"]
    app = open_page("simulate", simulate_scenario="eNptjrEKwkAQRH8lbB0kAbW40t7KSkSO5W4jR5JduTuTuCI")
    assert app.error[0].value == TEXTS["scenario.error.bad_token"]


def test_an_action_that_changes_nothing_is_explained(open_page: OpenPage) -> None:
    app = opened(open_page, actions.RemoveDeactivated(only=actions.Only(user_ids=("finnes-ikke",))))
    assert TEXTS["page.simulate.little.nothing"] in said(app)
    assert TEXTS["page.simulate.saves_nothing"] in said(app)


def test_an_action_may_begin_after_the_data_and_is_then_measured_there(open_page: OpenPage) -> None:
    later = actions.RemoveDeactivated(start="2027-01")
    app = opened(open_page, later)
    assert savings(app) == in_kroner(expected(later))
    told = TEXTS["page.simulate.looks_ahead"].format(month=month("2027-01"), last=month("2026-10"))
    assert told in said(app)
    run(app.selectbox(key="simulate_form_0_kind").select("remove_external"))
    offered = app.selectbox(key="simulate_form_0_start").options
    assert offered[1:3] == [month("2026-11"), month("2026-12")]
    assert offered[18:20] == [month("2028-04"), month("2026-10")]


def test_of_a_shared_cost_it_is_told_what_others_bear(open_page: OpenPage) -> None:
    fewer = actions.ChangeQuantity(item="dispatch.svarut", percent=-50)
    app, comparison = opened(open_page, fewer), expected(fewer)
    assert comparison.others.full_year == -comparison.saving.full_year < 0
    saved = kroner(comparison.saving.full_year)
    assert TEXTS["page.simulate.saver_lead"].format(agency=saved, oslo=kroner(Decimal(0))) in said(app)
    assert TEXTS["page.simulate.saver_others_moved"].format(amount=saved) in said(app)


@pytest.mark.parametrize("name", ["charges", "simulate", "rules"])
def test_a_phone_shows_the_amount_of_every_table(open_page: OpenPage, name: str) -> None:
    choices = {"rules_section": "prices"} if name == "rules" else {}
    app = opened(open_page, *OVERLAPPING) if name == "simulate" else open_page(name, **choices)
    tables = [list(frame.value.columns) for frame in app.dataframe]
    priced = [columns for columns in tables if any(column.endswith("_nok") for column in columns)]
    assert priced
    for columns in priced:
        assert columns[1].endswith("_nok"), columns
