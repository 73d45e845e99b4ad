"""What an operating system's name, edition and version tell of a machine: whether it is a computer, or a server."""

import re

_COMPUTERS = ("windows", "macos", "mac", "linux", "chrome")
"""How the names of computers' operating systems begin."""

_SERVERS = ("server", "datacenter", "azure stack hci", "azure local")
_BUILD = re.compile(r"\s*(?:10\.0\.)?(\d{5})(?:\.\d+)*\s*")
_SERVER_BUILDS = frozenset(("17784", "20348", "20349", "25398"))
"""Windows builds that servers alone have (Server 2022 and 23H2, Azure Stack HCI). Other servers' are also PCs': Server

2016 is 14393, 2019 is 17763 and 2025 is 26100, which tell nothing.
"""


def is_server(system: str | None, *editions: str | None, version: str | None = None) -> bool:
    """Whether a machine's system (`Windows Server 2022`), its edition or its build number is a server's alone."""
    if any(word in (text or "").casefold() for text in (system, *editions) for word in _SERVERS):
        return True
    build = _BUILD.fullmatch(version or "")
    windows = (system or "").casefold().startswith("windows")
    return windows and build is not None and build[1] in _SERVER_BUILDS


def is_computer(system: str | None) -> bool:
    """Whether an operating system is a computer's; Windows Phone is not."""
    name = (system or "").casefold()
    return name.startswith(_COMPUTERS) and "phone" not in name and "mobile" not in name
