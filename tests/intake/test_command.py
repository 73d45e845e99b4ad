"""What the command line says of files that could not be read, or only in part."""

import csv
from pathlib import Path

import pytest

from billing_core.__main__ import main
from tests.intake.support import workbook

STAFF = [["periode", "virksomhet", "ansatte"], ["2026-10", "BYM", 12], ["2026-13", "VAV", 7], ["2026-10", "UKE", "x"]]


def told(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    code = main(["rate", str(folder)])
    return code, capsys.readouterr().err.strip().splitlines()


def test_rows_are_counted_and_files_that_could_not_be_read_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ansatte.xlsx").write_bytes(workbook(ansatte=STAFF))
    (tmp_path / "bilde.csv").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "egen.csv").write_text("Navn;Tall\nx;1\ny;2\n", encoding="utf-8")
    code, lines = told(tmp_path, capsys)
    assert code == 3
    assert [line.partition(":")[0] for line in lines[:-1]] == ["bilde.csv", "egen.csv"]
    assert "--mapping" in lines[1]
    assert lines[-1] == "1 rows rated, 2 refused, 0 notices (illustrative prices)"


def test_a_sheet_that_a_mapping_could_tell_of_is_named_with_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = [["Etat", "Hoder"], ["VAV", 7]]
    (tmp_path / "bok.xlsx").write_bytes(workbook(ansatte=STAFF[:2], Enheter=unknown, Info=[["Les dette"]]))
    code, lines = told(tmp_path, capsys)
    assert code == 0
    assert lines[0].startswith("bok.xlsx: Arket Enheter har overskrifter som ikke er kjent")
    assert "--mapping" in lines[0]
    assert lines[1:] == ["1 rows rated, 0 refused, 2 notices (illustrative prices)"]


def test_each_file_without_a_month_can_be_given_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("virksomhet;ansatte\nBYM;10\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("virksomhet;ansatte\nBYM;12\n", encoding="utf-8")
    months = ["--month-of", "a.csv=2026-08", "--month-of", "b.csv=2026-09"]
    assert main(["rate", str(tmp_path), *months, "--out", "-"]) == 0
    lines = csv.DictReader(capsys.readouterr().out.splitlines())
    assert {(line["period"], line["file"]) for line in lines} == {("2026-08", "a.csv"), ("2026-09", "b.csv")}
    assert main(["rate", str(tmp_path), "--month-of", "c.csv=2026-08"]) == 2
    assert "c.csv" in capsys.readouterr().err
    assert main(["rate", str(tmp_path), "--month-of", "2026-08"]) == 2
    assert "names no file" in capsys.readouterr().err
