"""Work on all cores, results in input order, and a child that dies costs one item, not the run.

Children leave Ctrl-C to the parent, and end by themselves when the parent is gone; when the caller stops early they are ended at once.

>>> list(ordered(len, ["a", "bb"], lost=lambda item, _words: -1, processes=1))
[1, 2]
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
COLLECT = (500_000, 20, 100)  # a document is thousands of small objects at once; looking for cycles every 700 costs a fifth of the time
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
) -> Generator[Result, None, None]:
    """`function` of each item, in input order, in child processes (in this one where `processes` is 1).

    An item on which the child dies (killed, out of memory, a crash in a C library) gives `lost(item, words)`; others that were under way
    with it are done again. What `function` raises is raised here.
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
                break
            try:
                results = waiting[0][1].result()
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                yield from _again(function, waiting, lost)
                pool = _pool(count)
            else:
                waiting.popleft()
                yield from results
        pool.shutdown()
    finally:
        _end(pool)


def _again(
    function: Callable[[Item], Result], waiting: deque[tuple[list[Item], Future[list[Result]]]], lost: Callable[[Item, str], Result]
) -> Iterator[Result]:
    """What was under way when the pool broke: the results that had arrived, and every other item alone, so that the guilty one shows."""
    while waiting:
        part, future = waiting.popleft()
        if future.done() and not future.cancelled() and future.exception() is None:
            yield from future.result()
        else:
            yield from (_alone(function, item, lost) for item in part)


def _submitted(pool: ProcessPoolExecutor, function: Callable[[Item], Result], part: list[Item]) -> Future[list[Result]]:
    """The part handed in; a pool that broke before it could be is reported by the future, as if it broke on it."""
    try:
        return pool.submit(_each, function, part)
    except BrokenProcessPool as broken:
        future: Future[list[Result]] = Future()
        future.set_exception(broken)
        return future


def _pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork"), initializer=_start_child)


def collect_seldom() -> None:
    """For a process that does nothing but work on documents: a document has no cycles, and what is loaded is never garbage."""
    gc.freeze()
    gc.set_threshold(*COLLECT)


def _start_child() -> None:
    collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A child whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _end(pool: ProcessPoolExecutor) -> None:
    """Let go of a pool; children still at work for a caller that stopped early are ended, because nobody wants their results."""
    for child in list((pool._processes or {}).values()):
        child.terminate()
    pool.shutdown(cancel_futures=True)


def _each(function: Callable[[Item], Result], part: list[Item]) -> list[Result]:
    return [function(item) for item in part]


def _alone(function: Callable[[Item], Result], item: Item, lost: Callable[[Item, str], Result]) -> Result:
    """One item in a process of its own, after the pool broke with it among others."""
    pool = _pool(1)
    try:
        return pool.submit(function, item).result()
    except BrokenProcessPool:
        return lost(item, "The process that worked on it died.")
    finally:
        _end(pool)
