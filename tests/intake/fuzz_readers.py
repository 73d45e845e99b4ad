"""Coverage-guided fuzzing of the readers: `python -m tests.intake.fuzz_readers [-runs=N] [-max_total_time=S] [folder]`.

What is fed is judged by `judge`: read() must return, quickly, with every row either read or refused. `seeds` are small
real shapes of every kind of file; without a folder they are written to a temporary one to begin with.
"""

import contextlib
import io
import random
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from billing_core.intake import Options
from tests.intake import test_exports as exports
from tests.intake.support import read_files, workbook
from tests.intake.test_focus import focus
from tests.intake.test_read import WHOLE
from tests.intake.test_workbook import ods, ods_row

SECONDS = 10
OPTIONS = Options(period="2026-10", agency="BYM")


def seeds() -> dict[str, bytes]:
    """One small file of every kind and layout."""
    from billing_core.base.tables import TABLES

    found = {
        f"{name}.csv": f"{';'.join(c.heading for c in table.columns)}\r\n{WHOLE[name].replace(',', ';')}\r\n".encode()
        for name, table in TABLES.items()
    }
    active = exports.active("kari@bym.oslo.kommune.no", "Office 365 E1+Visio Plan 2")
    found |= {
        "users.csv": exports.export(exports.ACTIVE_NEW, active),
        "old.csv": exports.export(exports.ACTIVE_OLD, active, delimiter=";", encoding="cp1252"),
        "entra.csv": exports.export(exports.ENTRA_USERS, {"userPrincipalName": "a@b.no", "userType": "Guest"}),
        "pcs.csv": exports.export(exports.ENTRA_DEVICES, {"deviceId": "d", "operatingSystem": "Windows"}),
        "usage.csv": exports.export(
            exports.USAGE_REPORT,
            {"Report Refresh Date": "2026-10-31", "User Principal Name": "a", "Deleted Date": "1/2/2026"},
        ),
        "intune.csv": exports.export(exports.INTUNE, {"Device ID": "d", "OS": "Windows", "Enrollment date": "0001"}),
        "focus.csv": focus({"BilledCost": "1.5e-3"}, {"ChargeCategory": "Tax"}, {"BillingCurrency": "USD"}).encode(),
        "book.xlsx": workbook(a=[["period", "agency", "employees"], ["2026-10", "BYM", 12]], b=[["x"]]),
        "book.ods": ods(ods_row("periode", "virksomhet", "ansatte") + ods_row("2026-10", "BYM", "1 234,5")),
        "quoted.csv": 'sep=;\r\n"period";"agency";"employees"\r\n"2026-10";"BYM";"1\u00a0200"\r\n\r\n'.encode("utf-16"),
    }  # fmt: skip
    stream = io.BytesIO()
    pl.DataFrame({"period": ["2026-10"], "agency": ["BYM"], "employees": [12.0]}).write_parquet(stream)
    return found | {"table.parquet": stream.getvalue()}


def judge(content: bytes) -> None:
    """Reads one file, and holds the result against what must be true of any."""
    start = time.monotonic()
    intake = read_files({"fuzz": content}, OPTIONS)
    assert time.monotonic() - start < SECONDS, "too slow"
    assert intake.files or intake.problems.height, "nothing said"
    rows = sum(frame.height for frame in intake.usage.values())
    for report in intake.files:
        assert 0 <= report.rows_refused <= report.rows_read
    assert rows == sum(report.rows_read - report.rows_refused for report in intake.files), "a row was lost"


def mutations(content: bytes, other: bytes, randomness: random.Random, count: int) -> Iterator[bytes]:
    """`count` damaged copies of a file: bytes changed, cut, doubled, moved in from another file, or made awkward."""
    awkward = (
        b'"',
        b";",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        "\u00a0".encode(),
        b"=",
        b"1e999",
        b"-",
        b"NaN",
        b"," * 50,
        b"\t",
    )
    for _ in range(count):
        data = bytearray(content)
        for _ in range(randomness.randint(1, 4)):
            at = randomness.randrange(len(data) + 1)
            end = min(len(data), at + randomness.choice((1, 2, 16, 200)))
            match randomness.randrange(5):
                case 0:
                    data[at:end] = bytes(randomness.randrange(256) for _ in range(end - at))
                case 1:
                    del data[at:end]
                case 2:
                    data[at:at] = data[at:end] * randomness.randint(1, 20)
                case 3:
                    start = randomness.randrange(len(other))
                    data[at:at] = other[start : start + 100]
                case _:
                    data[at:end] = randomness.choice(awkward)
        yield bytes(data)


def main() -> None:
    """Fuzz until told to stop."""
    import atheris

    with contextlib.ExitStack() as stack:
        arguments = list(sys.argv)
        if not any(not argument.startswith("-") for argument in arguments[1:]):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            for name, content in seeds().items():
                (Path(folder) / name).write_bytes(content)
            arguments.append(folder)
        for module in [sys.modules[name] for name in sys.modules if name.startswith("billing_core.intake")]:
            for function in vars(module).values():
                if isinstance(function, types.FunctionType) and function.__module__ == module.__name__:
                    atheris.instrument_func(function)
        atheris.Setup(arguments, judge)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
