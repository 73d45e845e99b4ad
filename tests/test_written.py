"""Settings that a user hands in: whatever the file holds, it ends in one message of ours, quickly."""

import pytest

from billing_core.__main__ import main
from billing_core.base.errors import BillingCoreError
from billing_core.base.written import MOST_BYTES, WrittenError, read_json, read_toml
from billing_core.intake import ColumnMapping
from billing_core.intake.price_file import MOST_ROWS, read_agreements, read_price_list
from billing_core.law.policy import read_changes
from billing_core.scenario import from_json
from billing_core.views.readings import read_policy_file
from tests.through import catalogue, frozen_policy
from tests.work import within

LONG = "9" * 5000
HOSTILE_TOML = {
    "a number of 5 000 digits": f"a = {LONG}",
    "a hexadecimal number that no decimal text can hold": f"a = 0x{'f' * 5000}",
    "a number of 101 digits": f"a = {10**100 + 1}",
    "lists within lists": f"a = {'[' * 3000}{']' * 3000}",
    "lists just within the parser's reach": f"a = {'[' * 40}{']' * 40}",
    "tables within tables": f"a = {'{a = ' * 40}1{'}' * 40}",
    "a key of half a million parts": f"{'a.' * 5000}a = 1",
    "a quoted key of many parts": f"{chr(34)}a{chr(34)}{'.b' * 40} = 1",
    "a heading of many parts": f"[{'a . ' * 40}a]",
    "one endless line": f"a = {chr(34)}{'x' * 20_000}{chr(34)}",
    "more than a million bytes": "#\n" * (MOST_BYTES // 2 + 1),
    "no text": b"\xff\xfe\x00",
    "no settings": "= 3",
}


@pytest.mark.parametrize("name", HOSTILE_TOML)
def test_hostile_toml_is_refused_by_every_loader_in_one_message(name, tmp_path, capsys):
    content = HOSTILE_TOML[name]
    content = content if isinstance(content, bytes) else content.encode()
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with within(300_000):
        with pytest.raises(WrittenError):
            read_toml(content)
        for load in (lambda: ColumnMapping.from_toml(content), lambda: read_changes(path)):
            with pytest.raises(BillingCoreError) as caught:
                load()
            assert len(str(caught.value)) < 500
        values, problems = read_policy_file("settings.toml", content, frozen_policy())
    assert (values, problems["code"].to_list()) == ({}, ["policy_unreadable"])
    for option in ("--mapping", "--policy"):
        assert main(["rate", str(path), option, str(path)]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_toml_within_the_bounds_is_read():
    line = ", ".join(f'"https://www.{place}.example.no/a.b"' for place in range(400))
    assert read_toml("a.b.c = 1")["a"]["b"]["c"] == 1
    assert len(read_toml(f"a = [{line}]".encode())["a"]) == 400
    assert read_toml(f"a = {2**70}\nb = -{2**70}\n") == {"a": 2**70, "b": -(2**70)}
    assert read_toml(f"a = {'[' * 19}{']' * 19}")["a"]


@pytest.mark.parametrize(
    "text",
    [f'{{"format": {LONG}}}', "[" * 100_000, '{"a":' * 100_000, '{"a":' * 40 + "1" + "}" * 40, "{", "\udcff", '"'],
)
def test_hostile_json_is_refused_in_one_message(text):
    content = text.encode(errors="surrogateescape")
    with pytest.raises(WrittenError):
        read_json(content)
    with pytest.raises(BillingCoreError) as caught:
        from_json(content)
    assert "Traceback" not in str(caught.value)


HEAD = "item,variant,price_nok,valid_from,status,agency\n"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("network.redundant,,1e999999,2026-01-01,confirmed,BYM\n", "not_a_number"),
        ("network.redundant,,1e90000,2026-01-01,confirmed,BYM\n", "not_a_number"),
        (f"network.redundant,,{LONG},2026-01-01,confirmed,BYM\n", "too_long"),
        ("network.redundant,,1e-999999,2026-01-01,confirmed,BYM\n", "not_a_number"),
        ("network.redundant,,NaN,2026-01-01,confirmed,BYM\n", "placeholder_required"),
        (f"{'x' * 30_000},,1,2026-01-01,confirmed,BYM\n", "too_long"),
        ("network.redundant,,1,2026-01-01,confirmed,BYM\n" * (MOST_ROWS + 1), "over_limit"),
        ("a\0", "unreadable_file"),
    ],
)
def test_a_hostile_price_list_is_refused_with_its_code(rows, code):
    for read in (read_price_list, read_agreements):
        with pytest.raises(BillingCoreError) as caught:
            read("prices.csv", (HEAD + rows).encode(), catalogue())
        assert set(caught.value.problems["code"]) == {code}


def test_unknown_items_of_a_long_list_are_told_with_little_work():
    rows = "".join("network.redundent,,1,2026-01-01,confirmed,BYM\n" for _ in range(MOST_ROWS))
    with within(5_000_000), pytest.raises(BillingCoreError) as caught:
        read_price_list("prices.csv", (HEAD + rows).encode(), catalogue())
    assert caught.value.problems.height == MOST_ROWS
    assert caught.value.problems["detail"][0].startswith("network.redundant")
