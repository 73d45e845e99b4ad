"""What each sheet of a file is, and which of them are read."""

from dataclasses import dataclass
from typing import NamedTuple

from billing_core.intake import mend
from billing_core.intake.exports import Export, export_of
from billing_core.intake.headings import Match, is_focus, table_of
from billing_core.intake.mapping import Mapping
from billing_core.intake.sheet import Sheet, UnreadableError
from billing_core.problems import Problem


@dataclass(frozen=True)
class Layout:
    """How a sheet is read: as a usage table (`match`), by a `mapping`, as an `export`, or as what `kind` names.

    `mended`: its rows stand in for those of the files they come from.
    """

    kind: str
    match: Match | None = None
    mapping: Mapping | None = None
    export: Export | None = None
    mended: bool = False


class Recognised(NamedTuple):
    """The sheets of one file that are read, and notices about the others."""

    sheets: list[tuple[Sheet, Layout]]
    problems: list[Problem]


def layout_of(sheet: Sheet, mappings: tuple[Mapping, ...]) -> Layout | None:
    """How to read a sheet: by a mapping made for it, as what its columns say, by any mapping that fits, by its name."""
    headings = sheet.headings
    own = next((m for m in mappings if m.made_for(headings) or (not m.signature and m.fits(headings))), None)
    fitting = next((mapping for mapping in mappings if mapping.fits(headings)), None)
    match = table_of(headings, (sheet.file, sheet.name))
    export = export_of(headings)
    layout: Layout | None = None
    if own:
        layout = _mapped(own)
    elif is_focus(headings):
        layout = Layout("focus", mended=mend.is_mended(headings))
    elif match and mend.is_mended(headings):
        layout = Layout("mended", match, mended=True)
    elif match and match.whole:
        layout = Layout("usage", match)
    elif export:
        layout = Layout(export.name, export=export)
    elif fitting:
        layout = _mapped(fitting)
    elif match:
        layout = Layout("usage", match)
    return layout


def _mapped(mapping: Mapping) -> Layout:
    return Layout(mapping.table if mapping.table in ("focus", "people") else "mapping", mapping=mapping)


def recognised(name: str, found: list[Sheet], mappings: tuple[Mapping, ...]) -> Recognised:
    """The sheets to read. Unreadable if nothing in the file is known."""
    layouts = [(sheet, layout_of(sheet, mappings)) for sheet in found]
    known = [(sheet, layout) for sheet, layout in layouts if layout is not None and not sheet.hidden]
    if not known:
        raise UnreadableError("unknown_table" if found else "empty_file")
    _tell_apart(known)
    problems = [
        Problem(
            severity="notice", code="unknown_sheet" if layout is None else "hidden_sheet", file=name, value=sheet.name
        )
        for sheet, layout in layouts
        if layout is None or sheet.hidden
    ]
    if not any(sheet.cells.height for sheet, _ in known):
        problems.append(Problem(severity="notice", code="no_rows", file=name))
    return Recognised(known, problems)


def _tell_apart(known: list[tuple[Sheet, Layout]]) -> None:
    """Sheets of one workbook that are the same table get their names into `file`, so that a row has one place."""
    tables = [layout.match.table.name if layout.match else layout.kind for _, layout in known]
    for (sheet, _), table in zip(known, tables, strict=True):
        if tables.count(table) > 1:
            sheet.file = f"{sheet.file} · {sheet.name}"
            for problem in sheet.problems:
                problem["file"] = sheet.file
