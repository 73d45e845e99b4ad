"""No cell that we write runs as a formula, whatever a file told us."""

import csv
import io

import polars as pl
import pytest

from billing_core.export import csv_bytes

FORMULA = "cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    "start",
    [
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\n=",
        "\r\n=",
        "\t=",
        " =",
        "\u00a0=",
        "\u200b=",
        "\ufeff=",
        "＝",
        "＋",
        "－",
        "＠",
    ],
)
def test_a_cell_that_begins_as_a_formula_is_written_as_text(start: str) -> None:
    assert written(start + FORMULA) == "'" + start + FORMULA


@pytest.mark.parametrize("text", ["", "-12,50", "+47", "-1", "a=b", "12-3", "Ærlig @ talt", "a\n=b"])
def test_any_other_cell_stays_as_it_is(text: str) -> None:
    assert written(text) == text


def test_a_number_with_a_line_after_it_is_no_number() -> None:
    assert written("-1\n=" + FORMULA) == "'-1\n=" + FORMULA


def written(text: str) -> str:
    content = csv_bytes(pl.DataFrame({"subject": [text], "file": ["a"]}))
    return next(csv.DictReader(io.StringIO(content.decode(), newline="")))["subject"]
