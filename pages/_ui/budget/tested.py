"""How good the forecast has been: misses by months ahead and way of forecasting, and the way that is used."""

from collections.abc import Callable
from datetime import date
from functools import partial

import polars as pl
import streamlit as st

from billing_core.planning.backtest import backtest
from billing_core.planning.data import Data
from billing_core.planning.quality import METHODS, best, misses, summary
from billing_core.planning.year_plan import YearPlan
from pages._ui.base.format import counted, number, whole_kroner
from pages._ui.base.plain import bare
from pages._ui.base.text import t
from pages._ui.parts.tables import Form, downloads, table
from pages._ui.session import plans, state
from pages._ui.session.door import once
from pages._ui.session.keys import TESTED
from pages._ui.session.terms import as_shipped

NAME = "page.budget"
_AHEAD, _LATEST, _KEPT = 4, 7, 4
"""What the default is chosen by: up to four months ahead, over the seven latest complete months."""


def method_of(held: YearPlan, data: Data, today: date) -> str:
    """The way that an agency is forecast: as its user says, else what misses least on these data."""
    if held.method:
        return held.method
    said = dict(held.counted)

    def work() -> str:
        return best(summary(misses(backtest(data, today, ahead=_AHEAD, latest=_LATEST, said=said))))

    if state.is_demo() and as_shipped() and not said:
        return _of_demo(data.agency, today, work)
    return once(TESTED, ("best", state.basis(), data.agency, today, held.counted), work, _KEPT)


@st.cache_resource
def _of_demo(_agency: str, _today: date, _work: Callable[[], str]) -> str:
    """The demo is the same for all."""
    return _work()


def show(data: Data, held: YearPlan, today: date, method: str) -> None:
    """Draws the sentence, the choice of way, the misses by months ahead, and each forecast that was made."""
    st.markdown(t(f"{NAME}.tested_lead"))
    key = (state.basis(), data.agency, today, held.counted)
    with st.spinner(t(f"{NAME}.tested_working")):
        rows = once(TESTED, key, lambda: misses(backtest(data, today, said=dict(held.counted))), _KEPT)
    if rows.is_empty():
        st.info(t(f"{NAME}.tested_none"))
        return
    summed = summary(rows)
    _say(summed, method)
    _choice(held, method)
    title = t(f"{NAME}.tested_ahead")
    st.subheader(title, anchor=False)
    table(
        summed, key="budget_tested", alt=title, columns=["ahead", "median_nok", "largest_nok", "method", "forecasts"],
        forms={
            "ahead": lambda ahead: t("ui.all") if not ahead else number(ahead), "median_nok": "kroner",
            "largest_nok": "kroner", "method": _method_name, "forecasts": "number",
        },
        headings={name: t(f"{NAME}.tested.{name}") for name in summed.columns},
    )  # fmt: skip
    _each(rows, method)


def _say(summed: pl.DataFrame, method: str) -> None:
    """The sentence: how far off, and on how many forecasts."""
    mine = summed.filter(ahead=0, method=method).row(0, named=True)
    told = {"method": _method_name(method), "median": whole_kroner(mine["median_nok"])}
    st.markdown(counted(f"{NAME}.tested_said", mine["forecasts"], largest=whole_kroner(mine["largest_nok"]), **told))


def _choice(held: YearPlan, method: str) -> None:
    key = f"budget_method_{held.agency}"
    st.session_state[key] = held.method
    names = {"": bare(t(f"{NAME}.method_auto", method=_method_name(method)))} | {m: _method_name(m) for m in METHODS}
    st.radio(t(f"{NAME}.method"), list(names), key=key, format_func=names.get, on_change=_take, args=(key, held.agency))


def _take(key: str, agency: str) -> None:
    plans.change(plans.plan(agency).model_copy(update={"method": st.session_state[key]}))


def _method_name(method: str) -> str:
    return bare(t(f"{NAME}.method_{method}"))


def _each(rows: pl.DataFrame, method: str) -> None:
    mine = rows.filter(method=method).sort("month", "made_in", descending=True)
    title = t(f"{NAME}.tested_each")
    st.subheader(title, anchor=False)
    names = ["month", "miss_nok", "made_in", "forecast_nok", "actual_nok"]
    forms: dict[str, Form] = {name: "kroner" if name.endswith("_nok") else "month" for name in names}
    table(
        mine, key="budget_tested_each", alt=title, columns=names, forms=forms, rows=24,
        headings={name: t(f"{NAME}.tested.{name}") for name in names},
    )  # fmt: skip
    downloads(t(f"{NAME}.file_tested"), partial(_same, rows), key="budget_tested")


def _same(frame: pl.DataFrame) -> pl.DataFrame:
    return frame
