"""Keeping the leases of receipts that are worked on, however long the work takes.

A lease must end soon after its worker died, so it is short; a large XML document or a busy machine takes longer. A thread of the worker
renews the leases while the work goes on: when the process dies or stands still the thread does too, and the leases end. Without it a
receipt would count as having ended its worker, and be set aside, only because the machine was slow.
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
SHARE = 3
"""A lease is renewed after this part of it has passed."""


@contextmanager
def kept(engine: Engine, claims: Sequence[store.Claim], lease: timedelta, longest: timedelta) -> Iterator[None]:
    """Renew the leases of these claims until the block is left, but not for longer than `longest`, so that a hung one is given up."""
    left = threading.Event()
    keeper = threading.Thread(target=_keep, args=(engine, claims, lease, longest, left), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        left.set()
        keeper.join(timeout=lease.total_seconds())


def _keep(engine: Engine, claims: Sequence[store.Claim], lease: timedelta, longest: timedelta, left: threading.Event) -> None:
    step = lease / SHARE
    for _ in range(longest // step):
        if left.wait(step.total_seconds()):
            return
        try:
            store.renew_claims(engine, claims, now(), lease)
        except (store.DatabaseFailure, store.DatabaseUnreachable) as error:
            log.warning("lease not renewed", error=type(error).__name__)
