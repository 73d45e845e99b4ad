"""A dataset and what is rated of it: the same lines as of the files, and a month that is known is left alone."""

from pathlib import Path

import polars as pl
import pytest

from tests.cli.support import Shell

LICENCES = """\
period,agency,user_id,employee_id,account_type,sku
2026-03,BYM,kari,1,main,VISIOCLIENT
2026-03,BYM,KARI,1,main,VISIOCLIENT
2026-03,UKE,per,1,main,E1
2026-04,BYM,kari,1,main,E1
"""
SERVICES = """\
period,agency,item,quantity,unit_price_nok,reference
2026-03,BYM,hr.competence_dialogue,,10.25,a
2026-03,BYM,contact.casework,-1.5,1200.5,b
2026-04,UKE,contact.casework,0.125,99.9999,c
2026-04,BYM,no.such,1,,
"""
HEADCOUNT = "period,agency,employees\n2026-03,BYM,3\n2026-04,BYM,4\n"
DISPATCH = "period,agency,channel,quantity\n2026-03,BYM,svarut,1\n2026-03,UKE,svarut,2\n"
COSTS = "period,channel,cost_nok,total_quantity\n2026-03,svarut,100,3\n"
FILES = {"licences.csv": LICENCES, "services.csv": SERVICES, "headcount.csv": HEADCOUNT, "dispatch.csv": DISPATCH}
FILES |= {"costs.csv": COSTS}


@pytest.fixture
def usage(shell: Shell) -> Shell:
    """Two months of usage, converted to the dataset `usage`: two rows are refused."""
    folder = shell.folder / "files"
    folder.mkdir()
    for name, text in FILES.items():
        shell.write(f"files/{name}", text)
    code, _, err = shell.run("convert", "files", "--out", "usage")
    assert (code, err) == (3, "11 rows converted, 2 refused, 0 notices\n")
    return shell


def parquet(shell: Shell, pattern: str) -> pl.DataFrame:
    """The rows of all files of a pattern."""
    return pl.concat([pl.read_parquet(p, hive_partitioning=False) for p in sorted(shell.folder.glob(pattern))])


def times(shell: Shell) -> dict[str, int]:
    """When the lines of each month were written."""
    return {p.parent.name: p.stat().st_mtime_ns for p in shell.folder.glob("lines/lines/*/*.parquet")}


def test_a_dataset_has_the_rows_that_were_kept_by_table_and_month(usage: Shell):
    found = {str(path.relative_to(usage.folder / "usage")) for path in usage.folder.glob("usage/*/*")}
    months = {
        "licences": (3, 4), "services": (3, 4), "headcount": (3, 4), "dispatch": (3,), "dispatch_costs": (3,),
    }  # fmt: skip
    expected = {f"{table}/period=2026-0{month}" for table, of in months.items() for month in of}
    assert found == expected | {"problems/convert.parquet"}
    services = parquet(usage, "usage/services/*/*")
    amounts = pl.col("quantity", "unit_price_nok").cast(pl.String)
    assert services.select("period", "item", amounts, "file", "row").rows() == [
        ("2026-03", "hr.competence_dialogue", None, "10.2500", "services.csv", 2),
        ("2026-03", "contact.casework", "-1.500000", "1200.5000", "services.csv", 3),
        ("2026-04", "contact.casework", "0.125000", "99.9999", "services.csv", 4),
    ]  # fmt: skip
    problems = parquet(usage, "usage/problems/*").select("code", "file", "row").sort("code").rows()
    assert problems == [("duplicate_key", "licences.csv", 3), ("unknown_item", "services.csv", 5)]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("choice", [(), ("--period", "2026-03"), ("--agency", "Bymiljøetaten")])
def test_the_lines_of_a_dataset_are_those_of_its_files(usage: Shell, engine: str, choice: tuple[str, ...]):
    chosen = ("--engine", engine, *choice)
    assert usage.run("rate", "files", "--out", "expected.csv", *choice)[0] == 3
    assert usage.run("rate", "usage", "--out", "lines.csv", *chosen)[0] == 0
    assert usage.read("lines.csv") == usage.read("expected.csv")
    for out in ("lines", "lines.parquet"):
        assert usage.run("rate", "usage", "--out", out, *chosen)[0] == 0
    whole = pl.read_parquet(usage.folder / "lines.parquet")
    assert parquet(usage, "lines/lines/*/*").equals(whole)
    assert whole["row"].to_list() == pl.read_csv(usage.folder / "lines.csv")["row"].to_list()


def test_a_summary_is_that_of_the_files_but_for_what_was_refused_when_they_were_read(usage: Shell):
    _, expected, _ = usage.run("rate", "files", "--summary")
    for out in ((), ("--out", "lines"), ("--out", "lines.csv")):
        _, summary, _ = usage.run("rate", "usage", "--summary", *out)
        told = [[row.split(",") for row in text.split()] for text in (summary, expected)]
        refused = told[0][0].index("refused_rows")
        assert [row[:refused] + row[refused + 1 :] for row in told[0]] == [
            row[:refused] + row[refused + 1 :] for row in told[1]
        ]


def test_only_a_month_whose_usage_changed_is_rated_again(usage: Shell):
    usage.run("rate", "usage", "--out", "lines")
    before = times(usage)
    usage.write("files/headcount.csv", HEADCOUNT.replace("2026-04,BYM,4", "2026-04,BYM,5"))
    usage.run("convert", "files", "--out", "usage")
    assert usage.run("rate", "usage", "--out", "lines")[0] == 0
    after = times(usage)
    assert after["period=2026-03"] == before["period=2026-03"]
    assert after["period=2026-04"] != before["period=2026-04"]
    usage.run("rate", "usage", "--out", "expected.parquet")
    assert parquet(usage, "lines/lines/*/*").equals(pl.read_parquet(usage.folder / "expected.parquet"))


@pytest.mark.parametrize(
    ("options", "again"),
    [
        ((), set()),
        (("--agency", "BYM"), {"period=2026-03", "period=2026-04"}),
        (("--prices", "later.csv"), {"period=2026-04"}),
        (("--policy", "later.toml"), {"period=2026-03", "period=2026-04"}),
        (("--engine", "duckdb"), set()),
    ],
)
def test_a_month_is_rated_again_for_what_is_in_force_in_it(usage: Shell, options: tuple[str, ...], again: set[str]):
    head = "item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status\n"
    row = "office365.licence,E1,10,,2020-01-01,{},a,confirmed\n"
    usage.write("first.csv", head + row.format(""))
    usage.write("later.csv", head + row.format("2026-04-01") + "office365.licence,E1,12,,2026-04-01,,a,confirmed\n")
    usage.write("later.toml", "deactivated_grace_days = 61\n")
    usage.run("rate", "usage", "--out", "lines", "--prices", "first.csv")
    before = times(usage)
    prices = () if "--prices" in options else ("--prices", "first.csv")
    assert usage.run("rate", "usage", "--out", "lines", *prices, *options)[0] == 0
    assert {month for month, time in times(usage).items() if time != before[month]} == again


def test_a_month_that_is_no_longer_there_is_dropped_from_the_lines(usage: Shell):
    usage.run("rate", "usage", "--out", "lines")
    usage.run("rate", "usage", "--out", "lines", "--period", "2026-04")
    assert times(usage).keys() == {"period=2026-04"}
    assert sorted(p.name for p in usage.folder.glob("lines/problems/*")) == ["2026-04.parquet", "between.parquet"]


def test_what_repeats_within_a_year_is_told_between_months(shell: Shell):
    item = "hr.competence.maintenance"
    shell.write("services.csv", f"period,agency,item,quantity\n2026-01,BYM,{item},1\n2026-06,BYM,{item},1\n")
    shell.run("convert", "services.csv", "--out", "usage")
    for out in ("lines", "lines.csv"):
        code, _, _ = shell.run("rate", "usage", "--out", out, "--problems", "problems.csv")
        shell.run("rate", "services.csv", "--problems", "expected.csv")
        assert (code, shell.read("problems.csv")) == (0, shell.read("expected.csv"))
    assert parquet(shell, "lines/problems/between.parquet")["code"].to_list() == ["yearly_again"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("convert", "files", "--out", "other"), "other is no dataset: note.txt belongs to none"),
        (("rate", "usage", "--out", "other"), "other is no dataset: note.txt belongs to none"),
        (("rate", "usage", "--out", "usage"), "usage is read here"),
        (("rate", "usage", "--out", "usage/lines"), "usage/lines is read here"),
        (("convert", "other/note.txt", "--out", "other"), "other is no dataset"),
        (("rate", "usage", "files", "--out", "lines"), "a dataset is rated by itself"),
        (("rate", "usage", "--period", "2025-01"), "there are 2026-03, 2026-04"),
        (("rate", "usage", "--agency", "VAV"), "there are BYM, UKE"),
        (("rate", "usage", "--as-of", "2026-03-15"), "--as-of needs a single month"),
        (("rate", "usage", "--decimal", ","), "--decimal is of files"),
        (("rate", "files", "--out", "lines"), "cannot write lines: the ending is missing"),
        (("convert", "files", "--out", "files/costs.csv"), "files/costs.csv is no folder"),
        (("convert", "files", "--out", "no/where"), "there is no folder"),
    ],
)  # fmt: skip
def test_what_a_dataset_cannot_do_is_one_line_and_changes_nothing(usage: Shell, arguments: tuple[str, ...], words: str):
    (usage.folder / "other").mkdir()
    usage.write("other/note.txt", "kept")
    before = sorted(usage.folder.rglob("*"))
    code, out, err = usage.run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert sorted(usage.folder.rglob("*")) == before


def test_what_was_written_by_something_else_is_looked_at(usage: Shell):
    path = next(usage.folder.glob("usage/licences/period=2026-04/*"))
    rows = pl.read_parquet(path, hive_partitioning=False)
    for column, value in (("account_type", "boss"), ("user_id", None), ("period", "2026-05")):
        rows.with_columns(pl.lit(value, dtype=pl.String).alias(column)).write_parquet(path)
        code, _, err = usage.run("rate", "usage")
        assert (code, column in err, "licences.csv" in err) == (2, True, True)
    rows.drop("sku").write_parquet(path)
    assert "the column sku is missing" in usage.run("rate", "usage")[2]


def test_what_is_interrupted_leaves_the_months_that_stand(usage: Shell, monkeypatch: pytest.MonkeyPatch):
    usage.run("rate", "usage", "--out", "lines")
    expected = parquet(usage, "lines/lines/*/*")

    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("billing_core.cli.output_dataset.to_disk", full)
    code, _, err = usage.run("rate", "usage", "--out", "lines", "--agency", "BYM")
    assert (code, "No space left" in err) == (2, True)
    assert parquet(usage, "lines/lines/*/*").equals(expected)
    assert not list(usage.folder.glob("lines/lines/.*"))
    code, _, err = usage.run("convert", "files", "--out", "usage", "--period", "2026-03")
    assert code == 2
    assert sorted(path.name for path in usage.folder.iterdir()) == ["files", "licences.csv", "lines", "usage"]
    assert len(list(usage.folder.glob("usage/licences/*"))) == 2


def test_memory_bounds_the_engine_that_can_be_bound(usage: Shell):
    assert (
        "duckdb had too little memory"
        in usage.run("rate", "usage", "--engine", "duckdb", "--memory", "1MB", "--out", "a.csv")[2]
    )
    assert usage.run("rate", "usage", "--engine", "duckdb", "--memory", "500MB", "--out", "a.csv")[0] == 0
    assert "polars has no such bound" in usage.run("rate", "usage", "--memory", "4GB")[2]
    assert "'four' is no amount" in usage.run("rate", "usage", "--engine", "duckdb", "--memory", "four")[2]
