"""`rate`: usage files to charge lines."""

from argparse import ArgumentParser, Namespace

import polars as pl

from billing_core.cli.command import Command
from billing_core.cli.options import usage_options
from billing_core.cli.stating import Stated, print_beside, put, rates, stated, told
from billing_core.rating.rate import Rating
from billing_core.views.summary import summary


def _options(parser: ArgumentParser) -> None:
    usage_options(parser)
    parser.add_argument("--summary", action="store_true", help="totals per agency and month")


def _run(options: Namespace) -> int:
    found = stated(options, rates(options))
    chosen = found.statement.rating.selected(options.period, found.agency)
    _write(chosen, options)
    if options.summary:
        print_beside(summary(chosen, _of_choice(found, options)), options)
    return told(found)


def _write(chosen: Rating, options: Namespace) -> None:
    if options.out and options.out.place.suffix.lower() == ".parquet":
        options.out.put_file(chosen.write_parquet)
    elif options.out:
        put(options.out, chosen.frame(), "lines")


def _of_choice(found: Stated, options: Namespace) -> pl.DataFrame:
    """The problems of the month and agency chosen, and those that name none."""
    problems = found.statement.problems
    for column, wanted in (("period", options.period), ("agency", found.agency)):
        if wanted:
            problems = problems.filter(pl.col(column).is_null() | (pl.col(column) == wanted))
    return problems


COMMAND = Command("rate usage files and write charge lines", _options, _run)
