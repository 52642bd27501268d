"""Workers without a broker: local processes that pull from the database, woken through a pipe. For `edi watch` without EDI_BROKER_URL.

The first process takes small receipts only, so that a large one never holds all of them; the others take both. A child that dies is
replaced; what it held is claimed again when its lease ends. A pipe and no lock of `multiprocessing`, because a child that is killed
while it holds one would stop all others.
"""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

import structlog

from edi.records import store
from workers import pipeline
from workers.pool import collect_seldom, processes_available
from workers.pulling import pull

if TYPE_CHECKING:
    from workers.settings import Settings

log = structlog.get_logger("quayside.embedded")
LOOK_SECONDS = 1.0
"""A child that nobody wakes looks by itself after so long."""
END_SECONDS = 30


class Embedded:
    """A handful of worker processes. `wake` may be called from anywhere in the parent; `tend` replaces children that died."""

    def __init__(self, settings: Settings, count: int | None = None) -> None:
        self.settings = settings
        self.count = max(2, count or settings.processes or processes_available())
        self.read_end, self.write_end = os.pipe()
        os.set_blocking(self.read_end, False)
        os.set_blocking(self.write_end, False)
        self.children: dict[int, BaseProcess] = {}
        self.tend()

    def tend(self) -> int:
        """Start every child that is missing; how many had died."""
        died = 0
        for place in range(self.count):
            child = self.children.get(place)
            if child is not None and child.is_alive():
                continue
            if child is not None:
                died += 1
                log.error("worker lost", exit_code=child.exitcode)
            arguments = (self.settings, self.read_end, self.write_end, place > 0)
            self.children[place] = get_context("fork").Process(target=_serve, args=arguments, daemon=True)
            self.children[place].start()
        return died

    def wake(self, count: int = 1) -> None:
        """Tell as many children that receipts wait."""
        with suppress(BlockingIOError):  # the pipe is full of wake-ups already
            os.write(self.write_end, b"w" * min(count, self.count))

    def stop(self) -> None:
        """Let every child finish the batch it works on, and end it."""
        for child in self.children.values():
            child.terminate()
        os.close(self.write_end)  # wakes those that sleep
        for child in self.children.values():
            child.join(END_SECONDS)
            if child.is_alive():
                child.kill()
                child.join()
        os.close(self.read_end)


def _serve(settings: Settings, read_end: int, write_end: int, large_too: bool) -> None:
    """A child: work while there is work, sleep until it is woken, end when it is told to or its parent is gone."""
    os.close(write_end)  # so that the pipe ends with the parent
    collect_seldom()
    ending: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: ending.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    engine = None
    while not ending:
        try:
            engine = engine or store.open_database(settings.database_url)
            worked = sum(pull(engine, settings, large, lambda: bool(ending)) for large in ([False, True] if large_too else [False]))
        except (store.DatabaseFailure, store.DatabaseUnreachable) as error:
            log.warning("database away", error=type(error).__name__)
            worked = 0
        except Exception as error:  # its text may quote a document; a fresh process goes on, and the lease gives the receipts back
            log.error("worker failed", error=type(error).__name__, place=pipeline.place(error))
            raise SystemExit(1) from None
        if not worked and not ending and not _slept(read_end):
            return


def _slept(read_end: int) -> bool:
    """Sleep until woken or for `LOOK_SECONDS`; False when the parent is gone."""
    ready, _, _ = select.select([read_end], [], [], LOOK_SECONDS)
    try:
        return not ready or os.read(read_end, 1) != b""
    except BlockingIOError:
        return True  # another child took the wake-up
