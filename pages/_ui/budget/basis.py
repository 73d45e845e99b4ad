"""What the forecast rests on: which months count as accounts, why one does not, and what one should know of it."""

from functools import partial

import streamlit as st

from billing_core.planning.complete import Month
from pages._ui.base.format import month, month_name
from pages._ui.base.plain import joined
from pages._ui.base.text import language, t, texts, word
from pages._ui.budget.asked import NAME, Shown
from pages._ui.budget.follow import same
from pages._ui.parts.tables import downloads
from pages._ui.session import plans


def show(made: Shown) -> None:
    """Draws how the forecast is made, each notice, the months of the data, and the rows as files."""
    st.markdown(t(f"{NAME}.basis_lead"))
    for notice in made.budget.notices:
        st.markdown(f"- {notice.told(texts(language()))}")
    lasting = f"budget_lasting_{made.agency}"
    st.session_state[lasting] = made.held.lasting
    st.toggle(t(f"{NAME}.lasting"), key=lasting, on_change=_take_lasting, args=(lasting, made.agency))
    st.subheader(t(f"{NAME}.accounts"), anchor=False)
    st.caption(t(f"{NAME}.accounts_lead"))
    for found in made.found[::-1]:
        _month(made, found)
    st.caption(t(f"{NAME}.files_months"))
    name = t(f"{NAME}.file_months", year=str(made.year))
    downloads(name, partial(same, made.budget.rows), key="budget_months_file")


def _month(made: Shown, found: Month) -> None:
    """Whether a month counts, to be changed, and why it does not by itself."""
    key = f"budget_counts_{made.agency}_{found.period}"
    st.session_state[key] = dict(made.held.counted).get(found.period, found.whole)
    label = joined(" – ", [month_name(found.period), *_why_not(found)])
    st.checkbox(label, key=key, on_change=_take, args=(key, made.agency, found))


def _why_not(found: Month) -> list[str]:
    name = month(found.period)
    told: list[str] = [] if found.over else [t("page.changes.not_over", month=name)]
    parts = {"lacking": found.lacking, "thin": found.thin}
    return told + [
        t(f"page.changes.{kind}", month=name, tables=", ".join(word("table", table) for table in tables))
        for kind, tables in parts.items()
        if tables
    ]


def _take(key: str, agency: str, found: Month) -> None:
    """Counts a month, or not; what it looks like by itself is nothing to say. A callback."""
    held = plans.plan(agency)
    said = {period: counts for period, counts in held.counted if period != found.period}
    if st.session_state[key] != found.whole:
        said[found.period] = st.session_state[key]
    plans.change(held.model_copy(update={"counted": tuple(sorted(said.items()))}))
    # The month that the forecast rests on follows.
    st.session_state.pop("budget_base", None)


def _take_lasting(key: str, agency: str) -> None:
    plans.change(plans.plan(agency).model_copy(update={"lasting": st.session_state[key]}))
