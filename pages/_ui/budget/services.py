"""The year by service, in the municipality's columns where there is a budget, and as files."""

from functools import partial

import polars as pl
import streamlit as st

from billing_core.planning.follow_up import TOTAL
from pages._ui.base.format import number
from pages._ui.base.text import service_name, t
from pages._ui.budget.asked import NAME, Shown
from pages._ui.parts.tables import Form, downloads, table

COST = ["service", "actual_to_date_nok", "forecast_rest_nok", "forecast_year_nok", "unknown"]
FOLLOWED = [
    "service",
    "deviation_year_nok",
    "way",
    "adopted_nok",
    "changes_nok",
    "regulated_nok",
    "periodised_to_date_nok",
    "actual_to_date_nok",
    "deviation_to_date_nok",
    "used_pct",
    "forecast_rest_nok",
    "forecast_year_nok",
    "unknown",
]
"""The columns without and with an adopted budget."""


def show(made: Shown) -> None:
    """Draws the table and the files of it."""
    columns = FOLLOWED if made.adopted else COST
    forms: dict[str, Form] = {
        **{name: "kroner" for name in columns if name.endswith("_nok")},
        "service": _service,
        "unknown": "number",
        "used_pct": lambda share: "" if share is None else f"{number(share, 1)} %",
        "way": lambda code: t(f"{NAME}.way.{code}"),
    }
    headings = {name: t(f"{NAME}.column.{name}") for name in columns if name != "service"}
    title = t(f"{NAME}.services", year=str(made.budget.plan.year))
    st.subheader(title, anchor=False)
    rows = made.followed
    table(rows, key="budget_services", alt=title, columns=columns, forms=forms, headings=headings)
    year = str(made.budget.plan.year)
    by_month, by_service = made.budget.rows, rows.drop("way")
    for kind, frame in (("months", by_month), ("services", by_service)):
        st.caption(t(f"{NAME}.files_{kind}"))
        downloads(t(f"{NAME}.file_{kind}", year=year), partial(_same, frame), key=f"budget_{kind}")


def _service(code: str) -> str:
    named = {"": t(f"{NAME}.whole_agency"), TOTAL: t(f"{NAME}.total")}
    return named.get(code) or service_name(code)


def _same(frame: pl.DataFrame) -> pl.DataFrame:
    return frame
