"""What each sheet of a file is, and which of them are read."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from billing_core.base.folding import fold
from billing_core.base.problems import Code, Problem
from billing_core.base.tables import BESIDE_USAGE
from billing_core.intake import mend
from billing_core.intake.cloud_bills import cloud_bill
from billing_core.intake.exports import Export, export_of
from billing_core.intake.headings import Match, is_focus, table_of
from billing_core.intake.mapping import ColumnMapping
from billing_core.intake.report import SHEET_MARK
from billing_core.readers.sheet import Sheet, UnreadableError

_EXPLAINING = {"les meg", "info", "informasjon", "veiledning", "forklaring", "tjenestekoder", "readme", "about"}
"""Names of sheets that explain the others, the template's own among them: nobody is asked what their columns are."""


@dataclass(frozen=True)
class Layout:
    """How a sheet is read: as a usage table (`match`), by a `mapping`, as an `export`, or as what `kind` names.

    `mended`: its rows stand in for those of the files they come from that were read as the same `source`.
    """

    kind: str
    match: Match | None = None
    mapping: ColumnMapping | None = None
    export: Export | None = None
    mended: bool = False

    @property
    def source(self) -> str:
        """What the rows are: those of a usage table, an export, `people` or `focus`."""
        if self.match:
            return self.match.table.name
        return self.mapping.table if self.mapping else self.kind


class Recognised(NamedTuple):
    """The sheets of one file that are read, those that a mapping could tell of, and notices about all others."""

    sheets: list[tuple[Sheet, Layout]]
    unmapped: list[Sheet]
    problems: list[Problem]


def layout_of(sheet: Sheet, mappings: tuple[ColumnMapping, ...]) -> Layout | None:
    """How to read a sheet: by a mapping made for it, as what its columns say, by any mapping that fits, by its name."""
    headings = sheet.headings
    own = next((m for m in mappings if m.made_for(headings) or (not m.signature and m.fits(headings))), None)
    fitting = next((mapping for mapping in mappings if mapping.fits(headings)), None)
    match = table_of(headings, (sheet.file, sheet.name))
    export = export_of(headings)
    mended = mend.is_mended(headings)
    layout: Layout | None = None
    if own:
        layout = _mapped(own)
    elif is_focus(headings):
        layout = Layout("focus", mapping=fitting if mended and fitting and fitting.table == "focus" else None)
    elif match and match.whole:
        layout = Layout("mended" if mended else "usage", match)
    elif export:
        layout = Layout(export.name, export=export)
    elif fitting:
        layout = _mapped(fitting)
    elif match:
        layout = Layout("mended" if mended else "usage", match)
    return layout and replace(layout, mended=mended)


def _mapped(mapping: ColumnMapping) -> Layout:
    return Layout(mapping.table if mapping.table in ("focus", "people") else "mapping", mapping=mapping)


def recognised(name: str, found: list[Sheet], mappings: tuple[ColumnMapping, ...]) -> Recognised:
    """The sheets to read. Unreadable if nothing in the file is known. Mappings of other tables are for those alone."""
    mappings = tuple(mapping for mapping in mappings if mapping.table not in BESIDE_USAGE)
    taken = {m.signature for m in mappings if any(m.made_for(sheet.headings) for sheet in found)}
    known: list[tuple[Sheet, Layout]] = []
    others: list[Sheet] = []
    for sheet in found:
        # A mapping that was made for one of the sheets is for no other of them, though its columns be there too.
        its = tuple(m for m in mappings if m.signature not in taken or m.made_for(sheet.headings))
        layout = None if sheet.hidden else layout_of(sheet, its)
        if (layout is None or (layout.match and not layout.match.whole)) and (bill := cloud_bill(sheet.headings)):
            raise UnreadableError(bill)
        if layout:
            known.append((sheet, layout))
        else:
            others.append(sheet)
    if not known:
        raise UnreadableError("unknown_table" if found else "empty_file")
    known = _told_apart(known)
    problems = [Problem(severity="notice", code=_why_not(sheet), file=name, value=sheet.name) for sheet in others]
    if not any(sheet.cells.height for sheet, _ in known):
        problems.append(Problem(severity="notice", code="no_rows", file=name))
    return Recognised(known, [sheet for sheet in others if is_mappable(sheet)], problems)


def is_mappable(sheet: Sheet) -> bool:
    """Whether an unknown sheet looks like a table, so that it is worth asking what its columns are."""
    explains = fold(sheet.name) in _EXPLAINING
    return not (sheet.hidden or explains) and len(sheet.headings) > 1 and sheet.cells.height > 0


def _why_not(sheet: Sheet) -> Code:
    return "hidden_sheet" if sheet.hidden else "unmapped_sheet" if is_mappable(sheet) else "unknown_sheet"


def _told_apart(known: list[tuple[Sheet, Layout]]) -> list[tuple[Sheet, Layout]]:
    """Sheets of one workbook that are the same have their names in `file`, so that a row has one place."""
    sources = [layout.source for _, layout in known]
    return [(_named(sheet) if sources.count(layout.source) > 1 else sheet, layout) for sheet, layout in known]


def _named(sheet: Sheet) -> Sheet:
    file = f"{sheet.file}{SHEET_MARK}{sheet.name}"
    return replace(sheet, file=file, problems=[Problem(**(problem | {"file": file})) for problem in sheet.problems])
