"""Hypothesis strategies for price lists and agreements: partly missing, changing over time, by shorter variants."""

from hypothesis import strategies as st

# The prices that an item and variant may have over time: (price, valid_from, valid_to).
HISTORIES: list[list[tuple[str, str, str]]] = [
    [("100", "2019-01-01", "")],
    [("89.50", "2019-01-01", "2026-01-01"), ("92.05", "2026-01-01", "")],
    [("0.3333", "2019-01-01", "2026-01-02"), ("0.3335", "2026-01-02", "")],
    [("0.005", "2024-02-01", "2024-02-29"), ("1234.5678", "2025-12-31", "")],
    [("0", "2026-01-01", "")],
    [],
]

PRICED: list[tuple[str, str]] = [
    ("office365.licence", ""),
    ("office365.licence", "E1"),
    ("office365.licence", "VISIOCLIENT"),
    ("office365.licence", "ENTERPRISEPACK"),
    ("office365.licence", "ENTERPRISEPREMIUM"),
    ("office365.licence", "EMSPREMIUM"),
    ("office365.licence", "FLOW_FREE"),
    ("office365.management", ""),
    ("platform.client", ""),
    ("platform.client", "thick"),
    ("platform.client_licence", "thin"),
    ("platform.support_machine", ""),
    ("platform.support_machine_licence", ""),
    ("network.connection", ""),
    ("network.temporary", ""),
    ("network.redundant", ""),
    ("network.dark_fibre", ""),
    ("network.establishment", ""),
    ("network.establishment", "redundant"),
    ("apps.storage", "gold"),
    ("apps.storage", "gold/ssd"),
    ("apps.backup", "silver"),
    ("apps.backup", "gold/ssd"),
    ("apps.backup", "/ssd"),
    ("apps.database", ""),
    ("apps.database", "gold"),
    ("apps.server", "gold"),
    ("apps.server", "gold/16"),
    ("apps.server", "/0.125"),
    ("apps.server_memory", ""),
    ("apps.application", "gold"),
    ("apps.application", "gold//a"),
    ("apps.application", "silver/high"),
    ("apps.order_quote", ""),
    ("hr.standard", ""),
    ("finance.standard", ""),
    ("hr.integration", ""),
    ("hr.competence_dialogue", ""),
    ("hr.competence.maintenance", ""),
    ("contact.standard", ""),
    ("invoice.hour", ""),
    ("dispatch.svarut", ""),
    ("dispatch.signing", ""),
]


@st.composite
def price_lists(draw: st.DrawFn) -> str:
    """The text of a prices.csv: some of the items, some with a price that changes on 1 January 2026."""
    written = ["item,variant,price_nok,app_operation_nok,valid_from,valid_to,source,status"]
    for number, (item, variant) in enumerate(PRICED):
        part = draw(st.sampled_from(["", "0", "all"])) if item in ("apps.server", "apps.database") else ""
        for price, start, end in draw(st.sampled_from(HISTORIES)):
            operation = price if part == "all" else part
            written.append(f"{item},{variant},{price},{operation},{start},{end},P{number} {start},illustrative")
    return "\n".join(written) + "\n"


@st.composite
def agreement_lists(draw: st.DrawFn, agencies: list[str]) -> str:
    """The text of an agreements.csv: a few own prices, often with a shorter variant than the price list's."""
    written = ["agency,item,variant,price_nok,valid_from,valid_to,reference"]
    named = st.tuples(st.sampled_from(agencies), st.sampled_from(PRICED))
    for agency, (item, variant) in draw(st.lists(named, max_size=6, unique=True)):
        for price, start, end in draw(st.sampled_from(HISTORIES)):
            written.append(f"{agency},{item},{variant},{price},{start},{end},{agency} {item}")
    return "\n".join(written) + "\n"
