"""What can be wrong with a user's file: problems as a frame of values, their texts looked up by code.

A problem is never raised. It is collected, shown and exported. `refused` means that the row (or file) was left out,
`notice` that it was read and the user should know something. A refused row has exactly one `refused` problem; what else
is wrong with it follows as notices, so that counting refused problems counts refused rows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypedDict

import polars as pl

Severity = Literal["refused", "notice"]

Code = Literal[
    "account_types_assumed", "accounts_left_out", "active_with_date", "ambiguous_date", "ambiguous_decimal",
    "amount_too_large", "app_operation_above_price", "aws_bill", "azure_bill", "charged_beside", "charged_file",
    "column_without_heading",
    "concealed_names", "cost_without_dispatch", "dates_first_seen", "device_kinds_assumed", "disabled_device",
    "doubtful_decimal", "duplicate_column", "duplicate_key", "empty_file", "encrypted_file",
    "ends_before_start", "enrolled_twice", "error_value", "error_value_required", "exchange_rate",
    "extensive_use", "file_skipped", "foreign_currency", "formula_without_value", "hidden_sheet",
    "hostile_file", "idle_left_out",
    "invoice_beside", "invoice_columns", "invoice_currency", "invoice_month_credited",
    "invoice_month_issued", "invoice_no_ehf",
    "invoice_period_backwards", "invoice_repeated", "invoice_sums", "invoice_value", "invoice_without_agency",
    "invoice_xml", "main_without_employee", "mapping_without_table", "missing_column",
    "missing_value", "month_replaced", "more_unknown", "nameless_left_out", "negative", "nested_archive",
    "nested_column", "no_deactivation_dates", "no_device_owners", "no_employee_ids", "no_headcount",
    "no_licences", "no_rows", "not_a_date", "not_a_flag", "not_a_month", "not_a_number", "not_a_pc",
    "not_for_services", "not_read", "not_rows", "not_whole", "not_whole_ore", "nothing_read", "oci_bill",
    "odd_date", "old_workbook", "outside_months", "over_limit", "own_words", "pcs_in_both",
    "people_without_account", "period_unknown", "personal_device", "placeholder", "placeholder_required",
    "platform_assumed", "policy_unknown", "policy_unreadable", "policy_value", "price_overlap", "read_twice",
    "reader_stopped", "rows_not_data", "rows_replaced", "scientific_id", "sentinel_date", "server_left_out",
    "several_main_accounts", "tax_left_out", "to_before_from", "too_heavy", "too_large", "too_long",
    "too_many_cells", "too_many_decimals", "too_many_dispatches", "too_many_parts", "total_not_positive",
    "two_digit_year", "two_files", "unflattened_cells", "unknown_agency", "unknown_code", "unknown_column",
    "unknown_item", "unknown_sheet", "unknown_sku", "unknown_table", "unknown_what", "unlicensed_left_out",
    "unmapped_sheet", "unreadable_file", "unseen_device", "workbook_macro", "yearly_again",
]  # fmt: skip
"""Every cause there is. `data/texts/*/problems.toml` says each in words, and what to do about it."""

SCHEMA: dict[str, pl.DataType] = {
    "severity": pl.String(),
    "code": pl.String(),
    "table": pl.String(),
    "file": pl.String(),
    "row": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "detail": pl.String(),
    "period": pl.String(),
    "agency": pl.String(),
}
"""`row` is the number the user sees (header is row 1), empty for a whole file. `detail` fills {detail} of the text:
the other place, the nearest codes, the limit. `period` and `agency` are given where the row says them."""

OUT_COLUMNS = ("severity", "code", "table", "file", "row", "column", "value", "message", "remedy")


class Problem(TypedDict, total=False):
    """One problem as plain values; keys as in SCHEMA, those left out are empty."""

    severity: Severity
    code: Code
    table: str | None
    file: str | None
    row: int | None
    column: str | None
    value: str | None
    detail: str | None
    period: str | None
    agency: str | None


def problem_frame(problems: Iterable[Problem] = ()) -> pl.DataFrame:
    """A frame in SCHEMA from single problems."""
    return pl.DataFrame([{key: p.get(key) for key in SCHEMA} for p in problems], schema=SCHEMA)


def merge(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Problem frames under one another, in SCHEMA."""
    return pl.concat([problem_frame(), *(frame.select(list(SCHEMA)) for frame in frames)])


Sheets = Mapping[tuple[str | None, str], str]
"""By table and file, the sheet of a workbook that the rows stand in."""


@dataclass(frozen=True)
class Written:
    """How files write what problems name, by table and file: the rows' sheet, and each column's own heading by key."""

    sheets: Sheets = field(default_factory=dict)
    headings: Mapping[tuple[str | None, str], Mapping[str, str]] = field(default_factory=dict)


_AS_KEYS = Written()

_CODES = {"items": "item", "skus": "sku", "tables": "table"}
"""Placeholders for a detail of codes, and whose names they are told with."""


def described(problems: pl.DataFrame, texts: Mapping[str, str], written: Written = _AS_KEYS) -> pl.DataFrame:
    """Problems in OUT_COLUMNS order, with `message` and `remedy` in the language of `texts`.

    `texts` holds `problem.<code>.message` and `problem.<code>.remedy`, where {value}, {column}, {table} and {detail}
    stand for the problem's own, {items}, {skus} and {tables} for a detail of codes with their names (`item.<code>`,
    `sku.<code>`), and {place} for a detail that is another row; `message_one` is said where the detail is 1.
    KeyError if a code has no text: that is a mistake of ours. `written` has the sheet that a row is told with, and the
    heading that {column} is told by, where the file has one; `column` stays the key.
    """

    def filled(part: str) -> list[str]:
        return [
            _filled(_text_of(row, part, texts), _Told(row, texts, written)) for row in problems.iter_rows(named=True)
        ]

    sheets = _sheet_of(problems, written.sheets)
    messages = [
        _filled(texts["problem_place.in_sheet"], {"sheet": sheet, "message": message}) if row and sheet else message
        for message, row, sheet in zip(filled("message"), problems["row"], sheets, strict=True)
    ]
    parts = {"message": messages, "remedy": filled("remedy")}
    told = (pl.Series(part, found, dtype=pl.String) for part, found in parts.items())
    return problems.with_columns(told).select(OUT_COLUMNS)


def _text_of(row: Mapping[str, object], part: str, texts: Mapping[str, str]) -> str:
    """The text of a problem; that of one where it counts one and there is such a text."""
    key = f"problem.{row['code']}.{part}"
    return texts.get(f"{key}_one", texts[key]) if row["detail"] == "1" else texts[key]


def _sheet_of(problems: pl.DataFrame, sheets: Sheets) -> list[str | None]:
    return [sheets.get(place) for place in problems.select("table", "file").iter_rows()]


class _Told(dict[str, str]):
    """What fills the placeholders of one problem's texts, worked out when one asks for it."""

    def __init__(self, row: Mapping[str, object], texts: Mapping[str, str], written: Written) -> None:
        super().__init__({name: str(value) for name, value in row.items() if value is not None})
        self._texts, self._sheets = texts, written.sheets
        if "column" in self:
            own = written.headings.get((self.get("table"), self.get("file", "")), {})
            self["column"] = own.get(self["column"], self["column"])

    def __missing__(self, name: str) -> str:
        detail = self.get("detail")
        if detail is None or name not in {*_CODES, "place"}:
            return "–"
        return self._place(detail) if name == "place" else self._named(_CODES[name], detail.split(", "))

    def _named(self, kind: str, codes: Iterable[str]) -> str:
        names = {code: self._texts.get(f"{kind}.{code}", code) for code in codes}
        if kind == "table":
            return ", ".join(names.values())
        return ", ".join(code if name == code else f"{code} ({name})" for code, name in names.items())

    def _place(self, detail: str) -> str:
        """Another row of the same table as a person looks for it; `detail` is its file and row."""
        file, _, row = detail.rpartition(":")
        sheet = self._sheets.get((self.get("table"), file))
        parts = {"file": file, "row": row, "sheet": sheet or ""}
        return _filled(self._texts[f"problem_place.{'row_of_sheet' if sheet else 'row'}"], parts)


def _filled(text: str, values: Mapping[str, str]) -> str:
    # Literal replacement, value by value: a value that looks like a placeholder stays what it is.
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], text)
