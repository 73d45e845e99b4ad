"""`make bench`: a dataset rated by `rate`, a process as anyone starts it, beside queries by hand, month by month too.

The queries give the same columns but check and notice nothing. The figures to keep are ratios of processor time, which
other work on the machine does not stretch; memory is the most that the operating system counted.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from billing_core.export.dataset import Dataset, write_usage
from billing_core.law.policy import load_policy
from tests.bench.licences import PERIODS, by_hand_duckdb, by_hand_polars, month_of_licences, price_rows
from tests.bench.rating import equal_lines
from tests.through import as_csv

POLICY = Path(__file__).parents[2] / "data" / "policy.toml"
SIZES = (100_000, 2_000_000, 10_000_000)
BY_HAND = {"hand polars": by_hand_polars, "hand duckdb": by_hand_duckdb}
RATED = {"rate polars": ["polars"], "rate duckdb": ["duckdb", "--memory", "4GB"]}
WAYS = (*RATED, *BY_HAND)


@dataclass(frozen=True)
class Taken:
    """What a process took: seconds of processor time and on the clock, and its peak memory in MiB."""

    processor: float
    clock: float
    memory: float


def write_dataset(place: Path, rows: int) -> None:
    """About `rows` licences as a dataset; a month of them is held at a time."""
    for period in PERIODS:
        write_usage(place, {"licences": month_of_licences(period, rows // len(PERIODS) // 2)})


def _by_hand(way: str, source: Path, out: Path) -> None:
    """Rates each month by itself, as one would by hand."""
    no_cost = load_policy(POLICY).of(PERIODS[0]).no_cost_skus
    found = Dataset(source)
    for period in found.months:
        (path,) = found.files("licences", period)
        BY_HAND[way](path, no_cost, out / f"{period}.parquet")


def taken(command: Sequence[str]) -> Taken:
    """Runs a process to its end. RuntimeError if it fails."""
    start = time.monotonic()
    _, status, usage = os.wait4(os.posix_spawn(sys.executable, command, os.environ), 0)
    if status:
        raise RuntimeError(f"{command[1:4]} ended with {os.waitstatus_to_exitcode(status)}")
    return Taken(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024)


def run(way: str, source: Path, prices: Path, out: Path) -> Taken:
    """One way of rating a dataset to a new folder."""
    if way in RATED:
        rate = ["billing_core", "rate", str(source), "--prices", str(prices), "--out", str(out), "--engine"]
        return taken([sys.executable, "-m", *rate, *RATED[way]])
    out.mkdir()
    return taken([sys.executable, "-m", "tests.bench.monthly", "--way", way, "--paths", str(source), str(out)])


def _same_lines(outs: Sequence[Path]) -> bool:
    """Whether all ways wrote the same lines."""
    found = []
    for out in outs:
        paths = sorted(
            (out / "lines").glob("period=*/*.parquet") if (out / "lines").is_dir() else out.glob("*.parquet")
        )
        found.append(pl.concat([pl.read_parquet(path, hive_partitioning=False) for path in paths]))
    return equal_lines(found)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--way", choices=BY_HAND)
    parser.add_argument("--paths", type=Path, nargs=2)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="100000000 needs 20 GB of disk and an hour")
    parser.add_argument("--ways", nargs="*", choices=WAYS, default=WAYS)
    parser.add_argument("--folder", type=Path, help="where the files go for the time being")
    options = parser.parse_args()
    if options.way:
        _by_hand(options.way, *options.paths)
        return
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {date.today()}")
    print(
        f"{'rows':>11} {'way':12} {'processor s':>12} {'clock s':>8} {'MiB':>7} {'/ faster by hand':>17} {'growth':>7}"
    )
    before: dict[str, tuple[int, float]] = {}
    for rows in options.sizes:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            _measure(rows, options.ways, Path(name), before)


def _measure(rows: int, ways: Sequence[str], folder: Path, before: dict[str, tuple[int, float]]) -> None:
    """Prints what each way takes for so many rows; growth is that of processor time over that of the rows."""
    write_dataset(folder / "usage", rows)
    (folder / "prices.csv").write_bytes(as_csv(price_rows()))
    found = {way: run(way, folder / "usage", folder / "prices.csv", folder / way) for way in ways}
    hand = [figures.processor for way, figures in found.items() if way in BY_HAND]
    for way, figures in found.items():
        fewer, less = before.get(way, (rows, figures.processor))
        growth = (figures.processor / less) / (rows / fewer)
        beside = f"{figures.processor / min(hand):.2f}" if hand else "–"
        seconds = f"{figures.processor:12.1f} {figures.clock:8.1f}"
        print(f"{rows:11,} {way:12} {seconds} {figures.memory:7,.0f} {beside:>17} {growth:7.2f}", flush=True)
        before[way] = rows, figures.processor
    if rows <= SIZES[1]:
        print("the same lines:", _same_lines([folder / way for way in ways]), flush=True)


if __name__ == "__main__":
    main()
