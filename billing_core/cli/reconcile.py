"""`reconcile`: invoices held against our billed lines (planning contract, §4)."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import polars as pl

from billing_core import intake
from billing_core.base.errors import RequestError
from billing_core.base.money import rounded
from billing_core.base.written import content_of
from billing_core.checking.invoice import TABLE, Invoices, read_invoices
from billing_core.checking.passed_on import in_sums, passed_on
from billing_core.checking.reconcile import Tolerance, class_sums, reconcile
from billing_core.cli.command import Command
from billing_core.cli.options import usage_options
from billing_core.cli.stating import Stated, print_beside, put, rates, stated, told, words
from billing_core.rating.rate import Rates


def _options(parser: ArgumentParser) -> None:
    usage_options(parser)
    parser.add_argument(
        "--invoice", nargs="+", type=Path, required=True, metavar="FILE",
        help="invoice specifications (CSV, workbook, Parquet) and EHF; --mapping says what own columns are",
    )  # fmt: skip
    parser.add_argument("--tolerance-nok", type=_tolerance, metavar="X", help="kroner that an amount may be off")
    parser.add_argument("--tolerance-pct", type=_tolerance, metavar="Y", help="per cent of the rated amount")
    parser.add_argument(
        "--pass-through", action="store_true", help="invoices to UKE against what is passed on to all agencies"
    )
    parser.add_argument("--summary", action="store_true", help="totals per class, or of what is passed on")


def _run(options: Namespace) -> int:
    by = rates(options)
    invoices = _invoices(options, by)
    usage = Namespace(**vars(options) | {"mapping": [path for path in options.mapping if not _is_ours(path)]})
    if options.pass_through:
        usage.agency = None
    found = stated(usage, by, invoices.problems)
    lines = found.statement.rating.frame()
    _refuse_other_months(invoices.lines, lines)
    rows = _rows(options, invoices.lines, lines, found, by)
    put(options.out, rows, "reconciliation")
    if options.summary:
        print_beside(in_sums(rows) if options.pass_through else class_sums(rows), options)
    return told(found)


def _rows(options: Namespace, invoice: pl.DataFrame, lines: pl.DataFrame, found: Stated, by: Rates) -> pl.DataFrame:
    if options.pass_through:
        return passed_on(invoice, lines, by.catalogue)
    if found.agency:
        invoice, lines = invoice.filter(agency=found.agency), lines.filter(agency=found.agency)
        if invoice.is_empty():
            raise RequestError(f"no invoice line is of {found.agency}")
    return reconcile(invoice, lines, Tolerance(options.tolerance_nok, options.tolerance_pct))


def _invoices(options: Namespace, by: Rates) -> Invoices:
    """The invoices' lines. RequestError if there is none, with the first reason."""
    own = tuple(
        intake.ColumnMapping.from_toml(content_of(path), path.name) for path in options.mapping if _is_ours(path)
    )
    reading = intake.Options(
        period=options.period,
        agency=options.agency,
        mapping=own,
        exchange_rates=dict(options.rate_nok),
        decimal=options.decimal,
        date_order=options.date_order,
    )
    sources = intake.sources_in(options.invoice)
    found = read_invoices(sources, intake.Register.of(by.catalogue), reading, for_all=options.pass_through)
    if found.lines.is_empty():
        problems = words(found.problems.filter(severity="refused"), options, by.catalogue)
        why = "; ".join(f"{p['file']}: {p['message']} {p['remedy']}" for p in problems.head(1).to_dicts())
        raise RequestError(f"no invoice line could be read: {why or 'the files are empty'}")
    return found


def _is_ours(path: Path) -> bool:
    """Whether a mapping is of an invoice specification, and not of usage."""
    return intake.ColumnMapping.from_toml(content_of(path), path.name).table == TABLE


def _refuse_other_months(invoice: pl.DataFrame, lines: pl.DataFrame) -> None:
    """Where no invoiced month was read nothing can be checked; where some were not, that is told."""
    there = sorted(lines["period"].unique())
    spans = invoice.select("period", "first", "last").unique().sort("period").rows()
    unread = [period for period, first, last in spans if not any(first <= month <= last for month in there)]
    if len(unread) == len(spans):
        raise RequestError(
            f"no row read is of the invoices' months ({', '.join(unread)}); there are {', '.join(there)}"
        )
    if unread:
        print(f"no usage read of {', '.join(unread)}: the invoice lines there are not checked", file=sys.stderr)


def _tolerance(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise ArgumentTypeError(f"{text!r} is no number") from error
    if not (value.is_finite() and 0 <= value <= 10**9 and value == rounded(value, 4)):
        raise ArgumentTypeError(f"{text!r}: a tolerance is from 0 and has at most four decimals")
    return value


COMMAND = Command("hold invoices against our billed lines", _options, _run)
