"""Application operation (contract, section 3, APP-1 to APP-5 and APP-7)."""

from tests.reference.cells import Row
from tests.reference.charges import Charge
from tests.reference.prices import plain
from tests.reference.readings import Policy


def charges(rows: list[Row], policy: Policy) -> list[Charge]:
    """One line for each row, one more for a server's memory, one more for what is unsupported."""
    found = []
    for row in rows:
        found.append(main_line(row, policy))
        memory_is_billed = policy.value("server_memory", row["period"]) == "per_gb"
        if row["kind"] == "server" and row["memory_gb"] is not None and memory_is_billed:
            found.append(memory_line(row))
        if row["unsupported"]:
            found.append(unsupported_line(row))
    return found


def main_line(row: Row, policy: Policy) -> Charge:
    level, disk = row["service_level"] or "", row["disk"] or ""
    memory = "" if row["memory_gb"] is None else plain(row["memory_gb"])
    variants = {
        "storage": (level, disk),
        "backup": (level,) if policy.value("backup_disk", row["period"]) == "service_level_only" else (level, disk),
        "database": (level,),
        "server": (level, memory),
        "application": (level, row["complexity"] or "", row["criticality"] or ""),
    }
    rule = {"storage": "APP-1", "backup": "APP-1", "database": "APP-2", "server": "APP-3", "application": "APP-4"}
    kind = row["kind"]
    charge = Charge(
        row,
        f"apps.{kind}",
        [rule[kind]],
        "billed",
        quantity=row["quantity"],
        variant=variants[kind],
        subject=row["written system"],
    )
    if not row["supplier_operated"] and kind in ("server", "database", "application"):
        charge.rules = ["APP-7", *charge.rules]
        if kind == "application":
            charge.funding = "undecided"
        else:
            charge.service, charge.without_operation = "consumption", True
    return charge


def memory_line(row: Row) -> Charge:
    return Charge(
        row,
        "apps.server_memory",
        ["APP-3"],
        "billed",
        quantity=row["quantity"] * row["memory_gb"],
        variant=(row["service_level"] or "",),
        subject=row["written system"],
        service="" if row["supplier_operated"] else "consumption",
    )


def unsupported_line(row: Row) -> Charge:
    cost = row["unsupported_cost_nok"]
    funding = "undecided" if cost is None else "billed"
    return Charge(row, "apps.unsupported", ["APP-5"], funding, subject=row["written system"], own_price=cost)
