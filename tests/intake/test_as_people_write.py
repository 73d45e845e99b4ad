"""Small files as people and systems write them: what is charged and what is told."""

import pytest

from tests.through import Result, run

DEVICES = "periode;virksomhet;enhet;type;ansatt;etablert dato\n"
LICENCES = "periode;virksomhet;bruker;ansatt;brukertype;lisens;deaktivert dato\n"


def rated(text: str) -> Result:
    return run(files={"fil.csv": text.encode()})


def rules(result: Result, item: str) -> dict[str, str]:
    return {line["subject"]: f"{line['rule']} {line['funding']}" for line in result.lines if line["item"] == item}


def told(result: Result, severity: str) -> list[tuple[str, str, str]]:
    return sorted((p["row"], p["column"], p["value"]) for p in result.problems if p["severity"] == severity)


def test_an_error_value_is_no_employee_and_is_told_once_with_its_rows() -> None:
    rows = "".join(f"2026-10;BYM;PC{n};tykk;#N/A;2024-01-0{n}\n" for n in (1, 2, 3))
    result = rated(DEVICES + rows)
    assert rules(result, "platform.client") == dict.fromkeys(("PC1", "PC2", "PC3"), "PLT-2 undecided")
    (problem,) = result.problems
    assert "feilverdi" in problem["message"]
    assert "3 rader" in problem["message"]


def test_one_device_in_two_letter_cases_is_a_doubled_key() -> None:
    result = rated(DEVICES + "2026-10;BYM;PC-001;tykk;1001;2024-01-01\n2026-10;BYM;pc-001;tykk;1001;2024-01-01\n")
    assert rules(result, "platform.client") == {"PC-001": "PLT-1 framework"}
    assert [(p["row"], p["column"], p["message"]) for p in result.problems] == [
        ("3", "device_id", "Raden finnes fra før: fil.csv, rad 2.")
    ]


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u200b"])
def test_an_employee_written_with_any_space_is_one(space: str) -> None:
    rows = f"2026-10;BYM;a@x;1001;hoved;E1;\n2026-10;BYM{space};b@x;1001{space};bi;E1;\n"
    result = rated(f"{LICENCES}{rows}2026-10;BYM;c@x;{space}1001;hoved;E1;\n")
    assert {line["agency"] for line in result.lines} == {"BYM"}
    assert rules(result, "office365.licence") == {
        "a@x": "O365-1 framework", "b@x": "O365-3 billed", "c@x": "O365-3 billed",
    }  # fmt: skip


def test_days_that_stand_for_none_bill_nobody_and_are_told() -> None:
    days = ("9999-12-31", "1900-01-01", "0001-01-01", "1899-12-30", "1970-01-01")
    rows = [f"2026-10;BYM;u{n}@x;{n};hoved;E1;{day}\n" for n, day in enumerate(days, 1)]
    result = rated(LICENCES + "".join(rows))
    assert set(rules(result, "office365.licence").values()) == {"O365-1 framework"}
    assert told(result, "notice") == [(str(n), "deactivated_on", day) for n, day in enumerate(days, 2)]


FIRST_OF_MARCH = (
    "1.3.2023", "1. mars 2023", "1 mar 2023", "20230301", "2023-03-01T10:00:00.123Z", "01.03.2023 kl. 10:00",
    "01-03-2023", "2023/03/01", "01.03.2023 10.15", "1.3.2023.", "onsdag 1. mars 2023", "2023-03-01 10:00:00 UTC",
)  # fmt: skip


def test_days_in_every_form_are_read_and_two_digit_years_are_refused_as_ambiguous() -> None:
    days = (*FIRST_OF_MARCH, "ukjent", "01.03.23")
    rows = [f"2026-10;BYM;D{n};støttemaskin;;{day}\n" for n, day in enumerate(days)]
    result = rated(DEVICES + "".join(rows))
    found = rules(result, "platform.support_machine")
    last = len(FIRST_OF_MARCH)
    assert found == {f"D{n}": "PLT-3 billed" for n in range(last)} | {f"D{last}": "PLT-3 undecided"}
    assert told(result, "refused") == [(str(last + 3), "established_on", "01.03.23")]
    assert "to siffer i årstallet" in next(p["message"] for p in result.problems if p["severity"] == "refused")
