"""What a charge line was decided and priced by, so that whoever doubts it can work it out anew.

Each fact is a code (a text names it) and its values. Nothing is decided here: what came first is read off the lines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from billing_core.base.money import PRICE, QUANTITY, rounded
from billing_core.base.months import last_day
from billing_core.law.prices import Prices, shortened
from billing_core.rating.rate import Rates

Line = Mapping[str, Any]
Usage = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Fact:
    """One thing that a line rests on; `values` are text, days, counts, quantities or amounts in NOK, by name."""

    code: str
    values: Mapping[str, Any]


def facts(line: Line, lines: pl.DataFrame, usage: Usage, read: Usage, rates: Rates) -> list[Fact]:
    """What is behind a line (a row of LINE_SCHEMA); `lines` are its month's, `read` the usage before it was checked.

    dispatch            cost, total, quantity, exact (before rounding), file, row: a shared cost
    deduction           listed, less: list price and application operation (APP-7)
    replaced            listed, standard, less: what the standard licence costs that it stands in place of
    shorter             asked, matched: the list's price is that of a shorter variant
    shorter_agreed      the same of the agency's agreement
    first_account       agency, subject: the employee's account that came before this one
    covered_client      subject: the employee's client that comes first
    free_clients        employees, with_client, free: what is left of the headcount for unassigned clients
    agency_clients      employees, clients: as many as there are employees, whoever holds them
    first_connection    agency, subject: the location's first ordinary connection
    from_headcount      employees, ftes, file, row: the quantity was left out
    """
    row = _row(line, usage)
    month = {name: frame.filter(pl.col("period") == line["period"]) for name, frame in usage.items()}
    found: list[Fact] = []
    rules = line["rules"].split(";")
    if line["price_status"] == "allocated":
        found += _dispatch(line, month["dispatch_costs"])
    if row.get("employee_id") and "O365-3" in rules:
        found += _first_account(row, line, month["licences"], lines)
    if row and "PLT-2" in rules:
        found += _clients(row, month, lines, rates.policy.of(line["period"]).client_allowance)
    if row and "NET-5" in rules and row["connection_kind"] == "ordinary":
        found += _first_connection(row, month["connections"], lines)
    if line["rule"] == "HR-3":
        found += _headcount(line, month["headcount"], read)
    return [*found, *_price(line, rates)]


def _row(line: Line, usage: Usage) -> dict[str, Any]:
    """The usage row that a line came from; a licence's by its SKU too."""
    same = usage[line["table"]].filter(pl.col("file") == line["file"], pl.col("row") == line["row"])
    if line["table"] == "licences":
        same = same.filter(pl.col("sku") == line["variant"])
    return same.row(0, named=True) if same.height else {}


def _dispatch(line: Line, costs: pl.DataFrame) -> Iterator[Fact]:
    for cost in costs.filter(pl.col("channel") == line["item"].removeprefix("dispatch.")).iter_rows(named=True):
        whole, total = Decimal(cost["cost_nok"]) / PRICE, Decimal(cost["total_quantity"]) / QUANTITY
        exact = rounded(whole * line["quantity"] / total, 4)
        told = {"cost": whole, "total": total, "quantity": line["quantity"], "exact": exact}
        yield Fact("dispatch", told | {"file": cost["file"], "row": cost["row"]})


def _first_account(row: dict[str, Any], line: Line, licences: pl.DataFrame, lines: pl.DataFrame) -> Iterator[Fact]:
    """The employee's active account that is not beyond another; none where no other came first."""
    theirs = licences.filter(pl.col("employee_id") == row["employee_id"]).join(
        licences.filter(pl.col("file") == line["file"], pl.col("row") == line["row"]).select("agency", "user_id"),
        on=["agency", "user_id"],
        how="anti",
    )
    beyond = lines.filter(pl.col("table") == "licences", (";" + pl.col("rules") + ";").str.contains(";O365-3;"))
    first = theirs.join(beyond.select("file", "row"), on=["file", "row"], how="anti")
    day = last_day(line["period"])
    gone = (pl.col("account_status") == "deactivated") | (
        pl.col("account_status").is_null() & (pl.col("deactivated_on") <= day)
    )
    first = first.filter(~gone.fill_null(False))
    for other in first.sort("agency", "user_id").head(1).iter_rows(named=True):
        yield Fact("first_account", {"agency": other["agency"], "subject": _written(other, "user_id")})


def _clients(row: dict[str, Any], month: Usage, lines: pl.DataFrame, allowance: str) -> Iterator[Fact]:
    devices = month["devices"].filter(pl.col("agency") == row["agency"], pl.col("device_kind") != "support")
    if allowance == "per_employee" and row["employee_id"] is not None:
        covered = _of_rules(devices.filter(pl.col("employee_id") == row["employee_id"]), lines, "PLT-1")
        for other in covered.head(1).iter_rows(named=True):
            yield Fact("covered_client", {"subject": _written(other, "device_id")})
        return
    for staff in month["headcount"].filter(pl.col("agency") == row["agency"]).iter_rows(named=True):
        if allowance == "per_agency":
            yield Fact("agency_clients", {"employees": staff["employees"], "clients": devices.height})
            continue
        holders = devices["employee_id"].drop_nulls().n_unique()
        free = max(staff["employees"] - holders, 0)
        yield Fact("free_clients", {"employees": staff["employees"], "with_client": holders, "free": free})


def _first_connection(row: dict[str, Any], connections: pl.DataFrame, lines: pl.DataFrame) -> Iterator[Fact]:
    here = connections.filter(pl.col("location_id") == row["location_id"], pl.col("connection_kind") == "ordinary")
    first = _of_rules(here, lines, "NET-1", "NET-4").with_columns(own=pl.col("agency") != row["agency"])
    # Where a location is each agency's own, the agency has a first one itself.
    for other in first.sort("own", "agency").head(1).iter_rows(named=True):
        yield Fact("first_connection", {"agency": other["agency"], "subject": _written(other, "connection_id")})


def _headcount(line: Line, headcount: pl.DataFrame, read: Usage) -> Iterator[Fact]:
    left_out = _row(line, read).get("quantity") is None
    for staff in headcount.filter(pl.col("agency") == line["agency"]).iter_rows(named=True):
        if left_out:
            ftes = None if staff["ftes"] is None else Decimal(staff["ftes"]) / QUANTITY
            told = {"employees": staff["employees"], "ftes": ftes, "file": staff["file"], "row": staff["row"]}
            yield Fact("from_headcount", told)


def _price(line: Line, rates: Rates) -> Iterator[Fact]:
    """What the price list or the agreement says, where it is not the line's own variant or not the price taken."""
    if line["unit_price_nok"] is None:
        return
    items = {item.item: item.price_item for item in rates.catalogue.items.values()}
    answer = _answer(line, line["variant"], items, rates)
    if answer["price"] is None or answer["source"] != line["price_source"]:
        return
    listed, standard = Decimal(answer["price"]) / PRICE, rates.catalogue.sku_replaces.get(line["variant"] or "")
    if line["item"] == "office365.licence" and standard and listed != line["unit_price_nok"]:
        less = Decimal(_answer(line, standard, items, rates)["price"]) / PRICE
        yield Fact("replaced", {"listed": listed, "standard": standard, "less": less})
    if answer["price_from"] == "list" and line["rule"] == "APP-7" and answer["app_operation"] is not None:
        yield Fact("deduction", {"listed": listed, "less": Decimal(answer["app_operation"]) / PRICE})
    matched = _matched(line, items, answer["price_from"], rates.prices)
    if matched is not None and matched != (line["variant"] or ""):
        code = "shorter_agreed" if answer["price_from"] == "agreement" else "shorter"
        yield Fact(code, {"asked": line["variant"], "matched": matched})


def _answer(line: Line, variant: str | None, items: Mapping[str, str], rates: Rates) -> dict[str, Any]:
    """What the prices in force say of the line's item in this variant."""
    asked = {name: line[name] for name in ("period", "agency", "item")} | {"variant": variant or ""}
    return rates.prices.answers(pl.DataFrame([asked]), items).row(0, named=True)


def _matched(line: Line, items: Mapping[str, str], source: str, prices: Prices) -> str | None:
    """The variant whose price is in force: the longest that the list (or the agency's agreement) has."""
    kept = prices.agreed.filter(pl.col("agency") == line["agency"]) if source == "agreement" else prices.listed
    day = pl.lit(f"{line['period']}-01").str.to_date()
    in_force = (pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (day < pl.col("valid_to")))
    known = set(kept.filter(pl.col("item") == items[line["item"]], in_force)["variant"].fill_null("").to_list())
    return next((variant for variant in shortened(line["variant"] or "") if variant in known), None)


def _of_rules(rows: pl.DataFrame, lines: pl.DataFrame, *rules: str) -> pl.DataFrame:
    """The rows with a line that lists one of these rules."""
    lists = [told for told in lines["rules"].unique() if set(told.split(";")) & set(rules)]
    return rows.join(lines.filter(pl.col("rules").is_in(lists)), on=["file", "row"], how="semi", maintain_order="left")


def _written(row: Mapping[str, Any], column: str) -> Any:
    """An id as its own row writes it."""
    return row.get("written") or row[column]
