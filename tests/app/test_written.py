"""Assumptions as a person writes them in a table: Norwegian numbers, a note on each, and what a row lacks is said."""

from decimal import Decimal

import pytest

from billing_core.planning.assumptions import Change, Own
from pages._ui.budget.written import NotYet, change_rows, changes_of, own_rows, owns_of
from pages._ui.parts.editor import _after

CHANGE = {"service": "cloud", "from": "2026-11", "quantity_pct": "3,5", "note": "Flere systemer"}
OWN = {"name": "Kurs", "from": "2026-11", "to": "2026-12", "total_nok": "25 000,50"}


def test_what_is_written_is_what_is_assumed_and_back() -> None:
    changes = changes_of([CHANGE, {"item": "workplace.active_user", "price_pct": "−2", "note": "Avtale"}])
    assert changes[0] == Change(
        service="cloud", **{"from": "2026-11"}, quantity_pct=Decimal("3.5"), note="Flere systemer"
    )
    assert changes[1].price_pct == -2
    assert changes_of(change_rows(changes)) == changes
    owns = owns_of([OWN, {"name": "Lisens", "service": "hr", "from": "2026-12", "amount_nok": "-100"}])
    assert owns[0] == Own(name="Kurs", **{"from": "2026-11", "to": "2026-12"}, total_nok=Decimal("25000.50"))
    assert owns[1].by_month == {"2026-12": Decimal("-100")}
    assert owns_of(own_rows(owns)) == owns


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"service": ""}, "velg et tjenesteområde"),
        ({"quantity_pct": ""}, "hvor mange prosent"),
        ({"quantity_pct": "0"}, "hvor mange prosent"),
        ({"quantity_pct": "tre"}, "tre"),
        ({"quantity_pct": "-101"}, "101"),
        ({"note": ""}, "merknad om hvorfor"),
        ({"to": "2026-10"}, "«til» er før «fra»"),
    ],
)
def test_a_change_that_says_too_little_is_no_change_yet(row: dict[str, str], said: str) -> None:
    with pytest.raises(NotYet, match="Rad 2") as refused:
        changes_of([CHANGE, CHANGE | row])
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"name": ""}, "hva kostnaden gjelder"),
        ({"from": ""}, "fra hvilken måned"),
        ({"amount_nok": "5"}, "ikke begge"),
        ({"total_nok": ""}, "ikke begge"),
        ({"to": "2026-10"}, "«til» er før «fra»"),
    ],
)
def test_an_own_line_that_says_too_little_is_none_yet(row: dict[str, str], said: str) -> None:
    with pytest.raises(NotYet, match="Rad 1") as refused:
        owns_of([OWN | row])
    assert said in str(refused.value)


def test_edits_are_rows_changed_gone_and_new() -> None:
    edits = {"edited_rows": {1: {"b": "9"}, 2: {"a": None}}, "deleted_rows": [0], "added_rows": [{"a": " ny "}]}
    base = [{"a": "1", "b": "1"}, {"a": "2", "b": None}, {"a": "3", "b": "3"}]
    assert _after(base, edits) == [{"a": "2", "b": "9"}, {"a": "", "b": "3"}, {"a": "ny"}]
