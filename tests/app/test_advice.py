"""Recommendations on the demo agency: the sentence, a target, what a step is about, answers that stay."""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from tests.app.conftest import OpenPage

DEACTIVATED = "remove_deactivated"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u2212", "-")


def words(app: AppTest) -> str:
    return "\n".join(plain(shown.value) for kind in (app.markdown, app.caption, app.info) for shown in kind)


def run(widget: Any) -> None:
    app = widget.run()
    assert not app.exception, app.exception[0].message


def test_clean_ups_are_told_first_and_the_figures_are_the_joint_saving(open_page: OpenPage) -> None:
    # Extra PCs 28 917,00, deactivated users 5 538,00, extra users 3 621,00: together 38 076,00. The framework pays
    # 5 751,00 less for deactivated users' licences that it still covers.
    app = open_page("advice")
    assert "Bymiljøetaten kan spare **kr 38 076** i måneden ved å rydde" in words(app)
    assert "Beslutninger kan spare inntil **kr 76 493** til" in words(app)
    assert [plain(shown.value) for shown in app.metric] == [
        "kr 38 076,00", "kr 456 912,00", "kr 43 827,00", "-kr 5 751,00",
    ]  # fmt: skip
    assert len({button.label for button in app.button}) == len(app.button)


def test_what_is_billed_soon_stands_first_in_time(open_page: OpenPage) -> None:
    # 50 within 60 days cost 5 325,00; of these 32 within 30 days, the first on 1 November.
    told = words(open_page("advice"))
    assert (
        "Først i tid: 32 lisenser til deaktiverte brukere blir fakturert innen 30 dager, den første 1. nov. 2026"
        in told
    )
    assert "Hindrer i tillegg at 50 lisenser blir fakturert innen 60 dager: kr 5 325,00 i måneden." in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_click_asks_for_ten_per_cent_and_says_whether_it_is_reached(open_page: OpenPage, language: str) -> None:
    # A tenth of 498 858,56 is 49 885,86: clean-ups give 38 076,00, of decisions one alone 55 158,00.
    app = open_page("advice", advice_target="tenth", lang=language)
    missed = {
        "nb": "Målet på kr 49 885,86 i måneden nås ikke",
        "en": "The target of kr 49 885,86 per month is not reached",
    }
    assert missed[language] in words(app)
    run(app.toggle(key="advice_decisions").set_value(True))
    reached = {"nb": "Målet på kr 49 885,86 i måneden nås. Dette er det minste", "en": "These are the fewest"}
    assert reached[language] in words(app)
    assert plain(app.metric[0].value) == "kr 55 158,00"


def test_a_sum_that_is_no_number_is_told_and_asks_for_nothing(open_page: OpenPage) -> None:
    app = open_page("advice", advice_target="sum", advice_sum="mye")
    assert [error.value for error in app.error] == ["«mye» er ikke et tall. Skriv for eksempel 2,5 eller 1 200."]
    assert plain(app.metric[0].value) == "kr 38 076,00"
    run(app.text_input(key="advice_sum").set_value("30 000"))
    assert "Målet på kr 30 000,00 i måneden nås." in words(app)
    assert plain(app.metric[0].value) == "kr 34 455,00"


def test_things_taken_off_the_list_are_not_in_the_action(open_page: OpenPage) -> None:
    app = open_page("advice", advice_open=DEACTIVATED)
    assert "Gjelder **58 brukere**." in words(app)
    taken = app.multiselect(key=f"advice_off_{DEACTIVATED}")
    run(taken.set_value(taken.options[:1]))
    assert "Igjen er 57, som for seg sparer" in words(app)
    link = next(link.proto for link in app.get("page_link") if link.proto.label == "Ta det med i en simulering")
    assert "simulate_scenario=" in link.query_string


def test_what_is_dismissed_with_a_reason_stays_away_and_can_be_taken_back(open_page: OpenPage) -> None:
    app = open_page("advice", advice_open=DEACTIVATED)
    save = next(button for button in app.button if button.label.startswith("Lagre svaret"))
    run(save.click())
    assert [error.value for error in app.error] == ["Skriv en begrunnelse først."]
    app.text_input(key=f"advice_reason_{DEACTIVATED}").set_value("[Avtalt](http://x) med HR")
    run(next(button for button in app.button if button.label.startswith("Lagre svaret")).click())
    assert "Fjern lisenser fra deaktiverte brukere** er avvist: \\[Avtalt\\](http:" in words(app)
    assert "Først i tid" not in words(app)
    assert plain(app.metric[0].value) == "kr 32 538,00"  # 38 076 - 5 538
    run(app.button(key="advice_back_0").click())
    assert plain(app.metric[0].value) == "kr 38 076,00"


def test_a_cost_that_nobody_stated_is_unknown_and_a_stated_one_is_paid_back(open_page: OpenPage) -> None:
    app = open_page("advice", advice_open=DEACTIVATED)
    assert "Engangskostnaden er ikke oppgitt, så nedbetalingstiden er ukjent." in words(app)
    run(app.text_input(key=f"advice_one_off_{DEACTIVATED}").set_value("10 000"))
    # 10 000 / 5 538,00 = 1,805: 1,9 months rounded up.
    assert "Koster kr 10 000,00 én gang og er spart inn etter 1,9 måneder." in words(app)
    run(app.text_input(key=f"advice_months_{DEACTIVATED}").set_value("3"))
    assert "Virker etter 3 måneder." in words(app)


def test_the_checklist_counts_licences_by_state_and_says_that_nobody_s_activity_is_read(open_page: OpenPage) -> None:
    app = open_page("advice", advice_section="licences", advice_group="soon")
    assert "Listen viser ikke når noen sist var aktive" in words(app)
    # The 32 licences that come up within 30 days are one group, and cost nothing yet.
    assert "Faktureres innen 30 dager (32)" in app.selectbox(key="advice_group").options
    assert app.metric[0].label == "Foreslått"
    assert [metric.value for metric in app.metric[1:]] == ["0"] * 4


def test_managers_are_asked_about_a_group_with_a_deadline_or_nothing_is_saved(open_page: OpenPage) -> None:
    app = open_page("advice", advice_section="licences", advice_group="soon")
    ask = next(button for button in app.button if button.label.startswith("Sett 32"))
    run(ask.click())
    assert [error.value for error in app.error] == ["Sett en frist for svaret."]
    app.date_input(key="advice_ask_deadline").set_value(date(2026, 12, 1))
    run(next(button for button in app.button if button.label.startswith("Sett 32")).click())
    assert [plain(metric.value) for metric in app.metric][1] == "32"
    assert not any(button.label.startswith("Sett ") for button in app.button)


def test_a_licence_is_removed_only_when_everything_is_ticked(open_page: OpenPage) -> None:
    app = open_page("advice", advice_section="licences", advice_group="over", advice_licence="bym101170|E1")
    key = "advice_case_bym101170_E1"

    def save() -> None:
        app.selectbox(key=f"{key}_state").select("removed")
        run(next(button for button in app.button if button.label == "Lagre for bym101170").click())

    save()
    assert "krysset av før lisensen kan stå som fjernet" in app.error[0].value
    for tick in ("hold", "mailbox", "archive", "onedrive", "roles"):
        app.checkbox(key=f"{key}_{tick}").check()
    save()
    assert not app.error
    assert app.metric[4].label == "Fjernet"
    assert app.metric[4].value == "1"


def test_a_list_of_people_splits_the_checklist_by_department(open_page: OpenPage) -> None:
    app = open_page("advice", advice_section="licences", advice_group="over")
    user = app.dataframe[-1].value["user_id"][0]
    listed = f"bruker;avdeling;leder\n{user};[Drift](http://x);Kari\n".encode()
    run(app.file_uploader[0].upload("folk.csv", listed, "text/csv"))
    assert "Avdeling eller leder er kjent for 1 bruker." in words(app)
    run(app.selectbox(key="advice_department").select("[Drift](http://x)"))
    assert set(app.dataframe[-1].value["user_id"]) == {user}
    run(app.button(key="advice_people_remove").click())
    assert not [box for box in app.selectbox if box.key == "advice_department"]
    run(app.file_uploader[0].upload("folk.csv", b"a;b\n1;2\n", "text/csv"))
    assert "må ha en kolonne «bruker»" in app.error[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_checklist_is_in_both_languages(open_page: OpenPage, language: str) -> None:
    app = open_page("advice", advice_section="licences", lang=language)
    assert {"nb": "lisenser å se på", "en": "licences to look at"}[language] in words(app)
