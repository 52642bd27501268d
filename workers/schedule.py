"""What happens again and again, in one list: Celery's beat and `edi watch` both run it from here.

A job is a function of the database and the settings; doing it twice, late or by two at once changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import structlog

from edi.records import store
from workers import retention, waking
from workers.outbox import deliver_due
from workers.pipeline import now

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from workers.settings import Settings

log = structlog.get_logger("quayside.schedule")
PERIODIC = "quayside.periodic"
RETENTION_SECONDS = 3600
LATE = timedelta(seconds=5)
"""What is due for longer than this is late: the worker that was woken for it, or that held it, is gone."""


class Job(NamedTuple):
    """A periodic job, its name, and after how many seconds it runs again."""

    name: str
    seconds: int
    run: Callable[[Engine, Settings], object]


def jobs(settings: Settings) -> list[Job]:
    """All periodic jobs, with their intervals by these settings."""
    return [
        Job("sweep", settings.sweep_seconds, sweep),
        Job("outbox", settings.outbox_seconds, deliver_due),
        Job("retention", RETENTION_SECONDS, retention.purge),
    ]


def sweep(engine: Engine, settings: Settings) -> store.Waiting:
    """Wake workers for receipts that are late, and settle repeated bytes that somebody left unsettled."""
    late = now() - min(LATE, timedelta(seconds=settings.sweep_seconds))
    left = store.unsettled(engine, late)
    if left:
        store.settle_duplicates(engine, left, now())
    found = store.waiting(engine, late, settings.large_bytes)
    parts = store.parts_due(engine, late)
    if found.small or found.large or parts:
        log.warning("late", small=found.small, large=found.large, parts=parts)
        waking.wake(settings, found.small, found.large + parts)
    return found


class Clockwork:
    """Runs the jobs when they are due, for a process that looks again and again; the first time at once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.due = {job.name: 0.0 for job in jobs(settings)}

    def run_due(self, engine: Engine) -> None:
        """Run what is due now; a job that fails is logged and runs again when it is due again."""
        for job in jobs(self.settings):
            if time.monotonic() < self.due[job.name]:
                continue
            self.due[job.name] = time.monotonic() + job.seconds
            try:
                job.run(engine, self.settings)
            except (store.DatabaseFailure, store.DatabaseUnreachable, OSError) as error:
                log.warning("job failed", job=job.name, error=type(error).__name__)
