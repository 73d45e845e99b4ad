"""What holds in every world: nothing lost, nothing twice, no order matters, parts sum to the whole."""

import os
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.through import as_csv, run
from tests.worlds import Cells, Tables, World, tidy_worlds, worlds

settings.register_profile(
    "properties",
    max_examples=10 * int(os.environ.get("UTOVER_WORLDS", "1")),
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PROFILE = settings.get_profile("properties")

UNPRICED = {"missing", "by_agreement"}


def rated(world: World, tables: Tables | None = None, **given: Any) -> Any:
    """The result for a world's prices and readings, of its own tables or of others."""
    usage = {} if "files" in given else {"tables": world.tables if tables is None else tables}
    return run(**usage, prices=world.prices, agreements=world.agreements, policy=world.policy, **given)


def without(lines: list[Cells], *columns: str) -> Counter[tuple[tuple[str, str], ...]]:
    """The lines as a bag, some columns left out."""
    return Counter(tuple((key, value) for key, value in line.items() if key not in columns) for line in lines)


def refusals(result: Any) -> list[tuple[str, str]]:
    return sorted((p["file"], p["row"]) for p in result.problems if p["severity"] == "refused")


def as_files(tables: Tables, parts: int = 1) -> dict[str, bytes]:
    """The tables as files, each table's rows dealt over `parts` of them; empty ones are left out."""
    dealt = {f"{table}-{n}.csv": rows[n::parts] for table, rows in tables.items() for n in range(parts)}
    return {name: as_csv(rows) for name, rows in dealt.items() if rows}


def month_of(written: str) -> str:
    """`2026-01` of a month as the worlds write it: `2026-01`, `01/2026`."""
    return re.sub(r"(\d\d)/(\d{4})", r"\2-\1", written)


def agency_of(row: Cells) -> str:
    """`UKE` of an agency as the worlds write it: `UKE`, ` uke`."""
    return row["agency"].strip().upper()


def total(lines: list[Cells], column: str) -> Decimal:
    return sum((Decimal(line[column]) for line in lines if line[column]), Decimal(0))


def one_licence_a_row(world: World) -> World:
    """The world with one licence in each cell: several count as several rows, of which single ones can be refused."""
    plain = [row | {"sku": re.split("[+;]", row["sku"])[0]} for row in world.tables.get("licences", [])]
    return replace(world, tables=world.tables | ({"licences": plain} if plain else {}))


@PROFILE
@given(worlds().map(one_licence_a_row))
def test_rows_read_are_rows_rated_and_rows_refused(world: World) -> None:
    result = rated(world)
    assert result.counts["rows_read"] == sum(len(rows) for rows in world.tables.values())
    assert result.counts["rows_refused"] == len(set(refusals(result)))
    assert result.counts["rows_read"] == result.counts["rows_rated"] + result.counts["rows_refused"]


@PROFILE
@given(worlds())
def test_every_row_that_is_not_refused_gives_a_line_unless_its_table_gives_none(world: World) -> None:
    result = rated(world)
    refused = set(refusals(result))
    with_line = {(line["file"], line["row"]) for line in result.lines}
    for table in set(world.tables) - {"dispatch_costs"}:
        rows = {(f"{table}.csv", str(place)) for place in range(2, len(world.tables[table]) + 2)}
        if table == "headcount":  # its lines may all be reported as services instead
            assert with_line & rows <= rows - refused
        else:
            assert with_line & rows == rows - refused


@PROFILE
@given(tidy_worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_only_row_numbers(world: World, random: Any) -> None:
    shuffled = {table: random.sample(rows, len(rows)) for table, rows in world.tables.items()}
    before, after = rated(world), rated(world, shuffled)
    assert without(before.lines, "row") == without(after.lines, "row")
    assert before.counts == after.counts


@PROFILE
@given(tidy_worlds())
def test_the_order_of_files_changes_nothing(world: World) -> None:
    files = as_files(world.tables, parts=2)
    before, after = rated(world, files=files), rated(world, files=dict(reversed(files.items())))
    assert before.lines == after.lines
    assert refusals(before) == refusals(after)


@PROFILE
@given(tidy_worlds())
def test_splitting_tables_over_files_changes_only_places(world: World) -> None:
    whole, split = rated(world), rated(world, files=as_files(world.tables, parts=2))
    assert without(whole.lines, "file", "row") == without(split.lines, "file", "row")


@PROFILE
@given(worlds(), st.integers(0, 100))
def test_the_same_file_twice_changes_nothing_but_a_notice(world: World, pick: int) -> None:
    files = as_files(world.tables)
    name = sorted(files)[pick % len(files)]
    once, twice = rated(world, files=files), rated(world, files=files | {f"copy of {name}": files[name]})
    assert once.lines == twice.lines
    assert refusals(once) == refusals(twice)
    assert once.counts == twice.counts
    assert len(twice.problems) == len(once.problems) + 1
    assert [p["severity"] for p in twice.problems if p["file"] == f"copy of {name}"] == ["notice"]


@PROFILE
@given(worlds())
def test_lines_sum_to_the_summary(world: World) -> None:
    result = rated(world)
    for row in result.summary:
        lines = [line for line in result.lines if (line["agency"], line["period"]) == (row["agency"], row["period"])]
        assert Decimal(row["billed_nok"]) == total(lines, "amount_nok")
        assert Decimal(row["covered_nok"]) == total(lines, "covered_nok")
        monthly = [line for line in lines if line["recurrence"] == "monthly"]
        assert Decimal(row["recurring_nok"]) == total(monthly, "amount_nok")
        assert Decimal(row["occasional_nok"]) == Decimal(row["billed_nok"]) - Decimal(row["recurring_nok"])
        assert int(row["lines"]) == len(lines)
        assert int(row["unpriced_lines"]) == len([line for line in lines if line["price_status"] in UNPRICED])
        assert int(row["undecided_lines"]) == len([line for line in lines if line["funding"] == "undecided"])
    assert sum(int(row["lines"]) for row in result.summary) == len(result.lines)
    assert sum(int(row["refused_rows"]) for row in result.summary) <= result.counts["rows_refused"]


@PROFILE
@given(worlds())
def test_each_funding_has_the_amounts_that_its_status_says(world: World) -> None:
    result = rated(world)
    for line in result.lines:
        status, amounts = line["price_status"], (line["amount_nok"], line["covered_nok"])
        if line["funding"] == "undecided":
            assert (status, *amounts, line["unit_price_nok"]) == ("undecided", "", "", "")
        elif line["funding"] == "framework":
            assert (status, amounts[0]) == ("not_charged", "0.00")
        else:
            assert line["funding"] == "billed"
            assert status in UNPRICED | {"priced", "agreed", "pass_through", "allocated", "estimate"}
            assert (amounts[0] == "") == (status in UNPRICED)
            assert amounts[1] == "0.00"
        assert line["rules"].split(";")[0] == line["rule"]


@PROFILE
@given(worlds())
def test_what_others_sent_may_be_named_and_all_parts_sum_to_the_cost(world: World) -> None:
    """The rest of each channel given to an agency last by code leaves every other line as it was."""
    before = rated(world)
    refused = set(refusals(before))
    sent = {(line["period"], line["item"]): Decimal(0) for line in before.lines}
    for line in before.lines:
        sent[line["period"], line["item"]] += Decimal(line["quantity"])
    rest, costs = [], {}
    for place, row in enumerate(world.tables.get("dispatch_costs", []), start=2):
        if ("dispatch_costs.csv", str(place)) not in refused:
            where = (month_of(row["period"]), f"dispatch.{row['channel']}")
            left = Decimal(row["total_quantity"]) - sent.get(where, Decimal(0))
            costs[where] = Decimal(row["cost_nok"].replace(",", "."))
            rest.append({"period": row["period"], "agency": "ZZZ", "channel": row["channel"], "quantity": str(left)})
    assume(rest)
    after = rated(world, world.tables | {"dispatch": world.tables.get("dispatch", []) + rest})
    assert [line for line in after.lines if line["agency"] != "ZZZ"] == before.lines
    for (period, item), cost in costs.items():
        parts = [line for line in after.lines if (line["period"], line["item"]) == (period, item)]
        assert {line["price_status"] for line in parts} == {"allocated"}
        assert total(parts, "amount_nok") == cost


@PROFILE
@given(tidy_worlds(own_things=True))
def test_an_agency_rated_alone_gets_the_lines_it_gets_among_all(world: World) -> None:
    """Where no rule looks across agencies: own employees and devices, no shared cost."""
    tables = {table: rows for table, rows in world.tables.items() if not table.startswith("dispatch")}
    together = rated(world, tables)
    for agency in {agency_of(row) for rows in tables.values() for row in rows}:
        own = {table: [row for row in rows if agency_of(row) == agency] for table, rows in tables.items()}
        alone = rated(world, {table: rows for table, rows in own.items() if rows})
        among = [line for line in together.lines if line["agency"] == agency]
        assert without(alone.lines, "row") == without(among, "row")
