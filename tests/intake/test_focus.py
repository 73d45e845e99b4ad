import io
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from billing_core.intake import (
    ColumnMapping,
    Options,
    Sheet,
    agency_shares,
    agency_sources,
    invoices_without_agency,
    preview,
    signature,
)
from billing_core.intake.focus import ten_thousandths
from tests.intake.support import REGISTER, codes, layout, read_one, rows

COLUMNS = layout("focus")
"""The columns mandatory in 1.0, 1.1 and 1.2, a few others and one of a provider's own."""


def focus(*charges: dict[str, str], columns: list[str] = COLUMNS) -> str:
    """A FOCUS file; what a charge does not say is a charge of 1 NOK from AWS in October 2026."""
    default = {
        "BilledCost": "1",
        "BillingCurrency": "NOK",
        "ChargeCategory": "Usage",
        "ChargePeriodStart": "2026-10-01T00:00:00Z",
        "ProviderName": "AWS",
    }
    lines = [",".join((default | charge).get(column, "") for column in columns) for charge in charges]
    return "\n".join([",".join(columns), *lines]) + "\n"


def test_costs_are_summed_by_provider_and_month_and_the_row_is_the_groups_first() -> None:
    text = focus(
        {"BilledCost": "1.5"},
        {"ProviderName": "Microsoft", "BilledCost": "10"},
        {"ProviderName": "Amazon Web Services", "BilledCost": "2.25"},
        {"ProviderName": "Google Cloud", "BilledCost": "-3"},
        {"ChargePeriodStart": "2026-11-30 23:00:00", "BilledCost": "4"},
    )
    intake = read_one(text, agency="BYM")
    assert rows(intake, "cloud", "period", "agency", "provider", "cost_nok", "row") == [
        ("2026-10", "BYM", "aws", 37_500, 2),
        ("2026-10", "BYM", "azure", 100_000, 3),
        ("2026-10", "BYM", "gcp", -30_000, 5),
        ("2026-11", "BYM", "aws", 40_000, 6),
    ]
    assert codes(intake) == []
    assert intake.files[0].recognised == "focus"
    assert (intake.files[0].lines, intake.files[0].rows_read) == (5, 4)


@pytest.mark.parametrize(
    ("cost", "kept"),
    [
        ("0.1234", 1234),
        ("0.12345", 1200),
        ("0.00499999999", 0),
        ("0.00500000001", 100),
        ("-0.00500000001", -100),
        ("2.345000000000000000000000000000", 23450),
    ],
)
def test_a_sum_is_exact_to_four_decimals_and_else_rounded_once_to_the_ore(cost: str, kept: int) -> None:
    assert ten_thousandths(Decimal(cost)) == kept


def test_small_costs_add_up_before_they_are_rounded() -> None:
    intake = read_one(focus(*[{"BilledCost": "0.000049"}] * 1000), agency="BYM")
    assert rows(intake, "cloud", "cost_nok") == [(490,)]


def test_costs_with_an_exponent_are_read() -> None:
    assert rows(read_one(focus({"BilledCost": "1.25E-2"}), agency="BYM"), "cloud", "cost_nok") == [(125,)]


def test_tax_is_left_out_with_a_notice() -> None:
    intake = read_one(focus({}, {"ChargeCategory": "Tax", "BilledCost": "25"}), agency="BYM")
    assert rows(intake, "cloud", "cost_nok") == [(10_000,)]
    assert intake.problems.select("severity", "code", "row", "detail").rows() == [("notice", "tax_left_out", 3, "1")]


def test_a_foreign_currency_is_refused_unless_the_month_has_a_rate() -> None:
    text = focus({"BillingCurrency": "USD", "BilledCost": "2"})
    refused = read_one(text, agency="BYM")
    assert refused.usage["cloud"].height == 0
    assert refused.problems.select("severity", "code", "row", "column", "value", "detail").rows() == [
        ("refused", "foreign_currency", 2, "BillingCurrency", "USD", "2026-10")
    ]
    read = read_one(text, agency="BYM", exchange_rates={("USD", "2026-10"): Decimal("10.5")})
    assert rows(read, "cloud", "cost_nok") == [(210_000,)]
    assert read.problems.select("severity", "code", "value", "detail").rows() == [
        ("notice", "exchange_rate", "USD", "10.5")
    ]


def test_kroner_and_converted_currency_of_a_month_are_one_row() -> None:
    intake = read_one(
        focus({"BilledCost": "1.005"}, {"BillingCurrency": "USD", "BilledCost": "0.1"}),
        agency="BYM",
        exchange_rates={("USD", "2026-10"): Decimal("10.05")},
    )
    assert rows(intake, "cloud", "cost_nok", "row") == [(20_100, 2)]


@pytest.mark.parametrize(
    ("charge", "code", "column"),
    [
        ({"BilledCost": "NULL"}, "missing_value", "BilledCost"),
        ({"BilledCost": "en"}, "not_a_number", "BilledCost"),
        ({"BilledCost": "1e99"}, "too_large", "BilledCost"),
        ({"ProviderName": "Oracle"}, "unknown_code", "ProviderName"),
        ({"ChargePeriodStart": "2026-13-01"}, "not_a_month", "ChargePeriodStart"),
        ({"ChargePeriodStart": ""}, "missing_value", "ChargePeriodStart"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_and_the_others_are_not(
    charge: dict[str, str], code: str, column: str
) -> None:
    intake = read_one(focus(charge, {}), agency="BYM")
    assert rows(intake, "cloud", "cost_nok") == [(10_000,)]
    assert intake.problems.select("severity", "code", "row", "column").rows() == [("refused", code, 2, column)]
    assert (intake.files[0].rows_read, intake.files[0].rows_refused) == (2, 1)


def test_a_file_without_agency_is_refused_when_the_caller_names_none() -> None:
    intake = read_one(focus({}))
    assert intake.problems.select("severity", "code", "column").rows() == [("refused", "missing_column", "agency")]


def test_the_agency_comes_from_a_sub_account_by_mapping() -> None:
    mapping = ColumnMapping(
        table="focus", columns={"agency": "SubAccountName"}, values={"agency": {"bym-prod": "BYM", "vann": "VAV"}}
    )
    text = focus({"SubAccountName": "bym-prod"}, {"SubAccountName": "Vann"}, {"SubAccountName": "bym-prod"})
    assert rows(read_one(text, mapping=mapping), "cloud", "agency", "cost_nok") == [("BYM", 20_000), ("VAV", 10_000)]


def test_the_agency_comes_from_a_tag_by_mapping() -> None:
    mapping = ColumnMapping(table="focus", columns={"agency": "Tags:etat"})
    text = focus({"Tags": '"{""etat"": ""bym""}"'}, {"Tags": "null"}, {"Tags": '"{""x"": 1}"'})
    intake = read_one(text, mapping=mapping)
    assert rows(intake, "cloud", "agency", "cost_nok") == [("BYM", 10_000)]
    assert codes(intake) == ["missing_value", "missing_value"]


def test_rows_without_a_tag_are_for_the_agency_that_the_mapping_gives_the_others() -> None:
    mapping = ColumnMapping(table="focus", columns={"agency": "Tags:etat"}, fixed={"agency": "uke"})
    text = focus({"Tags": '"{""etat"": ""bym""}"'}, {"BilledCost": "2.5"})
    assert rows(read_one(text, mapping=mapping, agency="VAV"), "cloud", "agency", "cost_nok") == [
        ("BYM", 10_000),
        ("UKE", 25_000),
    ]


SHARED = focus(
    {"SubAccountName": "plattform", "BilledCost": "100", "Tags": '"{""etat"": ""bym"", ""miljø"": ""prod""}"'},
    {"SubAccountName": "plattform", "BilledCost": "50.25", "Tags": '"{""etat"": ""vann"", ""nr"": 7, ""på"": true}"'},
    {"SubAccountName": "VAV", "BilledCost": "-3", "Tags": '"{""etat"": ""vann""}"', "x_own": "a"},
    {"SubAccountName": "NULL", "BilledCost": "7", "BillingCurrency": "usd", "Tags": "ikke json", "x_own": "b"},
    {"SubAccountName": "plattform", "BilledCost": "25", "ChargeCategory": "Tax"},
)
"""One invoice of several agencies: nothing in it names an agency of itself."""


def shared() -> Sheet:
    (sheet,) = invoices_without_agency(read_one(SHARED, "sky.csv"))
    return sheet


def test_what_may_tell_the_agency_is_listed_with_what_it_says() -> None:
    assert agency_sources(shared(), REGISTER) == [
        # Rows that name an agency of the register decide the order; then sub-accounts, tags, and the provider's own.
        ("SubAccountName", 3, 1, ("plattform", "VAV")),
        ("Tags:etat", 3, 1, ("vann", "bym")),
        ("Tags:miljø", 1, 0, ("prod",)),
        ("Tags:nr", 1, 0, ("7",)),
        ("x_own", 2, 0, ("a", "b")),
    ]


def test_every_value_is_listed_with_its_rows_and_amount_the_unknown_first() -> None:
    assert agency_shares(shared(), "Tags:etat", REGISTER) == [
        ("vann", None, 2, {"NOK": Decimal("47.25")}),
        ("bym", "BYM", 1, {"NOK": Decimal("100")}),
        (None, None, 1, {"USD": Decimal("7")}),
    ]
    assert agency_shares(shared(), "SubAccountName", REGISTER) == [
        ("plattform", None, 2, {"NOK": Decimal("150.25")}),
        ("VAV", "VAV", 1, {"NOK": Decimal("-3")}),
        (None, None, 1, {"USD": Decimal("7")}),
    ]


def test_a_providers_column_of_single_things_is_not_listed() -> None:
    text = focus(*[{"x_own": str(number)} for number in range(101)])
    (sheet,) = invoices_without_agency(read_one(text, "sky.csv"))
    assert agency_sources(sheet, REGISTER) == []


@pytest.mark.parametrize(
    ("text", "options", "asked"),
    [
        (focus({"Tags": '"{""etat"": ""bym""}"'}), {"agency": "BYM"}, 0),
        (focus({"agency": "bym"}, columns=[*COLUMNS, "agency"]), {}, 0),
        (focus({"agency": "bym"}, {}, columns=[*COLUMNS, "agency"]), {}, 1),
        (focus({"agency": "etat 7"}, columns=[*COLUMNS, "agency"]), {}, 1),
        (
            focus({"SubAccountName": "x"}),
            {"mapping": ColumnMapping(table="focus", columns={"agency": "SubAccountName"})},
            1,
        ),
        (focus({"BilledCost": "en"}), {"agency": "BYM"}, 0),
    ],
)
def test_an_invoice_is_asked_about_only_where_an_agency_cannot_be_told(
    text: str, options: dict[str, object], asked: int
) -> None:
    read = read_one(text, "sky.csv", **options)
    assert len(invoices_without_agency(read)) == asked


def test_a_mapping_of_an_invoice_is_previewed_saved_and_applied_again_by_its_signature() -> None:
    sheet = shared()
    mapping = ColumnMapping(
        table="focus",
        columns={"agency": "Tags:etat"},
        values={"agency": {"vann": "VAV"}},
        fixed={"agency": "UKE"},
        signature=signature(sheet.headings),
    )
    rates = {("USD", "2026-10"): Decimal(10)}
    seen = preview(sheet, mapping, Options(exchange_rates=rates), REGISTER)
    by_hand = [("BYM", 1_000_000), ("VAV", 472_500), ("UKE", 700_000)]
    assert seen.frame.select("agency", "cost_nok").rows() == by_hand
    again = read_one(SHARED, mapping=ColumnMapping.from_toml(mapping.to_toml()), exchange_rates=rates)
    assert rows(again, "cloud", "agency", "cost_nok") == by_hand
    other = focus({"SubAccountName": "x"}, columns=[*COLUMNS, "x_ny"])
    assert codes(read_one(other, mapping=mapping)) == ["missing_column"]


HEADINGS = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ProviderName\n"


def test_times_may_end_in_utc() -> None:
    text = HEADINGS + (
        "100.50,NOK,Usage,2026-10-01 00:00:00 UTC,Google Cloud\n"
        "20.25,NOK,Usage,2026-10-02 07:00:00.000000 UTC,Google Cloud\n"
    )
    assert rows(read_one(text, agency="BYM"), "cloud", "period", "cost_nok") == [("2026-10", 1_207_500)]


@pytest.mark.parametrize(
    ("costs", "decimal", "sum_", "refused"),
    [
        (["1,234", "12,500"], None, None, 2),
        (["1,234", "12,500"], ".", 137_340_000, 0),
        (["1,234", "12,500"], ",", 137_340, 0),
        (["1,234", "12,5"], None, 137_340, 0),
        (["1,234.50", "2,000"], None, 32_345_000, 0),
        (["1,234", "12.5"], None, 125_000, 1),
        (["1.234", "12.500"], None, 137_340, 0),
        (["1,23,456.00"], None, None, 1),
    ],
)
def test_a_cost_that_can_be_read_in_two_ways_is_never_guessed(
    costs: list[str], decimal: str | None, sum_: int | None, refused: int
) -> None:
    text = HEADINGS + "".join(f'"{cost}",NOK,Usage,2026-10-01T00:00:00Z,Microsoft\n' for cost in costs)
    intake = read_one(text, agency="BYM", decimal=decimal)
    assert [cost for (cost,) in rows(intake, "cloud", "cost_nok")] == ([] if sum_ is None else [sum_])
    assert len(codes(intake, "refused")) == refused
    assert set(codes(intake, "refused")) <= {"ambiguous_decimal", "not_a_number"}


def test_the_provider_may_stand_under_its_newer_heading() -> None:
    text = (
        "BilledCost,BillingCurrency,ChargePeriodStart,ServiceProviderName,HostProviderName\n"
        "1,NOK,2026-10-01T00:00:00Z,AWS,\n"
    )
    intake = read_one(text, agency="BYM")
    assert rows(intake, "cloud", "provider", "cost_nok") == [("aws", 10_000)]
    assert intake.files[0].recognised == "focus"


@pytest.mark.parametrize(
    "tags",
    [
        '{"etat": "bym", "x": 1}',
        '[{"key": "etat", "value": "bym"}]',
        '[{"Key": "etat", "Value": "bym"}, {"Key": "x", "Value": null}]',
        '[["etat", "bym"]]',
        "{x=1, etat=bym}",
        '"etat": "bym","x": "1"',
    ],
)
def test_tags_may_be_a_map_a_list_or_json(tags: str) -> None:
    mapping = ColumnMapping(table="focus", columns={"agency": "Tags:etat"})
    quoted = '"' + tags.replace('"', '""') + '"'
    text = HEADINGS.replace("ProviderName", "ProviderName,Tags") + f"1,NOK,Usage,2026-10-01,AWS,{quoted}\n"
    assert rows(read_one(text, mapping=mapping), "cloud", "agency") == [("BYM",)]


PAIRS = pa.struct([("key", pa.string()), ("value", pa.string())])


@pytest.mark.parametrize(
    "tags",
    [
        pa.array(
            [[("etat", "VAV"), ("miljø", "prod")], [("etat", "bym")], [], None], pa.map_(pa.string(), pa.string())
        ),
        pa.array(
            [
                [{"key": "etat", "value": "VAV"}, {"key": "miljø", "value": "prod"}],
                [{"key": "etat", "value": "bym"}],
                [],
                None,
            ],
            pa.list_(PAIRS),
        ),
        pa.array([{"etat": "VAV", "n": 1}, {"etat": "bym", "n": None}, {"etat": None, "n": None}, None]),
    ],
    ids=["a map", "a list of keys and values", "a record"],
)
def test_tags_of_parquet_are_read_whatever_they_are_kept_in(tags: pa.Array) -> None:
    table = pa.table(
        {
            "ProviderName": ["AWS"] * 4,
            "BilledCost": pa.array([Decimal("1.5"), Decimal("2.25"), Decimal("4"), Decimal("8")]),
            "BillingCurrency": ["NOK"] * 4,
            "ChargePeriodStart": [datetime(2026, 10, 1)] * 4,
            "Tags": tags,
        }
    )
    stream = io.BytesIO()
    pq.write_table(table, stream)
    mapping = ColumnMapping(table="focus", columns={"agency": "Tags:etat"}, fixed={"agency": "UKE"})
    intake = read_one(stream.getvalue(), "focus.parquet", mapping=mapping)
    assert rows(intake, "cloud", "agency", "cost_nok") == [("VAV", 15_000), ("BYM", 22_500), ("UKE", 120_000)]
    assert codes(intake) == []


def test_lists_within_tags_are_told_of_and_not_read() -> None:
    table = {"ProviderName": ["AWS"], "BilledCost": [1.0], "BillingCurrency": ["NOK"], "ChargePeriodStart": ["2026-10"]}
    stream = io.BytesIO()
    pq.write_table(pa.table(table | {"Tags": pa.array([[[{"key": "a"}]]])}), stream)
    intake = read_one(stream.getvalue(), "focus.parquet", agency="BYM")
    assert rows(intake, "cloud", "cost_nok") == [(10_000,)]
    assert intake.problems.select("code", "column").rows() == [("nested_column", "Tags")]
