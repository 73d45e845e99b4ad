"""What is billed in a month: in all, what recurs and what comes once or yearly, each with its change."""

from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from billing_core.base.months import month_before
from billing_core.views import recurrence
from billing_core.views.recurrence import Part, parts
from pages._ui.base.format import kroner, month, month_name, whole_kroner
from pages._ui.base.text import agency_name, t, word
from pages._ui.parts.page import Page
from pages._ui.parts.show import metric
from pages._ui.session import state

COLUMNS = ("billed_nok", "recurring_nok", "occasional_nok", "covered_nok", "lines", "unpriced", "undecided")
"""What a table of sums (`sums_by`) shows of each service or agency."""


def sentence(shown: Page) -> None:
    """One sentence to repeat: what is billed in the month, and how either part has changed."""
    before = month_before(shown.period)
    found = parts(shown.lines, state.lines(shown.agency, before))
    whose = agency_name(shown.agency) if shown.agency else t("ui.all_agencies")
    told: str = t("billed.sentence", agency=whose, amount=whole_kroner(_whole(found)), month=month_name(shown.period))
    if found[0].change is not None:
        changes = {part.name: _change(part.change or Decimal(0)) for part in found}
        told += " " + t("billed.sentence_change", month=month_name(before), **changes)
    st.markdown(told)


def figures(shown: Page, place: Any) -> None:
    """The three figures in a row that wraps; more of what recurs is worse, the others rise and fall as they come."""
    before = month_before(shown.period)
    earlier = state.lines(shown.agency, before)
    found, changed = parts(shown.lines, earlier), recurrence.change(shown.lines, earlier)
    since = t("billed.change", month=month(before)) if changed else t("billed.no_change")
    metric(place, t("billed.all"), kroner(_whole(found)), changed.amount if changed else None, since, judged=False)
    for part in found:
        metric(
            place, t(f"billed.{part.name}"), kroner(part.billed), part.change, since,
            judged=part.name == "recurring", told=t(f"billed.{part.name}_help"),
        )  # fmt: skip


def left_out(shown: Page) -> None:
    """Which tables the changes leave out, because only one of the two months has them."""
    changed = recurrence.change(shown.lines, state.lines(shown.agency, month_before(shown.period)))
    if changed and changed.alone:
        st.caption(t("billed.change_alone", tables=", ".join(word("table", name) for name in changed.alone)))


def largest_first(sums: pl.DataFrame) -> pl.DataFrame:
    """Sums (as `sums_by`) that have anything to draw, the largest first whatever the sign: a credit is drawn too."""
    size = pl.col("billed_nok").abs() + pl.col("covered_nok").abs()
    return sums.filter(size > 0).sort(size, descending=True, maintain_order=True)


def _whole(found: list[Part]) -> Decimal:
    return sum((part.billed for part in found), Decimal(0))


def _change(amount: Decimal) -> str:
    kind = "more" if amount > 0 else "less" if amount < 0 else "same"
    return t(f"billed.{kind}", amount=whole_kroner(abs(amount)))
