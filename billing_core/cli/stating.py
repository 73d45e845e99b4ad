"""From the shared options to rated usage, and what is told of it."""

import argparse
import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from billing_core import intake
from billing_core.base.engines import engine
from billing_core.base.errors import RequestError
from billing_core.base.folding import fold
from billing_core.base.model import LINE_SCHEMA
from billing_core.base.months import month_of
from billing_core.base.problems import Written, described, merge
from billing_core.base.tables import BESIDE_USAGE
from billing_core.base.texts import load_texts
from billing_core.base.written import content_of
from billing_core.cli.command import DATA, DONE, SOME_REFUSED
from billing_core.cli.output import STANDARD, OutputFile, print_out
from billing_core.export import csv_bytes
from billing_core.intake.price_file import read_price_list, read_prices
from billing_core.law.catalogue import Catalogue, load_catalogue
from billing_core.law.policy import Policy, load_policy, read_changes
from billing_core.law.prices import Prices, no_prices
from billing_core.rating.beside import with_lines
from billing_core.rating.rate import Rates
from billing_core.rating.statement import Statement, statement_of
from billing_core.readers import limits

UNKNOWN = ("unknown_table", "unmapped_sheet")
"""Problems of files and sheets that `--mapping` can tell the columns of."""

UNREAD = (*UNKNOWN, "no_rows", "nothing_read", "month_replaced")
"""Notices of whole files whose rows do not come out."""


@dataclass(frozen=True)
class Stated:
    """All rows read, rated: the statement, its problems in words, and the day a month was given instead of its last.

    `agency` is the one chosen to come out, as the rows write it. `without_licence`: rows rated that give no line.
    `read_back`: lines that were rated before.
    """

    statement: Statement
    told: pl.DataFrame
    as_of: dict[str, date]
    agency: str | None
    without_licence: int = 0
    read_back: int = 0


def rates(options: argparse.Namespace) -> Rates:
    """What the options rate by (`options.rates_options`)."""
    catalogue = load_catalogue(DATA)
    return Rates(catalogue, _prices(options, catalogue), changed_policy(options.policy))


def changed_policy(path: Path | None) -> Policy:
    """The project's policy with the values of a file, if any, in place of its own."""
    policy = load_policy(DATA / "policy.toml")
    return policy.with_values(read_changes(path)) if path else policy


def _prices(options: argparse.Namespace, catalogue: Catalogue) -> Prices:
    listed = _price_file("prices", options.prices, options, catalogue)
    agreed = _price_file("agreements", options.agreements, options, catalogue)
    shipped = DATA / "prices.csv"
    return Prices(
        read_price_list(shipped.name, shipped, catalogue) if listed is None else listed,
        no_prices() if agreed is None else agreed,
    )


def _price_file(
    table: str, path: Path | None, options: argparse.Namespace, catalogue: Catalogue
) -> pl.DataFrame | None:
    """The caller's own prices, with what was noticed of them told; None where there are none."""
    if path is None:
        return None
    reading = intake.Options(
        mapping=tuple(_mapping(own) for own in options.mapping), decimal=options.decimal, date_order=options.date_order
    )
    found = read_prices(table, path.name, path, catalogue, reading)
    words = load_texts(DATA / "texts", options.lang) | catalogue.names(options.lang)
    for notice in described(found.notices, words).iter_rows(named=True):
        place = ":".join(str(notice[key]) for key in ("file", "row") if notice[key] is not None)
        print(f"{place}: {notice['message']} {notice['remedy']}", file=sys.stderr)
    return found.frame


def stated(
    options: argparse.Namespace, by: Rates, beside: pl.DataFrame | None = None, *, charged: bool = False
) -> Stated:
    """Reads and rates all rows, and writes problems where they are wanted. RequestError if no row could be rated.

    A month or agency that no row has is an error too: it names those there are. `beside`: problems of other files.
    `charged`: lines that this program wrote before are read back beside usage.
    """
    read = read_files(options, by.catalogue)
    back = intake.charged(read.charged, by.catalogue, read.usage) if charged and read.charged else None
    if back:
        taken_up = read.problems.filter(pl.col("code") != "charged_file")
        read = replace(read, problems=merge([taken_up, back.problems]))
    agency = named_agency(options, by.catalogue)
    as_of = _as_of(options, read.usage)
    statement = statement_of(read.usage, read.problems, by, engine(options.engine, options.memory), as_of)
    if back:
        rating = with_lines(statement.rating, back.lines, alone=not statement.rows_rated)
        statement = replace(statement, rating=rating)
    lines = back.lines if back else pl.DataFrame(schema=LINE_SCHEMA)
    found = statement.problems if beside is None else merge([statement.problems, beside])
    told = words(found, options, by.catalogue, read.written)
    put(options.problems, told, "problems")
    put(options.blocked, intake.blocked_list(read.usage["licences"], options.as_of), "blocked")
    refuse_unread(read, "period", options.period, lines)
    agency = refuse_unread(read, "agency", agency, lines)
    refuse_nothing(statement.rows_rated + lines.height, told, options)
    without = sum(file.without_licence for file in read.files)
    return Stated(statement, told, as_of, agency, without, lines.height)


def words(
    problems: pl.DataFrame, options: argparse.Namespace, catalogue: Catalogue, written: Written | None = None
) -> pl.DataFrame:
    """Problems with their texts in the language chosen."""
    return described(problems, problem_texts(options, catalogue), written or Written())


def problem_texts(options: argparse.Namespace, catalogue: Catalogue) -> dict[str, str]:
    """The words that problems are told in."""
    return load_texts(DATA / "texts", options.lang) | catalogue.names(options.lang)


def refuse_nothing(rows: int, told: pl.DataFrame, options: argparse.Namespace) -> None:
    """RequestError if no row is left, with the first reason; the list of problems is what there is to go by."""
    if not rows:
        if options.problems:
            options.problems.keep()
        raise RequestError(why_nothing(told))


def named_agency(options: argparse.Namespace, catalogue: Catalogue) -> str | None:
    """The code of the agency chosen, by code or name."""
    return _register(catalogue).agency(options.agency) if options.agency else None


def refuse_unread(read: intake.Intake, column: str, wanted: str | None, *beside: pl.DataFrame) -> str | None:
    """What is wanted, as the rows write it. RequestError if no row read has it, with those that there are."""
    frames = [frame for frame in (*read.usage.values(), read.problems, *beside) if column in frame.columns]
    return as_there(wanted, {value for frame in frames for value in frame[column].drop_nulls().unique()})


def as_there(wanted: str | None, values: Iterable[str]) -> str | None:
    """What is wanted, as it is written among the values there are. RequestError names those if it is not there."""
    there = sorted(values)
    found = next((value for value in there if wanted and fold(value) == fold(wanted)), None)
    if wanted and there and found is None:
        raise RequestError(f"no row read is of {wanted}; there are {', '.join(there)}")
    return found


def why_nothing(told: pl.DataFrame) -> str:
    """One line of why nothing could be rated, from problems in words."""
    first = (
        told.filter((pl.col("severity") == "refused") | pl.col("code").is_in(("no_rows", "nothing_read")))
        .head(1)
        .to_dicts()
    )
    if not first:
        return "no usage rows found; run `python -m billing_core template FILE.xlsx` for the workbook to fill in"
    problem = first[0]
    place = ":".join(str(problem[key]) for key in ("file", "row") if problem[key] is not None)
    return f"nothing could be rated: {place}: {problem['message']} {problem['remedy']} ({told.height} problems)"


def _register(catalogue: Catalogue) -> intake.Register:
    return intake.Register.of(catalogue)


def read_files(options: argparse.Namespace, catalogue: Catalogue) -> intake.Intake:
    """Reads the files named (`options.reading_options`)."""
    reading = _reading(options)
    read = intake.read(_sources(options), _register(catalogue), reading)
    for path, mapping in zip(options.mapping, reading.mappings, strict=True):
        if mapping.table not in BESIDE_USAGE and not any(
            mapping.made_for(report.headings) or mapping.fits(report.headings) for report in read.files
        ):
            print(f"{path}: no file read has the columns of this mapping", file=sys.stderr)
    return read


def _sources(options: argparse.Namespace) -> list[intake.Source]:
    """The files, each with the month that the caller says it is of, and its place among those that replace."""
    found = [_standard_input() if source.name == STANDARD else source for source in intake.sources_in(options.paths)]
    months = dict(options.month_of)
    if unknown := sorted(set(months) - {source.name for source in found}):
        raise RequestError(f"--month-of {unknown[0]}: no such file among those to read")
    return [
        replace(source, period=months.get(source.name), upload=place, replaces=options.replace)
        for place, source in enumerate(found)
    ]


def one_source(path: Path) -> intake.Source:
    """The file of a command that reads one."""
    return _standard_input() if path == Path(STANDARD) else intake.Source(path.name, path=path)


def _standard_input() -> intake.Source:
    # One byte more than a file may have shows that there is more.
    return intake.Source("stdin", content=sys.stdin.buffer.read(limits.FILE_BYTES + 1))


def _reading(options: argparse.Namespace) -> intake.Options:
    return intake.Options(
        period=options.period,
        agency=options.agency,
        mapping=tuple(_mapping(path) for path in options.mapping),
        exchange_rates=dict(options.rate_nok),
        # A key of this run alone: equal ids match across its files, and nobody can work the ids out later.
        pseudonym_key=secrets.token_bytes(32) if options.pseudonymise else None,
        decimal=options.decimal,
        date_order=options.date_order,
        leave_out_idle=options.leave_out_idle,
    )


def _mapping(path: Path) -> intake.ColumnMapping:
    return intake.ColumnMapping.from_toml(content_of(path), path.name)


def _as_of(options: argparse.Namespace, usage: dict[str, pl.DataFrame]) -> dict[str, date]:
    """The month that another day than its last is given for: the chosen one, else the only one there is."""
    if not options.as_of:
        return {}
    months = {month for frame in usage.values() for month in frame["period"].unique()}
    if not options.period and len(months) > 1:
        raise RequestError(f"--as-of needs a single month; these files have {len(months)}: add --period YYYY-MM")
    return {options.period or next(iter(months), month_of(options.as_of)): options.as_of}


def put(output: OutputFile | None, frame: pl.DataFrame, sheet: str) -> None:
    """Writes a frame where it is wanted, if it is."""
    if output:
        output.put(frame, sheet)


def print_beside(frame: pl.DataFrame, options: argparse.Namespace) -> None:
    """Prints a second frame as CSV; to standard error where the first goes to standard output."""
    text = csv_bytes(frame).decode()
    if options.out and options.out.is_standard:
        print(text, end="", file=sys.stderr)
    else:
        print_out(text)


def told(found: Stated) -> int:
    """As `tell`, of rated usage."""
    rows = found.statement.rows_rated + found.without_licence + found.read_back
    return tell(found.told, f"{rows} rows rated", illustrative=found.statement.rating.illustrative)


def tell(problems: pl.DataFrame, done: str, *, illustrative: bool = False) -> int:
    """Tells what whole files and sheets were not read, what was done, how many rows were refused; the exit code."""
    refused = problems.filter(severity="refused")
    known = (pl.col("severity") == "notice") & ~pl.col("code").is_in(UNREAD)
    unread = problems.filter(pl.col("row").is_null(), ~known).select("file", "code", "message", "remedy")
    for file, code, message, remedy in unread.iter_rows():
        option = " (--mapping FILE)" if code in UNKNOWN else ""
        print(f"{file}: {message} {remedy}{option}", file=sys.stderr)
    notices = problems.height - refused.height
    counted = f"{done}, {refused['row'].count()} refused, {notices} notices"
    print(counted + (" (illustrative prices)" if illustrative else ""), file=sys.stderr)
    return SOME_REFUSED if refused.height else DONE
