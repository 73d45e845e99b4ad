"""`make bench`: rating beside hand-written queries that give the same columns, in one run; prints ratios.

Every measurement is a process of its own, so that its peak memory is its own.
"""

import argparse
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from billing_core.base.engines import engine
from billing_core.intake.price_file import read_price_list
from billing_core.law.catalogue import load_catalogue
from billing_core.law.policy import load_policy
from billing_core.law.prices import Prices, no_prices
from billing_core.rating.rate import Rates, rate
from billing_core.views.summary import summed
from tests.bench.licences import by_hand_duckdb, by_hand_polars, licences, price_rows
from tests.through import as_csv

DATA = Path(__file__).parents[2] / "data"
SIZES = (100_000, 1_000_000, 10_000_000)
WAYS = ("core polars", "core duckdb", "hand polars", "hand duckdb")


def _measure(way: str, source: Path, out: Path | None) -> None:
    catalogue = load_catalogue(DATA)
    prices = Prices(read_price_list("bench", as_csv(price_rows()), catalogue), no_prices())
    rates = Rates(catalogue, prices, load_policy(DATA / "policy.toml"))
    no_cost = rates.policy.of("2026-01").no_cost_skus
    start = time.perf_counter()
    who, name = way.split()
    if who == "hand":
        (by_hand_polars if name == "polars" else by_hand_duckdb)(source, no_cost, out)
    else:
        rating = rate({"licences": source}, rates, engine(name))
        if out:
            rating.write_parquet(out)
        else:
            summed(rating, ["agency", "period"])
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _run(way: str, source: Path, out: Path | None, times: int) -> tuple[float, float]:
    """The median seconds, and the peak memory in MiB, of one way of rating."""
    command = [sys.executable, "-m", "tests.bench.rating", "--way", way, "--source", str(source)]
    command += ["--out", str(out)] if out else []
    runs = []
    for _ in range(times):
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        runs.append((float(printed[0]), float(printed[1])))
    return sorted(runs)[len(runs) // 2]


def _equal(folder: Path, source: Path) -> bool:
    """Whether all four ways write the same lines."""
    frames = []
    for way in WAYS:
        out = folder / "lines.parquet"
        _run(way, source, out, 1)
        frames.append(pl.read_parquet(out))
    return equal_lines(frames)


def equal_lines(frames: Sequence[pl.DataFrame]) -> bool:
    """Whether all frames have the same lines; each way has whole numbers and amounts in types of its own."""
    alike = [
        frame.with_columns(pl.col("measured", "limit").cast(pl.Int64), pl.col(pl.Decimal).cast(pl.Float64))
        for frame in frames
    ]
    return all(alike[0].equals(frame) for frame in alike[1:])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    if options.way:
        _measure(options.way, options.source, options.out)
        return
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {date.today()}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = folder / "small.parquet"
        licences(100_000).write_parquet(small)
        print("all four ways give the same lines:", _equal(folder, small))
        print(f"{'rows':>11} {'what':8} {'way':12} {'seconds':>8} {'rows/s':>12} {'MiB':>7} {'/ faster by hand':>17}")
        for rows in options.sizes:
            source = folder / "licences.parquet"
            licences(rows).write_parquet(source)
            for what, out in (("lines", folder / "out.parquet"), ("summary", None)):
                figures = {way: _run(way, source, out, options.times) for way in WAYS}
                best = min(figures[way][0] for way in WAYS if way.startswith("hand"))
                for way, (seconds, memory) in figures.items():
                    print(
                        f"{rows:11,} {what:8} {way:12} {seconds:8.2f} {rows / seconds:12,.0f} {memory:7,.0f} "
                        f"{seconds / best:17.2f}"
                    )


if __name__ == "__main__":
    main()
