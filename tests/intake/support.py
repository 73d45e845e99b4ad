"""What the intake's tests share: a small register, and reading one file from text or bytes."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import xlsxwriter

from billing_core.intake import Intake, Options, Register, Source, read

LAYOUTS = Path(__file__).parent / "layouts"

REGISTER = Register(
    sku_aliases={
        "e1": "E1",
        "office 365 e1": "E1",
        "standardpack": "E1",
        "18181a46-0d4e-45cd-891e-60aabd171b4e": "E1",
        "ems_e3": "EMS_E3",
        "enterprise mobility + security e3": "EMS_E3",
        "visioclient": "VISIOCLIENT",
        "visio plan 2": "VISIOCLIENT",
        "power bi (free)": "POWER_BI_STANDARD",
        "microsoft fabric (free)": "POWER_BI_STANDARD",
        "power_bi_standard": "POWER_BI_STANDARD",
    },
    agencies={"BYM": "Bymiljøetaten", "VAV": "Vann- og avløpsetaten", "UKE": "Utviklings- og kompetanseetaten"},
)


def layout(name: str) -> list[str]:
    """The headings of an export, as published."""
    return (LAYOUTS / f"{name}.csv").read_text(encoding="utf-8").strip().split(",")


def read_files(files: Mapping[str, bytes | str], options: Options | None = None) -> Intake:
    """Reads files given by name as text or bytes."""
    sources = [Source(name, text.encode() if isinstance(text, str) else text) for name, text in files.items()]
    return read(sources, REGISTER, options or Options())


def read_one(text: bytes | str, name: str = "file.csv", **options: object) -> Intake:
    """Reads one file."""
    return read_files({name: text}, Options(**options))


def codes(intake: Intake, severity: str | None = None) -> list[str]:
    """The problem codes, in order."""
    problems = intake.problems
    return (problems if severity is None else problems.filter(pl.col("severity") == severity))["code"].to_list()


def rows(intake: Intake, table: str, *columns: str) -> list[tuple[object, ...]]:
    """The rows of a table, only these columns."""
    return intake.usage[table].select(columns).rows()


def workbook(**sheets: list[list[object]]) -> bytes:
    """An XLSX with these sheets."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
        for name, content in sheets.items():
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(content):
                sheet.write_row(at, 0, cells)
    return stream.getvalue()


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip file of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A zip file with some of its parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    return zipped(old | dict(parts))
