"""`make bench-app`: click to drawn chart in a real browser, beside an empty Streamlit page with one chart.

In the app another month is chosen on the overview of an agency of 1 500 employees and 12 months, made up and uploaded,
and the time is taken until its chart is drawn; on the empty page a list with two entries draws the one chart anew. Both
are measured on this machine, one after the other, in the same browser, by its own clock. Then all of Oslo: 60 000
employees in 46 agencies and 12 months, read, rated and looked at together. Nothing is asserted.
"""

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from billing_core.__main__ import main as command
from tests.e2e.conftest import ROOT, driven, serving
from tests.e2e.visitor import Visitor

EMPLOYEES, MONTHS = 1_500, 12
OSLO_AGENCIES, OSLO_EMPLOYEES = 46, 60_000
VIEWPORT: ViewportSize = {"width": 1280, "height": 900}

EMPTY = """
import streamlit as st

st.title("Empty")
at = st.selectbox("Month", ["okt. 2026", "sep. 2026"])
heights = [len(at) + n + (n * n if at[0] == "s" else 0) for n in range(12)]
st.plotly_chart({"data": [{"type": "bar", "x": list("abcdefghijkl"), "y": heights}]})
"""

WATCH = """() => {
    const bars = () => [...document.querySelectorAll('.js-plotly-plot .bars path')].map(bar => bar.getAttribute('d'));
    const before = bars().join();
    window.drawn = new Promise(resolve => document.addEventListener('click', () => {
        const start = performance.now();
        const look = () => {
            const now = bars().join();
            if (now && now !== before) resolve(performance.now() - start);
            else requestAnimationFrame(look);
        };
        look();
    }, { once: true, capture: true }));
}"""
"""From the next click on: the milliseconds until the bars of the chart are others than now."""


def clicks(page: Page, label: str, options: Sequence[str], times: int) -> list[float]:
    """Milliseconds from picking an option of a list to the chart drawn, going through `options` round and round."""
    taken = []
    for turn in range(times + 1):
        page.get_by_role("combobox", name=label).click()
        option = page.get_by_role("option", name=options[turn % len(options)])
        option.wait_for()
        page.evaluate(WATCH)
        option.click()
        taken.append(page.evaluate("window.drawn"))
        page.wait_for_timeout(500)
    # The first is a warm-up.
    return taken[1:]


def measured(name: str, page: Page, label: str, options: Sequence[str], times: int) -> float:
    """The median of a page's clicks; prints it with the fastest and the slowest."""
    page.locator(".js-plotly-plot .bars path").first.wait_for()
    taken = clicks(page, label, options, times)
    median = statistics.median(taken)
    print(f"{name:10} median {median:5.0f} ms, from {min(taken):.0f} to {max(taken):.0f}, {times} clicks")
    return median


def of_empty_page(browser: Browser, folder: Path, times: int) -> float:
    """The floor: what Streamlit and Plotly take by themselves."""
    script = folder / "empty.py"
    script.write_text(EMPTY, encoding="utf-8")
    with serving(script, folder / "empty.log") as address:
        page = browser.new_page(viewport=VIEWPORT)
        Visitor(page, address).open()
        return measured("empty page", page, "Month", ["sep. 2026", "okt. 2026"], times)


def of_app(browser: Browser, folder: Path, times: int) -> float:
    """The app's overview with the agency's files uploaded."""
    usage = folder / "usage"
    command(["demo", str(usage), "--agencies", "1", "--employees", str(EMPLOYEES), "--months", str(MONTHS)])
    with serving(ROOT / "app.py", folder / "app.log") as address:
        page = browser.new_page(viewport=VIEWPORT)
        visitor = Visitor(page, address)
        visitor.open("upload")
        visitor.upload({file.name: file.read_bytes() for file in sorted(usage.glob("*.csv"))})
        visitor.go_to("Oversikt")
        now = visitor.picked("Måned")
        page.get_by_role("combobox", name="Måned").click()
        months = page.get_by_role("option").all_inner_texts()
        page.keyboard.press("Escape")
        return measured("app", page, "Måned", [next(month for month in months if month != now), now], times)


def of_oslo(browser: Browser, folder: Path) -> None:
    """Seconds until the page rests again, for what an adviser does with all agencies; Parquet files are uploaded."""
    usage = folder / "oslo"
    sizes = ["--agencies", str(OSLO_AGENCIES), "--employees", str(OSLO_EMPLOYEES // OSLO_AGENCIES)]
    command(["demo", str(usage), *sizes, "--months", str(MONTHS), "--format", "parquet"])
    with serving(ROOT / "app.py", folder / "oslo.log") as address:
        page = browser.new_page(viewport=VIEWPORT)
        page.set_default_timeout(300_000)
        visitor = Visitor(page, address)
        visitor.open("upload")

        def timed(what: str, act: Callable[[], None]) -> None:
            start = time.monotonic()
            act()
            print(f"{what:32} {time.monotonic() - start:5.1f} s")

        files = {file.name: file.read_bytes() for file in sorted(usage.glob("*.parquet"))}
        timed("all of Oslo: read and rated", lambda: visitor.upload(files))
        visitor.go_to("Oversikt")
        timed("all agencies together", lambda: visitor.pick("Virksomhet", "Alle"))
        timed("another month", lambda: visitor.pick("Måned", "sep"))
        timed("their lines", lambda: visitor.go_to("Tilleggskostnader"))
        timed("one agency of them", lambda: visitor.pick("Virksomhet", "BYM"))
        timed("its first simulation page", lambda: visitor.go_to("Simulering"))
        timed("its budget, first opened", lambda: visitor.go_to("Budsjett"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    print(f"{platform.processor() or platform.machine()}, Streamlit {version('streamlit')}, {date.today()}")
    print(f"an agency of {EMPLOYEES} employees, {MONTHS} months")
    with tempfile.TemporaryDirectory() as name, driven() as browser:
        floor = of_empty_page(browser, Path(name), times)
        app = of_app(browser, Path(name), times)
        print(f"the app takes {app / floor:.2f} times the empty page")
        of_oslo(browser, Path(name))


if __name__ == "__main__":
    main()
