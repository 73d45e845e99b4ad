"""The common ICT platform (the circular, section 2): clients, one an employee covered, and support machines."""

from collections.abc import Mapping
from functools import lru_cache

import narwhals as nw
import polars as pl

from billing_core.base.model import Rule, decided
from billing_core.law.policy import Terms
from billing_core.rules.charges import Charges, Lazy, Setting, Usage, charges, day_number
from billing_core.rules.section import Decision, Section

CLIENT = ("platform.client", "platform.client_licence")
MACHINE = ("platform.support_machine", "platform.support_machine_licence")
SUPPORT = nw.col("device_kind") == "support"


@lru_cache(16)
def client_table(terms: Terms) -> tuple[Rule, ...]:
    """The rules of a thick or thin client. `covered` is empty where the headcount that would tell is missing."""
    beyond = ~nw.col("covered")
    by_employee = nw.col("holder_clients") if terms.client_allowance == "per_employee" else None
    limit = nw.when(~nw.col("holder_clients").is_null()).then(nw.lit(1)) if by_employee is not None else None
    return (
        Rule("PLT-2", "billed", beyond, measured=by_employee, limit=limit),
        Rule("PLT-1", "framework", None),
    )


@lru_cache(16)
def support_table(terms: Terms) -> tuple[Rule, ...]:
    """The rule of a support machine: PLT-3 either way, by the day it was established."""
    later = nw.col("established_on") > nw.lit(terms.support_machine_cutoff)
    return (Rule("PLT-3", "billed", later), Rule("PLT-3", "framework", None))


def lines(usage: Usage, setting: Setting) -> list[Charges]:
    """The charges of clients and of support machines."""
    devices = usage["devices"].with_columns(exempt=setting.exempt)
    clients = devices.filter(~SUPPORT)
    ordered = _with_coverage(_in_order(clients, setting.terms), usage["headcount"], setting.terms)
    client = decided(ordered, client_table(setting.terms), setting.load)
    machines = devices.filter(SUPPORT)
    machine = decided(machines, support_table(setting.terms), setting.load)
    kind = nw.col("device_kind")
    return [
        *(charges(client, setting.item(item), "devices", "device_id", variant=kind) for item in CLIENT),
        charges(machine, setting.item(MACHINE[0]), "devices", "device_id"),
        charges(machine.filter(nw.col("licensed")), setting.item(MACHINE[1]), "devices", "device_id"),
    ]


def decisions(terms: Terms) -> Mapping[str, Decision]:
    """Each client, and each support machine: the licence is decided as the operation is."""
    return {"client": Decision(client_table(terms), ~SUPPORT), "support": Decision(support_table(terms), SUPPORT)}


def _in_order(clients: Lazy, terms: Terms) -> Lazy:
    """Clients with `age` and `device`, the order in which they are covered: lowest first, no date last, folded ids."""
    day = day_number(nw.col("established_on"))
    if terms.client_order == "latest_established":
        day = -day
    return clients.with_columns(age=day.fill_null(10_000_000), device=nw.col("device_id").str.to_lowercase())


def _with_coverage(clients: Lazy, headcount: Lazy, terms: Terms) -> Lazy:
    """Clients with `covered` and `holder_clients`, the number of clients their employee holds (empty if unassigned)."""
    agency = ["period", "agency"]
    staff = headcount.select(*agency, "employees")
    if terms.client_allowance == "per_agency":
        place = nw.col("device_id").cum_count().over(*agency, order_by=["age", "device"])
        placed = clients.with_columns(place=place, holder_clients=nw.lit(None, dtype=nw.Int64))
        return placed.join(staff, on=agency, how="left").with_columns(covered=nw.col("place") <= nw.col("employees"))
    assigned = clients.filter(~nw.col("employee_id").is_null())
    holders = assigned.group_by(*agency, "employee_id").agg(nw.col("device_id").count().alias("holder_clients"))
    held = (
        assigned.join(holders, on=[*agency, "employee_id"])
        .with_columns(place=nw.col("device_id").cum_count().over(*agency, "employee_id", order_by=["age", "device"]))
        .with_columns(covered=nw.col("place") == 1, holder_clients=nw.col("holder_clients").cast(nw.Int64))
    )
    # What is left of the headcount, once each employee with a client has one, covers unassigned clients in order.
    with_client = holders.group_by(*agency).agg(nw.col("employee_id").count().alias("with_client"))
    spare = nw.col("employees") - nw.col("with_client").fill_null(0).cast(nw.Int64)
    left = staff.join(with_client, on=agency, how="left").with_columns(spare=spare).select(*agency, "spare")
    unassigned = (
        clients.filter(nw.col("employee_id").is_null())
        .with_columns(place=nw.col("device_id").cum_count().over(*agency, order_by=["age", "device"]))
        .join(left, on=agency, how="left")
        .with_columns(covered=nw.col("place") <= nw.col("spare"), holder_clients=nw.lit(None, dtype=nw.Int64))
    )
    columns = [c for c in held.collect_schema().names() if c != "place"]
    return nw.concat([held.select(columns), unassigned.select(columns)])


SECTION = Section(
    name="platform",
    table="devices",
    rules=("PLT-2", "PLT-1", "PLT-3"),
    lines=lines,
    items=(*CLIENT, *MACHINE),
    decisions=decisions,
    also_reads=("headcount",),
    # PLT-2 shares the headcount out among an agency's clients; PLT-3 looks at no other machine.
    neighbours=(("period", "agency"),),
    alone=pl.col("device_kind") == "support",
    thing="device_id",
    left_open={"no_device_owners": ("PLT-1", "PLT-2")},
)
