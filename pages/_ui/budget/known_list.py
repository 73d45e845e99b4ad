"""What is known of the months to come, each named with its kroner."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from billing_core.planning.known import effect_in, known
from pages._ui.base.format import counted, month_name, number, whole_kroner
from pages._ui.base.plain import bare
from pages._ui.base.text import item_name, t, variant_name
from pages._ui.budget.asked import NAME, Shown
from pages._ui.budget.follow import same
from pages._ui.parts.tables import downloads, table
from pages._ui.session import state
from pages._ui.session.door import once
from pages._ui.session.keys import KNOWN

_KEPT = 4


def rows_of(made: Shown, last: str) -> pl.DataFrame:
    """What is known up to a month, worked out once."""
    base = made.budget.base
    key = (state.basis(), made.agency, base, last)
    return once(KNOWN, key, lambda: known(made.data, base, last), _KEPT)


def show(made: Shown) -> None:
    """Draws a sentence, then each thing that is known."""
    st.markdown(t(f"{NAME}.known_lead"))
    if not made.to_come:
        st.info(t(f"{NAME}.known_none"))
        return
    rows = effect_in(rows_of(made, made.to_come[-1]), made.year).filter(pl.col("month").is_in(made.to_come))
    if rows.is_empty():
        st.info(t(f"{NAME}.known_nothing", month=month_name(made.budget.base)))
        return
    amount = sum(rows["year_nok"], Decimal(0))
    way = "more" if amount > 0 else "less" if amount < 0 else "even"
    told = {"year": str(made.year), "month": month_name(made.budget.base), "amount": whole_kroner(abs(amount))}
    st.markdown(t(f"{NAME}.known_{way}", **told))
    if unknown := int(rows["unknown"].sum()):
        st.caption(counted(f"{NAME}.unknown", unknown))
    title = t(f"{NAME}.section_known")
    said = rows.with_columns(what=pl.Series([bare(_said(row)) for row in rows.iter_rows(named=True)], dtype=pl.String))
    table(
        said, key="budget_known", alt=title, columns=["what", "year_nok", "amount_nok", "month", "unknown"],
        forms={"year_nok": "kroner", "month": "month", "unknown": "number"},
        headings={
            "what": t(f"{NAME}.known_what"), "year_nok": t(f"{NAME}.known_year", year=str(made.year)),
            "amount_nok": t(f"{NAME}.known_amount"), "month": t(f"{NAME}.known_from"),
            "unknown": t(f"{NAME}.column.unknown"),
        },
    )  # fmt: skip
    downloads(t(f"{NAME}.file_known", year=str(made.year)), partial(same, rows), key="budget_known")


def _said(row: Mapping[str, Any]) -> str:
    """One thing that is known, in words."""
    name = item_name(row["item"])
    if row["variant"]:
        name = f"{name}, {variant_name(row['variant'])}"
    return t(f"{NAME}.known_{row['kind']}", name=name, many=number(row["keys"]))
