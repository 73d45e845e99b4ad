"""Which month and agency come out, and standard input."""

import csv
import io
from types import SimpleNamespace

import pytest

from tests.cli.support import LICENCES, Shell


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("command", ["rate", "simulate"])
@pytest.mark.parametrize(
    ("choice", "there"),
    [(("--period", "2026-05"), "2026-03, 2026-04"), (("--agency", "VAV"), "BYM, UKE")],
)
def test_a_month_or_agency_that_no_row_has_is_told_with_those_there_are(
    shell: Shell, command: str, choice: tuple[str, str], there: str
):
    shell.write("scenario.json", '{"format": 1, "name": "a", "actions": [{"kind": "remove_external"}]}')
    more = ("--scenario", "scenario.json") if command == "simulate" else ()
    code, out, err = shell.run(command, "licences.csv", *choice, *more, "--out", "lines.csv")
    assert (code, out) == (2, "")
    assert err == f"billing_core: no row read is of {choice[1]}; there are {there}\n"
    assert "lines.csv" not in shell.files()


@pytest.mark.parametrize("written", ["UKE", "uke", "Utviklings- og kompetanseetaten"])
def test_an_agency_is_chosen_however_it_is_written(shell: Shell, written: str):
    code, out, _ = shell.run("rate", "licences.csv", "--agency", written, "--out", "-")
    assert code == 0
    assert [(line["agency"], line["subject"]) for line in rows(out)] == [("UKE", "c")]


def test_a_month_whose_rows_are_all_refused_is_there(shell: Shell):
    shell.write("licences.csv", LICENCES.replace("2026-03,BYM,a", "2026-03,BYM,"))
    code, out, _ = shell.run("rate", "licences.csv", "--period", "2026-03", "--out", "-")
    assert (code, rows(out)) == (3, [])


def test_standard_input_is_read_as_a_file(shell: Shell, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(LICENCES.encode())))
    code, out, _ = shell.run("rate", "-", "--out", "-")
    assert code == 0
    assert [(line["file"], line["row"]) for line in rows(out)] == [("stdin", "2"), ("stdin", "3"), ("stdin", "4")]


def test_standard_input_is_read_once(shell: Shell):
    code, _, err = shell.run("rate", "-", "-")
    assert (code, err) == (2, "billing_core: standard input can be read once only\n")


@pytest.mark.parametrize(
    ("option", "counted", "notices"), [((), ["10", "12"], "0 notices"), (("--replace",), ["12"], "1 notices")]
)
def test_a_later_file_replaces_a_month_where_that_is_asked_for(
    shell: Shell, option: tuple[str, ...], counted: list[str], notices: str
):
    shell.write("a.csv", "period,agency,item,quantity\n2026-03,BYM,invoice.other,10\n")
    shell.write("b.csv", "period,agency,item,quantity\n2026-03,BYM,invoice.other,12\n")
    code, out, err = shell.run("rate", "a.csv", "b.csv", *option, "--out", "-")
    assert (code, [line["quantity"] for line in rows(out)]) == (0, counted)
    assert (notices in err) == bool(option)


def test_what_gives_nothing_is_named(shell: Shell):
    shell.write("empty.csv", LICENCES.partition("\n")[0] + "\n")
    shell.write("own.toml", 'table = "headcount"\n[columns]\nemployees = "Hoder"\n')
    code, _, err = shell.run("rate", "licences.csv", "empty.csv", "--mapping", "own.toml")
    assert code == 0
    assert [line.partition(":")[0] for line in err.splitlines()[:-1]] == ["own.toml", "empty.csv"]
    code, _, err = shell.run("rate", "empty.csv")
    assert (code, err.count("\n")) == (2, 1)
    assert "empty.csv" in err


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        ("item,price_nok\nhr.standard,3\n", "prices.csv is refused: The file lacks "),
        (
            "item,variant,price_nok,valid_from,valid_to,source,status\nhr.other,,3,2026-01-01,,S,confirmed\n",
            "prices.csv is refused: row 2: ",
        ),
    ],
)
def test_a_price_list_is_refused_with_the_row_where_there_is_one(shell: Shell, prices: str, said: str):
    shell.write("prices.csv", prices)
    code, out, err = shell.run("rate", "licences.csv", "--prices", "prices.csv", "--out", "-", "--lang", "en")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err and "None" not in err
