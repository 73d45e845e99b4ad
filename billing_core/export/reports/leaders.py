"""One page for the leaders: what the month costs, what the year will, why it changed, what can be done."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from billing_core.base.months import last_day
from billing_core.export.reports.report import Report, grounds, title
from billing_core.export.reports.waterfall import Step, svg
from billing_core.export.reports.wording import Wording
from billing_core.planning.changes import part_sums
from billing_core.planning.follow_up import TOTAL
from billing_core.views.coming import upcoming
from billing_core.views.sums import Totals

Page = dict[str, Any]
"""What the template of a report is filled with: texts alone, each drawn as it stands."""

SOON = 60
"""Days within which what becomes billed is told."""

MOST_ROWS = 6
"""Rows of a table on the page; the smaller ones are counted."""


def leaders(report: Report, words: Wording) -> Page:
    """The page's texts, in the order they stand in."""
    return {
        "kind": "leaders",
        "title": title(report, words, "leaders"),
        "sentence": _sentence(report, words),
        "figures": _figures(report, words),
        "waterfall": _waterfall(report, words),
        "measures": _measures(report, words),
        "deviations": _deviations(report, words),
        "decision": {"title": words.say("decision"), "text": _decision(report, words)},
        "completeness": {"title": words.say("completeness"), "items": completeness_told(report, words)},
        "sources": {"title": words.say("sources"), "rows": grounds(report, words)},
    }


def _sentence(report: Report, words: Wording) -> str:
    told = words.say(
        "sentence",
        agency=words.agency(report.agency),
        amount=words.kroner(report.totals.billed),
        month=words.month(report.period),
        covered=words.kroner(report.totals.covered),
    )
    total = report.followed_total
    of_year = {"year": report.year, "forecast": words.kroner(total["forecast_year_nok"])}
    if not report.has_adopted:
        return f"{told} {words.say('sentence_year', **of_year)}"
    deviation = {
        "amount": words.kroner(abs(total["deviation_year_nok"])),
        "budget": words.kroner(total["regulated_nok"]),
    }
    return f"{told} {words.say('sentence_' + total['way'], **of_year, **deviation)}"


def _figures(report: Report, words: Wording) -> list[dict[str, str]]:
    total = report.followed_total
    soon = upcoming(report.month, last_day(report.period), (SOON,))[0]
    against = words.say("no_budget")
    if report.has_adopted:
        amount = words.kroner(abs(total["deviation_year_nok"]))
        against = words.say(
            "against", budget=words.kroner(total["regulated_nok"]), way=words.say(f"way_{total['way']}"), amount=amount
        )
    notes = {
        "recurring": (report.recurring, words.month(report.period)),
        "occasional": (report.occasional, words.month(report.period)),
        "forecast": (total["forecast_year_nok"], against),
        "soon": (soon.monthly, words.counted("soon_lines", soon.lines)),
    }
    return [
        {"label": words.say(f"figure_{name}", year=report.year), "value": words.kroner(amount), "note": note}
        for name, (amount, note) in notes.items()
    ]


def _waterfall(report: Report, words: Wording) -> Page:
    """The way from the month before to this one; a text where the data lack that month."""
    heading = words.say("waterfall", month=words.month(report.period))
    if report.before is None:
        return {"title": heading, "none": words.say("no_month_before")}
    steps = change_steps(report, words)
    told = "; ".join(f"{step.label}: {step.told}" for step in steps)
    return {"title": heading, "svg": svg(steps), "alt": words.say("waterfall_alt", steps=told)}


def change_steps(report: Report, words: Wording) -> list[Step]:
    """From what the month before was billed, part by part, to this month's."""
    before = report.before or ""
    first = sum(report.lines.filter(period=before)["amount_nok"].drop_nulls(), Decimal("0.00"))
    steps = [_end(words, before, first)]
    for part, amount in part_sums(report.changed).select("part", "amount_nok").iter_rows():
        if amount:
            label = words.texts[f"page.changes.part.{part}"]
            steps.append(Step(label, words.change(amount), steps[-1].end, steps[-1].end + amount))
    return [*steps, _end(words, report.period, steps[-1].end)]


def _end(words: Wording, period: str, amount: Decimal) -> Step:
    label = words.say("billed_in", month=words.month(period))
    return Step(label, words.kroner(amount), Decimal(0), amount, whole=True)


def _measures(report: Report, words: Wording) -> Page:
    heading = words.say("measures_of", scenario=report.scenario) if report.scenario else words.say("measures")
    if not report.measures:
        return {"title": heading, "none": words.say("no_measures")}
    head = [words.say(f"measure_{name}", year=report.year) for name in ("name", "this_year", "full_year", "oslo")]
    shown, rest = report.measures[:MOST_ROWS], report.measures[MOST_ROWS:]
    rows = [[words.action(m.kind), *_saved(words, m.this_year_nok, m.full_year_nok, m.oslo_nok)] for m in shown]
    sums = [
        sum((getattr(m, name) for m in report.measures), Decimal("0.00"))
        for name in ("this_year_nok", "full_year_nok", "oslo_nok")
    ]
    if rest:
        rows.append([words.counted("more_measures", len(rest)), "", "", ""])
    unknown = sum(m.unknown for m in report.measures)
    included = [words.say("measures_in")] if report.budget.plan.scenario else []
    notes = [*included, words.say("measures_note"), *([words.counted("measures_unknown", unknown)] if unknown else [])]
    total = [words.say("total"), *_saved(words, *sums)]
    return {"title": heading, "head": head, "rows": rows, "total": total, "note": " ".join(notes)}


def _saved(words: Wording, *amounts: Decimal) -> list[str]:
    return [words.kroner(amount) for amount in amounts]


def _deviations(report: Report, words: Wording) -> Page:
    """The services that deviate most from the regulated budget, with what somebody wrote of them."""
    heading = words.say("deviations", year=report.year)
    if not report.has_adopted:
        return {"title": heading, "none": words.say("no_adopted")}
    away = report.followed.filter(pl.col("deviation_year_nok") != 0)
    services = away.filter(pl.col("service") != TOTAL).sort(pl.col("deviation_year_nok").abs(), descending=True)
    rows = [_deviation(row, report, words) for row in services.head(MOST_ROWS).iter_rows(named=True)]
    rest = services.height - len(rows)
    head = [words.say(f"deviation_{name}") for name in ("service", "budget", "forecast", "away", "comment")]
    note = words.counted("more_services", rest) if rest > 0 else ""
    total = _deviation(report.followed_total, report, words)
    return {"title": heading, "head": head, "rows": rows, "total": total, "note": note}


def _deviation(row: Mapping[str, Any], report: Report, words: Wording) -> list[str]:
    name = words.say("total") if row["service"] == TOTAL else words.service(row["service"])
    amount = words.kroner(abs(row["deviation_year_nok"]))
    return [
        name,
        words.kroner(row["regulated_nok"]),
        words.kroner(row["forecast_year_nok"]),
        f"{amount} {words.say('way_' + row['way'])}",
        report.notes.comments.get(row["service"], "" if row["service"] == TOTAL else words.say("no_comment")),
    ]


def _decision(report: Report, words: Wording) -> str:
    """What somebody wrote; else what the figures ask for."""
    if report.notes.decision:
        return report.notes.decision
    total = report.followed_total
    if report.has_adopted and total["way"] == "more":
        saves = sum((measure.this_year_nok for measure in report.measures), Decimal("0.00"))
        # What a scenario of the budget saves is in the forecast already.
        kind = "decide_measures" if saves > 0 and not report.budget.plan.scenario else "decide_budget"
        return words.say(kind, amount=words.kroner(-total["deviation_year_nok"]), saves=words.kroner(saves))
    return words.say("decide_nothing")


def completeness_told(report: Report, words: Wording) -> list[str]:
    """What lacks in the month's and the year's figures; that nothing does where that is so."""
    total, estimated = report.followed_total, report.completeness.estimated
    lacking = [*not_over_told(report, words), *tables_told(report, words), *left_out_told(report.totals, words)]
    counts = {
        "refused": report.problems.filter(pl.col("severity") == "refused", pl.col("row").is_not_null()).height,
        "missing_months": total["missing_months"],
        "unknown_year": total["unknown"],
    }
    lacking += [words.counted(name, count) for name, count in counts.items() if count]
    if estimated.lines:
        lacking.append(words.counted("estimated", estimated.lines, amount=words.kroner(estimated.amount)))
    return lacking or [words.say("complete")]


def not_over_told(report: Report, words: Wording) -> list[str]:
    """That the month is not over, where its last day lies ahead."""
    return [notice.told(words.texts) for notice in report.budget.notices if notice.code == "base_not_over"]


def tables_told(report: Report, words: Wording) -> list[str]:
    """The tables that lack in the month, wholly or in part."""
    found = report.completeness
    told = [*(("lacking", one) for one in found.lacking.values()), *(("thin", one) for one in found.thin.values())]
    if found.absent:
        told.append(("absent", found.absent))
    return [words.say(kind, tables=", ".join(words.word("table", name) for name in names)) for kind, names in told]


def left_out_told(sums: Totals, words: Wording) -> list[str]:
    """The lines that sums leave out, and why."""
    counts = {"unpriced": sums.unpriced, "undecided": sums.undecided, "unvalued": sums.unvalued}
    return [words.counted(name, count) for name, count in counts.items() if count]
