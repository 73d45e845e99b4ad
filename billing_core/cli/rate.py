"""`rate`: usage files, or a dataset, to charge lines."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

import polars as pl

from billing_core.base.errors import RequestError
from billing_core.cli.command import Command
from billing_core.cli.monthly import rate_dataset
from billing_core.cli.options import as_of_option, rates_options, reading_options
from billing_core.cli.output import Output, output_file
from billing_core.cli.output_dataset import OutputDataset
from billing_core.cli.stating import Stated, print_beside, put, rates, stated, told
from billing_core.export.dataset import holds_usage
from billing_core.rating.rate import Rating
from billing_core.views.summary import summary


def _options(parser: ArgumentParser) -> None:
    reading_options(parser)
    rates_options(parser)
    as_of_option(parser)
    parser.add_argument(
        "--out", type=_lines, metavar="FILE|-|DATASET",
        help=".csv, .parquet or .xlsx; - is CSV to standard output; of a dataset also a folder, without such an ending",
    )  # fmt: skip
    parser.add_argument("--summary", action="store_true", help="totals per agency and month")


def _lines(text: str) -> Output:
    """The type of an option that names a file or a dataset to write."""
    try:
        return output_file()(text)
    except ArgumentTypeError as error:
        return OutputDataset(text, otherwise=str(error))


def _run(options: Namespace) -> int:
    if any(holds_usage(path) for path in options.paths):
        return rate_dataset(options)
    if isinstance(options.out, OutputDataset):
        raise RequestError(f"{options.out.otherwise}; a dataset is made of one (convert)")
    found = stated(options, rates(options), charged=True)
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


COMMAND = Command("rate usage files, or a dataset, and write charge lines", _options, _run)
