"""A dataset as an output: written beside its place as a whole, or month by month."""

import argparse
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from billing_core.base.errors import RequestError
from billing_core.cli.output import Output, refuse_closed, to_disk
from billing_core.export.dataset import LINES, PROBLEMS, Dataset, holds_usage


class OutputDataset(Output):
    """A folder that is a dataset, or none yet. `otherwise`: what is wrong with it where only a file will do."""

    def __init__(self, written: str, otherwise: str = "") -> None:
        super().__init__(written)
        self.otherwise = otherwise

    def refuse_unwritable(self) -> None:
        """As `Output.refuse_unwritable`; a folder of other things is never taken for a dataset."""
        if self.place.exists() and not self.place.is_dir():
            raise RequestError(f"{self.written} is no folder")
        if self.place.is_dir():
            Dataset.at(self.place)
        elif not self.place.parent.is_dir():
            raise RequestError(f"{self.written}: there is no folder {self.place.parent}")
        refuse_closed(self)

    def refuse_inputs(self, paths: Sequence[Path]) -> None:
        """RequestError if what is read lies in this dataset, or this dataset in one that is read."""
        for path in (path.resolve() for path in paths):
            inside = self.place in path.parents or path == self.place
            if inside or (path in self.place.parents and holds_usage(path)):
                raise RequestError(f"{self.written} is read here; write to another folder")

    def put_whole(self, write_to: Callable[[Path], object]) -> None:
        """Lets `write_to` write the dataset, into the empty folder that it is given; `keep` puts it in its place."""
        with self.named():
            self._staged.mkdir()
            write_to(self._staged)
            for path in self._staged.rglob("*.parquet"):
                to_disk(path)

    def put_month(self, period: str, write_to: Callable[[Path], object]) -> None:
        """Lets `write_to` write the lines of a month to the file that it is given, beside; then they take their place.

        What was told of the month (`tell`) goes before its lines do, so that it never tells of other lines.
        """
        place = self.lines_of(period).parent
        staged = place.with_name(f".{place.name}.{os.getpid()}.part")
        with self.named():
            staged.mkdir(parents=True)
            write_to(staged / "lines.parquet")
            to_disk(staged / "lines.parquet")
            self.told_of(period).unlink(missing_ok=True)
            _replace(place, staged)

    def tell(self, name: str, problems: pl.DataFrame, **facts: str) -> None:
        """Writes problems under a name, with facts that the file carries beside its rows."""
        place = self.told_of(name)
        staged = place.with_name(f".{place.name}.{os.getpid()}.part")
        with self.named():
            place.parent.mkdir(parents=True, exist_ok=True)
            problems.write_parquet(staged, metadata=facts)
            to_disk(staged)
            staged.replace(place)

    def lines_of(self, period: str) -> Path:
        """The file of a month's lines."""
        return Dataset(self.place).folder(LINES, period) / "lines.parquet"

    def told_of(self, name: str) -> Path:
        """The file of the problems under a name: a month, or another word."""
        return self.place / PROBLEMS / f"{name}.parquet"

    def only(self, periods: Sequence[str]) -> None:
        """Drops the lines and problems of other months."""
        for period in set(Dataset(self.place).rated) - set(periods):
            self.told_of(period).unlink(missing_ok=True)
            shutil.rmtree(Dataset(self.place).folder(LINES, period))

    @property
    def _staged(self) -> Path:
        return self.place.with_name(f".{self.place.name}.{os.getpid()}.part")

    def keep(self) -> None:
        """As `Output.keep`: the earlier dataset goes as a whole."""
        if self._staged.is_dir():
            with self.named():
                _replace(self.place, self._staged)

    def drop(self) -> None:
        """As `Output.drop`."""
        shutil.rmtree(self._staged, ignore_errors=True)
        for name in (LINES, PROBLEMS):
            for path in (self.place / name).glob(f".*.{os.getpid()}.part"):
                shutil.rmtree(path, ignore_errors=True)
                path.unlink(missing_ok=True)


def _replace(place: Path, staged: Path) -> None:
    """A folder in the place of another; the earlier one is gone only once the new one stands."""
    earlier = staged.with_suffix(".earlier")
    if place.exists():
        place.rename(earlier)
    staged.rename(place)
    shutil.rmtree(earlier, ignore_errors=True)


def output_dataset(text: str) -> OutputDataset:
    """The type of an option that names a dataset to write."""
    if text == "-":
        raise argparse.ArgumentTypeError("a dataset is a folder; name one")
    return OutputDataset(text)
