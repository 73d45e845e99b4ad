"""Uploading: what was read, what is wrong, and the ways back."""

import pytest

from billing_core.texts import LANGUAGES
from tests.app.conftest import OpenPage

GOOD = "periode;virksomhet;ansatte\n2026-09;BYM;10\n2026-10;BYM;12\n"
BAD = "periode;virksomhet;ansatte\n2026-13;BYM;10\n2026-10;BYM;mange\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_what_the_demo_files_hold(open_page: OpenPage, language: str) -> None:
    app = open_page("upload", lang=language)
    assert [metric.value for metric in app.metric] == ["51\u00a0933", "51\u00a0926", "7"]


def test_an_uploaded_file_becomes_the_sessions_data_and_can_be_undone(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.file_uploader[0].upload("ansatte.csv", GOOD.encode(), "text/csv").run()
    next(button for button in app.button if button.label == "Les filene").click().run()
    assert not app.exception
    assert [metric.value for metric in app.metric] == ["2", "2", "0"]
    assert app.query_params["data"]
    next(button for button in app.button if button.label == "Angre siste opplasting").click().run()
    assert [metric.value for metric in app.metric] == ["51\u00a0933", "51\u00a0926", "7"]
    assert "data" not in app.query_params


def test_a_file_of_bad_rows_only_is_told_with_place_and_remedy(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.file_uploader[0].upload("ansatte.csv", BAD.encode(), "text/csv").run()
    next(button for button in app.button if button.label == "Les filene").click().run()
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
    next(button for button in app.button if button.label == "Les filene").click().run()
    assert not app.warning
    assert [metric.value for metric in app.metric] == ["2", "2", "0"]


def test_a_second_upload_adds_to_the_first(open_page: OpenPage) -> None:
    app = open_page("upload")
    for month in ("2026-08", "2026-09"):
        rows = f"periode;virksomhet;ansatte\n{month};BYM;10\n"
        app.file_uploader[0].upload(f"{month}.csv", rows.encode(), "text/csv").run()
        next(button for button in app.button if button.label == "Les filene").click().run()
    assert [metric.value for metric in app.metric] == ["2", "2", "0"]
    assert any("2 måneder" in shown.value for shown in app.markdown)


def test_files_without_month_and_agency_are_asked_about_and_read_again(open_page: OpenPage) -> None:
    app = open_page("upload")
    app.file_uploader[0].upload("ansatte.csv", b"ansatte\n10\n", "text/csv").run()
    next(button for button in app.button if button.label == "Les filene").click().run()
    assert [metric.value for metric in app.metric] == ["1", "0", "1"]
    app.selectbox(key="upload_again_period").select_index(1)
    app.selectbox(key="upload_again_agency").select("BYM").run()
    next(button for button in app.button if button.label == "Les filene på nytt").click().run()
    assert [metric.value for metric in app.metric] == ["1", "1", "0"]
