"""What planned things would cost: each word by hand, what is refused, and that it equals the rating of its usage."""

import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_core import intake
from billing_core.base.errors import RequestError
from billing_core.base.months import month_after
from billing_core.base.problems import described
from billing_core.base.texts import LANGUAGES, load_texts
from billing_core.export import csv_bytes
from billing_core.planning.assumptions import read_assumptions
from billing_core.planning.entries import planned, read_file
from billing_core.planning.entry_words import WHATS
from billing_core.planning.estimate import SCHEMA, Estimated, estimate
from billing_core.planning.estimate_own import own_lines, own_toml
from billing_core.planning.estimate_sums import sums
from billing_core.rating.rate import Rates
from tests.rating.test_properties import PROFILE
from tests.scenarios import stated
from tests.through import DATA, as_rows, catalogue, engine_named, frozen_policy, prices_from, texts

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/planning/estimate.toml").read_text(encoding="utf-8"))["case"]
POLARS = engine_named("polars")
Cells = dict[str, str]


def found(
    entries: list[Cells], agency: str = "BYM", first: str = "2026-01", months: int = 1, **policy: Any
) -> Estimated:
    rates = Rates(catalogue(), prices_from(), frozen_policy().with_values(policy))
    return estimate(planned("plan.csv", entries, catalogue()), agency, (first, months), rates, POLARS)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    given = {name: case[name] for name in ("agency", "months") if name in case}
    result = found(case["entries"], **given, **case.get("policy", {}))
    assert result.problems.is_empty()
    assert_rows(as_rows(csv_bytes(result.wanted)), case["expect"])
    if "sums" in case:
        assert_rows(as_rows(csv_bytes(sums(result))), case["sums"])


def assert_rows(rows: list[Cells], expected: list[Cells]) -> None:
    assert [{key: row[key] for key in wanted} for wanted, row in zip(expected, rows, strict=True)] == expected


def test_every_word_has_a_case() -> None:
    words = {word: code for code, what in WHATS.items() for word in (code, what.word)}
    named = {words.get(entry["what"], "an item") for case in CASES for entry in case["entries"]}
    assert named == {*WHATS, "an item"}


# One row each, and what is said of it: code, column, and a word of the remedy.
REFUSED = [
    ({"what": "ansat", "quantity": "1"}, "unknown_what", "what", "employee"),
    ({"what": "platform.client", "quantity": "1"}, "own_words", "what", "client_extra"),
    ({"what": "", "quantity": "1", "note": "x"}, "missing_value", "what", "Fyll ut"),
    ({"what": "employee"}, "missing_value", "quantity", "Fyll ut"),
    ({"what": "employee", "quantity": "1,5"}, "not_whole", "quantity", "uten desimaler"),
    ({"what": "server", "quantity": "0.5"}, "not_whole", "quantity", "uten desimaler"),
    ({"what": "employee", "quantity": "-1"}, "negative", "quantity", "0 eller større"),
    ({"what": "employee", "quantity": "mange"}, "not_a_number", "quantity", "siffer"),
    ({"what": "employee", "quantity": "1", "variant": "E1"}, "not_read", "variant", "stå tom"),
    ({"what": "employee", "quantity": "1", "unit_price_nok": "5"}, "not_read", "unit_price_nok", "stå tom"),
    ({"what": "licence", "quantity": "1"}, "missing_value", "variant", "Fyll ut"),
    ({"what": "client_extra", "quantity": "1"}, "missing_value", "variant", "Fyll ut"),
    ({"what": "client_extra", "quantity": "1", "variant": "stor"}, "unknown_code", "variant", "tykk"),
    ({"what": "support_machine", "quantity": "1", "variant": "x"}, "unknown_code", "variant", "licensed"),
    ({"what": "server", "quantity": "1", "variant": "gold/mye"}, "not_a_number", "variant", "siffer"),
    ({"what": "database", "quantity": "1", "variant": "gold/ssd"}, "too_many_parts", "variant", "service_level"),
    ({"what": "cloud_aws"}, "missing_value", "unit_price_nok", "Fyll ut"),
    ({"what": "unsupported", "unit_price_nok": "-1"}, "negative", "unit_price_nok", "0 eller større"),
    ({"what": "apps.order", "quantity": "1", "unit_price_nok": "-1"}, "negative", "unit_price_nok", "0 eller"),
    ({"what": "storage", "quantity": "1", "from": "2026-05", "to": "2026-04"}, "to_before_from", "to", "Bytt om"),
    ({"what": "storage", "quantity": "1", "from": "10/26"}, "two_digit_year", "from", "fire"),
    ({"what": "server", "variant": "gold/1000000000", "quantity": "2"}, "too_large", "quantity", "1000000000"),
    (
        {"what": "apps.order", "quantity": "999999999", "unit_price_nok": "9999999999"},
        "amount_too_large",
        "quantity",
        "feil",
    ),
    (
        {"what": "cloud_aws", "quantity": "999999999", "unit_price_nok": "9999999999"},
        "amount_too_large",
        "quantity",
        "feil",
    ),
    ({"what": "hr.competence_dialogue"}, "missing_value", "quantity", "Fyll ut"),
]


@pytest.mark.parametrize(("cells", "code", "column", "remedy"), REFUSED, ids=[f"{r[1]} {r[0]}" for r in REFUSED])
def test_a_row_that_cannot_be_worked_out_is_refused_and_the_others_are_not(
    cells: Cells, code: str, column: str, remedy: str
) -> None:
    rows = [cells, {"what": "storage", "quantity": "1"}]
    read = planned("plan.csv", rows, catalogue())
    result = found(rows)
    problems = pl.concat([read.problems, result.problems])
    told = described(problems, texts()).to_dicts()
    assert [(p["severity"], p["code"], p["row"], p["column"]) for p in told] == [("refused", code, 2, column)]
    assert remedy in told[0]["remedy"]
    assert result.wanted["entry"].to_list() == [3]


def test_an_unknown_licence_is_told_of_and_rated() -> None:
    rows = [{"what": "licence", "variant": "Nytt produkt", "quantity": "1"}]
    assert planned("plan.csv", rows, catalogue()).problems["code"].to_list() == ["unknown_sku"]
    assert set(found(rows).wanted["price_status"]) == {"missing", "priced"}


def test_a_row_outside_the_months_is_told_of() -> None:
    result = found([{"what": "storage", "quantity": "1", "to": "2025-12"}])
    assert (result.wanted.height, result.problems["code"].to_list()) == (0, ["outside_months"])


def test_nothing_planned_costs_nothing() -> None:
    assert found([]).wanted.schema == pl.Schema(SCHEMA)
    assert sums(found([]))["billed_nok"].sum() == 0


def test_a_file_of_toml_is_read_as_one_of_rows() -> None:
    toml = (
        b'[[entry]]\nwhat = "storage"\nquantity = 2.5\nfrom = 2026-01-01\n[[entry]]\nwhat = "employee"\nquantity = 2\n'
    )
    rows = b"what,quantity,from\nstorage,2.5,2026-01\nemployee,2,\n"
    by_toml, by_rows = (
        read_file(intake.Source(name, content), catalogue(), intake.Options()).entries
        for name, content in (("plan.toml", toml), ("plan.csv", rows))
    )
    assert by_toml == by_rows
    assert len(by_rows) == 2


@pytest.mark.parametrize("text", ["a = 1", "entry = 3", "[[entry]]\nwhat = ['a']", "[[entry]"])
def test_toml_that_is_no_estimate_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(RequestError, match=r"^plan\.toml: "):
        read_file(intake.Source("plan.toml", text.encode()), catalogue(), intake.Options())


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty_file"), (b"hvem,antall\na,1\n", "missing_column"), (b"what\n" + b"storage\n" * 2001, "over_limit")],
)
def test_a_file_that_cannot_be_read_is_told_of(content: bytes, code: str) -> None:
    read = read_file(intake.Source("plan.csv", content), catalogue(), intake.Options())
    assert (read.entries, read.problems["code"].to_list()) == ((), [code])


def test_an_estimate_stands_in_a_budget_as_lines_of_ones_own() -> None:
    """Months of one amount are one line; what is covered or not known is in none."""
    rows = [
        {"what": "connection_temporary", "quantity": "1", "from": "2026-02", "to": "2026-04"},
        {"what": "employee", "quantity": "3"},
        {"what": "hr.integration", "quantity": "1", "to": "2026-01"},
    ]
    result = found(rows, months=12)
    names = {2: 'Brakke "A"', 3: "Ansatte", 4: "Integrasjon"}
    words = {code: load_texts(DATA / "texts", code) for code in LANGUAGES}
    own = own_lines(result, names, words["nb"])
    assert read_assumptions(own_toml(result, names, words["nb"])).own == own
    told = [(one.name, one.service, one.start, one.end, f"{one.amount_nok:.2f}", one.note) for one in own]
    # Established for 4 000 in the first month, 800 each month.
    assert told == [
        ('Brakke "A"', "network", "2026-02", "2026-02", "4800.00", ""),
        ('Brakke "A"', "network", "2026-03", "2026-04", "800.00", ""),
        ("Integrasjon", "hr", "2026-01", "2026-01", "0.00", "1 linje uten kjent pris er ikke med."),
    ]
    english = own_lines(result, names, words["en"])
    assert [one.note for one in english] == ["", "", "1 line without a known price is not in it."]
    billed = result.wanted["amount_nok"].sum()
    assert sum(amount for one in own for amount in one.by_month.values()) == billed


# What an entry stands for, written out one by one: table, cells of each of `quantity` rows, and what is around them.
COUNTED: dict[str, Any] = {
    "employee": lambda n: {
        "headcount": [{"employees": str(n)}],
        "licences": [user(f"u{i}", "main", sku) for i in range(n) for sku in ("E1", "EMS_E3")],
        "devices": [device(f"d{i}", "thick", f"u{i}") for i in range(n)],
    },
    "account_external": lambda n: {"licences": [user(f"x{i}", "external", "E1") for i in range(n)]},
    "connection_redundant": lambda n: {
        "connections": [
            {"connection_id": f"c{i}", "location_id": f"l{i}", "location_kind": "fixed", "connection_kind": "redundant"}
            | {"established_on": "2025-12-01"}
            for i in range(n)
        ]
    },
    "server": lambda n: {"operations": [{"system": "s", "kind": "server", "quantity": str(n)} | GOLD]},
    "account_second": lambda n: {
        "licences": [
            user(f"{name} {i}", kind, "E1") | {"employee_id": f"second {i}"}
            for i in range(n)
            for name, kind in ((AROUND, "main"), ("second", "secondary"))
        ],
    },
    "client_extra": lambda n: {
        "devices": [
            device(name, "thin", f"holder {i}") | {"established_on": day}
            for i in range(n)
            for name, day in ((f"{AROUND} {i}", "2020-01-01"), (f"extra {i}", "2025-12-01"))
        ],
    },
    "connection_temporary": lambda n: {
        "connections": [
            {"connection_id": f"t{i}", "location_id": f"t{i}", "location_kind": "temporary"}
            | {"connection_kind": "ordinary", "established_on": "2025-12-01"}
            for i in range(n)
        ]
    },
    "cloud_aws": lambda n: {"cloud": [{"provider": "aws", "cost_nok": "10.0050"} for _ in range(n)]},
    "dispatch_signing": lambda n: {"dispatch": [{"channel": "signing", "quantity": str(n)}]},
    "apps.order": lambda n: {"services": [{"item": "apps.order", "quantity": str(n)}]},
}
GOLD = {"service_level": "gold", "memory_gb": "16"}
VARIANTS = {"account_external": "E1", "account_second": "E1", "client_extra": "thin", "server": "gold/16"}
AROUND = "around"
"""How the ids begin of what is only there for the rules to look at."""


def user(name: str, kind: str, sku: str) -> Cells:
    return {"user_id": name, "employee_id": "" if kind == "external" else name, "account_type": kind, "sku": sku}


def device(name: str, kind: str, employee: str) -> Cells:
    return {"device_id": name, "device_kind": kind, "employee_id": employee}


@PROFILE
@given(
    st.dictionaries(st.sampled_from(sorted(COUNTED)), st.integers(1, 4), min_size=1),
    st.sampled_from(["BYM", "VAV"]),
    st.sampled_from([{}, {"client_allowance": "per_agency"}, {"standard_skus": ["EMS_E3", "E1"]}]),
)
def test_an_estimate_equals_the_rating_of_the_usage_it_stands_for(
    entries: dict[str, int], agency: str, policy: dict[str, Any]
) -> None:
    first = "2025-12"
    if "client_extra" in entries:
        # Beyond an agency's employees needs a headcount, whose own lines would come out: worked by hand above.
        policy = {key: value for key, value in policy.items() if key != "client_allowance"}
    prices = {"cloud_aws": "10.0050"}
    rows = [
        {"what": what, "variant": VARIANTS.get(what, ""), "quantity": str(n), "unit_price_nok": prices.get(what, "")}
        for what, n in entries.items()
    ]
    result = found(rows, agency, first, 2, **policy)
    tables: dict[str, list[Cells]] = {}
    for what, number in entries.items():
        for table, cells in COUNTED[what](number).items():
            once = what == "apps.order"
            months = [first] if once else [first, month_after(first)]
            own = tables.setdefault(table, [])
            own += [{"period": m, "agency": agency} | row for m in months for row in cells]
    statement, _ = stated(tables, policy=policy)
    derived = [item.item for item in catalogue().items.values() if item.derived == "agency"]
    rated = statement.rating.frame().filter(
        ~pl.col("item").is_in(derived), ~pl.col("subject").fill_null("").str.starts_with(AROUND)
    )
    assert by_item(result.wanted) == by_item(rated)


def by_item(lines: pl.DataFrame) -> list[tuple[Any, ...]]:
    keys = ["period", "item", "variant", "rules", "funding", "unit_price_nok", "price_status"]
    return lines.group_by(keys).agg(pl.col("quantity", "amount_nok", "covered_nok").sum()).sort(keys).rows()
