"""The policy values that the session has changed: what they are, what they are worth together, as a file and back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from billing_core.views.readings import dated, plain_value, policy_file, read_policy_file
from pages._ui.base.data import policy
from pages._ui.base.format import change, counted, day, kroner, month, number
from pages._ui.base.text import agency_label, language, t, texts
from pages._ui.parts import problems
from pages._ui.rules import effects
from pages._ui.session import state

NAME = "page.rules"


def title(key: str) -> str:
    """What a policy key is about."""
    known = policy().parameters[key]
    meaning = known.meaning_nb if language() == "nb" else known.meaning_en
    return texts(language()).get(f"reading.{key}.title", meaning)


def written(key: str, value: Any) -> str:
    """A policy value in words; of one that differs between months each, with its day."""
    told = [
        t(f"{NAME}.value_from", value=written(key, row["value"]), day=day(date.fromisoformat(row["valid_from"])))
        for row in dated(value)
    ]
    return ", ".join(told) or _one_written(key, value)


def _one_written(key: str, value: Any) -> str:
    match policy().parameters[key].unit:
        case "reading":
            return t(f"reading.{key}.{value}")
        case "days":
            return counted(f"{NAME}.days", value)
        case "share of accounts":
            return t(f"{NAME}.percent", count=number(Decimal(str(value)) * 100))
        case "date":
            return day(date.fromisoformat(str(value)))
        case "agency":
            return ", ".join(map(agency_label, value)) or t(f"{NAME}.none")
        case _:
            return ", ".join(value) or t(f"{NAME}.none")


def shipped(key: str, period: str) -> Any:
    """The project's own value of a policy key in a month."""
    return policy().parameters[key].of(period).value


def held(key: str, period: str) -> Any:
    """The value of a policy key that the session rates a month by."""
    return plain_value(state.rates().policy.parameters[key].of(period).value)


def change_to(key: str, value: Any, period: str) -> None:
    """Sets one value for all months and leaves the others; the project's own value of the month is no change."""
    others = {other: held for other, held in state.readings().items() if other != key}
    own = shipped(key, period)
    state.set_readings(others if plain_value(value) == plain_value(own) else others | {key: value})


def show(period: str) -> Any:
    """The changes, against the month's own values, with ways to take them back, to a file and from one.

    Gives the place where their worth goes.
    """
    changed = state.readings()
    with st.container(border=True):
        if changed:
            st.markdown(f"**{t(f'{NAME}.changed', count=number(len(changed)))}**")
            told = [
                t(f"{NAME}.change", title=title(key), was=written(key, shipped(key, period)), now=written(key, value))
                for key, value in changed.items()
            ]
            st.markdown("\n".join(told))
        else:
            st.markdown(t(f"{NAME}.unchanged"))
        place = st.empty()
        with st.container(horizontal=True):
            if changed:
                _actions(changed)
            with st.popover(t(f"{NAME}.open_policy"), icon=":material/upload_file:"):
                st.file_uploader(t(f"{NAME}.policy_file"), type=["toml"], key="rules_policy_file", on_change=_take_file)
    refused = st.session_state.get("policy.problems")
    if refused is not None:
        st.error(t(f"{NAME}.policy_refused"))
        problems.show(refused, key="rules_policy")
    if changed:
        place.caption(t(f"{NAME}.working"))
    return place


def tell_worth(place: Any, agency: str, period: str) -> None:
    """Writes what all changes are worth together."""
    changed = state.readings()
    if changed:
        place.markdown(worth_text({}, changed, agency, period, t(f"{NAME}.together")))


def worth_text(now: Mapping[str, Any], then: Mapping[str, Any], agency: str, period: str, lead: str) -> str:
    """`lead`, then what another set of values is worth in the month and in all months, with what amounts leave out."""
    found = effects.worth(now, then, agency, [period])
    if found is None:
        return f"{lead}  \n{t(f'{NAME}.no_line')}"
    if found[None].nothing:
        return f"{lead}  \n{t(f'{NAME}.no_difference', agency=agency)}"
    whole = found[None]
    parts = [
        t(f"{NAME}.in_month", amount=_signed(found[period].billed), month=month(period)),
        counted(f"{NAME}.in_all", len(effects.months_read()[agency]), amount=_signed(whole.billed)),
        t(f"{NAME}.covered_instead", amount=_signed(whole.covered)) if whole.covered else "",
        _counted("more_unpriced", whole.unpriced) if whole.unpriced else "",
        _counted("more_undecided", whole.undecided) if whole.undecided else "",
        _counted("more_refused", whole.refused) if whole.refused else "",
    ]
    return "  \n".join([lead, *(part for part in parts if part)])


def _signed(amount: Any) -> str:
    return change(amount) if amount else kroner(0)


def _counted(name: str, count: int) -> str:
    """A difference of lines or rows, with its sign."""
    return t(f"{NAME}.{name}{'_one' if abs(count) == 1 else ''}", count=("+" if count > 0 else "") + number(count))


def _actions(changed: Mapping[str, Any]) -> None:
    st.button(t(f"{NAME}.reset_all"), on_click=state.set_readings, args=({},), icon=":material/restart_alt:")
    st.download_button(
        t(f"{NAME}.save_policy"),
        policy_file(changed),
        file_name="policy.toml",
        mime="application/toml",
        on_click="ignore",
        icon=":material/download:",
        help=t(f"{NAME}.save_policy_help"),
    )


def _take_file() -> None:
    file = st.session_state["rules_policy_file"]
    st.session_state["policy.problems"] = None
    if file is None:
        return
    values, found = read_policy_file(file.name, file.getvalue(), policy())
    if found.is_empty():
        state.set_readings(values)
    else:
        st.session_state["policy.problems"] = found
