"""Cases: what a person does about a difference, and what a later credit note does to it."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from pydantic import TypeAdapter, ValidationError

from billing_core.checking import cases, findings
from billing_core.checking.cases import Case, Cases, case_of, followed, kept, opened, response
from billing_core.checking.reconcile import CLASSES, Reconciled, Tolerance, reconciled
from tests.checking.invoices import Rows, invoice_of, rated

USAGE = {
    "services": [
        {"period": "2026-01", "agency": "BYM", "item": "workplace.active_user", "quantity": "10", "reference": "A"},
        {"period": "2026-01", "agency": "BYM", "item": "workplace.active_user", "quantity": "1", "reference": "B"},
    ]
}
FIRST = {
    "period": "2026-01", "agency": "BYM", "item": "workplace.active_user", "subject": "A", "quantity": "10",
    "unit_price_nok": "33", "amount_nok": "330",
}  # fmt: skip
DOUBLE: Rows = [FIRST | {"invoice_id": "F1", "line": "1"}, FIRST | {"invoice_id": "F2", "line": "7"}]
"""Ten users at 33 are 330: billed once by F1, and again by F2."""


def credit(amount: str, number: str = "K1") -> dict[str, str]:
    return FIRST | {"invoice_id": number, "line": "1", "quantity": "", "unit_price_nok": "", "amount_nok": amount}


def check(rows: Rows) -> tuple[Reconciled, list[str]]:
    """The check of some invoice lines, and which invoices only give back."""
    invoice = invoice_of(rows).lines
    return reconciled(invoice, rated(USAGE).rating.frame(), Tolerance()), findings.credit_notes(invoice)


def case_in(rows: Rows) -> Case:
    """The case of the only line of F2."""
    found, _ = check(rows)
    (row,) = [row for row in found.rows.to_dicts() if row["class"] == "double"]
    return opened(row)


def after(held: Cases, rows: Rows) -> Cases:
    found, notes = check(rows)
    return followed(held, found.rows, notes)


SENT = case_in(DOUBLE).model_copy(update={"state": "sent", "owner": "Kari", "deadline": date(2026, 3, 1)})


def test_a_case_has_the_facts_of_its_difference_and_keeps_what_was_done() -> None:
    assert (SENT.lines, SENT.kind, SENT.difference_nok) == ((("F2", "7"),), "double", Decimal("330.00"))
    found, _ = check(DOUBLE)
    by_line = {row["line"]: case_of((SENT,), row) for row in found.rows.to_dicts() if row["line"]}
    assert by_line["7"] == SENT
    assert by_line["1"].state == "open"


@pytest.mark.parametrize(
    ("amount", "state", "left", "by"),
    [
        ("-330", "closed", "330.00", ("K1",)),  # all of it: nothing is left to differ
        ("-100", "credited", "230.00", ("K1",)),  # 330 + 330 - 100 against 330: 230 too much still
    ],
)
def test_a_credit_note_closes_what_it_cancels_and_tells_what_it_leaves(
    amount: str, state: str, left: str, by: tuple[str, ...]
) -> None:
    (case,) = after((SENT,), [*DOUBLE, credit(amount)])
    assert (case.state, case.difference_nok, case.credited_by, case.before) == (state, Decimal(left), by, "sent")
    assert (case.owner, case.deadline) == ("Kari", date(2026, 3, 1))


def test_a_second_credit_note_for_the_rest_closes_it() -> None:
    once = after((SENT,), [*DOUBLE, credit("-100")])
    (case,) = after(once, [*DOUBLE, credit("-100"), credit("-230", "K2")])
    assert (case.state, case.credited_by, case.before) == ("closed", ("K1", "K2"), "sent")


def test_where_the_credit_note_is_gone_again_the_case_is_as_before() -> None:
    closed = after((SENT,), [*DOUBLE, credit("-330")])
    (case,) = after(closed, DOUBLE)
    assert (case.state, case.credited_by) == ("sent", ())


def test_what_a_person_changes_after_the_credit_note_stays() -> None:
    (closed,) = after((SENT,), [*DOUBLE, credit("-330")])
    reopened = closed.model_copy(update={"state": "answered"})
    assert after((reopened,), [*DOUBLE, credit("-330")]) == (reopened,)


def test_a_credit_note_of_something_else_closes_nothing() -> None:
    other = credit("-330") | {"subject": "nobody"}
    assert after((SENT,), [*DOUBLE, other]) == (SENT,)
    assert after((SENT,), DOUBLE[:1]) == (SENT,)  # its own invoice is not among those read


def test_what_only_we_have_is_a_case_of_its_own_name() -> None:
    found, _ = check(DOUBLE)
    (row,) = [row for row in found.rows.to_dicts() if row["class"] == "only_rated"]
    mine = opened(row).model_copy(update={"note": "ask"})
    assert mine.lines == () and case_of((mine,), row) == mine


def test_a_case_takes_the_place_of_itself_and_no_more_are_kept_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    again = SENT.model_copy(update={"state": "answered"})
    other = SENT.model_copy(update={"lines": (("F9", "1"),)})
    assert kept(kept((SENT,), other), again) == (again, other)
    monkeypatch.setattr(cases, "MOST_CASES", 1)
    assert kept((SENT,), again) == (again,)
    with pytest.raises(ValueError, match="more than 1"):
        kept((SENT,), other)


def test_a_case_is_late_after_its_deadline_until_it_is_closed() -> None:
    closed = SENT.model_copy(update={"state": "closed"})
    days = [date(2026, 3, 1), date(2026, 3, 2)]
    assert [SENT.is_late(day) for day in days] == [False, True]
    assert not closed.is_late(days[1])


def test_cases_are_written_and_read_again_and_what_is_no_case_is_refused() -> None:
    form = TypeAdapter(Cases)
    assert form.validate_json(form.dump_json((SENT,))) == (SENT,)
    with pytest.raises(ValidationError, match="state"):
        form.validate_python([SENT.model_dump() | {"state": "lost"}])


def test_every_class_of_difference_has_a_response_and_too_little_asks_for_no_credit() -> None:
    differing = [name for name in CLASSES if name not in (*findings.AGREEING, "no_price")]
    told = {name: response(SENT.model_copy(update={"kind": name})) for name in differing}
    assert {name: one.reasons for name, one in told.items() if name in ("price", "quantity", "covered")} == {
        "price": ("PRI",), "quantity": ("QTY",), "covered": ("UNR",),
    }  # fmt: skip
    little = SENT.model_copy(update={"kind": "price", "difference_nok": Decimal(-1)})
    assert (told["price"].wishes, response(little).wishes) == (("CNP",), ("PIN",))


def test_findings_are_sorted_the_dearest_first_and_what_is_unknown_is_no_difference() -> None:
    rows = [
        *DOUBLE,
        FIRST | {"invoice_id": "F3", "line": "1", "item": "hr.standard", "subject": "", "amount_nok": "-400"},
        FIRST | {"invoice_id": "F3", "line": "2", "agency": "UKE", "amount_nok": "900"},
    ]
    found, _ = check(rows)
    sorted_rows = findings.with_kind(found.rows)
    told = sorted_rows.filter(kind="differs").select("class", "difference_nok").rows()
    assert told[:2] == [("only_invoice", Decimal("-400.00")), ("double", Decimal("330.00"))]
    sums = findings.kind_sums(sorted_rows)
    # Nothing of UKE was read; of 330 twice, a credit of 400 and 900 that nobody knows about: 1 160 in all.
    assert sums.select("kind", "invoiced_nok").rows() == [
        ("agrees", Decimal("330.00")), ("differs", Decimal("-70.00")), ("not_invoiced", Decimal(0)),
        ("unknown", Decimal("900.00")),
    ]  # fmt: skip


def test_behind_a_row_stand_both_sides_lines_and_what_explains_it() -> None:
    found, _ = check(DOUBLE)
    invoice, lines = invoice_of(DOUBLE).lines, rated(USAGE).rating.frame()
    place = {row["class"]: at for at, row in enumerate(found.rows.to_dicts())}
    assert findings.invoice_lines(found, place["double"], invoice).select(
        "invoice_id", "line", "quantity", "unit_price_nok", "amount_nok"
    ).rows() == [("F2", "7", Decimal(10), Decimal(33), Decimal(330))]
    assert findings.our_lines(found, place["double"], lines)["subject"].to_list() == ["A"]
    assert findings.our_lines(found, place["only_rated"], lines)["subject"].to_list() == ["B"]


def test_a_covered_line_stands_behind_what_should_not_have_been_billed() -> None:
    usage = {"licences": [{"period": "2026-01", "agency": "BYM", "user_id": "a", "account_type": "main", "sku": "E1"}]}
    invoice = invoice_of(
        [{"invoice_id": "F1", "line": "1", "period": "2026-01", "agency": "BYM", "item": "office365.licence",
          "variant": "E1", "quantity": "1", "amount_nok": "100"}]
    ).lines  # fmt: skip
    lines = rated(usage).rating.frame()
    found = reconciled(invoice, lines, Tolerance())
    assert found.rows["class"].to_list() == ["covered"]
    assert findings.our_lines(found, 0, lines).select("subject", "rule").rows() == [("a", "O365-1")]
    assert found.rows.select(pl.col("rated_lines").sum()).item() == 0
