"""One app server and one browser for all tests of the screens, and a visitor with a fresh session for each."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e import browser as chromium
from tests.e2e.visitor import Visitor

ROOT = Path(__file__).parents[2]
PATIENCE = 30
"""Seconds for whatever a slow machine must do; a healthy one needs a few."""

expect.set_options(timeout=PATIENCE * 1000)


@contextmanager
def serving(script: Path, log: Path) -> Iterator[str]:
    """A Streamlit server of `script` on a free port: its address, once it answers; ended when the block is left."""
    with start(script, log) as (address, _):
        yield address


@contextmanager
def start(
    script: Path, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The server's address and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out) as server:
        try:
            _wait_until_well(server, f"http://127.0.0.1:{port}/_stcore/health", log)
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.kill()


def _wait_until_well(server: subprocess.Popen[bytes], health: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(health, timeout=PATIENCE):  # noqa: S310
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"the app's server did not start:\n{log.read_text(errors='replace')}", pytrace=False)


@contextmanager
def driven() -> Iterator[Browser]:
    """The browser of `browser.py`. Without one the tests fail and say what to do."""
    path = chromium.installed()
    if path is None:
        pytest.fail(chromium.NONE, pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield started
        started.close()


# Of the package, not the session: Playwright's event loop must not run on under other tests of the same process.
@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(ROOT / "app.py", tmp_path_factory.mktemp("server") / "log") as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with driven() as started:
        yield started


NewVisitor = Callable[..., Visitor]


@pytest.fixture
def new_visitor(server: str, browser: Browser) -> Iterator[NewVisitor]:
    """Visitors with a browser session of their own each: `new_visitor(color_scheme="dark")`."""
    contexts = []

    def arrive(**options: object) -> Visitor:
        context = browser.new_context(**{"locale": "nb-NO", "viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        return Visitor(context.new_page(), server)

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """One visitor at a desk."""
    return new_visitor()
