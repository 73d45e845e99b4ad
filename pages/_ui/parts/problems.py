"""What was wrong with the user's files: by cause, with examples, place and remedy; all of it as a file."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import polars as pl
import streamlit as st

from billing_core.base.problems import Sheets, Written, described
from billing_core.base.tables import TABLES
from billing_core.export import Readable
from billing_core.intake import grouped
from billing_core.views import reported
from billing_core.views.valued import AtStake
from pages._ui.base.format import counted, kroner, number
from pages._ui.base.plain import bare, joined, plain
from pages._ui.base.text import language, t, texts, word
from pages._ui.parts.head import head_of_files
from pages._ui.parts.tables import downloads, table, worded
from pages._ui.session import state

EXAMPLES = 5
_IN_FILE = ("severity", "table", "file", "row", "column", "value", "message", "remedy")
_HEADINGS = {column.key: column.heading for table in TABLES.values() for column in table.columns}


def show(problems: pl.DataFrame, *, key: str, lines: pl.DataFrame | None = None, sheets: Sheets | None = None) -> None:
    """Every cause (problems in `problems.SCHEMA`) with how often, where and what to do; refused rows first.

    Of usage, `lines` are what was rated: a cause is told with the amount it is about, where that can be known.
    `sheets` (`Intake.sheets`) name the sheets that rows stand in.
    """
    if problems.is_empty():
        st.success(t("ui.no_problems"), icon=":material/check_circle:")
        return
    words = texts(language())
    problems = problems.with_columns(_headings(problems["column"]))
    causes = [(cause, _of(problems, cause)) for cause in grouped(problems).iter_rows(named=True)]
    worths = [None if lines is None else _worth(reported.concerned(own, lines)) for _, own in causes]
    told = sorted(zip(causes, worths, strict=True), key=lambda one: _rank(one[0][0], one[1]))
    severity = ""
    for (cause, own), worth in told:
        if cause["severity"] != severity:
            severity = cause["severity"]
            count = sum(other["count"] for other, _ in causes if other["severity"] == severity)
            st.markdown(f"#### {t(f'ui.problems_head_{severity}', number=number(count))}")
        affected = _affected(worth) if worth else ""
        # Each value once: its remedy may be its own.
        examples = own.unique(["value", "detail"], keep="first", maintain_order=True).head(EXAMPLES)
        _show_cause(cause, described(examples, words, Written(sheets or {})), affected, key)
    downloads(
        t("ui.problems_file"), lambda: described(problems, words, Written(sheets or {})), key=f"{key}_problems",
        readable=readable(),
    )  # fmt: skip


def readable() -> Callable[[pl.DataFrame], Readable]:
    """The first sheet of the problems' workbook: what is wrong and what to do beside its place, refused rows first."""
    of = head_of_files(date.today())

    def made(found: pl.DataFrame) -> Readable:
        title = bare(t("ui.problems_sheet"))
        told = worded(found.sort(pl.col("severity") != "refused", maintain_order=True), _IN_FILE, {})
        return Readable(title, title, of, told, (), "")

    return made


def _show_cause(cause: dict[str, Any], examples: pl.DataFrame, affected: str, key: str) -> None:
    refused = cause["severity"] == "refused"
    where = word("table", cause["table"]) or ", ".join(cause["files"])
    whole = refused and examples["row"].null_count() == examples.height
    count = counted("page.upload.refused_files" if whole else f"ui.problems_{cause['severity']}", cause["count"])
    icon = ":material/block:" if refused else ":material/info:"
    first = examples.row(0, named=True)
    with st.expander(joined(" · ", filter(None, (count, where, first["message"]))), icon=icon):
        alike = examples["remedy"].n_unique() == 1
        if alike:
            st.markdown(f"**{t('ui.remedy')}** {plain(first['remedy'])}")
        if affected:
            st.markdown(affected)
        # What all examples lack tells nothing, and what they all say stands above them.
        shown = [name for name in ("row", "column", "value", "file") if examples[name].count()]
        shown += ["message"] if examples["message"].n_unique() > 1 else []
        shown += [] if alike else ["remedy"]
        if shown:
            alt, name = first["message"], f"{key}_{cause['code']}_{cause['table']}_{cause['column']}"
            table(examples.select(shown), key=name, alt=alt)
        if cause["count"] > examples.height:
            st.caption(counted("ui.problems_more", cause["count"] - examples.height))


class _Worth(NamedTuple):
    """What lines are worth, and whether all of them are undecided."""

    of: AtStake
    undecided: bool


def _worth(lines: pl.DataFrame) -> _Worth | None:
    """None where there are no lines, as of refused rows."""
    return None if lines.is_empty() else _Worth(state.worth(lines), bool(lines["funding"].eq("undecided").all()))


def _rank(cause: dict[str, Any], worth: _Worth | None) -> tuple[bool, Decimal]:
    """Refused rows first, then what the most money is about; else as they came."""
    return cause["severity"] != "refused", -abs(worth.of.amount) if worth else Decimal(0)


def _affected(worth: _Worth) -> str:
    """What lines are about in money."""
    of = worth.of
    amount = kroner(of.amount if of.unknown < of.lines else None)
    without = counted("page.upload.affected_without", of.unknown) if 0 < of.unknown < of.lines else ""
    kind = "affected" if worth.undecided else "affected_value"
    return f"{counted(f'page.upload.{kind}', of.lines, amount=amount)} {without}".strip()


def heading(key: str) -> str:
    """A column's key as the word a Norwegian file has for it; an English reader sees the key."""
    return _HEADINGS.get(key, key) if language() == "nb" else key


def _headings(columns: pl.Series) -> pl.Series:
    """Column keys as `heading` has them; a problem may name several."""
    return columns.replace({key: ", ".join(map(heading, key.split(", "))) for key in columns.drop_nulls().unique()})


def _of(problems: pl.DataFrame, cause: dict[str, Any]) -> pl.DataFrame:
    return problems.filter(*(pl.col(name).eq_missing(cause[name]) for name in ("severity", "code", "table", "column")))
