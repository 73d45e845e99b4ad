"""The browser that the tests drive: Debian's Chromium, else Playwright's own; installed if neither is there.

`python -m tests.e2e.browser` makes sure of it and says where it is, or clearly why there is none.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Without the background's network use a closed network refuses the browser many connections at every start."""

NONE = (
    "No browser could be installed, and the tests of the screens need one: install Chromium so that `chromium` is "
    "on the PATH (Debian: apt-get install chromium), then run make test again."
)
"""What to say where no browser can be had."""


def installed() -> str | None:
    """The path of a browser that can be driven, or None."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    return next((str(path) for path in sorted(cache.glob("chromium-*/chrome-*/chrome"))), None)


def _install() -> None:
    """Debian's package where this user may install one, else Playwright's download."""
    steps = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        packages = ["chromium", "chromium-l10n", "fonts-dejavu-core"]
        steps = [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages], *steps]
    for step in steps:
        if installed():
            return
        print("installing a browser for the tests:", " ".join(step), flush=True)
        subprocess.run(step, check=False, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, stdout=sys.stderr)


def main() -> int:
    """0 with the browser's path; 1 with what to do."""
    if not installed():
        _install()
    path = installed()
    if path:
        print("browser for the tests:", path)
        return 0
    print(NONE, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
