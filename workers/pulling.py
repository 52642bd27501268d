"""The work of a worker: claim what is due, process it, until nothing is due or time is up. The same under Celery and in `edi watch`.

The database says what is to be done, so a wake-up names nothing and may come late, twice or never. How many receipts are claimed at once
follows from how many wait: one by one where few do, so that nobody waits for a neighbour, up to `batch_files` where many do. What was
tried before is claimed alone, because it may be what ended the process of its batch. A large receipt is divided, and its parts are worked
on like receipts by whoever takes large ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from billiard.exceptions import SoftTimeLimitExceeded

from edi.partner_files import load
from edi.profiles import Profiles
from edi.records import store
from workers import waking
from workers.division import Ways, divide, work_on_part
from workers.environment import expanded
from workers.failpoints import failpoint
from workers.leases import kept
from workers.outbox import deliver_due
from workers.pipeline import Tries, now, process_claims

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from workers.settings import Settings

log = structlog.get_logger("quayside.pulling")
SHARE = 4
"""A batch takes this part of what waits, so that other workers find some too."""
DELIVER_SECONDS = 2
"""So long a worker delivers answers after its work; what slow partners leave is the schedule's."""


def pull(engine: Engine, settings: Settings, large: bool = False, ending: Callable[[], bool] = lambda: False) -> int:
    """Work until nothing is due, `work_seconds` have passed or the process is `ending`; how many receipts were claimed."""
    end, done = time.monotonic() + settings.work_seconds, 0
    while time.monotonic() < end and not ending():
        claimed = work_on_part(ways_of(engine, settings)) if large else 0  # first: a part renews the lease of its receipt
        claimed = claimed or work_on(engine, settings, large, again=False) + work_on(engine, settings, large, again=True)
        if not claimed:
            break
        done += claimed
    if done and not ending():
        deliver_due(engine, settings, patience=DELIVER_SECONDS)  # who awaits an answer need not wait for the schedule
    return done


def work_on(engine: Engine, settings: Settings, large: bool, again: bool) -> int:
    """Claim one batch that is due and process it; how many receipts were claimed."""
    lease = timedelta(seconds=settings.lease_seconds)
    limit = 1 if large or again else batch_size(engine, settings)
    claims = store.claim_due(engine, now(), limit=limit, large=large, large_bytes=settings.large_bytes, again=again, lease=lease)
    if not claims:
        return 0
    failpoint("claimed")
    try:
        if large and (parts := divide(ways_of(engine, settings), claims[0])):
            waking.wake(settings, large=parts)
            return len(claims)
        profiles, most = profiles_of(settings), settings.max_findings
        with kept(engine, claims, lease, timedelta(seconds=settings.task_time_limit)):
            process_claims(engine, claims, tries=tries_of(settings), lease=lease, max_findings=most, profiles=profiles)
    except SoftTimeLimitExceeded:
        log.error("out of time", receipts=len(claims), first=claims[0].receipt_id)
        store.release(engine, claims, now() + tries_of(settings).rest(claims[0].tries))
        raise
    return len(claims)


def batch_size(engine: Engine, settings: Settings) -> int:
    """How many receipts to claim at once, by how many wait."""
    counted = store.waiting(engine, now(), settings.large_bytes, limit=SHARE * settings.batch_files)
    return max(1, min(settings.batch_files, counted.small // SHARE))


def ways_of(engine: Engine, settings: Settings) -> Ways:
    """How parts of large receipts are worked on by these settings."""
    lease, profiles = timedelta(seconds=settings.lease_seconds), profiles_of(settings)
    return Ways(engine, tries_of(settings), lease, settings.max_findings, profiles, settings.part_bytes)


def tries_of(settings: Settings) -> Tries:
    return Tries(settings.max_attempts, timedelta(seconds=settings.retry_seconds))


def profiles_of(settings: Settings) -> Profiles | None:
    """The partner profiles of these settings, read once for each process; a changed file holds after a restart."""
    return load(expanded(settings.partners)) if settings.partners else None
