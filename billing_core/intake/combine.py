"""Several exports together: each completes the others, and what is still missing is said per rule.

Licences come from the best file that has any (Active users, then a Graph list, then the usage report); types, states,
dates and employees of an account from whichever file knows them, a list of the user's own first. A blocked account
that no file has a date for was deactivated, at the latest, on the day it was first seen blocked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from billing_core.base.problems import Code, Problem
from billing_core.base.tables import TABLES
from billing_core.intake.earlier import first_seen
from billing_core.intake.exports import by_rank, people
from billing_core.intake.exports.facts import Computer, Facts, Person
from billing_core.intake.exports.usage_report import is_concealed
from billing_core.intake.idle import counted
from billing_core.intake.options import Options, Register
from billing_core.readers.sheet import ROW, Sheet

BELIEVED = (people.NAME, *by_rank("people"))
"""Whom to believe of an account, best first."""

LICENCES_FROM = by_rank("licences")
COMPUTERS_FROM = by_rank("computers")


class Combined(NamedTuple):
    """Text tables of usage, one a file that rows come from, and what is missing."""

    sheets: list[tuple[str, Sheet]]
    problems: list[Problem]


def combined(
    found: Sequence[tuple[str, Facts]], options: Options, register: Register, tables: pl.DataFrame
) -> Combined:
    """Text tables of licences and devices from the facts of all files, each with its export's name.

    `tables`: the licences of usage tables read beside them, which may show when an account was first blocked.
    """
    sheets: list[tuple[str, Sheet]] = []
    problems: list[Problem] = []
    every = [facts for _, facts in found]
    for period, together in _months(found):
        known = _People(together, options, register, first_seen(every, tables, period, options))
        licences, listed = _best(together, LICENCES_FROM), _computers(together)
        problems += _left_out(together, licences, listed)
        computers, told = counted(listed, period, options)
        problems += told
        sheets += [("licences", _licences(facts, known, period)) for facts in licences]
        sheets += [("devices", _devices(facts, rows, known, period)) for facts, rows in computers]
        if not period:
            files = [facts.file for _, facts in together if facts.holdings or facts.computers]
            problems += [Problem(severity="notice", code="period_unknown", file=f, column="period") for f in files]
        problems += _missing_of_licences(licences, known)
        problems += _missing_of_computers([row for _, rows in computers for row in rows], known, computers)
    return Combined([(table, sheet) for table, sheet in sheets if sheet.cells.height], problems)


def _months(found: Sequence[tuple[str, Facts]]) -> list[tuple[str | None, list[tuple[str, Facts]]]]:
    """The files of each month, completed by those that are of none; a file without a month is of the only one there is.

    Among several months, what people hold in a file without one has none.
    """
    months = sorted({facts.period for _, facts in found if facts.period})
    if len(months) < 2:
        return [(next(iter(months), None), list(found))]
    held = [(kind, facts) for kind, facts in found if not facts.period and (facts.holdings or facts.computers)]
    undated = [(kind, facts) for kind, facts in found if not facts.period and not (facts.holdings or facts.computers)]
    groups = [(month, [(kind, facts) for kind, facts in found if facts.period == month] + undated) for month in months]
    return [*groups, (None, held + undated)] if held else [*groups]


def _best(found: Sequence[tuple[str, Facts]], names: Sequence[str]) -> list[Facts]:
    """The files of the first kind in `names` that any file of has licences."""
    for name in names:
        if of_kind := [facts for kind, facts in found if kind == name and facts.holdings]:
            return of_kind
    return []


def _left_out(
    found: Sequence[tuple[str, Facts]], licences: Sequence[Facts], computers: Sequence[tuple[Facts, list[Computer]]]
) -> list[Problem]:
    """What the files less believed have that was not taken from them: accounts that the best lack, PCs they share.

    Lists of the user's own: accounts that no file has, which they complete nothing of.
    """
    told: list[Problem] = []
    best = {id(facts) for facts in licences}
    accounts = {account for facts in licences for account in _accounts(facts)}
    names = accounts | {person.user_id for kind, facts in found if kind != people.NAME for person in facts.people}
    names |= {computer.owner for facts, _ in computers for computer in facts.computers if computer.owner}
    names |= {name.partition("@")[0] for name in names}
    taken = {id(facts): len(rows) for facts, rows in computers}
    for kind, facts in found:
        if facts.holdings and id(facts) not in best:
            lacking = {held.user_id for held in facts.holdings if not is_concealed(held.user_id)} - accounts
            told += _notice("accounts_left_out", len(lacking), facts.file, "licences", licences[0].file)
        told += _notice("pcs_in_both", len(facts.computers) - taken.get(id(facts), 0), facts.file, "devices")
        if kind == people.NAME and names:
            told += _notice("people_without_account", len({p.user_id for p in facts.people} - names), facts.file, None)
    return told


def _accounts(facts: Facts) -> set[str]:
    return {person.user_id for person in facts.people} | {held.user_id for held in facts.holdings}


class _People:
    """What all files together know of each account."""

    def __init__(
        self, found: Sequence[tuple[str, Facts]], options: Options, register: Register, first_seen: Mapping[str, str]
    ) -> None:
        self._options, self._register, self._first_seen = options, register, first_seen
        self._known: dict[str, list[tuple[int, Person]]] = defaultdict(list)
        for rank, name in enumerate(BELIEVED):
            for kind, facts in found:
                if kind == name:
                    for person in facts.people:
                        self._known[person.user_id].append((rank, person))

    def __len__(self) -> int:
        return len(self._known)

    def say(self, user_id: str | None, attribute: str) -> str | None:
        """What the most believed file says of an account; a list may know it by its name without the domain."""
        names = {user_id, user_id.partition("@")[0]} if user_id else set()
        said = [entry for name in names for entry in self._known.get(name, ()) if getattr(entry[1], attribute)]
        return str(getattr(min(said, key=lambda entry: entry[0])[1], attribute)) if said else None

    def is_blocked(self, user_id: str) -> bool:
        """Whether an account is said to be deactivated."""
        return self.say(user_id, "account_status") not in (None, "active", "aktiv")

    def first_seen(self, user_id: str) -> str | None:
        """The day that a blocked account without a date was first seen blocked; None for others and if not known."""
        if self.say(user_id, "deactivated_on") or not self.is_blocked(user_id):
            return None
        return self._first_seen.get(self._options.pseudonym(user_id))

    def agency(self, user_id: str | None, facts: Facts) -> str | None:
        """An account's agency: as a file says, by its address, or that of the file which names it."""
        by_address = self._register.agency_of_address(user_id) if user_id else None
        return self.say(user_id, "agency") or by_address or facts.agency


def _licences(facts: Facts, known: _People, period: str | None) -> Sheet:
    rows = [
        {
            ROW: held.row,
            "period": period,
            "agency": known.agency(held.user_id, facts),
            "user_id": held.user_id,
            "employee_id": known.say(held.user_id, "employee_id"),
            "account_type": known.say(held.user_id, "account_type") or "main",
            "sku": held.licences,
            "account_status": known.say(held.user_id, "account_status"),
            "deactivated_on": known.say(held.user_id, "deactivated_on") or known.first_seen(held.user_id),
            "on_platform": known.say(held.user_id, "on_platform"),
        }
        for held in facts.holdings
    ]
    return _sheet(facts.file, "licences", rows)


def _devices(facts: Facts, computers: Iterable[Computer], known: _People, period: str | None) -> Sheet:
    rows = [
        {
            ROW: computer.row,
            "period": period,
            "agency": known.agency(computer.owner, facts),
            "device_id": computer.device_id,
            "device_kind": "thick",
            "employee_id": known.say(computer.owner, "employee_id"),
            "established_on": computer.established_on,
        }
        for computer in computers
    ]
    return _sheet(facts.file, "devices", rows)


def _sheet(file: str, table: str, rows: Sequence[dict[str, str | int | None]]) -> Sheet:
    schema = {column.key: pl.String() for column in TABLES[table].columns if rows and column.key in rows[0]}
    return Sheet(file, table, pl.DataFrame(rows, schema={ROW: pl.Int64(), **schema}))


def _computers(found: Sequence[tuple[str, Facts]]) -> list[tuple[Facts, list[Computer]]]:
    """Each file's PCs, without those that an earlier kind of file already has."""
    seen: set[str] = set()
    result: list[tuple[Facts, list[Computer]]] = []
    for name in COMPUTERS_FROM:
        own = [(facts, [c for c in facts.computers if c.entra_id not in seen]) for kind, facts in found if kind == name]
        seen |= {computer.entra_id for _, rows in own for computer in rows if computer.entra_id}
        result += own
    return result


def _missing_of_licences(licences: Sequence[Facts], known: _People) -> list[Problem]:
    """What the licence rules need and no file says, each with the number of accounts it concerns."""
    accounts = {held.user_id for facts in licences for held in facts.holdings}
    file = licences[0].file if licences else None
    if not accounts:
        return _notice("no_licences", len(known), None, None)
    undated = [user for user in accounts if known.is_blocked(user) and not known.say(user, "deactivated_on")]
    seen = sum(known.first_seen(user) is not None for user in undated)
    return [
        *_notice("dates_first_seen", seen, file, "licences"),
        *_notice("no_deactivation_dates", len(undated) - seen, file, "licences"),
        *_notice("no_employee_ids", sum(not known.say(u, "employee_id") for u in accounts), file, "licences"),
        *_notice("account_types_assumed", sum(not known.say(u, "account_type") for u in accounts), file, "licences"),
        *_notice("platform_assumed", sum(not known.say(u, "on_platform") for u in accounts), file, "licences"),
    ]


def _missing_of_computers(
    computers: Sequence[Computer], known: _People, found: Sequence[tuple[Facts, list[Computer]]]
) -> list[Problem]:
    file = found[0][0].file if found else None
    unowned = sum(not known.say(computer.owner, "employee_id") for computer in computers)
    return [
        *_notice("no_device_owners", unowned, file, "devices"),
        *_notice("device_kinds_assumed", len(computers), file, "devices"),
    ]


def _notice(code: Code, count: int, file: str | None, table: str | None, value: str | None = None) -> list[Problem]:
    if not count:
        return []
    return [Problem(severity="notice", code=code, table=table, file=file, value=value, detail=str(count))]
