"""The options of the command line, read and checked."""

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from billing_core.base.engines import ENGINES
from billing_core.base.texts import LANGUAGES

Run = Callable[[argparse.Namespace], int]


def parser(run: Mapping[str, Run]) -> argparse.ArgumentParser:
    """The parser of the command line; `run` has what each command does."""
    parser = argparse.ArgumentParser(prog="python -m billing_core", description="Rates usage of shared IT services.")
    commands = parser.add_subparsers(required=True, metavar="rate|simulate|rules|template|demo")

    rate = commands.add_parser("rate", help="rate usage files and write charge lines")
    _usage_options(rate)
    rate.add_argument("--summary", action="store_true", help="totals per agency and month")
    rate.set_defaults(run=run["rate"])

    simulate = commands.add_parser("simulate", help="rate usage with and without a scenario's actions")
    _usage_options(simulate)
    simulate.add_argument("--scenario", type=Path, required=True, metavar="FILE", help="the scenario's file, JSON")
    simulate.set_defaults(run=run["simulate"])

    rules = commands.add_parser("rules", help="every rule with clause, condition and policy values")
    rules.add_argument("--lang", choices=LANGUAGES, default="nb")
    rules.set_defaults(run=run["rules"])

    workbook = commands.add_parser("template", help="write the upload workbook")
    workbook.add_argument("file", type=Path, metavar="FILE.xlsx")
    workbook.set_defaults(run=run["template"])

    example = commands.add_parser("demo", help="write generated usage files")
    example.add_argument("folder", type=Path, metavar="DIR")
    example.add_argument("--agencies", type=int, default=3, metavar="N")
    example.add_argument("--employees", type=int, default=200, metavar="N", help="of each agency")
    example.add_argument("--months", type=int, default=12, metavar="N")
    example.add_argument("--seed", type=int, default=1, metavar="N")
    example.add_argument("--format", choices=("csv", "parquet"), default="csv")
    example.set_defaults(run=run["demo"])
    return parser


def _usage_options(parser: argparse.ArgumentParser) -> None:
    """The options of every command that reads usage and rates it."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of files")
    parser.add_argument(
        "--period", type=_month, metavar="YYYY-MM", help="month of files without one, and the month out"
    )
    parser.add_argument(
        "--month-of", type=_file_month, action="append", default=[], metavar="FILE=YYYY-MM",
        help="month of one file without one, by its name",
    )  # fmt: skip
    parser.add_argument("--agency", metavar="CODE", help="agency of files without one, and the agency out")
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="rate the month as it stands on this day")
    parser.add_argument("--prices", type=Path, metavar="FILE", help="another price list")
    parser.add_argument("--agreements", type=Path, metavar="FILE", help="agencies' own agreed prices")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="single policy values, changed")
    parser.add_argument(
        "--mapping", type=Path, action="append", default=[], metavar="FILE", help="what a file's own columns are; TOML"
    )
    parser.add_argument("--decimal", choices=(".", ","), help="decimal mark, where a column can be read in two ways")
    parser.add_argument("--date-order", choices=("dmy", "mdy"), help="order of dates that can be read in two ways")
    parser.add_argument(
        "--rate-nok", type=_exchange, action="append", default=[], metavar="CUR:YYYY-MM=NOK", help="kroner for one unit"
    )
    parser.add_argument("--pseudonymise", action="store_true", help="keyed hashes in place of user and employee ids")
    parser.add_argument("--engine", default="polars", metavar="NAME", help=", ".join(ENGINES))
    parser.add_argument("--out", metavar="FILE|-", help=".csv, .parquet or .xlsx; - is CSV to standard output")
    parser.add_argument("--problems", metavar="FILE|-", help="what was refused or noticed")
    parser.add_argument(
        "--blocked", metavar="FILE|-", help="blocked accounts and since when, to read with next month's exports"
    )
    parser.add_argument("--lang", choices=LANGUAGES, default="nb", help="language of the problems' texts")


def _month(text: str) -> str:
    try:
        return f"{date.fromisoformat(f'{text}-01'):%Y-%m}"
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month; write YYYY-MM") from error


def _file_month(text: str) -> tuple[str, str]:
    """`users.csv=2026-09` as (file's name, month)."""
    name, _, month = text.rpartition("=")
    if not name:
        raise argparse.ArgumentTypeError(f"{text!r} names no file; write users.csv=2026-09")
    return name, _month(month)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write YYYY-MM-DD") from error


def _exchange(text: str) -> tuple[tuple[str, str], Decimal]:
    """`EUR:2026-03=11.42` as ((currency, month), kroner for one unit)."""
    try:
        unit, rate = text.split("=")
        currency, month = unit.split(":")
        kroner = Decimal(rate)
    except (ValueError, InvalidOperation) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no exchange rate; write EUR:2026-03=11.42") from error
    if not (kroner.is_finite() and kroner > 0):
        raise argparse.ArgumentTypeError(f"{text!r}: the rate is above 0")
    return (currency.upper(), _month(month)), kroner
