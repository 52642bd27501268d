"""A lease is kept while its worker is at work, however slowly, so that nobody else begins the same and no attempt is counted in vain.

A thread of the worker renews it; it ends with the process, so what a dead worker held is free when the lease runs out. A worker that
never comes to an end is left to the time limit of its task.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from edi.records import store
from workers.pipeline import now

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger("quayside.leases")
PART = 3
"""A lease is renewed when this part of it has passed, so that one renewal may fail."""


@contextmanager
def kept(engine: Engine, claims: Sequence[store.Claim], lease: timedelta) -> Iterator[None]:
    """Renew the leases of these claims until the work inside is done."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait((lease / PART).total_seconds()):
            try:
                store.keep(engine, claims, now() + lease)
            except (store.DatabaseFailure, store.DatabaseUnreachable) as error:
                log.warning("lease not renewed", first=claims[0].receipt_id, error=type(error).__name__)

    keeper = threading.Thread(target=renew, name="leases", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
