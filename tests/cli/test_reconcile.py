"""`reconcile` on the command line."""

import csv
import io

import pytest

from tests.checking.ehf_files import invoice, line
from tests.cli.support import Shell

SPECIFICATION = """\
invoice_id,line,period,agency,item,variant,subject,quantity,amount_nok
F1,1,2026-03,BYM,office365.licence,E1,a,1,5000
F1,2,2026-04,UKE,office365.licence,E1,c,1,5000
"""
SERVICES = """\
period,agency,item,quantity,unit_price_nok,reference
2026-03,BYM,hr.integration,1,400,A
2026-03,BYM,network.equipment,1,250,B
2026-03,UKE,network.equipment,1,100,C
"""


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


def test_the_rows_of_the_agency_chosen_come_out_and_their_sums_beside(shell: Shell):
    shell.write("f.csv", SPECIFICATION)
    code, out, err = shell.run(
        "reconcile", "licences.csv", "--invoice", "f.csv", "--agency", "bym", "--out", "-", "--summary"
    )
    assert code == 0
    assert [(row["class"], row["line"], row["subject"]) for row in rows(out)] == [("price", "1", "a")]
    assert err.splitlines()[0].startswith("class,rows,invoice_lines,rated_lines,invoiced_nok")


def test_an_ehf_and_a_mapped_specification_are_read_together(shell: Shell):
    shell.write("services.csv", SERVICES)
    item = "hr.integration"
    shell.write("f.xml", invoice(line(item=item, quantity="1", price="330.00")).replace("2026-01", "2026-03"))
    shell.write("own.csv", "Faktura;Periode;Etat;Vare;Ref;Sum\nF2;2026-03;BYM;Innkjøp;B;250,00\n")
    columns = {"invoice_id": "Faktura", "period": "Periode", "agency": "Etat", "item": "Vare", "subject": "Ref"}
    told = "".join(f'{key} = "{heading}"\n' for key, heading in (columns | {"amount_nok": "Sum"}).items())
    words = '[values.item]\n"Innkjøp" = "network.equipment"\n'
    shell.write("own.toml", f'table = "invoice"\n[columns]\n{told}{words}')
    code, out, _ = shell.run(
        "reconcile", "services.csv", "--invoice", "f.xml", "own.csv", "--mapping", "own.toml", "--agency", "BYM",
        "--out", "-",
    )  # fmt: skip
    assert code == 0
    assert [(row["class"], row["invoice_id"], row["difference_nok"]) for row in rows(out)] == [
        ("price", "F-1", "-70.00"),
        ("equal", "F2", "0.00"),
    ]


def test_what_is_passed_on_is_held_against_what_came_in(shell: Shell):
    shell.write("services.csv", SERVICES)
    # 250 and 100 are passed on; 260 and 40 came in for B and D: 50 not passed on, C has no invoice.
    shell.write(
        "in.csv",
        "invoice_id,line,period,item,subject,amount_nok\n"
        "S1,1,2026-03,network.equipment,B,260\nS1,2,2026-03,network.equipment,D,40\n",
    )
    code, out, _ = shell.run("reconcile", "services.csv", "--invoice", "in.csv", "--pass-through", "--out", "-")
    assert code == 0
    assert rows(out) == [
        {"month": "2026-03", "item": "network.equipment", "in_nok": "300.00", "passed_on_nok": "350.00",
         "difference_nok": "-50.00", "not_passed_on_nok": "50.00", "passed_twice_nok": "100.00"},
    ]  # fmt: skip


def test_an_invoice_that_does_not_add_up_is_refused_with_the_sums_and_the_rest_checked(shell: Shell):
    shell.write("f.csv", SPECIFICATION)
    shell.write("wrong.xml", invoice(totals=("331.00", "331.00")))
    code, out, _ = shell.run(
        "reconcile", "licences.csv", "--invoice", "f.csv", "wrong.xml", "--out", "-", "--problems", "p.csv"
    )
    assert code == 3 and len(rows(out)) == 2
    assert "331.00 ≠ 330.00" in shell.read("p.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "no invoice line could be read: f.csv: Filen har ikke kolonnene"),
        (SPECIFICATION.replace("2026-0", "2025-0"), "(2025-03, 2025-04); there are 2026-03, 2026-04"),
    ],
    ids=["no invoice", "no month of it"],
)
def test_where_nothing_can_be_checked_one_line_says_why(shell: Shell, text: str, said: str):
    shell.write("f.csv", text)
    code, out, err = shell.run("reconcile", "licences.csv", "--invoice", "f.csv", "--out", "r.csv")
    assert (code, out) == (2, "")
    assert said in err and len(err.splitlines()) == 1
    assert "r.csv" not in shell.files()


def test_a_month_that_was_not_read_is_told(shell: Shell):
    shell.write("f.csv", SPECIFICATION + "F2,1,2026-09,BYM,office365.licence,E1,a,1,100\n")
    code, out, err = shell.run("reconcile", "licences.csv", "--invoice", "f.csv", "--out", "-")
    assert code == 0
    assert "no usage read of 2026-09: the invoice lines there are not checked" in err
    assert [row["difference_nok"] for row in rows(out) if row["period"] == "2026-09"] == [""]


@pytest.mark.parametrize("given", ["-1", "much", "NaN", "0.00001"])
def test_a_tolerance_is_a_number_from_nothing(shell: Shell, given: str):
    shell.write("f.csv", SPECIFICATION)
    code, _, err = shell.run("reconcile", "licences.csv", "--invoice", "f.csv", f"--tolerance-nok={given}")
    assert code == 2 and "--tolerance-nok" in err


def test_an_invoice_is_an_input_and_never_overwritten(shell: Shell):
    shell.write("f.csv", SPECIFICATION)
    code, _, err = shell.run("reconcile", "licences.csv", "--invoice", "f.csv", "--out", "f.csv")
    assert code == 2 and "f.csv is read here" in err
