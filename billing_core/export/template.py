"""The upload workbook: a sheet a table with headings and drop-downs, and a first sheet that explains with examples."""

from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from billing_core.base.tables import TABLES, Column, Table
from billing_core.law.catalogue import Catalogue

_LAST_ROW = 1_048_575
_GUIDE = ("ark", "overskrift", "nøkkel", "må fylles ut", "slik fylles den ut", "eksempel")

_FORMS = {
    "month": "måned: ÅÅÅÅ-MM",
    "text": "tekst, høyst 200 tegn",
    "id": "tekst, høyst 200 tegn",
    "code": "",
    "date": "dato: dd.mm.åååå eller ÅÅÅÅ-MM-DD",
    "flag": "ja eller nei",
    "quantity": "tall, høyst tre desimaler",
    "money": "kroner uten mva., høyst fire desimaler",
    "count": "helt tall",
}

_EXAMPLES = {
    "period": "2026-10",
    "agency": "BYM",
    "user_id": "bym12345",
    "employee_id": "A1001",
    "sku": "E1",
    "deactivated_on": "15.09.2026",
    "device_id": "PC-0042",
    "established_on": "01.02.2024",
    "moved_on": "12.10.2026",
    "connection_id": "L-17",
    "location_id": "Karvesvingen 3",
    "system": "Fagsystem A",
    "quantity": "2",
    "service_level": "gold",
    "disk": "ssd",
    "memory_gb": "16",
    "complexity": "medium",
    "criticality": "high",
    "unsupported_cost_nok": "4500,00",
    "item": "workplace.active_user",
    "unit_price_nok": "1200,00",
    "reference": "avtale 26/118",
    "employees": "1200",
    "ftes": "1105,5",
    "cost_nok": "18250,75",
    "total_quantity": "40000",
}


def template(catalogue: Catalogue) -> bytes:
    """The workbook as bytes. Its table sheets are empty, so that nothing of the examples is ever rated."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#f8f0dd", "border": 1})
        needed = book.add_format({"bold": True, "bg_color": "#f9c66b", "border": 1})
        text = book.add_format({"num_format": "@"})
        _guide(book.add_worksheet("Les meg"), bold)
        items = sorted(catalogue.items)
        _items(book.add_worksheet("Tjenestekoder"), catalogue, items, bold)
        for table in TABLES.values():
            _sheet(book.add_worksheet(table.heading), table, (bold, needed, text), len(items))
    return buffer.getvalue()


def _guide(sheet: Worksheet, bold: Format) -> None:
    sheet.write_row(0, 0, _GUIDE, bold)
    row = 1
    for table in TABLES.values():
        for column in table.columns:
            required = "ja" if column.required else ""
            form = _form(column)
            sheet.write_row(row, 0, (table.heading, column.heading, column.key, required, form, example(column)))
            row += 1
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 3, 22)
    sheet.set_column(4, 4, 60)
    sheet.set_column(5, 5, 24)


def _items(sheet: Worksheet, catalogue: Catalogue, items: list[str], bold: Format) -> None:
    sheet.write_row(0, 0, ("kode", "navn"), bold)
    for row, code in enumerate(items, start=1):
        sheet.write_row(row, 0, (code, catalogue.items[code].name_nb))
    sheet.set_column(0, 1, 40)


def _sheet(sheet: Worksheet, table: Table, formats: tuple[Format, Format, Format], items: int) -> None:
    bold, needed, text = formats
    for position, column in enumerate(table.columns):
        sheet.write(0, position, column.heading, needed if column.required else bold)
        sheet.write_comment(0, position, f"{_form(column)}\nEksempel: {example(column)}")
        # Months and ids stay the text that was typed; a spreadsheet would make dates and numbers of them.
        sheet.set_column(position, position, 20, text if column.kind in ("month", "text", "id") else None)
        choices = _choices(column)
        if column.key == "item":
            source = f"=Tjenestekoder!$A$2:$A${items + 1}"
            sheet.data_validation(1, position, _LAST_ROW, position, {"validate": "list", "source": source})
        elif choices:
            sheet.data_validation(1, position, _LAST_ROW, position, {"validate": "list", "source": choices})
    sheet.freeze_panes(1, 0)


def _choices(column: Column) -> list[str]:
    return ["ja", "nei"] if column.kind == "flag" else [word for _, word in column.choices]


def _form(column: Column) -> str:
    form = " / ".join(word for _, word in column.choices) or _FORMS[column.kind]
    return f"{form} ({column.unit})" if column.unit else form


def example(column: Column) -> str:
    """A value that the column takes."""
    return _EXAMPLES.get(column.key) or _choices(column)[0]
