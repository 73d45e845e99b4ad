"""What the values of a column are: one for all rows of a file that lacks it, or what the file's own words mean."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from billing_core.base.folding import fold
from billing_core.base.months import month_of, months_until
from billing_core.base.tables import Column
from billing_core.intake import ColumnMapping, Sheet, columns_of, untranslated
from pages._ui.base.data import catalogue, register
from pages._ui.base.format import month, number
from pages._ui.base.plain import plain
from pages._ui.base.text import agency_label, code_word, item_name, sku_label, t
from pages._ui.parts.problems import heading

NAME = "page.upload"
_VALUES, _BESIDE, _MONTHS = 20, 3, 36


def beside(columns: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each of `columns` with its place on the screen: some beside one another, in reading order on a phone too."""
    for first in range(0, len(columns), _BESIDE):
        yield from zip(st.columns(_BESIDE), columns[first : first + _BESIDE], strict=False)


def known_values(column: Column) -> dict[str, str]:
    """The values that a column can have, with their names; none where they are too many to list."""
    match column.key:
        case "period":
            return {period: month(period) for period in months_until(month_of(date.today()), _MONTHS)[::-1]}
        case "agency":
            return {code: agency_label(code) for code in sorted(catalogue().agencies)}
        case "sku":
            return {sku: sku_label(sku) for sku in sorted(catalogue().sku_names)}
        case "item":
            return {item: item_name(item) for item in catalogue().items}
    if column.kind == "flag":
        return {flag: t(f"{NAME}.{flag}") for flag in ("true", "false")}
    return {code: code_word(code) for code, _ in column.choices}


def translated(
    sheet: Sheet, columns: Mapping[str, str], proposed: ColumnMapping, key: str
) -> dict[str, dict[str, str]]:
    """What the file's own words for codes, flags and agencies mean."""
    values: dict[str, dict[str, str]] = {}
    for column in columns_of(proposed.table):
        own = columns.get(column.key)
        words = untranslated(column, sheet.cells[own].drop_nulls().unique(), register()) if own else []
        if len(words) > _VALUES:
            st.caption(t(f"{NAME}.map_too_many", column=heading(column.key), count=number(len(words))))
        elif words:
            st.markdown(t(f"{NAME}.map_values", column=heading(column.key), heading=str(own)))
            said = _meanings(words, column, proposed.values.get(column.key, {}), key)
            values |= {column.key: said} if said else {}
    return values


def _meanings(words: Sequence[str], column: Column, said: Mapping[str, str], key: str) -> dict[str, str]:
    known = known_values(column)
    options = ["", *known]
    found: dict[str, str] = {}
    for place, text in beside(words):
        guess = said.get(text) or _guess(text, column)
        meaning = place.selectbox(
            f"«{plain(text)}»", options, options.index(guess) if guess in options else 0,
            lambda code: known.get(code) or t(f"{NAME}.map_as_it_is"), key=f"{key}_{column.key}_{text}",
        )  # fmt: skip
        if meaning:
            found[text] = meaning
    return found


def _guess(text: str, column: Column) -> str:
    """The one code whose word begins as `text` does, or that `text` begins with (`H`, `hovedbruker`); else none."""
    written = fold(text)
    like = [
        code
        for code, said in column.choices
        if any(word.startswith(written) or written.startswith(word) for word in (code, fold(said)))
    ]
    return like[0] if len(like) == 1 else ""
