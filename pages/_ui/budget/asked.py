"""Which year is shown, from which month it is forecast, what a person added; and the budget made of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl
import streamlit as st

from billing_core.base.engines import engine
from billing_core.planning.budget import Budget, Plan, budget
from billing_core.planning.complete import Month, as_counted, last_complete, months_of
from billing_core.planning.data import Data
from billing_core.planning.follow_up import follow_up, way
from billing_core.planning.year_plan import YearPlan
from pages._ui.base import address
from pages._ui.base.format import listed_month
from pages._ui.base.text import t
from pages._ui.budget.tested import method_of
from pages._ui.parts.page import Page
from pages._ui.session import door, plans, state
from pages._ui.session.keys import ACCOUNTS, BUDGETED

NAME = "page.budget"
_KEPT = 6


@dataclass(frozen=True)
class Shown:
    """A budget, what its person added (`held`), and the months of the data (`found`) as they look by themselves."""

    budget: Budget
    held: YearPlan
    found: tuple[Month, ...]
    today: date

    @property
    def agency(self) -> str:
        """Whose budget it is."""
        return self.budget.agency

    @property
    def year(self) -> int:
        """The calendar year."""
        return self.budget.plan.year

    @property
    def adopted(self) -> bool:
        """Whether an adopted budget stands beside it."""
        return bool(self.budget.plan.adopted)

    @property
    def data(self) -> Data:
        """What it is made from."""
        return _data(self.agency)

    @property
    def to_come(self) -> list[str]:
        """The year's months that are forecast."""
        return [month for month in self.budget.plan.months if month > self.budget.base]

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
    held = plans.plan(shown.agency)
    found = _months(shown.agency, today)
    months = as_counted(found, dict(held.counted))
    first, last = int(shown.periods[-1][:4]), int(shown.periods[0][:4])
    years = [str(year) for year in range(first, last + 2)]
    places = st.columns(2)
    year = address.select(t(f"{NAME}.of_year"), years, key="budget_year", default=str(last), widget=places[0].selectbox)
    there = [month.period for month in reversed(months)]
    base = address.select(
        t(f"{NAME}.base"), there, key="budget_base", default=last_complete(months) or there[0],
        format=lambda period: _told(period, months), widget=places[1].selectbox,
    )  # fmt: skip
    plan = Plan(
        int(year), base=base, assumptions=held.assumptions, adopted=held.adopted_in(int(year)), spread=held.spread,
        scenario=held.scenario, lasting=held.lasting, counted=held.counted,
        method=method_of(held, _data(shown.agency), today),
    )  # fmt: skip
    return Shown(made(shown.agency, plan, today), held, tuple(found), today)


def made(agency: str, plan: Plan, today: date) -> Budget:
    """An agency's budget, worked out once."""
    return door.once(
        BUDGETED, (state.basis(), agency, plan, today), lambda: budget(_data(agency), plan, today), _KEPT
    )  # fmt: skip


def _told(period: str, months: list[Month]) -> str:
    whole = next(month.complete for month in months if month.period == period)
    return listed_month(period) if whole else t(f"{NAME}.not_whole", month=listed_month(period))


def _data(agency: str) -> Data:
    held = state.statement()
    return Data(held.usage, held.rating, state.rates(), engine("polars"), agency)


def _months(agency: str, today: date) -> list[Month]:
    usage = state.statement().usage
    return door.once(ACCOUNTS, (state.basis(), agency, today), lambda: months_of(usage, agency, today), _KEPT)
