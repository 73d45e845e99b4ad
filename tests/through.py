"""The one door that tests rate through: text cells in, the CSV's text out, by the steps of the command line."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path

import polars as pl

from billing_core import intake
from billing_core.base.engines import Engine, engine
from billing_core.base.problems import described
from billing_core.base.texts import load_texts
from billing_core.export import csv_bytes
from billing_core.intake.price_file import read_agreements, read_price_list
from billing_core.law.catalogue import Catalogue, load_catalogue
from billing_core.law.policy import Policy, load_policy
from billing_core.law.prices import Prices, no_prices
from billing_core.rating.rate import Rates
from billing_core.rating.statement import statement_of
from billing_core.views.summary import summary

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
CASES = ROOT / "tests/cases"
FROZEN = CASES / "frozen"
engine_named = cache(engine)


@cache
def catalogue() -> Catalogue:
    return load_catalogue(DATA)


@cache
def frozen_policy() -> Policy:
    """The policy that every worked figure of the tests rests on, whatever the project's own says today."""
    return load_policy(FROZEN / "policy.toml")


def demo_prices() -> str:
    """The text of the price list that figures of the demo and of the screens rest on."""
    return (FROZEN / "demo_prices.csv").read_text(encoding="utf-8")


@cache
def texts() -> dict[str, str]:
    return load_texts(DATA / "texts", "nb") | catalogue().names("nb")


@dataclass(frozen=True)
class Result:
    """What came out, all as text."""

    lines: list[dict[str, str]]
    problems: list[dict[str, str]]
    codes: list[str]
    summary: list[dict[str, str]]
    counts: dict[str, int]


def run(
    tables: dict[str, list[dict[str, str]]] | None = None,
    *,
    files: dict[str, bytes] | None = None,
    prices: str | None = None,
    agreements: str | None = None,
    policy: dict[str, object] | None = None,
    as_of: date | None = None,
    period: str | None = None,
    agency: str | None = None,
    engine: str = "polars",
) -> Result:
    """Reads, checks and rates. A table's rows become the file `<table>.csv`, row i of the list its row i + 2."""
    given = files if files is not None else {f"{name}.csv": as_csv(rows) for name, rows in (tables or {}).items()}
    known = catalogue()
    read = intake.read(
        [intake.Source(name, content) for name, content in given.items()],
        intake.Register.of(known),
        intake.Options(period=period, agency=agency),
    )
    months = sorted({month for frame in read.usage.values() for month in frame["period"].unique()})
    days = {period or months[0]: as_of} if as_of and months else {}
    rates = Rates(known, prices_from(prices, agreements), frozen_policy().with_values(policy or {}))
    running: Engine = engine_named(engine)
    stated = statement_of(read.usage, read.problems, rates, running, days)
    chosen = stated.rating.selected(period, agency)
    read_rows = sum(file.rows_read for file in read.files)
    refused = stated.problems.filter((pl.col("severity") == "refused") & pl.col("row").is_not_null()).height
    return Result(
        lines=as_rows(csv_bytes(chosen.frame())),
        problems=as_rows(csv_bytes(described(stated.problems, texts()))),
        codes=stated.problems["code"].to_list(),
        summary=as_rows(csv_bytes(summary(chosen, stated.problems))),
        counts={
            "rows_read": read_rows,
            "rows_rated": stated.rows_rated + sum(file.without_licence for file in read.files),
            "rows_refused": refused,
        },
    )


def prices_from(prices: str | None = None, agreed: str | None = None) -> Prices:
    """A price list and agreements from the text of their CSV; the cases' list where none is given."""
    text = (CASES / "prices.csv").read_text(encoding="utf-8") if prices is None else prices
    # A file of nothing but headings is refused; a world without prices or agreements has none.
    listed = no_prices() if _empty(text) else read_price_list("prices.csv", text.encode(), catalogue())
    own = no_prices() if _empty(agreed) else read_agreements("agreements.csv", str(agreed).encode(), catalogue())
    return Prices(listed, own)


def _empty(text: str | None) -> bool:
    return text is None or len(text.splitlines()) < 2


def as_csv(rows: list[dict[str, str]]) -> bytes:
    """Rows as a CSV file; a column is there if any row has it."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    buffer = StringIO()
    writer = csv.DictWriter(buffer, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def as_rows(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV as text cells."""
    return list(csv.DictReader(StringIO(content.decode())))
