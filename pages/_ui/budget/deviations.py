"""Deviations above the user's limits: each with its cause, a text, an owner, a deadline and a status."""

from typing import Any

import polars as pl
import streamlit as st

from billing_core.base.engines import engine
from billing_core.planning.changes import SCHEMA, changes
from billing_core.planning.deviations import Deviation, beyond, likely_cause
from billing_core.planning.year_plan import CAUSES, STATUSES, Explained
from pages._ui.base.format import NotUnderstood, number, percent, typed_number, whole_kroner
from pages._ui.base.plain import bare
from pages._ui.base.text import t
from pages._ui.budget.asked import NAME, Shown
from pages._ui.parts.service_word import service_or_whole
from pages._ui.session import plans, state
from pages._ui.session.door import once
from pages._ui.session.keys import CAUSES as KEPT

_LIMITS = {"limit_nok": 10**12, "limit_pct": 10_000}
_REFUSED = "budget.limit_refused"
_MOST_KEPT = 4


def show(made: Shown) -> None:
    """Draws the limits, and a form for each deviation beyond them."""
    st.subheader(t(f"{NAME}.deviations"), anchor=False)
    st.caption(t(f"{NAME}.deviations_lead"))
    _limits(made)
    found = beyond(made.followed, made.held.limit_nok, made.held.limit_pct)
    if made.held.limit_nok is None and made.held.limit_pct is None:
        return
    if not found:
        st.success(t(f"{NAME}.deviations_none"), icon=":material/check:")
    changed = _changed(made) if found else pl.DataFrame(schema=SCHEMA)
    for one in found:
        with st.container(border=True, key=f"budget_deviation_{one.service or 'whole'}"):
            _explain(made, one, likely_cause(changed, one))


def _limits(made: Shown) -> None:
    places = st.columns([1, 1, 2])
    for place, (name, most) in zip(places, _LIMITS.items(), strict=False):
        key, said = f"budget_{name}_{made.agency}", getattr(made.held, name)
        st.session_state[key] = "" if said is None else number(said)
        place.text_input(
            t(f"{NAME}.{name}"), key=key, max_chars=40, on_change=_take_limit, args=(key, name, most, made.agency)
        )
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(refused, icon=":material/error:")


def _take_limit(key: str, name: str, most: int, agency: str) -> None:
    """Sets a limit; an empty one is none. A callback."""
    written = (st.session_state[key] or "").strip()
    try:
        value = typed_number(written, 0, most, 2) if written else None
    except NotUnderstood as error:
        st.session_state[_REFUSED] = str(error)
        return
    plans.change(plans.plan(agency).model_copy(update={name: value}))


def _explain(made: Shown, one: Deviation, suggested: str) -> None:
    """One deviation with what is said of it; the cause is filled in from what changed."""
    said = next((e for e in made.held.explained if (e.year, e.service) == (made.year, one.service)), None)
    held = said or Explained.model_validate({"year": made.year, "service": one.service, "cause": suggested})
    way = "less" if one.amount > 0 else "more"
    share = "" if one.per_cent is None else f" ({percent(float(one.per_cent) / 100)})"
    told = {"name": service_or_whole(one.service), "amount": whole_kroner(abs(one.amount)), "share": share}
    st.markdown(t(f"{NAME}.deviation_{way}", **told))
    if suggested and said is None:
        st.caption(t(f"{NAME}.cause_suggested", cause=t(f"{NAME}.cause.{suggested}")))
    keys = {name: f"budget_{name}_{made.year}_{one.service or 'whole'}" for name in Explained.model_fields}
    first, second = st.columns(2), st.columns(2)
    _choice(first[0], "cause", ["", *CAUSES], held, (made, held, keys))
    _choice(first[1], "status", list(STATUSES), held, (made, held, keys))
    st.session_state[keys["owner"]], st.session_state[keys["deadline"]] = held.owner, held.deadline
    second[0].text_input(t(f"{NAME}.owner"), key=keys["owner"], max_chars=200, on_change=_take, args=(made, held, keys))
    second[1].date_input(
        t(f"{NAME}.deadline"), key=keys["deadline"], format="DD.MM.YYYY", on_change=_take, args=(made, held, keys)
    )
    st.session_state[keys["text"]] = held.text
    st.text_area(t(f"{NAME}.text"), key=keys["text"], max_chars=2000, on_change=_take, args=(made, held, keys))


def _choice(place: Any, name: str, options: list[str], held: Explained, args: tuple[Any, ...]) -> None:
    key = args[-1][name]
    st.session_state[key] = getattr(held, name)
    names = {code: bare(t(f"{NAME}.{name}.{code}")) if code else "–" for code in options}
    place.selectbox(t(f"{NAME}.{name}_label"), options, key=key, format_func=names.get, on_change=_take, args=args)


def _take(made: Shown, held: Explained, keys: dict[str, str]) -> None:
    """Keeps what is said of a deviation. A callback."""
    values = {name: st.session_state[keys[name]] for name in ("cause", "status", "owner", "deadline", "text")}
    values = {name: value if name == "deadline" else (value or "").strip() for name, value in values.items()}
    fresh = Explained.model_validate({"year": held.year, "service": held.service} | values)
    plan = plans.plan(made.agency)
    rest = tuple(e for e in plan.explained if (e.year, e.service) != (held.year, held.service))
    plans.change(plan.model_copy(update={"explained": (*rest, fresh)}))


def _changed(made: Shown) -> pl.DataFrame:
    """What changed from the first month of the year's accounts (else the one before base) to base."""
    base = made.budget.base
    earlier = [month.period for month in made.found if month.period < base]
    same_year = [period for period in earlier if period[:4] == base[:4]]
    if not earlier:
        return pl.DataFrame(schema=SCHEMA)
    first = same_year[0] if same_year else earlier[-1]

    def work() -> pl.DataFrame:
        usage, lines = state.statement().usage, state.lines(made.agency)
        months = pl.col("period").is_in([first, base])
        of_months = {table: frame.filter(months) for table, frame in usage.items()}
        found = changes(of_months, state.rates(), engine("polars"), (first, base), rated=lines)
        return found.filter(pl.col("agency") == made.agency)

    return once(KEPT, (state.basis(), made.agency, first, base), work, _MOST_KEPT)
