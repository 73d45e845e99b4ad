"""What a browser leaves is let go of in time: its things, its sessions, their uploaded files."""

from types import SimpleNamespace

import pytest

from pages._ui.server.sweep import MOST_LEFT, Sweep
from pages._ui.session.memory import Memory

TTL = 600.0


class Server:
    """As much of Streamlit's runtime as the sweep looks at."""

    def __init__(self) -> None:
        self.now = 0.0
        self.connected: set[str] = set()
        self.sessions: list[str] = []
        self.closed: list[str] = []
        self._session_mgr = SimpleNamespace(
            list_sessions=lambda: [SimpleNamespace(session=SimpleNamespace(id=id_)) for id_ in self.sessions]
        )
        files: dict[str, object] = {}
        self.uploaded_file_mgr = SimpleNamespace(file_storage=files, remove_session_files=files.pop)

    def is_active_session(self, id_: str) -> bool:
        return id_ in self.connected

    def close_session(self, id_: str) -> None:
        self.sessions.remove(id_)
        self.closed.append(id_)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def sweep(server: Server) -> Sweep:
    return Sweep(Memory(10**6, TTL, lambda: server.now), server, TTL, lambda: server.now)


def after(sweep: Sweep, server: Server, seconds: float) -> list[str]:
    server.now += seconds
    server.closed = []
    sweep.once()
    return server.closed


def test_a_session_is_closed_when_it_was_without_connection_for_the_whole_time(sweep: Sweep, server: Server) -> None:
    server.sessions, server.connected = ["here", "left"], {"here"}
    assert after(sweep, server, 0) == []
    assert after(sweep, server, TTL) == []
    assert after(sweep, server, 1) == ["left"]
    assert server.sessions == ["here"]


def test_one_that_comes_back_begins_anew(sweep: Sweep, server: Server) -> None:
    server.sessions = ["one"]
    after(sweep, server, 0)
    server.connected = {"one"}
    after(sweep, server, TTL)
    server.connected = set()
    assert after(sweep, server, TTL) == []
    assert after(sweep, server, TTL + 1) == ["one"]


def test_of_very_many_that_left_at_once_the_first_are_closed(sweep: Sweep, server: Server) -> None:
    server.sessions = ["first", "second"]
    after(sweep, server, 0)
    server.sessions = [*map(str, range(MOST_LEFT - 1)), "first", "second"]
    assert after(sweep, server, 1) == ["first"]


def test_uploaded_files_of_no_session_go(sweep: Sweep, server: Server) -> None:
    server.sessions = server.connected = ["here"]
    server.uploaded_file_mgr.file_storage.update({"here": {"a": 1}, "gone": {"b": 2}})
    after(sweep, server, 0)
    assert server.uploaded_file_mgr.file_storage == {"here": {"a": 1}}
