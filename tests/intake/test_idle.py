"""Servers, PCs that may stand idle, and PCs enrolled twice, in lists of devices."""

import pytest

from billing_core.intake import Options
from tests.intake.support import layout, read_files, read_one, rows
from tests.intake.test_exports import export

ENTRA = layout("entra_devices")
INTUNE = layout("intune")


def entra() -> bytes:
    def device(name: str, system: str, enabled: str, seen: str) -> dict[str, str]:
        joined = {"joinType (trustType)": "Hybrid Azure AD joined", "approximateLastSignInDateTime": seen}
        return joined | {"deviceId": name, "operatingSystem": system, "accountEnabled": enabled}

    return export(
        ENTRA,
        device("srv1", "Windows Server 2022 Datacenter", "True", "2026-10-30"),
        device("pc9", "Windows", "False", "2026-10-30"),
        device("srv2", "WindowsServer", "True", "2026-10-30"),
        # 90 and 91 days before 31 October 2026.
        device("pc90", "Windows", "True", "2026-08-02"),
        device("pc91", "Windows", "True", "2026-08-01"),
    )


def test_servers_are_no_pcs_and_idle_pcs_are_counted_and_told() -> None:
    intake = read_one(entra(), period="2026-10", agency="BYM")
    assert rows(intake, "devices", "device_id") == [("pc9",), ("pc90",), ("pc91",)]
    told = intake.problems.select("code", "row", "value", "detail").rows()
    assert told[:3] == [
        ("server_left_out", None, None, "2"),
        ("disabled_device", 3, "pc9", "2026-10-30"),
        ("unseen_device", 6, "pc91", "2026-08-01"),
    ]


def test_idle_pcs_are_left_out_where_that_is_chosen() -> None:
    intake = read_one(entra(), period="2026-10", agency="BYM", leave_out_idle=True)
    assert rows(intake, "devices", "device_id") == [("pc90",)]
    assert ("idle_left_out", "2") in intake.problems.select("code", "detail").rows()


def test_a_pc_that_entra_has_disabled_is_idle_in_intunes_list_too() -> None:
    intune = export(INTUNE, {"Device ID": "i1", "Microsoft Entra Device ID": "pc9", "OS": "Windows"})
    intake = read_files({"entra.csv": entra(), "intune.csv": intune}, Options(period="2026-10", agency="BYM"))
    assert ("disabled_device", "intune.csv", "i1") in intake.problems.select("code", "file", "value").rows()


def test_a_serial_number_enrolled_twice_for_one_user_is_one_pc() -> None:
    def device(name: str, serial: str, user: str, seen: str) -> dict[str, str]:
        return {
            "Device ID": name,
            "OS": "Windows",
            "Serial number": serial,
            "Primary user UPN": user,
            "Last check-in": seen,
        }

    content = export(
        INTUNE,
        device("old", "S1", "a@bym.oslo.kommune.no", "2026-09-01 10:00:00"),
        device("new", "s1", "a@bym.oslo.kommune.no", "2026-10-30 10:00:00"),
        device("others", "S1", "b@bym.oslo.kommune.no", "2026-10-30 10:00:00"),
        device("none1", "Default string", "a@bym.oslo.kommune.no", "2026-10-30 10:00:00"),
        device("none2", "Default string", "a@bym.oslo.kommune.no", "2026-10-30 10:00:00"),
    )
    intake = read_one(content, period="2026-10")
    assert [name for (name,) in rows(intake, "devices", "device_id")] == ["new", "others", "none1", "none2"]
    assert ("enrolled_twice", "1") in intake.problems.select("code", "detail").rows()


@pytest.mark.parametrize(
    ("told", "is_pc"),
    [
        ({"OS": "Windows", "OS version": "10.0.20348.2113"}, False),
        ({"OS": "Windows", "OS version": "10.0.25398.1"}, False),
        ({"OS": "Windows", "SkuFamily": "ServerDatacenter"}, False),
        ({"OS": "Windows", "ProductName": "Windows Server 2019 Standard"}, False),
        # These builds are Server 2016, 2019 and 2025, and Windows 10 and 11 as well.
        ({"OS": "Windows", "OS version": "10.0.14393.0"}, True),
        ({"OS": "Windows", "OS version": "10.0.17763.0"}, True),
        ({"OS": "Windows", "OS version": "10.0.26100.1", "SkuFamily": "Enterprise"}, True),
        ({"OS": "macOS", "OS version": "20348"}, True),
    ],
)
def test_a_server_is_known_by_its_edition_or_by_a_build_number_of_servers_alone(
    told: dict[str, str], is_pc: bool
) -> None:
    found = read_one(export([*INTUNE, "ProductName"], {"Device ID": "i1"} | told), period="2026-10", agency="BYM")
    assert rows(found, "devices", "device_id") == ([("i1",)] if is_pc else [])
    assert (("server_left_out", "1") in found.problems.select("code", "detail").rows()) is not is_pc


def test_entras_list_shows_a_server_by_its_build_number() -> None:
    server = {"deviceId": "s1", "operatingSystem": "Windows", "operatingSystemVersion": "10.0.20348.1"}
    found = read_one(export(ENTRA, server), period="2026-10", agency="BYM")
    assert ("server_left_out", "1") in found.problems.select("code", "detail").rows()
