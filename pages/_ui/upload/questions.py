"""What files leave open and only the user knows: decimal marks, the order of dates, the month's exchange rates."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl
import streamlit as st

from billing_core.base.tables import TABLES
from billing_core.intake import ColumnMapping, Options, signature
from billing_core.intake.headings import matched
from billing_core.rating.statement import Statement
from pages._ui.base.format import NotUnderstood, month, number, typed_number
from pages._ui.base.plain import plain
from pages._ui.base.text import t
from pages._ui.parts.problems import heading
from pages._ui.session import choices
from pages._ui.session.state import Dataset
from pages._ui.upload.intake import take_in

NAME = "page.upload"
_DECIMAL, _DATE = ("ambiguous_decimal", "doubtful_decimal"), ("ambiguous_date",)
_FILES = 10
_LOWEST, _HIGHEST, _DECIMALS = Decimal("0.000001"), 100_000, 6
"""An exchange rate: kroner for one unit of a currency."""


def ask_marks(current: Dataset, stated: Statement) -> None:
    """Asks how numbers and dates are written where a file's columns do not tell, and reads the files again.

    The answer is kept as a mapping for the file's layout: other files keep what their own columns tell.
    """
    unsure = stated.problems.filter(pl.col("code").is_in([*_DECIMAL, *_DATE]))
    files = unsure["file"].drop_nulls().unique(maintain_order=True).to_list()[:_FILES]
    if not files:
        return
    st.subheader(t(f"{NAME}.marks"), anchor=False)
    answers: dict[str, dict[str, Any]] = {}
    for file in files:
        own = unsure.filter(pl.col("file") == file)
        marks = {"decimal": _decimal(own, current), "date_order": _date_order(own, current)}
        answers[file] = {name: said for name, said in marks.items() if said}
    if st.button(t(f"{NAME}.read_again"), key="upload_marks", disabled=not any(answers.values())):
        options = current.options
        for file, said in answers.items():
            mapping = _mapping_of(file, current)
            if mapping is None:
                # Rows that several files make together: there is no one layout to keep the answer with.
                options = replace(options, **said)
            else:
                choices.remember([mapping.model_copy(update=said)])
        take_in(list(current.sources), options)


def _decimal(unsure: pl.DataFrame, current: Dataset) -> str | None:
    found = unsure.filter(pl.col("code").is_in(_DECIMAL))
    return _which(found, {mark: _written(found["value"][0], mark) for mark in ",."}, current) if found.height else None


def _date_order(unsure: pl.DataFrame, current: Dataset) -> str | None:
    found = unsure.filter(pl.col("code").is_in(_DATE))
    return _which(found, {o: t(f"{NAME}.order_{o}") for o in ("dmy", "mdy")}, current) if found.height else None


def _which(found: pl.DataFrame, options: Mapping[str, str], current: Dataset) -> str | None:
    """The way to read a file's first such cell that the user chooses."""
    first = found.row(0, named=True)
    label = t(
        f"{NAME}.mark_of", file=first["file"], column=heading(first["column"]),
        value=first["value"] or "",
    )  # fmt: skip
    key = f"upload_mark_{current.id}_{first['file']}_{next(iter(options))}"
    return st.radio(label, options, None, lambda code: plain(options[code]), key=key, horizontal=True)


def _written(text: str, mark: str) -> str:
    """A number as it would be read if `mark` stood before its decimals."""
    other = "." if mark == "," else ","
    try:
        return number(Decimal(text.replace(other, "").replace(mark, ".").replace(" ", "")))
    except InvalidOperation:
        return t(f"{NAME}.mark_{'comma' if mark == ',' else 'point'}")


def _mapping_of(file: str, current: Dataset) -> ColumnMapping | None:
    """The mapping that a file was read by, else one that says what its columns say themselves; None for exports."""
    for report in current.read.files:
        if report.file != file:
            continue
        if report.recognised == "mapping":
            return next(m for m in current.options.mappings if m.made_for(report.headings) or m.fits(report.headings))
        if report.recognised == "usage":
            match = matched(TABLES[report.tables[0]], report.headings)
            return ColumnMapping(table=match.table.name, columns=match.columns, signature=signature(report.headings))
    return None


def ask_rates(current: Dataset, stated: Statement) -> None:
    """Asks what a foreign currency was worth in the months that invoices were refused for, and reads them again."""
    refused = stated.problems.filter(pl.col("code") == "foreign_currency", pl.col("detail").is_not_null())
    wanted = refused.select("value", "detail").unique().sort("detail", "value").rows()
    if not wanted:
        return
    st.subheader(t(f"{NAME}.rates"), anchor=False)
    st.markdown(t(f"{NAME}.rates_lead"))
    typed = {(currency, period): _rate(currency, period) for currency, period in wanted}
    rates = {place: rate for place, rate in typed.items() if rate is not None}
    if st.button(t(f"{NAME}.read_again"), key="upload_rates", disabled=not rates):
        options: Options = current.options
        take_in(list(current.sources), replace(options, exchange_rates={**options.exchange_rates, **rates}))


def _rate(currency: str, period: str) -> Decimal | None:
    """The rate typed, told as it was read; None as long as there is none."""
    place: Any = st.columns([1, 2])[0]
    label = t(f"{NAME}.rate_of", currency=currency, month=month(period))
    written = place.text_input(label, key=f"upload_rate_{currency}_{period}")
    if not written.strip():
        return None
    try:
        rate = typed_number(written, _LOWEST, _HIGHEST, _DECIMALS)
    except NotUnderstood as error:
        place.error(str(error))
        return None
    place.caption(t("ui.number_understood", value=f"{number(rate)} kr"))
    return rate
