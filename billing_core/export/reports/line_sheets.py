"""The workbook's sheets of the month: lines, postings, the prices and rules that they were made by, problems."""

import polars as pl

from billing_core.checking.accounts import ACCOUNTS
from billing_core.checking.postings import postings as posted
from billing_core.export.readable import Readable
from billing_core.export.reports.budget_sheets import assumptions
from billing_core.export.reports.report import Report
from billing_core.export.reports.sheets import Form, Head, sheet
from billing_core.export.reports.wording import Wording
from billing_core.views.sums import sums_by

_LINE = (
    "service", "item", "variant", "rule", "clause", "funding", "recurrence", "quantity", "unit", "unit_price_nok",
    "amount_nok", "covered_nok", "price_status", "price_source", "billable_from", "file", "row",
)  # fmt: skip


def lines(report: Report, words: Wording, head: Head, *, subjects: bool = False) -> Readable:
    """The month's lines. Whom or what they are about stays out unless asked for; file and row tell where to look."""
    rows = report.month.with_columns(clause=pl.col("rule"))
    rows = rows.select(*_LINE, *(("subject",) if subjects else ()))
    codes = ("funding", "recurrence", "unit", "price_status")
    return sheet(
        words, head, "lines", rows,
        forms={"service": words.service, "item": words.item, "clause": words.clause}
        | {kind: _worded(words, kind) for kind in codes},
        summed=("amount_nok", "covered_nok"),
        names={"amount_nok": "lines_amount", "covered_nok": "lines_covered", "recurrence": "lines_recurrence"},
    )  # fmt: skip


def _worded(words: Wording, kind: str) -> Form:
    return lambda code: words.word(kind, code)


def postings(report: Report, words: Wording, head: Head) -> Readable:
    """What is billed on the agency's account strings; what has none is a row that says so."""
    accounts = report.accounts
    told = (words.say("head_accounts"), words.say("no_accounts") if accounts is None else words.say("own_accounts"))
    none = pl.DataFrame(schema=ACCOUNTS.schema).drop("file")
    rows = posted(report.month, none if accounts is None else accounts).drop("period", "agency")
    return sheet(
        words, (*head, told), "postings", rows,
        summed=("debit_nok", "credit_nok"),
        names={"debit_nok": "postings_debit", "credit_nok": "postings_credit"},
    )  # fmt: skip


def prices(report: Report, words: Wording, head: Head) -> Readable:
    """The prices that the month's lines were made by, each with where it comes from."""
    place = ("item", "variant", "unit_price_nok", "price_status", "price_source")
    rows = report.month.group_by(place).agg(
        lines=pl.len().cast(pl.Int64),
        quantity=pl.col("quantity").cast(pl.Decimal(38, 6)).sum(),
        amount_nok=pl.col("amount_nok").cast(pl.Decimal(38, 2)).sum(),
        covered_nok=pl.col("covered_nok").cast(pl.Decimal(38, 2)).sum(),
    )
    forms = {"item": words.item, "price_status": _worded(words, "price_status")}
    summed = ("lines", "amount_nok", "covered_nok")
    return sheet(words, head, "prices", rows.sort(place), forms=forms, summed=summed)


def rules(report: Report, words: Wording, head: Head) -> Readable:
    """The rules that decided the month's lines, each with its clause."""
    rows = sums_by(report.month, "rule").with_columns(clause=pl.col("rule"), title=pl.col("rule"))
    shown = rows.select("rule", "title", "clause", "lines", "billed_nok", "covered_nok", "unpriced", "undecided")
    forms = {"title": words.rule, "clause": words.clause}
    return sheet(words, head, "rules", shown, forms=forms, summed=("lines", "billed_nok", "covered_nok"))


def problems(report: Report, words: Wording, head: Head, *, subjects: bool = False) -> Readable:
    """What was refused or noticed in the files. A cell can hold a user's id: it stays out as lines' do."""
    told = ("value", "message") if subjects else ("code",)
    shown = report.problems.select("severity", "table", "file", "row", "column", *told, "remedy")
    forms = {kind: _worded(words, kind) for kind in ("severity", "table")}
    return sheet(words, head, "problems", shown, forms=forms)


LATER = (postings, assumptions, prices, rules)
"""The sheets after the measures, but for the last."""
