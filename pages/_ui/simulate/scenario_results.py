"""What a scenario comes to: figures, baseline beside scenario, the way there, who saves, and the lines that differ."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import streamlit as st

from billing_core.export import Readable
from billing_core.scenario import MEASURES, Comparison, summary
from pages._ui import charts
from pages._ui.base import address
from pages._ui.base.format import counted, kroner, month, number
from pages._ui.base.plain import bare, joined
from pages._ui.base.text import t, variant_label
from pages._ui.parts.head import head
from pages._ui.parts.show import chart
from pages._ui.parts.tables import Form, downloads, table, worded
from pages._ui.simulate.action_fields import NAME, action_name

CHANGES = ("goes", "changes", "comes")
_LINE_MONEY = ("amount_nok", "amount_nok_after", "saved_nok")
MOST_BESIDE = 6
"""How many scenarios are drawn side by side."""


def figures(comparison: Comparison) -> None:
    """The saving per month, this year and a full year; one-off costs apart, and when they are paid back."""
    # Side by side as far as whole amounts have room, else below one another: a column would cut them.
    with st.container(horizontal=True):
        for measure in ("month", "this_year", "full_year"):
            # Twelve times what is not known is not known either.
            known = comparison.month_nok is not None or measure == "this_year"
            saved = kroner(comparison.saving.over(measure) if known else None)
            st.metric(t(f"{NAME}.saves_{measure}"), saved, border=True, help=t(f"scenario.measure.{measure}"))
    st.markdown(_one_off(comparison))
    invoiced = kroner(comparison.baseline.this_year)
    first, last = comparison.months_this_year[0], comparison.months_this_year[-1]
    st.caption(t(f"{NAME}.this_year_made", first=month(first), last=month(last), invoiced=invoiced))
    st.caption(t(f"{NAME}.full_year_made", month=month(comparison.measured)))
    if comparison.looks_ahead:
        moved = {"month": month(comparison.measured), "last": month(last)}
        st.info(t(f"{NAME}.looks_ahead", **moved), icon=":material/event_upcoming:")
    if comparison.month_nok is not None and comparison.month_nok <= 0:
        st.info(t(f"{NAME}.{'saves_less' if comparison.month_nok < 0 else 'saves_nothing'}"), icon=":material/info:")
    for key, count in unknown_counts(comparison.unknown, comparison.undecided).items():
        st.warning(counted(f"{NAME}.{key}", count), icon=":material/help:")


def unknown_counts(unknown: int, undecided: int) -> dict[str, int]:
    """The lines without a known amount by what they lack, those kinds that there are: a price, or a value."""
    counts = {"unknown": unknown - undecided, "undecided": undecided}
    return {key: count for key, count in counts.items() if count}


def months(comparison: Comparison) -> None:
    """What is billed month by month, baseline beside scenario."""
    beside = summary.months_beside(comparison)
    first, last = comparison.months[0], comparison.months[-1]
    chart(
        charts.columns(
            beside, along="period", series="side", value="amount_nok", along_name=month, series_name=_side,
            write=kroner, stacked=False, height=320,
        ),
        key="simulate_months",
        title=t(f"{NAME}.months", name=comparison.scenario.name),
        alt=t(f"{NAME}.months_alt", first=month(first), last=month(last), saved=kroner(comparison.saving.all_months)),
        numbers=comparison.by_month(),
        forms=dict.fromkeys(("baseline_nok", "scenario_nok", "saving_nok"), "kroner"),
        headings={
            "baseline_nok": t(f"{NAME}.baseline"),
            "scenario_nok": t(f"{NAME}.after"),
            "saving_nok": t(f"{NAME}.saving"),
        },
    )  # fmt: skip


@st.fragment
def steps(comparison: Comparison) -> None:
    """The way from baseline to scenario over a span; each action alone and within, and the overlap."""
    measure = address.select(
        t(f"{NAME}.measure"), MEASURES, key="simulate_measure", default="full_year", widget=st.segmented_control,
        format=lambda code: t(f"{NAME}.measure_{code}"),
    )  # fmt: skip
    st.caption(t(f"scenario.measure.{measure}"))
    names = _step_names(comparison)
    way = summary.waterfall(comparison, measure)
    ends = {"name": comparison.scenario.name, "measure": t(f"{NAME}.measure_{measure}").lower()}
    apart = summary.apart(comparison, measure)
    chart(
        charts.waterfall(way, name=lambda code: names[code], write=_whole),
        key="simulate_waterfall",
        title=t(f"{NAME}.waterfall", **ends),
        alt=t(f"{NAME}.waterfall_alt", start=kroner(way[0][2]), end=kroner(way[-1][2])),
        numbers=pl.DataFrame(
            {"step": [code for code, _, _ in way], "amount_nok": [amount for _, _, amount in way]},
            schema={"step": pl.String, "amount_nok": pl.Decimal(38, 2)},
        ),
        forms={"step": lambda code: names[code]},
        headings={"step": t(f"{NAME}.step")},
    )
    st.subheader(t(f"{NAME}.apart", **ends), anchor=False)
    st.markdown(t(f"{NAME}.apart_lead"))
    columns = ["step", "alone_nok", "within_nok", "overlap_nok", "one_off_nok", "changed_lines", "unknown_lines"]
    money = dict.fromkeys(columns[1:5], "kroner") | dict.fromkeys(columns[5:], "number")
    table(
        apart, key="simulate_apart", alt=t(f"{NAME}.apart", **ends), columns=columns,
        forms={"step": lambda code: names[code], **money}, headings={name: t(f"{NAME}.{name}") for name in columns},
    )  # fmt: skip
    overlap = comparison.overlap.over(measure)
    if overlap:
        way_said = "overlap_less" if overlap > 0 else "overlap_more"
        st.markdown(t(f"{NAME}.{way_said}", amount=kroner(abs(overlap))))
    address.send()


def savers(comparison: Comparison) -> None:
    """Where others pay more or less too: what the agency saves, and what Oslo."""
    st.subheader(t(f"{NAME}.savers"), anchor=False)
    if not summary.is_shared(comparison):
        st.markdown(t(f"{NAME}.only_own", amount=kroner(comparison.oslo.full_year)))
        _price_changed(comparison)
        return
    amounts = {who: getattr(comparison, "saving" if who == "agency" else who).full_year for who in summary.SAVERS}
    said = [t(f"{NAME}.saver_lead", agency=kroner(amounts["agency"]), oslo=kroner(amounts["oslo"]))]
    pays = {"others": f"others_{summary.others_pay(comparison)}", "framework": "framework_pays"}
    said += [
        t(f"{NAME}.saver_{pays[who] if amounts[who] < 0 else f'{who}_saves'}", amount=kroner(abs(amounts[who])))
        for who in ("others", "framework")
        if amounts[who]
    ]
    st.markdown("\n".join(f"- {line}" for line in said))
    _price_changed(comparison)
    table(
        summary.savers(comparison, "full_year"), key="simulate_savers", alt=t(f"{NAME}.savers"),
        forms={"saver": lambda code: t(f"scenario.saver.{code}")},
        headings={"saver": t(f"{NAME}.saver"), "amount_nok": t(f"{NAME}.saves_full_year")},
    )  # fmt: skip
    if comparison.worthless:
        st.caption(counted(f"{NAME}.worthless", comparison.worthless))


@st.fragment
def lines(comparison: Comparison) -> None:
    """The lines that go, change and come, a page at a time."""
    st.subheader(t(f"{NAME}.lines", count=number(comparison.lines.height)), anchor=False)
    counts = dict(comparison.lines.group_by("change").len().iter_rows())

    def named(code: str) -> str:
        if not code:
            return t("ui.all")
        return t(f"{NAME}.change_count", change=t(f"scenario.change.{code}"), count=number(counts.get(code, 0)))

    change = address.select(
        t(f"{NAME}.change"), ["", *CHANGES], key="simulate_change", widget=st.segmented_control, format=named
    )
    found = summary.told_lines(comparison.lines, change)
    if found.is_empty():
        st.markdown(t(f"{NAME}.no_lines"))
    else:
        # Where nothing becomes something else, the column that says what stays out: the saving has room.
        left_out = {"variant_after"} if (found["variant_after"] == "").all() else set()
        columns = ["subject", "saved_nok", *(n for n in found.columns if n not in {*left_out, "subject", "saved_nok"})]
        headings = {name: t(f"{NAME}.{name}") for name in ("change", "variant_after", *_LINE_MONEY)}
        table(
            found, key="simulate_lines", alt=t(f"{NAME}.lines_alt"), columns=columns, forms=_line_forms(),
            headings=headings,
        )  # fmt: skip
        full = comparison.lines.filter(change=change) if change else comparison.lines
        readable = _readable(comparison, named(change), columns, headings)
        downloads(t(f"{NAME}.lines_file"), lambda: full, key="simulate_lines", readable=readable)
    address.send()


def _readable(
    comparison: Comparison, change: str, columns: Sequence[str], headings: Mapping[str, str]
) -> Callable[[pl.DataFrame], Readable]:
    """The first sheet of the workbook of the lines that differ."""
    scenario = comparison.scenario
    selection = joined("; ", [scenario.name, change])
    of = head(scenario.agency or "", sorted(comparison.lines["period"].unique()), selection, date.today())

    def made(lines: pl.DataFrame) -> Readable:
        told = summary.told_lines(lines)
        sheet, title = bare(t(f"{NAME}.lines_sheet")), bare(t(f"{NAME}.lines", count=number(lines.height)))
        summed = tuple(f"{headings[name]} (kr)" for name in _LINE_MONEY)
        return Readable(
            sheet, title, of, worded(told, columns, _line_forms(), headings), summed, bare(t("ui.head_sum"))
        )

    return made


def _line_forms() -> dict[str, Form]:
    return {
        "change": lambda code: t(f"scenario.change.{code}"),
        "variant": variant_label,
        "variant_after": variant_label,
        **dict.fromkeys(_LINE_MONEY, "kroner"),
    }


def caveats(comparison: Comparison) -> None:
    """What one should know before doing what the scenario says."""
    kinds = list(dict.fromkeys(effect.action.kind for effect in comparison.effects))
    st.subheader(t(f"{NAME}.caveats"), anchor=False)
    st.markdown("\n".join(f"- **{action_name(kind)}:** {t(f'scenario.action.{kind}.caveat')}" for kind in kinds))


def beside(comparisons: Sequence[Comparison]) -> None:
    """Several scenarios side by side, as a table and a chart."""
    told = summary.beside(comparisons)
    money = ("after_nok", "month_nok", "this_year_nok", "full_year_nok", "oslo_nok", "one_off_nok")
    columns = ["scenario", "actions", *money, "payback_months", "unknown_lines"]
    forms = dict.fromkeys(money, "kroner") | dict.fromkeys(columns[-2:] + columns[1:2], "number")
    headings = {name: t(f"{NAME}.column_{name}") for name in columns}
    best = told.sort("full_year_nok", descending=True).row(0, named=True)
    chart(
        charts.bars(told, code="scenario", value="full_year_nok", name=str, write=_whole, top=MOST_BESIDE),
        key="simulate_beside",
        title=t(f"{NAME}.beside"),
        alt=t(f"{NAME}.beside_alt", first=best["scenario"], amount=kroner(best["full_year_nok"])),
        numbers=told,
        columns=["scenario", "full_year_nok"],
        forms=forms,
        headings=headings,
    )
    alt = t(f"{NAME}.beside_table")
    table(told, key="simulate_beside_all", alt=alt, columns=columns, forms=forms, headings=headings)


def _whole(amount: Decimal) -> str:
    """An amount in a figure: whole kroner."""
    return kroner(amount, 0)


def _price_changed(comparison: Comparison) -> None:
    """Under what condition a changed price is a saving for Oslo."""
    if summary.changes_prices(comparison):
        st.markdown(t(f"{NAME}.price_changed"))


def _one_off(comparison: Comparison) -> str:
    """The one-off costs, and after how long the saving has paid them."""
    told = {
        "amount": kroner(comparison.one_off_nok),
        "months": number(comparison.payback_months),
        "saved": kroner(comparison.saving.all_months),
    }
    one = "_one" if comparison.payback_months == 1 else ""
    return t(f"{NAME}.one_off_{summary.paid_back(comparison)}{one}", **told)


def _side(code: str) -> str:
    return t(f"{NAME}.{'after' if code == 'scenario' else 'baseline'}")


def _step_names(comparison: Comparison) -> dict[str, str]:
    """What each step of the way is called."""
    numbered: dict[str, str] = {
        str(effect.number): t(f"{NAME}.numbered", number=effect.number, name=action_name(effect.action.kind))
        for effect in comparison.effects
    }
    ends = {"baseline": t(f"{NAME}.baseline"), "scenario": t(f"{NAME}.after"), "all": t(f"{NAME}.together")}
    return numbered | ends
