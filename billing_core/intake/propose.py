"""A first guess at what the columns of an unknown file are: by their names, and by how their values look."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from billing_core.base.folding import fold
from billing_core.base.tables import BESIDE_USAGE, TABLES, Column
from billing_core.intake.cells import Fault, parser
from billing_core.intake.exports import people
from billing_core.intake.headings import NEVER_ALONE, SUPPLIED
from billing_core.intake.mapping import ColumnMapping, signature
from billing_core.intake.options import Register
from billing_core.readers.sheet import Sheet

_WORDS = re.compile(r"[^\W_]+")
_SAMPLE = 300
_NAMED, _WORD, _PART, _VAGUELY = 3.0, 2.0, 1.5, 1.0
"""How well a heading names a column: by its very name, by one of its words, by a part of a word, or maybe."""

_CLOSED, _OPEN = 2.0, 1.0
"""What it counts that all values look right: in a column of known codes and names much, of dates and numbers less."""

_ENOUGH = 1.2
"""A column is proposed for a heading that scores more than this: dates or numbers alone are not enough."""

_HALF = 0.5

_ASKED = 0.25
"""What it costs a table to lack a column that one value can be chosen for; any other that it needs costs 1."""

_ALSO = {
    "period": "måned month mnd faktureringsperiode",
    "agency": "etat bydel virksomhetskode",
    "user_id": "brukernavn brukerid upn userprincipalname epost email mail konto account user username pålogging",
    "employee_id": "ansattnummer ansattnr ansattid ressursnummer ressursnr employeeid employeenumber employee "
    "personalnummer medarbeidernummer",
    "account_type": "kontotype type brukerkategori usertype",
    "sku": "produkt product lisensnavn lisenstype license licence skupartnumber",
    "account_status": "kontostatus tilstand state aktiv",
    "deactivated_on": "deaktivert sperret sluttdato sluttet slutt fratrådt enddate deactivated",
    "on_platform": "plattform platform",
    "device_id": "maskin pc serienummer serial computer device enhetsnavn",
    "device_kind": "enhetstype maskintype klienttype",
    "established_on": "etablert opprettet levert anskaffet created installert",
    "connection_id": "samband linje forbindelse circuit",
    "connection_kind": "linjetype sambandstype forbindelsestype",
    "location_id": "adresse sted lokalitet bygg location",
    "quantity": "mengde stk volum ant count amount",
    "unit_price_nok": "pris enhetspris stykkpris price",
    "item": "vare varekode tjenestekode service produktkode",
    "reference": "ref bestilling bestillingsnummer ordre merknad",
    "employees": "antall antallansatte hoder",
    "ftes": "årsverk fte stillinger",
    "provider": "skyleverandør cloud",
    "cost_nok": "beløp sum total pris kroner nok cost",
    "channel": "forsendelsestype kanaltype",
    "total_quantity": "totalt total",
    "system": "applikasjon systemnavn tjener",
    "kind": "kategori driftstype",
    "invoice_id": "faktura fakturanr fakturaid bilag bilagsnummer invoice invoiceno invoicenumber",
    "line": "linjenr linjenummer pos posisjon lineno",
    "subject": "referanse bruker enhet",
    "amount_nok": "sum netto nettobeløp linjebeløp linjesum total amount",
    "text": "beskrivelse fakturatekst varetekst description",
    "service_level": "sla nivå",
    "memory_gb": "ram minne",
}  # fmt: skip
"""Other words that headings have for a column."""

_MAYBE = {
    "agency": "org organisasjon avdeling department kunde enhet enhetskode avsender oppdragsgiver",
    "sku": "navn name tildelt programvare",
}
"""Words that a column is proposed for only where most of its values are known ones."""


class Proposal(NamedTuple):
    """A mapping to be confirmed; `sure` tells for each column key from 0 to 1 how well its heading fits."""

    mapping: ColumnMapping
    sure: dict[str, float]
    missing: tuple[str, ...]


def untranslated(column: Column, texts: Iterable[str], register: Register) -> list[str]:
    """The `texts` that a column of codes, flags or agencies does not know, in order; none of any other column."""
    if column.kind not in ("code", "flag") and column.key != "agency":
        return []
    known = _judge(column, register)
    return sorted(text for text in texts if text.strip() and not known(text))


def propose(sheet: Sheet, register: Register, table: str | None = None) -> Proposal:
    """The best mapping of `sheet` to `table`, or to whichever table fits best; `missing` columns are left open."""
    names = [table] if table else [*TABLES, people.NAME]
    return max((_propose(sheet, register, name) for name in names), key=_fit)


def _fit(proposal: Proposal) -> float:
    """How well a table fits: what is found of it, less what it lacks."""
    asked = {column.key for column in columns_of(proposal.mapping.table) if column.choices}
    return sum(proposal.sure.values()) - sum(_ASKED if key in asked else 1 for key in proposal.missing)


def _propose(sheet: Sheet, register: Register, table: str) -> Proposal:
    columns = columns_of(table)
    samples = {h: sheet.cells[h].drop_nulls().head(_SAMPLE).unique().to_list() for h in sheet.headings}
    scores = [
        (_score(column, heading, samples[heading], register), column.key, heading)
        for column in columns
        for heading in sheet.headings
    ]
    chosen: dict[str, str] = {}
    sure: dict[str, float] = {}
    for score, key, heading in sorted(scores, key=lambda entry: -entry[0]):
        if score > _ENOUGH and key not in chosen and heading not in chosen.values():
            chosen[key] = heading
            sure[key] = min(score / _NAMED, 1.0)
    user = samples.get(chosen.get("user_id", ""), [])
    if table == "licences" and "agency" not in chosen and _share(user, register.agency_of_address) > _HALF:
        # An address says the agency too. Of people, whoever completes an account with the list reads it there.
        chosen["agency"] = chosen["user_id"]
    required = [column.key for column in columns if column.required and column.key not in SUPPLIED]
    missing = tuple(key for key in (*required, *NEVER_ALONE.get(table, ())) if key not in chosen)
    return Proposal(ColumnMapping(table=table, columns=chosen, signature=signature(sheet.headings)), sure, missing)


def columns_of(table: str) -> Sequence[Column]:
    """The columns that a mapping to `table` can name."""
    if table != people.NAME:
        return (TABLES | BESIDE_USAGE)[table].columns
    own = TABLES["licences"].columns
    return [Column(c.key, c.heading, c.kind, c.key == "user_id", c.choices) for c in own if c.key in people.READ]


def _score(column: Column, heading: str, sample: list[str], register: Register) -> float:
    """How well a heading fits a column: its name, and the share of its values that the column can hold."""
    if column.key == "agency":
        # An address is a user's first of all.
        sample = [text for text in sample if "@" not in text]
    looks = _share(sample, _judge(column, register))
    # Codes can be translated by the mapping, whatever words the file has for them.
    if column.kind not in ("text", "id", "code") and sample and looks < _HALF:
        return 0.0
    closed = column.kind == "code" or column.key in _MAYBE
    return _named(column, heading) + looks * (_CLOSED if closed else _OPEN)


def _named(column: Column, heading: str) -> float:
    words = _WORDS.findall(fold(heading))
    whole = "".join(words)
    names = {"".join(_WORDS.findall(fold(name))) for name in (column.heading, column.key)}
    names |= set(_ALSO.get(column.key, "").split())
    if whole in names:
        return _NAMED
    if names & set(words):
        return _WORD
    if any(len(name) > 3 and name in whole for name in names):
        return _PART
    return _VAGUELY if set(_MAYBE.get(column.key, "").split()) & {whole, *words} else 0.0


def _judge(column: Column, register: Register) -> Callable[[str], bool]:
    if column.key == "agency":
        return lambda text: register.agency(text) in register.agencies
    if column.key == "sku":
        return lambda text: fold(text) in register.sku_aliases
    if column.kind in ("text", "id"):
        return lambda _: False
    parse = parser(column, order="dmy")
    return lambda text: not isinstance(parse(text), Fault)


def _share(sample: list[str], fits: Callable[[str], object]) -> float:
    filled = [text for text in sample if text.strip()]
    return sum(bool(fits(text)) for text in filled) / len(filled) if filled else 0.0
