"""Waking workers through the broker. A wake-up names nothing: whoever is woken asks the database what is due.

A wake-up that is lost costs time, never a receipt: the sweeper (`workers.schedule`) wakes again for what is late. So a broker that is away
is logged and nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from kombu.exceptions import OperationalError

from workers.failpoints import failpoint

if TYPE_CHECKING:
    from typing import Any

    from workers.settings import Settings

log = structlog.get_logger("quayside.waking")
SMALL, LARGE = "quayside", "quayside.large"
"""The queues of the workers: for small receipts and all else, and for large receipts."""

WORK = "quayside.work"
MOST = 4
"""Wake-ups sent at once: each worker that is woken goes on until nothing is due, so a few are enough for any number of receipts."""


def wake(settings: Settings, small: int = 0, large: int = 0, application: Any = None) -> bool:
    """Tell workers that so many small and large receipts wait; whether that could be told (always, where no broker is set)."""
    failpoint("waking")
    if not settings.broker_url:
        return True
    if application is None:
        from workers.app import app

        application = app
    try:
        for queue, count in ((SMALL, small), (LARGE, large)):
            for _ in range(min(count, MOST)):
                application.send_task(WORK, [queue == LARGE], queue=queue, retry_policy={"max_retries": 1, "interval_start": 0})
    except (OperationalError, OSError) as error:
        log.warning("cannot wake workers", error=type(error).__name__)
        return False
    failpoint("woken")
    return True
