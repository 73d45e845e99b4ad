"""Reports for people who decide: a page for the leaders, a year's statement, the budget workbook.

A report is made of what the command line and the screens already have (`Report`); nothing here rates or decides.
"""

from billing_core.export.reports.budget_book import budget_book
from billing_core.export.reports.leaders import leaders
from billing_core.export.reports.measures import Measure, measures
from billing_core.export.reports.notes import MOST, Notes, read_notes
from billing_core.export.reports.pdf import pdf_bytes
from billing_core.export.reports.report import Report, Sources
from billing_core.export.reports.wording import Wording
from billing_core.export.reports.yearly import statement

__all__ = [
    "MOST",
    "Measure",
    "Notes",
    "Report",
    "Sources",
    "Wording",
    "budget_book",
    "leaders",
    "measures",
    "pdf_bytes",
    "read_notes",
    "statement",
]
