"""Work with the files uploaded, under a passphrase: what a user keeps between days who asked to keep usage too.

Inside what is sealed stands one line of JSON that tells what follows it: the work as its own file is, then each file's
bytes. Nothing is packed, so that what is inside is never larger than what was bounded outside.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from billing_core.base.written import WrittenError, read_json
from billing_core.intake import ColumnMapping, Options, Source
from billing_core.store import work as stored
from billing_core.store.basis import Basis
from billing_core.store.errors import WorkError
from billing_core.store.sealed import MOST_BYTES, seal, unseal
from billing_core.store.work import Work

KIND: Final = "utover-kept"
FORMAT: Final = 1
MOST_FILES = 5_000
MOST_MEGABYTES = MOST_BYTES // 2**20
"""Of work and files together."""

LEAST_SIGNS = 6
"""How many different signs a passphrase must have."""

_MOST_HEAD = 4 * 2**20
_Word = Annotated[str, Field(max_length=400)]
_Month = Annotated[str, Field(max_length=7)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _File(_Data):
    name: _Word
    size: Annotated[int, Field(ge=0)]
    period: _Month | None
    agency: _Word | None
    upload: Annotated[int, Field(ge=0)]
    replaces: bool


class _Rate(_Data):
    currency: Annotated[str, Field(max_length=10)]
    month: _Month
    nok: Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]


class _Options(_Data):
    period: _Month | None
    agency: _Word | None
    mappings: tuple[ColumnMapping, ...] = Field(max_length=200, fail_fast=True)
    rates: tuple[_Rate, ...] = Field(max_length=5_000, fail_fast=True)
    pseudonym_key: Annotated[str, Field(pattern=r"^([0-9a-f]{2}){1,64}$")] | None
    decimal: Literal[".", ","] | None
    date_order: Literal["dmy", "mdy"] | None
    leave_out_idle: bool


class _Head(_Data):
    kind: Literal["utover-kept"]
    format: Literal[1]
    agency: _Word
    month: _Month
    both: bool
    work: Annotated[int, Field(ge=0)]
    options: _Options
    files: tuple[_File, ...] = Field(max_length=MOST_FILES, fail_fast=True)


@dataclass(frozen=True)
class Kept:
    """Work, what it was made on, the files with how they are read, and the agency and month looked at ("": none).

    `both`: whether the user said that a month which two files bring is to stand as both have it.
    """

    work: Work
    basis: Basis
    sources: tuple[Source, ...]
    options: Options
    agency: str = ""
    month: str = ""
    both: bool = False


def check_passphrase(passphrase: str, again: str) -> None:
    """WorkError if the two differ, or nearly anybody would guess it. `sealed.seal` refuses one that is too short."""
    if passphrase != again:
        raise WorkError("other_passphrase", "the two passphrases differ")
    if len(set(passphrase)) < LEAST_SIGNS:
        raise WorkError("weak_passphrase", "the passphrase has too few different signs", detail=str(LEAST_SIGNS))


def to_bytes(kept: Kept, passphrase: str) -> bytes:
    """The sealed file. WorkError if the passphrase is too short, or there is too much of something."""
    work = stored.to_bytes(kept.work, kept.basis)
    contents = [source.read() for source in kept.sources]
    try:
        head = _head_of(kept, len(work), map(len, contents))
    except ValidationError as error:
        raise _refusal(error) from error
    return seal(b"".join([head.model_dump_json().encode(), b"\n", work, *contents]), passphrase)


def from_bytes(content: bytes, passphrase: str) -> Kept:
    """What `to_bytes` sealed. WorkError says why it is not opened."""
    inside = unseal(content, passphrase)
    end = inside.find(b"\n", 0, _MOST_HEAD)
    head = _head(inside[: max(end, 0)])
    sizes = [head.work, *(file.size for file in head.files)]
    if end + 1 + sum(sizes) != len(inside):
        raise WorkError("cut", "what is inside is not as long as it says")
    work, *contents = _parts(inside, end + 1, sizes)
    sources = tuple(
        Source(
            file.name, content, period=file.period, agency=file.agency, upload=file.upload, replaces=file.replaces
        )
        for file, content in zip(head.files, contents, strict=True)
    )  # fmt: skip
    held, basis = stored.from_bytes(work)
    return Kept(held, basis, sources, _read(head.options), head.agency, head.month, head.both)


def _head(line: bytes) -> _Head:
    try:
        values = read_json(line, _MOST_HEAD)
    except WrittenError as error:
        raise WorkError("foreign", f"no head: {error}") from error
    if not isinstance(values, dict) or values.get("kind") != KIND:
        raise WorkError("foreign", f'no "kind": "{KIND}"')
    written = values.get("format")
    if type(written) is int and written > FORMAT:
        raise WorkError("too_new", f"format {written} is newer than {FORMAT}", detail=str(written)[:20])
    try:
        # The line itself: as JSON, a tuple may be written as a list.
        return _Head.model_validate_json(line)
    except ValidationError as error:
        raise _refusal(error) from error


def _refusal(error: ValidationError) -> WorkError:
    place = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"])[:120]
    return WorkError("bad_value", f"{place} is not valid", place=place)


def _head_of(kept: Kept, work: int, sizes: Iterable[int]) -> _Head:
    files = tuple(
        _File(
            name=source.name, size=size, period=source.period, agency=source.agency, upload=source.upload,
            replaces=source.replaces,
        )
        for source, size in zip(kept.sources, sizes, strict=True)
    )  # fmt: skip
    return _Head(
        kind=KIND, format=FORMAT, agency=kept.agency, month=kept.month, both=kept.both, work=work,
        options=_written(kept.options), files=files,
    )  # fmt: skip


def _parts(inside: bytes, start: int, sizes: Sequence[int]) -> Iterator[bytes]:
    for size in sizes:
        yield inside[start : start + size]
        start += size


def _written(options: Options) -> _Options:
    return _Options(
        period=options.period, agency=options.agency, mappings=options.mappings,
        rates=tuple(_Rate(currency=c, month=m, nok=nok) for (c, m), nok in options.exchange_rates.items()),
        pseudonym_key=options.pseudonym_key.hex() if options.pseudonym_key else None,
        decimal=options.decimal, date_order=options.date_order, leave_out_idle=options.leave_out_idle,
    )  # fmt: skip


def _read(told: _Options) -> Options:
    return Options(
        period=told.period, agency=told.agency, mapping=told.mappings,
        exchange_rates={(rate.currency, rate.month): rate.nok for rate in told.rates},
        pseudonym_key=bytes.fromhex(told.pseudonym_key) if told.pseudonym_key else None,
        decimal=told.decimal, date_order=told.date_order, leave_out_idle=told.leave_out_idle,
    )  # fmt: skip
