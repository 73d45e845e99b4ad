"""What an export says, in the words of the usage tables but still as text: people, licences held, computers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from billing_core.base.folding import fold
from billing_core.base.problems import Code, Problem
from billing_core.intake.cells import Empty, Fault, date, flag
from billing_core.intake.licence_cells import is_unlicensed
from billing_core.readers.sheet import ROW, Sheet

_NEVER = ("0001", "9999")


class Person(NamedTuple):
    """One account, with whatever the file says of it; None where it says nothing.

    `seen_blocked_on` (ISO): it was blocked on that day, since when is not told.
    """

    row: int
    user_id: str
    employee_id: str | None = None
    account_type: str | None = None
    account_status: str | None = None
    deactivated_on: str | None = None
    on_platform: str | None = None
    agency: str | None = None
    seen_blocked_on: str | None = None


class Holding(NamedTuple):
    """The licences of one account, as the file's cell names them: one or several, by whatever names."""

    row: int
    user_id: str
    licences: str


class Computer(NamedTuple):
    """One PC. `owner` is an account, `entra_id` what the same PC is called in Entra, `seen_on` when it last showed."""

    row: int
    device_id: str
    owner: str | None
    established_on: str | None
    entra_id: str | None
    serial: str | None = None
    seen_on: str | None = None
    disabled: bool = False


@dataclass
class Facts:
    """All that one file says; `period` where it is of one month. `agency` is whose it is, where it says none.

    `bad_rows`: rows that are refused, with the code and the value.
    """

    file: str
    people: list[Person] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    computers: list[Computer] = field(default_factory=list)
    period: str | None = None
    agency: str | None = None
    notices: list[Problem] = field(default_factory=list)
    bad_rows: dict[int, tuple[Code, str]] = field(default_factory=dict)

    def note(self, code: Code, count: int) -> None:
        """A notice about `count` rows of the file, if there are any."""
        if count:
            self.notices.append(Problem(severity="notice", code=code, file=self.file, detail=str(count)))

    def note_unlicensed(self) -> None:
        """A notice about the accounts that hold nothing."""
        holders = {held.user_id for held in self.holdings}
        self.note("unlicensed_left_out", len({person.user_id for person in self.people} - holders))


def named(found: Facts, sheet: Sheet, *names: str | Sequence[str]) -> Iterable[tuple[int, str, list[str | None]]]:
    """Each row's number, its account or device (the first of `names`), and its other cells.

    Rows that name none are left out, with a notice of their number.
    """
    nameless = 0
    for row, (name, *values) in columns(sheet, *names):
        if name is None:
            nameless += 1
        else:
            yield row, name, values
    found.note("nameless_left_out", nameless)


def columns(sheet: Sheet, *names: str | Sequence[str]) -> Iterable[tuple[int, tuple[str | None, ...]]]:
    """Each row's number and its cells under `names`, None where empty; several names are one column's old and new."""
    by_heading = {fold(heading): heading for heading in sheet.headings}
    cells: list[list[str | None]] = []
    for name in names:
        spellings = (name,) if isinstance(name, str) else name
        heading = next((by_heading[fold(s)] for s in spellings if fold(s) in by_heading), None)
        texts = sheet.cells[heading].to_list() if heading is not None else [None] * sheet.cells.height
        cells.append([text.strip() or None if text else None for text in texts])
    for row, values in zip(sheet.cells[ROW].to_list(), zip(*cells, strict=True), strict=True):
        if row not in sheet.bad_rows:
            yield row, values


def account(user_id: str) -> str:
    """An account's name as all exports agree on it."""
    return user_id.strip().casefold()


def is_true(text: str | None) -> bool | None:
    """A flag as an export writes it (True, FALSE, Yes); None where it is empty or something else."""
    value = flag(text) if text else None
    return None if value is None or isinstance(value, Fault) else value


def day(text: str | None) -> str | None:
    """A time stamp's day in ISO form, None for none and for `never` (year 0001) and `no limit` (9999).

    Dates with slashes are American in these exports, wherever they were made. What is no date is left as it is.
    """
    if not text or text.startswith(_NEVER):
        return None
    value = date(text, "mdy")
    if isinstance(value, Fault):
        return text
    return None if isinstance(value, Empty) or value.year in (1, 9999) else value.isoformat()


def status(blocked: bool | None) -> str | None:
    """The account status that a block of sign-in means."""
    return None if blocked is None else "deactivated" if blocked else "active"


def held(text: str | None) -> str | None:
    """A cell that names licences; None for an empty one, and for one that says there are none."""
    return None if text is None or is_unlicensed(text) else text
