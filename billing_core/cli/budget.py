"""`budget`: an agency's year month by month, its follow-up, how good the forecast is (planning contract, §2)."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from pathlib import Path

from billing_core import scenario
from billing_core.base.engines import engine
from billing_core.base.errors import RequestError
from billing_core.base.texts import load_texts
from billing_core.base.written import content_of
from billing_core.cli.command import DATA, Command
from billing_core.cli.options import month, usage_options
from billing_core.cli.output import output_file
from billing_core.cli.stating import Stated, print_beside, put, rates, stated, told
from billing_core.law.catalogue import Catalogue
from billing_core.planning.adopted import SPREADS, read_adopted
from billing_core.planning.assumptions import NONE, read_assumptions
from billing_core.planning.backtest import backtest
from billing_core.planning.budget import Plan, budget, year_totals
from billing_core.planning.data import Data
from billing_core.planning.follow_up import follow_up
from billing_core.planning.quality import METHODS

MOST_YEARS = 10


def _options(parser: ArgumentParser) -> None:
    usage_options(parser)
    parser.add_argument("--year", type=_year, metavar="YYYY", help="calendar year; needed but for --backtest")
    parser.add_argument("--years", type=_years, default=1, metavar="N", help="how many years from there, 1 by default")
    parser.add_argument("--base", type=month, metavar="YYYY-MM", help="month to forecast from; the last complete one")
    parser.add_argument("--assumptions", type=Path, metavar="FILE", help="changes, own lines and a range; TOML")
    parser.add_argument("--adopted", type=Path, metavar="FILE", help="adopted budget and its changes; CSV or workbook")
    parser.add_argument("--spread", choices=SPREADS, default="even", help="how a budget without months is spread")
    parser.add_argument("--scenario", type=Path, metavar="FILE", help="a scenario's file, JSON")
    parser.add_argument("--prices-after-end", choices=("last",), help="a price that ends without a successor stands")
    parser.add_argument(
        "--follow-up", type=output_file(), metavar="FILE|-", help="a row a service: budget, accounts, forecast"
    )
    parser.add_argument("--method", choices=METHODS, default="base", help="from the last month, or a mean of three")
    parser.add_argument("--backtest", action="store_true", help="instead: each month as earlier ones forecast it")
    parser.add_argument("--summary", action="store_true", help="totals per year and kind")


def _run(options: Namespace) -> int:
    if options.as_of:
        raise RequestError("--as-of is the day of a single month; budget rates many")
    if options.year is None and not options.backtest:
        raise RequestError("--year YYYY says which year")
    by = rates(options)
    # What the files of the plan have amiss is told before usage is read.
    plan = _plan(options, by.catalogue)
    found = stated(options, by)
    if not found.agency:
        raise RequestError(f"--agency CODE says whose budget; there are {', '.join(_agencies(found))}")
    statement = found.statement
    data = Data(statement.usage, statement.rating, by, engine(options.engine, options.memory), found.agency)
    return (_tested if options.backtest else _budgeted)(options, data, found, plan)


def _budgeted(options: Namespace, data: Data, found: Stated, plan: Plan) -> int:
    made = budget(data, plan, date.today())
    put(options.out, made.rows, "budget")
    put(options.follow_up, follow_up(made), "follow-up")
    if options.summary:
        print_beside(year_totals(made.rows), options)
    words = load_texts(DATA / "texts", options.lang) | data.rates.catalogue.names(options.lang)
    for notice in made.notices:
        print(notice.told(words), file=sys.stderr)
    return told(found)


def _tested(options: Namespace, data: Data, found: Stated, _: Plan) -> int:
    rows = backtest(data, date.today())
    put(options.out, rows, "backtest")
    if options.summary:
        print_beside(rows, options)
    return told(found)


def _plan(options: Namespace, catalogue: Catalogue) -> Plan:
    """What the options ask for."""
    assumed, voted, wanted = options.assumptions, options.adopted, options.scenario
    return Plan(
        year=options.year or 0,
        years=options.years,
        base=options.base,
        assumptions=read_assumptions(content_of(assumed)) if assumed else NONE,
        adopted=read_adopted(voted.name, voted, catalogue) if voted else (),
        spread=options.spread,
        scenario=scenario.from_json(content_of(wanted)) if wanted else None,
        lasting=options.prices_after_end == "last",
        method=options.method,
    )


def _agencies(found: Stated) -> list[str]:
    frames = (frame for frame in found.statement.usage.values() if "agency" in frame.columns)
    return sorted({agency for frame in frames for agency in frame["agency"].unique()})


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1990 <= int(text[:5]) <= 2200):
        raise ArgumentTypeError(f"{text!r} is not a year; write YYYY")
    return int(text)


def _years(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:5]) <= MOST_YEARS):
        raise ArgumentTypeError(f"{text!r}: from 1 to {MOST_YEARS} years")
    return int(text)


COMMAND = Command("an agency's year month by month: accounts, forecast, own lines, adopted budget", _options, _run)
