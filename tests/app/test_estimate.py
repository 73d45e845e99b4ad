"""Kalkyle: building an estimate, what it says, links, pasted rows, several side by side. No data are uploaded."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from billing_core.base.texts import LANGUAGES
from billing_core.planning.sketch import Row, Sketch, from_token, to_token
from pages._ui.base.format import kroner
from pages._ui.base.text import item_name
from pages._ui.session import door
from pages._ui.session.keys import BROWSER, PLANS
from tests.app.conftest import OpenPage

SPACE = "\u00a0"
EXTRA = Row(what="client_extra", variant="thick", quantity="3")


def sketch(*rows: Row, agency: str = "BYM", **given: Any) -> Sketch:
    return Sketch(name="Ny seksjon", agency=agency, first="2027-01", months=12, rows=rows, **given)


def opened(open_page: OpenPage, *sketches: Sketch, **choices: Any) -> AppTest:
    return open_page("estimate", estimate_plan=[to_token(one) for one in sketches], **choices)


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error, app.success)
    return "\n".join(element.value for kind in kinds for element in kind).replace(SPACE, " ")


def field(app: AppTest, name: str) -> Any:
    """A widget of the form by the end of its key."""
    widgets = [*app.selectbox, *app.text_input, *app.checkbox]
    return next(w for w in widgets if str(w.key).startswith("estimate_form_") and str(w.key).endswith(f"_{name}"))


def run(widget: Any) -> None:
    app = widget.run()
    assert not app.exception, app.exception[0].message


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_estimate_asks_what_is_planned_and_one_click_shows_an_example(
    open_page: OpenPage, language: str
) -> None:
    app = open_page("estimate", lang=language)
    assert app.subheader[0].value == {"nb": "Hva planlegger dere?", "en": "What are you planning?"}[language]
    assert not app.metric
    run(app.button(key="estimate_example").click())
    assert len(app.metric) == 4
    assert {"nb": "Dette koster Bymiljøetaten", "en": "This costs Bymiljøetaten"}[language] in said(app)


def test_a_thing_added_in_the_form_is_said_in_a_sentence_and_in_figures(open_page: OpenPage) -> None:
    app = open_page("estimate")
    run(field(app, "area").set_value("clients"))
    run(field(app, "quantity").set_value("1,5"))
    run(app.button(key="estimate_add").click())
    assert "Antall må være et helt tall, ikke 1.5." in said(app)
    run(field(app, "quantity").set_value("3"))
    run(app.button(key="estimate_add").click())
    # 3 x (265 + 92) = 1 071 a month, 12 852 a year.
    assert "Dette koster Bymiljøetaten kr 12 852 det første året: kr 1 071 i måneden." in said(app)
    assert [metric.value for metric in app.metric] == [kroner(1071), kroner(12852), kroner(12852)]
    assert "**3 × Ekstra PC** vanlig PC (tykk klient)" in said(app)


def test_a_row_is_changed_in_its_place_removed_and_brought_back(open_page: OpenPage) -> None:
    app = opened(open_page, sketch(EXTRA, Row(what="storage", variant="gold/ssd", quantity="500.5")))
    run(app.button(key="estimate_edit_1").click())
    assert field(app, "quantity").value == "500,5"
    run(field(app, "quantity").set_value("1 000,25"))
    run(app.button(key="estimate_add").click())
    # 1 000,25 x 3,30 = 3 300,825, half away from zero.
    assert "**1 000,25 GB Lagring** tjenestenivå gull, disk rask (SSD)  \nkr 3 300,83 i måneden" in said(app)
    run(app.button(key="estimate_remove_1").click())
    assert "Lagring" not in said(app)
    run(app.button(key="estimate_undo").click())
    assert "Lagring" in said(app)


@pytest.mark.parametrize(("what", "badges"), [("client_extra", 0), ("contact.casework", 1)])
def test_only_a_price_by_an_agreement_of_the_demo_is_called_demo(open_page: OpenPage, what: str, badges: int) -> None:
    variant = {"client_extra": "thick"}.get(what, "")
    app = opened(open_page, sketch(Row(what=what, variant=variant, quantity="1")))
    assert sum("Demodata" in shown.value for shown in app.markdown) == badges


def test_a_row_says_its_unit_where_its_name_does_not(open_page: OpenPage) -> None:
    hours = [Row(what="apps.order", quantity=quantity) for quantity in ("200", "1")]
    app = opened(open_page, sketch(*hours, Row(what="backup", variant="gold/ssd", quantity="500"), EXTRA))
    name = item_name("apps.order")
    shown = [m.value.split("**")[1] for m in app.markdown if m.value.startswith("**") and "  \n" in m.value]
    assert shown == [f"200 timer {name}", f"1 time {name}", "500 GB Sikkerhetskopi", "3 × Ekstra PC"]


def test_one_click_puts_an_estimate_in_the_budget_and_another_replaces_it(open_page: OpenPage) -> None:
    rows = (Row(what="connection_temporary", quantity="1", note="Brakke"), EXTRA.model_copy(update={"note": "Brakke"}))
    app = opened(open_page, sketch(*rows, rows[0]))
    run(app.button(key="estimate_to_budget").click())
    assert "5 linjer ligger nå i budsjettet til Bymiljøetaten." in said(app)

    def lines() -> list[tuple[str, str | None, str | None, str]]:
        held = door.MEMORY.kept(app.session_state[BROWSER], PLANS, "BYM").now.assumptions.own
        return [(own.name, own.start, own.end, f"{own.amount_nok:.0f}") for own in held]

    # A line is established for 19 500 in the first month, 3 600 each month; three PCs are 1 071 a month. No two are
    # alike, though three rows have one note.
    first, whole, rest = ("2027-01", "2027-01"), ("2027-01", "2027-12"), ("2027-02", "2027-12")
    nets = [(name, *months, amount) for name in ("Ny seksjon: Brakke", "Ny seksjon: Brakke (3)")
            for months, amount in ((first, "23100"), (rest, "3600"))]  # fmt: skip
    assert sorted(lines()) == sorted([*nets, ("Ny seksjon: Brakke (2)", *whole, "1071")])
    run(app.button(key="estimate_remove_2").click())
    run(app.button(key="estimate_remove_0").click())
    run(app.button(key="estimate_to_budget").click())
    assert lines() == [("Ny seksjon: Brakke", *whole, "1071")]


def test_an_agency_outside_the_framework_pays_for_what_it_covers_for_others(open_page: OpenPage) -> None:
    employees = Row(what="employee", quantity="2")
    covered = opened(open_page, sketch(employees))
    assert "Dette koster ikke Bymiljøetaten noe: alt er dekket av rammen." in said(covered)
    billed = opened(open_page, sketch(employees, agency="VAV"))
    assert "utenfor rammefinansieringen" in said(billed)
    assert billed.metric[0].value != kroner(0)


def test_what_has_no_price_is_named_and_not_counted_as_nothing(open_page: OpenPage) -> None:
    app = opened(open_page, sketch(Row(what="hr.integration.setup", quantity="1"), Row(what="storage", quantity="1")))
    assert "ikke med i tallene: Etablering av integrasjon (HR)" in said(app)
    assert "Prislisten har ingen pris, så dette er ikke med i tallene: Lagring." in said(app)
    assert "engangspris ikke kjent" in said(app)
    assert "dekket av rammen." not in said(app)


def test_the_link_brings_the_same_estimates_and_says_so_where_it_is_cut(open_page: OpenPage) -> None:
    first, second = sketch(EXTRA), sketch(Row(what="dark_fibre", quantity="1")).model_copy(update={"name": "Fiber"})
    app = opened(open_page, first, second)
    assert [from_token(token) for token in app.query_params["estimate_plan"]] == [first, second]
    assert app.selectbox(key="estimate_open").options == ["Fiber", "Ny seksjon"]
    beside = app.dataframe[-1].value
    # Nothing begins or ends within the year: it is twelve months and what is paid once.
    assert dict(zip(beside["name"], beside["one_off"] + 12 * beside["month"], strict=True)) == dict(
        zip(beside["name"], beside["first_year"], strict=True)
    )
    assert list(beside["name"]) == ["Ny seksjon", "Fiber"]
    cut = open_page("estimate", estimate_plan=to_token(first)[:-4])
    assert "Noe i lenken kan ikke leses." in said(cut)


def test_rows_pasted_are_added_and_those_that_cannot_be_read_are_told_of(open_page: OpenPage) -> None:
    app = open_page("estimate")
    run(app.text_area[0].set_value("hva\tvariant\tantall\nekstra pc\ttykk\t3\nkaffe\t\t2\n"))
    run(app.button(key="estimate_take").click())
    assert "1 rad er lagt til." in said(app)
    assert "3: «kaffe» er ikke noe som kan beregnes." in said(app)
    assert "**3 × Ekstra PC**" in said(app)


def test_what_a_link_says_is_plain_wherever_it_is_drawn(open_page: OpenPage) -> None:
    row = EXTRA.model_copy(update={"note": "[x](http://a.no) **b** :material/home:"})
    app = opened(open_page, sketch(row))
    drawn = next(m.value for m in app.markdown if "Ekstra PC" in m.value)
    assert "\\[x\\]" in drawn
    assert ":material/home:" not in drawn


def test_a_link_with_rows_that_cannot_be_worked_out_says_why_beside_them(open_page: OpenPage) -> None:
    odd = Row(what="tull", variant="x", quantity="1e9", first="i går", last="*")
    app = opened(open_page, sketch(EXTRA, Row(what="platform.client", quantity="1"), odd))
    assert len(app.error) == 2
    assert app.metric[0].value == kroner(1071)
    run(app.button(key="estimate_edit_2").click())
