"""Viderefakturering: what the suppliers and the cloud invoice, against what is passed on to all agencies."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from billing_core.checking.invoice import Invoices
from billing_core.checking.passed_on import SCHEMA, in_sums, passed_on
from billing_core.export import Readable
from pages._ui import charts
from pages._ui.base.data import catalogue
from pages._ui.base.format import kroner, number, whole_kroner
from pages._ui.base.plain import bare
from pages._ui.base.text import item_name, t
from pages._ui.invoice.files import given_as
from pages._ui.parts.head import head
from pages._ui.parts.show import chart
from pages._ui.parts.tables import Form, downloads, heading, table, worded
from pages._ui.session import state
from pages._ui.session.door import once
from pages._ui.session.keys import PASSED_ON

NAME = "page.invoice"
_AMOUNTS = list(SCHEMA)[2:]
_KEPT = 2
_FORMS: dict[str, Form] = {
    "month": "month",
    "item": lambda code: item_name(code) if code else "–",
    **dict.fromkeys(_AMOUNTS, "kroner"),
}


def show(given: Invoices, place: Any) -> None:
    """Draws the sentence, the figures, the items and their months; of all agencies whichever is chosen."""
    if given.lines.is_empty():
        return
    rows = _rows(given)
    whole = in_sums(rows).row(0, named=True)
    with place:
        st.markdown(f"**{t(f'{NAME}.all_together')}**")
        st.markdown(_sentence(whole))
        figures = st.container(horizontal=True)
        for name in _AMOUNTS:
            figures.metric(t(f"{NAME}.passed.{name}"), kroner(whole[name]), border=True, height="stretch")
    _bars(rows)
    title = t(f"{NAME}.passed_rows")
    st.subheader(title, anchor=False)
    dearest = rows.sort(pl.col("difference_nok").abs(), descending=True, maintain_order=True)
    told = {name: t(f"{NAME}.passed.{name}") for name in _AMOUNTS} | {"month": t("ui.month")}
    columns = ["item", "difference_nok", "month", "in_nok", "passed_on_nok", "not_passed_on_nok", "passed_twice_nok"]
    table(dearest, key="invoice_passed_on", alt=title, columns=columns, forms=_FORMS, headings=told)
    months = rows["month"].unique().sort().to_list()
    of, name, last = (
        head("", [months[0], months[-1]][: len(months)], title, date.today()),
        bare(title),
        bare(t("ui.head_sum")),
    )

    def readable(frame: pl.DataFrame) -> Readable:
        shown = worded(frame, list(SCHEMA), _FORMS, told)
        return Readable(name, name, of, shown, tuple(heading(a, "kroner", told[a]) for a in _AMOUNTS), last)

    downloads(t(f"{NAME}.passed_file"), lambda: rows, key="invoice_passed_on", readable=readable)


def _rows(given: Invoices) -> pl.DataFrame:
    def work() -> pl.DataFrame:
        return passed_on(given.lines, state.lines(), catalogue())

    return once(PASSED_ON, (state.basis(), given_as("passed_on")), work, _KEPT)


def _sentence(whole: dict[str, Any]) -> str:
    amounts = {name.removesuffix("_nok"): whole_kroner(whole[name]) for name in _AMOUNTS}
    kind = "even" if not (whole["not_passed_on_nok"] or whole["passed_twice_nok"]) else "differs"
    return t(f"{NAME}.passed_{kind}", **amounts)


def _bars(rows: pl.DataFrame) -> None:
    """What came in beside what is passed on, by item."""
    sums = (
        rows.group_by("item", maintain_order=True)
        .agg(pl.col("in_nok", "passed_on_nok").sum())
        .sort(pl.max_horizontal("in_nok", "passed_on_nok"), descending=True)
    )
    told = {name: t(f"{NAME}.passed.{name}") for name in ("in_nok", "passed_on_nok")}
    long = sums.unpivot(list(told), index="item", variable_name="side", value_name="amount_nok")
    chart(
        charts.columns(
            long, along="item", series="side", value="amount_nok", along_name=lambda code: item_name(code or "–"),
            series_name=told.__getitem__, write=whole_kroner, stacked=False,
        ),
        key="invoice_passed_bars",
        title=t(f"{NAME}.passed_bars"),
        alt=t(f"{NAME}.passed_bars_alt", items=number(sums.height)),
        numbers=sums,
        forms=_FORMS,
        headings=told,
    )  # fmt: skip
