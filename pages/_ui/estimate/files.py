"""An estimate's lines as files for people and programs, and what of it goes into a budget."""

from collections.abc import Callable
from datetime import date

import polars as pl
import streamlit as st

from billing_core.base.months import months_between, moved
from billing_core.export import Readable
from billing_core.planning.estimate_own import own_toml
from pages._ui.base.data import catalogue
from pages._ui.base.plain import bare, plain
from pages._ui.base.text import language, t, texts, variant_name
from pages._ui.estimate import book
from pages._ui.estimate.book import FIRST_ROW, NAME, Outcome
from pages._ui.estimate.words import row_said
from pages._ui.parts.head import Head, head_of_plan
from pages._ui.parts.tables import downloads, heading, worded

_IN_FILE = (
    "entry", "period", "service", "item", "variant", "quantity", "unit", "recurrence", "unit_price_nok", "amount_nok",
    "covered_nok", "funding", "rule", "clause", "price_status", "price_source",
)  # fmt: skip


def show(outcome: Outcome) -> None:
    """The buttons that download the lines, and those of one's own in a budget."""
    name, found = outcome.sketch.name, outcome.found
    names, words = entry_names(outcome), texts(language())
    st.markdown(f"**{t(f'{NAME}.download')}**")
    downloads(
        f"{t(f'{NAME}.file')}-{name}", lambda: found.wanted, key="estimate_lines", of_usage=book.rests_on_demo(),
        readable=_readable(outcome, names),
    )  # fmt: skip
    st.download_button(
        t(f"{NAME}.own"), lambda: own_toml(found, names, words), file_name=bare(f"{t(f'{NAME}.own_file')}-{name}.toml"),
        mime="application/toml", key="estimate_own", on_click="ignore", icon=":material/download:",
        help=t(f"{NAME}.own_help"),
    )  # fmt: skip


def entry_names(outcome: Outcome) -> dict[int, str]:
    """What each row is called in a budget, by its number: its note, else what it is."""
    return {at: bare(row.note or row_said(row)) for at, row in enumerate(outcome.sketch.rows, FIRST_ROW)}


def _readable(outcome: Outcome, names: dict[int, str]) -> Callable[[pl.DataFrame], Readable]:
    """The first sheet of the workbook."""
    of = _head(outcome)

    def made(lines: pl.DataFrame) -> Readable:
        clauses = {code: rule.clause for code, rule in catalogue().rules.items()}
        lines = lines.with_columns(
            clause=pl.col("rule").replace(clauses), entry=pl.col("entry").replace_strict(names, return_dtype=pl.String)
        )
        forms = {"variant": lambda code: variant_name(code) if code else ""}
        told = worded(lines, _IN_FILE, forms, {"entry": t(f"{NAME}.column_entry")})
        summed = tuple(heading(name) for name in ("amount_nok", "covered_nok"))
        title = t(f"{NAME}.title")
        return Readable(bare(title), bare(outcome.sketch.name), of, told, summed, bare(t("ui.head_sum")))

    return made


def _head(outcome: Outcome) -> Head:
    sketch = outcome.sketch
    months = months_between(sketch.first, moved(sketch.first, sketch.months - 1))
    illustrative, demo = outcome.found.illustrative, book.rests_on_demo()
    return head_of_plan(sketch.agency, months, plain(sketch.name), date.today(), illustrative=illustrative, demo=demo)
