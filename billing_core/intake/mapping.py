"""What the columns of a file of the user's own are: proposed from names and values, confirmed, saved, applied again."""

import hashlib
from collections.abc import Iterable
from typing import Any

import polars as pl
import tomli_w
from pydantic import BaseModel, ConfigDict, ValidationError

from billing_core.base.errors import BillingCoreError
from billing_core.base.folding import fold
from billing_core.base.written import WrittenError, read_toml
from billing_core.intake.cells import Order
from billing_core.intake.marks import Mark
from billing_core.readers.sheet import ROW, Sheet


class MappingError(BillingCoreError):
    """A mapping file that cannot be used; its text says why."""


class ColumnMapping(BaseModel):
    """One file layout: `columns` ties a table's column keys to the file's headings.

    `table` is a usage table, `people` (a personnel list that completes Microsoft's exports) or `focus`, of which only
    `agency` is asked: by a heading, or by a tag as `Tags:etat`. `fixed` gives columns that the file lacks one value for
    all rows (in `focus`, for rows without one), `values` translates cells (column key -> text -> value). `signature` is
    that of the headings it was made for; empty to fit any file that has the headings named.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    columns: dict[str, str]
    values: dict[str, dict[str, str]] = {}
    fixed: dict[str, str] = {}
    decimal: Mark | None = None
    date_order: Order | None = None
    signature: str = ""

    def fits(self, headings: Iterable[str]) -> bool:
        """Whether a file with these headings is of this layout."""
        folded = {fold(heading) for heading in headings}
        return bool(self.columns) and all(fold(_base(heading)) in folded for heading in self.columns.values())

    def made_for(self, headings: Iterable[str]) -> bool:
        """Whether the mapping was made for exactly these headings."""
        return bool(self.signature) and self.signature == signature(headings)

    def applied(self, sheet: Sheet) -> Sheet:
        """`sheet` with the table's column keys as headings; columns that the mapping does not name are dropped."""
        by_heading = {fold(heading): heading for heading in sheet.headings}
        columns = [pl.col(ROW)]
        for key, heading in self.columns.items():
            if (name := by_heading.get(fold(heading))) is not None:
                columns.append(self._translated(key, sheet.cells[name]).alias(key))
        columns += [pl.lit(value).alias(key) for key, value in self.fixed.items() if key not in self.columns]
        return Sheet(sheet.file, sheet.name, sheet.cells.select(columns), sheet.how, sheet.problems, sheet.bad_rows)

    def value(self, key: str, text: str) -> str:
        """A cell's text as the table has it."""
        known = {fold(word): value for word, value in self.values.get(key, {}).items()}
        return known.get(fold(text), text)

    def _translated(self, key: str, texts: pl.Series) -> Any:
        distinct = texts.drop_nulls().unique()
        translated = pl.Series([self.value(key, text) for text in distinct], dtype=pl.String)
        return pl.lit(texts.replace_strict(distinct, translated, default=None, return_dtype=pl.String))

    def to_toml(self) -> str:
        """The mapping as the text of a TOML file that `from_toml` reads."""
        return tomli_w.dumps(self.model_dump(exclude_defaults=True))

    @classmethod
    def from_toml(cls, content: bytes | str, name: str = "mapping") -> "ColumnMapping":
        """A mapping from its file. MappingError, which says the file's `name`, if it is no mapping."""
        try:
            return cls.model_validate(read_toml(content))
        except (WrittenError, ValidationError) as error:
            raise MappingError(f"{name}: {error}") from error


def signature(headings: Iterable[str]) -> str:
    """A short name for a file layout: the same for the same headings in any order and letter case."""
    return hashlib.sha256("\n".join(sorted({fold(heading) for heading in headings})).encode()).hexdigest()[:16]


def _base(heading: str) -> str:
    """The column of `Tags:agency`, a key inside a column of JSON."""
    return heading.partition(":")[0]
