"""The advice in order: one sentence, what comes first in time, the figures, bars, and a box a step."""

from collections.abc import Callable
from datetime import date

import polars as pl
import streamlit as st

from billing_core.export import Readable
from billing_core.planning.advice_month import Prevented
from billing_core.planning.advice_notes import advice_code
from billing_core.planning.advice_rows import rows
from billing_core.planning.advise import PREVENTS_DAYS, Step
from pages._ui import charts
from pages._ui.advice import opened
from pages._ui.advice.asked import Asked
from pages._ui.advice.words import NAME, advice_name, effect_text, nature_badge, payback_text
from pages._ui.base.format import counted, day, kroner, month, number, percent, whole_kroner
from pages._ui.base.plain import bare
from pages._ui.base.text import agency_name, t
from pages._ui.parts.head import Head, head
from pages._ui.parts.show import Choice, chart
from pages._ui.parts.tables import downloads, heading, worded
from pages._ui.session import advised, state

SOON_DAYS = 30
"""What is billed within so many days of the month's day stands first in time."""

OPEN = "advice_open"
_MONEY = ("step_nok", "alone_nok", "joint_nok", "oslo_nok", "moved_nok", "prevents_nok", "one_off_nok")


def show(found: Asked) -> None:
    """Draws all of it."""
    _sentence(found)
    _soon(found)
    if not found.advice.steps:
        return
    _figures(found)
    chosen = _bars(found)
    for step in found.advice.steps:
        _box(found, step, chosen)
    _files(found)


def _sentence(found: Asked) -> None:
    advice = found.advice
    whose = agency_name(found.page.agency) if found.page.agency else t("ui.all_agencies")
    amount = whole_kroner(advice.joint.agency_nok)
    kind = "none" if not advice.steps else "both" if found.decisions else "clean_up"
    told = [t(f"{NAME}.sentence_{kind}", agency=whose, amount=amount)]
    if advice.billed_nok > 0 and advice.steps:
        told.append(t(f"{NAME}.sentence_share", share=percent(advice.joint.agency_nok / advice.billed_nok)))
    if found.beyond > 0 and not found.decisions:
        told.append(t(f"{NAME}.sentence_beyond", amount=whole_kroner(found.beyond)))
    st.markdown(" ".join(told))
    if advice.target_nok is not None:
        way = f"{'reached' if advice.reached else 'missed'}_{advice.method}"
        st.markdown(t(f"{NAME}.target_{way}", target=kroner(advice.target_nok), count=number(len(advice.steps))))
    if advice.unknown:
        st.caption(counted(f"{NAME}.unknown", advice.unknown))


def _soon(found: Asked) -> None:
    """What is billed soon if nothing is done: no kroner now, but the first thing to do."""
    removing = (one.action for one in found.candidates if one.action.kind == "remove_deactivated")
    action = next(removing, None)
    soon = found.month.prevented(action, SOON_DAYS) if action else Prevented()
    if not soon.lines:
        return
    grace = state.rates().policy.of(found.page.period).deactivated_grace_days
    told = counted(
        f"{NAME}.soon", soon.lines, days=number(SOON_DAYS), grace=number(grace), first=day(soon.first),
        amount=kroner(soon.amount_nok),
    )  # fmt: skip
    st.info(told, icon=":material/event_upcoming:")


def _figures(found: Asked) -> None:
    joint = found.advice.joint
    place = st.container(horizontal=True)
    figures = (
        ("month", joint.agency_nok),
        ("year", joint.agency_nok * 12),
        ("oslo", joint.oslo_nok),
        ("moved", joint.agency_nok - joint.oslo_nok),
    )
    for name, amount in figures:
        place.metric(
            t(f"{NAME}.figure_{name}"), kroner(amount), help=t(f"{NAME}.figure_{name}_help"), border=True,
            height="stretch",
        )  # fmt: skip


def _bars(found: Asked) -> str:
    """What each step adds, and the choice of the one that is open."""
    steps = {advice_code(step.candidate.action): step for step in found.advice.steps}
    names = {code: advice_name(step.candidate.action) for code, step in steps.items()}
    numbers = pl.DataFrame(
        {
            "advice": list(steps),
            **{f"{part}_nok": [getattr(step, f"{part}_nok") for step in steps.values()] for part in ("step", "oslo")},
            "alone_nok": [step.alone.agency_nok for step in steps.values()],
        }
    ).sort("step_nok", descending=True, maintain_order=True)
    return chart(
        charts.bars(numbers, code="advice", value="step_nok", name=names.__getitem__, write=whole_kroner),
        key="advice_bars",
        title=t(f"{NAME}.bars", month=month(found.page.period)),
        alt=t(f"{NAME}.bars_alt", first=names[numbers["advice"][0]], amount=kroner(numbers["step_nok"][0])),
        numbers=numbers,
        columns=["advice", "step_nok", "alone_nok", "oslo_nok"],
        forms={"advice": names.__getitem__, **dict.fromkeys(_MONEY, "kroner")},
        headings={name: t(f"{NAME}.column.{name}") for name in numbers.columns},
        choice=Choice(t(f"{NAME}.open"), OPEN, list(steps), names.__getitem__),
    )


def _box(found: Asked, step: Step, chosen: str) -> None:
    """One step: what it is, what it saves, and the way to what it is about."""
    action, code = step.candidate.action, advice_code(step.candidate.action)
    stated = advised.notes().said(found.page.agency, code)
    with st.container(border=True, key=f"advice_box_{step.number}"):
        title = t(f"{NAME}.numbered", number=number(step.number), name=advice_name(action))
        st.markdown(f"**{title}** {nature_badge(step.candidate)}")
        alike = "alike" if step.alone.agency_nok == step.step_nok else "here"
        st.markdown(
            t(f"{NAME}.saves_{alike}", amount=kroner(step.step_nok), alone=kroner(step.alone.agency_nok))
            + f" {_for_oslo(step)}"
        )
        told = [effect_text(action, stated), *([payback_text(step.step_nok, stated)] if found.page.agency else [])]
        st.caption(" ".join(told))
        if step.prevented.lines:
            days, amount = number(PREVENTS_DAYS), kroner(step.prevented.amount_nok)
            st.caption(counted(f"{NAME}.prevents", step.prevented.lines, amount=amount, days=days))
        if step.alone.unknown:
            st.caption(f":material/help: {counted(f'{NAME}.unknown_lines', step.alone.unknown)}")
        st.caption(f":material/warning: {t(f'scenario.action.{action.kind}.caveat')}")
        if chosen == code:
            opened.show(found, step)
        else:
            st.button(
                t(f"{NAME}.open_one", name=advice_name(action)), key=f"advice_open_{step.number}", on_click=_open,
                args=(code,), icon=":material/list:",
            )  # fmt: skip


def _for_oslo(step: Step) -> str:
    """What the step is for Oslo: as much, more (the framework pays less too), or partly or wholly only moved."""
    amounts = {"oslo": kroner(step.oslo_nok), "moved": kroner(abs(step.moved_nok))}
    if step.moved_nok == 0:
        return t(f"{NAME}.oslo_same")
    if step.moved_nok < 0:
        return t(f"{NAME}.oslo_more", **amounts)
    return t(f"{NAME}.oslo_none" if step.oslo_nok <= 0 else f"{NAME}.oslo_less", **amounts)


def _open(code: str) -> None:
    """Opens a step. A callback."""
    st.session_state[OPEN] = code


def _files(found: Asked) -> None:
    machine = rows(found.advice)
    of = head(found.page.agency, [found.page.period], t(f"{NAME}.title"), date.today())
    downloads(t(f"{NAME}.file"), lambda: machine, key="advice", readable=_readable(found, of))


def _readable(found: Asked, of: Head) -> Callable[[pl.DataFrame], Readable]:
    """The first sheet of the workbook. Only what each step adds may be summed."""
    named = [advice_name(step.candidate.action) for step in found.advice.steps]
    named += [advice_name(rest.candidate.action) for rest in found.advice.preventing]
    headings = {name: t(f"{NAME}.column.{name}") for name in ("step", "advice", "nature", *_MONEY, "lines", "unknown")}

    def made(machine: pl.DataFrame) -> Readable:
        told = machine.with_columns(pl.Series("advice", list(map(bare, named)), dtype=pl.String))
        forms = dict.fromkeys(_MONEY, "kroner") | {"nature": lambda code: t(f"{NAME}.nature.{code}")}
        shown = worded(told, ["step", "advice", "nature", *_MONEY, "lines", "unknown"], forms, headings)
        title = bare(t(f"{NAME}.title"))
        return Readable(
            title, title, of, shown, (heading("step_nok", "kroner", headings["step_nok"]),), bare(t("ui.head_sum"))
        )

    return made
