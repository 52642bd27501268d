"""The tasks on the queue. A task says that something waits; what that is stays in the records.

`quayside.work` claims what is due and processes it until nothing is due. Doing it twice, or for nothing, changes nothing; one that is
lost is made up for by `quayside.periodic`, which beat sends for each job of `workers.schedule`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog
from billiard.exceptions import SoftTimeLimitExceeded

from edi.records import store
from workers import waking
from workers.app import app
from workers.letters import BrokerUnreachable
from workers.pipeline import now
from workers.pulling import pull
from workers.schedule import PERIODIC, jobs

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger("quayside.tasks")
AWAY = (store.DatabaseFailure, store.DatabaseUnreachable)


@lru_cache(maxsize=1)
def _engine(url: str, _process_id: int) -> Engine:
    engine = store.open_database(url)
    store.upgrade(engine)
    return engine


def engine_of_this_process() -> Engine:
    """The database of the settings; a connection is never shared with the process that this one was forked from."""
    return _engine(app.settings.database_url, os.getpid())


@app.task(name=waking.WORK)
def work(large: bool = False) -> None:
    """Bring to their final state what receipts are due; wake another worker when time is up before all is done."""
    large = large is True
    try:
        engine = engine_of_this_process()
        pull(engine, app.settings, large)
        left = store.waiting(engine, now(), app.settings.large_bytes, limit=1)
        parts = store.parts_due(engine, now(), limit=1) if large else 0
        waking.wake(app.settings, left.small if not large else 0, left.large + parts if large else 0)
    except AWAY as error:
        log.warning("database away", error=type(error).__name__)  # what was claimed is claimed again when its lease has ended
    except SoftTimeLimitExceeded:
        waking.wake(app.settings, int(not large), int(large))


@app.task(name=PERIODIC)
def periodic(name: str) -> None:
    """Run one job of the schedule."""
    for job in jobs(app.settings):
        if job.name == name:
            try:
                job.run(engine_of_this_process(), app.settings)
            except AWAY as error:
                log.warning("database away", job=name, error=type(error).__name__)


def enqueue(receipt_ids: Sequence[int]) -> None:
    """Wake workers for these receipts; raises `BrokerUnreachable` where no broker is set or it does not answer."""
    if not app.settings.broker_url:
        raise BrokerUnreachable("No queue is set. Set EDI_BROKER_URL (redis://HOST:PORT/DB), or use `edi process`, which needs none.")
    if not waking.wake(app.settings, len(receipt_ids), 1):
        raise BrokerUnreachable(
            "The queue named by EDI_BROKER_URL does not answer. Check that it runs; the receipts are stored and lose nothing by waiting."
        )
