"""A month can be corrected: the page asks to replace it, and single files are removed and replaced."""

import pytest
from streamlit.testing.v1 import AppTest

from billing_core import intake
from billing_core.intake import Source
from tests.app.conftest import OpenPage, press, usage_read

HEAD = "periode;virksomhet;bruker;brukertype;lisens\n"
FIRST = HEAD + "2026-08;BYM;kari;hoved;E1\n2026-09;BYM;kari;hoved;E1\n2026-09;BYM;ola;hoved;E1\n"
SECOND = HEAD + "2026-09;BYM;kari;hoved;E1\n2026-09;BYM;eva;hoved;E1\n2026-09;BYM;liv;hoved;E1\n"
QUESTION = "Erstatt sep.\u00a02026 for lisenser, BYM – Bymiljøetaten?"


def read(app: AppTest, name: str, text: str) -> AppTest:
    app.file_uploader[0].upload(name, text.encode(), "text/csv").run()
    return press(app, "Les inn filene")


def figures(app: AppTest) -> list[str]:
    return [metric.value for metric in app.metric]


def asked(app: AppTest) -> bool:
    return any(QUESTION in shown.value for shown in app.markdown)


def test_a_file_for_a_month_that_is_there_takes_its_place_when_asked(open_page: OpenPage) -> None:
    app = read(read(open_page("upload"), "først.csv", FIRST), "rettet.csv", SECOND)
    # Kari's second row of September is a double until the month is replaced.
    assert figures(app) == ["6", "5", "1"]
    assert asked(app)
    press(app, "Erstatt det som var der")
    # August's row and September's three: the two earlier ones of September are neither read nor refused.
    assert figures(app) == ["4", "4", "0"]
    assert not asked(app)
    press(app, "Angre siste opplasting")
    assert figures(app) == ["6", "5", "1"]


def test_both_can_be_kept_and_is_not_asked_again(open_page: OpenPage) -> None:
    app = press(read(read(open_page("upload"), "a.csv", FIRST), "b.csv", SECOND), "Behold begge")
    assert not asked(app)
    assert figures(app) == ["6", "5", "1"]


def test_a_file_is_removed_or_replaced_and_no_other_is_opened_anew(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = intake.sheets
    monkeypatch.setattr(intake, "sheets", lambda name, content: opened.append(name) or real(name, content))
    app = read(read(open_page("upload"), "a.csv", FIRST), "b.csv", SECOND)
    assert opened == ["a.csv", "b.csv"]
    press(app, "Fjern")
    assert figures(app) == ["3", "3", "0"]
    assert opened == ["a.csv", "b.csv"]


def test_one_file_of_the_list_is_replaced_by_another_and_undo_brings_it_back(open_page: OpenPage) -> None:
    app = read(read(open_page("upload"), "a.csv", FIRST), "b.csv", HEAD + "2026-10;BYM;eva;hoved;E1\n")
    assert figures(app) == ["4", "4", "0"]
    field = next(one for one in app.file_uploader if one.label == "Ny fil i stedet for a.csv")
    field.upload("c.csv", f"{HEAD}2026-08;BYM;ola;hoved;E1\n".encode(), "text/csv").run()
    app.button(key=field.key.replace("with_", "read_")).click().run()
    assert not app.exception
    # A row of the new file in place of three, and the other file's as it was, each in its place.
    assert figures(app) == ["2", "2", "0"]
    listed = [shown.value for shown in app.markdown if shown.value.startswith(("**a.csv", "**b.csv", "**c.csv"))]
    assert [told.replace("\u00a0", " ") for told in listed] == [
        "**c.csv**  \nlisenser · aug. 2026 · 1 rad", "**b.csv**  \nlisenser · okt. 2026 · 1 rad",
    ]  # fmt: skip
    assert usage_read(app, "licences")["user_id"].to_list() == ["ola", "eva"]
    press(app, "Angre siste opplasting")
    assert figures(app) == ["4", "4", "0"]


def test_what_is_handed_in_again_is_found_by_table_agency_and_month() -> None:
    cloud = "periode;virksomhet;leverandør;kostnad\n2026-09;{};aws;10\n"
    sources = [
        Source("a.csv", FIRST.encode(), upload=1),
        Source("b.csv", cloud.format("BYM").encode(), upload=1),
        Source("c.csv", SECOND.encode(), upload=2),
        Source("d.csv", cloud.format("VAV").encode(), upload=2),
    ]
    found = intake.read(sources, intake.Register(), intake.Options())
    assert found.origins == {"a.csv": 0, "b.csv": 1, "c.csv": 2, "d.csv": 3}
    assert intake.brought_again(found, sources).rows() == [("licences", "BYM", "2026-09")]
