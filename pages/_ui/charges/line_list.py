"""The charge lines a page at a time, in an order of choice, as files, and one of them in plain words."""

from collections.abc import Callable

import polars as pl
import streamlit as st

from billing_core.export import Readable
from billing_core.views import explore
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.plain import Text, bare
from pages._ui.base.text import t, variant_name
from pages._ui.charges.explain import explain, line_labels
from pages._ui.parts.head import Head
from pages._ui.parts.tables import PAGE_ROWS, downloads, heading, page_start, table, worded

NAME = "page.charges"
_COLUMNS = ("item", "amount_nok", "variant", "subject", "quantity", "unit_price_nok", "price_status", "rule")
_IN_FILE = (
    "period", "agency", "service", "item", "variant", "subject", "quantity", "unit", "recurrence", "unit_price_nok",
    "amount_nok", "covered_nok", "funding", "rule", "clause", "price_status", "price_source", "billable_from", "file",
    "row",
)  # fmt: skip
_ORDERS = ("amount:desc", "amount:asc", "subject:asc", "item:asc", "rule:asc", "quantity:desc", "row:asc")


@st.fragment
def show(lines: pl.DataFrame, money: str, *, title: Text, of: Head) -> None:
    """Draws the lines; `money` is the column that says what they are worth: amount_nok or covered_nok.

    `of` says in a file what the lines are of.

    A fragment: to turn a page or pick a line does not draw the charts again.
    """
    st.subheader(title, anchor=False)

    def label(code: str) -> str:
        column, _, direction = code.partition(":")
        name = t(f"column.{money if column == 'amount' else column}")
        return f"{name}, {t('ui.descending' if direction == 'desc' else 'ui.ascending')}"

    order = address.select(t(f"{NAME}.sort"), _ORDERS, key="charges_sort", default=_ORDERS[0], format=label, width=320)
    column, _, direction = order.replace("amount:", f"{money}:").partition(":")
    lines = lines.sort(column, "period", "row", descending=[direction == "desc", True, False], nulls_last=True)
    several = [name for name in ("agency", "period") if lines[name].n_unique() > 1]

    def pick(place: int | None) -> None:
        st.session_state["charges_line"] = "" if place is None else explore.name_lines(lines[place : place + 1])[0]

    table(
        lines,
        key="charges_lines",
        alt=t(f"{NAME}.lines_alt"),
        columns=[*several, *(money if name == "amount_nok" else name for name in _COLUMNS)],
        forms={"variant": variant_name},
        pick=pick,
        picked=explore.find(lines, address.current("charges_line")),
        empty="–",
    )
    downloads(t(f"{NAME}.file"), lambda: lines, key="charges", readable=_readable(title, of))
    _choose(lines)
    address.send()


def _readable(title: Text, of: Head) -> Callable[[pl.DataFrame], Readable]:
    """The first sheet of the lines' workbook."""

    def made(lines: pl.DataFrame) -> Readable:
        clauses = {code: rule.clause for code, rule in catalogue().rules.items()}
        lines = lines.with_columns(clause=pl.col("rule").replace(clauses))
        told = worded(lines, _IN_FILE, {"variant": lambda code: variant_name(code) if code else ""})
        summed = tuple(heading(name) for name in ("amount_nok", "covered_nok"))
        return Readable(bare(t(f"{NAME}.sheet")), title.bare, of, told, summed, bare(t("ui.head_sum")))

    return made


def _choose(lines: pl.DataFrame) -> None:
    """The select box that equals picking a row, and the line picked."""
    near = lines.slice(page_start("charges_lines", lines.height), PAGE_ROWS)
    labels = dict(zip(explore.name_lines(near), line_labels(near), strict=True))
    code = address.current("charges_line")
    place = explore.find(lines, code)
    if place is not None:
        labels.setdefault(code, line_labels(lines[place : place + 1])[0])
    none = t(f"{NAME}.no_line")
    address.select(t(f"{NAME}.line"), ["", *labels], key="charges_line", format=lambda code: labels.get(code, none))
    if place is not None:
        explain(lines.row(place, named=True))
