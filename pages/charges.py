"""Tilleggskostnader: explore the lines, follow them over months, and read why each is billed."""

from datetime import date

import streamlit as st

from billing_core.views import explore
from billing_core.views.sums import totals
from pages._ui import charts
from pages._ui.base.format import counted, kroner, month, number
from pages._ui.base.plain import Text, joined
from pages._ui.base.text import item_name, service_name, t, variant_name
from pages._ui.charges import filters, line_list
from pages._ui.parts.head import head
from pages._ui.parts.page import choose_part, page
from pages._ui.parts.show import chart

NAME = "page.charges"
NAMES = {"service": service_name, "item": item_name, "variant": variant_name}


def titled(title: str) -> Text:
    """A chart's title, with what of the whole is shown."""
    told = [name(code) for name, code in zip(NAMES.values(), asked.path, strict=True) if code]
    return joined(": ", [title, joined(" › ", told)] if told else [title])


def draw_tree() -> None:
    """Where the amounts lie: services, items and variants, down to what is chosen."""
    tree = explore.tree(filters.lines(shown, asked, all_months=bool(asked.months), path=False), value)
    if tree.left_out:
        st.caption(counted(f"{NAME}.left_out_of_tree", tree.left_out))
    if tree.nodes.is_empty():
        st.info(t(f"{NAME}.nothing_to_draw"))
        return
    level = explore.level(tree.nodes, asked.prefix)
    first = tree.nodes.row(0, named=True)
    chart(
        charts.tree(
            tree.nodes, path=explore.PATH, value=value, names=list(NAMES.values()), write=write, whole=t("ui.all"),
            level="/".join(level), height=520 if explore.under(tree.nodes, level).height > 1 else 160,
        ),
        key="charges_tree",
        title=titled(t(f"{NAME}.tree", what=what, when=when)),
        alt=t(f"{NAME}.tree_alt", what=what, first=item_name(first["item"]), amount=write(first[value])),
        numbers=explore.under(tree.nodes, asked.path),
        forms={"variant": variant_name},
        click=filters.drill(asked.prefix),
    )  # fmt: skip


def draw_trend() -> None:
    """The months, stacked by what lies below what is chosen."""
    level = explore.PATH[min(len(asked.prefix), len(explore.PATH) - 1)]
    months = explore.by_month(filters.lines(shown, asked, all_months=True), level, value)
    periods = sorted(months["period"]) or [None]
    chart(
        charts.columns(
            months, along="period", series=level, value=value, along_name=month, write=write,
            marked="" if asked.months else shown.period,
            series_name=lambda code: t(f"{NAME}.rest") if code == explore.REST else NAMES[level](code or "–"),
        ),
        key="charges_trend",
        title=titled(t(f"{NAME}.trend_{level}", what=what)),
        alt=t(f"{NAME}.trend_alt", what=what, first=month(periods[0]), last=month(periods[-1])),
        numbers=months.sort("period", maintain_order=True),
        forms={level: lambda code: t(f"{NAME}.rest") if code == explore.REST else NAMES[level](code or "–")},
        click=filters.pick_month(level),
    )  # fmt: skip


shown = page("charges", of_all=True)
asked = filters.ask(shown)
status = asked.wanted.status
money = "covered_nok" if status == "framework" else "amount_nok"
value = explore.measure(status)
what, when = t(f"{NAME}.measure_{value}"), t(f"{NAME}.months_all") if asked.months else month(shown.period)
write = number if value == "lines" else kroner
found = filters.lines(shown, asked, all_months=bool(asked.months))
sums = totals(found)

told = {"billed": kroner(sums.billed), "covered": kroner(sums.covered), "count": number(sums.lines)}
names = [*{"billed": ["billed"], "framework": ["covered"], "all": ["billed", "covered"]}.get(status, []), "count"]
with st.container(horizontal=True):
    for name in names:
        st.metric(t(f"{NAME}.{name}"), told[name], border=True)
for name, count in (("unpriced", sums.unpriced), ("undecided", sums.undecided)):
    if count and status != name:
        st.caption(counted(f"{NAME}.left_out_{name}", count))
view = choose_part("charges", ("tree", "trend"), "view")
if found.is_empty():
    st.info(t(f"{NAME}.none"))
if view == "trend":
    draw_trend()
else:
    draw_tree()
if not found.is_empty():
    of = head(shown.agency, found["period"].unique().sort().to_list(), filters.selection(asked), date.today())
    line_list.show(found, money, title=t(f"{NAME}.lines_title", count=number(found.height), when=when), of=of)
