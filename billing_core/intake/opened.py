"""A file to text tables, by the headings that the usage tables and exports have."""

from billing_core.intake.headings import KNOWN_HEADINGS
from billing_core.readers.kinds import sheets_of
from billing_core.readers.sheet import Sheet


def sheets(name: str, content: bytes) -> list[Sheet]:
    """The text tables of one file. UnreadableError whatever is wrong with it."""
    return sheets_of(name, content, KNOWN_HEADINGS)
