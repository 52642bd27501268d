"""The pool keeps order, loses one item when a child dies, hands exceptions on, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from workers.pool import ordered, processes_available

ROOT = Path(__file__).parent.parent
EXIT, KILL, FAIL, SLOW = -1, -2, -3, -4
LOST = "lost"


def work(item: int) -> str:
    if item == EXIT:
        os._exit(1)
    if item == KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    if item == FAIL:
        raise ValueError("no such item")
    if item == SLOW:
        time.sleep(60)
    time.sleep(0.002 * (item % 5))
    return str(item)


def lost(item: int, words: str) -> str:
    return f"{LOST} {item}" if "died" in words else words


@pytest.mark.parametrize("processes", [1, 2, 5])
@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_results_come_in_input_order(processes: int, chunk: int) -> None:
    assert list(ordered(work, range(60), lost, processes, chunk)) == [str(number) for number in range(60)]


@pytest.mark.parametrize("processes", [1, 3])
def test_nothing_to_do_gives_nothing(processes: int) -> None:
    assert list(ordered(work, [], lost, processes)) == []


def test_one_process_means_this_one() -> None:
    assert set(ordered(lambda _item: os.getpid(), range(3), lambda _item, _words: 0, processes=1)) == {os.getpid()}
    assert os.getpid() not in ordered(own_pid, range(3), lambda _item, _words: 0, processes=2)


def own_pid(_item: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("end", [EXIT, KILL])
@pytest.mark.parametrize("chunk", [1, 4, 64])
def test_a_child_that_dies_costs_its_item_only(end: int, chunk: int) -> None:
    items = [*range(10), end, *range(10, 20)]
    expected = [*map(str, range(10)), f"{LOST} {end}", *map(str, range(10, 20))]
    assert list(ordered(work, items, lost, 2, chunk)) == expected


def test_items_that_kill_one_after_the_other_cost_themselves_only() -> None:
    items = [KILL, EXIT, 1, KILL, KILL, 2, EXIT]
    assert list(ordered(work, items, lost, 2, 2)) == [f"{LOST} {item}" if item < 0 else str(item) for item in items]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_exception_is_raised_where_its_result_would_stand(processes: int) -> None:
    results = ordered(work, [1, 2, FAIL, 3], lost, processes, chunk=1)
    assert list(islice(results, 2)) == ["1", "2"]
    with pytest.raises(ValueError, match="no such item"):
        next(results)


def test_input_is_taken_only_a_little_ahead_so_that_memory_stays_flat() -> None:
    taken: list[int] = []

    def endless() -> Iterator[int]:
        for number in count():
            taken.append(number)
            yield number

    results = ordered(work, endless(), lost, processes=2, chunk=2)
    assert list(islice(results, 10)) == [str(number) for number in range(10)]
    results.close()
    assert len(taken) < 60


def test_who_stops_early_waits_for_nobody() -> None:
    start = time.monotonic()
    results = ordered(work, [1, SLOW, SLOW, SLOW], lost, processes=2, chunk=1)
    assert next(results) == "1"
    results.close()
    assert time.monotonic() - start < 10


PROGRAM = """
import sys, time
from workers.pool import ordered
def nap(item):
    time.sleep(0.05)
    return item
for result in ordered(nap, range(100000), lambda item, words: item, 2, 1):
    print(result, flush=True)
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the children in /proc")
def test_children_end_when_their_parent_is_killed() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, env=environment, start_new_session=True) as parent:
        assert parent.stdout is not None
        assert [parent.stdout.readline() for _ in range(3)] == [b"0\n", b"1\n", b"2\n"]
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        assert len(children) == 2
        parent.kill()
    end = time.monotonic() + 10
    while time.monotonic() < end and any(is_running(int(child)) for child in children):
        time.sleep(0.1)
    assert not any(is_running(int(child)) for child in children)


def is_running(process_id: int) -> bool:
    """Whether the process works or waits; one that ended and that nobody has asked for yet does not count."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_at_least_one_core_is_available() -> None:
    assert processes_available() >= 1
