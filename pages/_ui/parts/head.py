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
    own = state.prices()
    months = month(periods[0]) if len(periods) == 1 else f"{month(periods[0])}–{month(periods[-1])}"
    told = {
        "agency": agency_label(agency) if agency else t("ui.all_agencies"),
        "months": months,
        "selection": selection,
        "prices": own.name if own else t("ui.head_prices_shipped"),
        "minds": t("ui.head_illustrative") if state.statement().rating.illustrative else "",
        "vat": t("ui.head_no_vat"),
        "date": day(today),
        "data": t("ui.demo") if state.is_demo() else "",
    }
    return _lines(told)


def head_of_files(today: date) -> Head:
    """The lines of it where it is of what was read and no amounts: when it was made, and that the data are the demo's.

    What is told of prices and tax is left out.
    """
    return _lines({"date": day(today), "data": t("ui.demo") if state.is_demo() else ""})


def _lines(told: Mapping[str, str]) -> Head:
    return tuple((bare(t(f"ui.head_{name}")), bare(value)) for name, value in told.items() if value)
