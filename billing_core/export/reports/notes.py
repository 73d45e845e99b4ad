"""What a person adds to a report: the decision that is needed, and comments on deviations, as a TOML file.

decision = "..."          what the leaders are asked to decide
[comments]                a service's code (or "total"), and why it deviates
cloud = "..."
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from billing_core.base.errors import RequestError
from billing_core.base.written import WrittenError, read_toml

MOST = 300
"""Characters of a decision or a comment: a page has room for no more."""

Told = Annotated[str, Field(max_length=MOST)]


class Notes(BaseModel):
    """A decision, and comments by service; empty where nobody has written any."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    decision: Told = ""
    comments: Mapping[str, Told] = Field(default_factory=dict, max_length=100)


def read_notes(content: bytes) -> Notes:
    """The notes of a file. RequestError names what cannot be read."""
    try:
        return Notes(**read_toml(content))
    except WrittenError as error:
        raise RequestError(f"notes: not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise RequestError(f"notes: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
