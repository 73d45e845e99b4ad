"""The budget workbook: every figure of the year on a sheet of its own, totals as live formulas with their values."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from billing_core.export.readable import A4, put_readable
from billing_core.export.reports import budget_sheets, line_sheets
from billing_core.export.reports.report import Report, grounds, title
from billing_core.export.reports.sheets import heading
from billing_core.export.reports.wording import Wording
from billing_core.export.workbook import OPTIONS

_KRONER, _COUNT = "#,##0.00", "#,##0"


def budget_book(report: Report, words: Wording, *, subjects: bool = False) -> bytes:
    """The workbook. `subjects`: its lines say whom or what they are about. RequestError if rows do not fit a sheet."""
    head = tuple(grounds(report, words))
    made = [
        *(one(report, words, head) for one in (budget_sheets.budget, budget_sheets.months)),
        line_sheets.lines(report, words, head, subjects=subjects),
        *(one(report, words, head) for one in budget_sheets.LATER),
        *(one(report, words, head) for one in line_sheets.LATER),
        line_sheets.problems(report, words, head, subjects=subjects),
    ]
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        _put_summary(book, report, words)
        for sheet in made:
            put_readable(book, sheet)
        book.set_properties({"title": title(report, words, "workbook"), "author": "Utover"})
    return buffer.getvalue()


Figure = tuple[str, str, Decimal | int, bool]
"""What it is (a key of texts), its formula, what that comes to, whether it is kroner."""


def figures(report: Report, words: Wording) -> list[Figure]:
    """The figures of the summary, each worked out from the other sheets by their names."""
    sums, total = report.totals, report.followed_total
    monthly = words.word("recurrence", "monthly")
    saved = {name: _sum(report, name) for name in ("this_year_nok", "full_year_nok", "oslo_nok")}
    budget = {
        "regulated": "regulated_nok",
        "actual": "actual_to_date_nok",
        "rest": "forecast_rest_nok",
        "forecast": "forecast_year_nok",
        "deviation": "deviation_year_nok",
    }
    return [
        ("billed", "=SUM(lines_amount)", sums.billed, True),
        ("recurring", f'=SUMIFS(lines_amount,lines_recurrence,"{monthly}")', report.recurring, True),
        (
            "occasional",
            f'=SUM(lines_amount)-SUMIFS(lines_amount,lines_recurrence,"{monthly}")',
            report.occasional,
            True,
        ),
        ("covered", "=SUM(lines_covered)", sums.covered, True),
        ("unknown", "=COUNTBLANK(lines_amount)", report.month["amount_nok"].null_count(), False),
        *((name, f"=SUM(budget_{name})", total[column], True) for name, column in budget.items()),
        ("months", "=SUM(months_total)", total["forecast_year_nok"], True),
        ("changes", "=SUM(changes_amount)", budget_sheets.change_sum(report), True),
        *(
            (f"saves_{name}", f"=SUM(measures_{name})", saved[column], True)
            for name, column in (("this_year", "this_year_nok"), ("full_year", "full_year_nok"), ("oslo", "oslo_nok"))
        ),
        ("debit", "=SUM(postings_debit)", sums.billed, True),
        ("credit", "=SUM(postings_credit)", sums.billed, True),
    ]


def _sum(report: Report, name: str) -> Decimal:
    return sum((getattr(measure, name) for measure in report.measures), Decimal("0.00"))


def _put_summary(book: xlsxwriter.Workbook, report: Report, words: Wording) -> None:
    """The first sheet: the figures, then what they rest on."""
    page = book.add_worksheet(words.say("sheet_summary"))
    bold, right = book.add_format({"bold": True}), book.add_format({"bold": True, "align": "right"})
    page.write_string(0, 0, title(report, words, "workbook"), book.add_format({"bold": True, "font_size": 14}))
    for column, name in enumerate(("what", "value", "unit")):
        page.write_string(2, column, heading(words, name), right if name == "value" else bold)
    row = 3
    for row, (key, formula, value, is_money) in enumerate(figures(report, words), 3):
        page.write_string(row, 0, words.say(f"figure_of_{key}", year=report.year, month=words.month(report.period)))
        form = book.add_format({"num_format": _KRONER if is_money else _COUNT})
        page.write_formula(row, 1, formula, form, float(value))
        page.write_string(row, 2, words.say("unit_kroner" if is_money else "unit_lines"))
        book.define_name(f"summary_{key}", f"='{words.say('sheet_summary')}'!$B${row + 1}")
    for place, (label, told) in enumerate(grounds(report, words), row + 2):
        page.write_string(place, 0, label, bold)
        page.write_string(place, 1, told)
    _print_lying(page)


def _print_lying(page: Any) -> None:
    page.freeze_panes(3, 0)
    page.set_column(0, 0, 46)
    page.set_column(1, 1, 20)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.set_footer("&L&A&R&P / &N")
