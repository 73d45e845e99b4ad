"""An agency's yearly statement: what the framework covered beside what was billed, per service and clause."""

from decimal import Decimal

import polars as pl

from billing_core.base.months import months_between
from billing_core.export.reports.leaders import Page, left_out_told, not_over_told, tables_told
from billing_core.export.reports.report import Report, grounds, title
from billing_core.export.reports.wording import Wording
from billing_core.views.sums import sums_by, totals

_COLUMNS = ("clause", "lines", "covered", "billed", "unknown")


def year_sums(report: Report) -> pl.DataFrame:
    """A row a service and rule of the year up to the month, in the circular's order: as `sums_by`."""
    known = report.data.rates.catalogue
    services = dict.fromkeys(item.service for item in known.items.values())
    found = sums_by(report.year_lines, "service", "rule")
    return found.sort(_place("service", list(services)), "service", _place("rule", list(known.rules)), "rule")


def _place(column: str, order: list[str]) -> pl.Expr:
    """Where a code stands in an order, the unknown last."""
    places = {code: place for place, code in enumerate(order)}
    return pl.col(column).replace_strict(places, default=len(places), return_dtype=pl.Int64)


def statement(report: Report, words: Wording) -> Page:
    """The statement's texts: the sentence, a table of services and clauses, completeness, sources."""
    whole = totals(report.year_lines)
    there = sorted(report.year_lines["period"].unique())
    wanted = months_between(f"{report.year}-01", report.period)
    absent = [words.month(month) for month in wanted if month not in there]
    notes = [words.say("lacks_months", months=", ".join(absent))] if absent else []
    notes += [*not_over_told(report, words), *tables_told(report, words), *left_out_told(whole, words)]
    return {
        "kind": "statement",
        "title": title(report, words, "statement"),
        "sentence": words.say(
            "statement_sentence",
            agency=words.agency(report.agency),
            months=words.months(there),
            billed=words.kroner(whole.billed, 2),
            covered=words.kroner(whole.covered, 2),
        ),
        "head": [words.say(f"statement_{name}") for name in _COLUMNS],
        "services": _services(report, words),
        "total": [words.say("total"), *_cells(words, _sums(year_sums(report)))],
        "note": words.say("statement_note"),
        "completeness": {"title": words.say("completeness"), "items": notes or [words.say("complete")]},
        "sources": {"title": words.say("sources"), "rows": grounds(report, words)},
    }


Sums = tuple[int, Decimal, Decimal, int]
"""Lines, covered, billed, and lines of which one of the two is unknown."""


def _services(report: Report, words: Wording) -> list[Page]:
    found: list[Page] = []
    for (service,), rows in year_sums(report).group_by("service", maintain_order=True):
        named = [
            [_clause(row["rule"], words), *_cells(words, _sums(rows.filter(rule=row["rule"])))]
            for row in rows.iter_rows(named=True)
        ]
        name = words.service(str(service))
        found.append({"name": name, "rows": named, "total": [name, *_cells(words, _sums(rows))]})
    return found


def _clause(rule: str, words: Wording) -> str:
    return f"{rule} · {words.rule(rule)} ({words.clause(rule)})"


def _sums(rows: pl.DataFrame) -> Sums:
    unknown = int(rows.select(pl.col("unpriced", "undecided", "unvalued").sum()).transpose().sum().item())
    covered, billed = (sum(rows[name].drop_nulls(), Decimal("0.00")) for name in ("covered_nok", "billed_nok"))
    return int(rows["lines"].sum()), covered, billed, unknown


def _cells(words: Wording, sums: Sums) -> list[str]:
    lines, covered, billed, unknown = sums
    return [words.number(lines), words.number(covered, 2), words.number(billed, 2), words.number(unknown)]
