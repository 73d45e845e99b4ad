"""An estimate as it is kept and shared: whose it is, from when, and its rows as people wrote them."""

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from billing_core.base.errors import BillingCoreError
from billing_core.base.packed import pack, unpack
from billing_core.base.written import WrittenError, read_json
from billing_core.planning.entry_checks import Entry, as_written

MOST_ROWS, MOST_MONTHS = 200, 120
_MOST_BYTES = 200_000

Cell = Annotated[str, Field(max_length=200)]


class SketchError(BillingCoreError):
    """A link's estimate that cannot be read."""


class Row(BaseModel):
    """The cells of one row, as text; a row of `entries.planned` by alias."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    what: Cell = ""
    variant: Cell = ""
    quantity: Cell = ""
    first: Cell = Field(default="", validation_alias="from", serialization_alias="from")
    last: Cell = Field(default="", validation_alias="to", serialization_alias="to")
    unit_price_nok: Cell = ""
    note: Cell = ""

    @property
    def cells(self) -> dict[str, str]:
        """The cells by the columns of a file."""
        return self.model_dump(by_alias=True)

    @classmethod
    def of(cls, entry: Entry) -> "Row":
        """The row that reads as this entry, numbers with a point before their decimals."""
        return cls(
            what=entry.what,
            variant=entry.variant,
            quantity="" if entry.quantity is None else as_written(entry.quantity, 6),
            first=entry.first or "",
            last=entry.last or "",
            unit_price_nok="" if entry.unit_price is None else as_written(entry.unit_price, 4),
            note=entry.note or "",
        )


class Sketch(BaseModel):
    """One estimate: `first` is its first month, `months` how many."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(min_length=1, max_length=120)
    agency: str = Field(min_length=1, max_length=200)
    first: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")
    months: int = Field(default=12, ge=1, le=MOST_MONTHS)
    rows: tuple[Row, ...] = Field(default=(), max_length=MOST_ROWS, fail_fast=True)


def to_token(sketch: Sketch) -> str:
    """The estimate as text that an address can carry."""
    plain = sketch.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return pack(json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


def from_token(token: str) -> Sketch:
    """The estimate of a token. SketchError if it was cut short or is none."""
    try:
        return Sketch.model_validate(read_json(unpack(token, _MOST_BYTES)))
    except (ValueError, WrittenError, ValidationError) as error:
        raise SketchError("the link's estimate cannot be read: it may have been cut short") from error
