"""Pages to PDF by typst, tagged as PDF/UA-1. What a page is filled with is text and nothing else.

Texts reach the template as JSON, so that none of them is ever read as mark-up; the template loads no file but itself.
"""

import json
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from billing_core.base.errors import BillingCoreError
from billing_core.export.reports.leaders import Page
from billing_core.export.reports.report import Report
from billing_core.export.reports.wording import Wording

_TEMPLATE = Path(__file__).with_name("report.typ")
_REGIONS = {"nb": "no", "en": "gb"}

_DRAWN = re.compile(
    "[^\u0020-\u007e\u00a0-\u00ac\u00ae-\u024f\u0386-\u038a\u038e-\u03a1\u03a3-\u03ce\u0400-\u0477\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u2037\u2039-\u203e\u20ac\u2116\u2122\u2190-\u219b\u2212\u2248\u2260\u2264\u2265]"
)
"""What the font that typst brings has no sign for: PDF/UA refuses a page with a sign that cannot be drawn."""


def pdf_bytes(page: Page, report: Report, words: Wording) -> bytes:
    """The page as PDF/UA-1, the same bytes for the same page and day. No clock, no network, no font of the machine."""
    import typst  # noqa: PLC0415 - 80 MB that only who makes a PDF needs

    made = datetime(report.today.year, report.today.month, report.today.day, tzinfo=UTC)
    told = page | {
        "lang": words.language,
        "region": _REGIONS[words.language],
        "footer": words.say("footer"),
        "of": words.say("page_of"),
        "made": [made.year, made.month, made.day],
    }
    inputs = {"page": json.dumps(_drawable(told))}
    compiler = typst.Compiler(_TEMPLATE.read_bytes(), root=_TEMPLATE.parent, ignore_system_fonts=True)
    try:
        pdf = compiler.compile(sys_inputs=inputs, pdf_standards="ua-1", timestamp=made)
    except typst.TypstError as error:
        raise BillingCoreError(f"the page cannot be made: {error.message}") from error
    if not isinstance(pdf, bytes):
        raise BillingCoreError("the page cannot be made: it is no single file")
    return pdf


def _drawable(value: object) -> object:
    """The same with every text in signs that can be drawn; others are a question mark."""
    match value:
        case str():
            return _DRAWN.sub("?", unicodedata.normalize("NFC", re.sub(r"\s+", _one_space, value)))
        case dict():
            return {key: _drawable(one) for key, one in value.items()}
        case list() | tuple():
            return [_drawable(one) for one in value]
    return value


def _one_space(found: re.Match[str]) -> str:
    return found[0] if found[0] == "\u00a0" else " "
