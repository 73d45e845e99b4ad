"""ICT platform: clients and support machines (contract, section 3, PLT-1 to PLT-3)."""

from datetime import date

from tests.reference.cells import Row
from tests.reference.charges import Charge
from tests.reference.readings import Policy


def charges(rows: list[Row], headcount: list[Row], policy: Policy) -> list[Charge]:
    """Two lines for each client, one or two for each support machine."""
    found = []
    for row in rows:
        if row["device_kind"] == "support":
            found += support_machine(row, policy)
        else:
            found += client(row, rows, headcount, policy)
    return found


def support_machine(row: Row, policy: Policy) -> list[Charge]:
    """PLT-3: billed if established after the cut-off date."""
    if row["established_on"] is None:
        funding = "undecided"
    elif row["established_on"] > policy.value("support_machine_cutoff", row["period"]):
        funding = "billed"
    else:
        funding = "framework"
    items = ["platform.support_machine"] + (["platform.support_machine_licence"] if row["licensed"] else [])
    return [Charge(row, item, ["PLT-3"], funding, subject=row["written device_id"]) for item in items]


def client(row: Row, rows: list[Row], headcount: list[Row], policy: Policy) -> list[Charge]:
    """PLT-1 or PLT-2, the same for the client's operation and its licence."""
    clients = [
        other
        for other in rows
        if other["device_kind"] != "support" and (other["period"], other["agency"]) == (row["period"], row["agency"])
    ]
    clients.sort(key=lambda other: place(other, policy))
    employees = None
    for counted in headcount:
        if (counted["period"], counted["agency"]) == (row["period"], row["agency"]):
            employees = counted["employees"]

    measured = limit = ""
    covered: bool | None
    if policy.value("client_allowance", row["period"]) == "per_agency":
        covered = None if employees is None else clients.index(row) < employees
    elif row["employee_id"] is not None:
        own = [other for other in clients if other["employee_id"] == row["employee_id"]]
        covered = own[0] is row
        if not covered:
            measured, limit = str(len(own)), "1"
    else:
        holders = {other["employee_id"] for other in clients if other["employee_id"] is not None}
        unassigned = [other for other in clients if other["employee_id"] is None]
        covered = None if employees is None else unassigned.index(row) < employees - len(holders)

    rule, funding = {True: ("PLT-1", "framework"), False: ("PLT-2", "billed"), None: ("PLT-2", "undecided")}[covered]
    return [
        Charge(
            row,
            item,
            [rule],
            funding,
            variant=(row["device_kind"],),
            subject=row["written device_id"],
            measured=measured,
            limit=limit,
        )
        for item in ("platform.client", "platform.client_licence")
    ]


def place(row: Row, policy: Policy) -> tuple[bool, int, str]:
    """Sorts clients: by the day established, no date last, then device_id."""
    established: date | None = row["established_on"]
    if established is None:
        return True, 0, row["device_id"]
    latest_first = policy.value("client_order", row["period"]) == "latest_established"
    day = established.toordinal()
    return False, -day if latest_first else day, row["device_id"]
