"""The year month by month: accounts, then forecast."""

import streamlit as st

from billing_core.planning.budget import by_month
from pages._ui import charts
from pages._ui.base.format import kroner, month, whole_kroner
from pages._ui.base.text import t
from pages._ui.budget.asked import NAME, Shown
from pages._ui.parts.show import chart


def kind_name(code: str) -> str:
    """What a kind of row is called."""
    return t(f"{NAME}.kind.{code}")


def show(made: Shown) -> None:
    """Draws the months as columns, and as a table beside."""
    rows = by_month(made.budget.rows)
    if rows.is_empty():
        st.info(t(f"{NAME}.nothing"))
        return
    year = str(made.budget.plan.year)
    chart(
        charts.columns(
            rows, along="month", series="kind", value="amount_nok", along_name=month, series_name=kind_name,
            write=whole_kroner,
        ),
        key="budget_months",
        title=t(f"{NAME}.months", year=year),
        alt=t(f"{NAME}.months_alt", year=year, amount=kroner(made.total["forecast_year_nok"])),
        numbers=rows,
        columns=["month", "amount_nok", "kind", "unknown"],
        forms={"month": "month", "kind": kind_name, "unknown": "number"},
        headings={"kind": t(f"{NAME}.kind_heading"), "month": t("ui.month"), "unknown": t(f"{NAME}.column.unknown")},
    )  # fmt: skip
