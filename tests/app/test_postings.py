"""Account strings, on the demo agency: what lacks one, the demo's, a suggestion, an edit, a faulty file."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from pages._ui.session import door
from pages._ui.session.keys import BROWSER, OWN
from tests.app.conftest import OpenPage, figures, press

DEMO = Path(__file__).parents[2] / "data/demo"
NBSP = "\u00a0"


def words(app: AppTest) -> str:
    return "\n".join(shown.value for shown in (*app.markdown, *app.caption)).replace(NBSP, " ")


def held(app: AppTest) -> list[dict[str, str]]:
    strings = door.MEMORY.kept(app.session_state[BROWSER], OWN, "account_strings")
    return [] if strings is None else strings.frame.drop("row").to_dicts()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_strings_all_lacks_one_and_the_demos_leave_nothing(open_page: OpenPage, language: str) -> None:
    app = open_page("postings", month="2026-10", lang=language)
    billed, credit, lacking = figures(app)
    assert billed == credit == lacking != "kr 0,00"
    press(app, {"nb": "Prøv med demoens kontostrenger", "en": "Try it on the demo's account strings"}[language])
    assert figures(app) == [billed, billed, "kr 0,00"]
    assert {"nb": "debet er lik kredit", "en": "debit equals credit"}[language] in words(app)


def test_a_suggestion_is_entered_only_when_asked_for_and_is_undone(open_page: OpenPage) -> None:
    app = open_page("postings", month="2026-10")
    assert held(app) == []
    press(app, "Legg inn forslag")
    assert {(row["side"], row["art"], row["ansvar"]) for row in held(app)} == {
        ("debit", "298", None), ("credit", "798", None),
    }  # fmt: skip
    assert figures(app)[2] == "kr 0,00"
    press(app, "Angre siste endring")
    assert held(app) == []


def test_a_file_is_taken_whole_or_refused_with_its_place(open_page: OpenPage) -> None:
    app = open_page("postings", month="2026-10")
    app.file_uploader[0].upload("konto.csv", (DEMO / "accounts.csv").read_bytes(), "text/csv").run()
    assert len(held(app)) == 4
    faulty = b"side;tjeneste;art\ndebet;hr.finnes_ikke;298\n"
    app.file_uploader[0].upload("feil.csv", faulty, "text/csv").run()
    assert "Rad 2: ingen tjeneste heter «hr.finnes\\_ikke»" in app.error[0].value
    assert len(held(app)) == 4


def test_a_month_before_the_strings_hold_has_none(open_page: OpenPage) -> None:
    app = press(open_page("postings", month="2025-12"), "Prøv med demoens kontostrenger")
    billed, _, lacking = figures(app)
    assert billed == lacking
