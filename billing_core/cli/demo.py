"""`demo`: generated usage files of any size."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from billing_core import demo
from billing_core.cli.command import DONE, Command
from billing_core.cli.output import output_folder


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=output_folder, metavar="DIR")
    parser.add_argument("--agencies", type=_count, default=3, metavar="N")
    parser.add_argument("--employees", type=_count, default=200, metavar="N", help="of each agency")
    parser.add_argument("--months", type=_count, default=12, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def _run(options: Namespace) -> int:
    options.folder.put_files(
        lambda folder: demo.write(
            folder, options.agencies, options.employees, options.months, options.seed, options.format
        )
    )
    return DONE


COMMAND = Command("write generated usage files", _options, _run)
