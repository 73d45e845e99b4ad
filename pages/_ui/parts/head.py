"""What stands above the rows of a file for people: whose they are, of when, by which prices, and what to mind."""

from collections.abc import Mapping
from datetime import date

from pages._ui.base.format import day, month
from pages._ui.base.plain import bare
from pages._ui.base.text import agency_label, t
from pages._ui.session import state

Head = tuple[tuple[str, str], ...]


def head(agency: str, periods: list[str], selection: str, today: date) -> Head:
    """The lines of it, label and value; `agency` "" is all of them, `periods` the months in order."""
    told = _of_amounts(agency, periods, selection, today, state.statement().rating.illustrative)
    return _lines(told | {"data": t("ui.demo") if state.is_demo() else ""})


def head_of_plan(
    agency: str, periods: list[str], selection: str, today: date, *, illustrative: bool, demo: bool
) -> Head:
    """The lines of it where no usage is behind the amounts: is a price `illustrative`, or the demo's?"""
    told = _of_amounts(agency, periods, selection, today, illustrative)
    return _lines(told | {"data": t("ui.demo") if demo else ""})


def head_of_files(today: date) -> Head:
    """The lines of it where it is of what was read and no amounts: when it was made, and that the data are the demo's.

    What is told of prices and tax is left out.
    """
    return _lines({"date": day(today), "data": t("ui.demo") if state.is_demo() else ""})


def _of_amounts(agency: str, periods: list[str], selection: str, today: date, illustrative: bool) -> dict[str, str]:
    own = state.prices()
    return {
        "agency": agency_label(agency) if agency else t("ui.all_agencies"),
        "months": month(periods[0]) if len(periods) == 1 else f"{month(periods[0])}–{month(periods[-1])}",
        "selection": selection,
        "prices": own.name if own else t("ui.head_prices_shipped"),
        "minds": t("ui.head_illustrative") if illustrative else "",
        "vat": t("ui.head_no_vat"),
        "date": day(today),
    }


def _lines(told: Mapping[str, str]) -> Head:
    return tuple((bare(t(f"ui.head_{name}")), bare(value)) for name, value in told.items() if value)
