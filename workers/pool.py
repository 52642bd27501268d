"""Work on all cores, results in input order, and a child that dies costs one item, not the run.

>>> list(ordered(len, ["a", "bb"], lost=lambda item, _words: -1, processes=1))
[1, 2]
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 4  # chunks in flight per process: enough to keep all busy, few enough to keep memory flat


def processes_available() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def ordered(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    lost: Callable[[Item, str], Result],
    processes: int | None = None,
    chunk: int = 16,
) -> Iterator[Result]:
    """`function` of each item, in input order, in child processes (in this one where `processes` is 1).

    An item on which the child dies (killed, out of memory, a crash in a C library) gives `lost(item, words)`.
    """
    count = processes or processes_available()
    if count == 1:
        yield from map(function, items)
        return
    waiting: deque[tuple[list[Item], Future[list[Result]]]] = deque()
    source = iter(items)
    pool = _pool(count)
    try:
        while True:
            while len(waiting) < count * AHEAD and (part := list(islice(source, chunk))):
                waiting.append((part, _submitted(pool, function, part)))
            if not waiting:
                return
            part, future = waiting.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                again = [part, *(rest for rest, _ in waiting)]
                waiting.clear()
                pool.shutdown(wait=False, cancel_futures=True)
                yield from (result for lone in again for item in lone for result in [_alone(function, item, lost)])
                pool = _pool(count)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, function: Callable[[Item], Result], part: list[Item]) -> Future[list[Result]]:
    """The part handed in; a pool that broke before it could be is reported by the future, as if it broke on it."""
    try:
        return pool.submit(_each, function, part)
    except BrokenProcessPool as broken:
        future: Future[list[Result]] = Future()
        future.set_exception(broken)
        return future


def _pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork"))


def _each(function: Callable[[Item], Result], part: list[Item]) -> list[Result]:
    return [function(item) for item in part]


def _alone(function: Callable[[Item], Result], item: Item, lost: Callable[[Item, str], Result]) -> Result:
    """One item in a process of its own, after the pool broke with it among others."""
    with _pool(1) as pool:
        try:
            return pool.submit(function, item).result()
        except BrokenProcessPool:
            return lost(item, "The process that worked on it died.")
