"""Reports against figures worked out by hand (see `tests.export.reported`), and texts that would like to be mark-up."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from billing_core.base.errors import RequestError
from billing_core.export import reports
from billing_core.export.reports.measures import Measure
from billing_core.scenario import Scenario
from tests.export.reported import ADOPTED, nok, reported, text_of, wording

S = "\u00a0"
ATTACK = '#eval("1+1") $x^2$ *b* _i_ #read("/etc/passwd") `r` <label> @ref // [a](b) "]} </svg> \\ {total}'


def test_the_page_says_the_month_the_year_and_what_changed() -> None:
    page = reports.leaders(reported(adopted=ADOPTED), wording())
    assert page["sentence"] == (
        f"Bymiljøetaten faktureres kr{S}220 for mars 2026. Rammen dekker kr{S}200 i tillegg. Prognosen for 2026 er "
        f"kr{S}4{S}400: kr{S}400 i merforbruk mot regulert budsjett på kr{S}4{S}000."
    )
    assert [(one["value"], one["note"]) for one in page["figures"]] == [
        (f"kr{S}220", "mars 2026"),
        (f"kr{S}0", "mars 2026"),
        (f"kr{S}4{S}400", f"kr{S}400 merforbruk mot regulert budsjett kr{S}4{S}000"),
        (f"kr{S}100", "per måned, 1 lisens"),
    ]
    assert page["waterfall"]["alt"].endswith(
        f"Fakturert februar 2026: kr{S}1{S}300; Data fra bare én måned: −kr{S}1{S}200; Nytt: +kr{S}120; "
        f"Fakturert mars 2026: kr{S}220."
    )


def test_measures_are_counted_for_the_rest_of_the_year_a_full_year_and_for_oslo() -> None:
    common = {"one_off_nok": nok("0"), "lines": 9, "unknown": 0}
    amounts = {"this_year_nok": nok("900"), "full_year_nok": nok("1200"), "oslo_nok": nok("1200")}
    assert reported().measures == (
        Measure("remove_deactivated", **amounts, **common),
        Measure("remove_secondary", **amounts, **common),
    )


def test_an_action_saves_only_what_those_before_it_have_left() -> None:
    twice = Scenario(name="to ganger", actions=({"kind": "remove_secondary"}, {"kind": "remove_secondary"}))
    report = reported(scenario=twice)
    assert [measure.this_year_nok for measure in report.measures] == [nok("900"), nok("0")]
    assert reports.leaders(report, wording())["measures"]["title"] == "Tiltak i scenarioet to ganger"


def test_the_decision_is_a_person_s_else_what_the_figures_ask_for() -> None:
    asked = reports.leaders(reported(adopted=ADOPTED), wording())["decision"]["text"]
    assert f"kr{S}400 over regulert budsjett" in asked and f"sparer kr{S}1{S}800 i år" in asked
    notes = reports.Notes(decision="Si ja.", comments={"invoice": "Én gang."})
    page = reports.leaders(reported(adopted=ADOPTED, notes=notes), wording())
    assert page["decision"]["text"] == "Si ja."
    told = {row[0]: row[-1] for row in page["deviations"]["rows"]}
    assert told["Fakturatjenester"] == "Én gang." and told["Office 365"] == "Ikke kommentert"
    assert reports.leaders(reported(), wording())["decision"]["text"] == "Tallene krever ingen beslutning nå."


def test_what_lacks_and_what_it_rests_on_is_stated() -> None:
    page = reports.leaders(reported(policy={"off_platform": "covered"}), wording())
    assert "Mangler tjenester, som månedene rundt har." in page["completeness"]["items"]
    assert "1 linje mangler pris og er ikke med i tallene." in page["completeness"]["items"]
    assert "1 måned i året mangler i dataene og er ikke med i årets tall." in page["completeness"]["items"]
    told = dict(page["sources"]["rows"])
    assert told["Endrede verdier"] == "off_platform = covered"
    assert told["Måneder i dataene"] == "feb. 2026–mars 2026 (2)"
    assert told["Prisliste"] == "prices.csv" and told["Merverdiavgift"] == "Beløpene er uten merverdiavgift"
    assert "Eksempelpriser" in told["Merk"]
    assert told["Linjer som ikke er med i månedens tall"] == (
        "uten pris: 1, ikke avgjort: 0, dekket uten kjent verdi: 0"
    )


@pytest.mark.parametrize("make", [reports.leaders, reports.statement])
@pytest.mark.parametrize(("today", "is_told"), [(date(2026, 3, 30), True), (date(2026, 3, 31), False)])
def test_a_month_that_is_not_over_is_marked(make, today: date, is_told: bool) -> None:
    items = make(reported(today=today), wording())["completeness"]["items"]
    assert any(item.startswith("2026-03 er ikke over før 2026-03-31") for item in items) == is_told


def test_the_statement_has_covered_beside_billed_for_each_service_and_clause() -> None:
    page = reports.statement(reported(), wording())
    assert page["sentence"].endswith(f"rammen har dekket kr{S}300,00, og kr{S}1{S}520,00 er fakturert ut over den.")
    rows = {row[0].partition(" ")[0]: row[1:] for service in page["services"] for row in service["rows"]}
    assert rows == {
        "O365-1": ["3", "300,00", "0,00", "0"],
        "O365-2": ["1", "0,00", "20,00", "0"],
        "O365-3": ["1", "0,00", "100,00", "0"],
        "O365-4": ["3", "0,00", "200,00", "1"],
        "INV-2": ["1", "0,00", f"1{S}200,00", "0"],
    }
    assert page["total"] == ["I alt", "9", "300,00", f"1{S}520,00", "1"]
    assert page["completeness"]["items"][0] == "Disse månedene mangler i dataene og er ikke med: januar 2026."


@pytest.mark.parametrize(("language", "code"), [("nb", "nb-NO"), ("en", "en-GB")])
@pytest.mark.parametrize("make", [reports.leaders, reports.statement])
def test_a_pdf_is_tagged_and_has_a_title_a_language_and_its_text(make, language: str, code: str) -> None:
    report, words = reported(adopted=ADOPTED), wording(language)
    page = make(report, words)
    pdf = reports.pdf_bytes(page, report, words)
    read = PdfReader(BytesIO(pdf))
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].lower() == code.lower()
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert read.metadata.title == page["title"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    tags = set(structure(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L"} <= tags
    assert all("/TH" in table for table in tables(root["/StructTreeRoot"]))
    assert ("/Figure" in tags) == (make is reports.leaders)
    assert "".join(page["sentence"].split()) in text_of(pdf)
    assert pdf == reports.pdf_bytes(page, report, words)


def tables(node) -> list[list[str]]:
    """The kinds of tag in each table of a structure tree."""
    if isinstance(node, list):
        return [table for one in node for table in tables(one.get_object())]
    if not isinstance(node, dict):
        return []
    if node.get("/S") == "/Table":
        return [structure(node)]
    return tables(node["/K"].get_object()) if "/K" in node else []


def structure(node) -> list[str]:
    """Every kind of tag in a structure tree."""
    if isinstance(node, list):
        return [tag for one in node for tag in structure(one.get_object())]
    if not isinstance(node, dict):
        return []
    kids = node.get("/K")
    below = structure(kids.get_object()) if kids is not None else []
    return [str(node["/S"]), *below] if "/S" in node else below


def test_the_leaders_page_is_one_page_however_much_there_is_to_say() -> None:
    words = "Et langt ord og enda et. " * 12
    notes = reports.Notes(decision=words, comments=dict.fromkeys(("office365", "invoice", "hr", "cloud", ""), words))
    adopted = [{"service": name, "amount_nok": "1000"} for name in ("hr", "cloud", "office365", "dispatch", "finance")]
    report = reported(adopted=adopted, notes=notes)
    pdf = reports.pdf_bytes(reports.leaders(report, wording()), report, wording())
    assert len(PdfReader(BytesIO(pdf)).pages) == 1


def test_no_text_of_a_file_is_mark_up() -> None:
    scenario = Scenario(name=ATTACK, actions=({"kind": "remove_secondary"},))
    notes = reports.Notes(decision=ATTACK, comments={"invoice": ATTACK})
    report = reported(adopted=ADOPTED, scenario=scenario, notes=notes)
    told = text_of(reports.pdf_bytes(reports.leaders(report, wording()), report, wording()))
    # Title of the measures, comment and decision.
    assert told.count("".join(ATTACK.split())) == 3


@pytest.mark.parametrize("sign", ["\u4e2d", "\U0001f600", "\x07", "\u202e", "\ud800", "\u0000"])
def test_a_sign_without_a_shape_is_a_question_mark(sign: str) -> None:
    report = reported(notes=reports.Notes.model_construct(decision=f"før{sign}etter", comments={}))
    pdf = reports.pdf_bytes(reports.leaders(report, wording()), report, wording())
    assert "før?etter" in text_of(pdf)


def test_every_sign_that_is_let_through_can_be_drawn() -> None:
    signs = "".join(chr(code) for code in range(0x20, 0x2300) if not 0x1100 <= code < 0x1E00)
    report = reported(notes=reports.Notes.model_construct(decision=signs, comments={}))
    told = text_of(reports.pdf_bytes(reports.leaders(report, wording()), report, wording()))
    assert {"Å", "ž", "Ж", "ώ", "ế", "–", "€", "→", "−"} <= set(told)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = ", "not TOML"),
        ("advice = 'x'", "advice"),
        (f"decision = '{'x' * 301}'", "300"),
        ("comments = 3", "comments"),
    ],
)
def test_notes_that_cannot_be_read_say_why(text: str, why: str) -> None:
    with pytest.raises(RequestError, match=why):
        reports.read_notes(text.encode())
