"""What was wrong with the user's files: by cause, with examples, place and remedy; all of it as a file."""

from typing import Any

import polars as pl
import streamlit as st

from billing_core.intake import grouped
from billing_core.problems import described
from billing_core.tables import TABLES
from pages._ui import state
from pages._ui.format import counted, kroner
from pages._ui.tables import downloads, table
from pages._ui.text import language, t, texts, word

EXAMPLES = 5
_LEFT_OPEN = {"no_deactivation_dates": ("O365-5",), "no_device_owners": ("PLT-1", "PLT-2")}
"""Notices of what files do not say, and the rules that cannot decide without it."""

_HEADINGS = {column.key: column.heading for table in TABLES.values() for column in table.columns}


def show(problems: pl.DataFrame, *, key: str) -> None:
    """Every cause (problems in `problems.SCHEMA`) with how often, where and what to do; refused rows first."""
    if problems.is_empty():
        st.success(t("ui.no_problems"), icon=":material/check_circle:")
        return
    words = texts(language())
    problems = problems.with_columns(_headings(problems["column"]))
    for cause in grouped(problems).iter_rows(named=True):
        _show_cause(cause, described(_of(problems, cause).head(EXAMPLES), words), key)
    downloads(t("ui.problems_file"), lambda: described(problems, words), key=f"{key}_problems")


def _show_cause(cause: dict[str, Any], examples: pl.DataFrame, key: str) -> None:
    refused = cause["severity"] == "refused"
    where = word("table", cause["table"]) or ", ".join(cause["files"])
    count = counted(f"ui.problems_{cause['severity']}", cause["count"])
    icon = ":material/block:" if refused else ":material/info:"
    first = examples.row(0, named=True)
    with st.expander(" · ".join(part for part in (count, where, plain(first["message"])) if part), icon=icon):
        st.markdown(f"**{t('ui.remedy')}** {plain(first['remedy'])}")
        if affected := _affected(cause):
            st.markdown(affected)
        shown = examples.select("file", "row", "column", "value", "message")
        table(shown, key=f"{key}_{cause['code']}_{cause['table']}_{cause['column']}", alt=first["message"])
        if cause["count"] > EXAMPLES:
            st.caption(counted("ui.problems_more", cause["count"] - EXAMPLES))


def _affected(cause: dict[str, Any]) -> str:
    """What a cause is about in money: that of the lines it leaves undecided; of refused rows nobody can know it."""
    if cause["severity"] == "refused":
        return t("page.upload.affected_unknown") if cause["table"] else ""
    rules = _LEFT_OPEN.get(cause["code"])
    if rules is None:
        return ""
    open_ = state.rated().lines.filter(
        pl.col("price_status") == "undecided", pl.col("rule").is_in(rules), pl.col("table") == cause["table"]
    )
    if open_.is_empty():
        return ""
    stake = state.at_stake(open_)
    amount = kroner(stake.amount if stake.unknown < stake.lines else None)
    without = counted("page.upload.affected_without", stake.unknown) if 0 < stake.unknown < stake.lines else ""
    return f"{counted('page.upload.affected', stake.lines, amount=amount)} {without}".strip()


def heading(key: str) -> str:
    """A column's key as the word a Norwegian file has for it; an English reader sees the key."""
    return _HEADINGS.get(key, key) if language() == "nb" else key


def _headings(columns: pl.Series) -> pl.Series:
    """Column keys as `heading` has them; a problem may name several."""
    return columns.replace({key: ", ".join(map(heading, key.split(", "))) for key in columns.drop_nulls().unique()})


def _of(problems: pl.DataFrame, cause: dict[str, Any]) -> pl.DataFrame:
    return problems.filter(*(pl.col(name).eq_missing(cause[name]) for name in ("severity", "code", "table", "column")))


def plain(text: str) -> str:
    """Text that a file's own words are part of, so that none of it is taken for Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+-.!|<>~$:" else sign for sign in text)
