"""The price list in force on a day, its history, and the user's own in its place."""

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl
import streamlit as st

from billing_core.base.errors import PriceListError
from billing_core.base.months import first_day
from billing_core.base.problems import described
from billing_core.intake import Options, price_file
from billing_core.law.prices import Prices
from pages._ui import charts
from pages._ui.base import address
from pages._ui.base.data import catalogue
from pages._ui.base.format import KINDS, counted, day
from pages._ui.base.text import item_name, language, service_name, sku_label, t, texts
from pages._ui.parts import problems
from pages._ui.parts.show import chart
from pages._ui.parts.tables import Form, downloads, table
from pages._ui.rules.policy_changes import NAME
from pages._ui.session import choices, state
from pages._ui.session.files import OwnTable

_KINDS: dict[str, tuple[Callable[[], OwnTable | None], Callable[..., None]]] = {
    "prices": (state.prices, state.set_prices),
    "agreements": (state.agreements, state.set_agreements),
}
"""Which of each kind the session has, and how it takes another."""

_FILES = ["csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "ods", "parquet"]

_COLUMNS = ("item", "variant", "price_nok", "status", "valid_from", "valid_to", "app_operation_nok", "source")
_AGREED = ("item", "variant", "price_nok", "reference", "valid_from", "valid_to")
_ROWS = 500
"""How many prices are shown at once: a whole list, so that it can be looked through."""

_FORMS: dict[str, Form] = {
    "price_nok": "price",
    "app_operation_nok": lambda value: "" if value is None else KINDS["price"](value),
    "valid_from": "day",
    "valid_to": lambda value: "" if value is None else day(value),
    "variant": lambda variant: sku_label(variant) if variant else "",
    "status": lambda status: t(f"{NAME}.status_{status}"),
}
_DAYS = (date(2015, 1, 1), date(2099, 12, 31))
"""The days that prices are asked for."""


def illustrative_badge() -> str:
    """Markdown that says that the session's price list has illustrative prices; empty where it has none."""
    illustrative = (state.rates().prices.listed["status"] == "illustrative").any()
    return f":orange-badge[:material/info: {t('ui.illustrative')}]" if illustrative else ""


def show(agency: str, period: str) -> None:
    """What is charged on a day, how it came to that, and the files of one's own."""
    prices = state.rates().prices
    with st.container(border=True):
        for column, kind in zip(st.columns(2), _KINDS, strict=True):
            with column:
                _own(kind)
        for kind in _KINDS:
            _tell_problems(kind)
    _in_force(prices, agency, period)
    _history(prices.listed)


def _in_force(prices: Prices, agency: str, period: str) -> None:
    columns = st.columns([1, 2, 2], vertical_alignment="bottom")
    chosen = address.day(
        t(f"{NAME}.day"), first_day(period), key="rules_day", between=_DAYS,
        widget=columns[0].date_input,
    )  # fmt: skip
    services = {item.price_item: item.service for item in catalogue().items.values()}
    service = address.select(
        t("column.service"), ["", *dict.fromkeys(services.values())], key="rules_service",
        widget=columns[1].selectbox, format=lambda code: service_name(code) if code else t("ui.all"),
    )  # fmt: skip
    sought = address.text(t(f"{NAME}.search"), key="rules_search", widget=columns[2].text_input)
    found = _sought(price_file.in_force(prices.listed, chosen), services, service, sought)
    st.subheader(t(f"{NAME}.in_force", day=day(chosen)), anchor=False)
    _table(found, _COLUMNS, "rules_prices", t(f"{NAME}.in_force", day=day(chosen)))
    downloads(t(f"{NAME}.prices_file"), lambda: price_file.template(prices.listed), key="rules_prices", of_usage=False)
    agreed = _sought(price_file.in_force(prices.agreed, chosen), services, service, sought).filter(agency=agency)
    if not agreed.is_empty():
        st.subheader(t(f"{NAME}.agreed", agency=agency, day=day(chosen)), anchor=False)
        _table(agreed, _AGREED, "rules_agreed", t(f"{NAME}.agreed", agency=agency, day=day(chosen)))
        downloads(t(f"{NAME}.agreements_file"), lambda: price_file.template(prices.agreed), key="rules_agreements")


def _table(frame: pl.DataFrame, columns: Sequence[str], key: str, alt: str) -> None:
    shown = [name for name in columns if name != "variant" or (frame[name] != "").any()]
    headings = {
        name: t(f"{NAME}.column_{name}") for name in (*_COLUMNS, "reference") if name not in ("item", "variant")
    }
    table(
        price_file.in_kroner(frame), key=key, alt=alt, columns=shown, headings=headings,
        forms=_FORMS, rows=_ROWS,
    )  # fmt: skip


def item_label(code: str) -> str:
    """An item's name and code, as the price list has it."""
    name = item_name(code)
    return code if name == code else f"{name} ({code})"


def _sought(frame: pl.DataFrame, services: dict[str, str], service: str, sought: str) -> pl.DataFrame:
    """The prices of a service ("" is all) whose item or variant, as code or in words, has every word sought."""
    rows = []
    for item, variant in frame.select("item", "variant").iter_rows():
        whole = f"{item_label(item)} {variant} {sku_label(variant)}".casefold()
        mine = service in ("", services.get(item))
        rows.append(mine and all(part in whole for part in sought.casefold().split()))
    return frame.filter(pl.Series(rows, dtype=pl.Boolean))


def _history(listed: pl.DataFrame) -> None:
    """How one price changed, as steps and as a table."""
    columns = st.columns(2, vertical_alignment="bottom")
    item = address.select(
        t(f"{NAME}.history_of"), listed["item"].unique(maintain_order=True).to_list(), key="rules_item",
        widget=columns[0].selectbox, format=item_label,
    )  # fmt: skip
    mine = listed.filter(item=item)
    variants = mine["variant"].unique(maintain_order=True).to_list()
    variant = address.select(
        t("column.variant"), variants, key="rules_variant", widget=columns[1].selectbox,
        format=lambda code: sku_label(code) if code else t(f"{NAME}.no_variant"), disabled=len(variants) == 1,
    )  # fmt: skip
    prices = price_file.in_kroner(mine.filter(variant=variant)).sort("valid_from")
    known = prices.filter(pl.col("price_nok").is_not_null()).select("valid_from", "valid_to", "price_nok")
    if known.is_empty():
        return
    last = known["valid_from"][-1]
    name = " ".join((item_name(item), variant)).strip()
    chart(
        charts.steps(known.rows(), until=date(last.year + 1, 12, 31), day_name=day, write=KINDS["price"]),
        key="rules_history",
        title=t(f"{NAME}.history", item=name),
        alt=t(f"{NAME}.history_alt", item=name, price=KINDS["price"](known["price_nok"][-1]), day=day(last)),
        numbers=prices,
        columns=list(_COLUMNS),
        forms=_FORMS,
        headings={name: t(f"{NAME}.column_{name}") for name in _COLUMNS if name not in ("item", "variant")},
    )


def _own(kind: str) -> None:
    """Which prices are used, and the way to one's own and back."""
    held, _ = _KINDS[kind]
    own, turn = held(), st.session_state.setdefault(f"{kind}.turn", 0)
    shipped = t(f"{NAME}.{kind}_shipped")
    st.markdown(counted(f"{NAME}.{kind}_own", own.frame.height, name=own.name) if own else shipped)
    with st.container(horizontal=True):
        if own:
            back = t(f"{NAME}.{kind}_back")
            st.button(back, key=f"back_{kind}", on_click=_use, args=(kind, None), icon=":material/restart_alt:")
        if f"{kind}.before" in st.session_state:
            before = st.session_state[f"{kind}.before"]
            st.button(t(f"{NAME}.undo"), key=f"undo_{kind}", on_click=_use, args=(kind, before), icon=":material/undo:")
        with st.popover(t(f"{NAME}.{kind}_open"), icon=":material/upload_file:"):
            st.markdown(t(f"{NAME}.{kind}_format"))
            key = f"rules_{kind}_{turn}"
            st.file_uploader(t(f"{NAME}.file"), type=_FILES, key=key, on_change=_take, args=(kind, key))


def _tell_problems(kind: str) -> None:
    """What is wrong with the file last tried, or was noticed of it, row by row."""
    told = st.session_state.get(f"{kind}.problems")
    if told is None:
        return
    name, found = told
    refused, words = (found["severity"] == "refused").any(), texts(language())
    title = t(f"{NAME}.{kind}_refused" if refused else f"{NAME}.price_notices", name=name)
    (st.error if refused else st.info)(title)
    shown = described(found.sort("row"), words).select("row", "message", "remedy", "column", "value")
    table(shown, key=f"rules_{kind}_problems", alt=title)
    downloads(
        t("ui.problems_file"), lambda: described(found, words), key=f"rules_{kind}_problems", of_usage=False,
        readable=problems.readable(),
    )  # fmt: skip


def _take(kind: str, key: str) -> None:
    """Takes up a file if all of it is right; else keeps what is wrong with it."""
    file = st.session_state[key]
    st.session_state[f"{kind}.problems"] = None
    if file is None:
        return
    try:
        read = price_file.read_prices(kind, file.name, file.getvalue(), catalogue(), choices.chosen(Options()))
    except PriceListError as error:
        st.session_state[f"{kind}.problems"] = (file.name, error.problems)
    else:
        _use(kind, OwnTable(file.name, read.frame))
        if read.notices.height:
            st.session_state[f"{kind}.problems"] = (file.name, read.notices)


def _use(kind: str, own: OwnTable | None) -> None:
    """Rates by `own` from now on (None is the project's); what was before is kept for one step back."""
    held, use = _KINDS[kind]
    st.session_state[f"{kind}.before"] = held()
    st.session_state[f"{kind}.problems"] = None
    # A fresh field: the old one would go on showing a file that is not used.
    st.session_state[f"{kind}.turn"] += 1
    use(own)
