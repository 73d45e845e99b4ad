"""Uploading: what was read, what is wrong, and the ways back."""

from datetime import date

import pytest

from billing_core.base.months import month_of, months_until
from billing_core.base.texts import LANGUAGES
from tests.app.conftest import OpenPage, usage_read
from tests.intake.support import layout
from tests.intake.test_exports import export

GOOD = "periode;virksomhet;ansatte\n2026-09;BYM;10\n2026-10;BYM;12\n"
BAD = "periode;virksomhet;ansatte\n2026-13;BYM;10\n2026-10;BYM;mange\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_what_the_demo_files_hold(open_page: OpenPage, language: str) -> None:
    app = open_page("upload", lang=language)
    assert [metric.value for metric in app.metric] == ["51\u00a0933", "51\u00a0926", "7"]


@pytest.mark.parametrize(
    ("language", "steps", "told"),
    [
        ("nb", ["Velg filer", "Sjekk", "Se tallene"], ["Må rettes (7)", "Bør sjekkes (37)"]),
        ("en", ["Choose files", "Check", "See the figures"], ["Must be corrected (7)", "Should be checked (37)"]),
    ],
)
def test_the_page_is_three_steps_and_its_options_are_folded(
    open_page: OpenPage, language: str, steps: list[str], told: list[str]
) -> None:
    app = open_page("upload", lang=language)
    assert [shown.value for shown in app.header] == [f"{place}. {step}" for place, step in enumerate(steps, 1)]
    assert [shown.value.removeprefix("#### ") for shown in app.markdown if shown.value.startswith("#### ")] == told
    assert not any(part.proto.expanded for part in app.expander)
    folded = {widget.key for part in app.expander for widget in (*part.selectbox, *part.toggle)}
    assert folded >= {"upload_0_period", "upload_0_agency", "upload_pseudonymise"}
    assert [widget.key for widget in (*app.selectbox, *app.toggle, *app.radio) if widget.key not in folded] == []


def test_an_uploaded_file_becomes_the_sessions_data_and_can_be_undone(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.file_uploader[0].upload("ansatte.csv", GOOD.encode(), "text/csv").run()
    next(button for button in app.button if button.label == "Les inn filene").click().run()
    assert not app.exception
    assert [metric.value for metric in app.metric] == ["2", "2", "0"]
    assert app.query_params["data"]
    next(button for button in app.button if button.label == "Angre siste opplasting").click().run()
    assert [metric.value for metric in app.metric] == ["51\u00a0933", "51\u00a0926", "7"]
    assert "data" not in app.query_params


def test_a_file_of_bad_rows_only_is_told_with_place_and_remedy(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.file_uploader[0].upload("ansatte.csv", BAD.encode(), "text/csv").run()
    next(button for button in app.button if button.label == "Les inn filene").click().run()
    assert not app.exception
    assert [metric.value for metric in app.metric] == ["2", "0", "2"]
    assert {tuple(shown.value["row"]) for shown in app.dataframe[1:]} == {
        ("2",),
        ("3",),
    }


def test_data_that_are_gone_are_told_and_can_be_uploaded_again(open_page: OpenPage) -> None:
    app = open_page("upload", data="0123456789ab")
    assert "ikke i denne økten" in app.warning[0].value
    app.file_uploader[0].upload("ansatte.csv", GOOD.encode(), "text/csv").run()
    next(button for button in app.button if button.label == "Les inn filene").click().run()
    assert not app.warning
    assert [metric.value for metric in app.metric] == ["2", "2", "0"]


def test_a_second_upload_adds_to_the_first(open_page: OpenPage) -> None:
    app = open_page("upload")
    for month in ("2026-08", "2026-09"):
        rows = f"periode;virksomhet;ansatte\n{month};BYM;10\n"
        app.file_uploader[0].upload(f"{month}.csv", rows.encode(), "text/csv").run()
        next(button for button in app.button if button.label == "Les inn filene").click().run()
    assert [metric.value for metric in app.metric] == ["2", "2", "0"]
    assert any("2 måneder" in shown.value for shown in app.markdown)


def test_files_without_month_and_agency_are_asked_about_and_read_again(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.file_uploader[0].upload("ansatte.csv", b"ansatte\n10\n", "text/csv").run()
    next(button for button in app.button if button.label == "Les inn filene").click().run()
    assert [metric.value for metric in app.metric] == ["1", "0", "1"]
    app.selectbox(key="upload_again_period").select_index(1)
    app.selectbox(key="upload_again_agency").select("BYM").run()
    next(button for button in app.button if button.label == "Les inn filene på nytt").click().run()
    assert [metric.value for metric in app.metric] == ["1", "1", "0"]


def test_what_pcs_without_an_owner_are_about_is_told_in_kroner(open_page: OpenPage) -> None:
    devices = [{"Device ID": name, "OS": "Windows", "Primary user UPN": f"{name}@bym.oslo.kommune.no"} for name in "ab"]
    app = open_page("upload")
    app.file_uploader[0].upload("intune.csv", export(layout("intune"), *devices), "text/csv")
    app.selectbox(key="upload_0_period").select_index(0).run()
    next(button for button in app.button if button.label == "Les inn filene").click().run()
    assert not app.exception
    # For want of headcount: two thick clients, each kr 265.00 and a licence of kr 92.00 (demo_prices.csv, from 2026).
    said = "Gjelder 4 linjer som ikke er avgjort. Beløpet om de faktureres: kr\u00a0714,00."
    assert said in [shown.value for shown in app.markdown]


def test_notices_tell_what_they_are_about_and_refused_rows_do_not(open_page: OpenPage) -> None:
    head = "periode;virksomhet;bruker;brukertype;lisens\n"
    rows = "2026-10;NYE;kari;hoved;E1\n2026-10;BYM;ola;hoved;Ukjent X\n2026-13;BYM;per;hoved;E1\n"
    app = open_page("upload")
    app.file_uploader[0].upload("lisenser.csv", (head + rows).encode(), "text/csv").run()
    next(button for button in app.button if button.label == "Les inn filene").click().run()
    said = [shown.value for shown in app.markdown if shown.value.startswith("Gjelder")]
    # Kari's E1 is covered for kr 95.00; nobody knows what X costs, but its management is kr 38.00 (demo_prices.csv).
    assert said == [
        "Gjelder 1 linje. Fakturert eller dekket beløp: kr\u00a095,00.",
        "Gjelder 2 linjer. Fakturert og dekket beløp til sammen: kr\u00a038,00. 1 av dem har ingen kjent pris.",
    ]


def test_exports_of_two_months_are_read_one_after_the_other_each_in_its_own(open_page: OpenPage) -> None:
    app = open_page("upload")
    for turn, place in enumerate((1, 0)):
        person = {"User principal name": f"u{turn}@bym.oslo.kommune.no", "Licenses": "Office 365 E1"}
        app.file_uploader[0].upload("users.csv", export(layout("active_users_new"), person), "text/csv")
        app.selectbox(key=f"upload_{turn}_period").select_index(place).run()
        next(button for button in app.button if button.label == "Les inn filene").click().run()
        assert not app.exception
    before, month = months_until(month_of(date.today()), 2)
    rows = usage_read(app, "licences").select("period", "user_id").sort("period").rows()
    assert rows == [(before, "u0@bym.oslo.kommune.no"), (month, "u1@bym.oslo.kommune.no")]
    # The next files' month is asked anew.
    assert app.selectbox(key="upload_2_period").value is None


def test_what_must_be_corrected_stands_apart_and_the_most_money_first(open_page: OpenPage) -> None:
    # About money: three unknown licences, managed for kr 38.00 each, and an agency nobody knows, with a covered E1 of
    # kr 95.00. Three more notices: BYM's licences outside the standard, and each agency's accounts without an employee.
    head = "periode;virksomhet;bruker;brukertype;lisens\n"
    unknown = "".join(f"2026-10;BYM;{user};hoved;Ukjent X\n" for user in ("ola", "eva", "liv"))
    rows = f"{unknown}2026-10;NYE;kari;hoved;E1\n2026-13;BYM;per;hoved;E1\n"
    app = open_page("upload")
    app.file_uploader[0].upload("lisenser.csv", (head + rows).encode(), "text/csv").run()
    next(button for button in app.button if button.label == "Les inn filene").click().run()
    told = [shown.value for shown in app.markdown if shown.value.startswith(("####", "Gjelder"))]
    assert [said[:24] for said in told] == [
        "#### Må rettes (1)", "#### Bør sjekkes (5)", "Gjelder 6 linjer. Faktur", "Gjelder 1 linje. Fakture",
    ]  # fmt: skip
