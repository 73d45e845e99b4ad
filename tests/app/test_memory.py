"""A browser's own memory: found again by its key, by nobody else's, and forgotten after a long break."""

from types import SimpleNamespace

import pytest
import streamlit as st

from pages._ui.session import memory


@pytest.fixture
def visit(monkeypatch):
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(memory, "_held", {})
    monkeypatch.setattr(memory.time, "monotonic", lambda: clock.now)

    def by(cookie):
        cookies = {memory.COOKIE: cookie} if cookie else {}
        monkeypatch.setattr(st, "context", SimpleNamespace(cookies=cookies))
        monkeypatch.setattr(st, "session_state", {})
        return memory.mine()

    by.clock = clock
    return by


def test_a_new_session_of_the_same_browser_finds_its_things(visit):
    visit("a")["datasets"] = "mine"
    assert visit("a") == {"datasets": "mine"}


def test_another_browser_finds_nothing(visit):
    visit("a")["datasets"] = "mine"
    assert visit("b") == {}
    assert visit(None) == {}


def test_things_are_forgotten_after_a_long_break_but_not_before(visit):
    visit("a")["datasets"] = "mine"
    visit.clock.now += memory.KEPT_SECONDS
    assert visit("a") == {"datasets": "mine"}
    visit.clock.now += memory.KEPT_SECONDS + 1
    visit("b")
    assert visit("a") == {}


def test_the_browser_unused_the_longest_goes_where_there_are_too_many(visit):
    for number in range(memory.KEPT_BROWSERS):
        visit(f"browser {number}")["datasets"] = number
    visit("browser 0")
    visit("one more")
    assert visit("browser 0") == {"datasets": 0}
    assert visit("browser 1") == {}


def test_a_key_is_given_once_and_no_script_can_read_it():
    given = memory.new_cookie("", secure=True)
    assert given and "HttpOnly" in given and "SameSite=Strict" in given and given.endswith("Secure")
    key = given.split(";")[0]
    assert memory.new_cookie(f"other=1; {key}", secure=True) is None
    assert memory.new_cookie("", secure=False) != given
