"""Part of `make bench`: a 100 MB licences CSV read, checked and typed, beside `polars.read_csv` of the same file.

Each measurement is a process of its own; the runs alternate, so that a drifting machine slows both alike.
"""

import argparse
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import polars as pl

from billing_core import intake
from billing_core.catalogue import load_catalogue
from tests.bench.licences import licences

DATA = Path(__file__).parents[2] / "data"
WAYS = ("imports", "read_csv", "intake")


def _measure(way: str, source: Path) -> None:
    catalogue = load_catalogue(DATA)
    register = intake.Register(catalogue.sku_aliases, catalogue.agencies)
    start, cpu = time.perf_counter(), time.process_time()
    if way == "read_csv":
        pl.read_csv(source)
    elif way == "intake":
        read = intake.read([intake.Source(source.name, path=source)], register, intake.Options())
        sys.stderr.write(f"{read.usage['licences'].height} rows\n")
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _run(way: str, source: Path) -> tuple[float, float, float]:
    command = [sys.executable, "-m", "tests.bench.reading", "--way", way, "--source", str(source)]
    seconds, cpu, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(cpu), float(memory)


def main() -> None:
    """Prints seconds, processor seconds and peak memory above that of the imports, and the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    if options.way:
        _measure(options.way, options.source)
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "licences.csv"
        licences(2_150_000).drop("file", "row").write_csv(source)
        size = source.stat().st_size / 2**20
        runs = {way: [] for way in WAYS}
        for _ in range(options.times):
            for way in WAYS:
                runs[way].append(_run(way, source))
    print(f"{platform.machine()}, Python {platform.python_version()}, {date.today()}; {size:.0f} MiB")
    middle = {way: [sorted(column)[options.times // 2] for column in zip(*runs[way], strict=True)] for way in WAYS}
    base = middle["imports"][2]
    for way in WAYS[1:]:
        seconds, cpu, memory = middle[way]
        extra = memory - base
        print(f"{way:9} {seconds:6.2f} s {cpu:6.2f} s CPU {extra:7.0f} MiB = {extra / size:.1f} x file")
    ratios = [a / b for a, b in zip(middle["intake"][:2], middle["read_csv"][:2], strict=True)]
    print(f"intake / read_csv: {ratios[0]:.2f} (seconds), {ratios[1]:.2f} (CPU)")


if __name__ == "__main__":
    main()
