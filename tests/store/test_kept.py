"""Work with files under a passphrase: sources and options come back, and what is no such file is refused in words."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_core.base.texts import load_texts
from billing_core.intake import ColumnMapping, Options, Source
from billing_core.store import kept, sealed
from billing_core.store.errors import WorkError
from billing_core.store.kept import Kept, check_passphrase
from billing_core.store.work import to_bytes
from tests.rating.test_properties import PROFILE
from tests.store.works import BASIS, WORK
from tests.through import DATA

PASSPHRASE = "riktig hest batteri stift æøå"  # noqa: S105 - of the tests alone
SOURCES = (
    Source("august.csv", b"periode;virksomhet\n2026-08;BYM\n"),
    Source("tom.csv", b"", period="2026-09", agency="BYM", upload=1),
    Source("rettet, æ.xlsx", b"PK\x03\x04\n\x00\xff", upload=3, replaces=True),
)
OPTIONS = Options(
    period="2026-10", agency="BYM",
    mapping=(ColumnMapping(table="licences", columns={"user_id": "Bruker"}, decimal=",", signature="a|b"),),
    exchange_rates={("USD", "2026-09"): Decimal("10.4500"), ("EUR", "2026-09"): Decimal("11.7")},
    pseudonym_key=bytes(range(32)), decimal=",", date_order="mdy", leave_out_idle=True,
)  # fmt: skip


@pytest.fixture(autouse=True)
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that take no time; `test_sealed` holds what they take by default."""
    monkeypatch.setattr(kept, "seal", lambda content, passphrase: sealed.seal(content, passphrase, kib=32, passes=1))


def refusal(content: bytes, passphrase: str = PASSPHRASE) -> WorkError:
    with pytest.raises(WorkError) as refused:
        kept.from_bytes(content, passphrase)
    return refused.value


def inside(**changes: object) -> bytes:
    """The content of a file with one empty source, its head changed."""
    whole = Kept(WORK, BASIS, (Source("a.csv", b"abc"),), Options(mapping=()))
    line, rest = sealed.unseal(kept.to_bytes(whole, PASSPHRASE), PASSPHRASE).split(b"\n", 1)
    return json.dumps(json.loads(line) | changes).encode() + b"\n" + rest


def test_work_sources_options_and_what_was_looked_at_come_back() -> None:
    whole = Kept(WORK, BASIS, SOURCES, OPTIONS, agency="BYM", month="2026-10", both=True)
    content = kept.to_bytes(whole, PASSPHRASE)
    assert sealed.is_sealed(content)
    assert not any(told in content for told in (b"august", b"virksomhet", b"Rydding", PASSPHRASE.encode()))
    assert kept.from_bytes(content, PASSPHRASE) == whole


@PROFILE
@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=60), st.integers(0, 9), st.booleans()), max_size=4))
def test_any_files_come_back(files: list[tuple[str, bytes, int, bool]]) -> None:
    sources = tuple(Source(name, content, upload=turn, replaces=on) for name, content, turn, on in files)
    whole = Kept(WORK, BASIS, sources, Options(mapping=()))
    assert kept.from_bytes(kept.to_bytes(whole, PASSPHRASE), PASSPHRASE) == whole


def test_a_name_or_agency_longer_than_a_file_may_say_is_refused_when_it_is_made() -> None:
    with pytest.raises(WorkError) as refused:
        kept.to_bytes(Kept(WORK, BASIS, (Source("x" * 401, b""),), Options()), PASSPHRASE)
    assert (refused.value.code, refused.value.place) == ("bad_value", "name")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "foreign"),
        (b"\n", "foreign"),
        (b"{}\n", "foreign"),
        (to_bytes(WORK, BASIS), "foreign"),
        (inside(kind="other"), "foreign"),
        (inside(format=2), "too_new"),
        (inside(format="1"), "bad_value"),
        (inside(more=1), "bad_value"),
        (inside(files=[]), "cut"),
        (inside(work=-1), "bad_value"),
        (inside(work=10**12), "cut"),
        (inside(work=1), "cut"),
        (inside(month="x" * 8), "bad_value"),
        (inside() + b"x", "cut"),
        (inside()[:-1], "cut"),
    ],
)
def test_what_was_sealed_but_is_no_such_file_is_refused(content: bytes, code: str) -> None:
    assert refusal(kept.seal(content, PASSPHRASE)).code == code


def test_another_passphrase_and_a_file_cut_are_refused() -> None:
    content = kept.to_bytes(Kept(WORK, BASIS, SOURCES, OPTIONS), PASSPHRASE)
    assert refusal(content, PASSPHRASE.upper()).code == "wrong_passphrase"
    assert refusal(content[:-1]).code == "wrong_passphrase"
    assert refusal(content[:40]).code == "cut"


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (PASSPHRASE, PASSPHRASE + " ", "other_passphrase"),
        ("abcde" * 4, "abcde" * 4, "weak_passphrase"),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "weak_passphrase"),
    ],
)
def test_a_passphrase_written_otherwise_or_of_few_signs_is_refused(one: str, other: str, code: str) -> None:
    with pytest.raises(WorkError) as refused:
        check_passphrase(one, other)
    assert refused.value.code == code
    assert one not in str(refused.value)


def test_every_reason_has_words() -> None:
    for language in ("nb", "en"):
        codes = {f"work.error.{code}" for code in ("other_passphrase", "weak_passphrase", "no_uploads")}
        assert codes <= load_texts(DATA / "texts", language).keys()
