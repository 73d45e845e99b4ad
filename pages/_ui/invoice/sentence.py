"""The check in a few sentences to repeat, its figures, and what agrees and differs as bars."""

from decimal import Decimal

import polars as pl
import streamlit as st

from billing_core.checking.findings import KINDS
from pages._ui import charts
from pages._ui.base.format import change, counted, kroner, month_name, number, whole_kroner
from pages._ui.base.text import t
from pages._ui.invoice.checked import NAME, Checked
from pages._ui.invoice.words import kind_name
from pages._ui.parts.show import chart

SIDES = ("invoiced", "rated")


def show(found: Checked) -> None:
    """Draws the sentences, the figures and the bars."""
    sums, invoiced = found.sums, Decimal(found.rows["invoiced_nok"].sum())
    differs = sums["differs"]
    told: str = t(
        f"{NAME}.sentence", amount=whole_kroner(invoiced), months=_months(found),
        agrees=whole_kroner(sums["agrees"]["invoiced_nok"]),
    )  # fmt: skip
    if differs["rows"]:
        told = " ".join([told, counted(f"{NAME}.differs", differs["rows"], amount=_way(differs["difference_nok"]))])
    else:
        told = " ".join([told, t(f"{NAME}.no_difference")])
    st.markdown(told)
    for kind, amount in (("unknown", "invoiced_nok"), ("not_invoiced", "rated_nok")):
        if sums[kind]["rows"]:
            st.caption(counted(f"{NAME}.told_{kind}", sums[kind]["rows"], amount=whole_kroner(sums[kind][amount])))
    figures = st.container(horizontal=True)
    open_ones = found.with_cases.filter(pl.col("kind") == "differs", pl.col("state") != "closed").height
    for label, value in (
        (t(f"{NAME}.figure_invoiced"), kroner(invoiced)),
        (t(f"{NAME}.figure_agrees"), kroner(sums["agrees"]["invoiced_nok"])),
        (t(f"{NAME}.figure_difference"), change(differs["difference_nok"])),
        (t(f"{NAME}.figure_open"), number(open_ones)),
    ):
        figures.metric(label, value, border=True, height="stretch")
    _bars(found)


def _way(amount: Decimal) -> str:
    way = "much" if amount > 0 else "little" if amount < 0 else "even"
    return t(f"{NAME}.too_{way}", amount=whole_kroner(abs(amount)))


def _months(found: Checked) -> str:
    first, last = found.months
    return month_name(first) if first == last else f"{month_name(first)}–{month_name(last)}"


def _bars(found: Checked) -> None:
    """Both sides as bars: what agrees, what differs, what only we have, what is unknown."""
    sides = {side: {kind: found.sums[kind][f"{side}_nok"] for kind in KINDS} for side in SIDES}
    there = [kind for kind in KINDS if any(sides[side][kind] for side in SIDES)]
    amounts = {f"{kind}_nok": [sides[side][kind] for side in SIDES] for kind in there}
    rows = pl.DataFrame({"side": SIDES} | amounts, schema_overrides=dict.fromkeys(amounts, pl.Decimal(38, 2)))
    chart(
        charts.lying(
            rows, code="side", values=list(amounts), name=lambda side: t(f"{NAME}.side_{side}"),
            value_name=lambda column: kind_name(column.removesuffix("_nok")), write=whole_kroner,
        ),
        key="invoice_bars",
        title=t(f"{NAME}.bars"),
        alt=t(
            f"{NAME}.bars_alt", agrees=kroner(sides["invoiced"]["agrees"]), differs=kroner(sides["invoiced"]["differs"])
        ),
        numbers=rows,
        forms={"side": lambda side: t(f"{NAME}.side_{side}")} | dict.fromkeys(amounts, "kroner"),
        headings={"side": t(f"{NAME}.side")} | {name: kind_name(name.removesuffix("_nok")) for name in amounts},
    )  # fmt: skip
