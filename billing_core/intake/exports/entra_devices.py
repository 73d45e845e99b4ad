"""Entra, Download devices: PCs joined to the municipality's directory. Registered ones (people's own) are left out."""

from billing_core.intake.exports.facts import Computer, Facts, account, day, is_true, named
from billing_core.intake.exports.systems import is_computer, is_server
from billing_core.readers.sheet import Sheet

NAME, ACCOUNT = "entra_devices", "userNames"
COMPUTERS_RANK = 2
READ = (
    "deviceId",
    "operatingSystem",
    ("joinType (trustType)", "joinType", "trustType"),
    ACCOUNT,
    "registrationTime",
    "accountEnabled",
    "approximateLastSignInDateTime",
    "operatingSystemVersion",
)
_REGISTERED = ("registered", "workplace")


def recognised(headings: frozenset[str]) -> bool:
    """Whether folded `headings` are of this export."""
    return {"deviceid", "operatingsystem"} <= headings and bool(
        headings & {"jointype (trusttype)", "jointype", "trusttype"}
    )


def facts(sheet: Sheet) -> Facts:
    """The joined PCs; the first of several user names counts as the owner."""
    found = Facts(sheet.file)
    others = personal = servers = 0
    for row, device, (system, joined, owners, registered, enabled, seen, version) in named(found, sheet, *READ):
        if is_server(system, version=version):
            servers += 1
        elif not is_computer(system):
            others += 1
        elif any(word in (joined or "").casefold() for word in _REGISTERED):
            personal += 1
        else:
            owner = (owners or "").replace(";", ",").partition(",")[0].strip()
            found.computers.append(
                Computer(
                    row,
                    device,
                    account(owner) or None,
                    day(registered),
                    device,
                    seen_on=day(seen),
                    disabled=is_true(enabled) is False,
                )
            )
    found.note("server_left_out", servers)
    found.note("not_a_pc", others)
    found.note("personal_device", personal)
    return found
