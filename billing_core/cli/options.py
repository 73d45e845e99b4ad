"""The options that commands share: what is read, by what it is rated, where the outcome goes."""

import argparse
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from billing_core.base.engines import ENGINES
from billing_core.base.months import first_day, month_of
from billing_core.base.texts import LANGUAGES
from billing_core.cli.output import output_file


def usage_options(parser: argparse.ArgumentParser) -> None:
    """The options of a command that reads usage, rates it, and writes a frame."""
    reading_options(parser)
    rates_options(parser)
    as_of_option(parser)
    out_option(parser)


def as_of_option(parser: argparse.ArgumentParser) -> None:
    """The day of a single month."""
    parser.add_argument("--as-of", type=day, metavar="DATE", help="rate the month as it stands on this day")


def reading_options(parser: argparse.ArgumentParser) -> None:
    """What is read, and how: PATH, month, agency, mapping, marks; where problems go (`stating.read_files`)."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of files; - is standard input"
    )
    parser.add_argument("--period", type=month, metavar="YYYY-MM", help="month of files without one, and the month out")
    parser.add_argument(
        "--month-of", type=_file_month, action="append", default=[], metavar="FILE=YYYY-MM",
        help="month of one file without one, by its name",
    )  # fmt: skip
    parser.add_argument(
        "--replace", action="store_true",
        help="a later file replaces what earlier ones brought of the same table, agency and month",
    )  # fmt: skip
    parser.add_argument("--agency", metavar="CODE", help="agency of files without one, and the agency out")
    parser.add_argument(
        "--mapping", type=Path, action="append", default=[], metavar="FILE", help="what a file's own columns are; TOML"
    )
    decimal_option(parser)
    parser.add_argument("--date-order", choices=("dmy", "mdy"), help="order of dates that can be read in two ways")
    parser.add_argument(
        "--rate-nok", type=_exchange, action="append", default=[], metavar="CUR:YYYY-MM=NOK", help="kroner for one unit"
    )
    parser.add_argument(
        "--leave-out-idle", action="store_true", help="do not count PCs that are disabled or not seen for long"
    )
    parser.add_argument("--pseudonymise", action="store_true", help="keyed hashes in place of user and employee ids")
    problems_option(parser)
    parser.add_argument(
        "--blocked", type=output_file(), metavar="FILE|-",
        help="blocked accounts and since when, to read with next month's exports",
    )  # fmt: skip


def decimal_option(parser: argparse.ArgumentParser) -> None:
    """The mark before decimals."""
    parser.add_argument("--decimal", choices=(".", ","), help="decimal mark, where a column can be read in two ways")


def problems_option(parser: argparse.ArgumentParser) -> None:
    """Where problems go."""
    parser.add_argument("--problems", type=output_file(), metavar="FILE|-", help="what was refused or noticed")


def rates_options(parser: argparse.ArgumentParser) -> None:
    """By what usage is rated, and the language of texts (`stating.rates`)."""
    parser.add_argument("--prices", type=Path, metavar="FILE", help="another price list")
    parser.add_argument("--agreements", type=Path, metavar="FILE", help="agencies' own agreed prices")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="single policy values, changed")
    parser.add_argument("--engine", default="polars", metavar="NAME", help=", ".join(ENGINES))
    parser.add_argument(
        "--memory", type=_memory, metavar="SIZE", help="the most memory that the engine duckdb takes, such as 4GB"
    )
    lang_option(parser)


def lang_option(parser: argparse.ArgumentParser) -> None:
    """The language of texts."""
    parser.add_argument("--lang", choices=LANGUAGES, default="nb", help="language of texts")


def out_option(parser: argparse.ArgumentParser) -> None:
    """Where a frame goes."""
    parser.add_argument(
        "--out", type=output_file(), metavar="FILE|-", help=".csv, .parquet or .xlsx; - is CSV to standard output"
    )


def month(text: str) -> str:
    """The type of a month, "YYYY-MM"."""
    try:
        return month_of(first_day(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month; write YYYY-MM") from error


def day(text: str) -> date:
    """The type of a day, "YYYY-MM-DD"."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write YYYY-MM-DD") from error


def _memory(text: str) -> str:
    """The type of an amount of memory, "4GB"."""
    if not re.fullmatch(r"[1-9]\d{0,5}[MG]B", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of memory; write 4GB or 500MB")
    return text


def _file_month(text: str) -> tuple[str, str]:
    """`users.csv=2026-09` as (file's name, month)."""
    name, _, written = text.rpartition("=")
    if not name:
        raise argparse.ArgumentTypeError(f"{text!r} names no file; write users.csv=2026-09")
    return name, month(written)


def _exchange(text: str) -> tuple[tuple[str, str], Decimal]:
    """`EUR:2026-03=11.42` as ((currency, month), kroner for one unit)."""
    try:
        unit, rate = text.split("=")
        currency, written = unit.split(":")
        kroner = Decimal(rate)
    except (ValueError, InvalidOperation) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no exchange rate; write EUR:2026-03=11.42") from error
    if not (kroner.is_finite() and kroner > 0):
        raise argparse.ArgumentTypeError(f"{text!r}: the rate is above 0")
    return (currency.upper(), month(written)), kroner
