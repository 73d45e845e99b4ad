"""What is wrong with rows: unreadable and missing cells, each row refused by the first of them."""

import polars as pl

from billing_core.base.problems import SCHEMA
from billing_core.base.tables import Column
from billing_core.intake.column_cells import Cells
from billing_core.intake.headings import SUPPLIED
from billing_core.intake.options import Options
from billing_core.intake.pseudonyms import PERSONAL
from billing_core.readers import limits
from billing_core.readers.sheet import MEASURELESS, ROW, UNCALCULATED, Sheet

AT = "#at"
"""A row's place in the sheet, from 0: one row of an export can make several usage rows with the same row number."""

FAULTS: dict[str, pl.DataType] = {
    AT: pl.UInt32(),
    "row": pl.Int64(),
    "place": pl.Int64(),
    "column": pl.String(),
    "code": pl.String(),
    "value": pl.String(),
    "detail": pl.String(),
}


def bad_rows(sheet: Sheet, texts: pl.DataFrame) -> pl.DataFrame:
    """Rows that the reader itself found wrong, as faults before the first column."""
    found = [(row, -1, None, code, _example(value), "") for row, (code, value) in sheet.bad_rows.items()]
    schema = {name: dtype for name, dtype in FAULTS.items() if name != AT}
    faults = pl.DataFrame(found, schema=schema, orient="row")
    return faults.join(texts.select(AT, pl.col(ROW).alias("row")), on="row").select(list(FAULTS))


def cell_faults(column: Column, texts: pl.DataFrame, cells: Cells, place: int, options: Options) -> pl.DataFrame:
    """The column's unreadable and missing cells in FAULTS."""
    own = texts.select(AT, pl.col(ROW).alias("row"), pl.col(column.key).alias("text"))
    parts: list[pl.DataFrame] = []
    if cells.faults:
        found = [(text, f.code, shown(column, text, options), f.detail) for text, f in cells.faults.items()]
        parts.append(own.join(pl.DataFrame(found, schema=["text", "code", "value", "detail"], orient="row"), on="text"))
    if column.required and cells.empties:
        stood = [(text, f"{empty.code}_required", text, "") for text, empty in cells.empties.items()]
        parts.append(own.join(pl.DataFrame(stood, schema=["text", "code", "value", "detail"], orient="row"), on="text"))
    if column.required:
        missing = own.filter(blank(own["text"]))
        parts.append(missing.with_columns(code=pl.lit("missing_value"), value=pl.lit(None), detail=pl.lit("")))
    if not any(part.height for part in parts):
        return pl.DataFrame(schema=FAULTS)
    return pl.concat(parts, how="vertical_relaxed").select(
        pl.lit(place).alias(name).cast(dtype) if name == "place"
        else pl.lit(column.key).alias(name) if name == "column"
        else pl.col(name).cast(dtype)
        for name, dtype in FAULTS.items()
    )  # fmt: skip


def shown(column: Column, text: str, options: Options) -> str | None:
    """A cell as a problem shows it: a personal id as its hash, where the caller asks for that."""
    return _example(options.pseudonym(text.strip()) if column.key in PERSONAL else text)


def _example(text: str) -> str | None:
    """A cell as a problem shows it: what stands for no text at all is left out, a long one cut."""
    if text in (UNCALCULATED, MEASURELESS):
        return None
    cut = limits.EXAMPLE_CHARACTERS
    return text if len(text) <= cut else text[: cut - 1] + "…"


def blank(texts: pl.Series) -> pl.Series:
    """Which texts are missing, or nothing but spaces."""
    return texts.is_null() | (texts.str.strip_chars() == "").fill_null(True)


def row_problems(faults: pl.DataFrame, frame: pl.DataFrame, table: str, file: str) -> pl.DataFrame:
    """Faults as problems, with AT: a row's first is `refused`, the others notices; period and agency if readable."""
    said = [name for name in SUPPLIED if name in frame.columns]
    return (
        faults.sort(AT, "place", maintain_order=True)
        .with_columns(
            severity=pl.when(pl.col(AT).is_first_distinct()).then(pl.lit("refused")).otherwise(pl.lit("notice")),
            table=pl.lit(table),
            file=pl.lit(file),
        )
        .join(frame.select(AT, *said), on=AT, how="left", maintain_order="left")
        .with_columns(pl.lit(None, pl.String).alias(name) for name in SUPPLIED if name not in said)
        .select(AT, *SCHEMA)
    )
