"""Several files at once: each row keeps its own place, whatever the files are called."""

import csv
import io
import zipfile

from tests.cli.support import Shell
from tests.through import run

HEAD = "period,agency,user_id,employee_id,account_type,sku\n"
ONE = (HEAD + "2026-03,BYM,a,e1,main,E1\n2026-03,BYM,b,e2,main,E1\n").encode()
# Row 2 is the same employee's second account; row 3 is nobody else's.
OTHER = (HEAD + "2026-03,BYM,c,e1,main,E1\n2026-03,BYM,d,e3,main,E1\n").encode()


def test_two_files_of_one_name_keep_their_rows_apart():
    result = run(files={"one.zip": _zip("licences.csv", ONE), "other.zip": _zip("licences.csv", OTHER)})
    places = {line["subject"]: (line["file"], line["row"], line["rule"]) for line in result.lines}
    assert places == {
        "a": ("licences.csv", "2", "O365-1"),
        "b": ("licences.csv", "3", "O365-1"),
        "c": ("licences (2).csv", "2", "O365-3"),
        "d": ("licences (2).csv", "3", "O365-1"),
    }


def test_one_row_of_an_order_in_two_files_of_one_name_is_read_once():
    order = b"period,agency,item,quantity,reference\n2026-03,BYM,invoice.other,2,A\n"
    more = order + b"2026-03,BYM,invoice.other,3,B\n"
    result = run(files={"one.zip": _zip("services.csv", order), "other.zip": _zip("services.csv", more)})
    assert [(line["file"], line["quantity"]) for line in result.lines] == [
        ("services (2).csv", "3"),
        ("services.csv", "2"),
    ]
    assert "read_twice" in result.codes and "two_files" in result.codes


def _zip(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def test_a_message_names_a_column_as_its_file_does_and_the_column_stays_the_key(shell: Shell):
    shell.write("a.csv", "Periode;Virksomhet;BRUKER;Brukertype;Lisens\n2026-10;BYM;;hoved;E1\n2026-10;BYM;b;hoved;E1\n")
    shell.write("b.csv", "period,agency,user_id,account_type,sku\n2026-10,BYM,,main,E1\n")
    assert shell.run("rate", "a.csv", "b.csv", "--problems", "problems.csv")[0] == 3
    problems = list(csv.DictReader(shell.read("problems.csv").splitlines()))
    told = [(one["file"], one["column"], one["message"]) for one in problems if one["severity"] == "refused"]
    assert told == [("a.csv", "user_id", "BRUKER mangler."), ("b.csv", "user_id", "user_id mangler.")]
