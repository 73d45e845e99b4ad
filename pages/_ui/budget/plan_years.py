"""Four years ahead: what each service costs, what changes that, and rows to paste into the budget text."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from billing_core.planning.budget import budget
from billing_core.planning.known import known
from billing_core.planning.years import YEARS, effects, in_fixed_prices, levels
from pages._ui.base import address
from pages._ui.base.format import counted, number, whole_kroner
from pages._ui.base.plain import bare
from pages._ui.base.text import item_name, t
from pages._ui.budget.asked import NAME, Shown
from pages._ui.budget.follow import same
from pages._ui.parts.service_word import service_or_whole
from pages._ui.parts.tables import Form, downloads, table
from pages._ui.session import state
from pages._ui.session.door import once
from pages._ui.session.keys import YEARS as KEPT
from pages._ui.session.scenarios import carried_out

_BASES = ("fixed", "current")
_MOST_KEPT = 4


def show(made: Shown) -> None:
    """Draws the price basis, a sentence, the years by service, the effects, and the text of both."""
    st.markdown(t(f"{NAME}.years_lead"))
    basis = address.select(
        t(f"{NAME}.price_basis"), _BASES, key="budget_prices", widget=st.radio, horizontal=True,
        format=lambda code: t(f"{NAME}.price_{code}", year=str(made.year)),
    )  # fmt: skip
    with st.spinner(t(f"{NAME}.tested_working")):
        level, effect = _worked_out(made, fixed=basis == "fixed")
    years = [name for name in level.columns if name.isdigit()]
    whole = level.row(-1, named=True)
    told = {"first": years[0], "last": years[-1], "prices": t(f"{NAME}.price_{basis}", year=years[0])}
    st.markdown(
        t(f"{NAME}.years_said", amount=whole_kroner(whole[years[0]]), then=whole_kroner(whole[years[-1]]), **told)
    )
    if whole["unknown"]:
        st.caption(counted(f"{NAME}.unknown", whole["unknown"]))
    _table(level, "years", ["service", *years, "unknown"], {"service": service_or_whole})
    names: dict[str, Form] = {"kind": lambda code: t(f"{NAME}.effect_{code}"), "name": _name}
    _table(effect, "effects", ["name", *years, "full_year_nok", "kind"], names)
    st.markdown(f"**{t(f'{NAME}.paste')}**")
    st.code(_text(level, effect, years), language=None)


def _worked_out(made: Shown, *, fixed: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The levels and effects of four years, by the prices asked for; measures are the scenarios of Simulering."""
    plan, measures = replace(made.budget.plan, years=YEARS, scenario=None), tuple(carried_out(made.agency))

    def work() -> tuple[pl.DataFrame, pl.DataFrame]:
        data, by = in_fixed_prices(made.data, plan) if fixed else (made.data, plan)
        found = budget(data, by, made.today)
        rows = known(data, found.base, max(by.months[-1], found.base))
        return levels(found), effects(data, found, made.today, rows, measures)

    return once(KEPT, (state.basis(), made.agency, plan, measures, fixed, made.today), work, _MOST_KEPT)


def _table(rows: pl.DataFrame, key: str, columns: list[str], forms: Mapping[str, Form]) -> None:
    title = t(f"{NAME}.{key}")
    st.subheader(title, anchor=False)
    if rows.is_empty():
        st.caption(t(f"{NAME}.effects_none"))
        return
    amounts = {name: "kroner" for name in columns if name.isdigit() or name.endswith("_nok")}
    headings = {name: name for name in columns if name.isdigit()} | {
        name: t(f"{NAME}.column.{name}") for name in columns if not name.isdigit() and name != "service"
    }
    counts: dict[str, Form] = {"unknown": "number"}
    table(
        rows, key=f"budget_{key}", alt=title, columns=columns, forms={**amounts, **counts, **forms}, headings=headings,
        empty=t(f"{NAME}.beyond"),
    )  # fmt: skip
    downloads(t(f"{NAME}.file_{key}"), partial(same, rows), key=f"budget_{key}")


def _name(code: str) -> str:
    """An item, or what a person called it."""
    return item_name(code) if code else bare(t(f"{NAME}.assumed_all"))


def _text(level: pl.DataFrame, effect: pl.DataFrame, years: list[str]) -> str:
    """Both tables with tabs between the columns and whole kroner, as text documents and spreadsheets take them."""
    head = "\t".join(["", *years, bare(t(f"{NAME}.column.full_year_nok"))])
    rows = [_row(service_or_whole(row["service"]), [row[y] for y in years]) for row in level.iter_rows(named=True)]
    told = [*years, "full_year_nok"]
    rows += [_row(_name(row["name"]), [row[name] for name in told]) for row in effect.iter_rows(named=True)]
    return "\n".join([head, *rows])


def _row(name: str, amounts: list[Any]) -> str:
    return "\t".join([bare(name), *("" if amount is None else number(amount, 0) for amount in amounts)])
