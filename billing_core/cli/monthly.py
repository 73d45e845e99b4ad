"""`rate DATASET`: month by month, never more than one in memory (planning contract, section 8)."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import polars as pl

from billing_core.base.engines import Engine, engine
from billing_core.base.errors import RequestError
from billing_core.base.problems import OUT_COLUMNS, SCHEMA, described, merge
from billing_core.base.tables import TABLES
from billing_core.cli.output_dataset import OutputDataset
from billing_core.cli.stating import (
    as_there,
    named_agency,
    print_beside,
    problem_texts,
    put,
    rates,
    refuse_nothing,
    tell,
)
from billing_core.export.dataset import Dataset
from billing_core.rating.fingerprint import fingerprint
from billing_core.rating.notices import YEARLY, yearly_again
from billing_core.rating.rate import Rates
from billing_core.rating.statement import Months, rated_months
from billing_core.views.summary import sums_of, with_refused

FILES_ALONE = ("month_of", "replace", "mapping", "decimal", "date_order", "rate_nok", "leave_out_idle", "pseudonymise",
               "blocked")  # fmt: skip
"""Options of how files are read: what is in a dataset has been read."""

BETWEEN = "between"
"""The name of the problems that look beyond a month."""


@dataclass(frozen=True)
class Told:
    """What is told of rated months: problems with their texts, and sums where they are wanted."""

    rows: int
    illustrative: bool
    problems: pl.DataFrame
    sums: pl.DataFrame | None


@dataclass
class Run:
    """One run over a dataset: what it rates by, what is chosen, and what was told so far."""

    options: Namespace
    dataset: Dataset
    by: Rates
    periods: list[str]
    agency: str | None
    as_of: dict[str, date]
    engine: Engine
    told: list[Told] = field(default_factory=list)

    def batches(self, periods: Sequence[str]) -> list[list[str]]:
        """Months to rate together."""
        return self.dataset.batches(periods, self.engine.batch)

    def stated(self, batch: Sequence[str]) -> Months:
        """Some months, checked and rated; of these the lines of the agency chosen come out."""
        stated = rated_months(self.dataset.of(batch), self.by, self.engine, self.as_of)
        return replace(stated, rating=stated.rating.selected(agency=self.agency))

    def rated(self) -> Iterator[pl.DataFrame]:
        """All lines, a batch of months after another."""
        for batch in self.batches(self.periods):
            stated = self.stated(batch)
            lines = stated.rating.frame()
            self.tell(sum(stated.rows.values()), stated.rating.illustrative, self.words(stated.problems), lines.lazy())
            yield lines

    def tell(self, rows: int, illustrative: bool, problems: pl.DataFrame, lines: pl.LazyFrame) -> None:
        """Keeps what is told of some months and their lines."""
        sums = sums_of(lines) if self.options.summary else None
        self.told.append(Told(rows, illustrative, problems, sums))

    def words(self, problems: pl.DataFrame) -> pl.DataFrame:
        """Problems in the columns that come out, then those that only the program asks for."""
        shown = described(problems, self.texts)
        return pl.concat([shown, problems.select(_MORE)], how="horizontal")

    @cached_property
    def texts(self) -> dict[str, str]:
        """The words that problems are told in."""
        return problem_texts(self.options, self.by.catalogue)

    def again(self) -> pl.DataFrame:
        """The notices that look beyond a month: they read but a few columns, of rows that were rated."""
        services = self.dataset.columns("services", YEARLY, self.periods)
        refused = self.problems().filter(severity="refused", table="services").select("file", "row")
        return self.words(yearly_again(services.join(refused, on=["file", "row"], how="anti"), self.by.catalogue))

    def problems(self) -> pl.DataFrame:
        """What was told so far."""
        return pl.concat([self.words(merge([])), *(told.problems for told in self.told)])


_MORE = [name for name in SCHEMA if name not in OUT_COLUMNS]


def rate_dataset(options: Namespace) -> int:
    """Rates a dataset month by month, writes its lines, and gives the exit code."""
    run = _run_of(options)
    if isinstance(options.out, OutputDataset):
        options.out.refuse_inputs(options.paths)
        _write_dataset(run, options.out)
    elif options.out:
        options.out.put_frames(run.rated(), "lines")
    else:
        for _ in run.rated():
            pass
    again = run.again()
    if isinstance(options.out, OutputDataset):
        options.out.tell(BETWEEN, again)
    problems = pl.concat([run.problems(), again])
    put(options.problems, problems.select(OUT_COLUMNS), "problems")
    rows = sum(told.rows for told in run.told)
    refuse_nothing(rows, problems, options)
    if options.summary:
        sums = pl.concat([told.sums for told in run.told if told.sums is not None])
        print_beside(with_refused(sums, _of_agency(problems, run.agency)), options)
    return tell(problems, f"{rows} rows rated", illustrative=any(told.illustrative for told in run.told))


def _write_dataset(run: Run, out: OutputDataset) -> None:
    """Writes the lines of each month that was not rated alike before."""
    marks = {period: _mark(run, period) for period in run.periods}
    fresh = [period for period in run.periods if not _is_known(out, period, marks[period])]
    for batch in run.batches(fresh):
        stated = run.stated(batch)
        lines = stated.rating.frame() if len(batch) > 1 else None
        problems = run.words(stated.problems)
        for period in batch:
            write = stated.rating.write_parquet if lines is None else lines.filter(period=period).write_parquet
            out.put_month(period, write)
            facts = {"rows": str(stated.rows[period]), "illustrative": str(stated.rating.illustrative)}
            out.tell(period, problems.filter(period=period), fingerprint=marks[period], **facts)
    out.only(run.periods)
    for period in run.periods:
        told, lines_of = out.told_of(period), pl.scan_parquet(out.lines_of(period), hive_partitioning=False)
        facts = pl.read_parquet_metadata(told)
        run.tell(int(facts["rows"]), facts["illustrative"] == "True", pl.read_parquet(told), lines_of)


def _mark(run: Run, period: str) -> str:
    files = [path for name in TABLES for path in run.dataset.files(name, period)]
    return fingerprint(files, run.by, period, run.agency, run.as_of, run.options.lang)


def _is_known(out: OutputDataset, period: str, mark: str) -> bool:
    """Whether a month was rated alike before, and what came of it is there."""
    told = out.told_of(period)
    return (
        told.is_file() and out.lines_of(period).is_file() and pl.read_parquet_metadata(told).get("fingerprint") == mark
    )


def _of_agency(problems: pl.DataFrame, agency: str | None) -> pl.DataFrame:
    return problems.filter(pl.col("agency").is_null() | (pl.col("agency") == agency)) if agency else problems


def _run_of(options: Namespace) -> Run:
    """What is to be rated. RequestError for what a dataset cannot be asked, or does not have."""
    if len(options.paths) > 1:
        raise RequestError("a dataset is rated by itself; convert other files and it into one")
    for name in FILES_ALONE:
        if getattr(options, name):
            raise RequestError(f"--{name.replace('_', '-')} is of files; a dataset has been read already (convert)")
    dataset = Dataset.at(options.paths[0])
    periods = dataset.months
    if options.period:
        as_there(options.period, periods)
        periods = [options.period]
    by = rates(options)
    agency = _agency(options, by, dataset, periods)
    if options.as_of and len(periods) > 1:
        raise RequestError(f"--as-of needs a single month; this dataset has {len(periods)}: add --period YYYY-MM")
    as_of = {periods[0]: options.as_of} if options.as_of else {}
    return Run(options, dataset, by, periods, agency, as_of, engine(options.engine, options.memory))


def _agency(options: Namespace, by: Rates, dataset: Dataset, periods: list[str]) -> str | None:
    """The agency chosen, as the rows write it."""
    wanted = named_agency(options, by.catalogue)
    if not wanted:
        return None
    there = (dataset.columns(name, ["agency"], periods).unique() for name in TABLES if name != "dispatch_costs")
    return as_there(wanted, {value for frame in there for value in frame["agency"]})
