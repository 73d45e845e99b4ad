"""The rows of the check by what they ask of a person, the dearest first; behind each both sides' lines and its case."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from billing_core.checking.findings import KINDS
from billing_core.views import explore
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.format import change, kroner, number
from pages._ui.base.pages import link
from pages._ui.base.plain import joined, plain
from pages._ui.base.text import item_name, rule_title, t, variant_label, variant_name, word
from pages._ui.invoice import case_form
from pages._ui.invoice.checked import NAME, Checked, Row
from pages._ui.invoice.words import FORMS, class_name, facts, headings, kind_name
from pages._ui.parts.picking import pick_row
from pages._ui.parts.show import unfolded
from pages._ui.parts.tables import table
from pages._ui.parts.why import why
from pages._ui.session import state

_COLUMNS = ["item", "difference_nok", "class", "state", "subject", "period", "invoiced_nok", "rated_nok", "invoice_id"]
_OURS = [
    "subject",
    "amount_nok",
    "item",
    "variant",
    "quantity",
    "unit_price_nok",
    "rule",
    "price_status",
    "price_source",
]
_MOST = 3
"""How many lines behind a row are told in words; where there are more, all are in a table."""


def show(found: Checked) -> None:
    """Draws the choice of kind, the table, and what is behind the row picked."""
    st.subheader(t(f"{NAME}.rows"), anchor=False)
    there = [kind for kind in KINDS if found.sums[kind]["rows"]]
    first = "differs" if "differs" in there else there[0]
    kind = address.select(
        t(f"{NAME}.kind_shown"), there, key="invoice_kind", default=first, widget=st.segmented_control,
        format=lambda code: f"{kind_name(code)} ({number(found.sums[code]['rows'])})",
    )  # fmt: skip
    st.caption(t(f"{NAME}.kind_told.{kind}"))
    rows = found.with_cases.filter(kind=kind)
    columns = [name for name in _COLUMNS if name != "state" or kind == "differs"]
    columns += ["agency"] * (rows["agency"].n_unique() > 1)
    row = pick_row(
        rows, named=("code",), key="invoice_row", words=NAME, name=_named, columns=columns, forms=FORMS,
        headings=headings(),
    )  # fmt: skip
    if row:
        _behind(found, dict(row))


def _named(row: Mapping[str, Any]) -> str:
    difference = row["difference_nok"]
    told = [
        item_name(row["item"]) if row["item"] else t(f"{NAME}.whole_invoice"),
        variant_name(row["variant"] or ""),
        row["subject"] or "",
        class_name(row["class"]),
        t("ui.unknown") if difference is None else change(difference),
        " ".join(dict.fromkeys((row["invoice_id"] or "").split(";")))[:60],
        (row["line"] or "")[:30],
    ]
    return joined(" · ", [part for part in told if part])


def _behind(found: Checked, row: Row) -> None:
    """What a row says, the lines of both sides, and its case."""
    st.subheader(class_name(row["class"]), anchor=False)
    st.markdown(facts(row))
    ours = found.our_lines(row)
    if row["invoice_lines"]:
        st.markdown(f"**{t(f'{NAME}.theirs')}**")
        _invoice_lines(found, row)
    st.markdown(f"**{t(f'{NAME}.ours')}**")
    if ours.is_empty():
        st.markdown(t(f"{NAME}.no_lines"))
    else:
        all_lines = t(f"{NAME}.all_lines", number=number(ours.height))
        st.markdown("\n".join(_line(line) for line in ours.head(_MOST).to_dicts()))
        if ours.height > _MOST and (part := unfolded(all_lines, key="invoice_ours", icon=":material/table_rows:")):
            with part:
                table(ours, key="invoice_our_lines", alt=all_lines, columns=_OURS)
        link("charges", t(f"{NAME}.see_lines"), _asked(ours))
    if row["kind"] in ("differs", "not_invoiced"):
        case_form.show(row, ours)


def _invoice_lines(found: Checked, row: Row) -> None:
    lines = found.invoice_lines(row)
    columns = ["invoice_id", "amount_nok", "line", "text", "quantity", "unit_price_nok", "file"]
    table(
        lines, key="invoice_lines", alt=t(f"{NAME}.theirs"), forms={"quantity": number},
        columns=[*columns, *(["credits"] if lines["credits"].count() else [])],
        headings=headings() | {"credits": t(f"{NAME}.column.credits")},
    )  # fmt: skip


def _line(line: Row) -> str:
    """One of our lines: what it comes to, by which rule and price, from where."""
    covered = line["funding"] == "framework"
    amount = line["covered_nok"] if covered else line["amount_nok"]
    named = joined(" · ", filter(None, [line["subject"] or "", variant_label(line["variant"] or "")]))
    price = kroner(line["unit_price_nok"]) if line["unit_price_nok"] is not None else "–"
    told = t(f"{NAME}.our_line", quantity=number(line["quantity"]), price=price, amount=kroner(amount))
    status = word("price_status", line["price_status"])
    rule = f"{line['rule']} {rule_title(line['rule'])} ({catalogue().rules[line['rule']].clause})"
    reason = why(line, state.rates().policy.of(line["period"]))
    source = t(f"{NAME}.source", source=line["price_source"] or "–", status=status)
    return f"- **{named or plain(item_name(line['item']))}**: {told} · {word('funding', line['funding'])}  \n" + (
        f"  {plain(rule)}: {reason}  \n  {source}"
    )


def _asked(lines: pl.DataFrame) -> dict[str, str]:
    """The filters of the page of charges that leave these lines; one alone is opened there."""
    first = lines.row(0, named=True)
    asked = {
        "month": first["period"],
        "agency": first["agency"],
        "charges_status": "all",
        "charges_service": first["service"],
        "charges_item": first["item"] if lines["item"].n_unique() == 1 else None,
        "charges_search": first["subject"] if lines["subject"].n_unique() == 1 else None,
        "charges_line": explore.name_lines(lines)[0] if lines.height == 1 else None,
    }
    return {key: value for key, value in asked.items() if value}
