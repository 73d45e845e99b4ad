"""Intune, All devices (`DevicesWithInventory_<GUID>.csv`): the PCs, their owners and when they were enrolled.

Phones, tablets and personal devices are in it too and are left out. It does not tell thick, thin and support machines
apart.
"""

from billing_core.intake.exports.facts import Computer, Facts, account, columns, day
from billing_core.intake.sheet import Sheet

NAME = "intune"
COMPUTERS_RANK = 1
READ = (
    "Device ID",
    ("Microsoft Entra Device ID", "Azure AD Device ID"),
    "Primary user UPN",
    "Enrollment date",
    "OS",
    "Ownership",
    "Serial number",
    "Last check-in",
)
COMPUTERS = ("windows", "macos", "mac", "linux", "chrome")
"""How the names of computers' operating systems begin."""


def recognised(headings: frozenset[str]) -> bool:
    """Whether folded `headings` are of this export."""
    return {"device id", "device name", "enrollment date", "os", "primary user upn"} <= headings


def facts(sheet: Sheet) -> Facts:
    """The municipality's own PCs."""
    found = Facts(sheet.file)
    others = personal = servers = 0
    for row, (device, entra_id, owner, enrolled, system, ownership, serial, seen) in columns(sheet, *READ):
        if device is None:
            continue
        if is_server(system):
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


def is_server(system: str | None) -> bool:
    """Whether an operating system is a server's (`Windows Server 2022`, `WindowsServer`)."""
    return "server" in (system or "").casefold()


def is_computer(system: str | None) -> bool:
    """Whether an operating system is a computer's; Windows Phone is not."""
    name = (system or "").casefold()
    return name.startswith(COMPUTERS) and "phone" not in name and "mobile" not in name
