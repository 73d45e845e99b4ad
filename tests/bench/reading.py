"""Part of `make bench`: a 100 MB licences CSV read, checked and typed, beside `polars.read_csv` of the same file.

Then the same once more with every text in quotes, as many programs write it.

Each measurement is a process of its own; the runs alternate, so that a drifting machine slows both alike.
"""

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import polars as pl

from billing_core import intake
from billing_core.law.catalogue import load_catalogue
from tests.bench.licences import licences

DATA = Path(__file__).parents[2] / "data"
WAYS = ("imports", "read_csv", "intake")


def _measure(way: str, source: Path) -> None:
    catalogue = load_catalogue(DATA)
    register = intake.Register.of(catalogue)
    start, cpu = time.perf_counter(), time.process_time()
    if way == "read_csv":
        pl.read_csv(source)
    elif way == "intake":
        read = intake.read([intake.Source(source.name, path=source)], register, intake.Options())
        sys.stderr.write(f"{read.usage['licences'].height} rows\n")
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    # Not ru_maxrss: that begins with what the process held that started this one.
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(seconds, cpu, int(peak.split()[1]) / 1024)


def _run(way: str, source: Path) -> tuple[float, float, float]:
    command = [sys.executable, "-m", "tests.bench.reading", "--way", way, "--source", str(source)]
    seconds, cpu, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(cpu), float(memory)


def _compare(name: str, source: Path, times: int) -> None:
    """Prints, for one file, seconds, processor seconds and peak memory above that of the imports, and the ratios."""
    size = source.stat().st_size / 2**20
    runs: dict[str, list[tuple[float, float, float]]] = {way: [] for way in WAYS}
    for _ in range(times):
        for way in WAYS:
            runs[way].append(_run(way, source))
    middle = {way: [statistics.median(column) for column in zip(*runs[way], strict=True)] for way in WAYS}
    print(f"{name}, {size:.0f} MiB")
    for way in WAYS[1:]:
        seconds, cpu, memory = middle[way]
        least, most = min(runs[way])[0], max(runs[way])[0]
        extra = memory - middle["imports"][2]
        print(f"  {way:9} {seconds:5.2f} s ({least:.2f} to {most:.2f}) {cpu:5.2f} s CPU, {extra / size:.1f} x file")
    pairs = [(a[0] / b[0], a[1] / b[1]) for a, b in zip(runs["intake"], runs["read_csv"], strict=True)]
    for what, ratios in zip(("seconds", "CPU"), zip(*pairs, strict=True), strict=True):
        print(f"  intake / read_csv: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) {what}")


def main() -> None:
    """Compares the plain and the quoted file; or, in the processes that it starts, measures one way of reading one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    if options.way:
        _measure(options.way, options.source)
        return
    print(f"{platform.machine()}, Python {platform.python_version()}, {date.today()}")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "licences.csv"
        rows = licences(2_150_000).drop("file", "row")
        for name, style in (("plain", "necessary"), ("quoted", "non_numeric")):
            rows.write_csv(source, quote_style=style)
            _compare(name, source, options.times)


if __name__ == "__main__":
    main()
