"""`make test-reports`: reports of the demo agency before programs of others.

PDF: veraPDF where it is on the path (`verapdf`), else pdfua, which looks at a part of PDF/UA-1's rules; typst itself
refuses to write what does not conform. Workbook: LibreOffice works every formula out anew, without our values.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from billing_core.__main__ import main

DEMO = Path(__file__).parents[2] / "data/demo"
USAGE = [str(DEMO / "bym.zip"), "--agency", "BYM", "--period", "2026-10", "--agreements", str(DEMO / "agreements.csv")]
BUDGET = ["--adopted", str(DEMO / "adopted.csv"), "--assumptions", str(DEMO / "assumptions.toml")]
LEAST = 30
"""Formulas that a workbook has at least."""


def pdf_faults(path: Path) -> str:
    """What a checker of PDF/UA finds; empty where it is nothing."""
    if shutil.which("verapdf"):
        command = ["verapdf", "--flavour", "ua1", "--format", "text", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return "" if done.stdout.startswith("PASS") else done.stdout + done.stderr
    command = [sys.executable, "-m", "pdfua", "check", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def without_values(book: bytes) -> bytes:
    """A workbook whose formulas have no value beside them: whoever opens it has to work them out."""
    made = BytesIO()
    with ZipFile(BytesIO(book)) as found, ZipFile(made, "w") as fresh:
        for name in found.namelist():
            content = found.read(name)
            if name.startswith("xl/worksheets/"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            fresh.writestr(name, content)
    return made.getvalue()


def recalculated(book: bytes, folder: Path) -> bytes:
    """The workbook as LibreOffice saves it."""
    (folder / "asked.xlsx").write_bytes(without_values(book))
    out = folder / "out"
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), str(folder / "asked.xlsx")], capture_output=True, check=True)
    return (out / "asked.xlsx").read_bytes()


def book_faults(book: bytes, again: bytes) -> list[str]:
    """The cells whose value is another once worked out anew: sheet, row, column and both."""
    sheets = [CalamineWorkbook.from_filelike(BytesIO(content)) for content in (book, again)]
    faults = []
    for name in sheets[0].sheet_names:
        ours, theirs = (sheet.get_sheet_by_name(name).to_python() for sheet in sheets)
        for row, cells in enumerate(ours):
            for column, value in enumerate(cells):
                other = theirs[row][column] if row < len(theirs) and column < len(theirs[row]) else ""
                same = isinstance(other, float) and abs(value - other) < 0.005 if isinstance(value, float) else True
                faults += [] if same else [f"{name} {row + 1}:{column + 1}: {value!r}, worked out {other!r}"]
    return faults


def run() -> int:
    """Makes and checks; 1 where anything is amiss or could not be checked."""
    wrong = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for kind, language in ((kind, lang) for kind in ("leaders", "statement") for lang in ("nb", "en")):
            path = folder / f"{kind}-{language}.pdf"
            main(["report", *USAGE, *BUDGET, "--kind", kind, "--lang", language, "--out", str(path)])
            faults = pdf_faults(path)
            print(f"{path.name}: {faults or 'nothing found by ' + ('veraPDF' if shutil.which('verapdf') else 'pdfua')}")
            wrong |= bool(faults)
        path = folder / "budget.xlsx"
        main(["report", *USAGE, *BUDGET, "--accounts", str(DEMO / "accounts.csv"), "--out", str(path)])
        if not shutil.which("soffice"):
            print("budget.xlsx: not worked out anew: there is no soffice (LibreOffice Calc) on the path")
            return 1
        book = path.read_bytes()
        with ZipFile(path) as found:
            sheets = [found.read(name) for name in found.namelist() if name.startswith("xl/worksheets/")]
        formulas = sum(content.count(b"</f>") for content in sheets)
        faults = book_faults(book, recalculated(book, folder))
        print(f"budget.xlsx: {formulas} formulas, {len(faults)} come to another value in LibreOffice", *faults[:20])
        return int(wrong or bool(faults) or formulas < LEAST)


if __name__ == "__main__":
    sys.exit(run())
