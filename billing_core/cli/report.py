"""`report`: a month for the leaders, a year's statement or the budget workbook (planning contract, §7)."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from billing_core import intake
from billing_core.base.engines import engine
from billing_core.base.errors import RequestError
from billing_core.base.texts import load_texts
from billing_core.base.written import content_of
from billing_core.checking.accounts import read_accounts
from billing_core.cli.command import DATA, Command
from billing_core.cli.options import rates_options, reading_options
from billing_core.cli.output import output_file
from billing_core.cli.stating import Stated, rates, stated, told, words
from billing_core.export import reports
from billing_core.law.catalogue import Catalogue
from billing_core.law.policy import load_policy
from billing_core.planning.adopted import SPREADS, Adopted, read_adopted
from billing_core.planning.assumptions import NONE, Assumptions, read_assumptions
from billing_core.planning.budget import Plan, budget
from billing_core.planning.complete import last_complete, months_of
from billing_core.planning.data import Data
from billing_core.rating.rate import Rates
from billing_core.scenario import Scenario, from_json

KINDS = ("leaders", "statement")
"""What a PDF can be; a workbook is the budget's."""


def _options(parser: ArgumentParser) -> None:
    reading_options(parser)
    rates_options(parser)
    parser.add_argument(
        "--out", type=output_file(".pdf", ".xlsx"), required=True, metavar="FILE",
        help=".pdf: a page for the leaders, or --kind; .xlsx: the budget workbook",
    )  # fmt: skip
    parser.add_argument("--kind", choices=KINDS, help="of PDF; leaders by default")
    parser.add_argument("--adopted", type=Path, metavar="FILE", help="adopted budget and its changes; CSV or workbook")
    parser.add_argument("--spread", choices=SPREADS, default="even", help="how a budget without months is spread")
    parser.add_argument("--assumptions", type=Path, metavar="FILE", help="changes, own lines and a range; TOML")
    parser.add_argument(
        "--scenario", type=Path, metavar="FILE", help="measures to tell of, in place of proposals; JSON"
    )
    parser.add_argument("--accounts", type=Path, metavar="FILE", help="account strings, for the workbook's postings")
    parser.add_argument("--notes", type=Path, metavar="FILE", help="the decision needed, and comments; TOML")
    parser.add_argument("--subjects", action="store_true", help="the workbook's lines with whom or what they are about")


def _run(options: Namespace) -> int:
    workbook = options.out.place.suffix.lower() == ".xlsx"
    if workbook and options.kind:
        raise RequestError("--kind is of a PDF; a workbook is the budget's")
    # No other day than a month's last: a report rates many months.
    options.as_of = None
    by = rates(options)
    given = _given(options, by.catalogue)
    found = stated(options, by)
    if not found.agency:
        raise RequestError(f"--agency CODE says whose report; there are {', '.join(_agencies(found))}")
    report = _report(options, by, found, given)
    texts = load_texts(DATA / "texts", options.lang) | by.catalogue.names(options.lang)
    wording = reports.Wording(options.lang, texts, by.catalogue)
    if workbook:
        content = reports.budget_book(report, wording, subjects=options.subjects)
    else:
        page = reports.statement if options.kind == "statement" else reports.leaders
        content = reports.pdf_bytes(page(report, wording), report, wording)
    options.out.put_file(lambda path: Path(path).write_bytes(content))
    return told(found)


@dataclass(frozen=True)
class _Given:
    """What the files beside usage say."""

    assumptions: Assumptions
    adopted: Sequence[Adopted]
    scenario: Scenario | None
    notes: reports.Notes
    accounts: pl.DataFrame | None


def _given(options: Namespace, catalogue: Catalogue) -> _Given:
    """Reads them: what is amiss in one is told before usage is read."""
    assumed, voted, wanted, strings = options.assumptions, options.adopted, options.scenario, options.accounts
    return _Given(
        read_assumptions(content_of(assumed)) if assumed else NONE,
        read_adopted(voted.name, voted, catalogue) if voted else (),
        from_json(content_of(wanted)) if wanted else None,
        reports.read_notes(content_of(options.notes)) if options.notes else reports.Notes(),
        read_accounts(strings.name, strings, intake.Register.of(catalogue)) if strings else None,
    )


def _report(options: Namespace, by: Rates, found: Stated, given: _Given) -> reports.Report:
    statement, agency = found.statement, found.agency or ""
    data = Data(statement.usage, statement.rating, by, engine(options.engine, options.memory), agency)
    period = options.period or _last(data)
    plan = Plan(
        int(period[:4]), base=period, assumptions=given.assumptions, adopted=given.adopted, spread=options.spread
    )
    made = budget(data, plan, date.today())
    listed, policy = options.prices or DATA / "prices.csv", options.policy or DATA / "policy.toml"
    agreed = options.agreements.name if options.agreements else ""
    return reports.Report(
        data,
        made,
        period,
        lines=statement.rating.selected(agency=agency).frame(),
        sources=reports.Sources(listed.name, agreed, policy.name, load_policy(DATA / "policy.toml")),
        problems=words(_of_agency(statement.problems, agency), options, by.catalogue),
        today=date.today(),
        measures=reports.measures(data, made, given.scenario),
        scenario=given.scenario.name if given.scenario else "",
        notes=given.notes,
        accounts=given.accounts,
    )


def _of_agency(problems: pl.DataFrame, agency: str) -> pl.DataFrame:
    """The problems of an agency, and those that name none."""
    return problems.filter(pl.col("agency").is_null() | (pl.col("agency") == agency))


def _last(data: Data) -> str:
    """The newest month that counts as accounts, else the newest there is."""
    months = months_of(data.usage, data.agency, date.today())
    return last_complete(months) or months[-1].period


def _agencies(found: Stated) -> list[str]:
    frames = (frame for frame in found.statement.usage.values() if "agency" in frame.columns)
    return sorted({agency for frame in frames for agency in frame["agency"].unique()})


COMMAND = Command("a month for the leaders, a year's statement or the budget workbook", _options, _run)
