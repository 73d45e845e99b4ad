"""The text to send about a difference: facts alone, in either language."""

from collections.abc import Iterator

import polars as pl

from billing_core.checking.cases import Case, pairs_of, response
from pages._ui.base.data import catalogue
from pages._ui.base.format import day, kroner
from pages._ui.base.plain import bare
from pages._ui.base.text import agency_label, item_name, rule_title, spoken, t, variant_label
from pages._ui.invoice.checked import NAME, Row
from pages._ui.invoice.words import facts, span
from pages._ui.session import state

_MOST_NAMED = 10
"""How many invoice lines, rules and sources are named."""


def letter(row: Row, case: Case, ours: pl.DataFrame, language: str) -> str:
    """What to send about a row: what is invoiced, what we make of it and why, what is asked for and until when."""
    illustrative = state.statement().rating.illustrative
    with spoken(language):
        return "\n".join(bare(line) for line in _lines(row, case, ours, illustrative=illustrative))


def _lines(row: Row, case: Case, ours: pl.DataFrame, *, illustrative: bool) -> Iterator[str]:
    yield t(f"{NAME}.letter.about", lines=_numbers(row)) if row["invoice_id"] else t(f"{NAME}.letter.no_invoice")
    yield ""
    yield t(f"{NAME}.letter.begin")
    yield ""
    for name, value in _facts(row).items():
        if value:
            yield t(f"{NAME}.letter.{name}", value=value)
    yield ""
    yield facts(row)
    yield from _reasons(ours)
    yield ""
    for code in response(case).wishes:
        yield t(f"{NAME}.letter.wish_{code}")
    if case.deadline:
        yield t(f"{NAME}.letter.deadline", day=day(case.deadline))
    yield t(f"{NAME}.letter.no_vat")
    if illustrative:
        yield t(f"{NAME}.letter.illustrative")


def _facts(row: Row) -> dict[str, str]:
    return {
        "agency": agency_label(row["agency"]) if row["agency"] else "",
        "item": ", ".join(filter(None, [item_name(row["item"] or ""), variant_label(row["variant"] or "")])),
        "subject": row["subject"] or "",
        "text": row["text"] or "",
        "period": span(row["period"]),
        "invoiced": kroner(row["invoiced_nok"]),
        "rated": kroner(row["rated_nok"]),
    }


def _reasons(ours: pl.DataFrame) -> Iterator[str]:
    """By which rules and prices we come to our amount."""
    for rule in ours["rule"].unique(maintain_order=True).head(_MOST_NAMED):
        clause = catalogue().rules[rule].clause
        yield t(f"{NAME}.letter.rule", rule=rule, title=rule_title(rule), clause=clause)
    sources = ours["price_source"].drop_nulls().unique(maintain_order=True).head(_MOST_NAMED)
    if sources.len():
        yield t(f"{NAME}.letter.source", source="; ".join(sources))


def _numbers(row: Row) -> str:
    pairs = pairs_of(row)
    told = ", ".join(t(f"{NAME}.letter.line", number=number, line=line).bare for number, line in pairs[:_MOST_NAMED])
    return told if len(pairs) <= _MOST_NAMED else f"{told}, …"
