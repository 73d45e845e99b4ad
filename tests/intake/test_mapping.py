import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_core.base.tables import TABLES
from billing_core.intake import (
    ColumnMapping,
    MappingError,
    Options,
    preview,
    propose,
    sheets,
    signature,
    untranslated,
)
from tests.intake.support import REGISTER, codes, read_files, read_one, rows, zipped

OWN = "Måned;Etat;Brukernavn;Kontotype;Produkt;Telefon\n2026-10;BYM;kari;H;Office 365 E1;22\n2026-10;VAV;ola;B;E1;33\n"
MAPPING = ColumnMapping(
    table="licences",
    columns={
        "period": "Måned",
        "agency": "Etat",
        "user_id": "Brukernavn",
        "account_type": "Kontotype",
        "sku": "Produkt",
    },
    values={"account_type": {"H": "main", "B": "secondary"}},
)


def test_a_mapping_reads_a_file_of_unknown_columns() -> None:
    intake = read_one(OWN, mapping=MAPPING)
    assert rows(intake, "licences", "period", "agency", "user_id", "account_type", "sku") == [
        ("2026-10", "BYM", "kari", "main", "E1"),
        ("2026-10", "VAV", "ola", "secondary", "E1"),
    ]
    assert codes(intake) == []
    assert intake.files[0].recognised == "mapping"


def test_a_mapping_gives_columns_that_the_file_lacks() -> None:
    mapping = ColumnMapping(
        table="headcount", columns={"employees": "Hoder"}, fixed={"period": "2026-10", "agency": "BYM"}
    )
    assert rows(read_one("Navn,Hoder\nx,12\n", mapping=mapping), "headcount", "agency", "employees") == [("BYM", 12)]


def test_a_mapping_settles_how_numbers_and_dates_are_written() -> None:
    mapping = ColumnMapping(
        table="devices",
        columns={"device_id": "PC", "established_on": "Dato"},
        fixed={"period": "2026-10", "agency": "BYM", "device_kind": "thick"},
        date_order="mdy",
    )
    (day,) = rows(read_one("PC,Dato\na,2/1/2026\n", mapping=mapping), "devices", "established_on")[0]
    assert str(day) == "2026-02-01"


def test_a_mapping_with_a_signature_is_applied_to_that_layout_only() -> None:
    mapping = MAPPING.model_copy(update={"signature": signature(OWN.partition("\n")[0].split(";"))})
    table = "period,agency,employees\n2026-10,BYM,12\n"
    intake = read_files({"a.csv": OWN, "b.csv": table}, Options(mapping=(mapping,)))
    assert [report.recognised for report in intake.files] == ["mapping", "usage"]


def test_a_signature_is_the_same_in_any_order_and_letter_case() -> None:
    assert signature(["A b", "C"]) == signature(["c", "a  B"]) != signature(["c"])


def test_a_mapping_for_no_table_is_refused_with_those_there_are() -> None:
    mapping = ColumnMapping(table="lisenser", columns={"period": "Måned"})
    assert codes(read_one(OWN, mapping=mapping)) == ["mapping_without_table"]


TEXTS = st.dictionaries(st.text(min_size=1), st.text(), max_size=4)


@given(
    columns=TEXTS,
    values=st.dictionaries(st.sampled_from(["sku", "agency"]), TEXTS),
    fixed=TEXTS,
    name=st.text(max_size=9),
)
def test_a_saved_mapping_reads_back_the_same(
    columns: dict[str, str], values: dict[str, dict[str, str]], fixed: dict[str, str], name: str
) -> None:
    values = {key: table for key, table in values.items() if table}
    mapping = ColumnMapping(table=name, columns=columns, values=values, fixed=fixed, decimal=",")
    assert ColumnMapping.from_toml(mapping.to_toml()) == mapping


@pytest.mark.parametrize(
    "text", ["", "table = 1", "not toml", "a = " + "[" * 5000, 'table = "x"\nunknown = "y"\n[columns]\n']
)
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(MappingError):
        ColumnMapping.from_toml(text)


def test_a_mapping_is_proposed_from_names_and_values() -> None:
    (sheet,) = sheets("x.csv", OWN.encode())
    proposal = propose(sheet, REGISTER)
    assert proposal.mapping.table == "licences"
    assert {key: proposal.mapping.columns.get(key) for key in ("period", "agency", "user_id", "sku")} == {
        "period": "Måned",
        "agency": "Etat",
        "user_id": "Brukernavn",
        "sku": "Produkt",
    }
    assert proposal.mapping.signature == signature(sheet.headings)


def test_a_proposal_for_devices_names_what_is_missing() -> None:
    (sheet,) = sheets("x.csv", b"Serienummer,Anskaffet,Ressursnummer\nA1,01.02.2024,17\n")
    proposal = propose(sheet, REGISTER, "devices")
    assert proposal.mapping.columns == {
        "device_id": "Serienummer",
        "established_on": "Anskaffet",
        "employee_id": "Ressursnummer",
    }
    assert proposal.missing == ("device_kind",)


def test_sheets_without_known_columns_are_found_and_others_not() -> None:
    files = {
        "egen.csv": OWN,
        "feil.csv": "period,agency,employees\n2026-13,BYM,x\n",
        "mangler.zip": zipped({"drift.csv": "period;agency;system;kind\n2026-10;BYM;s;server\n"}),
        "uten_maaned.csv": "employees\n12\n",
    }
    found = read_files(files).unread
    assert [(sheet.file, sheet.cells.height) for sheet in found] == [("egen.csv", 2), ("drift.csv", 1)]


def test_words_that_a_column_of_codes_does_not_know_are_to_be_translated() -> None:
    kind, agency, user = (TABLES["licences"].column(key) for key in ("account_type", "agency", "user_id"))
    assert untranslated(kind, ["hoved", "H", "external", "B", ""], REGISTER) == ["B", "H"]
    assert untranslated(agency, ["BYM", "Bymiljøetaten", "Etat 7"], REGISTER) == ["Etat 7"]
    assert untranslated(user, ["kari"], REGISTER) == []


def test_a_preview_reads_the_first_rows_as_they_would_be() -> None:
    (sheet,) = sheets("x.csv", OWN.replace(";B;", ";X;").encode())
    found = preview(sheet, MAPPING, Options(), REGISTER)
    assert found.frame.select("user_id", "account_type", "sku").rows() == [("kari", "main", "E1")]
    assert found.problems.select("code", "row", "value").rows() == [("unknown_code", 3, "X")]


def test_a_preview_of_a_personnel_list_shows_its_people() -> None:
    (sheet,) = sheets("x.csv", b"Konto,Nr\nKari@bym.oslo.kommune.no,17\n")
    mapping = ColumnMapping(table="people", columns={"user_id": "Konto", "employee_id": "Nr"})
    found = preview(sheet, mapping, Options(pseudonym_key=b"k"), REGISTER)
    assert found.frame["employee_id"].to_list() == [Options(pseudonym_key=b"k").pseudonym("17")]
    assert found.frame["user_id"][0].startswith("p-")
