"""A process's memory: each browser finds its own things and no other's, within one bound, until it has left."""

from types import SimpleNamespace

import polars as pl
import pytest

from pages._ui.session.memory import Memory

ROOM = 1_000_000
TTL = 7200.0


@pytest.fixture
def clock():
    return SimpleNamespace(now=1000.0)


@pytest.fixture
def memory(clock):
    return Memory(ROOM, TTL, lambda: clock.now)


def file(share):
    """What takes this share of the room."""
    return bytes(int(ROOM * share))


def test_a_browser_finds_what_it_was_given_and_another_finds_nothing(memory):
    memory.keep("a", "files", "one", "mine")
    assert memory.kept("a", "files", "one") == "mine"
    assert memory.kept("b", "files", "one") is None
    assert memory.keys("a", "files") == ["one"]


def test_work_is_done_once_for_each_browser_and_key(memory):
    done = []
    for browser, key in (("a", 1), ("a", 1), ("a", 2), ("b", 1)):
        memory.once(browser, "rated", key, lambda browser=browser, key=key: done.append((browser, key)), 2)
    assert done == [("a", 1), ("a", 2), ("b", 1)]


def test_of_a_place_only_the_most_last_used_stay(memory):
    for key in (1, 2, 1, 3):
        memory.once("a", "rated", key, lambda key=key: key, 2)
    done = []
    for key in (1, 3, 2):
        memory.once("a", "rated", key, lambda key=key: done.append(key), 3)
    assert done == [2]


def test_results_go_before_files_and_the_longest_unused_first(memory):
    memory.keep("a", "files", "old", file(0.3))
    memory.once("a", "rated", 1, lambda: file(0.3), 9)
    memory.once("b", "rated", 1, lambda: file(0.3), 9)
    memory.once("a", "rated", 1, list, 9)
    memory.keep("c", "files", "new", file(0.3))
    done = []
    memory.once("a", "rated", 1, lambda: done.append("a"), 9)
    memory.once("b", "rated", 1, lambda: done.append("b"), 9)
    assert done == ["b"]
    assert memory.kept("a", "files", "old") and memory.held_bytes <= ROOM


def test_files_that_go_for_want_of_room_are_told(memory):
    memory.keep("a", "files", "one", file(0.4))
    memory.keep("b", "files", "one", file(0.4))
    assert memory.kept("a", "files", "one")
    memory.keep("c", "files", "one", file(0.4))
    assert memory.kept("b", "files", "one") is None and memory.was_lost("b", "files", "one")
    assert memory.kept("a", "files", "one") and not memory.was_lost("a", "files", "one")
    memory.keep("b", "files", "one", file(0.1))
    assert not memory.was_lost("b", "files", "one")


def test_what_is_asked_for_is_given_though_it_be_larger_than_the_room(memory):
    memory.keep("a", "files", "one", file(0.2))
    assert len(memory.once("a", "rated", 1, lambda: file(1.5), 1)) == 1.5 * ROOM
    memory.keep("a", "files", "large", file(1.5))
    assert memory.kept("a", "files", "large")
    memory.once("b", "rated", 1, str, 1)
    assert memory.held_bytes < ROOM


def test_what_several_things_share_takes_room_once(memory):
    shared = file(0.6)
    memory.keep("a", "files", "one", (shared,))
    memory.keep("a", "files", "two", (shared, file(0.1)))
    assert 0.7 * ROOM <= memory.held_bytes < 0.71 * ROOM
    memory.let_go("a", "files", "one")
    assert memory.kept("a", "files", "two") and memory.held_bytes >= 0.7 * ROOM
    memory.let_go("a", "files", "two")
    assert memory.held_bytes == 0


def test_frames_count_with_what_they_hold(memory):
    frame = pl.DataFrame({"n": range(10_000)})
    memory.once("a", "rated", 1, lambda: SimpleNamespace(lines=frame), 1)
    assert 80_000 <= memory.held_bytes < 90_000


def test_a_browser_that_has_left_frees_all_without_another_coming(memory, clock):
    memory.keep("a", "files", "one", file(0.2))
    memory.once("a", "rated", 1, lambda: file(0.2), 1)
    clock.now += TTL
    assert memory.sweep() == 0 and memory.kept("a", "files", "one")
    clock.now += 1
    assert memory.sweep() == 1
    assert memory.kept("a", "files", "one") is None and memory.held_bytes == memory.browsers == 0


def test_a_browser_that_is_here_stays(memory, clock):
    memory.keep("a", "files", "one", "mine")
    clock.now += TTL
    memory.visit("a")
    clock.now += TTL
    assert memory.sweep() == 0 and memory.kept("a", "files", "one") == "mine"


def test_whoever_only_looks_takes_no_room_and_pushes_nobody_out(memory):
    memory.keep("a", "files", "one", file(0.9))
    for number in range(1000):
        memory.visit(f"looker {number}")
        assert memory.kept(f"looker {number}", "files", "one") is None
    assert memory.browsers == 1 and memory.kept("a", "files", "one")


def test_many_small_results_of_others_never_push_files_out(memory):
    memory.keep("a", "files", "one", file(0.9))
    for number in range(100):
        memory.once(f"other {number}", "rated", number, lambda: file(0.05), 2)
    assert memory.kept("a", "files", "one") and memory.held_bytes <= ROOM


def test_work_that_fails_keeps_nothing(memory):
    def fail():
        raise LookupError

    with pytest.raises(LookupError):
        memory.once("a", "rated", 1, fail, 1)
    assert memory.once("a", "rated", 1, lambda: "done", 1) == "done"


def test_results_that_grow_after_they_were_made_are_counted_at_the_next_sweep(memory):
    grown = []
    memory.once("a", "ratings", 1, lambda: grown, 1)
    memory.once("b", "ratings", 1, list, 1)
    memory.keep("a", "files", "one", file(0.1))
    grown.append(file(0.5))
    memory.sweep()
    assert 0.6 * ROOM <= memory.held_bytes < 0.61 * ROOM
    grown.append(file(0.5))
    memory.sweep()
    assert memory.held_bytes < 0.11 * ROOM and memory.kept("a", "files", "one")
