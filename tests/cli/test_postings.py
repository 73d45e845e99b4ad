"""`postings` on the command line."""

from tests.cli.support import Shell


def test_what_is_billed_is_posted_on_the_strings_of_the_file(shell: Shell):
    shell.write("konto.csv", "side;art;tekst\ndebet;0298;IKT\nkredit;0798;UKE\n")
    code, out, err = shell.run(
        "postings", "licences.csv", "--accounts", "konto.csv", "--period", "2026-03", "--out", "-", "--summary"
    )
    assert code == 0
    amount = out.splitlines()[1].split(",")[7]
    assert out.splitlines() == [
        "period,agency,art,ansvar,funksjon,prosjekt,text,debit_nok,credit_nok,lines,unknown",
        f"2026-03,BYM,0298,,,,IKT,{amount},0.00,1,0",
        f"2026-03,BYM,0798,,,,UKE,0.00,{amount},1,0",
    ]
    assert err.splitlines()[1] == f"2026-03,BYM,{amount},{amount},1,0,0.00,0.00"


def test_a_faulty_row_is_told_in_one_line(shell: Shell):
    shell.write("konto.csv", "side;art\nhalv;298\n")
    code, out, err = shell.run("postings", "licences.csv", "--accounts", "konto.csv", "--out", "p.csv")
    assert (code, out) == (2, "")
    assert err.startswith("billing_core: konto.csv is refused: row 2: «halv» er ikke en kjent verdi for side.")
    assert "p.csv" not in shell.files()
