"""What changed in one or two sentences to repeat, made from the figures."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import streamlit as st

from billing_core.planning import change_sums
from pages._ui.base.format import counted, month_name, number, whole_kroner
from pages._ui.base.plain import joined
from pages._ui.base.text import agency_name, language, t, texts, word
from pages._ui.changes.compared import NAME, Compared
from pages._ui.session import state


def show(found: Compared) -> None:
    """Draws the sentence: each kind of change with its causes, and what stands outside the amounts."""
    if found.rows.is_empty():
        whose = agency_name(found.agency) if found.agency else t("ui.all_agencies")
        st.markdown(
            t(f"{NAME}.nothing", agency=whose, earlier=month_name(found.earlier), later=month_name(found.later))
        )
        return
    st.markdown(" ".join(_sentences(found)))
    before, after = (found.lines(period)["amount_nok"].null_count() for period in (found.earlier, found.later))
    if before or after:
        told = {"earlier": month_name(found.earlier), "later": month_name(found.later)}
        st.caption(t(f"{NAME}.unknown", before=number(before), after=number(after), **told))


def _sentences(found: Compared) -> Iterator[str]:
    causes = _causes(found)
    recurring = found.kinds.get("recurring", Decimal(0))
    told = t(f"{NAME}.recurring_{_way(recurring)}", amount=whole_kroner(abs(recurring)))
    yield f"{told}: {causes}." if causes else f"{told}."
    if occasional := found.kinds.get("occasional"):
        yield t(f"{NAME}.occasional_{_way(occasional)}", amount=whole_kroner(abs(occasional)))
    if "not_reported" in found.kinds:
        tables = found.rows.filter(part="not_reported")["table"].unique().sort()
        names = ", ".join(word("table", name) for name in tables)
        yield t(f"{NAME}.not_reported_told", tables=names, amount=whole_kroner(found.kinds["not_reported"]))


def _causes(found: Compared) -> str:
    """The parts of the recurring change, the most money first, each with its amount."""
    parts = change_sums.by_part(found.rows).filter(kind="recurring").rows(named=True)
    largest = sorted((part for part in parts if part["amount_nok"]), key=lambda part: -abs(part["amount_nok"]))
    return joined(", ", (f"{cause(found, part)} {_signed(part['amount_nok'])}" for part in largest))


def cause(found: Compared, part: Mapping[str, Any]) -> str:
    """A part in words: as its only rule or service is called where that has words, else by its direction or itself."""
    code, known = part["part"], texts(language())
    alone = [part[name][0] for name in ("rules_to", "services") if len(part[name]) == 1]
    names = [f"{NAME}.cause.{code}_{suffix}" for suffix in (*alone, _way(part["amount_nok"]))]
    key = next((name for name in names if name in known), f"{NAME}.cause.{code}")
    days = state.rates().policy.of(found.later).deactivated_grace_days
    return counted(key, part["keys"], days=days) if f"{key}_one" in known else t(key)


def _way(amount: Decimal) -> str:
    return "up" if amount > 0 else "down" if amount < 0 else "same"


def _signed(amount: Decimal) -> str:
    return ("\u2212" if amount < 0 else "") + number(abs(amount), 0)
