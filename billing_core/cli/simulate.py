"""`simulate`: rated usage with and without a scenario's actions."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import polars as pl

from billing_core import scenario
from billing_core.base.engines import engine
from billing_core.base.written import content_of
from billing_core.cli.command import Command
from billing_core.cli.options import usage_options
from billing_core.cli.stating import print_beside, put, rates, stated, told


def _options(parser: ArgumentParser) -> None:
    usage_options(parser)
    parser.add_argument("--scenario", type=Path, required=True, metavar="FILE", help="the scenario's file, JSON")


def _run(options: Namespace) -> int:
    """Writes the lines that differ, and what each action saves, to standard output unless the lines go there."""
    wanted = scenario.from_json(content_of(options.scenario))
    if options.agency and not wanted.agency:
        wanted = scenario.on_agency(wanted, options.agency)
    by = rates(options)
    found = stated(options, by)
    usage, rating = found.statement.usage, found.statement.rating
    compared = scenario.compare(
        wanted, usage, by, engine(options.engine, options.memory), as_of=found.as_of, baseline=rating.frame()
    )
    lines = compared.lines.filter(pl.col("period") == options.period) if options.period else compared.lines
    put(options.out, lines, "changes")
    print_beside(compared.steps(), options)
    if compared.looks_ahead:
        moved = f"the usage of {compared.months[-1]} moved there, without yearly and one-off items and credits"
        print(f"month and full year are those of {compared.measured}: {moved}", file=sys.stderr)
    return told(found)


COMMAND = Command("rate usage with and without a scenario's actions", _options, _run)
