"""The year month by month: a chart, and a grid of services or of one service's items."""

from decimal import Decimal

import pandas as pd
import polars as pl
import streamlit as st

from billing_core.planning.budget import by_month
from billing_core.planning.grid import TOTAL, grid
from pages._ui import charts
from pages._ui.base import address
from pages._ui.base.format import kroner, month, number, whole_kroner
from pages._ui.base.plain import bare
from pages._ui.base.text import item_name, service_name, t
from pages._ui.budget.asked import NAME, Shown
from pages._ui.parts.show import chart

_SET = "background-color: rgba(184, 97, 27, 0.28); font-weight: bold"
_SIGN = "✎ "
"""A cell that a person set differs by colour and by a sign."""


def kind_name(code: str) -> str:
    """What a kind of row is called."""
    return t(f"{NAME}.kind.{code}")


def show(made: Shown) -> None:
    """Draws the months as columns, and as a grid below."""
    codes = made.budget.rows.filter(pl.col("service") != "")["service"].unique().to_list()
    service = address.select(
        t(f"{NAME}.of_service"), ["", *sorted(codes, key=service_name)], key="budget_service",
        format=lambda code: service_name(code) if code else t("ui.all"), width=420,
    )  # fmt: skip
    rows = made.budget.rows.filter(pl.col("service") == service) if service else made.budget.rows
    found = by_month(rows)
    if found.is_empty():
        st.info(t(f"{NAME}.nothing"))
        return
    _chart(made, found, service)
    _grid(made, service)


def _chart(made: Shown, rows: pl.DataFrame, service: str) -> None:
    year, amount = str(made.year), kroner(rows["amount_nok"].sum())
    title = t(f"{NAME}.months_of", year=year, service=service_name(service)) if service else None
    chart(
        charts.columns(
            rows, along="month", series="kind", value="amount_nok", along_name=month, series_name=kind_name,
            write=whole_kroner,
        ),
        key="budget_months",
        title=title or t(f"{NAME}.months", year=year),
        alt=t(f"{NAME}.months_alt", year=year, amount=amount),
        numbers=rows,
        columns=["month", "amount_nok", "kind", "unknown"],
        forms={"month": "month", "kind": kind_name, "unknown": "number"},
        headings={"kind": t(f"{NAME}.kind_heading"), "month": t("ui.month"), "unknown": t(f"{NAME}.column.unknown")},
    )  # fmt: skip


def _grid(made: Shown, service: str) -> None:
    """Each service, or each item of one, month by month; what a person set is marked."""
    months = made.budget.plan.months
    cells = grid(made.budget.rows, months, service)
    set_ = _set(made, service)
    head = {"code": t(f"{NAME}.assumed.item" if service else "column.service"), "total_nok": t(f"{NAME}.total")}
    names = {name: bare(head.get(name) or _month_name(made, name)) for name in cells.columns if name != "unknown"}
    names["unknown"] = bare(t(f"{NAME}.column.unknown"))
    lines = [
        {
            names[column]: _written(column, value, (str(row["code"]), column) in set_, service)
            for column, value in row.items()
        }
        for row in cells.iter_rows(named=True)
    ]
    title = t(f"{NAME}.grid", year=str(made.year))
    st.markdown(f"**{title}**")
    st.caption(t(f"{NAME}.grid_lead"))
    frame = pd.DataFrame(lines)
    marks = pd.DataFrame(
        [[_SET if cell.startswith(_SIGN) else "" for cell in line.values()] for line in lines], columns=frame.columns
    )
    st.dataframe(
        frame.style.apply(lambda _: marks, axis=None), key="budget_grid", hide_index=True, alt=bare(title),
        height="content",
        column_config={
            told: st.column_config.TextColumn(told, alignment="left", pinned=True)
            if name == "code"
            else st.column_config.TextColumn(told, alignment="right")
            for name, told in names.items()
        },
    )  # fmt: skip


def _month_name(made: Shown, period: str) -> str:
    """A month, with a sign where it is forecast."""
    return month(period) if period <= made.budget.base else t(f"{NAME}.forecast_month", month=month(period))


def _set(made: Shown, service: str) -> set[tuple[str, str]]:
    """The cells that a person set."""
    found = [one.override for one in made.budget.overridden if service in ("", one.override.service)]
    return {(one.item if service else one.service, one.month) for one in found}


def _written(column: str, value: object, is_set: bool, service: str) -> str:
    if column == "code":
        return _name(str(value), service)
    if column == "unknown":
        return number(int(str(value)))
    return (_SIGN if is_set else "") + ("" if value is None else kroner(Decimal(str(value))))


def _name(code: str, service: str) -> str:
    if code == TOTAL:
        return bare(t(f"{NAME}.total"))
    if not code:
        return bare(t(f"{NAME}.whole_service" if service else f"{NAME}.whole_agency"))
    return bare(item_name(code) if service else service_name(code))
