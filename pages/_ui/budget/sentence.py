"""The year in one or two sentences to repeat, made from the figures."""

import streamlit as st

from billing_core.planning.follow_up import stated_range
from pages._ui.base.format import counted, kroner, month, month_name, whole_kroner
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
    if between := stated_range(budget):
        st.markdown(t(f"{NAME}.between", low=whole_kroner(between[0]), high=whole_kroner(between[1])))
    if total["unknown"]:
        st.caption(counted(f"{NAME}.unknown", total["unknown"]))
    if total["missing_months"]:
        st.caption(counted(f"{NAME}.missing", total["missing_months"]))


def figures(made: Shown) -> None:
    """Draws the accounts, the rest and the year."""
    total = made.total
    place = st.container(horizontal=True)
    for label, amount in (
        (t(f"{NAME}.to_date", month=month(made.budget.base)), total["actual_to_date_nok"]),
        (t(f"{NAME}.rest"), total["forecast_rest_nok"]),
        (t(f"{NAME}.year"), total["forecast_year_nok"]),
    ):
        place.metric(label, kroner(amount), border=True, height="stretch")
