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
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from billing_core.base.errors import BillingCoreError
from billing_core.base.written import read_toml
from billing_core.intake import ColumnMapping, Options
from billing_core.intake.price_file import read_agreements, read_price_list
from billing_core.readers import kinds, limits
from billing_core.readers.apart import read_apart
from billing_core.readers.heading_row import Words
from billing_core.readers.others import others_reader
from billing_core.readers.sheet import Sheet, UnreadableError
from billing_core.readers.workbook_scan import scan
from billing_core.readers.zip_sizes import check_sizes, directory
from billing_core.scenario import from_json
from billing_core.views.readings import read_policy_file
from tests.intake import test_exports as exports
from tests.intake.binary_book import binary_book, row, shared_cell, table
from tests.intake.mutate import mutated
from tests.intake.support import read_files, workbook, zipped
from tests.intake.test_focus import focus
from tests.intake.test_read import WHOLE
from tests.intake.test_workbook import ods, ods_row
from tests.through import catalogue, frozen_policy

SECONDS = 10
INSTRUMENTED = (
    "billing_core.readers",
    "billing_core.intake",
    "billing_core.base.written",
    "billing_core.law",
    "billing_core.scenario.stored",
)
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
    head = ["period", "agency", "employees"]
    found |= {
        "book.xlsb": binary_book(table(head, ["2026-10", "BYM", 12.0])),
        "shared.xlsb": binary_book(
            table(head) + row(1) + shared_cell(0, 0) + shared_cell(1, 1) + shared_cell(2, 2), ["2026-10", "BYM", "12"]
        ),
        "shared.zip": zipped({"inside.xlsx": workbook(a=[head, *(["2026-10", code, 1] for code in ("BYM", "VAV"))])}),
        "repeats.ods": ods(ods_row(*head) + ods_row("2026-10", "BYM", "1 2", repeated=3) + ods_row("", "", repeated=9)),
    }
    frame = pl.DataFrame({"period": ["2026-10"] * 20, "agency": ["BYM"] * 20, "employees": [12.0] * 20})
    for compression in ("zstd", "snappy", "uncompressed"):
        stream = io.BytesIO()
        frame.write_parquet(stream, compression=compression)
        found[f"{compression}.parquet"] = stream.getvalue()
    return found


SETTINGS = {
    "mapping.toml": b'table = "licences"\ndecimal = ","\n[columns]\nuser_id = "Bruker"\n[values.sku]\n"E 1" = "E1"\n',
    "policy.toml": b'deactivated_grace_days = 30\noff_platform = "covered"\n[[standard_skus]]\nvalue = ["E1"]\n'
    b"valid_from = 2026-07-01\n",
    "scenario.json": b'{"format": 1, "name": "a", "agency": "BYM", "actions": [{"kind": "remove_external"}]}',
    "prices.csv": b"item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status\n"
    b"network.redundant,,100.50,,2026-01-01,2027-01-01,x,confirmed\n",
    "agreements.csv": b"agency;item;variant;price_nok;valid_from;reference\nBYM;network.redundant;;1;2026-01-01;a\n",
}
"""One small file of every kind of settings."""


TOLD_EVERY = 1000
"""After so many executions it is told how often each target was reached: libFuzzer ends without a last word."""

KINDS = {
    "xlsb": b"workbook.bin",
    "ods": b"content.xml",
    "xlsx": b"[Content_Types].xml",
    "zip": b"PK",
    "parquet": b"PAR1",
}
"""What the bytes of a kind of file hold; any other is text."""

executions: Counter[str] = Counter()


def judge(content: bytes) -> None:
    """Reads one file, as data and as settings, and holds what comes of it against what must be true of any."""
    start = time.process_time()
    with target(next((kind for kind, mark in KINDS.items() if mark in content), "text")):
        intake = read_files({"fuzz": content}, OPTIONS)
        assert intake.files or intake.problems.height, "nothing said"
        rows = sum(frame.height for frame in intake.usage.values())
        for report in intake.files:
            assert 0 <= report.rows_refused <= report.rows_read
        assert rows == sum(report.rows_read - report.rows_refused for report in intake.files), "a row was lost"
    if len(content) < 50_000:
        judge_settings(content)
    assert time.process_time() - start < SECONDS, "too slow"


def judge_settings(content: bytes) -> None:
    """Every loader of a user's settings gives values or one message of ours."""
    known = catalogue()
    policy = frozen_policy()
    loads: dict[str, Callable[[], object]] = {
        "mapping": lambda: ColumnMapping.from_toml(content),
        "policy": lambda: policy.with_values(read_toml(content)),
        "policy file": lambda: read_policy_file("fuzz", content, policy),
        "scenario": lambda: from_json(content),
        "prices": lambda: read_price_list("fuzz", content, known),
        "agreements": lambda: read_agreements("fuzz", content, known),
    }
    for name, load in loads.items():
        with target(name), contextlib.suppress(BillingCoreError):
            load()


@contextlib.contextmanager
def target(name: str) -> Iterator[None]:
    """Counts an execution; whatever is found within says of which target it is."""
    executions[name] += 1
    try:
        yield
    except Exception as error:
        error.add_note(f"target: {name}")
        raise


def scanned(kind: str, file: str, content: bytes, words: Words) -> list[Sheet]:
    """Reads apart, after a look at a workbook here, whose ways the fuzzer can see."""
    if kind == "workbook":
        with contextlib.suppress(UnreadableError, zipfile.BadZipFile), others_reader(), directory(content) as archive:
            check_sizes(archive, limits.WORKBOOK_BYTES)
            scan(archive)
    return read_apart(kind, file, content, words)


def main() -> None:
    """Fuzz until told to stop."""
    import atheris

    others = [*seeds().values(), *SETTINGS.values()]
    kinds.read_apart = scanned

    def told(content: bytes) -> None:
        judge(content)
        if executions["mapping"] % TOLD_EVERY == 0:
            print(*(f"{name} {count}" for name, count in executions.most_common()), sep=", ", file=sys.stderr)

    def mutator(content: bytes, most: int, seed: int) -> bytes:
        randomness = random.Random(seed)
        if randomness.random() < 0.2:
            return atheris.Mutate(content, most)
        return mutated(content, randomness.choice(others), randomness)[:most]

    with contextlib.ExitStack() as stack:
        arguments = list(sys.argv)
        if not any(not argument.startswith("-") for argument in arguments[1:]):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            for name, content in (seeds() | SETTINGS).items():
                (Path(folder) / name).write_bytes(content)
            arguments.append(folder)
        for name in [name for name in sys.modules if name.startswith(INSTRUMENTED)]:
            module = sys.modules[name]
            for function in vars(module).values():
                if isinstance(function, types.FunctionType) and function.__module__ == module.__name__:
                    atheris.instrument_func(function)
        atheris.Setup(arguments, told, custom_mutator=mutator)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
