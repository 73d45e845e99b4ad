"""An estimate's lines as files for people and programs, and what of it goes into a budget."""

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl
import streamlit as st

from billing_core.base.folding import fold
from billing_core.base.months import months_between, moved
from billing_core.export import Readable
from billing_core.planning.assumptions import Own
from billing_core.planning.errors import PlanError
from billing_core.planning.estimate_own import own_lines, own_toml
from pages._ui.base.data import catalogue
from pages._ui.base.format import counted
from pages._ui.base.pages import link
from pages._ui.base.plain import bare, plain
from pages._ui.base.text import agency_name, language, t, texts, variant_name
from pages._ui.estimate import book
from pages._ui.estimate.book import FIRST_ROW, NAME, Outcome
from pages._ui.estimate.words import row_said
from pages._ui.parts.head import Head, head_of_plan
from pages._ui.parts.tables import downloads, heading, worded
from pages._ui.session import plans

_IN_FILE = (
    "entry", "period", "service", "item", "variant", "quantity", "unit", "recurrence", "unit_price_nok", "amount_nok",
    "covered_nok", "funding", "rule", "clause", "price_status", "price_source",
)  # fmt: skip

_BROUGHT = "estimate.brought"
"""Session key: how many lines were just put in a budget, or why none was."""


def show(outcome: Outcome) -> None:
    """The buttons that download the lines, and those of one's own in a budget."""
    name, found = outcome.sketch.name, outcome.found
    names, words = entry_names(outcome), texts(language())
    _to_budget(outcome, own_lines(found, names, words))
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
    """What each row is called in a budget, by its number: the estimate and its note, else what it is; no two alike."""
    told: dict[int, str] = {}
    for at, row in enumerate(outcome.sketch.rows, FIRST_ROW):
        name = bare(f"{outcome.sketch.name}: {row.note or row_said(row)}")[:190]
        tries = (name, *(f"{name} ({number})" for number in range(2, len(told) + 2)))
        taken = set(map(fold, told.values()))
        told[at] = next(tried for tried in tries if fold(tried) not in taken)
    return told


def _to_budget(outcome: Outcome, lines: Sequence[Own]) -> None:
    """One click puts the lines in the agency's budget, in place of what this estimate brought before."""
    sketch = outcome.sketch
    st.button(
        t(f"{NAME}.to_budget"), key="estimate_to_budget", on_click=_bring, args=(sketch.agency, sketch.name, lines),
        icon=":material/account_balance_wallet:", disabled=not lines, help=t(f"{NAME}.to_budget_help"),
    )  # fmt: skip
    match st.session_state.pop(_BROUGHT, None):
        case PlanError() as error:
            st.error(t(f"budget.error.{error.code}", place=error.place, detail=error.detail))
        case int(count):
            st.success(counted(f"{NAME}.to_budget_done", count, agency=agency_name(sketch.agency)))
            link("budget", t(f"{NAME}.to_budget_open"), {"agency": sketch.agency}, icon=":material/arrow_forward:")


def _bring(agency: str, source: str, lines: Sequence[Own]) -> None:
    try:
        plans.bring_own(agency, source, lines)
    except PlanError as error:
        st.session_state[_BROUGHT] = error
    else:
        st.session_state[_BROUGHT] = len(lines)


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
