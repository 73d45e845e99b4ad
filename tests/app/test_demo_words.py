"""Every page says that the demo's figures are not the agency's own; lists show nothing that one cannot type."""

import pytest

from pages._ui.base.pages import PAGES
from pages._ui.parts.tables import usage_file
from pages._ui.session import state
from tests.app.conftest import OpenPage

DEMO = {"nb": "Demodata – ikke virksomhetens egne tall", "en": "Demo data – not the agency's own figures"}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_that_the_demo_is_a_demo_and_lists_have_ordinary_spaces(open_page: OpenPage, name: str) -> None:
    app = open_page(name)
    # What is planned is the user's own, whatever data the session has.
    assert sum(DEMO["nb"] in shown.value for shown in app.markdown) == (name != "estimate")
    options = [option for box in (*app.selectbox, *app.multiselect) for option in box.options]
    assert [option for option in options if "\u00a0" in option or "\u202f" in option] == []
    if name != "upload":
        assert options


def test_english_says_so_too(open_page: OpenPage) -> None:
    assert any(DEMO["en"] in shown.value for shown in open_page("charges", lang="en").markdown)


@pytest.mark.parametrize(("demo", "name"), [(True, "demodata-rader-som-ma-rettes"), (False, "rader-som-ma-rettes")])
def test_a_file_made_of_the_demo_says_so_in_its_name(monkeypatch: pytest.MonkeyPatch, demo: bool, name: str) -> None:
    monkeypatch.setattr(state, "is_demo", lambda: demo)
    assert usage_file("rader-som-ma-rettes") == name
