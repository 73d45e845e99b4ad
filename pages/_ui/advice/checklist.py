"""Clearing up licences: groups, where each licence stands, what must be settled first, and task lists to send."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from billing_core.base.months import last_day
from billing_core.export import Readable
from billing_core.planning.licence_cases import GROUPS, SOON_DAYS, STATES, gone, licences, with_cases
from pages._ui.advice import case_form, people
from pages._ui.advice.words import NAME
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.format import counted, kroner, number, whole_kroner
from pages._ui.base.plain import bare, joined
from pages._ui.base.text import agency_name, sku_label, t
from pages._ui.parts.head import Head, head
from pages._ui.parts.page import Page
from pages._ui.parts.tables import Form, downloads, heading, page_start, table, worded
from pages._ui.session import advised, state

_COLUMNS = (
    "user_id",
    "amount_nok",
    "sku",
    "group",
    "state",
    "deadline",
    "billable_from",
    "department",
    "manager",
    "reason",
)
_ROWS = 25
PICKED = "advice_licence"

_FORMS: dict[str, Form] = {
    "state": lambda code: t(f"{NAME}.state.{code}"),
    "deadline": "day",
    "billable_from": "day",
    "sku": sku_label,
}


def _group_name(shown: Page) -> Callable[[str], str]:
    """What a group is called, by the month's own number of days. Outside a page's run too."""
    grace = number(state.rates().policy.of(shown.period).deactivated_grace_days)
    return lambda code: t(f"{NAME}.group.{code}", grace=grace, soon=number(SOON_DAYS))


def show(shown: Page) -> None:
    """Draws it, for one agency."""
    if not shown.agency:
        st.info(t("ui.choose_agency"), icon=":material/apartment:")
        return
    notes = advised.notes()
    found = licences(shown.lines, last_day(shown.period), catalogue().sku_replaces)
    rows = with_cases(found, shown.agency, notes.cases, notes.belongs)
    _sentence(shown, rows)
    st.caption(f":material/privacy_tip: {t(f'{NAME}.no_activity')}")
    if rows.is_empty():
        return
    _figures(rows)
    people.show()
    group_name = _group_name(shown)
    chosen = _chosen(rows, group_name)
    forms = _FORMS | {"group": group_name}
    headings = {name: t(f"{NAME}.list.{name}") for name in _COLUMNS}
    told = [name for name in _COLUMNS if name in ("user_id", "amount_nok") or _says(chosen, name)]
    place = _picked(chosen, told, forms, headings)
    if place is None:
        case_form.ask_all(shown, chosen)
    else:
        case_form.show(shown, chosen.row(place, named=True))
    _files(shown, chosen, headings, forms)
    if left := gone(found, shown.agency, notes.cases):
        st.caption(counted(f"{NAME}.gone", len(left)))


def _picked(
    rows: pl.DataFrame, columns: list[str], forms: Mapping[str, Form], headings: Mapping[str, str]
) -> int | None:
    """The row picked, in the table or the list that equals it; None for none."""
    codes = rows.select(pl.concat_str("user_id", "sku", separator="|")).to_series().to_list()
    asked = address.current(PICKED)

    def pick(place: int | None) -> None:
        st.session_state[PICKED] = "" if place is None else codes[place]

    picked = codes.index(asked) if asked in codes else None
    table(
        rows, key="advice_licences", alt=t(f"{NAME}.checklist_alt"), columns=columns, forms=forms, headings=headings,
        rows=_ROWS, pick=pick, picked=picked,
    )  # fmt: skip
    start = page_start("advice_licences", rows.height, _ROWS)
    places = [*range(start, min(start + _ROWS, rows.height)), *([] if picked is None else [picked])]
    names = {codes[at]: joined(" · ", [rows["user_id"][at], sku_label(rows["sku"][at])]) for at in places}
    none = t(f"{NAME}.pick_none")
    code = address.select(
        t(f"{NAME}.pick_licence"), ["", *names], key=PICKED, format=lambda code: names.get(code, none)
    )
    return codes.index(code) if code else None


def _says(rows: pl.DataFrame, name: str) -> bool:
    """Whether a column says anything that is not the same for all."""
    values = rows[name].cast(pl.String).fill_null("")
    return bool((values != "").any()) and (name in ("sku", "state") or values.n_unique() > 1 or name == "deadline")


def _sentence(shown: Page, rows: pl.DataFrame) -> None:
    whose = agency_name(shown.agency)
    if rows.is_empty():
        st.markdown(t(f"{NAME}.checklist_none", agency=whose))
        return
    undone = rows.filter(pl.col("state").is_in(["proposed", "asked", "settled"])).height
    amount = whole_kroner(rows["amount_nok"].sum())
    st.markdown(counted(f"{NAME}.checklist", rows.height, agency=whose, amount=amount, undone=number(undone)))
    if unknown := rows["amount_nok"].null_count():
        st.caption(counted(f"{NAME}.checklist_unknown", unknown))


def _figures(rows: pl.DataFrame) -> None:
    """How many licences stand in each state, and what they cost a month."""
    place = st.container(horizontal=True)
    for code in STATES:
        own = rows.filter(state=code)
        place.metric(
            t(f"{NAME}.state.{code}"), number(own.height), kroner(own["amount_nok"].sum()), delta_arrow="off",
            delta_color="gray", border=True, height="stretch",
        )  # fmt: skip


def _chosen(rows: pl.DataFrame, group_name: Callable[[str], str]) -> pl.DataFrame:
    """The rows of the group, state and department chosen."""
    groups: list[str] = [group for group in GROUPS if group in rows["group"]]
    counts = {group: rows.filter(group=group).height for group in groups}
    departments = sorted(set(rows["department"]) - {""})
    places = st.columns(3 if departments else 2)
    with places[0]:
        group = address.select(
            t(f"{NAME}.which_group"), ["", *groups], key="advice_group",
            format=lambda code: t(f"{NAME}.group_counted", name=group_name(code), many=number(counts[code]))
            if code else t("ui.all"),
        )  # fmt: skip
    with places[1]:
        how_far = address.select(
            t(f"{NAME}.which_state"), ["", *STATES], key="advice_state",
            format=lambda code: t(f"{NAME}.state.{code}") if code else t("ui.all"),
        )  # fmt: skip
    wanted = {"group": group, "state": how_far}
    if departments:
        with places[2]:
            wanted["department"] = address.select(
                t(f"{NAME}.which_department"), ["", *departments], key="advice_department",
                format=lambda code: code or t("ui.all"),
            )  # fmt: skip
    if group:
        st.caption(t(f"{NAME}.group_help.{group}"))
    return rows.filter(**{name: code for name, code in wanted.items() if code})


def _files(shown: Page, rows: pl.DataFrame, headings: Mapping[str, str], forms: Mapping[str, Form]) -> None:
    """The task list: by department and manager, so that each part can be sent to whom it is for."""
    tasks = rows.sort("department", "manager", "user_id", "sku", maintain_order=True)
    of = head(
        shown.agency, [shown.period], f"{t(f'{NAME}.section_licences')}. {t(f'{NAME}.no_activity')}", date.today()
    )
    downloads(t(f"{NAME}.tasks_file"), lambda: tasks, key="advice_tasks", readable=_readable(of, headings, forms))


def _readable(of: Head, headings: Mapping[str, str], forms: Mapping[str, Form]) -> Callable[[pl.DataFrame], Readable]:
    first = ("department", "manager")
    order = [*first, *(name for name in _COLUMNS if name not in first), "ticks"]
    told = dict(headings) | {"ticks": t(f"{NAME}.list.ticks")}
    written = dict(forms) | {"ticks": _ticks}

    def made(tasks: pl.DataFrame) -> Readable:
        title = bare(t(f"{NAME}.section_licences"))
        shown = worded(tasks, order, written, told)
        summed = (heading("amount_nok", None, told["amount_nok"]),)
        return Readable(title, title, of, shown, summed, bare(t("ui.head_sum")))

    return made


def _ticks(codes: Any) -> str:
    return ", ".join(bare(t(f"{NAME}.tick.{code}")) for code in str(codes or "").split(";") if code)
