"""What README says is so: its commands run, its limits are the code's."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from billing_core.cli.main import commands
from billing_core.readers import limits

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\.venv/bin/python (-m billing_core .*)$", README, re.MULTILINE)


def test_readme_names_every_command():
    named = {command.split()[2] for command in COMMANDS}
    assert named == commands().keys()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_runs(command, tmp_path):
    for name in ("data", "billing_core"):
        (tmp_path / name).symlink_to(ROOT / name)
    # A dataset is what another of the commands writes.
    made = [other for other in COMMANDS if "rate usage" in command and "--out usage" in other]
    for one in (*made, command):
        done = subprocess.run(
            [sys.executable, *shlex.split(one)], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    # The demo agency has a few broken rows on purpose: rated, but some rows refused.
    assert done.returncode == (3 if "bym.zip" in command else 0), done.stderr
    assert "Traceback" not in done.stderr


CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACES = sorted(set(re.findall(r"`((?:billing_core|data|tests|requirements)/[^`<>]*)`", CONTRIBUTING)))


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_contributors_are_sent_to_exists(place):
    languages = ("nb", "en") if "{nb,en}" in place else ("",)
    assert all((ROOT / place.replace("{nb,en}", language)).exists() for language in languages)


def test_contributors_are_sent_to_commands_that_there_are():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`", CONTRIBUTING + README)) <= targets


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("FILE_BYTES", f"{limits.FILE_BYTES // limits.MIB} MiB"),
        ("INFLATED_BYTES", f"{limits.INFLATED_BYTES // limits.MIB} MiB"),
        ("INFLATED_RATIO", f"{limits.INFLATED_RATIO} times"),
        ("ARCHIVE_FILES", f"{limits.ARCHIVE_FILES} files"),
        ("ROWS", f"{limits.ROWS:,} rows".replace(",", " ")),
        ("WORKBOOK_CELLS", f"{limits.WORKBOOK_CELLS:,} cells".replace(",", " ")),
        ("CELLS", f"{limits.CELLS:,} cells".replace(",", " ")),
        ("WORKBOOK_TEXT", f"{limits.WORKBOOK_TEXT // limits.MIB} MiB of text"),
        ("PARQUET_TEXT", f"{limits.PARQUET_TEXT // limits.MIB} MiB of text"),
        ("READERS", f"{limits.READERS} at the same time"),
        ("READER_BYTES", f"{limits.READER_BYTES // limits.MIB} MiB of memory"),
        ("READER_SECONDS", f"{limits.READER_SECONDS} s of processor time"),
        ("READER_SECONDS_PER_MIB", f"{limits.READER_SECONDS_PER_MIB} s for each MiB"),
        ("READER_SECONDS_MOST", f"at most {limits.READER_SECONDS_MOST} s"),
        ("COLUMNS", f"{limits.COLUMNS} columns"),
        ("CELL_CHARACTERS", f"{limits.CELL_CHARACTERS:,} characters".replace(",", " ")),
        ("SHEETS", f"{limits.SHEETS} sheets"),
        ("TEXT_CHARACTERS", f"{limits.TEXT_CHARACTERS} characters"),
    ],
)
def test_the_readme_states_a_limit_as_the_code_has_it(name, words):
    assert words in README, name
