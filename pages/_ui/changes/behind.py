"""The users, devices and systems behind a part of a service's change, and the way to their lines."""

import polars as pl
import streamlit as st

from billing_core.planning import change_sums
from billing_core.planning.changes import behind
from billing_core.views import explore
from pages._ui.base.format import change, counted, month, month_name
from pages._ui.base.pages import link
from pages._ui.base.plain import joined
from pages._ui.base.text import item_name, service_name, t, variant_name
from pages._ui.changes.compared import NAME, Compared
from pages._ui.changes.words import FORMS, part_name, rules
from pages._ui.parts.picking import Row, pick_row

_NAMED = ("agency", "table", "item", "variant", "subject", "part")
_RULED = ("became_billed", "became_covered", "rule")


def show(found: Compared, service: str, part: str) -> None:
    """Draws the rows of a part of a service, and the way to the lines of the one picked."""
    rows = change_sums.of(found.rows, service, part)
    st.subheader(t(f"{NAME}.behind", part=part_name(part), service=service_name(service)), anchor=False)
    st.markdown(t(f"{NAME}.why.{part}"))
    if part in _RULED and (sides := rows.select("rule_from", "rule_to").unique()).height == 1:
        before, after = (rules(codes) for codes in sides.row(0))
        st.markdown(t(f"{NAME}.ruled", before=before, after=after))
    same = "same_user" if rows["table"].unique().to_list() == ["licences"] else "same_thing"
    headings = {"pair": t(f"{NAME}.{same}"), "amount_nok": t("column.change_nok")} | {
        f"amount_{side}_nok": month(period) for side, period in (("from", found.earlier), ("to", found.later))
    }
    row = pick_row(
        rows,
        named=_NAMED,
        key="changes_row",
        words=NAME,
        name=_named,
        columns=_columns(rows),
        forms=FORMS,
        headings=headings,
    )
    if row:
        _lines(found, row)


def _columns(rows: pl.DataFrame) -> list[str]:
    """The columns that tell something: what is the same in all rows stands above them."""
    several = [name for name in ("agency", "item", "variant") if rows[name].n_unique() > 1]
    moved = ["quantity_from", "quantity_to"] if (rows["quantity_from"] != rows["quantity_to"]).any() else []
    sides = rows.select("rule_from", "rule_to").n_unique() > 1
    ruled = ["rule_from", "rule_to"] if rows["part"][0] in _RULED and sides else []
    pair = ["pair"] if rows["pair"].count() else []
    named = ["subject"] if rows["subject"].count() else []
    return [*named, "amount_nok", *several, *pair, "amount_from_nok", "amount_to_nok", *moved, *ruled]


def _named(row: Row) -> str:
    told = [row["subject"] or "", item_name(row["item"]), variant_name(row["variant"] or "")]
    return joined(" · ", [*filter(None, told), change(row["amount_nok"])])


def _lines(found: Compared, row: Row) -> None:
    """A link to the row's lines in each month, where each stands explained."""
    with st.container(horizontal=True):
        for period in (found.earlier, found.later):
            lines = behind(found.lines(period), row)
            if lines.is_empty():
                st.markdown(t(f"{NAME}.no_line", month=month_name(period)))
            else:
                link("charges", counted(f"{NAME}.see_lines", lines.height, month=month_name(period)), _asked(lines))


def _asked(lines: pl.DataFrame) -> dict[str, str]:
    """The filters of the charges page that leave these lines; one alone is opened there."""
    first = lines.row(0, named=True)
    asked = {
        "month": first["period"],
        "charges_status": "all",
        "charges_service": first["service"],
        "charges_item": first["item"] if lines["item"].n_unique() == 1 else None,
        "charges_sku": first["variant"],
        "charges_search": first["subject"] if lines["subject"].n_unique() == 1 else None,
        "charges_line": explore.name_lines(lines)[0] if lines.height == 1 else None,
    }
    return {key: value for key, value in asked.items() if value}
