"""The rules in words, made from the tables that decide: condition, clause, who pays, reading and policy values."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from billing_core.base.model import Rule
from billing_core.law.catalogue import Catalogue
from billing_core.law.policy import Dated, Policy, Terms
from billing_core.rules import decision_tables
from billing_core.views.sums import UNPRICED


@dataclass(frozen=True)
class Entry:
    """One rule of a month as a person reads it. `values` are the policy values it tests that month, by key."""

    rule: str
    title: str
    clause: str
    service: str
    condition: str
    funding: tuple[str, ...]
    reading: bool
    values: dict[str, Dated]


def entries(catalogue: Catalogue, policy: Policy, texts: Mapping[str, str], language: str, period: str) -> list[Entry]:
    """Every rule of the catalogue that is in force in `period`, in its order, with that month's policy."""
    terms = policy.of(period)
    tables = [rule for table in decision_tables(terms).values() for rule in table]
    in_force = [rule for rule in tables if rule.in_force(period)]
    elsewhen = {rule.id for rule in tables} - {rule.id for rule in in_force}
    fundings = _fundings(catalogue, in_force)
    return [
        Entry(
            rule=rule.rule,
            title=rule.title(language),
            clause=rule.clause,
            service=rule.service,
            condition=filled(texts[f"rule.{rule.rule}.when"], terms),
            funding=fundings.get(rule.rule, ()),
            reading=rule.reading == "yes",
            values={
                key: parameter.of(period)
                for key, parameter in policy.parameters.items()
                if rule.rule in parameter.rules
            },
        )
        for rule in catalogue.rules.values()
        if rule.rule not in elsewhen
    ]


def filled(text: str, terms: Terms) -> str:
    """`text` with {policy key} replaced by the value in force; other braces stay."""
    return re.sub(
        r"\{(\w+)\}", lambda m: value_text(getattr(terms, m[1])) if m[1] in Terms.model_fields else m[0], text
    )


def value_text(value: object) -> str:
    """A policy value as text: sets with commas, shares in per cent, dates in ISO form."""
    match value:
        case tuple() | list():
            return ", ".join(value)
        case Decimal():
            return f"{(value * 100).normalize():f} %"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def decided(lines: pl.DataFrame) -> pl.DataFrame:
    """What each rule decided of charge lines (LINE_SCHEMA), a row a rule that decided or left open any:

    rule, decided (lines), undecided, unpriced (billed lines without a known price), billed_nok, covered_nok. An amount
    is empty where no line of its kind has one that is known, 0 not being unknown; the billed ones sum to what the lines
    are billed.
    """

    def known(column: str, funding: str) -> pl.Expr:
        amounts = pl.col(column).filter(pl.col("funding") == funding)
        return pl.when(amounts.count() > 0).then(amounts.sum()).alias(column.replace("amount", "billed"))

    undecided = pl.col("funding") == "undecided"
    counts = {"decided": ~undecided, "undecided": undecided, "unpriced": pl.col("price_status").is_in(UNPRICED)}
    return (
        lines.group_by("rule")
        .agg(
            **{name: of.sum().cast(pl.Int64) for name, of in counts.items()},
            billed_nok=known("amount_nok", "billed"),
            covered_nok=known("covered_nok", "framework"),
        )
        .sort("rule")
    )


def _fundings(catalogue: Catalogue, in_force: Iterable[Rule]) -> dict[str, tuple[str, ...]]:
    """What each rule decides: from the decision tables' rules, else from the items that name it."""
    found: dict[str, list[str]] = {"GEN-1": ["billed"]}
    for rule in in_force:
        found.setdefault(rule.id, []).append(rule.funding)
    for item in catalogue.items.values():
        # `by_rule` and a decision table's rules are already there.
        if item.rule in catalogue.rules and item.funding != "by_rule":
            found.setdefault(item.rule, []).append(item.funding)
    return {rule: tuple(dict.fromkeys(fundings)) for rule, fundings in found.items()}


def rulebook(catalogue: Catalogue, policy: Policy, texts: Mapping[str, str], language: str, period: str) -> str:
    """Every rule as text, a block a rule, with the values of `period` and those of other months beside."""
    return "\n\n".join(
        "\n".join(_block(entry, policy)) for entry in entries(catalogue, policy, texts, language, period)
    )


def _block(entry: Entry, policy: Policy) -> Iterator[str]:
    yield f"{entry.rule}  {entry.title}  [{', '.join(entry.funding) or 'notice'}]"
    yield f"    {entry.clause}"
    yield f"    {entry.condition}"
    for key, value in entry.values.items():
        parameter = policy.parameters[key]
        yield f"    {'reading' if parameter.choices else 'policy'}: {key} = {_dated_text(value)}"
        yield from (f"        else: {_dated_text(other)}" for other in parameter.values if other != value)
    if entry.reading and not any(policy.parameters[key].choices for key in entry.values):
        yield "    reading"


def _dated_text(value: Dated) -> str:
    return f"{value_text(value.value)}, from {value.valid_from} ({value.clause})"
