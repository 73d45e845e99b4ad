"""The year in one or two sentences to repeat, made from the figures."""

import streamlit as st

from pages._ui.base.format import counted, month_name, whole_kroner
from pages._ui.base.text import t
from pages._ui.budget.asked import NAME, Shown


def show(made: Shown) -> None:
    """Draws the sentence, what it is against the adopted budget, and what stands outside the amounts."""
    total, budget = made.total, made.budget
    amounts = {
        "year": str(budget.plan.year),
        "month": month_name(budget.base),
        "actual": whole_kroner(total["actual_to_date_nok"]),
        "rest": whole_kroner(total["forecast_rest_nok"]),
        "whole": whole_kroner(total["forecast_year_nok"]),
    }
    told = [t(f"{NAME}.sentence", **amounts)]
    if made.adopted:
        away = {
            "amount": whole_kroner(abs(total["deviation_year_nok"])),
            "budget": whole_kroner(total["regulated_nok"]),
        }
        told.append(t(f"{NAME}.against_{total['way']}", **away))
    st.markdown(" ".join(told))
    if total["unknown"]:
        st.caption(counted(f"{NAME}.unknown", total["unknown"]))
    if total["missing_months"]:
        st.caption(counted(f"{NAME}.missing", total["missing_months"]))
