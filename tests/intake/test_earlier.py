"""Blocked accounts whose date no file knows: the first day they were seen blocked, kept from month to month."""

import csv
import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from billing_core.__main__ import main
from billing_core.export import csv_bytes
from billing_core.intake import ColumnMapping, Intake, Options, Source, blocked_list, read
from tests.intake.support import REGISTER, codes, layout, read_files, rows
from tests.through import run

KARI, OLA, EVA = (f"{name}@bym.oslo.kommune.no" for name in ("kari", "ola", "eva"))


def active_users(**blocked: bool) -> bytes:
    """Active users, each with an E1 licence, by name and whether blocked."""
    return _export(
        "active_users_new",
        [
            {
                "User principal name": f"{name.title()}@bym.oslo.kommune.no",
                "Licenses": "Office 365 E1",
                "Block credential": str(is_blocked),
            }
            for name, is_blocked in blocked.items()
        ],
    )


def usage_report(day: str, deleted: str = "True", deleted_on: str = "") -> bytes:
    """The usage report of a day, on Kari."""
    told = {"Report Refresh Date": day, "User Principal Name": KARI, "Is Deleted": deleted, "Deleted Date": deleted_on}
    return _export("usage_report", [told])


def _export(name: str, records: list[dict[str, str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, layout(name), restval="")
    writer.writeheader()
    writer.writerows(records)
    return stream.getvalue().encode()


def licences(*accounts: tuple[str, str, str, str]) -> str:
    """A licences table of (period, user, status, deactivated_on)."""
    lines = [f"{period},BYM,{user},main,E1,{status},{day}" for period, user, status, day in accounts]
    return "\n".join(["period,agency,user_id,account_type,sku,account_status,deactivated_on", *lines])


def dates(intake: Intake, period: str) -> dict[str, str]:
    """The date of deactivation of each account in a month, as written."""
    of_month = intake.usage["licences"].filter(pl.col("period") == period)
    return {user.lower(): str(day) for user, day in of_month.select("user_id", "deactivated_on").rows()}


def notices(intake: Intake) -> dict[str, str]:
    told = intake.problems.filter(pl.col("code").str.contains("dates"))
    return dict(told.select("code", "detail").rows())


def listed(intake: Intake, until: date | None = None) -> bytes:
    """The list to keep, as the file that a user gets."""
    return csv_bytes(blocked_list(intake.usage["licences"], until))


def test_the_first_month_leaves_a_list_and_no_dates() -> None:
    intake = read_files({"users.csv": active_users(kari=True, ola=False)}, Options(period="2026-07"))
    assert dates(intake, "2026-07") == {KARI: "None", OLA: "None"}
    assert notices(intake) == {"no_deactivation_dates": "1"}
    assert listed(intake).decode() == f"bruker,først sett sperret\n{KARI},2026-07-31\n"


def test_a_month_that_is_not_over_was_seen_on_the_day_it_is() -> None:
    intake = read_files({"users.csv": active_users(kari=True)}, Options(period="2026-07"))
    assert f"{KARI},2026-07-20" in listed(intake, date(2026, 7, 20)).decode()
    assert f"{KARI},2026-07-31" in listed(intake, date(2026, 8, 3)).decode()


def test_the_list_goes_on_from_month_to_month_until_the_sixty_days_are_over() -> None:
    kept: dict[str, bytes] = {}
    decided = []
    for month in ("2026-07", "2026-08", "2026-09", "2026-10"):
        files = {"users.csv": active_users(kari=True), **kept}
        lines = run(files=files, period=month).lines
        decided += [(line["rule"], line["funding"], line["billable_from"]) for line in lines]
        kept = {"sperret.csv": listed(read_files(files, Options(period=month)))}
    assert kept["sperret.csv"].decode().splitlines()[1] == f"{KARI},2026-07-31"
    # 31 July + 61 days is 30 September: on that day 61 days have gone.
    assert decided == [
        ("O365-5", "undecided", ""),
        ("O365-1", "framework", "2026-09-30"),
        ("O365-5", "billed", ""),
        ("O365-5", "billed", ""),
    ]


def test_a_date_from_the_list_is_told_and_counted() -> None:
    kept = f"bruker;først sett sperret\n{KARI};31.07.2026\n"
    files = {"users.csv": active_users(kari=True, ola=True, eva=True), "sperret.csv": kept}
    intake = read_files(files, Options(period="2026-08"))
    assert dates(intake, "2026-08") == {KARI: "2026-07-31", OLA: "None", EVA: "None"}
    assert notices(intake) == {"dates_first_seen": "1", "no_deactivation_dates": "2"}
    assert [report.recognised for report in intake.files] == ["active_users", "blocked_accounts"]


def test_an_account_that_is_active_again_gets_no_date_and_leaves_the_list() -> None:
    kept = f"bruker,først sett sperret\n{KARI},2026-07-31\n{OLA},2026-07-31\n"
    files = {"users.csv": active_users(kari=False, ola=True), "sperret.csv": kept}
    intake = read_files(files, Options(period="2026-08"))
    assert dates(intake, "2026-08") == {KARI: "None", OLA: "2026-07-31"}
    assert listed(intake).decode() == f"bruker,først sett sperret\n{OLA},2026-07-31\n"


def test_a_day_after_the_month_says_nothing_of_it() -> None:
    files = {"users.csv": active_users(kari=True), "sperret.csv": f"bruker,først sett sperret\n{KARI},2026-09-30\n"}
    assert dates(read_files(files, Options(period="2026-08")), "2026-08") == {KARI: "None"}


def test_a_date_that_a_file_knows_comes_first() -> None:
    people = ColumnMapping(table="people", columns={"user_id": "Konto", "deactivated_on": "Sluttet"})
    files = {
        "users.csv": active_users(kari=True),
        "folk.csv": "Konto,Sluttet\nkari,2026-06-15\n",
        "sperret.csv": f"bruker,først sett sperret\n{KARI},2026-05-31\n",
    }
    intake = read_files(files, Options(period="2026-08", mapping=people))
    assert dates(intake, "2026-08") == {KARI: "2026-06-15"}
    assert notices(intake) == {}


@pytest.mark.parametrize(
    ("earlier", "day"),
    [
        ([("2026-06", "deactivated", ""), ("2026-07", "deactivated", "")], "2026-06-30"),
        ([("2026-06", "deactivated", ""), ("2026-07", "active", "")], "None"),
        ([("2026-05", "deactivated", ""), ("2026-06", "active", ""), ("2026-07", "deactivated", "")], "2026-07-31"),
        ([("2026-06", "", ""), ("2026-07", "", "2026-07-12")], "2026-07-12"),
        ([("2026-07", "", "2026-08-12")], "None"),
        ([("2026-09", "deactivated", "")], "None"),
    ],
)
def test_earlier_tables_show_since_when(earlier: list[tuple[str, str, str]], day: str) -> None:
    table = licences(*((period, "Kari@bym.oslo.kommune.no", status, on) for period, status, on in earlier))
    intake = read_files({"t.csv": table, "users.csv": active_users(kari=True)}, Options(period="2026-08"))
    assert dates(intake, "2026-08") == {KARI: day}


def test_a_table_is_left_as_it_is() -> None:
    table = licences(("2026-07", "kari", "deactivated", ""), ("2026-08", "kari", "deactivated", ""))
    files = {"t.csv": table, "sperret.csv": "bruker,først sett sperret\nkari,2026-06-30\n"}
    assert rows(read_files(files), "licences", "deactivated_on") == [(None,), (None,)]


def test_usage_reports_show_it_on_their_own_day() -> None:
    files = {
        "july.csv": usage_report("2026-07-22"),
        "june.csv": usage_report("2026-06-21", deleted="False"),
        "users.csv": active_users(kari=True),
    }
    assert dates(read_files(files, Options(period="2026-08")), "2026-08") == {KARI: "2026-07-22"}
    files["july.csv"] = usage_report("2026-07-22", deleted_on="2026-07-03")
    assert dates(read_files(files, Options(period="2026-08")), "2026-08") == {KARI: "2026-07-03"}


def test_a_list_of_codes_still_matches_with_the_same_key() -> None:
    options = Options(period="2026-07", pseudonym_key=b"k")
    first = read_files({"users.csv": active_users(kari=True)}, options)
    kept = listed(first)
    code = options.pseudonym(KARI)
    assert kept.decode() == f"bruker,først sett sperret\n{code},2026-07-31\n"
    again = {"users.csv": active_users(kari=True), "sperret.csv": kept}
    assert dates(read_files(again, Options(period="2026-08", pseudonym_key=b"k")), "2026-08") == {code: "2026-07-31"}
    again["sperret.csv"] = f"bruker,først sett sperret\n{KARI},2026-06-30\n".encode()
    assert dates(read_files(again, Options(period="2026-08", pseudonym_key=b"k")), "2026-08") == {code: "2026-06-30"}
    again["sperret.csv"] = kept
    other = read_files(again, Options(period="2026-08", pseudonym_key=b"other"))
    assert set(dates(other, "2026-08").values()) == {"None"}


def test_a_row_of_the_list_without_a_day_is_refused() -> None:
    kept = f"bruker,først sett sperret\n{KARI},i sommer\n{OLA},2026-07-31\n"
    files = {"users.csv": active_users(kari=True, ola=True), "sperret.csv": kept}
    intake = read_files(files, Options(period="2026-08"))
    assert dates(intake, "2026-08") == {KARI: "None", OLA: "2026-07-31"}
    assert codes(intake, "refused") == ["not_a_date"]
    assert (intake.files[1].rows_read, intake.files[1].rows_refused) == (1, 1)


def test_the_command_line_writes_the_list_and_takes_it_again(tmp_path: Path) -> None:
    users, kept, problems = tmp_path / "users.csv", tmp_path / "sperret.csv", tmp_path / "problems.csv"
    newer = tmp_path / "sperret-2026-08.csv"
    users.write_bytes(active_users(kari=True))
    assert main(["rate", str(users), "--period", "2026-07", "--as-of", "2026-07-20", "--blocked", str(kept)]) == 0
    assert kept.read_text("utf-8").splitlines() == ["bruker,først sett sperret", f"{KARI},2026-07-20"]
    lines = tmp_path / "lines.csv"
    again = ["rate", str(users), str(kept), "--period", "2026-08", "--blocked", str(newer), "--out", str(lines)]
    assert main([*again, "--problems", str(problems)]) == 0
    # 20 July + 61 days.
    assert pl.read_csv(lines)["billable_from"].to_list() == ["2026-09-19"]
    assert newer.read_text("utf-8").splitlines() == ["bruker,først sett sperret", f"{KARI},2026-07-20"]
    assert "dates_first_seen" in pl.read_csv(problems)["code"].to_list()


def month_by_month(**files: bytes) -> Intake:
    """Exports read together, each with the month it was handed in for: `m2026_07=...`."""
    sources = [
        Source(f"{name}.csv", content, period=name[1:].replace("_", "-"), agency="BYM")
        for name, content in files.items()
    ]
    return read(sources, REGISTER, Options())


def test_exports_of_several_months_stand_each_in_its_own() -> None:
    intake = month_by_month(
        m2026_07=active_users(kari=False, ola=True),
        m2026_08=active_users(kari=True, ola=True, eva=False),
        m2026_09=active_users(kari=True, ola=False),
    )
    # Ola was blocked already when he was first seen, and has come back; of Kari it is August that first shows it.
    assert dates(intake, "2026-07") == {KARI: "None", OLA: "None"}
    assert dates(intake, "2026-08") == {KARI: "None", OLA: "2026-07-31", EVA: "None"}
    assert dates(intake, "2026-09") == {KARI: "2026-08-31", OLA: "None"}
    assert [report.months for report in intake.files] == [("2026-07",), ("2026-08",), ("2026-09",)]


def test_a_list_completes_every_month_and_an_export_without_a_month_beside_several_is_asked_for_one() -> None:
    people = ColumnMapping(table="people", columns={"user_id": "konto", "employee_id": "nr"})
    files = {
        "july.csv": ("2026-07", active_users(kari=False)),
        "august.csv": ("2026-08", active_users(kari=False)),
        "list.csv": (None, f"konto;nr\n{KARI};A1\n".encode()),
        "undated.csv": (None, active_users(ola=False)),
    }
    sources = [Source(name, content, period=period) for name, (period, content) in files.items()]
    intake = read(sources, REGISTER, Options(mapping=people))
    held = intake.usage["licences"].select("period", "user_id", "employee_id").rows()
    assert held == [("2026-07", KARI, "A1"), ("2026-08", KARI, "A1")]
    asked = intake.problems.filter(code="period_unknown")
    assert asked["file"].to_list() == ["undated.csv"]


def test_a_files_own_month_and_agency_serve_it_before_those_of_all() -> None:
    sources = [
        Source("a.csv", b"ansatte\n10\n", period="2026-07", agency="VAV"),
        Source("b.csv", b"ansatte\n12\n"),
        Source("c.csv", b"periode;ansatte\n2026-05;13\n", period="2026-07"),
    ]
    intake = read(sources, REGISTER, Options(period="2026-08", agency="BYM"))
    told = intake.usage["headcount"].select("file", "period", "agency", "employees").rows()
    assert told == [("a.csv", "2026-07", "VAV", 10), ("b.csv", "2026-08", "BYM", 12), ("c.csv", "2026-05", "BYM", 13)]


def test_the_same_bytes_hold_for_two_months_only_where_the_file_does_not_say_its_own() -> None:
    table = b"periode;ansatte\n2026-05;13\n"
    sources = [
        Source(f"{kind}.csv", content, period=period, agency="BYM")
        for period in ("2026-07", "2026-08")
        for kind, content in (("users", active_users(kari=False)), ("ansatte", table))
    ]
    intake = read([*sources, Source("again.csv", table)], REGISTER, Options())
    assert intake.usage["licences"]["period"].to_list() == ["2026-07", "2026-08"]
    assert intake.usage["headcount"]["period"].to_list() == ["2026-05"]
    assert codes(intake).count("file_skipped") == 2
