"""What the charges page is asked to show: the filters, in the address, and the lines they leave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from billing_core.views import explore
from billing_core.views.explore import Wanted
from pages._ui.base import address
from pages._ui.base.text import item_name, rule_label, service_name, t, variant_label
from pages._ui.parts.page import Page
from pages._ui.session import state

PATH_KEYS = ("charges_service", "charges_item", "charges_sku")
"""The address keys of service, item and variant."""

_DEFAULTS = dict.fromkeys((*PATH_KEYS, "charges_rule", "charges_location", "charges_search", "charges_months"), "") | {
    "charges_status": "billed"
}


@dataclass(frozen=True)
class Asked:
    """What is asked for. `path` is service, item and variant, `months` "" (the month chosen) or "all"."""

    wanted: Wanted
    path: tuple[str, ...]
    location: str
    months: str

    @property
    def prefix(self) -> list[str]:
        """The path as far as it is known without a gap."""
        codes = [*self.path, ""]
        return codes[: codes.index("")]


def ask(shown: Page) -> Asked:
    """Draws the filters. A link that brings some of them means the others at their defaults."""
    if address.brought(list(_DEFAULTS)):
        clear()
    there = explore.choices(state.kinds(shown.agency))
    chosen = address.select(
        t("page.charges.status"), list(explore.STATUSES), key="charges_status", default="billed",
        format=lambda code: t(f"page.charges.status_{code}"), widget=st.segmented_control,
    )  # fmt: skip
    status = next(code for code in explore.STATUSES if code == chosen)
    *levels, last = st.columns(4)
    path = _path(there, levels)
    text = address.text(t("page.charges.search"), key="charges_search", widget=last.text_input, max_chars=200)
    with st.expander(t("page.charges.more_filters"), icon=":material/filter_list:"):
        months, rule, location = _more(shown, there)
    named = [item for item in there["item"].unique() if text and text.casefold() in item_name(item).casefold()]
    asked = Asked(Wanted(status, rule, text, frozenset(named)), path, location, months)
    if any(st.session_state[key] != default for key, default in _DEFAULTS.items() if key in st.session_state):
        st.button(t("page.charges.clear"), on_click=clear, icon=":material/filter_list_off:", key="charges_clear")
    return asked


def selection(asked: Asked) -> str:
    """What is asked for, in words."""
    service, item, variant = asked.path
    told = {
        "status": t(f"page.charges.status_{asked.wanted.status}"),
        "service": service and service_name(service),
        "item": item and item_name(item),
        "variant": variant and variant_label(variant),
        "rule": asked.wanted.rule and rule_label(asked.wanted.rule),
        "location": asked.location,
        "search": asked.wanted.text,
    }
    return "; ".join(f"{t(f'page.charges.{name}')}: {value}" for name, value in told.items() if value)


def lines(shown: Page, asked: Asked, *, all_months: bool, path: bool = True) -> pl.DataFrame:
    """The lines asked for, of all months or the month asked for; without `path`, only what the chart is drawn of."""
    found = explore.matching(state.lines(shown.agency) if all_months else shown.lines, asked.wanted)
    if asked.location:
        found = explore.at_location(found, _connections(shown.agency), asked.location)
    kept = asked.path if path else ("",) * len(asked.prefix) + asked.path[len(asked.prefix) :]
    return explore.under(found, kept)


def clear() -> None:
    """Puts every filter back to its default; in a callback, or before the widgets are drawn."""
    st.session_state.update(_DEFAULTS)


def drill(at: list[str]) -> Callable[[str], None]:
    """What a click in the tree does: go there; from what already fills it, a step up. `at` is the path shown."""

    def go(code: str) -> None:
        path = [] if code in ("", "/") else code.split("/", 2)
        path = path[:-1] if path == at else path
        st.session_state.update(zip(PATH_KEYS, [*path, "", "", ""], strict=False))

    return go


def pick_month(level: str) -> Callable[[Sequence[str]], None]:
    """What a click in the trend does: choose its month, and its series where that is one code of `level`."""

    def go(code: Sequence[str]) -> None:
        if code:
            period, series = code
            st.session_state.update({"month": period, "charges_months": ""})
            if series not in ("", explore.REST):
                st.session_state[PATH_KEYS[explore.PATH.index(level)]] = series

    return go


def _path(there: pl.DataFrame, columns: Sequence[Any]) -> tuple[str, ...]:
    chosen: tuple[str, ...] = ()
    names = (service_name, item_name, variant_label)
    for column, level, key, name in zip(columns, explore.PATH, PATH_KEYS, names, strict=True):
        codes = explore.under(there, chosen)[level].unique().to_list()
        label = t(f"page.charges.{level}")
        chosen += (_choose(label, [code for code in codes if code], key, name, column),)
    return chosen


def _more(shown: Page, there: pl.DataFrame) -> tuple[str, str, str]:
    across = st.columns(3)
    months = address.select(
        t("page.charges.months"), ["", "all"], key="charges_months", widget=across[0].radio, horizontal=True,
        format=lambda code: t(f"page.charges.months_{code or 'one'}"),
    )  # fmt: skip
    applying = {rule for rules in there["rules"].unique() for rule in rules.split(";")}
    rule = _choose(t("page.charges.rule"), list(applying), "charges_rule", rule_label, across[1])
    places = _connections(shown.agency)["location_id"].unique().to_list()
    return months, rule, _choose(t("page.charges.location"), places, "charges_location", str, across[2])


def _choose(label: str, codes: list[str], key: str, name: Callable[[str], str], column: Any) -> str:
    options = ["", *sorted(codes, key=name)]
    return address.select(
        label, options, key=key, format=lambda code: name(code) if code else t("ui.all"), widget=column.selectbox
    )


def _connections(agency: str) -> pl.DataFrame:
    connections = state.statement().usage["connections"]
    return connections.filter(pl.col("agency") == agency) if agency else connections
