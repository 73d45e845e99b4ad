"""A user's work as one file: JSON of one version, read as it was written or refused with a reason.

A part is a field of `Work`; one that a file lacks is empty, so that files written before there was such a part open. A
change of what a part's fields mean raises FORMAT and adds the step from the version before to UPGRADES.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from billing_core.base.written import WrittenError, read_json
from billing_core.checking.accounts import MOST_ROWS
from billing_core.checking.cases import MOST_CASES, Case
from billing_core.intake import ColumnMapping, price_file
from billing_core.planning.advice_notes import Notes
from billing_core.planning.sketch import Sketch
from billing_core.planning.year_plan import YearPlan
from billing_core.scenario import Scenario
from billing_core.store.basis import Basis
from billing_core.store.errors import WorkError

KIND = "utover-work"
"""What says that a file is one of ours."""

FORMAT = 1
_MEGABYTES = 8
MOST_BYTES = _MEGABYTES * 2**20
"""The longest file."""

MOST_VALUES = 400_000
"""The most values in it, told by the commas between them."""

MOST_SCENARIOS, MOST_ESTIMATES = 12, 8
"""How many a session keeps."""

_MOST_TOLD = 1_000
"""Of more faults than so many none is singled out: to list them takes longer than to find them."""

Values = dict[str, Any]
UPGRADES: dict[int, Callable[[Values], Values]] = {}
"""Version -> what makes a file's values those of the next version."""

_Reading = Annotated[str, Field(max_length=20_000)]


_Cells = dict[str, Annotated[str, Field(max_length=200)]]


class AccountStrings(BaseModel):
    """An agency's account strings: the file's name, and its rows as texts by the keys of `accounts.ACCOUNTS`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Annotated[str, Field(max_length=200)]
    rows: tuple[_Cells, ...] = Field(max_length=MOST_ROWS, fail_fast=True)


class PriceRows(BaseModel):
    """Own prices or agreements: the file's name, and its rows as texts by the keys of their file, with `row`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Annotated[str, Field(max_length=200)]
    rows: tuple[_Cells, ...] = Field(max_length=price_file.MOST_ROWS, fail_fast=True)


class Work(BaseModel):
    """What a user made, part by part; none of it is usage.

    notes      what is answered to advice
    readings   policy values changed, by key, as an address writes them
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    scenarios: tuple[Scenario, ...] = Field(default=(), max_length=MOST_SCENARIOS, fail_fast=True)
    estimates: tuple[Sketch, ...] = Field(default=(), max_length=MOST_ESTIMATES, fail_fast=True)
    plans: tuple[YearPlan, ...] = Field(default=(), max_length=200, fail_fast=True)
    cases: tuple[Case, ...] = Field(default=(), max_length=MOST_CASES, fail_fast=True)
    accounts: AccountStrings | None = None
    prices: PriceRows | None = None
    agreements: PriceRows | None = None
    notes: Notes = Notes()
    mappings: tuple[ColumnMapping, ...] = Field(default=(), max_length=100, fail_fast=True)
    readings: dict[str, _Reading] = Field(default={}, max_length=200)

    @property
    def counts(self) -> dict[str, int]:
        """How many things there are of each part."""
        own = {"notes": len(self.notes.answers) + len(self.notes.stated)}
        for name in ("accounts", "prices", "agreements"):
            held: AccountStrings | PriceRows | None = getattr(self, name)
            own[name] = len(held.rows) if held else 0
        return {name: own[name] if name in own else len(getattr(self, name)) for name in type(self).model_fields}


def to_bytes(work: Work, basis: Basis) -> bytes:
    """The file. WorkError if it could not be opened again: it would be too large, or hold too many of something."""
    told = {"kind": KIND, "format": FORMAT, "basis": basis.model_dump(mode="json")}
    # Defaults are written too: they may be others in a later version.
    told["work"] = work.model_dump(mode="json", by_alias=True)
    content = json.dumps(told, ensure_ascii=False, indent=1).encode()
    from_bytes(content)
    return content


def from_bytes(content: bytes) -> tuple[Work, Basis]:
    """The work of a file, and what it was made on. WorkError says why it is not opened."""
    _check_size(content)
    values = _current(_values(content))
    try:
        basis = Basis.model_validate(values.get("basis", {}))
        return Work.model_validate(values["work"]), basis
    except ValidationError as error:
        raise _refusal(error) from error


def _check_size(content: bytes) -> None:
    # Commas are counted before anything is read: millions of values take seconds to read, and minutes to refuse.
    if len(content) > MOST_BYTES or content.count(b",") > MOST_VALUES:
        raise WorkError("too_large", f"more than {MOST_BYTES} bytes or {MOST_VALUES} values", detail=str(_MEGABYTES))


def _values(content: bytes) -> Values:
    """The file's values, if it is one of ours."""
    try:
        values = read_json(content, MOST_BYTES)
    except WrittenError as error:
        ours = KIND.encode() in content[:200]
        code = "cut" if ours else "foreign"
        raise WorkError(code, f"not a whole file of work: {error}", place=str(error.line or 1)) from error
    if not isinstance(values, dict) or values.get("kind") != KIND:
        raise WorkError("foreign", f'no "kind": "{KIND}": this is no file of saved work')
    return values


def _current(values: Values) -> Values:
    """The values as this version writes them."""
    written = values.get("format")
    if type(written) is not int or written < 1:
        raise WorkError("no_format", '"format" is no version', detail=str(written)[:20])
    if written > FORMAT:
        raise WorkError("too_new", f"format {written} is newer than {FORMAT}", detail=str(written)[:20])
    for version in range(written, FORMAT):
        values = UPGRADES[version](values)
    if not isinstance(values.get("work"), dict):
        raise WorkError("cut", 'no "work" in it')
    unknown = sorted(values["work"].keys() - Work.model_fields.keys())
    if unknown:
        raise WorkError("unknown_part", f"unknown part: {unknown[0]}", place=unknown[0][:60])
    return values


def _refusal(error: ValidationError) -> WorkError:
    if error.error_count() > _MOST_TOLD:
        return WorkError("bad_value", f"{error.error_count()} faults")
    first = error.errors(include_url=False, include_input=False)[0]
    # Entries are counted from 1, as a person does.
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])[:120]
    code = "too_many" if first["type"] == "too_long" else "bad_value"
    return WorkError(code, f"{place}: {first['msg']}", place)
