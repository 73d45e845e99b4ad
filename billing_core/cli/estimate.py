"""`estimate`: what planned things would cost, without usage (planning contract, §3)."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from pathlib import Path

import polars as pl

from billing_core import intake
from billing_core.base.engines import engine
from billing_core.base.errors import RequestError
from billing_core.base.months import month_of
from billing_core.base.problems import Problem, described, merge, problem_frame
from billing_core.base.texts import load_texts
from billing_core.cli.command import DATA, DONE, SOME_REFUSED, Command
from billing_core.cli.options import decimal_option, month, out_option, problems_option, rates_options
from billing_core.cli.output import output_file
from billing_core.cli.stating import one_source, print_beside, put, rates, why_nothing
from billing_core.planning.entries import read_file
from billing_core.planning.entry_checks import Entry
from billing_core.planning.estimate import YEAR, estimate
from billing_core.planning.estimate_own import own_toml
from billing_core.planning.estimate_sums import sums

_MOST_MONTHS = 120


def _options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs=1, type=Path, metavar="FILE",
        help="what is planned, a row a thing: what, variant, quantity, from, to, unit_price_nok, note",
    )  # fmt: skip
    parser.add_argument("--agency", required=True, metavar="CODE", help="the agency that plans")
    parser.add_argument(
        "--from", dest="first", type=month, metavar="YYYY-MM", help="first month; the rows' earliest by default"
    )
    parser.add_argument("--months", type=_months, default=YEAR, metavar="N", help=f"how many months ({YEAR})")
    decimal_option(parser)
    problems_option(parser)
    rates_options(parser)
    out_option(parser)
    parser.add_argument(
        "--own", type=output_file(".toml"), metavar="FILE.toml", help="the costs as lines of one's own in a budget"
    )
    parser.add_argument("--summary", action="store_true", help="per month, one-off, yearly, first year and full year")


def _months(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 0 < int(text[:4]) <= _MOST_MONTHS):
        raise ArgumentTypeError(f"{text!r}: write a whole number of months from 1 to {_MOST_MONTHS}")
    return int(text)


def _run(options: Namespace) -> int:
    by = rates(options)
    register = intake.Register.of(by.catalogue)
    read = read_file(one_source(options.paths[0]), by.catalogue, intake.Options(decimal=options.decimal))
    agency = register.agency(options.agency)
    first = options.first or _earliest(read.entries)
    found = estimate(read, agency, (first, options.months), by, engine(options.engine, options.memory))
    words = load_texts(DATA / "texts", options.lang) | by.catalogue.names(options.lang)
    told = described(merge([read.problems, found.problems, _unknown_agency(agency, register)]), words)
    put(options.problems, told, "problems")
    if not found.entries:
        if options.problems:
            options.problems.keep()
        raise RequestError(why_nothing(told))
    put(options.out, found.wanted, "estimate")
    if options.own:
        names = {entry.row: entry.note or entry.what for entry in found.entries}
        own = own_toml(found, names, words)
        options.own.put_file(lambda path: path.write_text(own, encoding="utf-8"))
    if options.summary:
        print_beside(sums(found), options)
    refused = told.filter(severity="refused").height
    for row in told.filter(severity="refused").head(_SHOWN).iter_rows(named=True):
        print(f"{row['file']}:{row['row']}: {row['message']} {row['remedy']}", file=sys.stderr)
    rated = f"{len(found.entries)} rows rated, {refused} refused, {told.height - refused} notices"
    print(rated + (" (illustrative prices)" if found.illustrative else ""), file=sys.stderr)
    return SOME_REFUSED if refused else DONE


_SHOWN = 10
"""How many refused rows are told of here; `--problems` has all."""


def _earliest(entries: tuple[Entry, ...]) -> str:
    """The first month of those that rows name; this month where none does."""
    return min((entry.first for entry in entries if entry.first), default=month_of(date.today()))


def _unknown_agency(agency: str, register: intake.Register) -> pl.DataFrame:
    if agency in register.agencies:
        return problem_frame()
    nearest = register.nearest_agency(agency) or None
    return problem_frame([Problem(severity="notice", code="unknown_agency", value=agency, detail=nearest)])


COMMAND = Command("what planned things would cost: per month, one-off, first year and full year", _options, _run)
