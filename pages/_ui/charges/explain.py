"""One charge line in plain words: why it is billed or not, what was tested, and how the amount came about."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from billing_core.base.tables import TABLES, Column
from billing_core.law.policy import Terms
from billing_core.views import behind, explore
from billing_core.views.behind import Fact
from billing_core.views.rulebook import value_text
from pages._ui.base.data import catalogue, policy
from pages._ui.base.format import KINDS, day, kroner, month, number
from pages._ui.base.plain import joined, plain
from pages._ui.base.text import (
    code_word,
    item_name,
    language,
    rule_label,
    rule_title,
    service_name,
    t,
    texts,
    variant_label,
    variant_name,
    word,
)
from pages._ui.parts.why import why
from pages._ui.session import state

NAME = "page.charges"
Line = Mapping[str, Any]
PRICE_FACTS = ("dispatch", "deduction", "replaced", "shorter", "shorter_agreed", "from_headcount")
"""The facts that the amount rests on; the others are what the rule does."""

MOST_NAMED = 8
"""How many values of a long list are named: the whole list stands on the page of rules."""


def explain(line: Line) -> None:
    """Draws all there is to say about a line (a row of LINE_SCHEMA by column)."""
    terms = state.rates().policy.of(line["period"])
    st.subheader(t(f"{NAME}.why_{line['funding']}"), anchor=False)
    named = [
        item_name(line["item"]),
        variant_label(line["variant"] or ""),
        line["subject"] or "",
        month(line["period"]),
    ]
    st.markdown(f"**{joined(' · ', filter(None, named))}** – {service_name(line['service'])}")
    known = _facts(line)
    rule, price = st.columns(2, border=True)
    with rule:
        st.markdown("\n".join(_rule(line, terms, known)))
    with price:
        st.markdown("\n".join(_price(line, known)))
    with st.expander(t(f"{NAME}.row", file=line["file"], row=number(line["row"])), icon=":material/table_rows:"):
        st.markdown("\n".join(_row(line)))


def _facts(line: Line) -> list[Fact]:
    """What is behind a line: of all agencies, since who came first may be another's."""
    current = state.dataset()
    read = state.statement().usage if current is None else current.read.usage
    return behind.facts(line, state.lines(period=line["period"]), state.statement().usage, read, state.rates())


def line_labels(lines: pl.DataFrame) -> list[str]:
    """Each line in a list: whose it is among several, what it concerns, what it is, its month and its amount.

    Lines alike have their row too: a select box tells its options apart by their words alone.
    """
    amount = pl.when(pl.col("funding") == "framework").then("covered_nok").otherwise("amount_nok")
    agency = pl.when(pl.lit(lines["agency"].n_unique() > 1)).then("agency")
    told = lines.select("subject", "item", "variant", "period", agency=agency, amount=amount)
    alike = told.is_duplicated()
    place = pl.concat_str("file", pl.lit(":"), "row")
    told = told.with_columns(place=lines.select(pl.when(alike).then(place)).to_series())
    forms: tuple[Callable[[Any], str], ...] = (str, item_name, variant_name, month, str, kroner, str)
    # Few values repeat over many lines: each is written once.
    known = [
        {value: "" if value is None and form is not kroner else form(value) for value in column.unique()}
        for column, form in zip(told, forms, strict=True)
    ]
    rows = (zip(known, row, strict=True) for row in told.iter_rows())
    return [" · ".join(part for part in (words[value] for words, value in row) if part) for row in rows]


def _behind(fact: Fact) -> str:
    """A fact as an item of a list: numbers, amounts and days written as everywhere, the rest plain."""
    forms: dict[str, Callable[[Any], str]] = {
        "cost": kroner,
        "listed": KINDS["price"],
        "less": KINDS["price"],
        "exact": lambda value: kroner(value, 4),
    }
    told = {
        name: forms[name](value)
        if name in forms
        else number(value)
        if isinstance(value, int | Decimal)
        else value or "–"
        for name, value in fact.values.items()
    }
    for name in ("asked", "matched"):
        if name in told:
            told[name] = variant_label(fact.values[name] or "") or t(f"{NAME}.no_variant")
    return f"- {t(f'{NAME}.behind_{fact.code}', **told)}"


def _rule(line: Line, terms: Terms, known: list[Fact]) -> list[str]:
    told = [f"#### {rule_title(line['rule'])}", "", why(line, terms), ""]
    told.append(_fact("clause", catalogue().rules[line["rule"]].clause))
    if line["measured"] is not None:
        told.append(_fact("tested", _tested(line)))
    told += [_value(key, terms) for key, known in policy().parameters.items() if line["rule"] in known.rules]
    told += [_behind(fact) for fact in known if fact.code not in PRICE_FACTS]
    told.append(_fact("all_rules", ""))
    told += [f"    - {rule_label(code)}" for code in line["rules"].split(";")]
    if line["billable_from"]:
        told += ["", t(f"{NAME}.billable_from", day=day(line["billable_from"]))]
    return told


def _tested(line: Line) -> str:
    words = texts(language())
    what = words.get(f"{NAME}.tested_{line['rule']}", words[f"{NAME}.tested_any"])
    if line["limit"] is None:
        return f"{what}: {number(line['measured'])}"
    sign = ">" if line["measured"] > line["limit"] else "≤"
    return f"{what}: {number(line['measured'])} {sign} {number(line['limit'])}"


def _value(key: str, terms: Terms) -> str:
    """A policy value that the rule rests on; a reading by its words."""
    words, held = texts(language()), getattr(terms, key)
    title = words.get(f"reading.{key}.title")
    if title:
        return _item(title, words.get(f"reading.{key}.{held}", str(held)))
    meaning = policy().parameters[key]
    shown = day(held) if isinstance(held, date) else value_text(held)
    if isinstance(held, tuple) and len(held) > MOST_NAMED:
        shown = t(f"{NAME}.and_more", some=value_text(held[:MOST_NAMED]), count=number(len(held) - MOST_NAMED))
    return _item(meaning.meaning_nb if language() == "nb" else meaning.meaning_en, plain(shown))


def _price(line: Line, known: list[Fact]) -> list[str]:
    amount = line["covered_nok"] if line["funding"] == "framework" else line["amount_nok"]
    told = [f"#### {t(f'{NAME}.price')}", "", f"**{_sum(line, amount)}**", ""]
    told.append(t(f"{NAME}.price_{_status(line)}"))
    told += ["", _fact("quantity", f"{number(line['quantity'])} ({word('unit', line['unit'])})")]
    told.append(_fact("recurrence", word("recurrence", line["recurrence"])))
    told.append(_fact("unit_price", KINDS["unit_price"](line["unit_price_nok"])))
    told.append(_fact("amount", kroner(line["amount_nok"])))
    if line["funding"] == "framework":
        told.append(_fact("covered", kroner(line["covered_nok"])))
    told.append(_fact("price_status", word("price_status", line["price_status"])))
    told.append(_fact("price_source", plain(line["price_source"] or "–")))
    told += [_behind(fact) for fact in known if fact.code in PRICE_FACTS]
    return told


def _status(line: Line) -> str:
    """Which sentence says where the price comes from; what nobody is charged has no price to come from anywhere."""
    if line["price_status"] != "not_charged" or line["unit_price_nok"] is not None:
        return str(line["price_status"])
    return "unknown_value" if line["covered_nok"] is None else "no_cost"


def _sum(line: Line, amount: Decimal | None) -> str:
    """Quantity x unit price = amount, as far as they are known."""
    kind = "" if line["unit_price_nok"] is not None else "_without_price"
    if _status(line) in ("allocated", "no_cost"):
        kind = f"_{_status(line)}"
    price = KINDS["price"](line["unit_price_nok"])
    return t(f"{NAME}.sum{kind}", quantity=number(line["quantity"]), price=price, amount=kroner(amount))


def _row(line: Line) -> list[str]:
    row = explore.row_of(state.statement().usage, line)
    columns = [column for column in TABLES[line["table"]].columns if row.get(column.key) is not None]
    return [_item(_heading(column), plain(_cell(column, row[column.key]))) for column in columns]


def _heading(column: Column) -> str:
    return column.heading.capitalize() if language() == "nb" else column.key.replace("_", " ").capitalize()


def _cell(column: Column, value: Any) -> str:
    match column.kind:
        case "month":
            return month(value)
        case "date":
            return day(value)
        case "flag":
            return t(f"{NAME}.{'yes' if value else 'no'}")
        case "quantity" | "money" | "count":
            return number(value)
        case "code":
            return code_word(value)
        case _:
            return str(value)


def _fact(name: str, value: str) -> str:
    return _item(t(f"{NAME}.fact_{name}"), value)


def _item(label: str, value: str) -> str:
    return f"- {label}: {value}" if value else f"- {label}:"
