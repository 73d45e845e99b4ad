"""Which year is shown, from which month it is forecast, and the adopted budget; and the budget made of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl
import streamlit as st

from billing_core.base.engines import engine
from billing_core.planning.adopted import Adopted, read_adopted
from billing_core.planning.budget import Budget, Plan, budget
from billing_core.planning.complete import Month, last_complete, months_of
from billing_core.planning.data import Data
from billing_core.planning.errors import PlanError
from billing_core.planning.follow_up import follow_up, way
from billing_core.planning.year_plan import Voted
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.format import counted, listed_month
from pages._ui.base.text import t
from pages._ui.parts.page import Page
from pages._ui.session import door, plans, state
from pages._ui.session.keys import BUDGETED

NAME = "page.budget"
_KEPT = 6
_REFUSED, _FILES = "budget_refused", "budget_files"
_KINDS = ["csv", "xlsx", "ods"]
_MOST_MIB = 5


@dataclass(frozen=True)
class Shown:
    """A budget, and whether an adopted one stands beside it."""

    budget: Budget
    adopted: bool

    @cached_property
    def total(self) -> Mapping[str, Any]:
        """The follow-up of the whole agency."""
        return self.followed.row(-1, named=True)

    @cached_property
    def followed(self) -> pl.DataFrame:
        """The follow-up, a row a service with the way of its deviation, the total last."""
        return way(follow_up(self.budget))


def ask(shown: Page, today: date) -> Shown:
    """Draws the choice of year and month; ends the run where no month can be forecast from."""
    months = months_of(state.statement().usage, shown.agency, today)
    first, last = int(shown.periods[-1][:4]), int(shown.periods[0][:4])
    years = [str(year) for year in range(first, last + 2)]
    places = st.columns(2)
    year = address.select(t(f"{NAME}.of_year"), years, key="budget_year", default=str(last), widget=places[0].selectbox)
    there = [month.period for month in reversed(months)]
    base = address.select(
        t(f"{NAME}.base"), there, key="budget_base", default=last_complete(months) or there[0],
        format=lambda period: _told(period, months), widget=places[1].selectbox,
    )  # fmt: skip
    held = plans.plan(shown.agency)
    plan = Plan(int(year), base=base, assumptions=held.assumptions, adopted=_adopted(shown.agency, int(year)))
    return Shown(_made(shown.agency, plan, today), bool(plan.adopted))


def _told(period: str, months: list[Month]) -> str:
    whole = next(month.complete for month in months if month.period == period)
    return listed_month(period) if whole else t(f"{NAME}.not_whole", month=listed_month(period))


def _made(agency: str, plan: Plan, today: date) -> Budget:
    def work() -> Budget:
        held = state.statement()
        return budget(Data(held.usage, held.rating, state.rates(), engine("polars"), agency), plan, today)

    return door.once(BUDGETED, (state.basis(), agency, plan, today), work, _KEPT)


def _adopted(agency: str, year: int) -> tuple[Adopted, ...]:
    """The adopted budget of the agency's year, with the way to give and to remove it."""
    held = next((voted for voted in plans.plan(agency).voted if voted.year == year), None)
    with st.expander(t(f"{NAME}.adopted"), icon=":material/account_balance:", expanded=_REFUSED in st.session_state):
        st.markdown(t(f"{NAME}.adopted_lead"))
        if held:
            st.markdown(counted(f"{NAME}.adopted_held", len(held.rows), name=held.name))
            st.button(
                t(f"{NAME}.adopted_remove"), on_click=_remove, args=(agency, year), icon=":material/delete:"
            )  # fmt: skip
        key = f"budget_file_{st.session_state.get(_FILES, 0)}"
        st.file_uploader(
            t(f"{NAME}.adopted_file"), _KINDS, key=key, on_change=_take, args=(key, agency, year),
            max_upload_size=_MOST_MIB,
        )  # fmt: skip
        if refused := st.session_state.pop(_REFUSED, None):
            code, place, detail = refused
            st.error(t(f"budget.error.{code}", place=place, detail=detail), icon=":material/error:")
    return held.rows if held else ()


def _remove(agency: str, year: int) -> None:
    plans.change(plans.plan(agency).without_voted(year))


def _take(key: str, agency: str, year: int) -> None:
    """Takes up a file as the year's adopted budget. A callback: before the page runs again."""
    file = st.session_state[key]
    if file is None:
        return
    st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1
    try:
        rows = tuple(read_adopted(file.name, file.getvalue(), catalogue()))
    except PlanError as error:
        st.session_state[_REFUSED] = (error.code, error.place, error.detail)
        return
    for whose in {row.agency or agency for row in rows} | {agency}:
        mine = tuple(row for row in rows if (row.agency or agency) == whose)
        plans.change(plans.plan(whose).with_voted(Voted(name=file.name[:200], year=year, rows=mine)))
