"""Bytes under a passphrase: what was sealed comes back; another passphrase, and any change of the file, is refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_core.base.texts import load_texts
from billing_core.store import sealed
from billing_core.store.errors import WorkError
from tests.rating.test_properties import PROFILE
from tests.through import DATA

PASSPHRASE = "riktig hest batteri stift æøå"  # noqa: S105 - of the tests alone
EASY = {"kib": 32, "passes": 1}
HEAD = len(sealed.KIND) + 4 + 1 + 16


def refusal(content: bytes, passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(WorkError) as refused:
        sealed.unseal(content, passphrase)
    return refused.value.code


@PROFILE
@given(st.binary(max_size=300), st.text(min_size=12, max_size=30))
def test_what_was_sealed_comes_back(content: bytes, passphrase: str) -> None:
    assert sealed.unseal(sealed.seal(content, passphrase, **EASY), passphrase) == content


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 2 * 2**20])
def test_pieces_end_anywhere(size: int) -> None:
    content = bytes(size)
    assert sealed.unseal(sealed.seal(content, PASSPHRASE, **EASY), PASSPHRASE) == content


def test_by_default_a_key_takes_64_mebibytes_and_the_same_content_is_never_sealed_alike() -> None:
    one, other = (sealed.seal(b"bruk", PASSPHRASE) for _ in range(2))
    assert struct.unpack_from(">IB", one, len(sealed.KIND)) == (65536, 3)
    assert one != other
    assert b"bruk" not in one
    assert sealed.unseal(one, PASSPHRASE) == b"bruk"


def test_another_passphrase_is_refused() -> None:
    assert refusal(sealed.seal(b"bruk", PASSPHRASE, **EASY), PASSPHRASE + " ") == "wrong_passphrase"
    with pytest.raises(WorkError) as short:
        sealed.seal(b"bruk", "elleve tegn", **EASY)
    assert short.value.code == "short_passphrase"


SEALED = sealed.seal(b"bruksrader" * 10, PASSPHRASE, **EASY)


@PROFILE
@given(st.data())
def test_a_file_with_one_bit_changed_or_cut_anywhere_is_refused(data: st.DataObject) -> None:
    at, bit = data.draw(st.integers(0, len(SEALED) - 1)), data.draw(st.integers(0, 7))
    # The bits that ask for more work, within the bound, only take longer; the bound is tried below.
    if not len(sealed.KIND) <= at < len(sealed.KIND) + 5:
        changed = bytearray(SEALED)
        changed[at] ^= 1 << bit
        assert refusal(bytes(changed)) in {"foreign", "wrong_passphrase"}
    assert refusal(SEALED[:at]) in {"foreign", "cut", "wrong_passphrase"}


def test_pieces_left_out_or_moved_are_refused() -> None:
    whole = sealed.seal(bytes(3 * 2**20), PASSPHRASE, **EASY)
    size = 2**20 + 16
    head, first, second, third = whole[:HEAD], *(whole[HEAD + at * size : HEAD + (at + 1) * size] for at in range(3))
    assert sealed.unseal(head + first + second + third, PASSPHRASE) == bytes(3 * 2**20)
    assert refusal(head + first + second) == "cut"
    assert refusal(head + first + third) == "cut"
    assert refusal(head + second + first + third) == "wrong_passphrase"
    assert refusal(head + first + second + third + third) == "cut"


@pytest.mark.parametrize(("kib", "passes"), [(2**32 - 1, 1), (256 * 1024 + 1, 1), (32, 255), (32, 0), (0, 1), (31, 1)])
def test_a_file_that_asks_for_more_work_than_the_bound_is_refused_at_once(kib: int, passes: int) -> None:
    head = sealed.KIND + struct.pack(">IB", kib, passes) + bytes(16)
    assert refusal(head + bytes(100)) == "too_demanding"


@PROFILE
@given(st.binary(max_size=100))
def test_any_bytes_end_in_a_message(content: bytes) -> None:
    assert refusal(content) == "foreign"


def test_every_reason_has_words() -> None:
    for language in ("nb", "en"):
        words = load_texts(DATA / "texts", language)
        assert {f"work.error.{c}" for c in ("wrong_passphrase", "too_demanding", "short_passphrase")} <= words.keys()
