"""One piece of advice opened: what it is about, with things taken off the list; on to a scenario, or an answer."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl
import streamlit as st

from billing_core.base.months import months_between, moved
from billing_core.planning.advice_notes import MOST_MONTHS, Answer, Stated, advice_code
from billing_core.planning.advice_things import held_to, things
from billing_core.planning.advise import Step
from billing_core.scenario import Scenario, to_json, to_token
from billing_core.scenario.actions import Action
from pages._ui.advice.asked import Asked
from pages._ui.advice.words import NAME, advice_name
from pages._ui.base import address
from pages._ui.base.format import NotUnderstood, counted, kroner, listed_month, number, typed_number
from pages._ui.base.pages import link
from pages._ui.base.text import agency_label, code_word, t
from pages._ui.parts.page import show_agency
from pages._ui.parts.tables import downloads, table
from pages._ui.session import advised, state

_LONGEST_LINK = 6000
"""Characters of a scenario in a link; servers and mail cut longer addresses."""

_MONTHS_AHEAD = 24
_MOST_NOK = 10_000_000_000


def show(found: Asked, step: Step) -> None:
    """Draws what the step is about: of one agency its things, of all together the agencies."""
    if found.page.agency:
        _things(found, step)
    else:
        _agencies(step)


def _agencies(step: Step) -> None:
    paid = {code: amount for code, amount in step.by_agency.items() if amount}
    shown = pl.DataFrame(
        {"agency": list(paid), "step_nok": list(paid.values())},
        schema={"agency": pl.String, "step_nok": pl.Decimal(38, 2)},
    ).sort("step_nok", descending=True, maintain_order=True)
    table(
        shown, key="advice_agencies", alt=t(f"{NAME}.by_agency"), forms={"step_nok": "kroner"},
        headings={"step_nok": t(f"{NAME}.column.step_nok")},
    )  # fmt: skip
    code = address.select(
        t(f"{NAME}.which_agency"), shown["agency"].to_list(), key="advice_agency", format=agency_label
    )
    if code:
        label = t(f"{NAME}.see_agency", agency=agency_label(code))
        st.button(label, key="advice_see_agency", on_click=show_agency, args=(code,), icon=":material/apartment:")


def _things(found: Asked, step: Step) -> None:
    action, code = step.candidate.action, advice_code(step.candidate.action)
    there = things(found.month, state.statement().usage, action)
    st.markdown(counted(f"{NAME}.about_{action.table}", there.height))
    st.caption(t(f"{NAME}.caution_{action.table}"))
    _table(there, code)
    taken = st.multiselect(
        t(f"{NAME}.take_off"), there["thing"].to_list(), key=f"advice_off_{code}", format_func=address.spaced,
        placeholder=t(f"{NAME}.take_off_none"), select_all=False, persist_state="session",
    )  # fmt: skip
    left = [thing for thing in there["thing"].to_list() if thing not in set(taken)]
    mine = held_to(action, left) if taken else action
    if taken:
        saved = found.month.saving([mine]).agency_nok if left else Decimal(0)
        st.markdown(counted(f"{NAME}.left", len(left), amount=kroner(saved)))
    _stated(found, code)
    if left:
        _as_scenario(found, mine)
    _answer(found, step, list(taken) or there["thing"].to_list(), some=bool(taken))


def _table(there: pl.DataFrame, code: str) -> None:
    details = [name for name in there.columns if name not in ("thing", "saved_nok", "unknown")]
    told = [name for name in details if there[name].cast(pl.String).fill_null("").ne("").any()]
    unknown = ["unknown"] if there["unknown"].sum() else []
    columns = ["thing", "saved_nok", *told, *unknown]
    forms = {"saved_nok": "kroner", "deactivated_on": "day", "established_on": "day"} | {
        name: _worded for name in told if not name.endswith("_on")
    }
    headings = {name: t(f"{NAME}.column.{name}") for name in columns}
    table(there, key="advice_things", alt=t(f"{NAME}.things"), columns=columns, forms=forms, headings=headings, rows=20)
    downloads(t(f"{NAME}.things_file"), lambda: there, key=f"advice_things_{code}")


def _worded(codes: str | None) -> str:
    return ", ".join(code_word(code) for code in (codes or "").split(", "))


def _stated(found: Asked, code: str) -> None:
    """What the agency says that it costs once, and after how many months it takes effect."""
    held = advised.notes().said(found.page.agency, code)
    places = st.columns(2)
    with places[0]:
        cost = _number("one_off", code, held.one_off_nok, _MOST_NOK, 2)
    with places[1]:
        months = _number("months", code, held.months, MOST_MONTHS, 0)
    fresh = Stated(
        agency=found.page.agency, advice=code, one_off_nok=cost, months=None if months is None else int(months)
    )
    if fresh != held:
        advised.change(advised.notes().stating(fresh))
        st.rerun()


def _number(name: str, code: str, held: Decimal | int | None, most: int, decimals: int) -> Decimal | None:
    """A typed number, `held` until another is; what is not understood is told and changes nothing."""
    key = f"advice_{name}_{code}"
    if key not in st.session_state:
        st.session_state[key] = "" if held is None else number(held)
    typed = (st.text_input(t(f"{NAME}.{name}"), key=key, max_chars=40, persist_state="session") or "").strip()
    if not typed:
        return None
    try:
        return typed_number(typed, 0, most, decimals)
    except NotUnderstood as error:
        st.error(str(error), icon=":material/error:")
        return None if held is None else Decimal(held)


def _as_scenario(found: Asked, action: Action) -> None:
    """The way into a scenario: a link where it is short enough, else a file to open there."""
    scenario = Scenario(name=advice_name(action).bare, agency=found.page.agency, actions=(action,))
    token = to_token(scenario)
    if len(token) <= _LONGEST_LINK:
        link("simulate", t(f"{NAME}.as_scenario"), {"simulate_scenario": token}, icon=":material/tune:")
    else:
        st.download_button(
            t(f"{NAME}.as_file"), lambda: to_json(scenario), file_name=f"{advice_code(action)}.json",
            mime="application/json", key="advice_as_file", on_click="ignore", icon=":material/download:",
        )  # fmt: skip


def _answer(found: Asked, step: Step, wanted: Sequence[str], *, some: bool) -> None:
    """Dismissing or postponing: of the things taken off the list, else of all."""
    code, name = advice_code(step.candidate.action), advice_name(step.candidate.action)
    with st.form(f"advice_answer_{code}", border=True):
        st.markdown(f"**{counted(f'{NAME}.answer_some' if some else f'{NAME}.answer_all', len(wanted))}**")
        st.caption(t(f"{NAME}.answer_help"))
        period = found.page.period
        ahead = months_between(moved(period, 1), moved(period, _MONTHS_AHEAD))
        until = st.selectbox(
            t(f"{NAME}.until"), ["", *ahead], key=f"advice_until_{code}",
            format_func=lambda month: listed_month(month) if month else t(f"{NAME}.for_good"),
        )  # fmt: skip
        reason = st.text_input(t(f"{NAME}.reason"), key=f"advice_reason_{code}", max_chars=500)
        if st.form_submit_button(t(f"{NAME}.answer", name=name), icon=":material/event_busy:"):
            if not (reason or "").strip():
                st.error(t(f"{NAME}.reason_needed"), icon=":material/error:")
                return
            answer = Answer(
                agency=found.page.agency, advice=code, things=tuple(wanted), reason=(reason or "").strip(),
                verdict="postponed" if until else "dismissed", until=until or None,
            )  # fmt: skip
            advised.change(advised.notes().with_answer(answer))
            st.session_state.pop(f"advice_off_{code}", None)
            st.rerun()
