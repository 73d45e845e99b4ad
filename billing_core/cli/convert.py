"""`convert`: usage files to a dataset (planning contract, section 8)."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import polars as pl

from billing_core.base.problems import merge
from billing_core.cli.command import Command
from billing_core.cli.options import rates_options, reading_options
from billing_core.cli.output_dataset import output_dataset
from billing_core.cli.stating import put, rates, read_files, refuse_nothing, refuse_unread, tell, words
from billing_core.export.dataset import PROBLEMS, write_usage
from billing_core.intake import blocked_list
from billing_core.rating.check import check


def _options(parser: ArgumentParser) -> None:
    reading_options(parser)
    rates_options(parser)
    parser.add_argument(
        "--out", type=output_dataset, required=True, metavar="DATASET", help="a folder: a new one, or a dataset"
    )


def _run(options: Namespace) -> int:
    options.out.refuse_inputs(options.paths)
    by = rates(options)
    read = read_files(options, by.catalogue)
    checked = check(read.usage, by.catalogue, by.policy)
    usage = checked.usage | {"services": _as_read(read.usage["services"], checked.usage["services"])}
    if options.period:
        usage = {name: frame.filter(period=options.period) for name, frame in usage.items()}
    told = words(merge([read.problems, checked.problems]), options, by.catalogue, read.written)
    put(options.problems, told, "problems")
    put(options.blocked, blocked_list(checked.usage["licences"], None), "blocked")
    refuse_unread(read, "period", options.period)
    rows = sum(frame.height for frame in usage.values())
    refuse_nothing(rows, told, options)

    def write(folder: Path) -> None:
        write_usage(folder, usage)
        (folder / PROBLEMS).mkdir()
        told.write_parquet(folder / PROBLEMS / "convert.parquet")

    options.out.put_whole(write)
    return tell(told, f"{rows} rows converted")


def _as_read(rows: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """The rows that the check kept, before it filled in what follows from the headcount: that is rated anew."""
    return rows.join(kept, on=["file", "row"], how="semi", maintain_order="left")


COMMAND = Command("read and check usage files of any kind and write them as a dataset", _options, _run)
