"""Invoice files to invoice lines: specifications by the intake's readers, and EHF (planning contract, §4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from billing_core.base.folding import fold
from billing_core.base.money import ORE, PRICE
from billing_core.base.problems import Code, Problem, merge, problem_frame
from billing_core.base.tables import INVOICE
from billing_core.checking.credit_months import dated_by_invoice
from billing_core.checking.ehf import RefusedError, read_ehf
from billing_core.intake.currency import currencies, in_kroner
from billing_core.intake.headings import SUPPLIED, Match
from billing_core.intake.mapping import ColumnMapping
from billing_core.intake.notes import without_notes
from billing_core.intake.opened import sheets
from billing_core.intake.options import Options, Register
from billing_core.intake.recognise import is_mappable
from billing_core.intake.typed import typed
from billing_core.readers import limits
from billing_core.readers.kinds import unpacked
from billing_core.readers.sheet import ROW, Sheet, UnreadableError
from billing_core.readers.source import Source

TABLE = INVOICE.name
"""What a mapping calls the table that its file is."""

SCHEMA: dict[str, pl.DataType] = {
    "invoice_id": pl.String(),
    "line": pl.String(),
    "first": pl.String(),
    "last": pl.String(),
    "agency": pl.String(),
    "item": pl.String(),
    "variant": pl.String(),
    "subject": pl.String(),
    "quantity": pl.Int64(),
    "unit_price": pl.Int64(),
    "amount": pl.Int64(),
    "text": pl.String(),
    "credits": pl.String(),
    "issued": pl.Boolean(),
    "file": pl.String(),
    "row": pl.Int64(),
}
"""Invoice lines as they are read: quantity in millionths, price in ten-thousandths, amount in øre, the range's ends.

`credits`: the invoice that a credit note names. `issued`: whether the month is that of the day of issue.
"""

_HEADINGS = {fold(word): column.key for column in INVOICE.columns for word in (column.key, column.heading)}
_RANGE = ".."
_LICENCE = "office365."


@dataclass(frozen=True)
class Invoices:
    """Invoice lines (SCHEMA and `period`, the range as it is written out), and every problem met on the way."""

    lines: pl.DataFrame
    problems: pl.DataFrame
    unread: tuple[Sheet, ...] = ()
    """The sheets that are no invoice specification as they stand, but may be once their columns are mapped."""


def read_invoices(
    sources: Sequence[Source], register: Register, options: Options, *, for_all: bool = False
) -> Invoices:
    """The lines of specifications and EHF files, zips of them too; an invoice that comes twice is refused.

    `for_all`: the invoices are for all agencies at once, and need not say whose they are. A source's own month and
    agency go before those of the options.
    """
    frames, problems = [pl.DataFrame(schema=SCHEMA)], []
    unread: list[Sheet] = []
    seen: dict[str, str] = {}
    for source in sources:
        own = replace(options, period=source.period or options.period, agency=source.agency or options.agency)
        reader = _Reader(register, own, for_all, unread)
        for name, content in unpacked(source):
            frame, told = reader.read(name, content)
            kept, repeated = _new(frame, name, seen)
            frames.append(kept)
            problems += [told, repeated]
    lines, moved = dated_by_invoice(pl.concat(frames))
    told = merge([*problems, problem_frame(moved)])
    # What takes the month of its invoice is not of the month of its issue.
    taken = {problem["value"] for problem in moved}
    told = told.filter(~((pl.col("code") == "invoice_month_issued") & pl.col("value").is_in(list(taken))))
    return Invoices(lines.with_columns(period=_period()), told, tuple(unread))


def _period() -> pl.Expr:
    ends = pl.col("first"), pl.col("last")
    return pl.when(ends[0] == ends[1]).then(ends[0]).otherwise(pl.concat_str(*ends, separator=_RANGE))


def _new(frame: pl.DataFrame, name: str, seen: dict[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A file's lines but for those of invoices that an earlier file brought."""
    folded = {number: fold(number) for number in frame["invoice_id"].unique(maintain_order=True)}
    again = {number: seen[key] for number, key in folded.items() if key in seen}
    seen |= {key: name for number, key in folded.items() if number not in again}
    told = [
        Problem(severity="refused", code="invoice_repeated", table=TABLE, file=name, value=number[:80], detail=first)
        for number, first in again.items()
    ]
    return frame.filter(~pl.col("invoice_id").is_in(list(again))), problem_frame(told)


@dataclass(frozen=True)
class _Reader:
    register: Register
    options: Options
    for_all: bool
    unread: list[Sheet]

    def read(self, name: str, content: bytes | UnreadableError) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The lines of one file, and its problems."""
        try:
            if isinstance(content, UnreadableError):
                raise content
            if _is_xml(content):
                return self._ehf(name, content)
            found = [sheet for sheet in sheets(name, content) if not sheet.hidden]
            parts = [self._sheet(sheet) for sheet in found]
        except UnreadableError as error:
            problem = Problem(severity="refused", code=error.code, table=TABLE, file=name, detail=error.detail)
            return pl.DataFrame(schema=SCHEMA), problem_frame([problem])
        read = [part for part in parts if part]
        if not read:
            self.unread.extend(sheet for sheet in found if is_mappable(sheet))
            needed = ", ".join(column.key for column in INVOICE.columns if column.required)
            problem = Problem(severity="refused", code="invoice_columns", table=TABLE, file=name, detail=needed)
            return pl.DataFrame(schema=SCHEMA), problem_frame([problem])
        return pl.concat(frame for frame, _ in read), merge(told for _, told in read)

    def _ehf(self, name: str, content: bytes) -> tuple[pl.DataFrame, pl.DataFrame]:
        mapping = next((mapping for mapping in self._mappings if "item" in mapping.values), None)
        agency = self.options.agency and self.register.agency(self.options.agency)
        try:
            read = read_ehf(content, self.register, agency, mapping)
        except RefusedError as refusal:
            return pl.DataFrame(schema=SCHEMA), problem_frame([refusal.problem | {"table": TABLE, "file": name}])
        placed = [(*line, name, None) for line in read.lines]
        notices = problem_frame(notice | {"table": TABLE, "file": name} for notice in read.notices)
        return pl.DataFrame(placed, schema=SCHEMA, orient="row"), notices

    @property
    def _mappings(self) -> list[ColumnMapping]:
        return [mapping for mapping in self.options.mappings if mapping.table == TABLE]

    def _sheet(self, sheet: Sheet) -> tuple[pl.DataFrame, pl.DataFrame] | None:
        """The lines of one sheet; None if it is no invoice specification."""
        mapping = next((m for m in self._mappings if m.made_for(sheet.headings) or m.fits(sheet.headings)), None)
        money = [] if mapping is None else [mapping.columns[key] for key in INVOICE.amounts if key in mapping.columns]
        foreign = currencies(sheet, INVOICE, money)
        prepared = _prepared(mapping.applied(sheet) if mapping else sheet)
        match = self._match(prepared.headings)
        if set(match.missing) - {key for key in SUPPLIED if getattr(self.options, key)}:
            return None
        kept, notes = without_notes(prepared, match)
        needed = replace(kept, cells=kept.cells.select(*match.columns.values(), ROW), foreign=foreign)
        options = self.options.under(mapping)
        read = in_kroner(typed(needed, match, options, self.register), match.table, needed, options)
        lines, unfit = _checked(read.frame, sheet.file)
        told = merge([problem_frame([*sheet.problems, *notes]), read.problems, problem_frame(unfit)])
        return self._named(lines), told

    def _match(self, headings: Sequence[str]) -> Match:
        columns: dict[str, str] = {}
        for heading in headings:
            if (key := _HEADINGS.get(fold(heading))) is not None:
                columns.setdefault(key, heading)
        optional = ("agency",) if self.for_all else ()
        table = replace(
            INVOICE, columns=tuple(replace(c, required=c.required and c.key not in optional) for c in INVOICE.columns)
        )
        return Match(table, columns, tuple(c.key for c in table.columns if c.required and c.key not in columns))

    def _named(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Licences' variants by the SKU's own code, as our lines have them."""
        variants = lines.filter(pl.col("item").str.starts_with(_LICENCE))["variant"].drop_nulls().unique()
        known = {written: self.register.sku(written) for written in variants}
        licence = pl.col("item").str.starts_with(_LICENCE)
        return lines.with_columns(variant=pl.when(licence).then(pl.col("variant").replace(known)).otherwise("variant"))


def _is_xml(content: bytes) -> bool:
    """Whether a file begins as XML does, in any of the encodings that it is written in."""
    return content[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _prepared(sheet: Sheet) -> Sheet:
    """The sheet with ranges of months in two columns, and long texts cut."""
    by_key = {_HEADINGS.get(fold(heading), ""): heading for heading in reversed(sheet.headings)}
    columns = []
    if "text" in by_key:
        columns.append(pl.col(by_key["text"]).str.slice(0, limits.TEXT_CHARACTERS))
    if "period" in by_key and "period_to" not in by_key:
        parts = pl.col(by_key["period"]).str.splitn(_RANGE, 2)
        columns += [parts.struct[0].alias(by_key["period"]), parts.struct[1].alias("period_to")]
    return replace(sheet, cells=sheet.cells.with_columns(columns))


def _checked(frame: pl.DataFrame, file: str) -> tuple[pl.DataFrame, list[Problem]]:
    """Typed rows in SCHEMA; those whose amount is no whole øre or whose period ends before it begins are refused."""
    ore = PRICE // ORE
    tests: dict[tuple[str, Code, str], pl.Expr] = {
        ("amount_nok", "not_whole_ore", ""): pl.col("amount_nok") % ore != 0,
        ("period", "invoice_period_backwards", ""): (pl.col("period_to") < pl.col("period")).fill_null(value=False),
    }
    told: list[Problem] = []
    for (column, code, detail), test in tests.items():
        bad = frame.filter(test)
        frame = frame.filter(~test)
        told += [
            Problem(
                severity="refused", code=code, table=TABLE, file=file, row=row, column=column, value=str(value),
                detail=detail,
            )
            for row, value in bad.select("row", pl.col(column).cast(pl.String)).iter_rows()
        ]  # fmt: skip
    lines = frame.select(
        "invoice_id",
        pl.coalesce("line", pl.col("row").cast(pl.String)).alias("line"),
        first="period",
        last=pl.coalesce("period_to", "period"),
        **{name: pl.col(name) for name in ("agency", "item", "variant", "subject", "quantity")},
        unit_price="unit_price_nok",
        amount=pl.col("amount_nok") // ore,
        text="text",
        credits="credits",
        issued=pl.lit(value=False),
        file="file",
        row="row",
    )
    return lines.cast(pl.Schema(SCHEMA)), told
