"""What a user's work was made on, by name and fingerprint, and what of it is another now."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

KINDS = ("data", "prices", "agreements", "policy")
"""What work is made on, in the order told."""

_MOST_NAME = 200


class Mark(BaseModel):
    """One of the things work is made on: its name as people know it, how many rows, a fingerprint of its content."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Annotated[str, Field(max_length=_MOST_NAME)] = ""
    rows: Annotated[int, Field(ge=0, le=10**12)] = 0
    fingerprint: Annotated[str, Field(max_length=64)] = ""

    @classmethod
    def of(cls, name: str, rows: int, content: bytes) -> "Mark":
        """The mark of a content."""
        return cls(name=name[:_MOST_NAME], rows=rows, fingerprint=hashlib.sha256(content).hexdigest()[:16])


class Basis(BaseModel):
    """The marks of usage, price list, agreements and policy; empty where there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    data: Mark = Mark()
    prices: Mark = Mark()
    agreements: Mark = Mark()
    policy: Mark = Mark()


@dataclass(frozen=True)
class Difference:
    """One thing (of KINDS) that is another now than then."""

    kind: str
    then: Mark
    now: Mark


def differences(then: Basis, now: Basis) -> tuple[Difference, ...]:
    """What differs, in the order of KINDS."""
    pairs = [(kind, getattr(then, kind), getattr(now, kind)) for kind in KINDS]
    return tuple(Difference(kind, was, is_) for kind, was, is_ in pairs if was.fingerprint != is_.fingerprint)
