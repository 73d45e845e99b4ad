"""All agencies in a month side by side: who stands out, a table, and agency by service."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import polars as pl
import streamlit as st

from billing_core.base.months import last_day, month_before
from billing_core.export import Readable
from billing_core.views.agencies import BESIDE, LEAST_PEERS, beside, by_service, outliers
from pages._ui import charts
from pages._ui.base.data import catalogue
from pages._ui.base.format import kroner, month, number
from pages._ui.base.plain import bare
from pages._ui.base.text import agency_label, agency_name, service_name, t
from pages._ui.parts.head import Head, head
from pages._ui.parts.page import Page, show_agency
from pages._ui.parts.show import chart, unfolded
from pages._ui.parts.tables import Form, downloads, table, worded
from pages._ui.session import state

NAME = "page.overview"
_MOST_CELLS = 20
"""How many agencies the grid has: those billed most; the table has all."""

_FORMS: dict[str, Form] = {
    "per_employee_nok": "kroner",
    "per_fte_nok": "kroner",
    "employees": "number",
    "ftes": "number",
    "deactivated": "number",
    "deactivated_per_hundred": "number",
    "pcs": "number",
    "pcs_per_employee": "number",
}


def show(shown: Page) -> None:
    """Draws it."""
    before = state.lines(shown.agency, month_before(shown.period))
    usage, as_of = state.statement().usage, last_day(shown.period)
    found = beside(shown.lines, before, usage, shown.period, as_of)
    st.subheader(t(f"{NAME}.beside", month=month(shown.period)), anchor=False)
    _outliers(found, shown)
    headings = {name: t(f"{NAME}.column.{name}") for name in _FORMS}
    place = table(
        found, key="overview_beside", alt=t(f"{NAME}.beside", month=month(shown.period)), forms=_FORMS,
        headings=headings, pick=True,
    )  # fmt: skip
    if place is None:
        st.caption(t(f"{NAME}.beside_pick"))
    else:
        code = found["agency"][place]
        label = t(f"{NAME}.beside_see", agency=agency_label(code))
        st.button(label, key="overview_beside_see", on_click=show_agency, args=(code,), icon=":material/apartment:")
    of = head("", [shown.period], t(f"{NAME}.beside_file"), date.today())
    downloads(t(f"{NAME}.beside_file"), lambda: found, key="overview_beside", readable=_readable(of, headings))
    _grid(shown, found["agency"].to_list())


def _outliers(found: pl.DataFrame, shown: Page) -> None:
    """Everyone who stands out, with what they are held against; who pays for all is like nobody who does not."""
    exempt = state.rates().policy.of(shown.period).exempt_agencies
    far = outliers(found, catalogue().agency_kinds | dict.fromkeys(exempt, "exempt"))
    if not far:
        st.markdown(t(f"{NAME}.no_outliers", least=number(LEAST_PEERS + 1)))
        return
    st.markdown(t(f"{NAME}.outliers"))
    told = [
        t(
            f"{NAME}.outlier_{one.measure}",
            agency=agency_name(one.agency),
            value=_measured(one.measure, one.value),
            median=_measured(one.measure, one.median),
            mad=_measured(one.measure, one.mad),
            peers=number(one.peers),
        )
        for one in far
    ]
    st.markdown("\n".join(f"- {sentence}" for sentence in told))


def _measured(measure: str, value: Decimal) -> str:
    return kroner(value) if measure.endswith("_nok") else number(value)


def _grid(shown: Page, order: list[str]) -> None:
    """Agency by service, as numbers and as shading."""
    title = t(f"{NAME}.grid", month=month(shown.period))
    if not (place := unfolded(title, key="overview_grid", icon=":material/grid_on:")):
        return
    with place:
        cells = by_service(shown.lines).filter(pl.col("billed_nok") != 0)
        services = cells.group_by("service").agg(pl.col("billed_nok").sum()).sort("billed_nok", descending=True)
        of = cells.with_columns(
            at=pl.col("agency").replace_strict(order, range(len(order)), return_dtype=pl.Int64),
            by=pl.col("service").replace_strict(services["service"], range(services.height), return_dtype=pl.Int64),
        ).sort("at", "by")
        drawn = of.filter(pl.col("at") < _MOST_CELLS)
        chart(
            charts.grid(
                drawn, rows="agency", columns="service", value="billed_nok", name=str, heading=service_name,
                write=lambda amount: number(amount, 0),
            ),
            key="overview_grid_chart",
            title=title,
            alt=t(f"{NAME}.grid_alt", many=number(drawn["agency"].n_unique())),
            numbers=of.drop("at", "by"),
        )  # fmt: skip


def _readable(of: Head, headings: Mapping[str, str]) -> Callable[[pl.DataFrame], Readable]:
    """The first sheet of the workbook."""
    summed = [bare(t("column.billed_nok")) + " (kr)", bare(t("column.covered_nok")) + " (kr)"]

    def made(found: pl.DataFrame) -> Readable:
        told = worded(found, list(BESIDE), _FORMS, headings)
        title = bare(t(f"{NAME}.beside_sheet"))
        return Readable(title, title, of, told, tuple(summed), bare(t("ui.head_sum")))

    return made
