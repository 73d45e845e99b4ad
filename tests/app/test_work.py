"""Saving and opening from the menu: every part comes back, what a file says is plain, opening is undone."""

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from billing_core.planning.sketch import Sketch
from billing_core.store.basis import Basis, Mark
from billing_core.store.work import Work, to_bytes
from pages._ui.base.text import texts
from pages._ui.session import door, work
from pages._ui.session.keys import BROWSER, OWN, WORK
from tests.app.conftest import OpenPage
from tests.app.test_plain import DRAWN, EVIL, told
from tests.store.works import BASIS
from tests.store.works import WORK as EVERY_PART


def run(widget: Any) -> None:
    app = widget.run()
    assert not app.exception, app.exception[0].message


def opened(app: AppTest, held: Work, basis: Basis = BASIS, name: str = "arbeid.json") -> None:
    app.session_state["work_menu"] = True
    run(app)
    field = next(field for field in app.file_uploader if str(field.key).startswith("work_file"))
    run(field.upload(name, to_bytes(held, basis), "application/json"))


def saved(app: AppTest) -> Work:
    """What the session's work was when it was last saved or opened: just what was put back."""
    found = door.MEMORY.kept(app.session_state[BROWSER], WORK, "saved")
    assert isinstance(found, Work)
    return found


def test_every_part_has_its_place_in_the_session_and_its_words() -> None:
    assert work.PARTS.keys() == Work.model_fields.keys()
    for language in LANGUAGES:
        words = texts(language)
        assert {f"work.part.{name}{one}" for name in work.PARTS for one in ("", "_one")} <= words.keys()


def test_all_that_a_file_holds_is_there_when_it_is_opened_and_gone_when_that_is_undone(open_page: OpenPage) -> None:
    app = open_page("overview")
    opened(app, EVERY_PART)
    assert saved(app) == EVERY_PART
    assert "«arbeid.json» er åpnet: 1 scenario, 1 kalkyle, budsjett for 1 virksomhet" in app.success[0].value
    assert not any("Noe er ikke lagret" in shown.value for shown in app.caption)
    run(app.button(key="work_undo").click())
    assert saved(app) == Work()
    assert app.session_state["address.view"].policy == ()
    assert not app.success


def test_opening_puts_away_what_the_file_lacks(open_page: OpenPage) -> None:
    app = open_page("overview")
    opened(app, EVERY_PART)
    opened(app, Work(readings=EVERY_PART.readings))
    assert saved(app) == Work(readings=EVERY_PART.readings)


def test_a_value_that_the_policy_no_longer_has_is_left_out(open_page: OpenPage) -> None:
    app = open_page("overview")
    opened(app, Work(readings={"client_allowance": "per_agency", "gone": "1", "proration": "daily"}))
    assert saved(app).readings == {"client_allowance": "per_agency"}


@pytest.mark.parametrize("page", ["overview", "estimate", "simulate"])
def test_what_a_file_says_is_plain(open_page: OpenPage, page: str) -> None:
    app = open_page(page)
    mark = Mark(name=EVIL[:200], rows=3, fingerprint="0")
    sketch = Sketch(name=EVIL[:120], agency=EVIL[:200], first="2027-01", rows=EVERY_PART.estimates[0].rows)
    opened(app, Work(estimates=(sketch,)), Basis(data=mark, prices=mark, agreements=mark), f"{EVIL[:60]}.json")
    texts_drawn = list(told(app))
    assert [text for _, text in texts_drawn if DRAWN.search(text) and not text.startswith("$$ID")] == []
    assert sum("Logg inn" in text for _, text in texts_drawn) >= 2


def test_account_strings_that_can_no_longer_be_used_leave_all_as_it_was(open_page: OpenPage) -> None:
    app = open_page("overview")
    odd = EVERY_PART.accounts.model_copy(update={"rows": ({**EVERY_PART.accounts.rows[0], "item": "tull"},)})
    opened(app, EVERY_PART.model_copy(update={"accounts": odd}))
    assert "En verdi i den er ugyldig: accounts." in app.error[0].value
    assert not app.success
    assert door.MEMORY.kept(app.session_state[BROWSER], WORK, "saved") is None


@pytest.mark.parametrize("part", ["prices", "agreements"])
def test_prices_that_can_no_longer_be_used_leave_all_as_it_was(open_page: OpenPage, part: str) -> None:
    app = open_page("overview")
    opened(app, Work(prices=EVERY_PART.prices))
    kept = saved(app)
    rows = getattr(EVERY_PART, part).rows
    odd = getattr(EVERY_PART, part).model_copy(update={"rows": ({**rows[0], "item": "tull"},)})
    opened(app, EVERY_PART.model_copy(update={part: odd}))
    assert f"En verdi i den er ugyldig: {part}." in app.error[0].value
    assert app.session_state["address.view"].prices
    assert app.session_state["address.view"].agreements == ""
    assert saved(app) == kept


def test_own_prices_come_back_with_the_amounts_they_give(open_page: OpenPage) -> None:
    app = open_page("overview")
    opened(app, Work(prices=EVERY_PART.prices, agreements=EVERY_PART.agreements))
    view, browser = app.session_state["address.view"], app.session_state[BROWSER]
    own = (
        door.MEMORY.kept(browser, OWN, ("prices", view.prices)),
        door.MEMORY.kept(browser, OWN, ("agreements", view.agreements)),
    )
    # 1.25 and 1.00 kroner in ten-thousandths; the rows that the user's own files have them on.
    assert [(one.name, one.frame["price"].to_list(), one.frame["row"].to_list()) for one in own] == [
        ("konsernpriser.csv", [12_500], [2]),
        ("avtaler.csv", [10_000], [3]),
    ]


def test_why_a_file_is_not_opened_is_plain_too(open_page: OpenPage) -> None:
    app = open_page("overview")
    app.session_state["work_menu"] = True
    run(app)
    field = next(field for field in app.file_uploader if str(field.key).startswith("work_file"))
    content = b'{"kind":"utover-work","format":1,"work":{"[x](http://a) <b>":1}}'
    run(field.upload("$x^2$ [x](y).json", content, "application/json"))
    refused = app.error[0].value
    assert not re.search(r"(?<!\\)(\[x\]|<b>|\$x)", refused)
    assert "har en del som denne utgaven ikke kjenner" in refused
