"""An agency's own account strings, read from its file (planning contract, §6). One that is faulty is refused whole."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from billing_core.base.errors import BillingCoreError
from billing_core.base.folding import fold
from billing_core.base.problems import Problem, problem_frame
from billing_core.base.tables import Column, Table
from billing_core.intake.headings import Match
from billing_core.intake.opened import sheets
from billing_core.intake.options import Options, Register
from billing_core.intake.typed import typed
from billing_core.readers.sheet import ROW, Sheet, UnreadableError
from billing_core.readers.source import Source

TABLE = "accounts"

STRING = ("art", "ansvar", "funksjon", "prosjekt", "text")
"""The parts of an account string."""

ACCOUNTS = Table(
    TABLE,
    "kontering",
    (
        Column("agency", "virksomhet", "text"),
        Column("service", "tjenesteområde", "text"),
        Column("item", "tjeneste", "text"),
        Column("side", "side", "code", required=True, choices=(("debit", "debet"), ("credit", "kredit"))),
        Column("art", "art", "text", required=True),
        *(Column(part, part, "text") for part in ("ansvar", "funksjon", "prosjekt")),
        Column("text", "tekst", "text"),
        Column("valid_from", "gjelder fra", "date"),
        Column("valid_to", "gjelder til", "date"),
    ),
)
"""`item` may end in `*`; `valid_from` is included, `valid_to` not. What is left empty holds for all."""

MOST_ROWS = 20_000

_HEADINGS = {fold(word): column.key for column in ACCOUNTS.columns for word in (column.key, column.heading)}
_WHOSE = ("agency", "service", "item", "side")


class AccountsError(BillingCoreError):
    """A file of account strings that cannot be used.

    `code` names the text `accounts.error.<code>`, where {row} and {detail} stand for `row` and `detail`; where single
    cells are wrong, `problems` tells them as of any file.
    """

    def __init__(
        self, code: str, message: str, *, row: int | None = None, detail: str = "", problems: pl.DataFrame | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.row, self.detail = code, row, detail
        self.problems = problem_frame() if problems is None else problems


def read_accounts(name: str, content: bytes | Path, register: Register) -> pl.DataFrame:
    """The account strings of a file, CSV or workbook: ACCOUNTS' columns and `row`. AccountsError if any is faulty."""
    source = Source(name, path=content) if isinstance(content, Path) else Source(name, content)
    try:
        found = sheets(name, source.read())
    except UnreadableError as error:
        problem = Problem(severity="refused", code=error.code, table=TABLE, file=name, detail=error.detail)
        raise AccountsError("cells", f"{name} is refused", problems=problem_frame([problem])) from error
    if not found or found[0].cells.is_empty():
        raise AccountsError("no_rows", f"{name} is refused: it has no rows")
    code = pl.col("service").map_elements(lambda word: register.services.get(fold(word), word), pl.String)
    rows = _typed(found[0], register).with_columns(code)
    _refuse_wrong(name, rows, register)
    return rows


def as_rows(accounts: pl.DataFrame) -> list[dict[str, str]]:
    """Account strings as the texts of a file's cells, by ACCOUNTS' keys."""
    keys = [column.key for column in ACCOUNTS.columns]
    return accounts.select(pl.col(keys).cast(pl.String).fill_null("")).to_dicts()


def _typed(sheet: Sheet, register: Register) -> pl.DataFrame:
    if sheet.cells.height > MOST_ROWS:
        told = f"{sheet.cells.height} > {MOST_ROWS}"
        raise AccountsError("too_many", f"{sheet.file} is refused: {told} rows", detail=told)
    columns = _columns(sheet.headings)
    missing = [column.key for column in ACCOUNTS.columns if column.required and column.key not in columns]
    if missing:
        named = ", ".join(missing)
        raise AccountsError("column", f"{sheet.file} is refused: the column {named} is missing", detail=named)
    needed = Sheet(sheet.file, sheet.name, sheet.cells.select(*columns.values(), ROW), bad_rows=sheet.bad_rows)
    read = typed(needed, Match(ACCOUNTS, columns, ()), Options(), register)
    if read.refused.height:
        raise AccountsError("cells", f"{sheet.file} is refused", problems=read.problems.filter(severity="refused"))
    return read.frame.drop("file")


def _columns(headings: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for heading in headings:
        if (key := _HEADINGS.get(fold(heading))) is not None:
            columns.setdefault(key, heading)
    return columns


def _refuse_wrong(name: str, rows: pl.DataFrame, register: Register) -> None:
    """Refuse credit rows of less than an agency, services and items that are none, and rows equal at the same time."""
    given = pl.col("service").is_not_null() | pl.col("item").is_not_null()
    for row in rows.filter(pl.col("side") == "credit", given)["row"]:
        why = "a credit row is for the whole agency; leave service and item"
        raise AccountsError("credit", f"{name} is refused: row {row}: {why}", row=row)
    known = list(register.services.values())
    for row, word in rows.filter(~pl.col("service").is_in(known)).select("row", "service").iter_rows():
        why = f"no service is called {word}"
        raise AccountsError("service", f"{name} is refused: row {row}: {why}", row=row, detail=word)
    for row, item in rows.filter(pl.col("item").is_not_null()).select("row", "item").iter_rows():
        if not item.endswith("*") and fold(item) not in register.items:
            raise AccountsError("item", f"{name} is refused: row {row}: no item is called {item}", row=row, detail=item)
    for row in rows.filter(pl.col("valid_to") <= pl.col("valid_from"))["row"]:
        raise AccountsError("backwards", f"{name} is refused: row {row}: it ends before it begins", row=row)
    ordered = rows.sort(*_WHOSE, "valid_from", "row", nulls_last=False).with_columns(
        other=pl.col("row").shift(1).over(_WHOSE),
        ended=pl.col("valid_to").fill_null(pl.date(9999, 12, 31)).cum_max().shift(1).over(_WHOSE),
    )
    begins = pl.col("valid_from").fill_null(pl.date(1, 1, 1))
    for row, other in ordered.filter(pl.col("ended") > begins).select("row", "other").iter_rows():
        why = f"holds for the same and at the same time as row {other}"
        raise AccountsError("overlap", f"{name} is refused: row {row} {why}", row=row, detail=str(other))
