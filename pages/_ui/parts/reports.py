"""Reports as files: offered folded, made only when somebody asks, kept while what they rest on is the same."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from billing_core.base.engines import engine
from billing_core.base.problems import described
from billing_core.export import reports
from billing_core.planning.budget import Budget, Plan, budget
from billing_core.planning.data import Data
from billing_core.planning.year_plan import YearPlan
from pages._ui.base.data import POLICY, PRICES, catalogue, policy
from pages._ui.base.plain import bare
from pages._ui.base.text import agency_name, language, t, texts
from pages._ui.parts.show import unfolded
from pages._ui.parts.tables import XLSX, usage_file
from pages._ui.session import checking, door, plans, state
from pages._ui.session.keys import REPORTED

NAME = "report.offer"
PDF = "application/pdf"
_KEPT = 3
_TYPES = {"leaders": ("pdf", PDF), "statement": ("pdf", PDF), "workbook": ("xlsx", XLSX)}


@dataclass(frozen=True)
class _Wish:
    """Which report of whom and when; `decision` is what the user wrote, `made` the budget shown, if any."""

    kind: str
    agency: str
    period: str
    today: date
    decision: str
    made: Budget | None

    @property
    def key(self) -> Hashable:
        """What the report rests on: a change of it is another report."""
        strings, own = checking.strings(), plans.plan(self.agency)
        plan = self.made.plan if self.made else None
        of = (self.kind, self.agency, self.period, self.today, self.decision, language())
        return state.basis(), *of, own, plan, strings.id if strings else ""


def offer(agency: str, period: str, kinds: Sequence[str], today: date, made: Budget | None = None) -> None:
    """Draws the reports of an agency's month that are offered here; `made` is the budget shown, else its own year's."""
    if place := unfolded(t(f"{NAME}.title"), key="reports", icon=":material/description:"):
        with place:
            st.markdown(t(f"{NAME}.lead"))
            decision = ""
            if "leaders" in kinds:
                decision = st.text_area(t(f"{NAME}.decision"), key="report_decision", max_chars=reports.MOST, height=80)
            for kind in kinds:
                _draw(_Wish(kind, agency, period, today, decision.strip(), made))


def _draw(wish: _Wish) -> None:
    """A button that makes the report; once it is made, another that downloads it."""
    key, kind = wish.key, wish.kind
    # What was asked for last; another month or language is asked for anew.
    asked = f"report_{kind}_asked"
    st.markdown(f"**{t(f'{NAME}.{kind}')}** – {t(f'{NAME}.{kind}_is')}")
    with st.container(horizontal=True):
        if st.button(t(f"{NAME}.{kind}_make"), key=f"report_{kind}", icon=":material/play_arrow:"):
            st.session_state[asked] = key
        if st.session_state.get(asked) != key:
            return
        with st.spinner(t(f"{NAME}.making")):
            content = door.once(REPORTED, key, lambda: _content(wish), _KEPT)
        ending, mime = _TYPES[kind]
        name = usage_file(f"{t(f'{NAME}.{kind}_file')}-{agency_name(wish.agency)}-{wish.period}")
        label = t(f"{NAME}.download", name=t(f"{NAME}.{kind}"), ending=ending.upper())
        st.download_button(
            label, content, file_name=f"{name}.{ending}", mime=mime,
            key=f"report_{kind}_file", on_click="ignore", icon=":material/download:",
        )  # fmt: skip


def _content(wish: _Wish) -> bytes:
    report, words = _report(wish), reports.Wording(language(), texts(language()), catalogue())
    if wish.kind == "workbook":
        return reports.budget_book(report, words)
    page = reports.statement if wish.kind == "statement" else reports.leaders
    return reports.pdf_bytes(page(report, words), report, words)


def _report(wish: _Wish) -> reports.Report:
    agency, period = wish.agency, wish.period
    held, own, strings = state.statement(), plans.plan(agency), checking.strings()
    data = Data(held.usage, held.rating, state.rates(), engine("polars"), agency)
    year = wish.made or budget(data, _plan(own, period), wish.today)
    priced, agreed = state.prices(), state.agreements()
    named = agreed.name if agreed else bare(t(f"{NAME}.demo_agreements")) if state.is_demo() else ""
    listed = priced.name if priced else PRICES.name
    return reports.Report(
        data,
        year,
        period,
        lines=state.lines(agency),
        sources=reports.Sources(listed, named, POLICY.name, policy(), demo=state.is_demo()),
        problems=described(_of_agency(held.problems, agency), texts(language())),
        today=wish.today,
        measures=reports.measures(data, year, own.scenario),
        scenario=own.scenario.name if own.scenario else "",
        notes=reports.Notes(decision=wish.decision, comments=_comments(own, year.plan.year)),
        accounts=strings.frame if strings else None,
    )


def _of_agency(problems: pl.DataFrame, agency: str) -> pl.DataFrame:
    return problems.filter(pl.col("agency").is_null() | (pl.col("agency") == agency))


def _plan(own: YearPlan, period: str) -> Plan:
    """The budget of the month's year, as the page of the budget has it."""
    year = int(period[:4])
    return Plan(
        year, base=period, assumptions=own.assumptions, adopted=own.adopted_in(year), spread=own.spread,
        scenario=own.scenario, lasting=own.lasting, counted=own.counted,
    )  # fmt: skip


def _comments(own: YearPlan, year: int) -> dict[str, str]:
    """What the user has written of deviations, as far as a page has room for it."""
    told = {one.service: one.text for one in own.explained if one.year == year and one.text}
    return {
        service: text if len(text) <= reports.MOST else f"{text[: reports.MOST - 1]}…" for service, text in told.items()
    }
