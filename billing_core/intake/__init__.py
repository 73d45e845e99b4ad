"""Files that users already have, to typed usage tables and problems. `read` is the way in."""

from billing_core.intake.mapping import Mapping, MappingError, signature
from billing_core.intake.mend import grouped, mending_workbook
from billing_core.intake.options import Options, Register
from billing_core.intake.preview import PREVIEWED, Preview, preview
from billing_core.intake.propose import Proposal, columns_of, propose, unknown_sheets, unmapped, untranslated
from billing_core.intake.read import read
from billing_core.intake.report import FileReport, Intake, RefusedRows
from billing_core.intake.sheet import Sheet, UnreadableError
from billing_core.intake.source import Source, sources_in

__all__ = [
    "PREVIEWED",
    "FileReport",
    "Intake",
    "Mapping",
    "MappingError",
    "Options",
    "Preview",
    "Proposal",
    "RefusedRows",
    "Register",
    "Sheet",
    "Source",
    "UnreadableError",
    "columns_of",
    "grouped",
    "mending_workbook",
    "preview",
    "propose",
    "read",
    "signature",
    "sources_in",
    "unknown_sheets",
    "unmapped",
    "untranslated",
]
