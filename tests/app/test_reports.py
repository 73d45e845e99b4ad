"""Reports on the pages: nothing is made until somebody asks, then one button downloads it."""

import pytest
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from pages._ui.session import door
from pages._ui.session.keys import BROWSER, REPORTED
from tests.app.conftest import OpenPage

ASKED = {"overview": ("leaders", "month"), "budget": ("workbook", "budget_base")}


def opened(open_page: OpenPage, page: str, language: str = "nb") -> AppTest:
    app = open_page(page, lang=language, **{ASKED[page][1]: "2026-10"})
    app.session_state["reports_unfolded"] = True
    return app.run()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", list(ASKED))
def test_a_report_is_made_when_asked_for_and_then_offered(open_page: OpenPage, page: str, language: str) -> None:
    kind = ASKED[page][0]
    app = opened(open_page, page, language)
    asked = f"report_{kind}_asked"
    assert asked not in app.session_state
    app.session_state["reports_unfolded"] = True
    app.button(key=f"report_{kind}").click().run()
    assert not app.exception
    key = app.session_state[asked]
    content = door.MEMORY.once(app.session_state[BROWSER], REPORTED, key, bytes, 3)
    assert content.startswith({"leaders": b"%PDF", "workbook": b"PK"}[kind])
