"""Watching drop folders: rounds again and again, at once when something changed, and in any case every few seconds.

The system's events (watchfiles) only wake the loop; what is in the folders is the truth. So nothing is missed where events are lost,
doubled or unknown, as on network mounts. The loop ends when `stop` is set, between two rounds: nothing has to be handed back, because every
step is complete or will be found by the next watcher.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from edi.records import store
from workers.folders import IN
from workers.intake import Intake, Round

if TYPE_CHECKING:
    from watchfiles import Change

log = structlog.get_logger("quayside.watching")
OPEN_MILLISECONDS = 200
"""So often it is asked for outcomes while some are awaited."""
RECOVER_SECONDS = 2
"""Rest after a failure of the database."""
DEBOUNCE_MILLISECONDS, STEP_MILLISECONDS = 200, 20
"""A single change is told after a step, a storm of them as one."""


def nothing() -> None:
    """For a caller that has nothing to do between rounds."""


def show_nobody(_done: Round) -> None:
    """For a caller that shows no progress."""


def watch(
    intake: Intake,
    stop: threading.Event,
    *,
    once: bool = False,
    between: Callable[[], None] = nothing,
    show: Callable[[Round], None] = show_nobody,
) -> Round | None:
    """Make rounds until `stop` is set, or with `once` until all that was there has its outcome; the last round, None where none was made.

    `between` is called before each round, `show` is told what each one did. With `once` a failure of the database raises.
    """
    changes = Changes(stop)
    done: Round | None = None
    while not stop.is_set():
        between()
        begun = time.monotonic_ns()
        try:
            done = intake.round()
        except (store.DatabaseFailure, store.DatabaseUnreachable) as error:
            if once:
                raise
            log.warning("database away", error=type(error).__name__)
            changes.wait(RECOVER_SECONDS * 1000)
            continue
        show(done)
        if once and not (done.waiting or done.open or done.more):
            break
        if intake.settings.folder_events and not once:
            changes.follow([intake.root, *(folder.part(IN) for folder in intake.folders())])
        changes.wait(_rest(intake, done, (time.monotonic_ns() - begun) // 1_000_000))
    changes.end()
    return done


def _rest(intake: Intake, done: Round, took: int) -> int:
    """Milliseconds until the next round, if nothing changes before; asking for the outcomes of many files must not keep a core busy."""
    settings = intake.settings
    rests = [settings.poll_seconds * 1000]
    if done.more:
        rests.append(0)
    if done.open:
        rests.append(max(OPEN_MILLISECONDS, 4 * took))
    if done.waiting:
        rests.append(max(OPEN_MILLISECONDS, min(settings.settle_seconds, settings.poll_seconds) * 1000))
    return min(rests)


@dataclass(slots=True)
class Changes:
    """The system's word that something changed in folders, told by a thread of its own; started anew when the folders are others."""

    stop: threading.Event
    changed: threading.Event = field(default_factory=threading.Event)
    folders: list[Path] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def follow(self, folders: list[Path]) -> None:
        """Listen to these folders from now on."""
        if folders == self.folders:
            return
        self.end()
        self.folders, self.ending = folders, threading.Event()
        threading.Thread(target=self._listen, args=(folders, self.ending), name="folder events", daemon=True).start()
        self.changed.set()  # what changed before the thread listens

    def wait(self, milliseconds: int) -> None:
        """Rest until something changed, the loop shall stop, or the time is over."""
        end = time.monotonic_ns() + milliseconds * 1_000_000
        while not self.stop.is_set() and (left := end - time.monotonic_ns()) > 0:
            if self.changed.wait(min(left, 100_000_000) / 1_000_000_000):
                self.changed.clear()
                return

    def end(self) -> None:
        """Listen no more."""
        self.ending.set()
        self.folders = []

    def _listen(self, folders: list[Path], ending: threading.Event) -> None:
        from watchfiles import watch as events

        wanted = partial(events, *folders, watch_filter=_counts, stop_event=ending, recursive=False, raise_interrupt=False)
        try:
            for _ in wanted(debounce=DEBOUNCE_MILLISECONDS, step=STEP_MILLISECONDS, rust_timeout=500):
                self.changed.set()
        except (OSError, RuntimeError) as error:  # a folder went away, or the system watches no more; rounds go on without
            log.info("no events of folders", error=type(error).__name__)
            self.folders = [] if self.ending is ending else self.folders


def _counts(_change: Change, path: str) -> bool:
    return not Path(path).name.startswith(".")
