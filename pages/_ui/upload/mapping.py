"""Unknown columns: a mapping proposed, its first rows shown, corrected by the user and confirmed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from billing_core.base import money
from billing_core.base.folding import fold
from billing_core.base.problems import described
from billing_core.base.tables import TABLES, Column
from billing_core.intake import PREVIEWED, ColumnMapping, Options, Preview, Sheet, columns_of, preview, propose
from billing_core.intake.headings import NEVER_ALONE
from pages._ui.base import address
from pages._ui.base.data import register
from pages._ui.base.format import counted, day, month, number
from pages._ui.base.plain import plain
from pages._ui.base.text import code_word, language, t, texts
from pages._ui.parts.problems import heading
from pages._ui.parts.tables import table
from pages._ui.session import choices, state
from pages._ui.session.door import once
from pages._ui.session.keys import UNKNOWN
from pages._ui.session.state import Dataset
from pages._ui.upload.intake import take_in
from pages._ui.upload.mapped_values import beside, known_values, translated
from pages._ui.upload.saved_mappings import PEOPLE, download, table_name

NAME = "page.upload"
_FILES, _SAMPLE = 5, 5


@dataclass(frozen=True)
class _Unknown:
    """A sheet to map, the first proposal for it, and the beginning of its widgets' keys."""

    sheet: Sheet
    proposed: ColumnMapping
    key: str


def offer_mapping(current: Dataset) -> None:
    """Asks of every sheet that was refused as unknown what its columns are, and reads the files again."""
    unknown = _unknown(current)
    if not unknown:
        return
    st.subheader(t(f"{NAME}.map"), anchor=False)
    st.markdown(counted(f"{NAME}.map_lead", len(unknown)))
    for place, one in enumerate(unknown[:_FILES]):
        name = " · ".join(dict.fromkeys((one.sheet.file, one.sheet.name or one.sheet.file)))
        told = counted(f"{NAME}.map_file", one.sheet.cells.height, file=name)
        with st.expander(told, expanded=place == 0, icon=":material/help:"):
            _ask(one, current)


def _unknown(current: Dataset) -> list[_Unknown]:
    """The dataset's sheets to map, with what is proposed of each."""

    def work() -> list[_Unknown]:
        return [
            _Unknown(sheet, _proposed(sheet, current.options), f"map_{current.id}_{place}")
            for place, sheet in enumerate(current.read.unread)
        ]

    return [] if current.id == state.DEMO else once(UNKNOWN, current.id, work, 1)


def _proposed(sheet: Sheet, options: Options) -> ColumnMapping:
    """What the user said before of this layout, if it did not do; else our own guess."""
    said = next((m for m in options.mappings if m.made_for(sheet.headings)), None)
    return said or propose(sheet, register()).mapping


def _ask(one: _Unknown, current: Dataset) -> None:
    tables, options = [*TABLES, PEOPLE], current.read.given.get(one.sheet.file, current.options)
    at = tables.index(one.proposed.table) if one.proposed.table in tables else 0
    chosen = st.selectbox(
        t(f"{NAME}.map_table"), tables, at, table_name, key=f"{one.key}_table", help=t(f"{NAME}.map_table_help")
    )
    same = chosen == one.proposed.table
    proposed = one.proposed if same else propose(one.sheet, register(), chosen).mapping
    key = f"{one.key}_{chosen}"
    columns = _headings(one.sheet, proposed, key)
    lacking = [column for column in columns_of(chosen) if column.key not in columns and _is_needed(column, chosen)]
    fixed = _fixed(lacking, options, proposed.fixed, key)
    values = translated(one.sheet, columns, proposed, key)
    mapping = proposed.model_copy(update={"columns": columns, "fixed": fixed, "values": values})
    missing = [column for column in lacking if column.key not in fixed and not _supplied(column, options)]
    if missing:
        st.info(t(f"{NAME}.map_missing", columns=", ".join(heading(column.key) for column in missing)))
    else:
        _show_first(one, mapping, options)
    with st.container(horizontal=True):
        confirmed = st.button(
            t(f"{NAME}.map_confirm"), disabled=bool(missing), key=f"{key}_confirm",
            icon=":material/check:",
        )  # fmt: skip
        download(mapping, f"{key}_save")
    if confirmed:
        choices.remember([mapping])
        take_in(list(current.sources), current.options)


def _is_needed(column: Column, chosen: str) -> bool:
    return column.required or column.key in NEVER_ALONE.get(chosen, ())


def _supplied(column: Column, options: Options) -> bool:
    return column.key in ("period", "agency") and bool(getattr(options, column.key))


def _headings(sheet: Sheet, proposed: ColumnMapping, key: str) -> dict[str, str]:
    """Which heading of the file each column of the table has; those that the file lacks are left out."""
    by_word = {fold(own): own for own in sheet.headings}
    options = ["", *sheet.headings]
    found: dict[str, str] = {}
    for place, column in beside(columns_of(proposed.table)):
        guess = by_word.get(fold(proposed.columns.get(column.key, "")), "")
        label = plain(heading(column.key))
        if _is_needed(column, proposed.table):
            label = t(f"{NAME}.map_required", column=label)
        own = place.selectbox(
            label, options, options.index(guess),
            lambda name: address.spaced(name) or t(f"{NAME}.map_none"), key=f"{key}_{column.key}",
        )  # fmt: skip
        if own:
            found[column.key] = own
    return found


def _fixed(lacking: Sequence[Column], options: Options, said: Mapping[str, str], key: str) -> dict[str, str]:
    """One value for all rows, for columns that the file lacks and whose values can be listed."""
    asked = [column for column in lacking if known_values(column) and not _supplied(column, options)]
    fixed: dict[str, str] = {}
    for place, column in beside(asked):
        known = known_values(column)
        value = place.selectbox(
            t(f"{NAME}.map_fixed", column=heading(column.key)), known,
            list(known).index(said[column.key]) if said.get(column.key) in known else None,
            known.__getitem__, key=f"{key}_{column.key}_fixed", placeholder=t(f"{NAME}.map_choose"),
        )  # fmt: skip
        if value:
            fixed[column.key] = value
    return fixed


def _show_first(one: _Unknown, mapping: ColumnMapping, options: Options) -> None:
    """The first rows as they would be read, and how many of those looked at would be refused."""
    found = preview(one.sheet, mapping, choices.chosen(options), register())
    st.markdown(t(f"{NAME}.map_first"))
    keys = [column.key for column in columns_of(mapping.table) if column.key in {*mapping.columns, *mapping.fixed}]
    if found.frame.height:
        forms = {column.key: form for column in columns_of(mapping.table) if (form := _form(column))}
        table(
            found.frame.head(_SAMPLE), key=f"{one.key}_first", alt=t(f"{NAME}.map_first"), columns=keys,
            forms=forms, headings={name: heading(name) for name in keys},
        )  # fmt: skip
    warn_of_refused(found, one.sheet)


def warn_of_refused(found: Preview, sheet: Sheet) -> None:
    """How many of the rows looked at would be refused, and what is wrong with the first."""
    refused = found.problems.filter(pl.col("severity") == "refused")
    if refused.height:
        first = refused.head(1).with_columns(pl.col("column").map_elements(heading, pl.String()))
        message = plain(described(first, texts(language()))["message"][0])
        looked = min(sheet.cells.height, PREVIEWED)
        st.warning(counted(f"{NAME}.map_refused", refused.height, of=number(looked), message=message))


def _form(column: Column) -> Callable[[Any], str] | None:
    """How a value as read is written; None for text."""
    forms: dict[str, Callable[[Any], str]] = {
        "month": month,
        "date": day,
        "code": code_word,
        "flag": lambda value: t(f"{NAME}.{str(value).lower()}"),
        "quantity": lambda value: number(Decimal(value) / money.QUANTITY),
        "money": lambda value: number(Decimal(value) / money.PRICE),
    }
    form = forms.get(column.kind)
    return None if form is None else lambda value: "" if value is None else form(value)
