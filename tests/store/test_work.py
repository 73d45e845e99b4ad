"""Saved work: what is written is read again, whatever it holds; what is no such file is refused fast, with a reason."""

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from billing_core.base.texts import load_texts
from billing_core.planning.advice_notes import Answer, Notes
from billing_core.scenario import Only
from billing_core.store import work as stored
from billing_core.store.basis import KINDS, Basis, Mark, differences
from billing_core.store.errors import WorkError
from billing_core.store.work import FORMAT, MOST_VALUES, Work, from_bytes, to_bytes
from tests.rating.test_properties import PROFILE
from tests.store.works import BASIS, EVERY_PART, WORK, WORKS
from tests.through import DATA

VERSIONS = Path(__file__).parent / "versions"
HEAD = b'{"kind":"utover-work","format":1,"work":'


def refusal(content: bytes) -> WorkError:
    with pytest.raises(WorkError) as refused:
        from_bytes(content)
    return refused.value


@PROFILE
@given(WORKS)
def test_what_is_written_is_read_again(work: Work) -> None:
    content = to_bytes(work, BASIS)
    assert from_bytes(content) == (work, BASIS)
    # So is what a browser or an editor saves with a mark in front.
    assert from_bytes(b"\xef\xbb\xbf" + content)[0] == work


def test_every_part_is_written_and_read() -> None:
    assert WORK.counts == dict.fromkeys(Work.model_fields, 1)
    assert from_bytes(to_bytes(WORK, BASIS)) == (WORK, BASIS)


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.json")), ids=lambda path: path.stem)
def test_files_of_every_version_open_with_all_that_is_in_them(path: Path) -> None:
    work, basis = from_bytes(path.read_bytes())
    counts = json.loads(path.with_suffix(".counts").read_text())
    assert {name: work.counts[name] for name in counts} == counts
    assert basis == BASIS


def test_a_file_of_this_version_is_kept() -> None:
    """Whoever raises FORMAT, or adds a part, writes one: `to_bytes(WORK, BASIS)`, and its counts."""
    assert (VERSIONS / f"{FORMAT}.json").is_file()


def test_a_later_version_opens_earlier_files_by_its_upgrades(monkeypatch: pytest.MonkeyPatch) -> None:
    def upgraded(values: dict[str, Any]) -> dict[str, Any]:
        return values | {"work": {"readings": values["work"]["choices"]}}

    monkeypatch.setattr(stored, "FORMAT", 2)
    monkeypatch.setattr(stored, "UPGRADES", {1: upgraded})
    assert from_bytes(HEAD + b'{"choices":{"a":"b"}}}')[0] == Work(readings={"a": "b"})


def test_a_part_that_a_file_lacks_is_empty() -> None:
    assert from_bytes(HEAD + b"{}}") == (Work(), Basis())


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "foreign", "1"),
        (b"PK\x03\x04", "foreign", "1"),
        (b"periode;virksomhet", "foreign", "1"),
        (b"[]", "foreign", ""),
        (b'{"format":1,"name":"x","actions":[]}', "foreign", ""),
        (to_bytes(WORK, BASIS)[:-40], "cut", "150"),
        (b'{"kind":"utover-work","format":1}', "cut", ""),
        (HEAD + b"[]}", "cut", ""),
        (b'{"kind":"utover-work","format":2,"work":{}}', "too_new", ""),
        (b'{"kind":"utover-work","format":true,"work":{}}', "no_format", ""),
        (b'{"kind":"utover-work","format":0,"work":{}}', "no_format", ""),
        (HEAD + b'{"secrets":[]}}', "unknown_part", "secrets"),
        (HEAD + b'{"scenarios":{}}}', "bad_value", "scenarios"),
        (HEAD + b'{"estimates":[{"name":"a","agency":"b","first":"2027-13"}]}}', "bad_value", "estimates.1.first"),
        (HEAD + b'{"scenarios":[{"name":"a","agency":"b","actions":[{"kind":"x"}]}]}}', "bad_value", None),
        (HEAD + b'{"plans":[{"agency":"b","limit_nok":NaN}]}}', "bad_value", "plans.1.limit_nok"),
        (HEAD + b'{"plans":[{"agency":"b","limit_nok":1e999}]}}', "bad_value", "plans.1.limit_nok"),
        (HEAD + b'{"mappings":[{"table":"a","columns":{"b":1}}]}}', "bad_value", "mappings.1.columns.b"),
    ],
)
def test_what_is_no_whole_file_of_ours_says_why(content: bytes, code: str, place: str | None) -> None:
    error = refusal(content)
    assert error.code == code
    if place is not None and error.code != "cut":
        assert error.place == place


MANY = MOST_VALUES - 1000
HOSTILE = {
    "zeros": b'{"scenarios":[' + b"0," * MANY + b"0]}}",
    "empty cases": b'{"cases":[' + b"{}," * MANY + b"{}]}}",
    "pairs": b'{"cases":[{"lines":[' + b"[]," * MANY + b"[]]}]}}",
    "rows": b'{"plans":[{"agency":"x","voted":[' + b"{}," * MANY + b"{}]}]}}",
    "names": b'{"scenarios":[{"name":"a","agency":"b","actions":[{"kind":"remove_deactivated","only":{"user_ids":['
    + b"0," * MANY
    + b"0]}}]}]}}",
    "columns": b'{"mappings":[{"table":"a","columns":{'
    + b",".join(b'"%d":0' % at for at in range(MANY))
    + b"}}]}}",
    "million": b'{"scenarios":[' + b"0," * 1_000_000 + b"0]}}",
    "deep": b"[" * 4_000_000,
    "deep objects": b'{"a":' * 1_000_000,
    "a number": b'{"readings":' + b"9" * 8_000_000 + b"}}",
    "long": b'{"readings":{"a":"' + b"x" * 9_000_000 + b'"}}}',
}  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_made_to_take_time_is_refused_before_it_does(body: bytes) -> None:
    began = time.process_time()
    error = refusal(HEAD + body)
    # pydantic alone took minutes over them.
    assert time.process_time() - began < 5
    assert len(str(error)) < 500


@PROFILE
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_end_in_a_message(content: bytes) -> None:
    assert refusal(content).code in {"foreign", "cut"}


SOMETHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)


@PROFILE
@given(st.data())
def test_a_file_with_anything_in_any_place_is_opened_or_refused_with_a_message(data: st.DataObject) -> None:
    values = json.loads(to_bytes(WORK, BASIS))
    node: Any = values
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not (isinstance(node[key], dict | list) and node[key]) or data.draw(st.booleans()):
            node[key] = data.draw(SOMETHING)
            break
        node = node[key]
    try:
        work, basis = from_bytes(json.dumps(values).encode())
    except WorkError as error:
        assert str(error)
    else:
        assert from_bytes(to_bytes(work, basis)) == (work, basis)


@PROFILE
@given(st.data())
def test_a_file_cut_anywhere_is_refused(data: st.DataObject) -> None:
    whole = to_bytes(WORK, BASIS)
    at = data.draw(st.integers(0, len(whole) - 1))
    assert refusal(whole[:at]).code in {"foreign", "cut"}


def test_more_than_can_be_opened_is_not_written() -> None:
    case = EVERY_PART["cases"][0].model_copy(update={"note": "x" * 2000})
    with pytest.raises(WorkError, match="more than"):
        to_bytes(Work(cases=(case,) * 5000), BASIS)
    with pytest.raises(WorkError) as refused:
        to_bytes(Work.model_construct(estimates=WORK.estimates * 101), BASIS)
    assert refused.value.code == "too_many"


def test_what_differs_is_told_thing_by_thing() -> None:
    now = BASIS.model_copy(
        update={"prices": Mark.of("prices.csv", 320, b"dearer"), "agreements": Mark.of("avtaler.csv", 2, b"x")}
    )
    found = differences(BASIS, now)
    assert [(one.kind, one.then.name, one.then.rows, one.now.name, one.now.rows) for one in found] == [
        ("prices", "prices.csv", 312, "prices.csv", 320),
        ("agreements", "", 0, "avtaler.csv", 2),
    ]
    assert differences(now, now) == ()
    assert set(KINDS) == set(Basis.model_fields)


def test_every_reason_has_words() -> None:
    codes = {"foreign", "cut", "no_format", "too_new", "unknown_part", "bad_value", "too_many", "too_large"}
    for language in ("nb", "en"):
        words = load_texts(DATA / "texts", language)
        assert {f"work.error.{code}" for code in codes} <= words.keys()


def test_amounts_are_written_as_they_are() -> None:
    work = Work(plans=EVERY_PART["plans"])
    read = from_bytes(to_bytes(work, BASIS))[0]
    assert read.plans[0].assumptions.own[0].amount_nok == Decimal("-25000.55")


@pytest.mark.parametrize("count", [100_000, 100_001])
@pytest.mark.parametrize("kind", ["users", "answers", "things"])
def test_lists_of_ids_and_answers_have_a_most(kind: str, count: int) -> None:
    answer = {"agency": "B", "advice": "a", "things": [], "verdict": "dismissed", "reason": "n"}
    what: dict[str, tuple[Any, dict[str, Any]]] = {
        "users": (Only, {"user_ids": ["k"] * count}),
        "answers": (Notes, {"answers": [answer] * count}),
        "things": (Answer, answer | {"things": ["k"] * count}),
    }
    kind_of, values = what[kind]
    if count == 100_000:
        assert kind_of.model_validate(values)
    else:
        with pytest.raises(ValidationError, match="100000"):
            kind_of.model_validate(values)
