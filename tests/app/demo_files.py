"""The demo agency's files as anyone reads them, to work out by hand what the screens should say."""

import csv
import io
import zipfile

from pages._ui.base.data import DATA


def rows(name: str, period: str = "2026-10") -> list[dict[str, str]]:
    """A month's rows of a demo file by Norwegian heading, with `rad`: the row number, the heading being row 1."""
    with zipfile.ZipFile(DATA / "demo" / "bym.zip") as archive:
        text = archive.read(f"{name}.csv").decode("utf-8-sig")
    read = csv.DictReader(io.StringIO(text), delimiter=";")
    return [row | {"rad": str(place)} for place, row in enumerate(read, start=2) if row["periode"] == period]
