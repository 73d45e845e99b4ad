"""What a command writes: never onto what it reads, whole or not at all, and refused before anything is read."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from billing_core.cli.main import commands
from tests.cli.support import LICENCES, Shell

ROOT = Path(__file__).parents[2]
DEMO = ["--agencies", "1", "--employees", "2", "--months", "1"]
SCENARIO = '{"format": 1, "name": "a", "actions": [{"kind": "remove_external"}]}'


def fails(shell: Shell, *arguments: str) -> str:
    """The one line of a command that does nothing."""
    code, out, err = shell.run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    return err


def test_every_module_with_a_command_is_a_command():
    assert {"demo", "rate", "rules", "simulate", "template"} <= commands().keys()


@pytest.mark.parametrize("option", ["--out", "--problems", "--blocked"])
@pytest.mark.parametrize("link", [None, os.symlink, os.link], ids=["the file itself", "symbolic link", "hard link"])
def test_an_input_is_never_an_output(shell: Shell, option: str, link: Callable[[Path, Path], None] | None):
    name = "licences.csv"
    if link:
        link(shell.folder / name, shell.folder / "linked.csv")
        name = "linked.csv"
    assert name in fails(shell, "rate", "licences.csv", option, name)
    assert shell.read("licences.csv") == LICENCES


@pytest.mark.parametrize("option", ["--prices", "--agreements", "--policy", "--mapping"])
def test_a_file_of_an_option_is_an_input_too(shell: Shell, option: str):
    shell.write("own.csv", "kept")
    assert "own.csv" in fails(shell, "rate", "licences.csv", option, "own.csv", "--out", "./own.csv")
    assert shell.read("own.csv") == "kept"


def test_a_file_of_a_folder_that_is_read_is_no_output(shell: Shell):
    assert "licences.csv" in fails(shell, "rate", ".", "--out", "licences.csv")
    code, _, _ = shell.run("rate", ".", "--out", "lines.csv")
    assert code == 0


def test_the_projects_own_price_list_is_no_output(shell: Shell):
    prices = ROOT / "data/prices.csv"
    before = prices.read_bytes()
    try:
        assert "prices.csv" in fails(shell, "rate", "licences.csv", "--out", str(prices))
    finally:
        prices.write_bytes(before)


@pytest.mark.parametrize("other", ["lines.csv", "./lines.csv", "linked.csv"])
def test_two_outputs_are_two_files(shell: Shell, other: str):
    (shell.folder / "linked.csv").symlink_to(shell.folder / "lines.csv")
    assert "written twice" in fails(shell, "rate", "licences.csv", "--out", "lines.csv", "--problems", other)


def test_two_outputs_are_not_both_standard_output(shell: Shell):
    assert "-" in fails(shell, "rate", "licences.csv", "--out", "-", "--problems", "-")


@pytest.mark.parametrize(
    "arguments",
    [
        ("rate", "licences.csv", "--out", "lines.xls"),
        ("rate", "licences.csv", "--problems", "problems"),
        ("simulate", "licences.csv", "--scenario", "scenario.json", "--out", "changes.json"),
        ("template", "usage.xls"),
        ("rate", "licences.csv", "--out", "nowhere/lines.csv"),
        ("rate", "missing.csv", "--out", "lines.csv"),
        ("rate", "licences.csv", "--prices", "missing.csv"),
        ("demo", "licences.csv"),
        ("demo", "made", "--months", "0"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_read(
    shell: Shell, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):
    shell.write("scenario.json", SCENARIO)
    before = shell.files()
    monkeypatch.setattr("billing_core.intake.read", None)
    fails(shell, *arguments)
    assert shell.files() == before


def test_a_pipe_is_refused_and_not_waited_for(shell: Shell):
    os.mkfifo(shell.folder / "pipe")
    assert "pipe" in fails(shell, "rate", "pipe")
    assert "pipe" in fails(shell, "rate", "licences.csv", "--policy", "pipe")


WRITERS = [
    pytest.param(("rate", "licences.csv", "--out", "out.csv"), id="rate csv"),
    pytest.param(("rate", "licences.csv", "--out", "out.parquet"), id="rate parquet"),
    pytest.param(("rate", "licences.csv", "--out", "out.parquet", "--engine", "duckdb"), id="duckdb parquet"),
    pytest.param(("rate", "licences.csv", "--out", "out.xlsx"), id="rate xlsx"),
    pytest.param(("rate", "licences.csv", "--problems", "out.csv"), id="problems"),
    pytest.param(("simulate", "licences.csv", "--scenario", "scenario.json", "--out", "out.csv"), id="simulate"),
    pytest.param(("template", "out.xlsx"), id="template"),
    pytest.param(("demo", ".", *DEMO), id="demo"),
]


def target(arguments: tuple[str, ...]) -> str:
    return next((word for word in arguments if word.startswith("out.")), "headcount.csv")


@pytest.mark.parametrize("arguments", WRITERS)
def test_a_full_disk_leaves_the_earlier_file_as_it_was_and_names_it(
    shell: Shell, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):
    shell.write("scenario.json", SCENARIO)
    shell.write(target(arguments), "earlier")
    before = shell.files()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    named = "." if arguments[0] == "demo" else target(arguments)
    assert f"{named}: No space left on device" in fails(shell, *arguments)
    assert (shell.read(target(arguments)), shell.files()) == ("earlier", before)


@pytest.mark.parametrize("arguments", WRITERS)
def test_an_interruption_leaves_the_earlier_file_as_it_was(
    shell: Shell, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):
    shell.write("scenario.json", SCENARIO)
    shell.write(target(arguments), "earlier")
    before = shell.files()

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    assert "interrupted" in fails(shell, *arguments)
    assert (shell.read(target(arguments)), shell.files()) == ("earlier", before)


def test_where_one_output_fails_the_other_stays_as_it_was(shell: Shell, monkeypatch: pytest.MonkeyPatch):
    shell.write("problems.csv", "earlier")
    written = []

    def full_at_the_second(_: int) -> None:
        written.append(1)
        if len(written) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_at_the_second)
    assert "lines.csv" in fails(shell, "rate", "licences.csv", "--problems", "problems.csv", "--out", "lines.csv")
    assert (shell.read("problems.csv"), shell.files()) == ("earlier", ["licences.csv", "problems.csv"])


def test_a_link_stays_a_link_and_permissions_stay(shell: Shell):
    real = shell.write("real.csv", "earlier")
    real.chmod(0o640)
    (shell.folder / "linked.csv").symlink_to(real)
    code, _, _ = shell.run("rate", "licences.csv", "--out", "linked.csv")
    assert (code, (shell.folder / "linked.csv").is_symlink(), real.stat().st_mode & 0o777) == (0, True, 0o640)
    assert shell.read("real.csv").startswith("period,")


def test_problems_are_written_also_where_nothing_could_be_rated(shell: Shell):
    shell.write("licences.csv", LICENCES.replace("2026-0", "2026-2"))
    fails(shell, "rate", "licences.csv", "--problems", "problems.csv")
    assert shell.read("problems.csv").count("\n") == 4


def test_a_full_standard_output_ends_in_one_line(shell: Shell):
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "billing_core", "rate", str(shell.folder / "licences.csv"), "--out", "-"]
        ended = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == "billing_core: standard output: No space left on device"
    assert "Traceback" not in ended.stderr and "Exception" not in ended.stderr


def test_of_several_mappings_the_one_that_cannot_be_read_is_named(shell: Shell):
    shell.write("good.toml", 'table = "licences"\n[columns]\nuser_id = "Bruker"\n')
    shell.write("bad.toml", f"table = {'9' * 5000}\n")
    said = fails(shell, "rate", "licences.csv", "--mapping", "good.toml", "--mapping", "bad.toml")
    assert said == "billing_core: bad.toml: a whole number is too large\n"


def test_an_interruption_while_the_program_starts_is_one_line_too(shell: Shell, monkeypatch: pytest.MonkeyPatch):
    class Interrupted:
        def __getattr__(self, _: str) -> None:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "billing_core.cli.main", Interrupted())
    assert fails(shell, "rate", "licences.csv") == "billing_core: interrupted; no file was changed\n"
