"""The tasks on the queue. A task names receipts by number; what they hold stays in the records.

`quayside.process_receipts` loads, calls edi, and saves. Doing it twice is doing it once. When the database is away the task waits and tries
again; when its process dies it comes again, and receipts that were begun before are then sent one by one, so that the
one that ends the process is found (`SYS-interpreter-lost`) and the others get through.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import structlog
from kombu.exceptions import OperationalError

from edi.records import store
from workers.app import app, profiles_of
from workers.pipeline import process_receipts

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger("quayside.tasks")
RETRY_SECONDS = 10


class BrokerUnreachable(Exception):
    """The queue cannot be used; the text says what to do."""


@lru_cache(maxsize=1)
def _engine(url: str, _process_id: int) -> Engine:
    engine = store.open_database(url)
    store.upgrade(engine)
    return engine


def engine_of_this_process() -> Engine:
    """The database of the settings; a connection is never shared with the process that this one was forked from."""
    return _engine(app.settings.database_url, os.getpid())


@app.task(name="quayside.process_receipts", bind=True, max_retries=None)
def process_receipts_task(task: Any, receipt_ids: list[int]) -> None:
    """Load, call edi, save: bring these receipts to their final state."""
    wanted = [number for number in receipt_ids if isinstance(number, int)]
    settings = app.settings
    try:
        engine = engine_of_this_process()
        begun = {number for number, attempts in store.unfinished(engine, among=wanted) if attempts} if len(wanted) > 1 else set()
        for number in sorted(begun):
            process_receipts_task.delay([number])
        rest = [number for number in wanted if number not in begun]
        limits = {"max_attempts": settings.max_attempts, "max_findings": settings.max_findings}
        process_receipts(engine, rest, **limits, profiles=profiles_of(settings))
    except (store.DatabaseFailure, store.DatabaseUnreachable) as error:
        log.warning("database away", receipts=len(wanted), error=type(error).__name__)
        raise task.retry(countdown=RETRY_SECONDS, exc=None) from None


def enqueue(receipt_ids: Sequence[int], batch: int = 100) -> int:
    """Send receipts to the workers in tasks of `batch`; gives the number of tasks."""
    if not app.conf.broker_url:
        raise BrokerUnreachable("No queue is set. Set EDI_BROKER_URL (redis://HOST:PORT/DB), or use `edi process`, which needs none.")
    try:
        tasks = [process_receipts_task.delay(part) for part in _parts(receipt_ids, batch)]
    except OperationalError:
        raise BrokerUnreachable(
            "The queue named by EDI_BROKER_URL does not answer. Check that it runs; the receipts are stored and lose nothing by waiting."
        ) from None
    return len(tasks)


def _parts(receipt_ids: Sequence[int], size: int) -> Iterator[list[int]]:
    return (list(receipt_ids[start : start + size]) for start in range(0, len(receipt_ids), size))
