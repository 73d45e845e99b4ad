"""A page of the app in process, without a browser: `open_page("overview", lang="en")`."""

from collections.abc import Callable

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from billing_core import intake
from pages._ui.base import data
from pages._ui.base.data import register
from pages._ui.base.pages import FOLDER
from pages._ui.server.asgi import SHELL
from pages._ui.session import door
from pages._ui.session.keys import BROWSER, DATASETS
from tests.through import FROZEN

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def frozen_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy and price list that the tests' figures were worked out by, whatever the project's own say today."""
    monkeypatch.setattr(data, "POLICY", FROZEN / "policy.toml")
    monkeypatch.setattr(data, "PRICES", FROZEN / "demo_prices.csv")


@pytest.fixture
def open_page() -> OpenPage:
    """Opens a page by name with choices in the address and runs it; no page may show an exception."""

    def opened(name: str, **choices: str | list[str]) -> AppTest:
        app = AppTest.from_file(SHELL, default_timeout=60)
        app.run()
        # As a link to a page does it: the first run has taken what else the address says.
        for key, told in choices.items():
            app.query_params[key] = told
        app.switch_page(str(FOLDER / f"{name}.py")).run()
        assert not app.exception, app.exception[0].message
        return app

    return opened


def plain(text: str) -> str:
    """With ordinary spaces, as a person would type it."""
    return text.replace("\u00a0", " ")


def figures(app: AppTest) -> list[str]:
    """The large figures of a page."""
    return [plain(shown.value) for shown in app.metric]


def press(app: AppTest, label: str) -> AppTest:
    """Clicks a button that can be clicked, by its label; no page may show an exception."""
    next(button for button in app.button if button.label == label and not button.disabled).click().run()
    assert not app.exception, app.exception[0].message
    return app


def usage_read(app: AppTest, table: str) -> pl.DataFrame:
    """What is read of a table from the files that an app's session has."""
    current = door.MEMORY.kept(app.session_state[BROWSER], DATASETS, app.session_state["address.view"].data)
    assert current is not None
    return intake.read(current.sources, register(), current.options).usage[table]
