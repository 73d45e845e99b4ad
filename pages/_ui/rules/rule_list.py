"""The circular's rules in plain words, searchable, with what each decided for the agency in the month."""

import re
from typing import Any

import streamlit as st

from billing_core.law.policy import Terms
from billing_core.views import rulebook
from billing_core.views.rulebook import Entry
from pages._ui.base import address
from pages._ui.base.data import catalogue, policy
from pages._ui.base.format import kroner, month, number
from pages._ui.base.pages import link
from pages._ui.base.plain import Text, bare, plain
from pages._ui.base.text import language, service_name, t, texts, word
from pages._ui.rules.policy_changes import NAME, title, written
from pages._ui.session import state

_COLOURS = {"framework": "green", "billed": "blue", "undecided": "orange"}


def show(agency: str, period: str) -> None:
    """The rules that the filters leave, by service in the circular's order."""
    policy = state.rates().policy
    terms = policy.of(period)
    entries = rulebook.entries(catalogue(), policy, texts(language()), language(), period)
    decided = {row["rule"]: row for row in rulebook.decided(state.lines(agency, period)).iter_rows(named=True)}
    sought, service, mine = _filters([entry.service for entry in entries])
    found = [
        entry
        for entry in entries
        if service in ("", entry.service) and (entry.rule in decided or not mine) and _holds(entry, sought)
    ]
    st.markdown(t(f"{NAME}.found", count=number(len(found)), all=number(len(entries))))
    told = ""
    for entry in found:
        if entry.service != told:
            told = entry.service
            st.subheader(_service(told), anchor=False)
        _card(entry, terms, decided.get(entry.rule), agency, period)


def _filters(services: list[str]) -> tuple[str, str, bool]:
    """What the user looks for: words, a service ("" is all), only rules that decided something."""
    columns = st.columns([2, 2, 1], vertical_alignment="bottom")
    sought = address.text(t(f"{NAME}.search"), key="rules_search", widget=columns[0].text_input)
    service = address.select(
        t("column.service"), ["", *dict.fromkeys(services)], key="rules_service", widget=columns[1].selectbox,
        format=lambda code: _service(code) if code else t("ui.all"),
    )  # fmt: skip
    mine = address.toggle(t(f"{NAME}.only_decided"), key="rules_decided", widget=columns[2].toggle)
    return sought, service, mine


def _service(code: str) -> str:
    """A service's name; what the circular says of all of them together stands under a heading of its own."""
    return t(f"{NAME}.all_services") if code == "all" else service_name(code)


def _holds(entry: Entry, sought: str) -> bool:
    """Whether a rule has every word sought, in whatever letter case."""
    whole = " ".join((entry.rule, entry.title, entry.condition, entry.clause)).casefold()
    return all(part in whole for part in sought.casefold().split())


def _card(entry: Entry, terms: Terms, sums: dict[str, Any] | None, agency: str, period: str) -> None:
    with st.container(border=True):
        badges = [f":{_COLOURS[code]}-badge[{word('funding', code)}]" for code in entry.funding]
        badges = badges or [f":gray-badge[{t(f'{NAME}.notice_only')}]"]
        st.markdown(f"**{entry.rule} – {entry.title}** {' '.join(badges)}\n\n{_condition(entry.rule, terms)}")
        told = [
            t(f"{NAME}.value", title=title(key), value=written(key, getattr(terms, key)))
            + (t(f"{NAME}.value_changed") if key in state.readings() else "")
            for key in entry.values
        ]
        if told:
            st.markdown("\n".join(f"- {line}" for line in told))
        st.caption(t(f"{NAME}.clause", clause=entry.clause))
        if sums:
            _tell_decided(entry.rule, sums, agency, period)


def _condition(rule: str, terms: Terms) -> Text:
    """When a rule applies, its policy values written as everywhere; the text itself has the unit of a number."""
    told = texts(language())[f"rule.{rule}.when"]

    def value(key: str) -> str:
        held = getattr(terms, key)
        return number(held) if policy().parameters[key].unit == "days" else bare(written(key, held))

    return plain(re.sub(r"\{(\w+)\}", lambda m: value(m[1]), told))


def _tell_decided(rule: str, sums: dict[str, Any], agency: str, period: str) -> None:
    """What a rule decided: how many lines, what is billed and covered, and what the amounts leave out."""
    told = {
        "decided": number(sums["decided"]) if sums["decided"] else "",
        # Without any known price there is no amount to tell: unknown is not zero.
        "decided_billed": "" if sums["billed_nok"] is None else kroner(sums["billed_nok"]),
        "decided_covered": kroner(sums["covered_nok"]) if sums["covered_nok"] else "",
        "decided_unpriced": number(sums["unpriced"]) if sums["unpriced"] else "",
        "decided_undecided": number(sums["undecided"]) if sums["undecided"] else "",
    }
    names = {"agency": agency, "month": month(period)}
    parts = [t(f"{NAME}.{key}", value=value, **names) for key, value in told.items() if value]
    st.markdown(" ".join(parts))
    link(
        "charges",
        t(f"{NAME}.see_lines", rule=rule),
        {"charges_rule": rule},
        icon=":material/arrow_forward:",
    )
