"""Intune, All devices (`DevicesWithInventory_<GUID>.csv`): the PCs, their owners and when they were enrolled.

Phones, tablets and personal devices are in it too and are left out. It does not tell thick, thin and support machines
apart.
"""

from billing_core.intake.exports.facts import Computer, Facts, account, day, named
from billing_core.intake.exports.systems import is_computer, is_server
from billing_core.readers.sheet import Sheet

NAME, ACCOUNT = "intune", "Primary user UPN"
COMPUTERS_RANK = 1
READ = (
    "Device ID",
    ("Microsoft Entra Device ID", "Azure AD Device ID"),
    ACCOUNT,
    "Enrollment date",
    "OS",
    "Ownership",
    "Serial number",
    "Last check-in",
    "OS version",
    "SkuFamily",
    "ProductName",
)


def recognised(headings: frozenset[str]) -> bool:
    """Whether folded `headings` are of this export."""
    return {"device id", "device name", "enrollment date", "os", "primary user upn"} <= headings


def facts(sheet: Sheet) -> Facts:
    """The municipality's own PCs."""
    found = Facts(sheet.file)
    others = personal = servers = 0
    for row, device, (entra_id, owner, enrolled, system, ownership, serial, seen, version, *editions) in named(
        found, sheet, *READ
    ):
        if is_server(system, *editions, version=version):
            servers += 1
        elif not is_computer(system):
            others += 1
        elif (ownership or "").casefold() == "personal":
            personal += 1
        else:
            who = account(owner) if owner else None
            found.computers.append(Computer(row, device, who, day(enrolled), entra_id, serial, day(seen)))
    found.note("server_left_out", servers)
    found.note("not_a_pc", others)
    found.note("personal_device", personal)
    return found
