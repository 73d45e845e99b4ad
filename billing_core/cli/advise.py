"""`advise`: which actions save an agency most together, step by step (planning contract, §5)."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from decimal import Decimal, InvalidOperation

import polars as pl

from billing_core.base.engines import engine
from billing_core.base.errors import RequestError
from billing_core.base.months import last_day
from billing_core.cli.command import Command
from billing_core.cli.options import usage_options
from billing_core.cli.stating import Stated, print_beside, put, rates, stated, told
from billing_core.planning.advice_month import AdvisedMonth
from billing_core.planning.advice_rows import rows, totals
from billing_core.planning.advise import advise, target_of
from billing_core.planning.complete import last_complete, months_of


def _options(parser: ArgumentParser) -> None:
    usage_options(parser)
    target = parser.add_mutually_exclusive_group()
    target.add_argument("--target-pct", type=_percent, metavar="P", help="save so many per cent of the monthly charges")
    target.add_argument("--target-nok", type=_kroner, metavar="X", help="save so many kroner a month")
    parser.add_argument("--decisions", action="store_true", help="also actions by which someone loses a service")
    parser.add_argument("--summary", action="store_true", help="totals, the target, and whether it is reached")


def _run(options: Namespace) -> int:
    by = rates(options)
    found = stated(options, by)
    if not found.agency:
        raise RequestError(f"--agency CODE says whose advice; there are {', '.join(_agencies(found))}")
    lines, period = found.statement.rating.frame(), _period(options, found, date.today())
    month = AdvisedMonth(
        found.statement.usage, lines, rates=by, engine=engine(options.engine, options.memory), agency=found.agency,
        period=period, as_of=found.as_of.get(period),
    )  # fmt: skip
    target = options.target_nok if options.target_pct is None else target_of(month, options.target_pct)
    advice = advise(month, decisions=options.decisions, target_nok=target)
    put(options.out, rows(advice), "advice")
    if options.summary:
        print_beside(totals(advice, found.agency), options)
    return told(found)


def _period(options: Namespace, found: Stated, today: date) -> str:
    """The month named, else the last complete one. RequestError if the agency has no lines in it."""
    usage, agency = found.statement.usage, str(found.agency)
    months = months_of(usage, agency, today)
    there = [month.period for month in months]
    period = options.period or last_complete(months)
    if period not in there:
        raise RequestError(f"no whole month of {agency} to advise on; there are {', '.join(there)}: name one, --period")
    if last_day(period) > today:
        print(f"{period} is not over: what is still to come is not in it", file=sys.stderr)
    return str(period)


def _agencies(found: Stated) -> list[str]:
    frames = (frame for frame in found.statement.usage.values() if "agency" in frame.columns)
    return sorted(set(pl.concat(frame["agency"] for frame in frames).unique()))


def _percent(text: str) -> Decimal:
    return _number(text, Decimal(100), "a number of per cent above 0 and up to 100")


def _kroner(text: str) -> Decimal:
    return _number(text, Decimal(10) ** 12, "an amount in kroner above 0")


def _number(text: str, most: Decimal, what: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        value = Decimal(0)
    if not (value.is_finite() and 0 < value <= most):
        raise ArgumentTypeError(f"{text!r} is not {what}")
    return value


COMMAND = Command("which actions save an agency most together, step by step", _options, _run)
