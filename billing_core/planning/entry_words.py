"""The words for what someone plans, and the columns of a file of it (planning contract, §3)."""

from dataclasses import dataclass
from typing import Literal

from billing_core.base.folding import fold
from billing_core.base.tables import Column, Table

ENTRIES = Table(
    "estimate",
    "kalkyle",
    (
        Column("what", "hva", "text", required=True),
        Column("variant", "variant", "text"),
        Column("quantity", "antall", "quantity", signed=True),
        Column("from", "fra", "month"),
        Column("to", "til", "month"),
        Column("unit_price_nok", "avtalt pris", "money", signed=True, unit="NOK"),
        Column("note", "merknad", "text"),
    ),
    key=("what",),
)
"""The columns of a file of entries; the row number tells which entry a line is of."""

Variant = Literal["none", "sku", "sku_or_standard", "client", "licensed", "parts"]


@dataclass(frozen=True)
class What:
    """A word for what is planned. `word` is its Norwegian; `counted`: whole things; `parts`: what its variant joins.

    `priced`: whether `unit_price_nok` is read; `cost`: whether the row means nothing without it.
    """

    word: str
    variant: Variant = "none"
    parts: tuple[str, ...] = ()
    counted: bool = True
    priced: bool = False
    cost: bool = False


WHATS: dict[str, What] = {
    "employee": What("ansatt"),
    "account_second": What("ekstra konto", "sku_or_standard"),
    "account_external": What("ekstern konto", "sku_or_standard"),
    "licence": What("lisens", "sku"),
    "client_extra": What("ekstra pc", "client"),
    "support_machine": What("støttemaskin", "licensed"),
    "connection_fixed": What("fast tilknytning"),
    "connection_temporary": What("midlertidig tilknytning"),
    "connection_redundant": What("redundant tilknytning"),
    "dark_fibre": What("mørk fiber"),
    "server": What("server", "parts", ("service_level", "memory_gb")),
    "database": What("database", "parts", ("service_level",)),
    "storage": What("lagring", "parts", ("service_level", "disk"), counted=False),
    "backup": What("sikkerhetskopi", "parts", ("service_level", "disk"), counted=False),
    "application": What("applikasjon", "parts", ("service_level", "complexity", "criticality")),
    "unsupported": What("ikke supportert", priced=True),
    "cloud_aws": What("sky aws", priced=True, cost=True),
    "cloud_azure": What("sky azure", priced=True, cost=True),
    "cloud_gcp": What("sky gcp", priced=True, cost=True),
    "dispatch_svarut": What("forsendelse svarut"),
    "dispatch_digital_mailbox": What("forsendelse digital postkasse"),
    "dispatch_signing": What("forsendelse signering"),
    "dispatch_other": What("forsendelse annen"),
}
"""Every word but the catalogue's items, in the contract's order."""

ORDERED = What("", counted=False, priced=True)
"""What holds of an item of the catalogue."""

CLIENTS = {"thick": "tykk", "thin": "tynn"}
LICENSED = {"licensed": "lisens"}

WORDS = {fold(word): code for code, what in WHATS.items() for word in (code, what.word, code.replace("_", " "))}
"""The code of every word, by what people may write for it."""

INSTEAD = {
    "licences": "employee, account_second, account_external, licence",
    "devices": "employee, client_extra, support_machine",
    "connections": "connection_fixed, connection_temporary, connection_redundant, dark_fibre",
    "operations": "server, database, storage, backup, application, unsupported",
    "cloud": "cloud_aws, cloud_azure, cloud_gcp",
    "dispatch": "dispatch_svarut, dispatch_digital_mailbox, dispatch_signing, dispatch_other",
}
"""The words for the items that a usage table makes (contract, section 3)."""
