"""The adopted budget and its changes: read from a file, and spread over the year's months (planning contract, §2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from billing_core.base.folding import fold
from billing_core.base.money import MAX_AMOUNT
from billing_core.base.months import months_between, moved
from billing_core.base.tables import Column
from billing_core.intake.cells import Empty, Fault, parser
from billing_core.intake.marks import number_marks
from billing_core.intake.opened import sheets
from billing_core.law.catalogue import Catalogue
from billing_core.planning.assumptions import spread
from billing_core.planning.errors import PlanError
from billing_core.readers.sheet import ROW, Sheet, UnreadableError
from billing_core.readers.source import Source

KINDS = ("adopted", "change")
SPREADS = ("even", "last_year")
MOST_ROWS = 20_000

COLUMNS = (
    Column("agency", "virksomhet", "text"),
    Column("service", "tjenesteområde", "text"),
    Column("item", "tjeneste", "text"),
    Column("month", "måned", "month"),
    Column("valid_from", "gjelder fra", "month"),
    Column("amount_nok", "beløp", "money", required=True, signed=True),
    Column("kind", "type", "code", choices=(("adopted", "vedtatt"), ("change", "endring"))),
)
"""The columns of an adopted budget. Of `valid_from` only the month counts."""

_YEAR = 12


@dataclass(frozen=True)
class Adopted:
    """One row of an adopted budget: `ore` of a month, or without one of the year (a change: from `valid_from` on)."""

    agency: str
    service: str
    item: str
    month: str | None
    valid_from: str | None
    ore: int
    kind: str

    def months(self, year: int) -> list[str]:
        """The months of a year that it is for; none if it is another year's."""
        first, last = f"{year}-01", f"{year}-12"
        if self.month:
            return [self.month] if first <= self.month <= last else []
        if self.valid_from and self.valid_from[:4] != first[:4]:
            return []
        start = self.valid_from if self.kind == "change" and self.valid_from else first
        return months_between(start, last)


def read_adopted(
    name: str, content: bytes | Path, catalogue: Catalogue, services: Mapping[str, str] | None = None
) -> list[Adopted]:
    """The rows of an adopted budget, CSV or a workbook's first sheet. PlanError names the first row that is amiss.

    Headings are English or Norwegian; items, agencies and services codes or names. `services` are other words for
    services, folded, with their codes: a word that is none stays as it is.
    """
    return adopted_rows(adopted_sheet(name, content), catalogue, services)


def adopted_rows(sheet: Sheet, catalogue: Catalogue, services: Mapping[str, str] | None = None) -> list[Adopted]:
    """The rows of a sheet whose headings are known. PlanError as `read_adopted`."""
    words = catalogue.service_words if services is None else services
    named = columns_found(sheet)
    if "amount_nok" not in named:
        raise PlanError("no_amount", f"{sheet.file}: there is no column amount_nok (beløp)", place=sheet.file)
    mark = number_marks((text for text in sheet.cells[named["amount_nok"]].drop_nulls().unique()), None).thousands
    found = []
    for cells in sheet.cells.iter_rows(named=True):
        place = f"{sheet.file}:{cells[ROW]}"
        values = {c.key: _value(c, cells.get(named.get(c.key, ""), None), mark, place) for c in COLUMNS}
        found.append(_row(values, catalogue, words))
    return found


def columns_found(sheet: Sheet) -> dict[str, str]:
    """The heading of each column of COLUMNS that a sheet names, by key."""
    keys = {fold(heading): heading for heading in sheet.headings}
    return {c.key: keys[w] for c in COLUMNS for w in (fold(c.heading), fold(c.key)) if w in keys}


def unknown_services(sheet: Sheet, services: Mapping[str, str]) -> list[str]:
    """What stands in a sheet's column of services and is no word for one (an account, say), in order."""
    heading = columns_found(sheet).get("service")
    said = sheet.cells[heading].drop_nulls().unique().sort().to_list() if heading else []
    return [word for word in said if word.strip() and fold(word) not in services]


def spread_over(row: Adopted, year: int, how: str, actual: Mapping[str, int] | None = None) -> dict[str, Decimal]:
    """What a row gives each month (NOK) of a year; the months sum to it, to the øre.

    `actual` is what was billed in months of the year before (øre; a month not in the data is left out): `last_year`
    weighs by it, but evenly where a month is missing or negative, or all are 0.
    """
    months = row.months(year)
    if not months:
        return {}
    weights = [1] * len(months)
    if how == "last_year":
        before = [(actual or {}).get(moved(month, -_YEAR)) for month in months]
        known = [amount for amount in before if amount is not None and amount >= 0]
        weights = known if len(known) == len(months) and any(known) else weights
    return dict(zip(months, spread(row.ore, weights), strict=True))


def _row(values: Mapping[str, str | int | None], catalogue: Catalogue, services: Mapping[str, str]) -> Adopted:
    item, agency = str(values["item"] or ""), str(values["agency"] or "")
    service = fold(str(values["service"] or ""))
    month, valid_from = (None if values[key] is None else str(values[key]) for key in ("month", "valid_from"))
    return Adopted(
        agency=catalogue.agency_words.get(fold(agency), agency),
        service=services.get(service, service),
        item=catalogue.item_words.get(fold(item), item),
        month=month,
        valid_from=valid_from,
        ore=int(values["amount_nok"] or 0),
        kind=str(values["kind"] or "adopted"),
    )


def _value(column: Column, text: str | None, mark: str, place: str) -> str | int | None:
    """A cell's value; money in øre. PlanError where it cannot be read."""
    said = (text or "").strip()
    value = parser(column, mark if column.kind == "money" else "")(said) if said else None
    if isinstance(value, Empty):
        value = None
    if isinstance(value, Fault) or (value is None and column.required):
        raise PlanError("bad_cell", f"{place}: {column.key} cannot be read: {said or 'empty'}", place, column.key)
    if column.kind != "money" or value is None:
        return None if value is None else str(value)
    ore, rest = divmod(int(str(value)), 100)
    if rest or abs(ore) > MAX_AMOUNT:
        raise PlanError("not_whole_ore", f"{place}: {column.key} has parts of an øre: {said}", place, column.key)
    return ore


def adopted_sheet(name: str, content: bytes | Path) -> Sheet:
    """The first sheet of a file that holds anything. PlanError if it cannot be read or has too many rows."""
    source = Source(name, path=content) if isinstance(content, Path) else Source(name, content)
    try:
        found = [sheet for sheet in sheets(name, source.read()) if sheet.cells.height]
    except UnreadableError as error:
        raise PlanError("unreadable", f"{name} cannot be read ({error.code})", name, error.detail or "") from error
    if not found:
        raise PlanError("no_rows", f"{name} has no rows", name)
    if found[0].cells.height > MOST_ROWS:
        raise PlanError("too_many_rows", f"{name} has more than {MOST_ROWS} rows", name, str(MOST_ROWS))
    if found[0].bad_rows:
        row, (code, _) = next(iter(found[0].bad_rows.items()))
        raise PlanError("bad_cell", f"{name}:{row} cannot be read ({code})", f"{name}:{row}", code)
    return found[0]
