"""The command line: `python -m billing_core rate|simulate|rules|template|demo` (contract, section 7)."""

import argparse
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from billing_core import demo, intake, scenario
from billing_core.base.engines import engine
from billing_core.base.errors import BillingCoreError, PriceListError, RequestError
from billing_core.base.problems import described
from billing_core.base.texts import load_texts
from billing_core.cli.arguments import parser
from billing_core.export import csv_bytes, write
from billing_core.export.template import template
from billing_core.law.catalogue import Catalogue, load_catalogue
from billing_core.law.policy import load_policy, read_changes
from billing_core.law.price_file import read_agreements, read_price_list
from billing_core.law.prices import Prices, no_prices
from billing_core.rating.rate import Rates
from billing_core.rating.statement import Statement, state
from billing_core.views.rulebook import rulebook
from billing_core.views.totals import summary

DATA = Path(__file__).parent.parent / "data"
RATED, NOTHING_RATED, SOME_REFUSED = 0, 2, 3
UNKNOWN = ("unknown_table", "unmapped_sheet")
"""Problems of files and sheets that `--mapping` can tell the columns of."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code. Messages go to standard error, never a traceback."""
    options = parser(COMMANDS).parse_args(arguments)
    try:
        code: int = options.run(options)
    except PriceListError as error:
        told = described(error.problems, load_texts(DATA / "texts", options.lang))
        return _fail(f"{error}: " + " ".join(f"{p['row']}: {p['message']}" for p in told.head(3).to_dicts()))
    except BillingCoreError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or 'file'}: {error.strerror}")
    return code


def _fail(message: str) -> int:
    print(f"billing_core: {' '.join(message.split())}", file=sys.stderr)
    return NOTHING_RATED


def _rate(options: argparse.Namespace) -> int:
    stated, told = _stated(options, _rates(options))
    if not stated.rows_rated:
        return _fail(_why_nothing(told))
    _write_lines(stated, options)
    return _told(stated, told)


def _simulate(options: argparse.Namespace) -> int:
    """Writes the lines that differ, and what each action saves, to standard output unless the lines go there."""
    wanted = scenario.from_json(options.scenario.read_bytes())
    if options.agency and not wanted.agency:
        wanted = scenario.on_agency(wanted, options.agency)
    rates = _rates(options)
    stated, told = _stated(options, rates)
    if not stated.rows_rated:
        return _fail(_why_nothing(told))
    days = _as_of(options, stated.usage)
    baseline = stated.rating.frame()
    found = scenario.compare(wanted, stated.usage, rates, engine(options.engine), as_of=days, baseline=baseline)
    lines = found.lines.filter(pl.col("period") == options.period) if options.period else found.lines
    _put(lines, options.out, "changes")
    target = sys.stderr if options.out == "-" else sys.stdout
    target.write(csv_bytes(found.steps()).decode())
    return _told(stated, told)


def _stated(options: argparse.Namespace, rates: Rates) -> tuple[Statement, pl.DataFrame]:
    """The statement of the files named, and its problems in words, written where they are wanted."""
    missing = [path for path in options.paths if not path.exists()]
    if missing:
        raise RequestError(f"{missing[0]} does not exist")
    texts = load_texts(DATA / "texts", options.lang)
    read = intake.read(
        _sources(options),
        intake.Register(rates.catalogue.sku_aliases, rates.catalogue.agencies),
        _reading(options),
    )
    stated = state(read.usage, read.problems, rates, engine(options.engine), _as_of(options, read.usage))
    told = described(stated.problems, texts)
    _put(told, options.problems, "problems")
    _put(intake.blocked_list(read.usage["licences"], options.as_of), options.blocked, "blocked")
    return stated, told


def _sources(options: argparse.Namespace) -> list[intake.Source]:
    """The files, each with the month that the caller says it is of."""
    found, months = intake.sources_in(options.paths), dict(options.month_of)
    if unknown := sorted(set(months) - {source.name for source in found}):
        raise RequestError(f"--month-of {unknown[0]}: no such file among those to read")
    return [replace(source, period=months.get(source.name)) for source in found]


def _reading(options: argparse.Namespace) -> intake.Options:
    return intake.Options(
        period=options.period,
        agency=options.agency,
        mapping=tuple(intake.Mapping.from_toml(path.read_text(encoding="utf-8-sig")) for path in options.mapping),
        exchange_rates=dict(options.rate_nok),
        # A key of this run alone: equal ids match across its files, and nobody can work the ids out later.
        pseudonym_key=secrets.token_bytes(32) if options.pseudonymise else None,
        decimal=options.decimal,
        date_order=options.date_order,
    )


def _told(stated: Statement, told: pl.DataFrame) -> int:
    """Tells what whole files and sheets were not read, how many rows were rated and refused; gives the exit code."""
    refused = told.filter(severity="refused")
    known = (pl.col("severity") == "notice") & ~pl.col("code").is_in(UNKNOWN)
    unread = told.filter(pl.col("row").is_null(), ~known).select("file", "code", "message", "remedy")
    for file, code, message, remedy in unread.iter_rows():
        option = " (--mapping FILE)" if code in UNKNOWN else ""
        print(f"{file}: {message} {remedy}{option}", file=sys.stderr)
    notices = told.height - refused.height
    rated = f"{stated.rows_rated} rows rated, {refused['row'].count()} refused, {notices} notices"
    print(rated + (" (illustrative prices)" if stated.rating.illustrative else ""), file=sys.stderr)
    return SOME_REFUSED if refused.height else RATED


def _rates(options: argparse.Namespace) -> Rates:
    catalogue = load_catalogue(DATA)
    policy = load_policy(DATA / "policy.toml")
    if options.policy:
        policy = policy.with_values(read_changes(options.policy))
    return Rates(catalogue, _prices(options, catalogue), policy)


def _prices(options: argparse.Namespace, catalogue: Catalogue) -> Prices:
    path = options.prices or DATA / "prices.csv"
    listed = read_price_list(path.name, path.read_bytes(), catalogue.price_items)
    own = options.agreements
    agreed = read_agreements(own.name, own.read_bytes(), catalogue.price_items) if own else no_prices()
    return Prices(listed, agreed)


def _as_of(options: argparse.Namespace, usage: dict[str, pl.DataFrame]) -> dict[str, date]:
    """The month that another day than its last is given for: the chosen one, else the only one there is."""
    if not options.as_of:
        return {}
    months = {month for frame in usage.values() for month in frame["period"].unique()}
    if not options.period and len(months) > 1:
        raise RequestError(f"--as-of needs a single month; these files have {len(months)}: add --period YYYY-MM")
    return {options.period or next(iter(months), f"{options.as_of:%Y-%m}"): options.as_of}


def _write_lines(stated: Statement, options: argparse.Namespace) -> None:
    chosen = stated.rating.selected(options.period, options.agency)
    if options.out and options.out.lower().endswith(".parquet"):
        chosen.write_parquet(Path(options.out))
    elif options.out:
        _put(chosen.frame(), options.out, "lines")
    if options.summary:
        problems = stated.problems
        for column in ("period", "agency"):
            wanted = getattr(options, column)
            if wanted:
                problems = problems.filter(pl.col(column).is_null() | (pl.col(column) == wanted))
        # Beside lines on standard output the summary would spoil both.
        target = sys.stderr if options.out == "-" else sys.stdout
        target.write(csv_bytes(summary(chosen, problems)).decode())


def _put(frame: pl.DataFrame, target: str | None, name: str) -> None:
    if target == "-":
        sys.stdout.write(csv_bytes(frame).decode())
    elif target:
        write(frame, Path(target), name)


def _why_nothing(told: pl.DataFrame) -> str:
    first = told.filter(severity="refused").head(1).to_dicts()
    if not first:
        return "no usage rows found; run `python -m billing_core template FILE.xlsx` for the workbook to fill in"
    problem = first[0]
    place = ":".join(str(problem[key]) for key in ("file", "row") if problem[key] is not None)
    return f"nothing could be rated: {place}: {problem['message']} {problem['remedy']} ({told.height} problems)"


def _rules(options: argparse.Namespace) -> int:
    texts = load_texts(DATA / "texts", options.lang)
    policy = load_policy(DATA / "policy.toml")
    print(rulebook(load_catalogue(DATA), policy, texts, options.lang))
    return RATED


def _template(options: argparse.Namespace) -> int:
    if options.file.suffix.lower() != ".xlsx":
        raise RequestError(f"{options.file.name}: the workbook's name ends in .xlsx")
    options.file.write_bytes(template(load_catalogue(DATA)))
    return RATED


def _demo(options: argparse.Namespace) -> int:
    if min(options.agencies, options.employees, options.months) < 1:
        raise RequestError("--agencies, --employees and --months are at least 1")
    demo.write(options.folder, options.agencies, options.employees, options.months, options.seed, options.format)
    return RATED


COMMANDS = {"rate": _rate, "simulate": _simulate, "rules": _rules, "template": _template, "demo": _demo}


if __name__ == "__main__":
    sys.exit(main())
