"""From a frame to a sheet of a workbook: columns in words with their units, formulas and names by column."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from billing_core.export.readable import Readable
from billing_core.export.reports.wording import Wording

Head = tuple[tuple[str, str], ...]
Form = Callable[[Any], str]


def sheet(
    words: Wording,
    head: Head,
    kind: str,
    frame: pl.DataFrame,
    *,
    forms: Mapping[str, Form] | None = None,
    headings: Mapping[str, str] | None = None,
    summed: tuple[str, ...] = (),
    names: Mapping[str, str] | None = None,
    formulas: Mapping[str, str] | None = None,
) -> Readable:
    """The sheet `report.sheet_<kind>`. `summed`, `names` and `formulas` are by the frame's columns.

    A column is called by `headings`, else by its word; kroner say so. A formula has the cells of its row as
    {column}. `forms` turn codes into words.
    """
    called = {name: heading(words, name, (headings or {}).get(name)) for name in frame.columns}
    told = frame.with_columns(_in_words(frame[name], form) for name, form in (forms or {}).items())
    places = {name: f"{{{place}}}" for place, name in enumerate(frame.columns)}
    return Readable(
        words.say(f"sheet_{kind}"),
        words.say(f"sheet_{kind}"),
        head,
        told.rename(called),
        tuple(called[name] for name in summed),
        words.texts["ui.head_sum"],
        {called[name]: own for name, own in (names or {}).items()},
        {called[name]: formula.format(**places) for name, formula in (formulas or {}).items()},
    )


def heading(words: Wording, name: str, told: str | None = None) -> str:
    """A column's heading: what it is `told` as, else its word; with kr where it is kroner."""
    said = told or words.texts.get(f"report.column_{name}") or words.texts[f"column.{name}"]
    return f"{said} (kr)" if name.endswith("_nok") else said


def _in_words(column: pl.Series, form: Form) -> pl.Series:
    known = {value: "" if value is None else form(value) for value in column.unique()}
    return pl.Series(column.name, [known[value] for value in column], dtype=pl.String)
