"""`focus` on the command line."""

import json

import polars as pl
import pytest

from tests.cli.support import Shell


@pytest.mark.parametrize("name", ["f.csv", "f.parquet"])
def test_a_file_and_what_is_beside_it_are_written(shell: Shell, name: str):
    code, out, _ = shell.run("focus", "licences.csv", "--period", "2026-03", "--version", "1.4", "--out", name)
    assert (code, out) == (0, "")
    read = pl.read_csv if name.endswith("csv") else pl.read_parquet
    assert read(shell.folder / name)["SubAccountId"].to_list() == ["BYM"]
    told = json.loads(shell.read(f"{name}.meta.json"))
    assert (told["version"], told["lines"], told["rows"]) == ("1.4", 1, 1)
    assert shell.files() == sorted([name, f"{name}.meta.json", "licences.csv"])


def test_nothing_is_written_where_nothing_is_rated_or_to_another_ending(shell: Shell):
    assert shell.run("focus", "licences.csv", "--period", "2025-01", "--out", "f.csv")[0] == 2
    code, _, err = shell.run("focus", "licences.csv", "--out", "f.xlsx")
    assert code == 2 and "use .csv or .parquet" in err
    assert shell.files() == ["licences.csv"]
