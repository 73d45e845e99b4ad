"""The way back: undo gives what was there before, whatever was done, and the demo only where that was it."""

from collections.abc import Callable

import pytest
import streamlit as st

from billing_core.intake import Options, Source
from pages._ui.base import address
from pages._ui.session import door, files
from pages._ui.session.memory import Memory

HEAD = "periode;virksomhet;tjeneste;antall"
A, B, C = (
    Source(f"{name}.csv", f"{HEAD}\n2026-10;BYM;workplace.active_user;{count}\n".encode())
    for name, count in (("a", 1), ("b", 2), ("c", 3))
)


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(door, "MEMORY", Memory())


def use(*sources: Source) -> None:
    files.use(sources, Options())


def names() -> list[str]:
    found = files.dataset()
    return [] if found is None else [source.name for source in found.sources]


def undone() -> list[str]:
    files.undo()
    return names()


DEMO = ["bym.zip"]


def test_a_replacing_upload_after_an_undo_is_taken_back_to_what_was_there() -> None:
    use(A)
    use(A, C)
    assert undone() == ["a.csv"]
    use(B)
    assert undone() == ["a.csv"]
    assert undone() == DEMO
    assert not files.can_undo()


def test_each_step_back_is_the_step_before() -> None:
    for sources in ((A,), (A, B), (C,), (A,), (A, C)):
        use(*sources)
    back = [undone() for _ in range(5)]
    assert back == [["a.csv"], ["c.csv"], ["a.csv", "b.csv"], ["a.csv"], DEMO]


def test_what_is_read_twice_alike_is_one_step() -> None:
    use(A)
    use(A)
    assert undone() == DEMO


def test_the_same_files_read_otherwise_are_another_step() -> None:
    use(A)
    files.use([A], Options(pseudonym_key=b"1"))
    first = address.view().data
    files.use([A], Options(pseudonym_key=b"2"))
    assert address.view().data != first
    files.undo()
    assert address.view().data == first


def test_a_long_way_back_ends_where_it_is_forgotten_and_never_in_the_demo() -> None:
    def number(count: int) -> Source:
        return Source(f"{count}.csv", f"{HEAD}\n2026-10;BYM;workplace.active_user;{count}\n".encode())

    for count in range(files.MOST_STEPS + 5):
        use(number(count))
    for count in reversed(range(5, files.MOST_STEPS + 4)):
        assert files.can_undo()
        assert undone() == [f"{count}.csv"]
    assert not files.can_undo()
    assert undone() == ["5.csv"]


def test_a_dataset_that_was_let_go_of_is_told_and_undo_does_not_bring_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MEMORY", Memory(most_bytes=3000))
    use(A)
    mine = address.view().data
    door.MEMORY.keep("another", "files", "large", bytes(10_000))
    assert files.dataset() is None and address.view().data == mine
    assert files.why_gone() == "ui.dropped_dataset"
    use(B)
    assert not files.can_undo()
    assert undone() == ["b.csv"]


def test_a_link_to_data_that_never_were_here_says_so() -> None:
    address.change(data="0123456789ab")
    assert files.dataset() is None and files.why_gone() == "ui.lost_dataset"


def test_starting_with_the_demo_forgets_what_was_uploaded() -> None:
    use(A)
    files.start_demo()
    assert names() == DEMO and not files.can_undo()
    assert not door.keys("datasets") and door.MEMORY.held_bytes == 0


def test_reading_starts_on_the_newest_month_and_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    known: Callable[..., object] = files.intake.read
    monkeypatch.setattr(files.intake, "read", lambda *given: read.append(1) or known(*given))
    st.session_state["month"] = "2026-09"
    use(A)
    assert "month" not in st.session_state
    found = files.dataset()
    assert found and found.read is found.read and len(read) == 1
