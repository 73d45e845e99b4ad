"""The way from one month to the other as waterfalls: the whole, and what the recurring change is made of."""

from decimal import Decimal

import polars as pl
import streamlit as st

from billing_core.planning import change_sums
from pages._ui import charts
from pages._ui.base.format import kroner, month, whole_kroner
from pages._ui.base.text import t
from pages._ui.changes.compared import NAME, Compared
from pages._ui.parts.show import chart

UNKNOWN = "unknown"
Step = tuple[str, str, Decimal]


def show(found: Compared) -> None:
    """Draws both, side by side where there is room."""
    sums = dict(change_sums.by_part(found.rows).filter(kind="recurring").select("part", "amount_nok").iter_rows())
    # What is unknown comes last: a step without a length, that says so.
    told = sorted((part for part in sums if sums[part] or part == UNKNOWN), key=lambda part: part == UNKNOWN)
    parts = [(f"part_{part}", "relative", sums[part]) for part in told]
    kinds = [(f"kind_{kind}", "relative", amount) for kind, amount in found.kinds.items()]
    first, last = found.billed
    whole, made_of = st.columns(2, gap="large")
    with whole:
        _draw([("earlier", "absolute", first), *kinds, ("later", "total", last)], found, "whole")
    if any(amount for _, _, amount in parts):
        with made_of:
            _draw([*parts, ("recurring", "total", found.kinds["recurring"])], found, "recurring")


def _draw(steps: list[Step], found: Compared, key: str) -> None:
    ends = {"earlier": month(found.earlier), "later": month(found.later)}

    def name(code: str) -> str:
        kind, _, part = code.partition("_")
        return ends.get(code) or t(f"{NAME}.{kind}.{part}" if part else f"{NAME}.{code}_sum")

    # Only what is unknown has no length here; of whole kinds, nothing is nothing.
    nothing = None if key == "recurring" else Decimal(0)
    chart(
        charts.waterfall(steps, name=name, write=lambda amount: whole_kroner(amount or nothing)),
        key=f"changes_{key}",
        title=t(f"{NAME}.way_{key}", **ends),
        alt=t(f"{NAME}.way_{key}_alt", first=kroner(steps[0][2]), last=kroner(steps[-1][2]), **ends),
        numbers=pl.DataFrame(
            {"step": [code for code, _, _ in steps], "amount_nok": [amount or nothing for _, _, amount in steps]},
            schema={"step": pl.String, "amount_nok": pl.Decimal(38, 2)},
        ),
        forms={"step": name},
        headings={"step": t(f"{NAME}.step")},
    )
