"""The invoice check, on the demo agency: what a first visitor sees, the demo's invoices, a case, what is passed on."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from pages._ui.base.pages import FOLDER
from pages._ui.session.files import short_digest
from tests.app.conftest import OpenPage, figures, press
from tests.app.test_plain import DRAWN, EVIL, told
from tests.checking.ehf_files import invoice

DEMO = Path(__file__).parents[2] / "data/demo"
NBSP = "\u00a0"
DOUBLE = short_digest(b"F-1002|1|2026-10|BYM|apps.database|gold|Parkering|double|")


def words(app: AppTest) -> str:
    return "\n".join(shown.value for shown in (*app.markdown, *app.caption, *app.info)).replace(NBSP, " ")


def upload(app: AppTest, *names: str) -> AppTest:
    for name in names:
        app.file_uploader[0].upload(name, (DEMO / name).read_bytes(), "text/csv").run()
        assert not app.exception
    return app


def pick(app: AppTest, code: str) -> AppTest:
    app.selectbox(key="invoice_row").set_value(code).run()
    assert not app.exception
    return app


def write(app: AppTest, **fields: str) -> None:
    for name, value in fields.items():
        kind = app.selectbox if name == "state" else app.text_area if name == "note" else app.text_input
        next(field for field in kind if str(field.key).endswith(f"_{name}")).set_value(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_invoices_the_page_teaches_and_the_demo_shows_what_differs(open_page: OpenPage, language: str) -> None:
    app = open_page("invoice", lang=language)
    assert {"nb": "Slik gjør du det", "en": "How to do it"}[language] in words(app)
    press(app, {"nb": "Prøv med demofakturaer", "en": "Try it on demo invoices"}[language])
    # 9 700 twice, 3 450 and 530 too many, 1 567,95 and 1 340 too dear, 2 500 unknown, 95 covered, one of September.
    assert figures(app) == ["kr 525 161,51", "kr 387 501,51", "+kr 19 182,95", "8"]


def test_a_case_is_kept_undone_and_closed_by_the_credit_note(open_page: OpenPage) -> None:
    app = pick(upload(open_page("invoice"), "invoice.csv"), DOUBLE)
    told = app.code[0].value.replace(NBSP, " ")
    assert "Gjelder faktura F-1002 linje 1" in told
    assert "Fakturert: kr 9 700,00\nVår beregning: kr 0,00" in told
    assert "Regel: APP-2" in told and "eksempelpriser" in told
    write(app, state="sent", owner="Kari", note="Ringt")
    press(app, "Lagre saken")
    write(app, state="answered")
    press(app, "Lagre saken")
    press(app, "Angre siste endring")
    assert next(field for field in app.selectbox if str(field.key).endswith("_state")).value == "sent"
    upload(app, "credit-note.csv")
    # The double is credited: of the eight differences the smaller invoice has five, and one of them is gone.
    assert figures(app)[3] == "4"
    case = next(frame.value for frame in app.dataframe if "note" in frame.value.columns)
    assert case[["state", "owner", "note", "credited_by"]].to_numpy().tolist() == [
        ["Lukket", "Kari", "Ringt", "K-2001"]
    ]


def test_a_tolerance_is_the_users_and_what_is_no_number_is_said(open_page: OpenPage) -> None:
    app = upload(open_page("invoice"), "invoice.csv")
    app.text_input(key="invoice_tolerance_pct").set_value("3").run()
    # 1 567,95 is 2,8 % of 56 432,05; the others are above 6 %.
    assert figures(app)[3] == "4"
    app.text_input(key="invoice_tolerance_pct").set_value("mye").run()
    assert "ikke et tall" in app.error[0].value


def test_a_specification_of_ones_own_is_mapped_and_then_known(open_page: OpenPage) -> None:
    app = open_page("invoice")
    text = "Bilagsnr;Mnd;Etat;Vare;Gjelder hvem;Nettosum\nX1;2026-10;BYM;cloud.aws;aws;7171,25\n"
    app.file_uploader[0].upload("egen.csv", text.encode(), "text/csv").run()
    assert "kolonner vi ikke kjenner" in words(app)
    columns = {"invoice_id": "Bilagsnr", "item": "Vare", "subject": "Gjelder hvem", "amount_nok": "Nettosum"}
    for key, heading in columns.items():
        next(box for box in app.selectbox if str(box.key).endswith(f"_{key}")).set_value(heading)
    app.run()
    press(app, "Les filen slik")
    assert figures(app)[:2] == ["kr 7 171,25", "kr 7 171,25"]


def test_a_file_that_does_not_add_up_is_refused_with_the_sums(open_page: OpenPage) -> None:
    app = open_page("invoice")
    app.file_uploader[0].upload("f.xml", invoice(totals=("331.00", "331.00")).encode(), "text/xml").run()
    assert "LineExtensionAmount 331.00 ≠ 330.00" in app.error[0].value
    press(app, "Fjern")
    assert not app.error


def test_what_came_in_is_held_against_what_is_passed_on(open_page: OpenPage) -> None:
    app = open_page("invoice", invoice_view="passed_on")
    press(app, "Prøv med demofakturaer")
    # In: 7 171,25 + 60 000 + 1 800; on: 7 171,25 + 56 432,05 + 5 620,10, of which the last never came in.
    # Not on: 60 000 - 56 432,05 and 1 800.
    assert figures(app) == ["kr 68 971,25", "kr 69 223,40", "−kr 252,15", "kr 5 367,95", "kr 5 620,10"]


def test_what_an_invoice_and_account_strings_say_is_plain_wherever_it_is_drawn(open_page: OpenPage) -> None:
    app = open_page("invoice")
    head = "fakturanummer;linje;periode;virksomhet;tjeneste;gjelder;beløp;tekst;krediterer"
    rows = "\n".join(
        f"{EVIL};{number};2026-10;BYM;{item};{EVIL};5;{EVIL};{EVIL}" for number, item in enumerate((EVIL, "cloud.aws"))
    )
    app.file_uploader[0].upload("$x^2$ [Logg inn](http://evil).csv", f"{head}\n{rows}\n".encode(), "text/csv").run()
    for number, item in enumerate((EVIL, "cloud.aws")):
        pick(app, short_digest(f"{EVIL}|{number}|2026-10|BYM|{item}||{EVIL}|only_invoice|".encode()))
        write(app, owner=EVIL, note=EVIL)
        press(app, "Lagre saken")
        # The letter is a block of code: nothing of it is Markdown.
        texts = [(kind, text) for kind, text in told(app) if kind != "code"]
        assert [(kind, text) for kind, text in texts if DRAWN.search(text)] == []
        assert sum("Logg inn" in text for _, text in texts) > 1
    app = app.switch_page(str(FOLDER / "postings.py")).run()
    accounts = f"side;art;tekst\ndebet;{EVIL};{EVIL}\nkredit;1;{EVIL}\n"
    app.file_uploader[0].upload("[Logg inn](http://evil).csv", accounts.encode(), "text/csv").run()
    assert not app.exception
    assert [(kind, text) for kind, text in told(app) if DRAWN.search(text)] == []
