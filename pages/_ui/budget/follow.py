"""The adopted budget beside accounts and forecast, in the municipality's columns, and what deviates."""

from functools import partial

import polars as pl
import streamlit as st

from pages._ui.base.format import number
from pages._ui.base.text import t
from pages._ui.budget import adopted, deviations
from pages._ui.budget.asked import NAME, Shown
from pages._ui.parts.service_word import service_or_whole
from pages._ui.parts.tables import Form, downloads, table

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
"""The columns beside an adopted budget."""


def show(made: Shown) -> None:
    """Draws the field for the budget, then the follow-up."""
    adopted.show(made)
    if not made.adopted:
        return
    forms: dict[str, Form] = {
        **{name: "kroner" for name in FOLLOWED if name.endswith("_nok")},
        "service": service_or_whole,
        "unknown": "number",
        "used_pct": lambda share: "" if share is None else f"{number(share, 1)} %",
        "way": lambda code: t(f"{NAME}.way.{code}"),
    }
    headings = {name: t(f"{NAME}.column.{name}") for name in FOLLOWED if name != "service"}
    title = t(f"{NAME}.services", year=str(made.year))
    st.subheader(title, anchor=False)
    table(made.followed, key="budget_services", alt=title, columns=FOLLOWED, forms=forms, headings=headings)
    name, rows = t(f"{NAME}.file_services", year=str(made.year)), made.followed.drop("way")
    downloads(name, partial(same, rows), key="budget_services")
    deviations.show(made)


def same(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame as it is."""
    return frame
