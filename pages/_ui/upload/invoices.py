"""Cloud invoices that do not say which agency they are for: what tells it, and whose each value is."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from billing_core.base import money
from billing_core.base.folding import fold
from billing_core.intake import (
    PREVIEWED,
    AgencyShare,
    AgencySource,
    ColumnMapping,
    Options,
    Sheet,
    agency_shares,
    agency_sources,
    invoices_without_agency,
    preview,
    signature,
)
from pages._ui.base import address
from pages._ui.base.data import register
from pages._ui.base.format import counted, kroner, number
from pages._ui.base.plain import bare
from pages._ui.base.text import agency_label, code_word, language, t, texts
from pages._ui.parts.problems import heading
from pages._ui.parts.tables import table
from pages._ui.session import choices, state
from pages._ui.session.door import once
from pages._ui.session.keys import INVOICES, SHARES
from pages._ui.session.state import Dataset
from pages._ui.upload.intake import take_in
from pages._ui.upload.mapped_values import beside
from pages._ui.upload.mapping import warn_of_refused
from pages._ui.upload.saved_mappings import FOCUS, download

NAME = "page.upload"
_FILES, _VALUES, _SAMPLE = 5, 20, 10
_COLUMNS = ("period", "agency", "provider", "cost_nok")


@dataclass(frozen=True)
class _Invoice:
    """An invoice to ask about, what may tell its agency, and the beginning of its widgets' keys."""

    sheet: Sheet
    sources: list[AgencySource]
    key: str


def ask_agencies(current: Dataset) -> None:
    """Asks of every invoice with rows of no known agency what tells the agency, and reads the files again."""
    invoices = _invoices(current)
    if not invoices:
        return
    st.subheader(t(f"{NAME}.invoice"), anchor=False)
    st.markdown(t(f"{NAME}.invoice_lead"))
    for place, one in enumerate(invoices[:_FILES]):
        told = counted(f"{NAME}.map_file", one.sheet.cells.height, file=one.sheet.file)
        with st.expander(told, expanded=place == 0, icon=":material/help:"):
            if one.sources:
                _ask(one, current)
            else:
                st.info(t(f"{NAME}.invoice_none"))


def _invoices(current: Dataset) -> list[_Invoice]:
    """The dataset's invoices to ask about, with what may tell the agency of each."""

    def work() -> list[_Invoice]:
        return [
            _Invoice(sheet, agency_sources(sheet, register()), f"invoice_{current.id}_{place}")
            for place, sheet in enumerate(invoices_without_agency(current.read))
        ]

    return [] if current.id == state.DEMO else once(INVOICES, current.id, work, 1)


def _ask(one: _Invoice, current: Dataset) -> None:
    options = current.read.given.get(one.sheet.file, current.options)
    said = _said(one.sheet, options)
    by_heading = {source.heading: source for source in one.sources}
    before = said.columns.get("agency") if said else None
    chosen = st.selectbox(
        t(f"{NAME}.invoice_source"), by_heading, list(by_heading).index(before) if before in by_heading else 0,
        lambda name: address.spaced(_source_label(by_heading[name])), key=f"{one.key}_source",
        help=t(f"{NAME}.invoice_source_help"),
    )  # fmt: skip
    key = f"{one.key}_{chosen}"
    shares = once(SHARES, key, lambda: agency_shares(one.sheet, chosen, register()), 20)
    kept = said if said and chosen == before else ColumnMapping(table=FOCUS, columns={"agency": chosen})
    mapping = _mapping(kept, _agencies(shares, kept, options, key), signature(one.sheet.headings))
    _show_first(one.sheet, mapping, options)
    told = bool(mapping.values or mapping.fixed or any(share.agency for share in shares))
    with st.container(horizontal=True):
        confirmed = st.button(
            t(f"{NAME}.map_confirm"), disabled=not told, key=f"{key}_confirm", icon=":material/check:"
        )  # fmt: skip
        download(mapping, f"{key}_save")
    if confirmed:
        choices.remember([mapping])
        take_in(list(current.sources), current.options)


def _said(sheet: Sheet, options: Options) -> ColumnMapping | None:
    """What the user said before of this layout, else of another that fits: a provider adds columns."""
    fitting = [mapping for mapping in options.mappings if mapping.table == FOCUS and mapping.fits(sheet.headings)]
    made_for = [mapping for mapping in fitting if mapping.made_for(sheet.headings)]
    return next(iter(made_for + fitting), None)


def _mapping(kept: ColumnMapping, chosen: Mapping[str | None, str], layout: str) -> ColumnMapping:
    """`kept` with the agency chosen for each value (None: for rows without one); of values not asked for, it holds."""
    asked = {fold(value) for value in chosen if value}
    values = {text: code for text, code in kept.values.get("agency", {}).items() if fold(text) not in asked}
    values |= {value: code for value, code in chosen.items() if value and code and code != register().agency(value)}
    other = chosen.get(None, kept.fixed.get("agency"))
    changed = {
        "values": {"agency": values} if values else {},
        "fixed": {"agency": other} if other else {},
        "signature": layout,
    }
    return kept.model_copy(update=changed)


def _source_label(source: AgencySource) -> str:
    """`Merkelapp «etat»: 214 rader (bym, vann, uke)`."""
    _, _, tag = source.heading.partition(":")
    name = t(f"{NAME}.invoice_tag", tag=tag) if tag else _column_name(source.heading)
    return bare(counted(f"{NAME}.invoice_source_of", source.rows, name=name, examples=", ".join(source.examples)))


def _column_name(heading: str) -> str:
    """A column of an invoice in words; one of the provider's own is its own name."""
    return texts(language()).get(f"focus_column.{heading}", heading)


def _agencies(shares: list[AgencyShare], kept: ColumnMapping, options: Options, key: str) -> dict[str | None, str]:
    """The agency chosen for each value, and for rows without one (None); empty where none is."""
    known = sorted(register().agencies)
    asked = [share for share in shares if share.value][:_VALUES] + [share for share in shares if not share.value]
    chosen: dict[str | None, str] = {}
    for place, share in beside(asked):
        if share.value:
            guess = kept.value("agency", share.value)
            name, empty, own = t(f"{NAME}.invoice_value", value=share.value), "open", f"of_{share.value}"
        else:
            guess = kept.fixed.get("agency") or options.agency or ""
            name, empty, own = t(f"{NAME}.invoice_without"), "refused", "without"
        guess = guess if guess in known else share.agency or ""
        chosen[share.value] = place.selectbox(
            counted(f"{NAME}.invoice_share", share.rows, value=name, amount=_amount(share.amounts)),
            ["", *known], known.index(guess) + 1 if guess else 0,
            lambda code, empty=empty: agency_label(code) if code else t(f"{NAME}.invoice_{empty}"), key=f"{key}_{own}",
        )  # fmt: skip
    if more := len(shares) - len(asked):
        st.caption(counted(f"{NAME}.invoice_more", more))
    return chosen


def _amount(amounts: Mapping[str, Decimal]) -> str:
    return " + ".join(
        kroner(amount) if currency == "NOK" else f"{number(amount, 2)} {currency}"
        for currency, amount in amounts.items()
    )


def _show_first(sheet: Sheet, mapping: ColumnMapping, options: Options) -> None:
    """What the first rows come to, and how many of those looked at would be refused."""
    found = preview(sheet, mapping, choices.chosen(options), register())
    told = counted(f"{NAME}.invoice_first", min(sheet.cells.height, PREVIEWED))
    if found.frame.height:
        st.markdown(told)
        forms = {"provider": code_word, "cost_nok": lambda cost: kroner(Decimal(cost) / money.PRICE)}
        table(
            found.frame.head(_SAMPLE), key=f"{mapping.signature}_first", alt=told, columns=_COLUMNS, forms=forms,
            headings={name: heading(name) for name in _COLUMNS},
        )  # fmt: skip
    warn_of_refused(found, sheet)
