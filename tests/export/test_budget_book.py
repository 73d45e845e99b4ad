"""The budget workbook against figures worked out by hand: values beside live formulas, and nothing that runs."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from billing_core.export import reports
from billing_core.planning.assumptions import read_assumptions
from tests.export.reported import ADOPTED, reported, wording

SHEETS = [
    "Sammendrag", "Budsjett", "Måneder", "Linjer", "Endringer", "Tiltak", "Kontering", "Forutsetninger", "Priser brukt",
    "Regler brukt", "Feil og merknader",
]  # fmt: skip


def book(**more) -> bytes:
    return reports.budget_book(reported(adopted=ADOPTED, **more), wording(), subjects=False)


def rows(content: bytes, sheet: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(sheet).to_python()


def table(content: bytes, sheet: str, first: str) -> list[dict[str, object]]:
    """The rows below the heading whose first cell is `first`."""
    found = rows(content, sheet)
    start = next(place for place, row in enumerate(found) if row[0] == first)
    return [dict(zip(found[start], row, strict=True)) for row in found[start + 1 :]]


def test_the_summary_has_the_figures_of_the_other_sheets() -> None:
    content = book()
    assert CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names == SHEETS
    told = {row[0]: row[1] for row in rows(content, "Sammendrag") if len(row) > 2 and row[2] in ("kr", "linjer")}
    assert told == {
        "Fakturert mars 2026": 220.0,
        "Løpende mars 2026": 220.0,
        "Engangs og årlig mars 2026": 0.0,
        "Dekket av rammen mars 2026": 200.0,
        "Linjer uten kjent beløp mars 2026": 1.0,
        "Regulert budsjett 2026": 4000.0,
        "Regnskap hittil 2026": 1520.0,
        "Prognose resten av 2026": 2880.0,
        "Årsprognose 2026": 4400.0,
        "Avvik mot regulert budsjett 2026 (minus er merforbruk)": -400.0,
        "Sum av månedene 2026": 4400.0,
        "Endring fra måneden før": -1080.0,
        "Tiltakene sparer resten av 2026": 1800.0,
        "Tiltakene sparer på et helt år": 2400.0,
        "Tiltakene sparer for Oslo på et helt år": 2400.0,
        "Kontert debet mars 2026": 220.0,
        "Kontert kredit mars 2026": 220.0,
    }


def test_budget_and_months_have_what_formulas_come_to_beside_them() -> None:
    content = book()
    licences = next(row for row in table(content, "Budsjett", "Tjeneste") if row["Tjeneste"] == "Office 365")
    # 100 in February and 220 in March; then nine months at 320.
    assert (licences["Regnskap hittil (kr)"], licences["Prognose resten (kr)"]) == (320.0, 2880.0)
    assert (licences["Årsprognose (kr)"], licences["Avvik mot regulert (kr)"]) == (3200.0, -3200.0)
    assert (licences["Forbruk %"], licences["Mer eller mindre"]) == ("", "merforbruk")
    accounts = next(
        row for row in table(content, "Måneder", "Regnskap eller prognose") if row["Tjeneste"] == "Office 365"
    )
    assert (accounts["jan. 2026 (kr)"], accounts["mars 2026 (kr)"], accounts["I alt (kr)"]) == ("", 220.0, 320.0)


def test_lines_are_without_subjects_unless_asked_for() -> None:
    report = reported()
    told = [table(reports.budget_book(report, wording(), subjects=s), "Linjer", "Tjeneste") for s in (False, True)]
    assert "Bruker, enhet eller system" not in told[0][0]
    assert [row["Bruker, enhet eller system"] for row in told[1]] == ["a", "b", "c", "d", "e", "e"]
    assert [row["Beløp (kr)"] for row in told[0]] == [100.0, 0.0, 100.0, 0.0, "", 20.0]


def test_assumptions_are_told_in_words() -> None:
    text = '[[own]]\nname="Flytting"\nservice="network"\nmonth="2026-11"\namount_nok=500.5\nnote="=1+1"\n'
    content = book(assumptions=read_assumptions(text))
    (row,) = table(content, "Forutsetninger", "Forutsetning")
    assert (row["Forutsetning"], row["Kostnadstype"], row["Oppgitt beløp (kr)"]) == ("Egen linje", "Flytting", 500.5)
    assert row["Merknad"] == "=1+1"


def test_formulas_are_ours_alone_and_no_cells_are_merged() -> None:
    with ZipFile(BytesIO(book())) as found:
        sheets = {name: found.read(name).decode() for name in found.namelist() if "worksheets/sheet" in name}
        names = found.read("xl/workbook.xml").decode()
        texts = found.read("xl/sharedStrings.xml").decode()
    formulas = [formula for xml in sheets.values() for formula in re.findall(r"<f>(.*?)</f>", xml)]
    assert formulas and not [f for f in formulas if "MYSTERY" in f.upper()]
    assert "=MYSTERY" in texts
    assert all("mergeCell" not in xml for xml in sheets.values())
    assert all('paperSize="9"' in xml and 'orientation="landscape"' in xml for xml in sheets.values())
    assert all('state="frozen"' in xml for xml in sheets.values())
    assert names.count("_xlnm.Print_Titles") == len(SHEETS)
    for name in ("lines_amount", "budget_forecast", "months_total", "summary_billed"):
        assert f'name="{name}"' in names


@pytest.mark.parametrize("period", ["2026-02"])
def test_without_a_month_before_the_changes_are_empty(period: str) -> None:
    content = book(period=period)
    assert ["Endring fra", "Dataene har ikke måneden før, så det er ingen endring å vise."] in [
        row[:2] for row in rows(content, "Endringer")
    ]
