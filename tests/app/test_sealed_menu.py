"""Uploads kept under a passphrase: made when asked, opened elsewhere alike, undone; nothing is remembered."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.session import door
from pages._ui.session.keys import BROWSER, DATASETS, WORK
from tests.app.conftest import OpenPage, press
from tests.app.test_plain import DRAWN, EVIL, told
from tests.app.test_replace import FIRST, SECOND, figures, read

PASSPHRASE = "riktig hest batteri stift"  # noqa: S105 - of the tests alone
LEFT = "Erstatt det som var der"


def run(widget: Any) -> None:
    app = widget.run()
    assert not app.exception, app.exception[0].message


def uploaded(open_page: OpenPage) -> AppTest:
    """Two files, of which the second has replaced the first's September."""
    app = read(read(open_page("upload"), "først.csv", FIRST), "rettet.csv", SECOND)
    press(app, LEFT)
    app.session_state["work_menu"] = True
    run(app)
    return app


def asked(app: AppTest) -> None:
    run(app.checkbox(key="work_sealed").check())
    run(app.checkbox(key="work_sealed_read").check())


def write(app: AppTest, first: str, again: str) -> None:
    app.text_input(key="work_passphrase").input(first)
    app.text_input(key="work_passphrase_again").input(again)
    press(app, "Lag kryptert fil")


def made(app: AppTest) -> bytes | None:
    held = door.MEMORY.kept(app.session_state[BROWSER], WORK, "sealed_made")
    return held[0] if held else None


def file_of(open_page: OpenPage) -> bytes:
    app = uploaded(open_page)
    asked(app)
    write(app, PASSPHRASE, PASSPHRASE)
    content = made(app)
    assert content is not None
    return content


def drop(app: AppTest, content: bytes, name: str = "arbeid.utover") -> None:
    app.session_state["work_menu"] = True
    run(app)
    field = next(field for field in app.file_uploader if str(field.key).startswith("work_file"))
    run(field.upload(name, content, "application/octet-stream"))


def unlock(app: AppTest, passphrase: str) -> None:
    app.text_input(key="work_passphrase_open").input(passphrase)
    press(app, "Åpne den krypterte filen")


def remembered(app: AppTest) -> str:
    return repr(app.session_state) + repr(door.MEMORY._given)


def test_nothing_is_made_or_asked_before_the_warning_is_read(open_page: OpenPage) -> None:
    app = open_page("overview")
    app.session_state["work_menu"] = True
    run(app)
    # The demo has nothing of the user's own.
    assert not [box for box in app.checkbox if box.key == "work_sealed"]
    app = uploaded(open_page)
    run(app.checkbox(key="work_sealed").check())
    assert any("opplysninger om personer" in shown.value for shown in app.warning)
    assert not [field for field in app.text_input if str(field.key).startswith("work_pass")]
    asked(app)
    assert any("Minst 12 tegn" in shown.value for shown in app.caption)
    assert made(app) is None


@pytest.mark.parametrize(
    ("first", "again", "why"),
    [
        (PASSPHRASE, PASSPHRASE + "!", "De to passordfrasene er ikke like"),
        ("abcdefghijk", "abcdefghijk", "minst 12 tegn"),
        ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", "for lett å gjette"),
    ],
)
def test_a_passphrase_that_will_not_do_makes_nothing(open_page: OpenPage, first: str, again: str, why: str) -> None:
    app = uploaded(open_page)
    asked(app)
    write(app, first, again)
    assert why in app.error[0].value
    assert made(app) is None
    assert first not in remembered(app)


def test_uploads_come_back_as_they_were_read_and_go_when_that_is_undone(open_page: OpenPage) -> None:
    content = file_of(open_page)
    app = open_page("upload")
    drop(app, content)
    assert app.session_state["address.view"].data == "demo"
    unlock(app, PASSPHRASE)
    view = app.session_state["address.view"]
    # August's row and the corrected September's three: what was replaced is neither read nor refused.
    assert figures(app) == ["4", "4", "0"]
    found = door.MEMORY.kept(app.session_state[BROWSER], DATASETS, view.data)
    assert [(one.name, one.replaces) for one in found.sources] == [("først.csv", False), ("rettet.csv", True)]
    assert "«arbeid.utover» er åpnet" in app.success[0].value
    assert PASSPHRASE not in remembered(app)
    run(app.button(key="work_undo").click())
    assert app.session_state["address.view"].data == "demo"
    assert not app.success


def test_what_was_not_sealed_so_changes_nothing_and_can_be_tried_again(open_page: OpenPage) -> None:
    content = file_of(open_page)
    app = open_page("upload")
    for broken, passphrase in ((content, "feil hest batteri stift"), (content[:-3], PASSPHRASE)):
        drop(app, broken)
        unlock(app, passphrase)
        assert "Passordfrasen er en annen, eller filen er endret" in app.error[0].value
        assert app.session_state["address.view"].data == "demo"
        assert passphrase not in remembered(app)
    drop(app, content)
    unlock(app, PASSPHRASE)
    assert figures(app) == ["4", "4", "0"]


def test_the_name_of_a_sealed_file_is_plain(open_page: OpenPage) -> None:
    app = open_page("overview")
    drop(app, b"UTOVER-SEALED-1\n" + bytes(99), f"{EVIL[:60]}.utover")
    unlock(app, PASSPHRASE)
    assert "mer minne enn en slik fil trenger" in app.error[0].value
    assert [text for _, text in told(app) if DRAWN.search(text) and not text.startswith("$$ID")] == []
    run(app.button(key="work_sealed_leave").click())
    assert not [field for field in app.text_input if field.key == "work_passphrase_open"]
