"""`report` on the command line: the same totals as `rate --summary`, and what cannot be done told in a line."""

import csv
import hashlib
from io import StringIO

import pytest

from tests.cli.support import Shell
from tests.export.reported import text_of
from tests.export.test_budget_book import rows


def report(shell: Shell, *more: str) -> tuple[int, str, str]:
    return shell.run("report", "licences.csv", "--agency", "BYM", "--period", "2026-03", *more)


def test_a_report_s_totals_are_those_of_rate_and_its_fingerprint_that_of_the_lines(shell: Shell):
    _, summary, _ = shell.run("rate", "licences.csv", "--agency", "BYM", "--period", "2026-03", "--summary")
    (row,) = csv.DictReader(StringIO(summary))
    assert report(shell, "--out", "r.pdf")[0] == report(shell, "--kind", "statement", "--out", "s.pdf")[0] == 0
    page, statement = (text_of((shell.folder / name).read_bytes()) for name in ("r.pdf", "s.pdf"))
    whole, ore = row["billed_nok"].split(".")
    assert f"BymiljøetatenfaktureresKr{whole}".lower() in page.lower()
    assert f"kr{whole},{ore}erfakturertutoverden" in statement
    assert report(shell, "--out", "b.xlsx")[0] == 0
    told = {label: value for label, value, *_ in rows((shell.folder / "b.xlsx").read_bytes(), "Sammendrag")}
    assert told["Fakturert mars 2026"] == float(row["billed_nok"])
    assert told["Dekket av rammen mars 2026"] == float(row["covered_nok"])
    shell.run("rate", "licences.csv", "--agency", "BYM", "--out", "lines.csv")
    assert hashlib.sha256((shell.folder / "lines.csv").read_bytes()).hexdigest() in page


def test_notes_language_and_the_last_month_by_default(shell: Shell):
    shell.write("n.toml", 'decision = "Say yes."')
    code, out, _ = shell.run(
        "report", "licences.csv", "--agency", "bym", "--lang", "en", "--notes", "n.toml", "--out", "r.pdf"
    )
    assert (code, out) == (0, "")
    told = text_of((shell.folder / "r.pdf").read_bytes())
    assert "SharedITservicesinApril2026" in told and "Sayyes." in told


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--out", "r.docx"), "use .pdf or .xlsx"),
        (("--kind", "statement", "--out", "r.xlsx"), "--kind is of a PDF"),
        (("--out", "r.pdf", "--notes", "none.toml"), "none.toml"),
        (("--out", "licences.csv"), "use .pdf or .xlsx"),
        (("--period", "2025-01", "--out", "r.pdf"), "2026-03, 2026-04"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line_and_nothing_is_written(shell: Shell, more: tuple[str, ...], why: str):
    code, out, err = report(shell, *more)
    assert (code, out) == (2, "") and why in err
    assert shell.files() == ["licences.csv"]


def test_whose_report_it_is_has_to_be_said(shell: Shell):
    code, _, err = shell.run("report", "licences.csv", "--out", "r.pdf")
    assert code == 2 and "there are BYM, UKE" in err
