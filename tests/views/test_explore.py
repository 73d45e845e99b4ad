"""Filters, drilling and sums of lines, on eight lines small enough to add up by hand."""

from decimal import Decimal

import polars as pl
import pytest

from billing_core.base.model import LINE_SCHEMA
from billing_core.base.tables import TABLES
from billing_core.views import explore
from billing_core.views.explore import Wanted

NONE = dict.fromkeys(LINE_SCHEMA)


def line(*given_values: object, **more: object) -> dict[str, object]:
    """A charge line: row, period, service, item, variant, rules and funding, and what else is named."""
    given = dict(zip(("row", "period", "service", "item", "variant", "rules", "funding"), given_values, strict=True))
    told = {"agency": "BYM", "table": "licences", "file": "a.csv", "quantity": Decimal(1), "unit": "licence"}
    money = {"covered_nok": Decimal(0), "amount_nok": Decimal(0), "price_status": "priced"}
    return NONE | told | money | given | {"rule": str(given["rules"]).partition(";")[0]} | more


@pytest.fixture
def lines() -> pl.DataFrame:
    kr = Decimal
    licence, office = "office365.licence", "office365"
    return pl.DataFrame(
        [
            line(2, "2026-09", office, licence, "E1", "O365-5;O365-3", "billed", amount_nok=kr("95.00"),
                 subject="kari"),
            line(3, "2026-10", office, licence, "E1", "O365-3", "billed", amount_nok=kr("95.00"), subject="Ola.B"),
            line(4, "2026-10", office, licence, "E1", "O365-1", "framework", covered_nok=kr("95.00"), subject="per"),
            line(5, "2026-10", office, licence, "GIS", "O365-2", "billed", amount_nok=None, price_status="missing"),
            line(6, "2026-10", office, licence, "E1", "O365-5", "undecided", amount_nok=None, covered_nok=None,
                 price_status="undecided"),
            line(7, "2026-10", "cloud", "cloud.aws", "", "CLD-1", "billed", amount_nok=kr("-10.50"), table="cloud"),
            line(8, "2026-10", "network", "network.dark_fibre", "", "NET-6", "billed", amount_nok=kr("5400.00"),
                 table="connections", quantity=kr(2), unit="connection"),
            line(9, "2026-10", office, licence, "E1", "GEN-1;O365-1", "billed", amount_nok=kr("118.00"), subject="eva"),
        ],
        schema=LINE_SCHEMA,
    )  # fmt: skip


def rows(found: pl.DataFrame) -> list[int]:
    return found["row"].sort().to_list()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), [2, 3, 4, 5, 6, 7, 8, 9]),
        (Wanted("billed"), [2, 3, 5, 7, 8, 9]),
        (Wanted("framework"), [4]),
        (Wanted("undecided"), [6]),
        (Wanted("unpriced"), [5]),
        (Wanted(rule="O365-3"), [2, 3]),
        (Wanted(rule="O365-1"), [4, 9]),
        (Wanted(rule="O365"), []),
        (Wanted(text="ola.b"), [3]),
        (Wanted(text="ola?b"), []),
        (Wanted(text="gis"), [5]),
        (Wanted(text="fiber", items=frozenset({"network.dark_fibre"})), [8]),
        (Wanted("billed", rule="O365-5", text="kari"), [2]),
    ],
)
def test_lines_match_status_any_rule_that_applies_and_text(
    lines: pl.DataFrame, wanted: Wanted, expected: list[int]
) -> None:
    assert rows(explore.matching(lines, wanted)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("", "", ""), [2, 3, 4, 5, 6, 7, 8, 9]),
        (("office365", "", ""), [2, 3, 4, 5, 6, 9]),
        (("office365", "office365.licence", "GIS"), [5]),
        (("", "network.dark_fibre", ""), [8]),
        (("cloud", "network.dark_fibre", ""), []),
    ],
)
def test_a_path_may_have_gaps(lines: pl.DataFrame, path: tuple[str, ...], expected: list[int]) -> None:
    assert rows(explore.under(lines, path)) == expected


def test_a_location_has_the_lines_of_its_connections_in_each_month(lines: pl.DataFrame) -> None:
    connections = pl.DataFrame(
        {
            "period": ["2026-10", "2026-10", "2026-09"],
            "agency": ["BYM", "BYM", "BYM"],
            "location_id": ["L1", "L2", "L1"],
            "file": ["a.csv", "a.csv", "a.csv"],
            "row": [8, 3, 8],
        },
    )
    assert rows(explore.at_location(lines, connections, "L1")) == [8]
    # Row 3 of the same file is a licence: another table.
    assert rows(explore.at_location(lines, connections, "L2")) == []


def test_a_tree_leaves_out_credits_and_says_how_many(lines: pl.DataFrame) -> None:
    tree = explore.tree(explore.matching(lines, Wanted("billed")), "billed_nok")
    assert tree.nodes.rows() == [
        ("network", "network.dark_fibre", "", Decimal("5400.00")),
        ("office365", "office365.licence", "E1", Decimal("308.00")),
    ]
    assert tree.left_out == 1


def test_the_level_is_the_deepest_part_of_the_path_that_is_drawn(lines: pl.DataFrame) -> None:
    nodes = explore.tree(lines, "billed_nok").nodes
    assert explore.level(nodes, ["office365", "office365.licence", "E1"]) == ["office365", "office365.licence", "E1"]
    assert explore.level(nodes, ["office365", "office365.licence", "GIS"]) == ["office365", "office365.licence"]
    assert explore.level(nodes, ["cloud"]) == []


def test_months_keep_the_largest_series_and_gather_the_rest(lines: pl.DataFrame) -> None:
    found = explore.by_month(lines, "service", "billed_nok", top=1)
    assert found.rows() == [
        ("2026-10", "network", Decimal("5400.00")),
        ("2026-09", "other", Decimal("95.00")),
        ("2026-10", "other", Decimal("202.50")),
    ]


def test_months_of_lines_without_an_amount_count_lines(lines: pl.DataFrame) -> None:
    found = explore.by_month(explore.matching(lines, Wanted("undecided")), "service", explore.measure("undecided"))
    assert found.rows() == [("2026-10", "office365", 1)]


def test_items_sum_quantities_by_who_pays(lines: pl.DataFrame) -> None:
    licences = explore.items(lines).row(by_predicate=pl.col("item") == "office365.licence", named=True)
    assert licences["quantity_billed"] == 4
    assert licences["quantity_covered"] == 1
    assert licences["quantity_undecided"] == 1
    assert licences["billed_nok"] == Decimal("308.00")
    assert licences["covered_nok"] == Decimal("95.00")
    assert (licences["lines"], licences["unpriced"], licences["undecided"], licences["unvalued"]) == (6, 1, 1, 0)


def test_what_an_exempt_agency_pays_as_before_is_summed_by_service(lines: pl.DataFrame) -> None:
    assert explore.billed_as_before(lines) == {"office365": Decimal("118.00")}


def test_a_line_is_found_again_by_its_name(lines: pl.DataFrame) -> None:
    names = explore.name_lines(lines)
    assert len(set(names)) == 8
    assert [explore.find(lines, name) for name in names] == list(range(8))


@pytest.mark.parametrize("code", ["", "licences", "licences|a.csv|x|office365.licence", "licences|a.csv|99|cloud.aws"])
def test_a_name_that_is_none_finds_nothing(lines: pl.DataFrame, code: str) -> None:
    assert explore.find(lines, code) is None


def test_the_row_of_a_line_has_decimals_for_quantities_and_money() -> None:
    schema = TABLES["operations"].schema | {"file": pl.String, "row": pl.Int64}
    stored = {"system": "Sak", "quantity": 1_500_000, "unsupported_cost_nok": 125_000, "file": "o.csv", "row": 2}
    usage = {"operations": pl.DataFrame([dict.fromkeys(schema) | stored], schema=schema)}
    row = explore.row_of(usage, {"table": "operations", "file": "o.csv", "row": 2})
    assert (row["system"], row["quantity"], row["unsupported_cost_nok"]) == ("Sak", Decimal("1.5"), Decimal("12.5"))
    assert row["memory_gb"] is None
    assert explore.row_of(usage, {"table": "operations", "file": "o.csv", "row": 3}) == {}
