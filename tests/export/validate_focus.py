"""`make test-focus`: FOCUS files of the demo agency before the specification's own validator.

Its exit code says nothing: what fails is read from what it prints, and held against ALLOWED. It looks for its currency
codes beside itself, so that it is run from there.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from billing_core.__main__ import main

VALIDATED = {"1.2": "1.2.0.1"}
"""Our versions by the rule sets that the validator brings. It has none for 1.4 yet: that is not checked."""

ALLOWED = {"InvoiceId-C-005-C"}
"""No invoice is issued for our lines: an empty id fails this rule, a made-up one C-004, and no column seven."""

LEAST = 100
"""Rules that pass at least: a validator that looks at nothing finds nothing."""

DEMO = Path(__file__).parents[2] / "data/demo"


def failures(printed: str) -> tuple[int, set[str]]:
    """How many rules passed, and those that failed."""
    passed = re.findall(r"^✅ (\S+): PASS", printed, re.MULTILINE)
    return len(passed), set(re.findall(r"^❌ (\S+): FAIL", printed, re.MULTILINE))


def validated(python: str, path: Path, version: str) -> str:
    """What the validator prints of a file."""
    of = "import focus_validator, pathlib; print(pathlib.Path(focus_validator.__file__).parents[1])"
    place = subprocess.run([python, "-c", of], capture_output=True, text=True, check=True).stdout.strip()
    command = [python, "-m", "focus_validator.main", "--data-file", str(path), "--validate-version", version]
    done = subprocess.run([*command, "--block-download"], cwd=place, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def run(python: str) -> int:
    """Checks each version as CSV and Parquet; 1 where anything fails that is not allowed."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for (ours, theirs), ending in ((pair, end) for pair in VALIDATED.items() for end in ("csv", "parquet")):
            path = Path(folder) / f"focus-{ours}.{ending}"
            usage = [str(DEMO / "bym.zip"), "--agreements", str(DEMO / "agreements.csv"), "--period", "2026-10"]
            main(["focus", *usage, "--version", ours, "--out", str(path)])
            printed = validated(python, path, theirs)
            passed, failed = failures(printed)
            print(f"FOCUS {ours}, {ending}: {passed} rules pass, fail: {', '.join(sorted(failed)) or 'none'}")
            if passed < LEAST or failed != ALLOWED:
                print(printed[-2000:])
                wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
