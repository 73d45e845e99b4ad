"""Files that users already have, to typed usage tables and problems. `read` is the way in."""

from billing_core.intake.charged import Charged, charged
from billing_core.intake.earlier import blocked_list
from billing_core.intake.focus_agency import (
    AgencyShare,
    AgencySource,
    agency_shares,
    agency_sources,
    invoices_without_agency,
)
from billing_core.intake.mapping import ColumnMapping, MappingError, signature
from billing_core.intake.mend import grouped
from billing_core.intake.mending_workbook import mending_workbook
from billing_core.intake.opened import sheets
from billing_core.intake.options import Options, Register
from billing_core.intake.preview import PREVIEWED, Preview, preview
from billing_core.intake.propose import Proposal, columns_of, propose, untranslated
from billing_core.intake.read import read
from billing_core.intake.replaced import brought_again
from billing_core.intake.report import FileReport, Intake, RefusedRows
from billing_core.readers.sheet import Sheet, UnreadableError
from billing_core.readers.source import Source, sources_in

__all__ = [
    "PREVIEWED",
    "AgencyShare",
    "AgencySource",
    "Charged",
    "ColumnMapping",
    "FileReport",
    "Intake",
    "MappingError",
    "Options",
    "Preview",
    "Proposal",
    "RefusedRows",
    "Register",
    "Sheet",
    "Source",
    "UnreadableError",
    "agency_shares",
    "agency_sources",
    "blocked_list",
    "brought_again",
    "charged",
    "columns_of",
    "grouped",
    "invoices_without_agency",
    "mending_workbook",
    "preview",
    "propose",
    "read",
    "sheets",
    "signature",
    "sources_in",
    "untranslated",
]
