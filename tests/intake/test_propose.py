"""What lists that agencies keep themselves are taken for: headings and values as such lists have them."""

import datetime

import pytest

from billing_core.intake import ColumnMapping, Options, preview, propose, sheets
from tests.intake.support import REGISTER

LISTS = {
    "personnel with account types and end dates": (
        "brukernavn;ansattnummer;navn;kontotype;sluttdato\nkari;1001;Kari Ås;H;\nola;1002;Ola Nes;B;30.6.2026\n",
        "people",
        {
            "user_id": "brukernavn",
            "employee_id": "ansattnummer",
            "account_type": "kontotype",
            "deactivated_on": "sluttdato",
        },
    ),
    "personnel from a payroll system, with address and telephone": (
        "Ressursnr.;Etternavn;Fornavn;Adresse;Telefon;E-postadresse;Avdeling;Startdato;Sluttet dato\n"
        "17;Ås;Kari;Storgata 1;22 22 22 22;kari@bym.oslo.kommune.no;Plan;01.02.2020;\n"
        "18;Nes;Ola;Lillegata 2;22 22 22 23;ola@bym.oslo.kommune.no;Drift;01.02.2021;31.12.2025\n",
        "people",
        {"user_id": "E-postadresse", "employee_id": "Ressursnr.", "deactivated_on": "Sluttet dato"},
    ),
    "accounts with their state": (
        "Status;Navn;UPN;Ansatt-ID;Etat;Felles plattform\naktiv;Kari;kari@bym.oslo.kommune.no;17;BYM;ja\n"
        "deaktivert;Ola;ola@bym.oslo.kommune.no;18;BYM;nei\n",
        "people",
        {
            "user_id": "UPN",
            "employee_id": "Ansatt-ID",
            "account_status": "Status",
            "agency": "Etat",
            "on_platform": "Felles plattform",
        },
    ),
    "who has left": (
        "Bruker ID;Navn;Sperret dato\nkari;Kari;01.02.2026\nola;Ola;03.02.2026\n",
        "people",
        {"user_id": "Bruker ID", "deactivated_on": "Sperret dato"},
    ),
    "licences by product name": (
        "Måned;Etat;Brukernavn;Kontotype;Produkt;Telefon\n2026-10;BYM;kari;H;Office 365 E1;22\n",
        "licences",
        {
            "period": "Måned",
            "agency": "Etat",
            "user_id": "Brukernavn",
            "account_type": "Kontotype",
            "sku": "Produkt",
        },
    ),
    "licences in a column that only its values tell of": (
        "Navn;E-post;Ansattnr;Tildelt\nKari Ås;kari@bym.oslo.kommune.no;17;Office 365 E1\n"
        "Ola Nes;ola@bym.oslo.kommune.no;18;Visio Plan 2\n",
        "licences",
        {"user_id": "E-post", "agency": "E-post", "employee_id": "Ansattnr", "sku": "Tildelt"},
    ),
    "licences under a heading of two words, unknown to the register": (
        "Lisenstype;Kostnadssted;Brukerens navn;Brukernavn;Brukerkategori\nAdobe Pro;4711;Kari Ås;kari;ekstern\n",
        "licences",
        {"user_id": "Brukernavn", "account_type": "Brukerkategori", "sku": "Lisenstype"},
    ),
    "PCs by serial number": (
        "Serienummer;Modell;Anskaffet;Ressursnummer;Type\nA1;Latitude;01.02.2024;17;tykk\nA2;t640;1.3.2024;18;tynn\n",
        "devices",
        {
            "device_id": "Serienummer",
            "established_on": "Anskaffet",
            "employee_id": "Ressursnummer",
            "device_kind": "Type",
        },
    ),
    "PCs of users, without a type": (
        "Bruker;Ansattnummer;PC-navn;Operativsystem;Levert dato\nkari;17;PC-0042;Windows 11;02.01.2025\n",
        "devices",
        {"employee_id": "Ansattnummer", "device_id": "PC-navn", "established_on": "Levert dato"},
    ),
    "staff by month": (
        "Etat;År og måned;Antall ansatte;Antall årsverk;Merknad\nBYM;2026-10;1200;1105,5;\nVAV;2026-10;900;820;x\n",
        "headcount",
        {"agency": "Etat", "period": "År og måned", "employees": "Antall ansatte", "ftes": "Antall årsverk"},
    ),
    "staff of units": (
        "Virksomhet;Hoder;Stillinger\nBymiljøetaten;1200;1105,5\n",
        "headcount",
        {"agency": "Virksomhet", "employees": "Hoder", "ftes": "Stillinger"},
    ),
    "cloud invoices": (
        "Fakturanr;Skyleverandør;Faktureringsmåned;Beløp eks. mva.;Kunde\n17;Azure;2026-10;12 500,50;BYM\n"
        "18;AWS;2026-10;-100,00;VAV\n",
        "cloud",
        {
            "provider": "Skyleverandør",
            "period": "Faktureringsmåned",
            "cost_nok": "Beløp eks. mva.",
            "agency": "Kunde",
        },
    ),
    "orders of services": (
        "Mnd;Etat;Tjenestekode;Antall stk;Enhetspris;Bestillingsnr.\n2026-10;BYM;plus.consulting;2;1200,00;26/118\n",
        "services",
        {
            "period": "Mnd",
            "agency": "Etat",
            "item": "Tjenestekode",
            "quantity": "Antall stk",
            "unit_price_nok": "Enhetspris",
            "reference": "Bestillingsnr.",
        },
    ),
    "servers and databases": (
        "Systemnavn;Kategori;Antall;SLA;RAM\nKart;server;2;gold;16\nArkiv;database;1;silver;\n",
        "operations",
        {"system": "Systemnavn", "kind": "Kategori", "quantity": "Antall", "service_level": "SLA", "memory_gb": "RAM"},
    ),
    "letters sent": (
        "Måned;Avsender;Forsendelsestype;Antall sendt\n2026-10;BYM;svarut;1200\n2026-10;VAV;svarut;80\n",
        "dispatch",
        {"period": "Måned", "agency": "Avsender", "channel": "Forsendelsestype", "quantity": "Antall sendt"},
    ),
    "lines of the network": (
        "Samband;Adresse;Lokasjonstype;Linjetype;Etablert\nL-17;Karvesvingen 3;fast;ordinær;1.1.2020\n",
        "connections",
        {
            "connection_id": "Samband",
            "location_id": "Adresse",
            "location_kind": "Lokasjonstype",
            "connection_kind": "Linjetype",
            "established_on": "Etablert",
        },
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_taken_for_what_it_is(name: str) -> None:
    text, table, columns = LISTS[name]
    (sheet,) = sheets("liste.csv", text.encode())
    found = propose(sheet, REGISTER).mapping
    assert (found.table, found.columns) == (table, columns)


def test_a_personnel_list_is_shown_as_the_licences_will_have_it() -> None:
    text = "brukernavn;kontotype;sluttdato\nKari;H;30.6.2026\n;H;\nola;X;\n"
    columns = {"user_id": "brukernavn", "account_type": "kontotype", "deactivated_on": "sluttdato"}
    mapping = ColumnMapping(table="people", columns=columns, values={"account_type": {"H": "main"}})
    (sheet,) = sheets("liste.csv", text.encode())
    found = preview(sheet, mapping, Options(), REGISTER)
    assert found.frame.select(*columns).rows() == [("Kari", "main", datetime.date(2026, 6, 30))]
    assert found.problems.select("code", "row", "value").rows() == [("unknown_code", 4, "X")]
