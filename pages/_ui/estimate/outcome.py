"""What an estimate comes to: a sentence, figures, what is covered, what is unknown, each row and each line's why."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from billing_core.planning.estimate_sums import entry_sums, newest_lines, sums
from billing_core.planning.sketch import Row
from pages._ui.base.data import catalogue
from pages._ui.base.format import kroner, month, number
from pages._ui.base.plain import Text, bare, joined, plain
from pages._ui.base.text import agency_name, item_name, t, variant_name, word
from pages._ui.estimate import entry_form, files
from pages._ui.estimate.book import FIRST_ROW, NAME, Outcome
from pages._ui.estimate.words import measured_in, row_said, variant_said, when_said
from pages._ui.parts.show import unfolded
from pages._ui.parts.tables import table
from pages._ui.parts.why import why
from pages._ui.session import estimates, state

Sum = Mapping[str, Any]
_FIGURES = ("one_off", "yearly", "first_year", "full_year")


def say(outcome: Outcome) -> None:
    """The sentence, and what stands in the way of it: an agency outside the framework, prices nobody knows."""
    if outcome.found.illustrative:
        st.markdown(f":orange-badge[:material/info: {t('ui.illustrative')}]")
    by = _by_figure(outcome)
    year = by["first_year"]
    name = agency_name(outcome.sketch.agency)
    if year["lines"] == 0:
        return
    if not year["billed_nok"] and not _unknown(year):
        st.markdown(f"### {t(f'{NAME}.sentence_nothing', agency=name)}")
    else:
        parts = [_per_month(outcome)]
        parts += [t(f"{NAME}.part_one_off", amount=kroner(by["one_off"]["billed_nok"], 0))] * bool(
            by["one_off"]["billed_nok"]
        )
        parts += [t(f"{NAME}.part_yearly", amount=kroner(by["yearly"]["billed_nok"], 0))] * bool(
            by["yearly"]["billed_nok"]
        )
        told = joined(t(f"{NAME}.and"), [part for part in parts if part])
        st.markdown(
            f"### {t(f'{NAME}.sentence', agency=name, amount=kroner(year['billed_nok'], 0), parts=told)}"
            if told
            else f"### {t(f'{NAME}.sentence_year', agency=name, amount=kroner(year['billed_nok'], 0))}"
        )
    if year["covered_nok"]:
        st.markdown(t(f"{NAME}.covered", amount=kroner(year["covered_nok"], 0)))
    if outcome.sketch.agency in state.rates().policy.of(outcome.sketch.first).exempt_agencies:
        st.info(t(f"{NAME}.exempt", agency=name), icon=":material/gavel:")
    _tell_unknown(outcome, year)


def figures(outcome: Outcome) -> None:
    """Per month, one-off, yearly, the first and a full year."""
    by = _by_figure(outcome)
    last = [row for row in _sums(outcome) if row["figure"] == "month"][-1]
    place = st.container(horizontal=True)
    told = [
        (t(f"{NAME}.figure_month", month=month(last["period"])), last, "month"),
        *((t(f"{NAME}.figure_{figure}"), by[figure], figure) for figure in _FIGURES if by[figure]["lines"]),
    ]
    for label, row, figure in told:
        covered = t(f"{NAME}.covered_here", amount=kroner(row["covered_nok"], 0)) if row["covered_nok"] else None
        place.metric(
            label, kroner(row["billed_nok"]), covered, delta_color="off", delta_arrow="off",
            help=t(f"{NAME}.help_{figure}"), border=True, height="stretch",
        )  # fmt: skip


def entries(outcome: Outcome) -> None:
    """Each row: what it is and costs, its lines with their why, and the buttons to change it."""
    st.subheader(t(f"{NAME}.entries"), anchor=False)
    lines, costs = newest_lines(outcome.found), entry_sums(outcome.found)
    for place, row in enumerate(outcome.sketch.rows):
        number_of = place + FIRST_ROW
        with st.container(border=True, gap="small"):
            if place == entry_form.edited():
                entry_form.draw()
                continue
            _heading(row, place, costs.filter(entry=number_of).to_dicts())
            for problem in outcome.told.filter(row=number_of).to_dicts():
                show = st.error if problem["severity"] == "refused" else st.warning
                show(plain(f"{problem['message']} {problem['remedy']}"))
            own = lines.filter(entry=number_of)
            if own.height and (part := unfolded(t(f"{NAME}.why"), key=f"estimate_why_{place}", icon=":material/help:")):
                with part:
                    st.markdown("\n".join(_line(line) for line in own.to_dicts()))


def months(outcome: Outcome) -> None:
    """Month by month, and all lines as files."""
    if part := unfolded(t(f"{NAME}.months"), key="estimate_months", icon=":material/calendar_month:"):
        with part:
            rows = sums(outcome.found).filter(figure="month")
            table(
                rows, key="estimate_month_table", alt=bare(t(f"{NAME}.months")),
                columns=["period", "billed_nok", "covered_nok", "lines", "by_agreement", "unpriced"],
                forms={"by_agreement": "number"},
                headings={"by_agreement": t(f"{NAME}.column_by_agreement"), "billed_nok": t(f"{NAME}.column_billed")},
            )  # fmt: skip
    files.show(outcome)


def beside(outcomes: Sequence[Outcome]) -> None:
    """Several estimates side by side."""
    st.subheader(t(f"{NAME}.beside"), anchor=False)
    rows = []
    for outcome in outcomes:
        by = _by_figure(outcome)
        last = [row for row in _sums(outcome) if row["figure"] == "month"][-1]
        year = by["first_year"]
        rows.append(
            {"name": outcome.sketch.name, "agency": outcome.sketch.agency, "month": last["billed_nok"]}
            | {figure: by[figure]["billed_nok"] for figure in ("one_off", "yearly", "first_year", "full_year")}
            | {"covered_nok": year["covered_nok"], "unknown": _unknown(year)}
        )
    amounts = ("month", "one_off", "yearly", "first_year", "full_year")
    table(
        pl.DataFrame(rows), key="estimate_beside", alt=bare(t(f"{NAME}.beside")),
        forms=dict.fromkeys(amounts, "kroner") | {"unknown": "number"},
        headings={name: t(f"{NAME}.column_{name}") for name in ("name", *amounts, "unknown")},
    )  # fmt: skip


def _heading(row: Row, place: int, costs: Sequence[Sum]) -> None:
    said = [plain(part) for part in (variant_said(row), when_said(row), row.note) if part]
    told = joined(" · ", [part for part in map(_cost, costs) if part]) or t(f"{NAME}.no_cost_here")
    st.markdown(f"**{plain(row_said(row))}** {joined(' · ', said)}  \n{told}")
    with st.container(horizontal=True):
        name = bare(row_said(row))
        st.button(
            t(f"{NAME}.edit"), key=f"estimate_edit_{place}", on_click=entry_form.begin_edit, args=(place,),
            icon=":material/edit:", type="tertiary", help=t(f"{NAME}.edit_help", name=name),
        )  # fmt: skip
        st.button(
            t(f"{NAME}.remove"), key=f"estimate_remove_{place}", on_click=_remove, args=(place,),
            icon=":material/delete:", type="tertiary", help=t(f"{NAME}.remove_help", name=name),
        )  # fmt: skip


def _remove(place: int) -> None:
    entry_form.clear()
    estimates.edit(lambda rows: (*rows[:place], *rows[place + 1 :]))


def _cost(cost: Sum) -> Text | str:
    """What a row costs of one recurrence: billed, else covered, else unknown."""
    key = cost["recurrence"]
    if cost["unknown"]:
        known = t(f"{NAME}.cost_{key}", amount=kroner(cost["billed_nok"])) if cost["billed_nok"] else ""
        return joined(" · ", [part for part in (known, t(f"{NAME}.cost_unknown_{key}")) if part])
    if cost["billed_nok"] or not cost["covered_nok"]:
        return t(f"{NAME}.cost_{key}", amount=kroner(cost["billed_nok"]))
    return t(f"{NAME}.cost_covered_{key}", amount=kroner(cost["covered_nok"]))


def _line(line: Mapping[str, Any]) -> str:
    terms = state.rates().policy.of(line["period"])
    name = joined(", ", [part for part in (item_name(line["item"]), variant_name(line["variant"] or "")) if part])
    amount = line["covered_nok"] if line["funding"] == "framework" else line["amount_nok"]
    key = "line" if line["unit_price_nok"] is not None else "line_no_price"
    quantity = number(line["quantity"])
    told = f"{quantity} {measured_in(line['unit'], quantity)}".strip()
    sum_said = t(f"{NAME}.{key}", quantity=told, price=kroner(line["unit_price_nok"]), amount=kroner(amount))
    status = "" if line["funding"] == "framework" else f" · {word('price_status', line['price_status'])}"
    clause = catalogue().rules[line["rule"]].clause
    return (
        f"- **{name}** ({word('recurrence', line['recurrence'])}): {sum_said} · "
        f"*{word('funding', line['funding'])}*{status}  \n  {why(line, terms)} ({clause})"
    )


def _per_month(outcome: Outcome) -> Text | str:
    amounts = [row["billed_nok"] for row in _sums(outcome) if row["figure"] == "month"]
    # A month before anything begins is no month of it.
    paid = [amount for amount in amounts if amount] or [0]
    low, high = min(paid), max(paid)
    if not any(amounts):
        return ""
    if low == high:
        return t(f"{NAME}.part_month", amount=kroner(low, 0))
    return t(f"{NAME}.part_months", low=kroner(low, 0), high=kroner(high, 0))


def _tell_unknown(outcome: Outcome, year: Sum) -> None:
    """What no price is known of, by name: unknown is not zero."""
    if not _unknown(year):
        return
    rows = outcome.found.lines.filter(pl.col("amount_nok").is_null())
    for status, shown in rows.group_by("price_status", maintain_order=True):
        names = joined(", ", map(item_name, shown["item"].unique(maintain_order=True)))
        st.warning(t(f"{NAME}.unknown_{status[0]}", names=names), icon=":material/question_mark:")


def _unknown(row: Sum) -> int:
    return int(row["by_agreement"] + row["unpriced"] + row["undecided"])


def _sums(outcome: Outcome) -> list[dict[str, Any]]:
    return sums(outcome.found).to_dicts()


def _by_figure(outcome: Outcome) -> dict[str, dict[str, Any]]:
    return {row["figure"]: row for row in _sums(outcome)}
